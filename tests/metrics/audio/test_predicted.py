"""Predicted opinions: numbers, stand-ins for a network, and DNSMOS where it is installed."""

import importlib.util
from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite
from generallevel.extractors import DnsMos, Extractor, Recording, Wrapped
from generallevel.metrics.audio.predicted import predicted_mos
from generallevel.scoring import score

INSTALLED = all(importlib.util.find_spec(library) for library in ("onnxruntime", "speechmos"))
needs_dnsmos = pytest.mark.skipif(not INSTALLED, reason="the extra mos is not installed")


def test_recordings_count_alike_and_a_missing_one_is_rated_1() -> None:
    result = score("predicted_mos", [[2.0, 4.0], 5, None])
    assert result.value == (3 + 5 + 1) / 3
    assert result.normalised == 100 * (3 - 1) / 4


def test_a_network_rates_recordings() -> None:
    loudness = Wrapped(lambda items: [[1 + 4 * np.abs(item.samples).max()] for item in items], "loudness")
    recordings = [Recording([0.5, -0.25], 16000), Recording([1.0], 8000)]
    result = score("predicted_mos", recordings, extractor=loudness)
    assert result.value == (3 + 5) / 2
    assert "extractor:loudness" in result.signature


@pytest.mark.parametrize(
    ("pred", "params", "error", "message"),
    [
        (87, {}, ImpossibleValue, "predicted rating 87 is outside 0 to 5: is it on another scale"),
        (np.nan, {}, NotFinite, "predicted rating 0 of the item is NaN"),
        ("a.wav", {}, InvalidInput, "pass extractor="),
        (Recording([0.1], 8000), {}, InvalidInput, "of real numbers|a number from"),
        (3.0, {"extractor": 3}, InvalidInput, "extractor is what turns items into features"),
    ],
)
def test_what_is_refused(pred: Any, params: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        predicted_mos(pred, **params)


def test_a_rating_of_another_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match="rating is 'overall' or 'signal' or 'background' or 'p808', not 'ovrl'"):
        DnsMos("ovrl")  # type: ignore[arg-type]


@needs_dnsmos
def test_dnsmos_is_an_extractor_that_takes_any_rate_and_length() -> None:
    judge = DnsMos("p808")
    assert isinstance(judge, Extractor)
    voice = Recording(0.1 * np.sin(np.arange(2205) / 5), 22050)
    assert 1 < judge([voice])[0, 0] < 5
    assert judge([Recording(np.zeros(100), 16000)]).shape == (1, 1)
    with pytest.raises(ImpossibleValue, match="a sample of 2 lies beyond full scale"):
        judge([Recording([2.0, 0.0], 16000)])
    with pytest.raises(InvalidInput, match=r"extractors.Recording\(samples, rate\), not ndarray"):
        judge([np.zeros(100)])
