"""From a tree of task folders to a table and a level: pairing, reasons, failures, workers, journals."""

import json
import math
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import generallevel as gl
from generallevel.benchmark import Catalogue, FromHeader, Needs
from generallevel.benchmark.runs import evaluating, work, workers
from generallevel.errors import InvalidInput, UnknownName, UnknownScope, UnknownTask
from generallevel.findings import Finding
from generallevel.testing.synthetic.tree import SyntheticBench, write_general_bench

WORDS = gl.Format("words", lambda item: str(item.prediction), lambda item: item.output, "A word.")
OWN = Catalogue.from_rows(
    [
        {"id": "law.cases", "modality": "law", "metric": "accuracy"},
        {"id": "law.sentences", "modality": "law", "metric": "mae"},
    ],
    name="law",
)


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def law(root: Path, predictions: Any, data: Any = None, **header: Any) -> None:
    data = data or [{"id": number, "input": "?", "output": "yes"} for number in range(1, 5)]
    write(root / "law/cases/annotation.json", {"task": "law.cases", **header, "data": data})
    if predictions is not None:
        write(root / "law/cases/prediction.json", predictions)


def scored(root: Path, recipe: Any = None, **settings: Any) -> Any:
    recipes = {"law.cases": recipe or gl.Recipe("accuracy", WORDS)}
    return gl.evaluate(root, catalogue=OWN, recipes=recipes, tasks=["law.cases"], **settings).results[0]


YES = [{"id": number, "prediction": "yes"} for number in range(1, 5)]


# ------------------------------------------------------------------------------------------------------- one task


def test_a_foreign_benchmark_from_a_folder_to_a_level(tmp_path: Path) -> None:
    law(tmp_path, [*YES[:3], {"id": "4", "prediction": "no"}])
    table = gl.evaluate(tmp_path, catalogue=OWN, recipes={"law.cases": gl.Recipe("accuracy", WORDS)}, model="mine")
    assert table.names == OWN.ids
    assert table.model == "mine"
    assert table.result("law.cases").value == 3 / 4
    assert table.result("law.sentences").reason == "not run: there is no folder of the task"
    report = gl.compute_level(table, catalogue=OWN, references={"law.cases": 50.0})
    assert report.supported == 1


def test_ids_pair_as_int_and_as_text(tmp_path: Path) -> None:
    law(tmp_path, [{"id": str(entry["id"]), "prediction": "yes"} for entry in YES])
    assert scored(tmp_path).value == 1.0


def test_one_answer_of_a_hundred_is_one_hundredth(tmp_path: Path) -> None:
    law(tmp_path, YES[:1], data=[{"id": number, "input": "?", "output": "yes"} for number in range(1, 101)])
    result = scored(tmp_path)
    assert (result.value, result.n_total, result.n_scored, result.n_counted) == (1 / 100, 100, 1, 100)
    assert len(result.reasons) == 99
    assert result.reasons["2"] == "no prediction"


def test_an_empty_prediction_file_gives_the_worst_score_where_there_is_one(tmp_path: Path) -> None:
    law(tmp_path, [])
    result = scored(tmp_path)
    assert (result.value, result.n_scored, result.reason) == (0.0, 0, None)


def test_an_empty_prediction_file_gives_no_score_where_the_worst_is_unbounded(tmp_path: Path) -> None:
    write(tmp_path / "law/sentences/annotation.json", {"task": "law.sentences", "data": [{"id": 1, "output": 3.5}]})
    write(tmp_path / "law/sentences/prediction.json", [])
    numbers = gl.Format("numbers", lambda item: item.prediction, lambda item: item.output, "A number.")
    recipes = {"law.sentences": gl.Recipe("mae", numbers)}
    result = gl.evaluate(tmp_path, catalogue=OWN, recipes=recipes).result("law.sentences")
    assert result.value is None
    assert result.reason == "none of its 1 items has a prediction: no prediction"


