"""Files: which names of a JSON file lead to a file, and which are refused."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel.benchmark.folders.files import Files
from generallevel.errors import GeneralLevelError, InvalidInput, UnsafeFile


@pytest.fixture
def files(tmp_path: Path) -> Files:
    folder = tmp_path / "root" / "task"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "1.png").write_bytes(b"x")
    (tmp_path / "secret.txt").write_text("s")
    (tmp_path / "root" / "shared.png").write_bytes(b"y")
    return Files(tmp_path / "root", folder)


@pytest.mark.parametrize("name", ["images/1.png", "./images/1.png", "images\\1.png", "images//1.png"])
def test_a_file_below_is_found(files: Files, name: str) -> None:
    assert files.path(name) == (files.folder / "images" / "1.png").resolve()


def test_a_folder_below_is_found(files: Files) -> None:
    assert files.path("images", folder=True) == (files.folder / "images").resolve()


@pytest.mark.parametrize("name", [None, 7, True, ["a"], {"a": 1}, b"images/1.png", "", "  "])
def test_what_is_no_name(files: Files, name: Any) -> None:
    with pytest.raises(InvalidInput, match="is no name of a file; wanted a relative path"):
        files.path(name)


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("/etc/passwd", "an absolute path"),
        ("\\\\server\\share\\x", "an absolute path"),
        ("C:\\x.png", "an absolute path"),
        ("c:x.png", "an absolute path"),
        ("\\x.png", "an absolute path"),
        ("../shared.png", "goes up"),
        ("images/../images/1.png", "goes up"),
        ("images\\..\\..\\x", "goes up"),
        ("..", "goes up"),
        ("a\0b", "characters that no name"),
        ("\ud83d.png", "characters that no name"),
        (".", "is no plain file"),
        ("images", "is no plain file"),
    ],
)
def test_names_that_are_refused(files: Files, name: str, slip: str) -> None:
    with pytest.raises(UnsafeFile, match=slip):
        files.path(name)


@pytest.mark.parametrize(
    "name", ["images/2.png", "images/1.png/x", "~/x", "https://a.b/c.png", "x" * 5_000, "x/" * 5_000]
)
def test_names_that_lead_nowhere(files: Files, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"there is no file|cannot be opened"):
        files.path(name)


def test_links_are_followed_inside_the_root_alone(files: Files, tmp_path: Path) -> None:
    (files.folder / "in.png").symlink_to(tmp_path / "root" / "shared.png")
    (files.folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (files.folder / "up").symlink_to(tmp_path)
    (files.folder / "dangling").symlink_to(tmp_path / "nothing")
    assert files.path("in.png") == (tmp_path / "root" / "shared.png").resolve()
    for name in ("out.txt", "up/secret.txt", "dangling", "up/nothing"):
        with pytest.raises(UnsafeFile, match="leaves root/ through a symbolic link"):
            files.path(name)
    with pytest.raises(UnsafeFile, match="leaves root/"):
        files.path("up", folder=True)


def test_a_root_that_is_a_link_is_its_target(files: Files, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(tmp_path / "root")
    aliased = Files(tmp_path / "alias", tmp_path / "alias" / "task")
    assert aliased.path("images/1.png") == files.path("images/1.png")


def test_a_circle_of_links_is_told(files: Files) -> None:
    (files.folder / "a").symlink_to(files.folder / "b")
    (files.folder / "b").symlink_to(files.folder / "a")
    with pytest.raises(InvalidInput, match=r"cannot be opened|there is no file"):
        files.path("a")


def test_pipes_and_devices_are_refused_and_never_waited_for(files: Files) -> None:
    os.mkfifo(files.folder / "pipe")
    with pytest.raises(UnsafeFile, match="is no plain file"):
        files.path("pipe")
    assert Files(Path("/"), Path("/dev")).check("null") is None
    with pytest.raises(UnsafeFile, match="is no plain file"):
        Files(Path("/"), Path("/dev")).path("null")


@given(
    name=st.text()
    | st.lists(st.sampled_from(["..", ".", "/", "\\", "images", "1.png", "up", "C:", "\0", " "])).map("".join)
)
def test_any_name_ends_with_a_file_inside_or_one_of_our_errors(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    (root / "images").mkdir(parents=True, exist_ok=True)
    (root / "images" / "1.png").touch()
    if not (root / "up").is_symlink():
        (root / "up").symlink_to("..")
    try:
        path = Files(root, root).path(name)
    except GeneralLevelError:
        return
    assert path == (root / "images" / "1.png").resolve()
