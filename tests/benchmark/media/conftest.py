"""A whole file of each kind, and a way to write one."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WHOLE = runpy.run_path(str(Path(__file__).with_name("whole_files.py")))["WHOLE"]


@pytest.fixture(params=sorted(WHOLE))
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Callable[..., Any], Path, bytes]:
    """A reader, a whole file that it reads, and the bytes of that."""
    reader, make = WHOLE[request.param]
    data = make()
    path = tmp_path / request.param
    path.write_bytes(data)
    return reader, path, data


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes bytes, under a name, and returns where to."""

    def write(data: bytes, name: str = "it.png") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write