def test_no_prediction_file_is_not_run(tmp_path: Path) -> None:
    law(tmp_path, None)
    result = scored(tmp_path)
    assert (result.value, result.failed, result.reason) == (None, False, "not run: there is no prediction file")
    assert result.n_total == 4


def test_a_prediction_that_cannot_be_read_costs_its_item(tmp_path: Path) -> None:
    def strict(item: gl.Item) -> str:
        if not isinstance(item.prediction, str):
            raise InvalidInput(f"a {type(item.prediction).__name__}, not a text")
        return item.prediction

    law(tmp_path, [*YES[:3], {"id": 4, "prediction": ["yes"]}])
    result = scored(tmp_path, gl.Recipe("accuracy", gl.Format("strict", strict, WORDS.reference, "A text.")))
    assert (result.value, result.n_scored) == (3 / 4, 3)
    assert dict(result.reasons) == {"4": "a list, not a text"}


def test_a_reader_that_breaks_costs_the_item_and_says_so(tmp_path: Path) -> None:
    def broken(item: gl.Item) -> str:
        return str(item.prediction["text"])

    law(tmp_path, [{"id": 1, "prediction": {"text": "yes"}}, {"id": 2, "prediction": 7}])
    result = scored(tmp_path, gl.Recipe("accuracy", gl.Format("broken", broken, WORDS.reference, "A text.")))
    assert result.value == 1 / 4
    assert result.reasons["2"].startswith("unexpected TypeError")


def test_a_reference_that_cannot_be_read_fails_the_task(tmp_path: Path) -> None:
    def truth(item: gl.Item) -> str:
        raise InvalidInput("no key 'verdict'")

    law(tmp_path, YES)
    result = scored(tmp_path, gl.Recipe("accuracy", gl.Format("f", WORDS.prediction, truth, "A word.")))
    assert (result.value, result.failed) == (None, True)
    assert result.reason == "failed: the reference of item '1' cannot be read: no key 'verdict'"


def test_strangers_and_doubles_are_reported_and_not_scored(tmp_path: Path) -> None:
    law(tmp_path, [*YES, {"id": 99, "prediction": "yes"}, {"id": 1, "prediction": "no"}])
    result = scored(tmp_path)
    assert result.value == 3 / 4  # item 1 has two answers, which is none
    assert any("99" in note for note in result.notes)
    assert "1" in result.reasons


def test_a_damaged_file_fails_its_task_and_no_other(tmp_path: Path) -> None:
    law(tmp_path, YES)
    write(tmp_path / "law/sentences/annotation.json", '{"task": "law.sentences", "data": [')
    table = gl.evaluate(tmp_path, catalogue=OWN, recipes={"law.cases": gl.Recipe("accuracy", WORDS)})
    assert table.result("law.cases").value == 1.0
    assert table.result("law.sentences").failed or table.result("law.sentences").value is None
    assert [finding.severity for finding in table.findings] != []


def test_a_parameter_of_the_annotation_file(tmp_path: Path) -> None:
    recipe = gl.Recipe("accuracy", WORDS, params={"fold_case": FromHeader("fold_case")})
    law(tmp_path, [{"id": 1, "prediction": "YES"}], data=[{"id": 1, "output": "yes"}], fold_case=True)
    assert scored(tmp_path, recipe).value == 1.0
    law(tmp_path, YES)
    assert "does not say 'fold_case'" in scored(tmp_path, recipe).reason


def test_a_role_that_is_not_filled_is_not_a_failure(tmp_path: Path) -> None:
    law(tmp_path, YES)
    recipe = gl.Recipe("accuracy", WORDS, params={"normalise": Needs("normaliser", "something that normalises")})
    result = scored(tmp_path, recipe)
    assert not result.failed
    assert result.reason == ("not scored: needs something that normalises: pass extractors={'normaliser': ...}.")
    assert scored(tmp_path, recipe, extractors={"normaliser": "none"}).value == 1.0


