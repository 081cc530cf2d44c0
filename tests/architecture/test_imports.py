"""What `import generallevel` loads: the standard library, numpy and a few of our own modules, and nothing else."""

import json
import subprocess
import sys

# Our modules that the front door may load before anything is asked of it. Adding one is a decision about import time.
OURS = {"generallevel", "generallevel._version"}
THEIRS = {"numpy"}

LOADED_BY = """
import json, sys
before = set(sys.modules)
import generallevel
{more}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def loaded(more: str = "") -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", LOADED_BY.format(more=more)], capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stdout))


def foreign(modules: set[str]) -> set[str]:
    tops = {name.partition(".")[0] for name in modules}
    return tops - set(sys.stdlib_module_names) - THEIRS - {"generallevel"}


def test_import_loads_only_the_standard_library_and_numpy() -> None:
    assert foreign(loaded()) == set()


def test_import_loads_only_the_front_door() -> None:
    assert {name for name in loaded() if name.partition(".")[0] == "generallevel"} <= OURS


def test_the_list_of_metrics_needs_no_heavy_library() -> None:
    assert foreign(loaded("generallevel.list_metrics()")) == set()


def test_the_main_job_needs_no_heavy_library() -> None:
    one = "generallevel.compute_level({'image.comprehension.some-task': 1.0})"
    assert foreign(loaded(f"try:\n    {one}\nexcept generallevel.errors.GeneralLevelError:\n    pass")) == set()
