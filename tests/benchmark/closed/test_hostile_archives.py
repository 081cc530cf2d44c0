"""What a stranger may send as an archive: it is refused by name before anything of it is used."""

import hashlib
import io
import json
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark.closed import ArchiveLimits, unpack_submission
from generallevel.benchmark.closed.entries import flaw_of_name
from generallevel.benchmark.folders.limits import Limits
from generallevel.errors import GeneralLevelError, InvalidInput, UnsafeFile

ANSWERS = json.dumps({"task": "law.cases", "data": [{"id": "1", "prediction": "yes"}]}).encode()
Members = dict[str, bytes]


def manifest(members: Members, **changed: Any) -> bytes:
    """A manifest that is right for these members of the folder ``t``."""
    said = {
        name.removeprefix("t/"): {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
    }
    task = {"task": "law.cases", "folder": "t", "items": 1, "answered": 1, "members": said}
    plain = {
        "format": "generallevel-submission", "format_version": 1, "library": "0.1.0", "model": "m",
        "catalogue": "law", "tasks": [task],
    }  # fmt: skip
    return json.dumps({**plain, **changed}).encode()


def archive(path: Path, members: Members, said: bytes | None = None, edit: Callable[[Any], None] | None = None) -> Path:
    """A zip of these members and a manifest, which `edit` may change entry by entry."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in {**members, "manifest.json": manifest(members) if said is None else said}.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if edit is not None and name != "manifest.json":
                edit(entry)
            opened.writestr(entry, content)
    return path


def test_a_sound_archive_is_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, "t/images/ä.png": b"png"})
    said = unpack_submission(path, tmp_path / "out", places={"law.cases": ("a", "b")})
    assert (tmp_path / "out/a/b/prediction.json").read_bytes() == ANSWERS
    assert (tmp_path / "out/a/b/images/ä.png").read_bytes() == b"png"
    assert [file.size for file in said.tasks[0].files] == [3, len(ANSWERS)]
    assert said.sha256 == unpack_submission(path, tmp_path / "other", places={}).sha256
    assert list((tmp_path / "other").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../evil.png", "it has the part '..'"),
        ("t/../../evil.png", "it has the part '..'"),
        ("/etc/evil.png", "it has the part ''"),
        ("t//evil.png", "it has the part ''"),
        ("t/./evil.png", "it has the part '.'"),
        ("t\\..\\evil.png", r"it holds '\\\\'"),
        ("C:/evil.png", "it holds ':'"),
        ("t/evil\n.png", r"it holds '\\n'"),
        ("t/evil\0.png", r"it holds '\\x00'"),
        ("t/folder/", "it has the part ''"),
        ("t/evil. ", "starts or ends with a blank"),
        ("t/evil.", "ends with a dot"),
        ("t/" + "x" * 600, "602 bytes long"),
        ("t/" + "x" * 250, "longer than 200 bytes"),
        ("/".join("t" * 20), "20 parts deep"),
        ("t/‮gnp.exe", "it holds"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str, message: str) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, name.replace("\0", "#"): b"evil"})
    if "\0" in name:
        path.write_bytes(path.read_bytes().replace(b"evil#", b"evil\0"))
    with pytest.raises(UnsafeFile, match=message):
        unpack_submission(path, tmp_path / "out")
    assert list((tmp_path / "out").rglob("*")) == []
    assert not list(tmp_path.glob("evil*"))


def test_half_a_character_is_no_name() -> None:
    assert flaw_of_name("\ud800") == "it cannot be written as UTF-8"


def link(entry: zipfile.ZipInfo) -> None:
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


def device(entry: zipfile.ZipInfo) -> None:
    entry.create_system = 3
    entry.external_attr = (stat.S_IFCHR | 0o777) << 16


def bzip2(entry: zipfile.ZipInfo) -> None:
    entry.compress_type = zipfile.ZIP_BZIP2


@pytest.mark.parametrize(
    ("edit", "message"),
    [(link, "it is a symbolic link"), (device, "it is no plain file"), (bzip2, "it is packed by method 12")],
)
def test_an_entry_that_is_no_plain_file_is_refused(tmp_path: Path, edit: Any, message: str) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS}, edit=edit)
    with pytest.raises(UnsafeFile, match=message):
        unpack_submission(path, tmp_path / "out")


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("t/A.png", "t/a.png", "one file on some disk"),
        ("t/\u00e4.png", "t/a\u0308.png", "one file on some disk"),
        ("t/a", "t/a/b.png", "as a file, and 't/a/b.png' below it"),
    ],
)
def test_files_that_would_be_one_are_refused(tmp_path: Path, first: str, second: str, message: str) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, first: b"1", second: b"2"})
    with pytest.raises(UnsafeFile, match=message):
        unpack_submission(path, tmp_path / "out")


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, "t/a.png": b"1", "t/b.png": b"2"})
    path.write_bytes(path.read_bytes().replace(b"t/b.png", b"t/a.png"))
    with pytest.raises(UnsafeFile, match="one file on some disk"):
        unpack_submission(path, tmp_path / "out")


def patched(path: Path, offset_in_entry: int, value: bytes, member: bytes = b"t/prediction.json") -> Path:
    """The archive with other bytes in the directory's entry of a member."""
    content = bytearray(path.read_bytes())
    start = content.rindex(member) - 46  # APPNOTE 4.3.12: the name follows 46 bytes
    assert content[start : start + 4] == b"PK\x01\x02"
    content[start + offset_in_entry : start + offset_in_entry + len(value)] = value
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [
        (8, b"\x01\x00", "it is encrypted"),
        (8, b"\x41\x00", "it is encrypted"),
        (24, struct.pack("<L", len(ANSWERS) - 4), "has not the|CRC"),
        (24, struct.pack("<L", len(ANSWERS) + 4), "has not the|smaller"),
        (24, struct.pack("<L", 2**31 + 1), "inflates to 2,147,483,649 bytes"),
        (24, struct.pack("<L", 2**28), "inflates more than 1000 times"),
        (16, b"\0\0\0\0", "no whole archive"),
        (42, struct.pack("<L", 2**30), "no whole archive|share bytes"),
    ],
)
def test_a_directory_that_lies_is_refused(tmp_path: Path, offset: int, value: bytes, message: str) -> None:
    path = patched(archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS}), offset, value)
    with pytest.raises(InvalidInput, match=message):
        unpack_submission(path, tmp_path / "out")
    assert not (tmp_path / "out/t/prediction.json").exists() or message.startswith(("has not", "no whole"))


