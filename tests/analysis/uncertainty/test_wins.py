"""The uncertainty of tasks and of wins: worked values, decisions, laws, and calibration in simulation."""

import json
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta, binom, norm

from generallevel import LevelReport, ReferenceSet, compute_level, general_bench
from generallevel.analysis.distributions.proportions import wilson
from generallevel.analysis.uncertainty.several_wins import multiplicity
from generallevel.analysis.uncertainty.specialists import expected_maximum
from generallevel.analysis.uncertainty.tasks import task_uncertainty
from generallevel.analysis.uncertainty.win_odds import wins
from generallevel.errors import InvalidInput, LengthMismatch

COUNTED = "image.comprehension.human-action-recognition"  # accuracy
BENCH = general_bench()
ACCURACY = [task.id for task in BENCH.tasks if task.metric == "accuracy"]
ERROR = next(task.id for task in BENCH.tasks if task.metric == "wer")
DISTANCE = next(task.id for task in BENCH.tasks if task.metric == "fid")
OVERLAP = next(task.id for task in BENCH.tasks if task.metric == "rouge_l")


def report_of(scores: dict[str, Any], references: dict[str, float]) -> LevelReport:
    return compute_level(scores, references=ReferenceSet.from_mapping("mine", references, BENCH))


def row_of(table: Any, task: str) -> dict[str, Any]:
    return next(row for row in table.rows() if row["task"] == task)


# --------------------------------------------------------------------------------------------------------------- tasks


def test_each_task_says_how_its_error_is_known() -> None:
    report = report_of(
        {
            COUNTED: {"score": 70.0, "n": 465},
            OVERLAP: {"score": 40.0, "n": 100, "n_scored": 100},
            DISTANCE: {"score": 20.0, "standard_error": 1.5},
            ERROR: {"score": 12.0, "low": 10.0, "high": 14.0},
            ACCURACY[-1]: 50.0,
        },
        {COUNTED: 60.0},
    )
    known = task_uncertainty(report)
    counted, overlap, distance, error = (row_of(known, task) for task in (COUNTED, OVERLAP, DISTANCE, ERROR))
    low, high = wilson(0.7, 465)
    assert (counted["method"], counted["n"], counted["unit"]) == ("wilson", 465, "percent")
    assert [counted["low"], counted["high"]] == pytest.approx([100 * float(low), 100 * float(high)])
    assert counted["standard_error"] == pytest.approx(100 * math.sqrt(0.7 * 0.3 / 465))
    assert (overlap["method"], overlap["standard_error"]) == ("conservative", pytest.approx(math.sqrt(40 * 60 / 100)))
    assert (distance["method"], distance["n"]) == ("given", None)
    assert distance["high"] == pytest.approx(20 + 1.959963984540054 * 1.5)
    assert distance["low"] == pytest.approx(20 - 1.959963984540054 * 1.5)
    assert error["standard_error"] == pytest.approx(4 / (2 * 1.959963984540054))
    assert row_of(known, ACCURACY[-1])["method"] == "unknown"
    assert known.unknown == 1
    assert task_uncertainty(report, n=100).unknown == 0
    assert task_uncertainty(report, n={ACCURACY[-1]: 50}).signature.startswith("tasks|level:0.95|n:by-task:1|methods:")
    assert json.loads(json.dumps(known.to_dict()))["methods"] == known.counts
    assert "1 unknown" in str(known)
    assert len(known) == 699


def test_a_fraction_in_the_table_is_in_the_unit_of_the_task() -> None:
    report = report_of({COUNTED: {"score": 0.7, "unit": "fraction", "standard_error": 0.02}}, {COUNTED: 60.0})
    assert row_of(task_uncertainty(report), COUNTED)["standard_error"] == pytest.approx(2.0)