def test_items_are_kept_on_request_with_the_standard_error_of_their_mean(tmp_path: Path) -> None:
    law(tmp_path, YES[:3])
    result = scored(tmp_path, keep_items=True)
    assert [(item.id, item.value, item.reason) for item in result.items] == [
        ("1", 1.0, None), ("2", 1.0, None), ("3", 1.0, None), ("4", 0.0, "no prediction")
    ]  # fmt: skip
    assert result.standard_error == pytest.approx(math.sqrt(0.25) / 2, rel=1e-12)  # sd 1/2 of 1, 1, 1, 0 over sqrt 4
    assert scored(tmp_path).items is None


def test_a_result_survives_json_and_pickle(tmp_path: Path) -> None:
    law(tmp_path, YES[:3])
    result = scored(tmp_path, keep_items=True)
    assert gl.benchmark.TaskResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result
    assert pickle.loads(pickle.dumps(result)) == result


# ---------------------------------------------------------------------------------------------------- the whole


def test_what_cannot_be_asked_for(tmp_path: Path) -> None:
    law(tmp_path, YES)
    with pytest.raises(UnknownTask, match="Did you mean"):
        gl.evaluate(tmp_path, catalogue=OWN, tasks=["law.case"])
    with pytest.raises(UnknownName, match="there are no recipes 'relased'"):
        gl.evaluate(tmp_path, catalogue=OWN, recipe="relased")
    with pytest.raises(InvalidInput, match="does not exist; wanted the folder that holds the task folders"):
        gl.evaluate(tmp_path / "nowhere", catalogue=OWN)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SyntheticBench:
    """A few tasks of each kind, large enough that some are cut into slices."""
    names = [
        "Sports Image Classification", "Image Deraining", "Financial Sentiment Analysis", "Indoor Depth Estimation",
        "Human Action Recognition", "Machine Translation",
    ]  # fmt: skip
    catalogue = gl.general_bench()
    found = [task.id for name in names for task in catalogue if task.name == name]
    return write_general_bench(tmp_path_factory.mktemp("bench"), tasks=found, items=150, size=16)


def same(one: gl.EvaluatedTable, other: gl.EvaluatedTable) -> bool:
    """Equal to the last bit, timings apart."""
    return one == other and one.results == other.results


def test_workers_do_not_show_in_the_table(bench: SyntheticBench, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known), "keep_items": True}
    alone = gl.evaluate(bench.root, **settings)
    assert all(row.value is not None for row in alone.results)
    assert same(alone, gl.evaluate(bench.root, n_jobs=2, **settings))
    assert same(alone, gl.evaluate(bench.root, n_jobs=2, backend="threading", **settings))
    monkeypatch.setattr(workers, "SPLIT_BYTES", 0)
    assert same(alone, gl.evaluate(bench.root, n_jobs=2, backend="threading", **settings))


def test_media_are_cut_into_slices(bench: SyntheticBench, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr(workers, "SPLIT_BYTES", 0)
    monkeypatch.setattr(evaluating, "results", lambda found, *_: jobs.extend(found) or iter(()))
    gl.evaluate(bench.root, predictions=bench.corrupted, tasks=list(bench.known))
    cut = [unit for unit in workers.units_of(jobs) if unit.which is not None]
    assert {jobs[unit.job].task.name for unit in cut} >= {"Image Deraining"}
    of_one = [unit for unit in cut if jobs[unit.job].task.name == "Image Deraining"]
    assert len(of_one) == -(-150 // work.MEDIA_IN_SLICE)


def test_a_run_goes_on_where_it_was_and_scores_again_what_has_changed(bench: SyntheticBench, tmp_path: Path) -> None:
    calls: list[str] = []
    original = work.score_task

    def counted(job: Any) -> Any:
        calls.append(job.task.id)
        return original(job)

    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known), "run": tmp_path / "run"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "score_task", counted)
        first = gl.evaluate(bench.root, **settings)
        assert len(calls) == len(bench.known)
        assert same(first, gl.evaluate(bench.root, **settings))
        assert len(calls) == len(bench.known)
        changed = next(bench.corrupted.rglob("SportsImageClassification/prediction.json"))
        entries = json.loads(changed.read_text())
        changed.write_text(json.dumps(entries[1:]))
        second = gl.evaluate(bench.root, **settings)
        assert calls[len(bench.known) :] == ["image.comprehension.sports-image-classification"]
        assert second.results != first.results
        changed.write_text(json.dumps(entries))
        assert same(first, gl.evaluate(bench.root, **settings))


