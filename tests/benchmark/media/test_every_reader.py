"""What holds for each reader: whole files read, damaged ones are named errors, nothing else is raised or warned of."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.errors import GeneralLevelError, InvalidInput, UnsafeFile

Whole = tuple[Any, Path, bytes]


def test_a_whole_file_is_read(whole: Whole) -> None:
    reader, path, _ = whole
    assert reader(path) is not None


def test_an_empty_file_is_named(whole: Whole) -> None:
    reader, path, _ = whole
    path.write_bytes(b"")
    with pytest.raises(InvalidInput, match=rf"(?s){path.name}.*empty file; wanted"):
        reader(path)


def test_a_file_that_is_not_there_is_named(whole: Whole) -> None:
    reader, path, _ = whole
    path.unlink()
    with pytest.raises(InvalidInput, match=rf"{path.name} cannot be opened \(FileNotFoundError\); wanted"):
        reader(path)


def test_a_file_of_another_kind_is_called_what_it_is(whole: Whole) -> None:
    reader, path, _ = whole
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\0")
    with pytest.raises(InvalidInput, match=rf"{path.name}'? is a PDF document.*; wanted"):
        reader(path)


def test_a_stored_size_beyond_the_limit_is_refused(whole: Whole) -> None:
    reader, path, _ = whole
    with pytest.raises(UnsafeFile, match=rf"{path.name} has [\d,]+ bytes; at most 3 are read.*Limits.file_bytes"):
        reader(path, limits=Limits(file_bytes=3))


def test_a_cut_file_is_an_error_or_what_is_left_of_it(whole: Whole) -> None:
    """Text may be cut where it can still be read; nothing but our errors may come out anywhere."""
    reader, path, data = whole
    errors = 0
    for length in np.unique(np.linspace(1, len(data) - 1, 60).astype(int)):
        path.write_bytes(data[:length])
        try:
            reader(path)
        except GeneralLevelError as slip:
            errors += 1
            assert path.name in str(slip), slip  # noqa: PT017 - whether it is raised is not what is asked
    assert errors or path.suffix == ".txt"


def test_changed_bytes_are_an_error_or_another_value(whole: Whole) -> None:
    reader, path, data = whole
    rng = np.random.default_rng(len(data))
    for _ in range(150):
        changed = bytearray(data)
        for place in rng.integers(0, len(data), rng.integers(1, 4)):
            changed[place] = rng.choice([0, 0xFF, 0x7F, 0x80, int(rng.integers(0, 256))])
        path.write_bytes(changed)
        try:
            reader(path, limits=Limits(array_bytes=2**26, pixels=2**20, points=10_000))
        except GeneralLevelError as slip:
            assert path.name in str(slip), slip  # noqa: PT017


def test_changed_heads_are_an_error_or_another_value(whole: Whole) -> None:
    """The first bytes hold the counts and sizes, where a change does most."""
    reader, path, data = whole
    rng = np.random.default_rng(len(data))
    for place in range(min(len(data), 200)):
        changed = bytearray(data)
        changed[place] = int(rng.integers(0, 256))
        path.write_bytes(changed)
        try:
            reader(path, limits=Limits(array_bytes=2**26, pixels=2**20, points=10_000))
        except GeneralLevelError as slip:
            assert path.name in str(slip), slip  # noqa: PT017


def test_a_folder_is_no_file(whole: Whole) -> None:
    reader, path, _ = whole
    path.unlink()
    path.mkdir()
    with pytest.raises(InvalidInput, match=rf"{path.name}/? is a folder"):
        reader(path)