def test_more_items_and_a_lower_level_narrow_it() -> None:
    report = report_of({COUNTED: 70.0}, {COUNTED: 60.0})
    widths = []
    for n, level in ((100, 0.95), (400, 0.95), (400, 0.8)):
        row = row_of(task_uncertainty(report, level, n=n), COUNTED)
        widths.append(row["high"] - row["low"])
    assert widths == sorted(widths, reverse=True)


# ---------------------------------------------------------------------------------------------------------------- wins


def test_over_items_against_a_constant() -> None:
    report = report_of({COUNTED: {"score": 340 / 465 * 100, "n": 465}}, {COUNTED: 70.0})
    row = row_of(wins(report), COUNTED)
    error = 100 * math.sqrt(0.7 * 0.3 / 465)
    margin = 340 / 465 * 100 - 70
    assert row["margin"] == pytest.approx(margin)
    assert (row["standard_error"], row["z"]) == (pytest.approx(error), pytest.approx(margin / error))
    assert row["probability"] == pytest.approx(beta(340.5, 125.5).sf(0.7))
    assert row["p_win"] == pytest.approx(binom(465, 0.7).sf(339))
    assert row["p_loss"] == pytest.approx(binom(465, 0.7).cdf(340))
    assert row["luck"] == pytest.approx(binom(465, 0.7).sf(325))  # 325.5 are needed
    assert (row["decision"], row["model"], row["won"]) == ("likely win", "jeffreys", True)
    needed = math.ceil(((1.959963984540054 * math.sqrt(0.21) + 0.8416212335729143 * math.sqrt(340 * 125) / 465)
                        / (margin / 100)) ** 2)  # fmt: skip
    assert row["items_needed"] == needed


def test_a_clear_win_is_a_reference_outside_of_the_wilson_interval() -> None:
    for hits in range(280, 375):
        report = report_of({COUNTED: {"score": hits / 465 * 100, "n": 465}}, {COUNTED: 70.0})
        decision = row_of(wins(report, tie=None), COUNTED)["decision"]
        low, high = (float(end) for end in wilson(hits / 465, 465))
        assert (decision == "clear win") == (low > 0.7)
        assert (decision == "clear loss") == (high < 0.7)


def test_with_a_standard_error_and_where_lower_is_better() -> None:
    report = report_of({DISTANCE: {"score": 20.0, "standard_error": 1.5}}, {DISTANCE: 22.4})
    row = row_of(wins(report), DISTANCE)
    assert (row["margin"], row["z"]) == (pytest.approx(2.4), pytest.approx(1.6))
    assert row["probability"] == pytest.approx(norm.cdf(1.6))
    assert (row["p_win"], row["p_loss"]) == (pytest.approx(norm.sf(1.6)), pytest.approx(norm.cdf(1.6)))
    assert (row["items_needed"], row["model"]) == (None, "normal")
    two = row_of(wins(report, sota_se={DISTANCE: 2.0}), DISTANCE)
    assert two["z"] == pytest.approx(2.4 / 2.5)  # 1.5 and 2 at a right angle


def test_a_reference_over_items_pools_the_shares() -> None:
    report = report_of({COUNTED: {"score": 80.0, "n": 400}}, {COUNTED: 70.0})
    row = row_of(wins(report, sota_n=600), COUNTED)
    pooled = (320 + 420) / 1000
    assert row["z"] == pytest.approx(0.1 / math.sqrt(pooled * (1 - pooled) * (1 / 400 + 1 / 600)))
    assert row["model"] == "normal"
    floor = 0.7 * 0.3 / 600
    allowed = (0.1 / (1.959963984540054 + 0.8416212335729143)) ** 2 - floor
    assert row["items_needed"] == math.ceil(0.8 * 0.2 / allowed)
    close = report_of({COUNTED: {"score": 72.0, "n": 400}}, {COUNTED: 70.0})
    assert row_of(wins(close, sota_n=600), COUNTED)["items_needed"] == math.inf  # the reference itself is too uncertain


