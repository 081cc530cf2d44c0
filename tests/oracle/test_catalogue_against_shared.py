"""The packaged tables against an independent reading of the paper and the released workbook, cell by cell."""

import csv
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from generallevel.benchmark import PAPER, RELEASED, Task, general_bench, list_tasks, published
from generallevel.benchmark.names import folded
from generallevel.benchmark.packaged import packaged_rows
from generallevel.errors import AmbiguousName

pytestmark = pytest.mark.oracle

BENCH = general_bench()


def table(shared: Path, file: str) -> list[dict[str, str]]:
    with (shared / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    return table(shared, "tasks.csv")


@pytest.fixture(scope="module")
def aliases(shared: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table(shared, "aliases.csv"):
        found[row["task_id"]][row["kind"]] = row["alias"]
    return found


def test_every_task_has_every_field(rows: list[dict[str, str]]) -> None:
    def seen(task: Task) -> dict[str, str]:
        return {
            "task_id": task.id,
            "modality": task.modality,
            "paradigm": task.paradigm or "language",
            "row": str(task.row),
            "number": str(task.number),
            "task": task.name,
            "skill": task.skill,
            "metric_label_workbook": task.label,
            "metric_label_paper": task.paper_label,
            "metric": task.metric,
            "unit": task.unit,
            "direction": task.better,
            "specialist": task.specialist,
            "source": task.source,
            "instances": str(task.instances),
        }

    assert len(rows) == 699
    for task, row in zip(BENCH, rows, strict=True):
        found = seen(task)
        assert found == {column: row[column] for column in found}


def test_every_reference_is_the_figure_as_printed(rows: list[dict[str, str]]) -> None:
    stored = list(packaged_rows("references.csv"))
    for row, cells in zip(rows, stored, strict=True):
        assert (cells[0], cells[1]) == (row["task_id"], row["sota_workbook"])
        if row["metric"] == "relative_translation_error":
            assert (row["sota_paper"], cells[5]) == ("55.00", "0.55")
        else:
            assert cells[5] == row["sota_paper"]
    for name, column in ((RELEASED, 1), (PAPER, 5)):
        assert BENCH.references[name].values.tolist() == [float(cells[column]) for cells in stored]


def test_two_chamfer_references_keep_their_digits() -> None:
    paper = {cells[0]: cells[5] for cells in packaged_rows("references.csv")}
    chamfer = sorted(Decimal(paper[task.id]) for task in list_tasks(metric="chamfer_distance"))
    assert chamfer[:2] == [Decimal("4.93E-05"), Decimal("9.32E-05")]


def test_names_are_verbatim(aliases: dict[str, dict[str, str]]) -> None:
    for task in BENCH:
        assert task.workbook_name == aliases[task.id]["workbook"]
        assert task.workbook_short_name == aliases[task.id]["workbook_short"]
        assert task.short_name == " ".join(aliases[task.id]["workbook_short"].split())
        assert task.paper_name == aliases[task.id]["paper"]


def test_every_name_resolves_on_its_sheet(aliases: dict[str, dict[str, str]]) -> None:
    for task in BENCH:
        assert BENCH.resolve(aliases[task.id]["workbook"], task.sheet) is task
        assert BENCH.resolve(aliases[task.id]["paper"], task.sheet) is task


def test_every_name_without_a_sheet_is_clear_or_lists_its_tasks(aliases: dict[str, dict[str, str]]) -> None:
    carriers: dict[str, set[str]] = defaultdict(set)
    for task in BENCH:
        for name in aliases[task.id].values():
            carriers[folded(name)].add(task.id)
    ambiguous = set()
    for task in BENCH:
        for name in aliases[task.id].values():
            ids = carriers[folded(name)]
            if len(ids) == 1:
                assert BENCH.resolve(name) is task
                continue
            with pytest.raises(AmbiguousName, match=" and ".join(repr(i) for i in BENCH.ids if i in ids)):
                BENCH.resolve(name)
            ambiguous.add(" ".join(name.split()))
    assert {"Emotion Recog", "Video Salient Object Detection"} <= ambiguous
    assert len({name.casefold().replace(" ", "").replace("-", "") for name in ambiguous}) == 4


def test_published_cells(shared: Path) -> None:
    printed: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table(shared, "published-scores.csv"):
        printed[row["model"]][row["task_id"]] = row["score"]
    levels = json.loads((shared / "published-levels.json").read_text(encoding="utf-8"))
    assert len(levels["cells"]) == len(published()) == 8
    for cell in levels["cells"]:
        found = published()[cell["model"], cell["modality"]]
        assert dict(found.printed) == printed[cell["model"]]
        assert dict(found.levels) == {name: cell[name] for name in ("level_2", "level_3", "level_4")}


def test_the_released_workbook_itself(shared: Path) -> None:
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(str(shared / "released-workbook-sota.xlsx"))
    assert sorted(book.sheet_names) == sorted(BENCH.sheets)
    for sheet in book.sheet_names:
        _, *body = book.get_sheet_by_name(sheet).to_python()
        tasks = [task for task in BENCH if task.sheet == sheet]
        assert [task.row for task in tasks] == list(range(1, len(tasks) + 1))
        for task, (number, name, short_name, label, figure, *_) in zip(tasks, body, strict=True):
            assert (task.number, task.workbook_name, task.workbook_short_name, task.label) == (
                number,
                name,
                short_name,
                label,
            )
            assert BENCH.references[RELEASED][task.id] == figure


def test_the_tables_agree_on_seven_of_nine_sheets() -> None:
    stored = {cells[0]: (Decimal(cells[1]), Decimal(cells[5])) for cells in packaged_rows("references.csv")}
    differing = Counter(task.sheet for task in BENCH if abs(stored[task.id][0] - stored[task.id][1]) > Decimal("0.005"))
    assert differing == {"NLP": 63}  # and 3D odometry as printed, which is stored in the released unit


def test_instances_add_up(rows: list[dict[str, str]]) -> None:
    totals: Counter[str] = Counter()
    for task in BENCH:
        totals[task.group] += task.instances or 0
    assert totals == {
        "image.comprehension": 124_704,
        "image.generation": 26_610,
        "video.comprehension": 44_286,
        "video.generation": 16_430,
        "audio.comprehension": 11_747,
        "audio.generation": 9_516,
        "3d.comprehension": 23_705,
        "3d.generation": 10_614,
        "language": 57_932,
    }
    assert sum(totals.values()) == sum(int(row["instances"]) for row in rows) == 325_544


def test_every_unresolved_row_is_graded_so(rows: list[dict[str, str]]) -> None:
    named = {row["task_id"] for row in rows if "UNRESOLVED" in row["note"] or "DOUBTFUL label" in row["note"]}
    unit_unknown = {row["task_id"] for row in rows if row["metric"] in ("epe", "chamfer_distance", "sad", "mse")}
    assert (len(named), len(unit_unknown)) == (6, 3 + 5 + 2 + 1)
    assert {task.id for task in list_tasks(protocol="unresolved")} == named | unit_unknown


def test_metric_clashes_carry_a_note(rows: list[dict[str, str]]) -> None:
    clashing = [row["task_id"] for row in rows if "METRIC DIFFERS" in row["note"]]
    assert len(clashing) == 29
    for task_id in clashing:
        task = BENCH.resolve(task_id)
        assert f"the paper lists {task.paper_label} for it" in task.note


def test_doubtful_references_carry_a_note(rows: list[dict[str, str]]) -> None:
    notes = dict(zip(BENCH.ids, BENCH.references[RELEASED].notes, strict=True))
    for row in rows:
        if "not a whole number of hits" in row["note"]:
            assert "is no whole number of hits out of" in notes[row["task_id"]]
        if "SOTA DIFFERS" in row["note"] and row["modality"] == "language":
            assert f"disputed: the paper prints {row['sota_paper']}" in notes[row["task_id"]]


def test_metric_ids_and_units_are_those_of_the_metric_table(shared: Path) -> None:
    metrics = {row["metric"]: row for row in table(shared, "metrics.csv")}
    assert len(metrics) == 67
    counted = Counter(task.metric for task in BENCH)
    assert counted == {name: int(row["tasks"]) for name, row in metrics.items()}
    for task in BENCH:
        assert (task.unit, task.better) == (metrics[task.metric]["unit"], metrics[task.metric]["direction"])