def test_the_unfinished_line_of_a_killed_run_is_cut_off(bench: SyntheticBench, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known), "run": tmp_path}
    first = gl.evaluate(bench.root, **settings)
    journal = tmp_path / "results.jsonl"
    content = journal.read_bytes()
    for cut in (len(content) - 1, len(content) - 40, content.index(b"\n") + 1, 3):
        journal.write_bytes(content[:cut])
        assert same(first, gl.evaluate(bench.root, **settings))
    journal.write_text("something else\n")
    with pytest.raises(InvalidInput, match="no result of this version"):
        gl.evaluate(bench.root, **settings)


KILLED = """
import sys
import generallevel as gl
if __name__ == "__main__":
    root, predictions, run, tasks, jobs = sys.argv[1:]
    gl.evaluate(root, predictions=predictions, tasks=tasks.split(","), run=run, n_jobs=int(jobs))
"""


@pytest.mark.slow
def test_a_run_that_is_killed_ten_times_ends_with_the_identical_table(bench: SyntheticBench, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known)}
    wanted = gl.evaluate(bench.root, **settings)
    script = tmp_path / "run.py"
    script.write_text(KILLED)
    started = time.monotonic()
    arguments = [sys.executable, str(script), str(bench.root), str(bench.corrupted), "RUN", ",".join(bench.known), "1"]
    subprocess.run([*arguments[:4], str(tmp_path / "whole"), *arguments[5:]], check=True)
    whole = time.monotonic() - started
    moments = random.Random(5)
    for number in range(10):
        run = tmp_path / f"run{number}"
        process = subprocess.Popen([*arguments[:4], str(run), *arguments[5:]], start_new_session=True)
        time.sleep(whole * moments.random())
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert same(wanted, gl.evaluate(bench.root, run=run, **settings))


def test_dask_workers_give_the_same_table(bench: SyntheticBench) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    import joblib

    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known)}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        assert same(gl.evaluate(bench.root, **settings), gl.evaluate(bench.root, n_jobs=2, **settings))


def test_the_table_pickles_and_prints(bench: SyntheticBench) -> None:
    table = gl.evaluate(bench.root, predictions=bench.corrupted, tasks=list(bench.known), split="open")
    again = pickle.loads(pickle.dumps(table))
    assert same(table, again)
    assert again.columns["split"] == ("open",) * len(table)
    assert str(table).startswith(f"{len(bench.known)} of {len(bench.known)} tasks scored")
    assert repr(table) == f"<EvaluatedTable: {table.summary}>"
    report = gl.compute_level(table)
    assert report.supported == len(bench.known)
    assert {row["protocol"] for row in report.tasks if row["score"] is not None} >= {table.results[0].grade}
    assert np.isfinite(report.level_2)


# ------------------------------------------------------------------------------------------- the released task scorer


def sentiment(tmp_path: Path, answered: int) -> Path:
    data = [{"id": n, "input": "?", "output": "positive"} for n in range(100)]
    folder = tmp_path / "NLP/FinancialSentimentAnalysis"
    write(folder / "annotation.json", {"task": "Financial Sentiment Analysis", "type": "classification", "data": data})
    write(folder / "prediction.json", [{"id": n, "prediction": "positive"} for n in range(answered)])
    return tmp_path


