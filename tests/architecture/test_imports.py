"""What `import generallevel` loads: the standard library, what numpy loads, three modules of our own, no more."""

import functools
import json
import subprocess
import sys

# Our modules that the front door may load before anything is asked of it. Adding one is a decision about import time.
OURS = {"generallevel", "generallevel._late", "generallevel._version"}

LOADED_BY = """
import json, sys
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@functools.cache
def loaded(code: str) -> frozenset[str]:
    code = LOADED_BY.format(code=code)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return frozenset(json.loads(run.stdout))


def foreign(more: str = "") -> set[str]:
    """The libraries that come with `import generallevel` and some more code, beyond what numpy alone loads."""
    modules = loaded(f"import generallevel\n{more}") - loaded("import numpy")
    tops = {name.partition(".")[0] for name in modules}
    return tops - set(sys.stdlib_module_names) - {"numpy", "generallevel"}


def test_import_loads_only_the_standard_library_and_numpy() -> None:
    assert foreign() == set()


def test_import_loads_only_the_front_door() -> None:
    assert {name for name in loaded("import generallevel") if name.partition(".")[0] == "generallevel"} <= OURS


def test_the_list_of_metrics_needs_no_heavy_library() -> None:
    assert foreign("generallevel.list_metrics()") == set()


def test_the_main_job_needs_no_heavy_library() -> None:
    one = "generallevel.compute_level({'image.comprehension.some-task': 1.0})"
    assert foreign(f"try:\n    {one}\nexcept generallevel.errors.GeneralLevelError:\n    pass") == set()