def test_a_name_that_is_not_marked_as_utf_8_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, "t/ab.png": b"1"})
    path.write_bytes(path.read_bytes().replace(b"t/ab.png", b"t/\x84\x81.png"))
    with pytest.raises(UnsafeFile, match="its name is not marked as UTF-8"):
        unpack_submission(path, tmp_path / "out")


def test_a_name_that_is_marked_as_utf_8_and_is_not_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, "t/ä.png": b"1"})
    path.write_bytes(path.read_bytes().replace("t/ä.png".encode(), b"t/\xff\xfe.png"))
    with pytest.raises(InvalidInput, match="no whole archive"):
        unpack_submission(path, tmp_path / "out")


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, "t/a.png": b"1" * 4000, "t/b.png": b"1" * 4000})
    content = path.read_bytes()
    first = struct.unpack_from("<L", content, content.rindex(b"t/a.png") - 46 + 42)[0]
    with pytest.raises(UnsafeFile, match="share bytes"):
        unpack_submission(patched(path, 42, struct.pack("<L", first), b"t/b.png"), tmp_path / "out")


@pytest.mark.parametrize(
    ("limits", "archive_limits", "message"),
    [
        (Limits(), ArchiveLimits(members=2), "holds more than 2 files"),
        (Limits(), ArchiveLimits(total_bytes=1000), "at most 1,000 are taken"),
        (Limits(), ArchiveLimits(archive_bytes=100), "at most 100 are read"),
        (Limits(file_bytes=3000), ArchiveLimits(), "at most 3,000 are taken"),
        (Limits(json_bytes=50), ArchiveLimits(), "MiB of JSON"),
    ],
)
def test_each_limit_holds(tmp_path: Path, limits: Limits, archive_limits: ArchiveLimits, message: str) -> None:
    members = {"t/prediction.json": ANSWERS, "t/a.png": b"1" * 4000, "t/b.png": b"2"}
    path = archive(tmp_path / "s.zip", members)
    with pytest.raises(UnsafeFile, match=message):
        unpack_submission(path, tmp_path / "out", limits=limits, archive_limits=archive_limits)


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS, "t/zeros.npy": bytes(64 * 2**20)})
    with pytest.raises(UnsafeFile, match="inflates more than 1000 times"):
        unpack_submission(path, tmp_path / "out")


