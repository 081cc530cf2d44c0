"""Discovery: each task under each layout and name that the wild has; a folder that is not clear is reported."""

import csv
import gzip
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.folders.discovery import (
    Discovery,
    answer_files,
    find_answers,
    find_task_folders,
    task_in_header,
)
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.task import Task
from generallevel.errors import BadTable, InvalidInput, UnsafeFile

BENCH = general_bench()
DOG = BENCH.resolve("image.comprehension.dog-breeds-recognition")
FOLDERS = {"image": "Image", "video": "Video", "audio": "Audio", "3d": "3D", "language": "NLP"}


def put(folder: Path, content: Any = None, name: str = "annotation.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"type": "QA", "data": []} if content is None else content)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def on_disk(name: str) -> str:
    return name.replace("/", "-")


def camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^\w]+|_", name))


def snake(name: str) -> str:
    return "_".join(part.lower() for part in re.split(r"[^\w]+|_", name) if part)


def hyphens(name: str) -> str:
    return "-".join(part for part in re.split(r"[^\w]+|_", name) if part)


SPELLINGS: dict[str, Callable[[Task], str]] = {
    "workbook": lambda task: on_disk(task.workbook_name or task.name),
    "name": lambda task: on_disk(task.name),
    "paper": lambda task: on_disk(task.paper_name or task.name),
    "camel": lambda task: camel(task.name),
    "snake": lambda task: snake(task.name),
    "hyphens": lambda task: hyphens(task.name),
    "ampersand": lambda task: re.sub(r"\band\b", "&", on_disk(task.name), flags=re.IGNORECASE),
    "id": lambda task: task.id,
    "slug": lambda task: task.id.rsplit(".", 1)[-1],
}
LAYOUTS: dict[str, Callable[[Task], tuple[str, ...]]] = {
    "official": lambda task: (FOLDERS[task.modality], task.paradigm or ""),
    "openset": lambda task: ("Openset", FOLDERS[task.modality].lower(), (task.paradigm or "").capitalize()),
    "sheets": lambda task: (task.sheet,),
}


def tree_of(root: Path, spell: Callable[[Task], str], layout: str) -> dict[str, str]:
    wanted = {}
    for task in BENCH.tasks:
        folder = put(root.joinpath(*LAYOUTS[layout](task), spell(task)))
        wanted[folder.relative_to(root).as_posix()] = task.id
    return wanted


def found_in(found: Discovery) -> dict[str, str]:
    return {folder.relative: folder.task.id for folder in found.folders}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_tasks_are_found(tmp_path: Path, spelling: str, layout: str) -> None:
    wanted = tree_of(tmp_path, SPELLINGS[spelling], layout)
    assert len(wanted) == 699
    found = find_task_folders(tmp_path, BENCH)
    assert (found.unresolved, found.duplicates) == ((), {})
    assert found_in(found) == wanted


def test_every_short_name_leads_to_its_task_or_is_reported(tmp_path: Path) -> None:
    wanted: dict[str, list[str]] = {}
    for task in BENCH.tasks:
        folder = put(tmp_path.joinpath(*LAYOUTS["official"](task), on_disk(task.short_name)))
        wanted.setdefault(folder.relative_to(tmp_path).as_posix(), []).append(task.id)
    found = find_task_folders(tmp_path, BENCH)
    right = found_in(found)
    for relative, ids in wanted.items():
        if len(ids) == 1 and relative in right:
            # A short name that is the full name of another task on the sheet means the other.
            same = BENCH.resolve(right[relative])
            assert right[relative] == ids[0] or same.name.casefold() == relative.rsplit("/", 1)[-1].casefold()
    reported = {one.relative for one in found.unresolved} | {one for many in found.duplicates.values() for one in many}
    assert right.keys() | reported == wanted.keys()
    assert sum(right.get(relative) == ids[0] for relative, ids in wanted.items() if len(ids) == 1) > 670


def test_every_alias_of_the_tables_leads_to_its_task(tmp_path: Path, shared: Path) -> None:
    with (shared / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] != "workbook_short"]
    for kind in sorted({row["kind"] for row in rows}):
        wanted = {}
        for row in rows:
            if row["kind"] == kind:
                task = BENCH.tasks[BENCH.index[row["task_id"]]]
                folder = put(tmp_path.joinpath(kind, *LAYOUTS["official"](task), on_disk(row["alias"])))
                wanted[folder.relative_to(tmp_path / kind).as_posix()] = task.id
        assert found_in(find_task_folders(tmp_path / kind, BENCH)) == wanted


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    tree_of(tmp_path, SPELLINGS["slug"], "official")
    listed = [folder.relative.split("/") for folder in find_task_folders(tmp_path, BENCH).folders]
    assert listed == sorted(listed)


