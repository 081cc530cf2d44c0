"""All 699 tasks of a synthetic General-Bench, from files to a level, with the scores that are known beforehand."""

from pathlib import Path

import pytest

import generallevel as gl
from generallevel.testing.synthetic.tree import SyntheticBench, extractors, write_general_bench

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SyntheticBench:
    return write_general_bench(tmp_path_factory.mktemp("bench"), items=3)


def table(bench: SyntheticBench, answers: Path) -> gl.EvaluatedTable:
    return gl.evaluate(bench.root, predictions=answers, ratings=answers, extractors=extractors())


def test_perfect_predictions_score_what_their_recipes_declare(bench: SyntheticBench) -> None:
    scores = table(bench, bench.perfect)
    assert len(scores.results) == 699
    assert scores.findings == ()
    for result in scores.results:
        known = bench.known[result.task]
        assert result.value == pytest.approx(known.perfect, rel=known.tolerance, abs=1e-12 + known.tolerance), result
        assert result.grade
    report = gl.compute_level(scores)
    assert (report.level, report.supported) == (5, 699)
    assert report.level_5 == pytest.approx(99.9, abs=0.1)  # three saturating curves end below 100


def test_corrupted_predictions_score_what_was_done_to_them(bench: SyntheticBench) -> None:
    for result in table(bench, bench.corrupted).results:
        known = bench.known[result.task]
        assert result.value == pytest.approx(known.corrupted, rel=known.tolerance), result
        assert known.corrupted != known.perfect, result


def test_empty_prediction_files_are_worth_nothing(bench: SyntheticBench) -> None:
    scores = table(bench, bench.empty)
    for result in scores.results:
        metric = gl.find(result.metric)
        worst = metric.bounds[0 if metric.better == "higher" else 1]
        assert (result.value == worst) if result.value is not None else result.reason, result
        assert len(result.reasons) == result.n_total > 0
        assert result.n_scored == 0
    report = gl.compute_level(scores)
    assert (report.level, report.level_2, report.wins) == (1, 0.0, 0)
