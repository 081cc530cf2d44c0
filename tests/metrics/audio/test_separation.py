"""Signal and distortion: worked cases, silence, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UnitMismatch
from generallevel.extractors import Recording
from generallevel.metrics.audio.separation import si_sdr
from generallevel.scoring import score

REF = [1.0, -1.0, 1.0, -1.0]
ERROR = [1.0, 1.0, -1.0, -1.0]  # at right angles to it


def mixed(share: float) -> list[float]:
    return [r + share * e for r, e in zip(REF, ERROR, strict=True)]


@pytest.mark.parametrize("share", [2.0, 1.0, 0.5, 0.1, 1e-3])
def test_signal_beside_distortion(share: float) -> None:
    wanted = 10 * math.log10(1 / share**2)
    assert si_sdr(mixed(share), REF).value == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert si_sdr([1e-5 * x for x in mixed(share)], REF).value == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert si_sdr([-1e5 * x for x in mixed(share)], REF).value == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_loudness_is_no_distortion() -> None:
    assert si_sdr([0.25 * x for x in REF], REF).value == math.inf
    assert score("si_sdr", [REF], [REF]).normalised == 100


def test_a_constant_cannot_be_heard_unless_it_is_to_count() -> None:
    shifted = [x + 1 for x in REF]
    assert si_sdr(shifted, REF).value == math.inf
    assert si_sdr(shifted, REF, zero_mean=False).value == pytest.approx(0, abs=1e-12)  # as much error as signal


def test_nothing_of_the_signal_is_minus_infinity() -> None:
    assert si_sdr([0.0] * 4, REF).value == -math.inf
    assert si_sdr(ERROR, REF).value == -math.inf
    assert si_sdr([3.3] * 4, REF).value == -math.inf
    assert si_sdr([0.0] * 4, REF, floor=-30).value == -30


def test_a_set_with_both_infinities_has_no_mean() -> None:
    with pytest.raises(NotFinite, match="infinities of both signs"):
        score("si_sdr", [REF, [0.0] * 4], [REF, REF])
    assert score("si_sdr", [REF, [0.0] * 4], [REF, REF], floor=-20.0, ceiling=60.0).value == (60 - 20) / 2


def test_the_range_of_floats_is_no_limit() -> None:
    for scale in (1e-200, 1e200):
        pred, ref = (np.multiply(scale, side) for side in (mixed(0.1), REF))
        assert si_sdr(pred, ref).value == pytest.approx(20, rel=1e-9)


@pytest.mark.parametrize(
    ("pred", "ref", "error", "message"),
    [
        ([], [], InvalidInput, "of length zero"),
        ([1.0], [0.0], InvalidInput, "ref is silent"),
        ([1.0, 2.0], [0.1, 0.1], InvalidInput, "ref is silent, but for its mean"),
        ([1.0, 2.0, 3.0], [0.1, 0.2], ShapeMismatch, "pred has length 3 and ref has length 2"),
        ([[1.0, 2.0]], [[0.1, 0.2]], ShapeMismatch, "Score its channels one by one"),
        ([1.0, math.nan], [0.1, 0.2], NotFinite, "pred holds nan at place 1"),
        (Recording([1.0], 8000), Recording([1.0], 44100), UnitMismatch, "bring both to one rate"),
        (Recording([1.0], 8000), [1.0], InvalidInput, "one side is a Recording"),
    ],
)
def test_what_is_refused(pred: Any, ref: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        si_sdr(pred, ref)


def test_a_floor_lies_below_its_ceiling() -> None:
    with pytest.raises(ImpossibleValue, match="floor = 10 is not below ceiling = 10"):
        si_sdr(REF, REF, floor=10, ceiling=10)


def test_recordings_of_one_rate_compare() -> None:
    assert si_sdr(Recording(mixed(0.1), 8000), Recording(REF, 8000)).value == pytest.approx(20, rel=1e-9)