def test_a_task_folder_says_where_everything_is(tmp_path: Path) -> None:
    folder = put(tmp_path / "Image" / "comprehension" / camel(DOG.name), name="Annotation.JSON")
    (found,) = find_task_folders(tmp_path, BENCH).folders
    assert (found.path, found.task, found.annotation) == (folder, DOG, (folder / "Annotation.JSON").resolve())
    assert found.relative == f"Image/comprehension/{camel(DOG.name)}"
    assert found.parts == ("Image", "comprehension", camel(DOG.name))


def test_the_root_may_be_a_task_folder_and_the_file_packed(tmp_path: Path) -> None:
    folder = tmp_path / camel(DOG.name)
    folder.mkdir()
    (folder / "annotation.json.gz").write_bytes(gzip.compress(b'{"data": []}'))
    (found,) = find_task_folders(folder, BENCH).folders
    assert (found.task, found.relative, found.parts) == (DOG, ".", ())


TWO = Catalogue.from_rows(
    [
        {
            "task": f"{modality}.{paradigm}.tracking",
            "name": "Tracking",
            "modality": modality,
            "paradigm": paradigm,
            "metric": "accuracy",
        }
        for modality in ("image", "video")
        for paradigm in ("comprehension", "generation")
    ]
)


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        ("image/comprehension", "image.comprehension.tracking"),
        ("VIDEO/Generation", "video.generation.tracking"),
        ("generation/video", "video.generation.tracking"),
        ("set/image/2024/generation/x", "image.generation.tracking"),
        ("video/comprehension/image/generation", "image.generation.tracking"),
    ],
)
def test_the_folders_around_decide_between_tasks_of_one_name(tmp_path: Path, way: str, wanted: str) -> None:
    put(tmp_path / way / "Tracking")
    (found,) = find_task_folders(tmp_path, TWO).folders
    assert found.task.id == wanted


def test_the_folders_above_the_root_decide_too(tmp_path: Path) -> None:
    put(tmp_path / "video" / "generation" / "Tracking")
    for root, relative in (
        (tmp_path / "video" / "generation", "Tracking"),
        (tmp_path / "video", "generation/Tracking"),
    ):
        (found,) = find_task_folders(root, TWO).folders
        assert (found.task.id, found.relative) == ("video.generation.tracking", relative)
    (found,) = find_task_folders(tmp_path / "video" / "generation" / "Tracking", TWO).folders
    assert found.task.id == "video.generation.tracking"


def test_the_folders_above_the_root_forbid_nothing(tmp_path: Path) -> None:
    put(tmp_path / "video" / "generation" / camel(DOG.name))
    (found,) = find_task_folders(tmp_path / "video" / "generation", BENCH).folders
    assert found.task is DOG


def test_a_name_that_stays_unclear_is_reported(tmp_path: Path) -> None:
    put(tmp_path / "image" / "Tracking")
    found = find_task_folders(tmp_path, TWO)
    assert found.folders == ()
    (one,) = found.unresolved
    assert one.relative == "image/Tracking"
    assert "means several tasks: 'image.comprehension.tracking' and 'image.generation.tracking'. Give" in one.reason


def test_the_key_task_decides_what_the_name_leaves_open(tmp_path: Path) -> None:
    put(tmp_path / "a" / "Tracking", {"task": "image.generation.tracking", "data": []})
    put(tmp_path / "b" / "t17", {"task": "Video Generation Tracking", "data": []})
    assert set(found_in(find_task_folders(tmp_path, TWO)).values()) == {
        "image.generation.tracking",
        "video.generation.tracking",
    }


def test_the_key_behind_the_items_is_read_where_the_name_is_unknown(tmp_path: Path) -> None:
    put(tmp_path / "t1", {"data": [{"id": 1}], "task": "video.generation.tracking"})
    (found,) = find_task_folders(tmp_path, TWO).folders
    assert found.task.id == "video.generation.tracking"