def test_the_best_of_several_is_lowered() -> None:
    report = report_of({COUNTED: {"score": 70.0, "n": 465}}, {COUNTED: 70.0})
    row = row_of(wins(report, candidates=5), COUNTED)
    error = 100 * math.sqrt(0.7 * 0.3 / 465)
    assert row["reference"] == pytest.approx(70 - expected_maximum(5) * error)
    assert row["luck"] == pytest.approx(1 / 6)
    assert row["decision"] == "likely win"
    assert row_of(wins(report), COUNTED)["decision"] == "tie"
    lower = report_of({DISTANCE: {"score": 20.0, "standard_error": 1.0}}, {DISTANCE: 20.0})
    raised = row_of(wins(lower, sota_se=2.0, candidates=2), DISTANCE)
    assert raised["reference"] == pytest.approx(20 + 2 / math.sqrt(math.pi))
    unknown = report_of({COUNTED: 70.0}, {COUNTED: 60.0})
    assert row_of(wins(unknown, candidates=5), COUNTED)["decision"] == "unknown"


@pytest.mark.parametrize(
    ("score", "tie", "decision"),
    [
        (36.54, "printed", "tie"),
        (36.46, "printed", "tie"),
        (36.56, "printed", "clear win"),
        (36.44, "printed", "clear loss"),
        (36.54, None, "clear win"),
        (36.5, None, "tie"),
        (37.4, 1.0, "tie"),
    ],
)
def test_ties_at_printed_precision(score: float, tie: Any, decision: str) -> None:
    report = report_of({COUNTED: {"score": score, "standard_error": 0.01}}, {COUNTED: 36.5})
    assert row_of(wins(report, tie=tie), COUNTED)["decision"] == decision


def test_what_is_not_known_is_said() -> None:
    report = report_of({COUNTED: 70.0, OVERLAP: {"score": 40.0, "n": 50}}, {COUNTED: 60.0})
    table = wins(report)
    assert row_of(table, COUNTED)["decision"] == "unknown"
    assert row_of(table, OVERLAP)["decision"] == "no reference"
    assert row_of(table, ERROR)["decision"] == "no score"
    assert (table.unknown, table.near, table.expected) == (1, None, 0.0)
    assert "compared without a known error: 1" in str(table)
    with_n = wins(report, n=465)
    assert with_n.constant_references == 1
    assert "references that count as exact: 1 (give sota_n or sota_se)" in str(with_n)
    assert (with_n.near, with_n.unknown) == (0.0, 0)
    assert with_n.signature.startswith(
        "wins|level:0.95|power:0.8|tie:printed|n:465|sota:constant|candidates:1|unknown:0|v:"
    )
    assert json.loads(json.dumps(with_n.to_dict()))["decisions"] == with_n.counts


