"""Benchmarks of the user's own, from rows, CSV and JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark import Catalogue
from generallevel.errors import (
    BadTable,
    DuplicateName,
    LengthMismatch,
    NotFinite,
    UnknownColumn,
    UnknownMetric,
    UnknownTask,
    UnsafeFile,
)

ROW: dict[str, Any] = {
    "task": "touch.grasp",
    "modality": "touch",
    "paradigm": "comprehension",
    "metric": "accuracy",
    "unit": "percent",
    "better": "higher",
}
TALK = {**ROW, "task": "talk", "modality": "words", "paradigm": None}


def test_a_row_is_a_task() -> None:
    bench = Catalogue.from_rows([{**ROW, "instances": 20, "reference": 91.5}, TALK], name="feel")
    task = bench.resolve("Touch Grasp")
    assert (task.name, task.sheet, task.row, task.instances, task.protocol) == (
        *("touch.grasp", "touch-comprehension", 1, 20),
        "ours",
    )
    assert (bench.modalities, bench.resolve("talk").paradigm) == (("touch",), None)
    assert bench.reference_set().name == "reference"
    assert bench.reference_set()["touch.grasp"] == 91.5
    assert bench.reference_set().covered == 1


def test_references_as_mappings_and_columns() -> None:
    bench = Catalogue.from_rows([{**ROW, "reference:2024": 80}], references={"2025": {"touch grasp": 90}})
    assert {name: s["touch.grasp"] for name, s in bench.references.items()} == {"2024": 80.0, "2025": 90.0}
    with pytest.raises(DuplicateName, match="reference set '2024' is given twice"):
        Catalogue.from_rows([{**ROW, "reference:2024": 80}], references={"2024": {"touch.grasp": 90}})
    with pytest.raises(UnknownTask, match=r"my benchmark has no task 'touch.gasp'. Did you mean 'touch.grasp'"):
        Catalogue.from_rows([ROW], references={"2025": {"touch.gasp": 90}})


@pytest.mark.parametrize("field", ["task", "modality", "metric"])
def test_required_fields(field: str) -> None:
    with pytest.raises(BadTable, match=f"my benchmark, row 2: no {field}. A task needs task, modality, metric"):
        Catalogue.from_rows([TALK, {**ROW, field: ""}])


BARE = {"task": "bare", "modality": "touch", "paradigm": "comprehension"}


@pytest.mark.parametrize(
    ("metric", "unit", "better"),
    [
        ("accuracy", "percent", "higher"),
        ("WER", "percent", "lower"),
        ("psnr", "db", "higher"),
        ("mos", "mos_1_5", "higher"),
        ("fid", "raw", "lower"),
        ("ms_ssim", "fraction", "higher"),
    ],
)
def test_unit_and_direction_are_the_registered_metrics(metric: str, unit: str, better: str) -> None:
    task = Catalogue.from_rows([{**BARE, "metric": metric}]).tasks[0]
    assert (task.unit, task.better) == (unit, better)
    said = Catalogue.from_rows([{**BARE, "metric": "accuracy", "unit": "fraction", "better": None}]).tasks[0]
    assert (said.unit, said.better) == ("fraction", "higher")


def test_a_metric_that_is_not_registered_says_neither() -> None:
    with pytest.raises(UnknownMetric, match=r"row 1: no unit and no better, so .*called 'acuracy'. Did you mean 'acc"):
        Catalogue.from_rows([{**BARE, "metric": "acuracy"}])
    assert Catalogue.from_rows([{**ROW, "metric": "declared_later"}]).tasks[0].unit == "percent"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"better": "hihger"}, r"better is 'hihger'\. Did you mean 'higher'\? Wanted: higher, lower"),
        ({"unit": "%"}, "unit is '%'. Wanted: percent, fraction"),
        ({"paradigm": "generaton"}, "paradigm is 'generaton'. Did you mean 'generation'"),
        ({"protocol": "mine"}, "protocol is 'mine'"),
        ({"modality": "a+b"}, "modality 'a[+]b' has no letter or one of the marks"),
        ({"modality": "--"}, "modality '--' has no letter"),
        ({"metric": 3}, "metric is 3, not text"),
        ({"instances": 0}, "instances is 0. Wanted: a whole number"),
        ({"instances": 2.5}, "instances is 2.5"),
        ({"instances": True}, "instances is True"),
        ({"reference": "high"}, "the reference of 'touch.grasp' is 'high', not a number"),
    ],
)
def test_values_that_cannot_be(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadTable, match=message):
        Catalogue.from_rows([{**ROW, **change}])


def test_a_column_that_means_nothing() -> None:
    with pytest.raises(UnknownColumn, match=r"column 'modalty' means nothing. Did you mean 'modality'"):
        Catalogue.from_rows([{**ROW, "modalty": "x"}])
    with pytest.raises(UnknownColumn, match="column 'reference_2024' means nothing"):
        Catalogue.from_rows([{**ROW, "reference_2024": 1}])


@pytest.mark.parametrize("second", ["touch.grasp", "Touch Grasp"])
def test_ids_are_unique_however_spelt(second: str) -> None:
    with pytest.raises(DuplicateName, match=r"row 2: task '.*' is given already, at my benchmark, row 1"):
        Catalogue.from_rows([ROW, {**ROW, "task": second}])


def test_id_and_task_are_one_column() -> None:
    assert Catalogue.from_rows([{**{k: v for k, v in ROW.items() if k != "task"}, "id": "x"}]).ids == ("x",)
    with pytest.raises(DuplicateName, match="'task' and 'id' are the same column"):
        Catalogue.from_rows([{**ROW, "id": "x"}])


def test_a_modality_has_paradigms_or_none() -> None:
    with pytest.raises(
        BadTable, match=r"modality 'touch' has tasks with a paradigm \('touch.grasp'\) and without \('b'\)"
    ):
        Catalogue.from_rows([ROW, {**ROW, "task": "b", "paradigm": ""}])


def test_no_task_at_all() -> None:
    with pytest.raises(BadTable, match="my benchmark has no task at all"):
        Catalogue.from_rows([])


def test_a_catalogue_built_by_hand_refuses_one_id_twice() -> None:
    task = Catalogue.from_rows([ROW]).tasks[0]
    with pytest.raises(DuplicateName, match=r"task 'touch.grasp' stands at places 1 and 2"):
        Catalogue("hand", (task, task))
    with pytest.raises(LengthMismatch, match="not aligned to the 2 tasks"):
        Catalogue(
            "hand", Catalogue.from_rows([ROW, TALK]).tasks, Catalogue.from_rows([{**ROW, "reference": 1}]).references
        )


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_csv(tmp_path: Path, mark: str, bom: str) -> None:
    lines = [
        "task,modality,paradigm,metric,unit,better,instances,reference",
        "grasp,touch,generation,fid,raw,lower,20,1.5",
    ]
    bench = Catalogue.read(write(tmp_path, "feel.csv", bom + "\n".join(lines).replace(",", mark) + "\n"))
    assert (bench.name, bench.tasks[0].instances, bench.reference_set()["grasp"]) == ("feel", 20, 1.5)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("task,modality\na,b,c\n", BadTable, "line 2: not as many cells as the header's 2"),
        ("task,modality\na\n", BadTable, "line 2: not as many cells"),
        ("task,modality\na,b\n", BadTable, "x, line 2: no metric"),
        ("task,task\na,b\n", DuplicateName, "column 'task' stands there twice"),
        ('task,modality\n"a,b\n', BadTable, "line"),
        ("task,instances\na,1_0\n", BadTable, "x, line 2: instances is '1_0', not a number"),
        ("", BadTable, "has no task at all"),
        ("task,modality,metric,unit,better,reference\na,b,c,raw,lower,nan\n", NotFinite, "the reference of 'a' is nan"),
    ],
)
def test_bad_csv(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Catalogue.read(write(tmp_path, "x.csv", text))


def test_json(tmp_path: Path) -> None:
    whole = {"name": "feel", "tasks": [ROW, TALK], "references": {"2025": {"talk": 3}}}
    bench = Catalogue.read(write(tmp_path, "a.json", json.dumps(whole)), references={"mine": {"talk": 4}})
    assert (bench.name, [s["talk"] for s in bench.references.values()]) == ("feel", [3.0, 4.0])
    assert Catalogue.read(write(tmp_path, "b.json", json.dumps([ROW])), name="list").name == "list"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("[{]", BadTable, "line 1, column 3"),
        ("{}", BadTable, "wanted a list of tasks, or an object with 'tasks'"),
        ("3", BadTable, "wanted a list of tasks"),
        ('{"tasks": [3]}', BadTable, "every task is an object"),
        ('{"tasks": [], "refernces": {}}', UnknownColumn, "key 'refernces' means nothing. Did you mean 'references'"),
        ('{"tasks": [], "references": [1]}', BadTable, "'references' is not an object of set names"),
        ('[{"task": "a", "task": "b"}]', DuplicateName, "key 'task' stands twice in one object"),
        ('[{"task": "a", "reference": NaN}]', BadTable, "NaN is not a number in JSON"),
        ("[" * 100_000, BadTable, "cannot be read as JSON"),
        ('[{"instances": ' + "9" * 5000 + "}]", BadTable, "cannot be read as JSON"),
    ],
)
def test_bad_json(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Catalogue.read(write(tmp_path, "x.json", text))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="is not a file"):
        Catalogue.read(tmp_path)
    (tmp_path / "latin.csv").write_bytes(b"task\n\xff\n")
    with pytest.raises(BadTable, match=r"not UTF-8 text \(byte 5\)"):
        Catalogue.read(tmp_path / "latin.csv")
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(64 * 2**20 + 1)  # a hole: takes no room on the disk
    with pytest.raises(UnsafeFile, match="more than the 67108864"):
        Catalogue.read(tmp_path / "big.csv")