def test_an_end_that_promises_a_huge_directory_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS})
    content = bytearray(path.read_bytes())
    content[-10:-6] = struct.pack("<L", 2**32 - 2)
    path.write_bytes(content)
    with pytest.raises(UnsafeFile, match="has a directory of 4,294,967,294 bytes"):
        unpack_submission(path, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("text", b"hello"),
        ("cut", None),
        ("gzip", b"\x1f\x8b\x08\x00" * 40),
        ("an end alone, of nothing", b"PK\x05\x06" + b"\0" * 18),
        ("a comment", b"PK\x05\x06" + b"\0" * 16 + b"\x05\0hello"),
    ],
)
def test_what_is_no_archive_is_told(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = archive(tmp_path / "s.zip", {"t/prediction.json": ANSWERS})
    path.write_bytes(path.read_bytes()[:-30] if content is None else content)
    with pytest.raises(InvalidInput, match=r"does not end as a zip archive|has no manifest\.json"):
        unpack_submission(path, tmp_path / "out")


def test_a_path_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be opened"):
        unpack_submission(tmp_path / "none.zip", tmp_path / "out")
    with pytest.raises(InvalidInput, match="cannot be opened"):
        unpack_submission(tmp_path, tmp_path / "out2")


# ------------------------------------------------------------------------------------------------------- manifests

GOOD = {"t/prediction.json": ANSWERS}


def task(**changed: Any) -> dict[str, Any]:
    return {**json.loads(manifest(GOOD))["tasks"][0], **changed}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (b"[]", "does not say 'format'"),
        (b"{", "is not JSON"),
        (b'{"format": "generallevel-submission", "format": "x"}', "stands twice in one object"),
        (manifest(GOOD, format_version=2), "its format_version is 2"),
        (manifest(GOOD, format_version=True), "its format_version is True"),
        (manifest(GOOD, model="x" * 300), "at most 200 printable characters"),
        (manifest(GOOD, model=7), "its 'model' is no str"),
        (manifest(GOOD, tasks={}), "its 'tasks' is no list"),
        (manifest(GOOD, tasks=[7]), "is no object"),
        (manifest(GOOD, tasks=[task(folder="..")]), "the folder '..' cannot be one"),
        (manifest(GOOD, tasks=[task(folder="a/b")]), "it has several parts"),
        (manifest(GOOD, tasks=[task(items=-1)]), "its 'items' is -1"),
        (manifest(GOOD, tasks=[task(answered=True)]), "its 'answered' is True"),
        (manifest(GOOD, tasks=[task(), task()]), "the task 'law.cases' stands twice"),
        (manifest(GOOD, tasks=[task(), task(task="b", folder="T")]), "the folder 'T' stands twice"),
        (manifest(GOOD, tasks=[task(members={})]), "has no prediction.json"),
        (manifest({**GOOD, "t/../x": b""}), "cannot be one: it has the part"),
        (manifest({**GOOD, "t/ratings.json": b""}), "files of that name are the owner's"),
        (manifest({**GOOD, "t/deep/Prediction.json.GZ": b""}), "files of that name are the owner's"),
        (manifest(GOOD, tasks=[task(members={"prediction.json": 1})]), "has no 'bytes' and 'sha256'"),
        (manifest(GOOD, tasks=[task(members={"prediction.json": {"bytes": 1, "sha256": "x"}})]), "64 hexadecimal"),
        (manifest({"t/prediction.json": ANSWERS.replace(b"yes", b"no!")}), "is not the file whose hash"),
        (manifest({"t/prediction.json": b""}), "has not the 0 bytes"),
        (manifest({**GOOD, "t/a.png": b""}), "lacks 't/a.png', which its manifest names"),
        (manifest(GOOD, tasks=[]), "holds 't/prediction.json', which its manifest does not name"),
    ],
)
def test_a_manifest_that_lies_is_refused(tmp_path: Path, said: bytes, message: str) -> None:
    path = archive(tmp_path / "s.zip", GOOD, said)
    with pytest.raises(InvalidInput, match=message):
        unpack_submission(path, tmp_path / "out")


def test_an_archive_without_a_manifest_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("t/prediction.json", ANSWERS)
    with pytest.raises(InvalidInput, match=r"has no manifest\.json"):
        unpack_submission(path, tmp_path / "out")


def test_mutated_archives_end_with_a_named_error_or_as_they_were(tmp_path: Path) -> None:
    whole = archive(tmp_path / "s.zip", {**GOOD, "t/a.png": b"png" * 50}).read_bytes()
    chance = random.Random(5)
    for number in range(600):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.choice(b"\x00\x01\xff/.PK")
        path, out = tmp_path / "mutated.zip", tmp_path / f"out{number}"
        path.write_bytes(content)
        try:
            said = unpack_submission(path, out)
        except GeneralLevelError:
            continue
        for name, _, file in said.members:
            assert hashlib.sha256((out / name).read_bytes()).hexdigest() == file.sha256
    assert not io.BytesIO(whole).closed