@pytest.mark.parametrize(
    ("score", "reference"), [(100.0, 100.0), (0.0, 0.0), (100.0, 0.0), (0.0, 100.0), (99.0, 100.0)]
)
def test_the_ends_of_the_scale(score: float, reference: float) -> None:
    report = report_of({COUNTED: {"score": score, "n": 100}}, {COUNTED: reference})
    for arguments in ({}, {"sota_n": 100}, {"candidates": 3}):
        row = row_of(wins(report, tie=None, **arguments), COUNTED)  # type: ignore[arg-type]
        assert 0 <= row["probability"] <= 1
        assert 0 <= row["p_win"] <= 1
        assert not math.isnan(row["z"])
        if not arguments:
            sign = (score > reference) - (score < reference)
            assert row["decision"] == {1: "clear win", 0: "tie", -1: "clear loss"}[sign]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"level": 95}, InvalidInput, r"give 0\.95"),
        ({"power": 1}, InvalidInput, "power is a share"),
        ({"tie": "close"}, InvalidInput, "tie = 'close': wanted 'printed', a distance"),
        ({"candidates": 0}, InvalidInput, "candidates is a whole number of at least 1"),
        ({"sota_se": -1.0}, InvalidInput, "finite number of at least 0"),
        ({"sota_se": [1.0, 2.0]}, LengthMismatch, r"sota_se has shape \(2,\)"),
        ({"sota_n": 0}, InvalidInput, "at least 1"),
        ({"n": "all"}, InvalidInput, "n = 'all'"),
    ],
)
def test_errors_say_what_to_do(arguments: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        wins(report_of({COUNTED: 70.0}, {COUNTED: 60.0}), **arguments)


# ---------------------------------------------------------------------------------------------------------- simulation


def simulated(k: int, reference_n: int | None, draws: int, parity: bool = False) -> tuple[Any, NDArray[np.bool_]]:
    """The tables of wins over many draws, side by side, and which wins are true."""
    rng, found, truly = np.random.default_rng(31), [], []
    for _ in range(draws):
        bar = rng.uniform(0.3, 0.9, len(ACCURACY))
        true = bar if parity else bar + rng.uniform(-0.1, 0.1, len(ACCURACY))
        printed = (
            bar if reference_n is None else rng.binomial(reference_n, bar, (k, len(bar))).max(axis=0) / reference_n
        )
        seen = rng.binomial(465, true) / 465
        report = report_of(dict(zip(ACCURACY, (100 * seen).tolist(), strict=True)),
                           dict(zip(ACCURACY, (100 * printed).tolist(), strict=True)))  # fmt: skip
        table = wins(report, tie=None, n=465, sota_n=reference_n, candidates=k)
        places = np.array([table.tasks.index(task) for task in ACCURACY])
        found.append(np.stack([table.probabilities[places], table.p_win[places], table.z[places]]))
        truly.append(true >= bar)
    return np.concatenate(found, axis=1), np.concatenate(truly)


@pytest.mark.slow
@pytest.mark.parametrize(("k", "reference_n"), [(1, None), (1, 465), (1, 200), (5, 465)])
def test_probabilities_are_calibrated(k: int, reference_n: int | None) -> None:
    """Of the wins with a probability about q, a share q is true."""
    (probability, _, _), truly = simulated(k, reference_n, 80)
    for low, high in zip(np.arange(0, 1, 0.1), np.arange(0.1, 1.1, 0.1), strict=True):
        inside = (probability >= low) & (probability < high + (high > 0.95))
        promised, kept, n = probability[inside].mean(), truly[inside].mean(), inside.sum()
        assert n > 200
        assert kept == pytest.approx(promised, abs=4 * math.sqrt(promised * (1 - promised) / n) + 0.005)


@pytest.mark.slow
def test_p_values_and_clear_wins_at_parity() -> None:
    """A model exactly as good as the reference: errors of 5 percent stay at 5 percent."""
    for reference_n, slack in ((None, 0.0), (465, 0.004)):
        (_, p_win, z), _ = simulated(1, reference_n, 60, parity=True)
        n = len(z)
        for alpha in (0.01, 0.05, 0.25):
            assert (p_win <= alpha).mean() <= alpha + 4 * math.sqrt(alpha * (1 - alpha) / n) + slack
        assert (np.abs(z) >= 1.959963984540054).mean() == pytest.approx(
            0.05, abs=4 * math.sqrt(0.05 * 0.95 / n) + 0.004
        )


@pytest.mark.slow
def test_wins_by_luck_are_as_many_as_expected() -> None:
    rng, won, expected = np.random.default_rng(8), [], []
    bar = np.round(rng.uniform(0.2, 0.95, len(ACCURACY)), 3)
    references = dict(zip(ACCURACY, (100 * bar).tolist(), strict=True))
    for _ in range(80):
        seen = rng.binomial(465, bar) / 465 * 100
        counted = multiplicity(wins(report_of(dict(zip(ACCURACY, seen.tolist(), strict=True)), references), n=465))
        won.append(counted.raw)
        expected.append(counted.by_luck)
    assert np.mean(won) == pytest.approx(np.mean(expected), abs=4 * math.sqrt(len(ACCURACY) / 4 / 80))