def test_each_slip_of_the_released_task_scorer_is_a_switch(tmp_path: Path) -> None:
    from generallevel.benchmark.recipes.books import released
    from generallevel.benchmark.recipes.slips import Slip

    root, name = sentiment(tmp_path, answered=1), ["Financial Sentiment Analysis"]

    def row(*slips: Slip) -> Any:
        return gl.evaluate(root, tasks=name, recipe=released(slips)).results[0]

    assert (row().value, row().unit, row().n_total) == (1 / 100, "fraction", 100)
    q11 = row(Slip.MISSING_LEAVE_THE_DENOMINATOR)
    assert (q11.value, q11.n_total) == (1.0, 1)
    q9 = row(Slip.FRACTIONS_BESIDE_PERCENT)
    assert (q9.value, q9.unit) == (1 / 100, "percent")
    whole = gl.evaluate(root, tasks=name, recipe="released")
    assert (whole.results[0].value, whole.results[0].unit) == (1.0, "percent")
    assert gl.compute_level(whole).wins == 0  # one percent, where every answer was right
    assert whole.results[0].recipe.startswith("released: ")
    assert gl.evaluate(root, tasks=name).results[0].value == 1 / 100


def test_a_result_in_another_metric_than_the_references_has_no_row(tmp_path: Path) -> None:
    from generallevel.benchmark.recipes.books import released

    folder = tmp_path / "NLP/TimeSeries"
    (task,) = (task for task in gl.general_bench() if task.metric == "rmse" and task.paradigm is None)
    items = [{"id": 1, "output": {"target": [1.0]}}]
    write(folder / "annotation.json", {"task": task.id, "type": "Time Series", "data": items})
    write(folder / "prediction.json", [{"id": 1, "prediction": "[1.0]"}])
    silent = gl.evaluate(tmp_path, tasks=[task.id], recipe="released")
    assert (silent.results[0].value, silent.findings) == (None, ())
    told = gl.evaluate(tmp_path, tasks=[task.id], recipe=released(()))
    assert told.results[0].failed
    assert [finding.code for finding in told.findings] == ["task-failed"]
    assert "the recipe scores mae" in told.results[0].reason


# ------------------------------------------------------------------------------------------------- who is to blame


def test_a_reference_reader_that_breaks_names_the_item(tmp_path: Path) -> None:
    law(tmp_path, YES)
    recipe = gl.Recipe("accuracy", gl.Format("f", WORDS.prediction, lambda item: item.extra["verdict"], "A word."))
    result = scored(tmp_path, recipe)
    assert result.failed
    assert result.reason == "failed: the reference of item '1' cannot be read: unexpected KeyError: 'verdict'"


def test_a_reader_that_breaks_on_every_prediction_is_not_a_zero_of_the_model(tmp_path: Path) -> None:
    law(tmp_path, YES[:3])
    recipe = gl.Recipe("accuracy", gl.Format("f", lambda item: item.prediction["text"], WORDS.reference, "A word."))
    result = scored(tmp_path, recipe)
    assert (result.value, result.failed, result.n_scored) == (None, True, 0)
    assert str(result.reason).startswith("failed: every prediction ends in an error: unexpected TypeError")


@pytest.mark.parametrize("keep_items", [True, False])
@pytest.mark.parametrize("answers", [["0.5", "1.5", "2.5"], ["0.5", None, "2.5"], ["x", "1.5", "2.5"]])
def test_a_reference_that_no_answer_can_be_scored_against_fails_the_task(
    tmp_path: Path, answers: list[Any], keep_items: bool
) -> None:
    data = [{"id": n, "output": one} for n, one in enumerate([3.5, "a few", 4.5])]
    write(tmp_path / "law/sentences/annotation.json", {"task": "law.sentences", "data": data})
    write(tmp_path / "law/sentences/prediction.json", [{"id": n, "prediction": one} for n, one in enumerate(answers)])
    numbers = gl.Format("numbers", lambda item: item.prediction, lambda item: item.output, "A number.")
    recipes = {"law.sentences": gl.Recipe("mae", numbers)}
    result = gl.evaluate(tmp_path, catalogue=OWN, recipes=recipes, keep_items=keep_items).result("law.sentences")
    assert (result.value, result.failed) == (None, True)
    assert str(result.reason).startswith("failed: the reference of item '1' cannot be scored: ")


