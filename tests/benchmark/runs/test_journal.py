"""The journal: what it keeps to the last bit, and disks, files and processes that are in its way."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generallevel.benchmark.runs.journal import NAME, Journal, fingerprint_of
from generallevel.benchmark.runs.result import TaskResult
from generallevel.errors import InvalidInput
from generallevel.scoring import ItemScore

NAN = float("nan")
RESULT = TaskResult("a.b", "mae", "data", value=1.5, n_total=3, fingerprint="f")


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), -0.0, 5e-324, 0.1 + 0.2, 1e308, None])
def test_a_result_comes_back_to_the_last_bit(tmp_path: Path, value: float | None) -> None:
    ids = ("Ä\u2028é", "two\nlines", 'a "quote"', "\u0000", "😀")
    result = TaskResult(
        "a.b", "psnr", "dB", value=value, reasons=dict.fromkeys(ids, "gone\r\n"), notes=ids, fingerprint="f",
        statistics={"total": value or 0.0}, items=tuple(ItemScore(name, value, None) for name in ids),
    )  # fmt: skip
    with Journal(tmp_path) as journal:
        journal.write(result)
    with Journal(tmp_path) as journal:
        again = journal.known("a.b", "f")
        assert journal.known("a.b", "g") is None
    assert again == result
    assert repr(again) == repr(result)  # where -0.0 is not 0.0


def test_a_sum_that_is_no_number_does_not_end_the_run(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.write(TaskResult("a.b", "mae", "data", statistics={"total": NAN}, fingerprint="f"))
    with Journal(tmp_path) as journal:
        again = journal.known("a.b", "f")
    assert again is not None
    assert repr(again.statistics["total"]) == "nan"


def writing(most: int, then: OSError | None) -> Callable[[int, bytes], int]:
    """A disk that takes so many bytes at a time, and from the second on fails."""
    original, calls = os.write, []

    def write(descriptor: int, content: bytes) -> int:
        calls.append(content)
        if then is not None and len(calls) > 1:
            raise then
        return original(descriptor, content[:most])

    return write


def test_a_disk_that_takes_a_part_is_given_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(tmp_path) as journal:
        monkeypatch.setattr(os, "write", writing(7, None))
        journal.write(RESULT)
    with Journal(tmp_path) as journal:
        assert journal.known("a.b", "f") == RESULT


def test_a_full_disk_is_a_clear_error_and_leaves_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(tmp_path) as journal:
        journal.write(RESULT)
        before = (tmp_path / NAME).read_bytes()
        monkeypatch.setattr(os, "write", writing(7, OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(InvalidInput, match=r"cannot be written: No space left on device\. What it holds so far"):
            journal.write(RESULT)
    assert (tmp_path / NAME).read_bytes() == before


def test_a_run_folder_belongs_to_one_process(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="this system has no such locks")
    with (
        Journal(tmp_path / "run"),
        pytest.raises(InvalidInput, match="another process writes into the run folder 'run'"),
    ):
        Journal(tmp_path / "run")
    with Journal(tmp_path / "run"):
        pass


def test_a_run_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(InvalidInput, match="the run folder 'run' cannot be made"):
        Journal(tmp_path / "run")


# ---------------------------------------------------------------------------------------------------- fingerprints


def test_a_document_too_large_for_its_reader_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "prediction.json"

    def told(content: str, most: int) -> str:
        path.write_text(content)
        os.utime(path, ns=(1, 1))
        return fingerprint_of([path], [], {}, most=most)

    assert told("[1]", most=3) != told("[2]", most=3)
    assert told("[1]", most=2) == told("[2]", most=2)  # told apart by size and time, as media are


def test_a_document_that_cannot_be_opened_has_a_fingerprint(tmp_path: Path) -> None:
    assert fingerprint_of([tmp_path], [], {}) == fingerprint_of([tmp_path], [], {})
    assert fingerprint_of([tmp_path / "gone"], [], {}) != fingerprint_of([None], [], {})


def test_media_behind_a_link_are_looked_at(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "task"
    store.mkdir()
    folder.mkdir()
    (store / "1.png").write_bytes(b"one")
    (folder / "1.png").symlink_to(store / "1.png")
    (folder / "2.png").symlink_to(store / "gone")
    before = fingerprint_of([], [(folder, tmp_path)], {})
    (store / "1.png").write_bytes(b"three")
    assert fingerprint_of([], [(folder, tmp_path)], {}) != before


def test_a_journal_beside_the_media_does_not_change_the_fingerprint(tmp_path: Path) -> None:
    before = fingerprint_of([], [(tmp_path, tmp_path)], {})
    (tmp_path / NAME).write_text(json.dumps({}))
    assert fingerprint_of([], [(tmp_path, tmp_path)], {}) == before