def test_name_and_key_that_disagree_are_reported(tmp_path: Path) -> None:
    other = BENCH.tasks[0]
    put(tmp_path / camel(DOG.name), {"task": other.name, "data": []})
    (one,) = find_task_folders(tmp_path, BENCH).unresolved
    assert re.search(f"its name means '{DOG.id}', the key 'task' .* '{other.id}'.* Rename the folder", one.reason)


def test_a_key_that_says_nothing_leaves_the_name(tmp_path: Path) -> None:
    for number, key in enumerate(["", "classification", 7, None, ["x"]]):
        put(tmp_path / str(number) / camel(DOG.name), {"task": key, "data": []})
        (found,) = find_task_folders(tmp_path / str(number), BENCH).folders
        assert found.task is DOG


def test_a_task_in_the_wrong_place_is_reported(tmp_path: Path) -> None:
    put(tmp_path / "audio" / camel(DOG.name))
    put(tmp_path / "audio" / "t1", {"task": DOG.id})
    for one in find_task_folders(tmp_path, BENCH).unresolved:
        assert f"'{DOG.id}', which does not belong where the folder lies" in one.reason


def test_an_unknown_name_is_reported_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path / "Image" / "comprehension" / (camel(DOG.name)[:-3]))
    put(tmp_path / "results", {"task": "nothing known", "data": []})
    near, far = find_task_folders(tmp_path, BENCH).unresolved
    assert f"Did you mean '{DOG.id}'" in near.reason
    assert (
        "no task of General-Bench is called 'results', nor the key 'task' of its file ('nothing known')." in far.reason
    )


def test_two_folders_for_one_task_are_both_reported(tmp_path: Path) -> None:
    put(tmp_path / "Closeset" / "Image" / camel(DOG.name))
    put(tmp_path / "Openset" / "Image" / snake(DOG.name))
    found = find_task_folders(tmp_path, BENCH)
    assert found.folders == ()
    assert found.duplicates == {DOG.id: (f"Closeset/Image/{camel(DOG.name)}", f"Openset/Image/{snake(DOG.name)}")}


def test_two_annotation_files_in_one_folder_are_reported(tmp_path: Path) -> None:
    folder = put(tmp_path / camel(DOG.name))
    (folder / "annotation.json.gz").write_bytes(gzip.compress(b"[]"))
    (one,) = find_task_folders(tmp_path, BENCH).unresolved
    assert one.reason == "it holds 'annotation.json' and 'annotation.json.gz': keep the one that counts"


def test_hidden_folders_and_leavings_of_archives_are_passed_over(tmp_path: Path) -> None:
    for name in (".git", "__MACOSX", "__pycache__"):
        put(tmp_path / name / camel(DOG.name))
    put(tmp_path / camel(DOG.name), name="._annotation.json")
    assert find_task_folders(tmp_path, BENCH) == Discovery(())


def test_media_below_a_task_folder_are_not_walked(tmp_path: Path) -> None:
    folder = put(tmp_path / camel(DOG.name))
    put(folder / "frames" / "whatever")
    put(tmp_path / "unknown")
    put(tmp_path / "unknown" / BENCH.ids[0])
    found = find_task_folders(tmp_path, BENCH)
    assert [one.relative for one in found.folders] == [camel(DOG.name), f"unknown/{BENCH.ids[0]}"]
    assert [one.relative for one in found.unresolved] == ["unknown"]


def test_links_out_of_the_root_are_reported(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside" / camel(DOG.name))
    root = tmp_path / "root"
    root.mkdir()
    (root / "far").symlink_to(outside)
    (root / BENCH.ids[0]).mkdir()
    (root / BENCH.ids[0] / "annotation.json").symlink_to(outside / "annotation.json")
    found = find_task_folders(root, BENCH)
    assert found.folders == ()
    assert {one.relative: one.reason for one in found.unresolved} == {
        BENCH.ids[0]: "'annotation.json' leaves root/ through a symbolic link",
        "far": "it is a symbolic link that leaves the root, and is not followed",
    }


def test_links_inside_the_root_lead_to_each_folder_once(tmp_path: Path) -> None:
    put(tmp_path / "real" / camel(DOG.name))
    put(tmp_path / ".store" / BENCH.ids[0])
    (tmp_path / "a").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "z").symlink_to(tmp_path / ".store" / BENCH.ids[0])
    (tmp_path / BENCH.ids[0]).symlink_to(tmp_path / ".store" / BENCH.ids[0])
    found = find_task_folders(tmp_path, BENCH)
    assert sorted(found_in(found)) == sorted([BENCH.ids[0], f"real/{camel(DOG.name)}"])
    assert (found.unresolved, found.duplicates) == ((), {})


