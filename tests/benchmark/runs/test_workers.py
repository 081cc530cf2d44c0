"""Workers: what cannot be sent to them, what ends them, and that a failure reads the same whoever met it."""

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

import generallevel as gl
from generallevel.benchmark import Catalogue, Needs
from generallevel.benchmark.runs import evaluating, workers
from generallevel.errors import GeneralLevelError, InvalidInput, UnknownName
from generallevel.extractors import Wrapped
from generallevel.testing.synthetic.tree import SyntheticBench, write_general_bench

OWN = Catalogue.from_rows([{"id": name, "modality": "law", "metric": "accuracy"} for name in ("a.one", "a.two")])


def tree(root: Path) -> Path:
    for task in OWN:
        folder = root / task.id.replace(".", "/")
        folder.mkdir(parents=True)
        data = [{"id": 1, "input": "?", "output": "yes"}]
        (folder / "annotation.json").write_text(json.dumps({"task": task.id, "data": data}))
        (folder / "prediction.json").write_text(json.dumps([{"id": 1, "prediction": "yes"}]))
    return root


def scored(root: Any, said: Any = None, **settings: Any) -> gl.EvaluatedTable:
    words = gl.Format("words", said or (lambda item: item.prediction), lambda item: item.output, "A word.")
    recipe = gl.Recipe("accuracy", words, params=settings.pop("params", {}))
    return gl.evaluate(root, catalogue=OWN, recipes={task.id: recipe for task in OWN}, **settings)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SyntheticBench:
    folder = tmp_path_factory.mktemp("bench")
    return write_general_bench(folder, tasks=["Image Deraining", "Human Action Recognition"], items=70, size=16)


def test_a_killed_worker_is_an_error_that_names_the_tasks(tmp_path: Path) -> None:
    def killing(item: gl.Item) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    with pytest.raises(GeneralLevelError, match=r"a worker ended \(.*at one of these tasks: a.one, a.two"):
        scored(tree(tmp_path), killing, n_jobs=2)
    assert scored(tmp_path, n_jobs=2).summary == "2 of 2 tasks scored"


def test_what_cannot_be_pickled_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    lock = threading.Lock()

    def locked(item: gl.Item) -> str:
        with lock:
            return str(item.prediction)

    with pytest.raises(InvalidInput, match=r"cannot be sent to workers \(.*lock.*or pass n_jobs=1"):
        scored(tree(tmp_path), locked, n_jobs=2)
    assert scored(tmp_path, locked).summary == "2 of 2 tasks scored"


def test_there_is_no_such_backend_and_no_zero_workers(tmp_path: Path) -> None:
    tree(tmp_path)
    with pytest.raises(InvalidInput, match="joblib has no backend 'lokey' here"):
        scored(tmp_path, n_jobs=2, backend="lokey")
    with pytest.raises(InvalidInput, match="n_jobs is a number of workers, or -1 for all cores, not 0"):
        scored(tmp_path, n_jobs=0)


def test_a_backend_that_gathers_its_results_gives_the_same_table(
    bench: SyntheticBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes of the standard library, and Ray, whose backend is made of theirs."""
    monkeypatch.setattr(workers, "SPLIT_BYTES", 0)
    monkeypatch.setattr(workers, "UNITS_FOR_EACH", 1)
    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known)}
    alone = gl.evaluate(bench.root, **settings)
    assert gl.evaluate(bench.root, n_jobs=2, backend="multiprocessing", **settings).results == alone.results


def test_a_task_that_fails_in_slices_reads_as_one_that_fails_whole(
    bench: SyntheticBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    annotation = next(bench.root.rglob("ImageDeraining/annotation.json"))
    before = annotation.read_text()
    broken = json.loads(before)
    broken["data"][66]["output"] = "nothing.png"
    annotation.write_text(json.dumps(broken))
    monkeypatch.setattr(workers, "SPLIT_BYTES", 0)
    settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": "Image Deraining"}
    try:
        (alone,) = gl.evaluate(bench.root, **settings).results
        (cut,) = gl.evaluate(bench.root, n_jobs=2, backend="threading", **settings).results
    finally:
        annotation.write_text(before)
    assert alone.failed
    assert alone.n_total == 70
    assert "there is no file 'nothing.png'" in str(alone.reason)
    assert cut == alone


def test_workers_find_a_relative_root_after_the_caller_has_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path / "first/bench")
    tree(tmp_path / "second/bench")
    for place in ("first", "second"):
        monkeypatch.chdir(tmp_path / place)
        table = scored("bench", n_jobs=2)
        assert (table.summary, table.source) == ("2 of 2 tasks scored", "bench")
        (tmp_path / place).rename(tmp_path / f"{place}-moved")


def test_a_link_to_the_newest_tree_may_be_turned(bench: SyntheticBench, tmp_path: Path) -> None:
    other = write_general_bench(tmp_path / "other", tasks=["Image Deraining"], items=1, size=16)
    link = tmp_path / "latest"
    for one in (bench, other):
        link.symlink_to(one.root.parent)
        (result,) = gl.evaluate(link / "bench", predictions=link / "perfect", tasks="Image Deraining").results
        assert result.value == 100.0
        link.unlink()


# ------------------------------------------------------------------------------------------------------ extractors


def test_an_extractor_that_no_recipe_asks_for_is_a_slip(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no recipe asks for an extractor 'incepton'.*Did you mean 'inception'"):
        scored(tree(tmp_path), extractors={"incepton": None})


def test_a_bare_function_is_refused_before_it_costs_every_item(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"extractors\['clip'\], a function, has no name and fingerprint"):
        scored(tree(tmp_path), extractors={"clip": lambda images: images})


def test_an_extractor_travels_to_the_tasks_that_ask_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr(evaluating, "results", lambda found, *_: jobs.extend(found) or iter(()))
    network = Wrapped(list, "mine")
    recipes = {
        "a.one": gl.Recipe("accuracy", gl.Format("f", str, str, "A word."), params={"space": Needs("mine", "it")}),
        "a.two": gl.Recipe("accuracy", gl.Format("f", str, str, "A word.")),
    }
    gl.evaluate(tree(tmp_path), catalogue=OWN, recipes=recipes, extractors={"mine": network})
    assert [dict(job.extractors) for job in jobs] == [{"mine": network}, {}]
