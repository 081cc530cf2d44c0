"""Raw scores onto 0-100: the curves of the paper, units, and what is no score."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import generallevel
from generallevel import Catalogue, list_metrics, normalise
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, UnitMismatch, UnknownMetric
from generallevel.evaluation import grid
from generallevel.normaliser import Normaliser, canonical_unit, convert, table_unit

# The constants of the paper's appendix A.1, written down again.
T = {
    "mae": 50, "depth_rms": 50, "mse": 5, "rmse": 5, "abs_rel": 0.1, "epe": 1, "fid": 25, "fvd": 100, "fad": 10,
    "sad": 10, "relative_translation_error": 0.5, "chamfer_distance": 1, "mcd": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "raw", "points"),
    [
        ("fid", 25, 46.212),
        ("depth_rms", 36.4, 59.593),
        ("epe", 23, 2.174),
        ("psnr", 34.56, 93.882),
        ("mos", 3.82, 70.5),
        ("relative_translation_error", 0.55, 42.563),
        ("abs_rel", 0.27, 18.310),
        ("wer", 5.6, 100 - 5.6),
        ("ms_ssim", 0.9, 100 * (0.9 + 1) / 2),
        ("accuracy", 83.3, 83.3),
    ],
)
def test_check_values(metric: str, raw: float, points: float) -> None:
    assert float(normalise(raw, metric)) == pytest.approx(points, abs=6e-4)


@pytest.mark.parametrize(("metric", "constant"), T.items())
def test_error_curves_are_the_two_sigmoids_of_the_paper(metric: str, constant: float) -> None:
    for raw in (0.01 * constant, 0.3 * constant, constant, 7.7 * constant, 400.0 * constant):
        sigmoid = 1 / (1 + math.exp(-constant / raw))
        assert float(normalise(raw, metric)) == pytest.approx(100 * (2 * sigmoid - 1), rel=1e-9)
    assert [float(normalise(end, metric)) for end in (0.0, -0.0, math.inf)] == [100.0, 100.0, 0.0]


def test_ends_of_the_other_curves() -> None:
    assert normalise([math.inf, 0.0, -3.0, -math.inf], "psnr").tolist() == [100.0, 0.0, 0.0, 0.0]
    assert normalise([0.0, 100.0, 130.0, math.inf], "wer").tolist() == [100.0, 0.0, 0.0, 0.0]
    assert normalise([1.0, 3.0, 5.0], "mos").tolist() == [0.0, 100 * (3 - 1) / 4, 100.0]
    assert normalise([-1.0, 0.0, 1.0], "ms_ssim").tolist() == [0.0, 50.0, 100.0]
    assert normalise([120.0, 100.0, 0.0], "cider").tolist() == [100.0, 100.0, 0.0]
    assert normalise([-3.0, 30.0], "clip_score").tolist() == [0.0, 30.0]


def test_every_metric_is_monotone_in_its_direction_and_perfect_at_its_best() -> None:
    for metric in list_metrics():
        low, high = (max(metric.bounds[0], -100.0), min(metric.bounds[1], 1000.0))
        native = np.linspace(low, high, 2001)
        points = metric.scale(native)
        steps = np.diff(points) if metric.better == "higher" else -np.diff(points)
        assert np.all(steps >= 0), metric.name
        assert np.all((points >= 0) & (points <= 100)), metric.name
        assert float(metric.scale(metric.best)) == 100.0, metric.name


def test_shapes_and_containers() -> None:
    assert normalise(np.full((2, 3), 25, dtype=np.int32), "fid").shape == (2, 3)
    assert normalise([], "fid").shape == (0,)
    assert normalise((25, 25.0), "FID").tolist() == normalise([25, 25], generallevel.find("fid")).tolist()


def test_a_unit_of_ones_own() -> None:
    assert float(normalise(0.833, "accuracy", unit="fraction")) == 83.3
    assert float(normalise(0.056, "wer", unit="fraction")) == pytest.approx(100 - 5.6)
    assert float(normalise(0.364, "depth_rms", unit="m")) == pytest.approx(float(normalise(36.4, "depth_rms")))
    assert float(normalise(83.3, "accuracy", unit=" % ")) == 83.3


def test_what_is_no_score() -> None:
    with pytest.raises(NotFinite, match=r"fid: a score is NaN\. A missing score is left out"):
        normalise([25.0, math.nan], "fid")
    with pytest.raises(NotFinite, match="left out"):
        normalise(None, "fid")  # type: ignore[arg-type]
    with pytest.raises(ImpossibleValue, match=r"accuracy = 250 is outside \[0, 100\] \(percent\)"):
        normalise([83.0, 250.0], "accuracy")
    with pytest.raises(
        ImpossibleValue, match=r"accuracy = 83.3 is outside \[0, 1\] .*pass unit='percent' \(or 0.833\)"
    ):
        normalise(83.3, "accuracy", unit="fraction")
    with pytest.raises(ImpossibleValue, match=r"fid = -1 is outside \[0, inf\].*-1 often stands for a missing one"):
        normalise(-1, "fid")
    with pytest.raises(ImpossibleValue, match=r"mos = 0.5 is outside \[1, 5\]"):
        normalise(0.5, "mos")
    with pytest.raises(ImpossibleValue, match="accuracy = inf"):
        normalise(math.inf, "accuracy")
    with pytest.raises(UnitMismatch, match="'dB' cannot be turned into 'fraction'"):
        normalise(3, "accuracy", unit="dB")
    with pytest.raises(UnknownMetric, match=r"PSRN.*Did you mean 'psnr'\?"):
        normalise(3, "PSRN")
    with pytest.raises(InvalidInput, match="'twenty' are not numbers"):
        normalise("twenty", "fid")


class TestUnits:
    @given(st.floats(-1e6, 1e6), st.sampled_from([("percent", "fraction"), ("m", "cm"), ("mm", "m"), ("deg", "rad")]))
    def test_there_and_back(self, value: float, units: tuple[str, str]) -> None:
        one, other = units
        back = float(convert(convert(value, one, other), other, one))
        assert back == pytest.approx(value, rel=2e-11, abs=1e-300)

    @given(st.integers(0, 10_000))
    def test_a_decimal_stays_a_decimal(self, hundredths: int) -> None:
        percent = hundredths / 100
        assert float(convert(float(f"{hundredths}e-4"), "fraction", "percent")) == percent
        assert float(convert(percent, "percent", "fraction")) == float(f"{hundredths}e-4")

    @given(st.lists(st.floats(0, 1), min_size=2))
    def test_order_is_kept(self, fractions: list[float]) -> None:
        ordered = np.sort(fractions)
        assert np.all(np.diff(convert(ordered, "fraction", "percent")) >= 0)

    @given(st.floats(allow_nan=False))
    def test_the_same_unit_changes_nothing(self, value: float) -> None:
        for one, other in [("percent", "%"), ("dB", "decibel"), ("raw", "cm"), ("px", "unknown"), ("1-5", "MOS")]:
            assert float(convert(value, one, other)) == value

    def test_a_number_that_leaves_the_floats_is_infinite_without_a_warning(self) -> None:
        assert float(convert(1e308, "fraction", "percent")) == math.inf

    def test_what_has_nothing_to_do_with_each_other(self) -> None:
        for one, other in [("percent", "dB"), ("m", "deg"), ("banana", "percent")]:
            with pytest.raises(UnitMismatch, match=f"'{one}' cannot be turned into '{other}'"):
                convert(1.0, one, other)

    def test_spellings(self) -> None:
        assert {canonical_unit(word) for word in ("%", "Percent", "0-100", " percentage ")} == {"percent"}
        assert {canonical_unit(word) for word in ("0-1", "fraction", "Share")} == {"fraction"}

    def test_table_units(self) -> None:
        units = {name: table_unit(generallevel.find(name)) for name in ("accuracy", "wer", "ms_ssim", "epe", "mos")}
        assert units == {"accuracy": "percent", "wer": "percent", "ms_ssim": "fraction", "epe": "unknown", "mos": "1-5"}


class TestColumns:
    @pytest.fixture
    def normaliser(self, bench: Catalogue) -> Normaliser:
        return grid(bench).normaliser

    def test_points_equal_metric_by_metric(self, bench: Catalogue, normaliser: Normaliser) -> None:
        rng = np.random.default_rng(3)
        values = np.abs(bench.reference_set().values) * rng.uniform(0.2, 1.0, (3, len(bench)))
        values = np.clip(values, *normaliser.bounds)
        points = normaliser.points(values)
        for place, task in enumerate(bench):
            unit = normaliser.units[place]
            expected = normalise(values[:, place], task.metric, unit=unit)
            np.testing.assert_allclose(points[:, place], expected, rtol=0, atol=1e-9, err_msg=task.id)

    def test_one_row_gets_what_it_gets_among_many(self, normaliser: Normaliser, bench: Catalogue) -> None:
        values: NDArray[np.float64] = np.random.default_rng(4).uniform(1, 5, (17, len(bench)))
        together = normaliser.points(values)
        for row in range(17):
            assert normaliser.points(values[row]).tolist() == together[row].tolist()
        assert normaliser.points(values.reshape(17, 1, -1)).shape == (17, 1, len(bench))

    def test_nan_stays_nan_and_the_input_stays(self, normaliser: Normaliser, bench: Catalogue) -> None:
        values = np.full(len(bench), np.nan)
        assert np.isnan(normaliser.points(values)).all()
        assert np.isnan(values).all()

    def test_best_and_bounds_are_in_table_units(self, bench: Catalogue, normaliser: Normaliser) -> None:
        low, high = normaliser.bounds
        assert np.all(low < high)
        assert np.all((low <= normaliser.best) & (normaliser.best <= high))
        assert np.all(normaliser.points(normaliser.best) == 100.0)
        place = next(place for place, task in enumerate(bench) if task.metric == "accuracy")
        assert (low[place], high[place], normaliser.best[place]) == (0.0, 100.0, 100.0)

    def test_directions_are_the_catalogues(self, bench: Catalogue, normaliser: Normaliser) -> None:
        assert normaliser.higher.tolist() == [task.better == "higher" for task in bench]

    def test_every_percentage_of_the_catalogue_counts_as_one(self, bench: Catalogue, normaliser: Normaliser) -> None:
        assert normaliser.percentages.tolist() == [task.unit == "percent" for task in bench]

    def test_a_task_in_a_unit_that_its_metric_cannot_have(self) -> None:
        row = {
            "task": "t",
            "modality": "m",
            "paradigm": "generation",
            "metric": "fid",
            "unit": "percent",
            "better": "lower",
        }
        with pytest.raises(UnitMismatch, match=r"task t: fid is in distance, so .*'percent' cannot be turned into"):
            grid(Catalogue.from_rows([row])).normaliser  # noqa: B018