def test_what_is_no_plain_file_is_reported_and_never_waited_for(tmp_path: Path) -> None:
    (tmp_path / BENCH.ids[0] / "annotation.json").mkdir(parents=True)
    (tmp_path / BENCH.ids[1]).mkdir()
    os.mkfifo(tmp_path / BENCH.ids[1] / "annotation.json")
    assert [one.reason for one in find_task_folders(tmp_path, BENCH).unresolved] == [
        "'annotation.json' is no plain file"
    ] * 2


def test_a_broken_file_is_left_to_its_reader_where_the_folder_says_the_task(tmp_path: Path) -> None:
    folder = put(tmp_path / camel(DOG.name))
    for content in (
        b"",
        b"\x1f\x8bxx",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"task": "' + b"9" * 10**5,
        b'{"a": 1' + b"0" * 9_000,
    ):
        (folder / "annotation.json").write_bytes(content)
        (found,) = find_task_folders(tmp_path, BENCH).folders
        assert found.task is DOG
    folder = put(tmp_path / "unknown")
    (folder / "annotation.json").write_bytes(b"")
    (one,) = find_task_folders(tmp_path, BENCH).unresolved
    assert "is empty" in one.reason


def test_a_folder_that_cannot_be_entered_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refusing(path: Path) -> Any:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    (one,) = find_task_folders(tmp_path, BENCH).unresolved
    assert (one.relative, one.reason) == ("shut", "it cannot be entered: Permission denied")


def test_names_that_are_no_text_are_shown(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"\xff\xfe")).mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    put(tmp_path / os.fsdecode(b"\xff\xfe"))
    (one,) = find_task_folders(tmp_path, BENCH).unresolved
    assert one.relative == "\\udcff\\udcfe" or one.relative == "\\xff\\xfe"
    f"{one.relative}: {one.reason}".encode()


@pytest.mark.parametrize(
    ("name", "slip"), [("none", "does not exist; wanted the folder"), ("file", "is a file; wanted")]
)
def test_a_root_that_is_no_folder_is_told(tmp_path: Path, name: str, slip: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match=slip):
        find_task_folders(tmp_path / name, BENCH)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ('{"task": "T"}', "T"),
        ('\ufeff {"a": [1, {"task": "no"}], "task" : " T " , "data": [', "T"),
        ('{"type": "x", "data": [{"task": "no"}], "task": "T"}', None),
        ('{"task": 7, "data": []}', None),
        ('[{"task": "no"}]', None),
        ('{"x": "' + "y" * 70_000 + '", "task": "T"}', None),
        ('{"task"', None),
        ('{"task": NaN}', None),
        ('{5: 1, "task": "T"}', "T"),
        ("{", None),
        ("hello", None),
    ],
)
def test_the_task_in_a_header(tmp_path: Path, text: str, task: str | None) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(text.encode()))
    assert task_in_header(tmp_path / "a.json") == task
    assert task_in_header(tmp_path / "a.json.gz") == task


def test_the_header_of_a_large_file_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as stream:
        stream.write(b'{"task": "T", "data": [')
        stream.truncate(2**33)  # 8 GiB of nothing
    assert task_in_header(path) == "T"


def test_no_file_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="there is no file"):
        task_in_header(tmp_path / "a.json")


# -------------------------------------------------------------------------------------------------------- answers


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    put(tmp_path / "bench" / "Image" / "comprehension" / camel(DOG.name))
    return tmp_path


def dog(trees: Path) -> Any:
    return find_task_folders(trees / "bench", BENCH).folders[0]


@pytest.mark.parametrize("name", ["prediction.json", "Prediction.JSON", "prediction.json.gz"])
def test_answers_beside_the_annotation(trees: Path, name: str) -> None:
    folder = dog(trees)
    assert answer_files(folder, trees / "bench", "prediction.json").path is None
    put(folder.path, [], name)
    answers = answer_files(folder, trees / "bench", "prediction.json")
    assert answers.path == (folder.path / name).resolve()
    assert (answers.files.root, answers.files.folder, answers.reason) == (trees / "bench", folder.path, "")


def test_answers_in_a_folder_below(trees: Path) -> None:
    folder = dog(trees)
    put(folder.path / "mine", [], "p.json")
    answers = answer_files(folder, trees / "bench", "mine/p.json")
    assert answers.path == (folder.path / "mine" / "p.json").resolve()
    assert answers.files.folder == folder.path / "mine"


