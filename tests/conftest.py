"""What several test folders need."""

import os
from pathlib import Path

import pytest

# Makers run apart, beside libraries that the tests do without; collecting their doctests would import them.
collect_ignore_glob = ["golden/makers/*", "oracle/make_*"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the independent General-Bench tables, which are not part of the project.

    ``GENERALLEVEL_SHARED`` names their parent; without it ``shared`` beside the repository is tried.
    """
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("GENERALLEVEL_SHARED", beside)) / "general-bench"
    if not (folder / "tasks.csv").is_file():
        pytest.skip("the independent General-Bench tables are not here; GENERALLEVEL_SHARED may name their folder")
    return folder