SETS = Catalogue.from_rows([{"id": "law.pictures", "modality": "law", "metric": "fid"}], name="sets")


def two_sets(root: Path, predictions: list[Any], references: list[Any], **settings: Any) -> Any:
    data = [{"id": n, "output": one} for n, one in enumerate(references)]
    write(root / "law/pictures/annotation.json", {"task": "law.pictures", "data": data})
    write(root / "law/pictures/prediction.json", [{"id": n, "prediction": one} for n, one in enumerate(predictions)])

    def said(item: gl.Item) -> Any:
        return object() if item.prediction == "broken" else np.array(item.prediction, dtype=np.float64)

    def true(item: gl.Item) -> Any:
        return np.array(item.output, dtype=np.float64)

    recipes = {"law.pictures": gl.Recipe("fid", gl.Format("f", said, true, "Features."))}
    return gl.evaluate(root, catalogue=SETS, recipes=recipes, **settings).results[0]


def test_a_real_one_that_cannot_be_scored_fails_the_task_and_does_not_shrink_its_set(tmp_path: Path) -> None:
    fine = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]
    assert two_sets(tmp_path, fine, fine).value == pytest.approx(0, abs=1e-9)
    result = two_sets(tmp_path, fine, [*fine[:2], [[[1.0]]]])
    assert (result.value, result.failed) == (None, True)
    assert str(result.reason).startswith("failed: the reference of item '2' cannot be scored: ")


def test_a_member_of_a_set_that_breaks_the_metric_costs_itself(tmp_path: Path) -> None:
    fine = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]
    result = two_sets(tmp_path, [*fine[:2], "broken"], fine)
    assert (result.n_total, result.n_scored, result.failed) == (3, 2, False)
    assert list(result.reasons) == ["2"]


# ----------------------------------------------------------------------------------------------------- to be read


def test_one_copied_image_does_not_make_a_perfect_set(bench: SyntheticBench, tmp_path: Path) -> None:
    (name,) = (name for name in bench.known if name.endswith("image-deraining"))
    entries = json.loads(next(bench.corrupted.rglob("ImageDeraining/prediction.json")).read_text())
    place = next(bench.corrupted.rglob("ImageDeraining"))
    own = tmp_path / "Image/generation/ImageDeraining"
    shutil.copytree(place, own)
    right = next(bench.perfect.rglob("ImageDeraining"))
    shutil.copy(next((right).rglob("0.png")), own / "copied.png")
    write(own / "prediction.json", [{**entries[0], "prediction": "copied.png"}, *entries[1:]])
    (result,) = gl.evaluate(bench.root, predictions=tmp_path, tasks=[name]).results
    n, decibels = result.n_total, bench.known[name].corrupted
    assert result.value == pytest.approx(((n - 1) * decibels + 100) / n, rel=1e-12)


def test_the_name_of_one_task_is_enough(bench: SyntheticBench) -> None:
    assert len(gl.evaluate(bench.root, predictions=bench.corrupted, tasks="Image Deraining")) == 1
    with pytest.raises(UnknownScope, match="no scope is called 'Image Derain'"):
        gl.evaluate(bench.root, tasks="Image Derain")


def test_a_long_table_prints_short() -> None:
    rows = [gl.benchmark.TaskResult(f"a.{n}", "accuracy", "fraction", reason=f"not run: {n}") for n in range(100)]
    rows += [
        gl.benchmark.TaskResult(f"b.{n}", "accuracy", "fraction", reason=f"failed: {n}", failed=True)
        for n in range(100)
    ]
    findings = [Finding("task-failed", "error", str(row.reason), row.task) for row in rows if row.failed]
    lines = str(gl.EvaluatedTable.of(rows, findings)).splitlines()
    assert len(lines) == 1 + 20 + 1 + 5 + 1
    assert lines[21] == "  80 without a score for 80 other reasons"
    assert lines[-1] == "  ... and 95 more [task-failed]"