def test_two_answers_that_a_name_may_mean_are_told(trees: Path) -> None:
    folder = dog(trees)
    put(folder.path, [], "PREDICTION.json")
    put(folder.path, [], "prediction.json.gz")
    answers = answer_files(folder, trees / "bench", "prediction.json")
    assert answers.path is None
    assert answers.reason == "'PREDICTION.json' and 'prediction.json.gz' lie side by side: keep the one that counts"
    put(folder.path, [], "prediction.json")
    assert answer_files(folder, trees / "bench", "prediction.json").path == (folder.path / "prediction.json").resolve()


@pytest.mark.parametrize("way", ["Image/comprehension", "image/COMPREHENSION"])
def test_answers_in_a_tree_that_mirrors(trees: Path, way: str) -> None:
    place = put(trees / "mine" / way / snake(DOG.name), [], "prediction.json")
    answers = answer_files(dog(trees), trees / "bench", trees / "mine")
    assert answers.path == (place / "prediction.json").resolve()
    assert (answers.files.root, answers.files.folder) == (trees / "mine", place)
    assert answer_files(dog(trees), trees / "bench", trees / "mine", name="ratings.json").path is None


def test_answers_in_a_tree_of_other_names_are_found_by_task(trees: Path) -> None:
    place = put(trees / "mine" / "preds" / on_disk(DOG.id), [], "prediction.json")
    put(trees / "mine" / "t2", {"task": BENCH.ids[0], "data": []}, "prediction.json")
    put(trees / "mine" / "whatever", [], "prediction.json")
    tree = find_answers(trees / "mine", BENCH)
    assert tree.by_task.keys() == {DOG.id, BENCH.ids[0]}
    assert list(tree.unresolved) == ["whatever"]
    assert answer_files(dog(trees), trees / "bench", trees / "mine").path is None
    answers = answer_files(dog(trees), trees / "bench", tree)
    assert answers.path == (place / "prediction.json").resolve()
    put(trees / "mine" / "again" / snake(DOG.name), [], "prediction.json")
    answers = answer_files(dog(trees), trees / "bench", find_answers(trees / "mine", BENCH))
    assert answers.path is None
    assert answers.reason == f"2 folders claim the task: again/{snake(DOG.name)}, preds/{DOG.id}"


def test_answers_at_the_same_place_are_not_asked_what_they_are(trees: Path) -> None:
    folder = dog(trees)
    place = put(trees / "mine" / "/".join(folder.parts), {"task": "nothing known", "data": []}, "prediction.json")
    put(place / "below", [], "prediction.json")
    tree = find_answers(trees / "mine", BENCH, mirrored=[folder.parts])
    assert (tree.by_task, tree.unresolved) == ({}, {})
    assert answer_files(folder, trees / "bench", tree).path == (place / "prediction.json").resolve()


def test_answers_that_leave_their_tree_are_refused(trees: Path) -> None:
    put(trees / "elsewhere", [], "prediction.json")
    place = trees / "mine" / "Image" / "comprehension"
    place.mkdir(parents=True)
    (place / camel(DOG.name)).symlink_to(trees / "elsewhere")
    answers = answer_files(dog(trees), trees / "bench", trees / "mine")
    assert (answers.path, answers.reason) == (None, "'prediction.json' leaves mine/ through a symbolic link")
    (dog(trees).path / "prediction.json").symlink_to(trees / "elsewhere" / "prediction.json")
    answers = answer_files(dog(trees), trees / "bench", "prediction.json")
    assert (answers.path, answers.reason) == (None, "'prediction.json' leaves bench/ through a symbolic link")


def test_answers_that_are_no_plain_file_are_refused(trees: Path) -> None:
    os.mkfifo(dog(trees).path / "prediction.json")
    assert answer_files(dog(trees), trees / "bench", "prediction.json").reason == "'prediction.json' is no plain file"


def test_predictions_that_are_neither_name_nor_folder_are_told(trees: Path) -> None:
    for given in ("no_such_folder", trees / "none", str(trees / "none.json")):
        with pytest.raises(InvalidInput, match="does not exist; wanted a folder that mirrors"):
            answer_files(dog(trees), trees / "bench", given)
    for given in ("../prediction.json", "a\0.json"):
        with pytest.raises(UnsafeFile, match=r"goes up|characters"):
            answer_files(dog(trees), trees / "bench", given)
