"""Every script in examples/ runs from another folder, says something and writes nothing to stderr."""

import subprocess
import sys
from pathlib import Path

import pytest

NEEDS = {"evaluate_on_dask.py": "distributed"}  # of extras that not every environment has
SCRIPTS = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))


def test_there_are_examples() -> None:
    assert len(SCRIPTS) >= 3


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_it_runs(script: Path, tmp_path: Path) -> None:
    if script.name in NEEDS:
        pytest.importorskip(NEEDS[script.name], reason=f"{NEEDS[script.name]} is not installed")
    run = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert run.stdout.strip()
