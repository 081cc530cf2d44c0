"""The sampler of task scores: right distributions, right spread, right intervals, and nothing unknown passed over."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from generallevel import Catalogue, LevelReport, ScoreTable, compute_level
from generallevel.analysis.level_intervals.known_spread import reference_sampling, score_sampling
from generallevel.analysis.level_intervals.task_sampling import KINDS
from generallevel.errors import GeneralLevelError, InvalidInput

TASKS = [
    {"task": "hits", "metric": "accuracy", "unit": "percent", "reference": 60.0},
    {"task": "words", "metric": "bleu_1", "unit": "percent", "reference": 40.0},
    {"task": "opinions", "metric": "mos", "unit": "mos_1_5", "reference": 3.5},
    {"task": "images", "metric": "fid", "unit": "raw", "reference": 25.0},
    {"task": "none", "metric": "accuracy", "unit": "percent", "reference": 50.0},
]


@pytest.fixture(scope="module")
def tasks() -> Catalogue:
    rows = [{**row, "modality": "touch", "paradigm": "generation"} for row in TASKS]
    return Catalogue.from_rows(rows, name="Five")


def report(tasks: Catalogue, scores: object, **options: object) -> LevelReport:
    return compute_level(scores, catalogue=tasks, scope="C:touch.generation", **options)  # type: ignore[arg-type]


def test_every_source_of_spread_is_told_apart(tasks: Catalogue) -> None:
    plain = report(tasks, {"hits": 60.0, "words": 30.0, "opinions": 3.0, "images": 20.0})
    assert score_sampling(plain).sources == {"unknown": 4}
    assert score_sampling(plain, 100).sources == {"unknown": 1, "counted": 1, "bounded": 2}  # a FID has no items
    assert score_sampling(plain, {"hits": 50}).sources == {"unknown": 3, "counted": 1}
    assert score_sampling(plain, 100, 0.05).sources == {"counted": 1, "bounded": 2, "normal": 1}
    assert score_sampling(plain, 100, "conservative").sources == {"counted": 1, "bounded": 2, "anything": 1}
    assert reference_sampling(plain, 100).sources == {"unknown": 1, "counted": 2, "bounded": 2}
    assert reference_sampling(plain, "stated").sources == {"unknown": 5}


def test_standard_errors_are_those_of_the_textbook(tasks: Catalogue) -> None:
    scores = {
        "hits": {"score": 60.0, "n": 400},
        "words": {"score": 30.0, "standard_error": 1.5, "n": 400},  # a stated error comes first
        "opinions": {"score": 3.0, "n": 100},
        "images": {"score": 20.0, "low": 18.0, "high": 22.0},
    }
    errors = score_sampling(report(tasks, scores)).standard_errors()
    # 100 sqrt(.6 .4 / 400); as stated; (5 - 1) sqrt(.5 .5 / 100); 4 / (2 * 1.96)
    assert errors[:4] == pytest.approx([2.4494897, 1.5, 0.2, 4 / (2 * 1.959964)], abs=1e-6)
    assert np.isnan(errors[4])


def test_a_standard_error_is_in_the_unit_of_its_row(tasks: Catalogue) -> None:
    rows = {
        "hits": {"score": 0.6, "standard_error": 0.02, "unit": "fraction"},
        "words": {"score": 0.0, "standard_error": 0.01, "unit": "fraction"},
    }
    assert score_sampling(report(tasks, rows)).standard_errors()[:2].tolist() == pytest.approx([2.0, 1.0])
    rows = {
        "hits": {"score": 0.6, "standard_error": 0.02},
        "words": {"score": 0.0, "standard_error": 0.01},  # 0 in any unit: the other rows tell
    }
    whole = report(tasks, rows, unit="fraction")
    assert score_sampling(whole).standard_errors()[:2].tolist() == pytest.approx([2.0, 1.0])


def test_items_that_were_scored_are_the_ones_that_count(tasks: Catalogue) -> None:
    part = report(tasks, {"hits": {"score": 50.0, "n": 400, "n_scored": 100}})
    assert score_sampling(part).standard_errors()[0] == pytest.approx(5.0)  # 100 sqrt(.5 .5 / 100)


def test_outside_the_scope_nothing_is_drawn(tasks: Catalogue) -> None:
    rows = [{**TASKS[0], "modality": "touch", "paradigm": "generation"}]
    rows += [{**TASKS[1], "modality": "touch", "paradigm": "comprehension"}]
    two = Catalogue.from_rows(rows, name="Two")
    inside = compute_level({"hits": 60.0, "words": 30.0}, catalogue=two, scope="C:touch.generation")
    assert score_sampling(inside, 10).sources == {"counted": 1}


@pytest.mark.parametrize(("share", "n"), [(0.5, 40), (0.93, 465), (0.3, 60), (0.985, 1000), (0.02, 200), (0.7, 10)])
def test_draws_are_binomial(tasks: Catalogue, share: float, n: int) -> None:
    """Both ways to draw: the smooth one from a variance of 10 on, the exact one below."""
    sampling = score_sampling(report(tasks, {"hits": 100 * share}), n)
    draws = 200_000
    hits = sampling.draw(np.random.default_rng(3), draws)[:, 0] * n / 100
    assert np.abs(hits - np.rint(hits)).max() < 1e-9
    found = np.bincount(np.rint(hits).astype(int), minlength=n + 1).cumsum() / draws
    apart = np.abs(found - stats.binom.cdf(np.arange(n + 1), n, share)).max()
    assert apart < 1.63 / np.sqrt(draws) + 1.2e-4  # Kolmogorov's 1 % point, and what the expansion may be off


def test_hits_are_exactly_the_printed_scores(tasks: Catalogue) -> None:
    drawn = score_sampling(report(tasks, {"hits": 57.0}), 100).draw(np.random.default_rng(0), 2000)[:, 0]
    assert set(drawn.tolist()) <= {float(hits) for hits in range(101)}


def test_normal_draws_keep_to_the_bounds_and_unknown_scores_stay(tasks: Catalogue) -> None:
    scores = {
        "hits": {"score": 99.0, "standard_error": 5.0},
        "opinions": 3.0,
        "images": {"score": 20.0, "low": 16.0, "high": 24.0},
    }
    drawn = score_sampling(report(tasks, scores)).draw(np.random.default_rng(0), 50_000)
    assert drawn[:, 0].max() == 100.0
    assert (drawn[:, 2] == 3.0).all()
    assert np.isnan(drawn[:, [1, 4]]).all()
    assert drawn[:, 3].std() == pytest.approx(8 / (2 * 1.959964), rel=0.02)


def test_a_bounded_score_varies_as_much_as_any_mean_of_items_can(tasks: Catalogue) -> None:
    drawn = score_sampling(report(tasks, {"opinions": 2.0}), 100).draw(np.random.default_rng(0), 100_000)[:, 2]
    assert drawn.std() == pytest.approx(4 * np.sqrt(0.25 * 0.75 / 100), rel=0.01)
    assert drawn.mean() == pytest.approx(2.0, abs=0.01)


def test_intervals_hold_the_score_and_widen_with_confidence(tasks: Catalogue) -> None:
    scores = {"hits": 0.0, "words": 100.0, "opinions": 3.0, "images": {"score": 20.0, "standard_error": 2.0}}
    sampling = score_sampling(report(tasks, scores), 50)
    narrow, wide = sampling.intervals(0.9), sampling.intervals(0.999)
    for low, high in (narrow, wide):
        assert (low[:4] <= sampling.values[:4]).all()
        assert (high[:4] >= sampling.values[:4]).all()
    assert (wide[0][:4] <= narrow[0][:4]).all()
    assert (wide[1][:4] >= narrow[1][:4]).all()
    # Exact: no hit in 50 leaves 1 - (.05)^(1/50) as the upper end of a 90 % interval.
    assert narrow[1][0] == pytest.approx(100 * (1 - 0.05 ** (1 / 50)))
    assert narrow[1][3] == pytest.approx(20 + 2 * stats.norm.ppf(0.95))


def test_a_conservative_task_may_have_any_score(tasks: Catalogue) -> None:
    low, high = score_sampling(report(tasks, {"hits": 60.0, "images": 20.0}), None, "conservative").intervals(0.95)
    assert (low[0], high[0], low[3], high[3]) == (0.0, 100.0, 0.0, np.inf)


@pytest.mark.parametrize("n", [0, -3, 2.5, True, "many", {"hits": 0}])
def test_a_number_of_items_is_a_whole_number(tasks: Catalogue, n: object) -> None:
    with pytest.raises(InvalidInput, match="wanted 'benchmark', a mapping of task to number, or a whole number"):
        score_sampling(report(tasks, {"hits": 60.0}), n)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("assume", "said"), [("bold", "wanted 'conservative'"), (0.0, "a finite number above 0"), (True, "above 0")]
)
def test_an_assumption_is_one_of_two_kinds(tasks: Catalogue, assume: object, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        score_sampling(report(tasks, {"hits": 60.0}), None, assume)  # type: ignore[arg-type]


def test_references_are_over_a_whole_number_of_items_or_as_stated(tasks: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="wanted 'stated' or a whole number"):
        reference_sampling(report(tasks, {"hits": 60.0}), "some")  # type: ignore[arg-type]


def test_a_task_that_does_not_exist_has_no_items(tasks: Catalogue) -> None:
    with pytest.raises(GeneralLevelError, match="hitz"):
        score_sampling(report(tasks, {"hits": 60.0}), {"hitz": 10})


def test_the_order_of_a_catalogue_decides_nothing(tasks: Catalogue) -> None:
    rows = [{**row, "modality": "touch", "paradigm": "generation"} for row in reversed(TASKS)]
    turned = Catalogue.from_rows(rows, name="Turned")
    scores = {"hits": 60.0, "words": 1.0, "opinions": 3.0, "images": {"score": 20.0, "standard_error": 2.0}}
    drawn: list[NDArray[np.float64]] = [
        score_sampling(report(one, scores), 50).draw(np.random.default_rng(5), 20) for one in (tasks, turned)
    ]
    assert np.array_equal(drawn[0], drawn[1][:, ::-1], equal_nan=True)


def test_a_table_may_leave_a_score_out(tasks: Catalogue) -> None:
    table = ScoreTable.from_mapping({"hits": {"score": None, "n": 20}, "words": {"score": 30.0, "n": 20}})
    assert score_sampling(report(tasks, table)).sources == {"bounded": 1}


def test_only_items_that_are_right_or_wrong_are_counted() -> None:
    names = (
        "accuracy", "exact_match",  # right or wrong
        "event_accuracy", "recall_at_50", "user_preference_rate",  # an item may be partly right
        "frame_accuracy", "success_rate",  # frames pooled over clips, of which n is the number
    )  # fmt: skip
    rows = [{"task": name, "modality": "touch", "paradigm": "generation", "metric": name} for name in names]
    own = Catalogue.from_rows([{**row, "reference": 50.0} for row in rows])
    sampling = score_sampling(compute_level(dict.fromkeys(names, 60.0), catalogue=own), 100)
    assert [KINDS[kind] for kind in sampling.kinds.tolist()] == ["counted"] * 2 + ["bounded"] * 5
    # Wider where the items may be anything between the bounds.
    low, high = sampling.intervals(0.95)
    assert (np.diff(high - low)[[0, 2, 3, 4, 5]] == 0).all()
    assert high[2] - low[2] > high[0] - low[0]


def test_items_that_score_alike_do_not_make_a_score_certain(tasks: Catalogue) -> None:
    scores = {
        "hits": {"score": 100.0, "standard_error": 0.0, "n": 20},  # 20 of 20
        "words": {"score": 50.0, "standard_error": 0.0},  # as stated, since nothing else is
        "images": {"score": 20.0, "standard_error": 0.0, "n": 20},  # no number of items bounds a FID
    }
    sampling = score_sampling(report(tasks, scores))
    assert sampling.sources == {"counted": 1, "normal": 2}
    low, _ = sampling.intervals(0.95)
    assert low[0] == pytest.approx(100 * stats.beta.ppf(0.025, 20, 1))  # Clopper and Pearson's for 20 of 20


def test_columns_may_go_where_they_are_wanted(tasks: Catalogue) -> None:
    sampling = score_sampling(report(tasks, {"hits": 60.0, "words": 1.0, "opinions": 3.0, "images": 20.0}), 50, 0.1)
    room = np.full((30, 5), 7.0)
    given = sampling.draw(np.random.default_rng(4), 30, room)
    assert given is room
    assert np.array_equal(given, sampling.draw(np.random.default_rng(4), 30), equal_nan=True)
    normaliser = report(tasks, {}).basis.grid.normaliser
    points = np.full((30, 5), 7.0)
    assert normaliser.points(given, out=points) is points
    alone = np.stack([normaliser.points(row) for row in given])
    assert np.array_equal(points, alone, equal_nan=True)
