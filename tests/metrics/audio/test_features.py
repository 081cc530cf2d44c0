"""Features of recordings: windows are pooled, texts are compared."""

import numpy as np
import pytest

from generallevel.errors import ShapeMismatch, UndefinedScore
from generallevel.extractors import Wrapped
from generallevel.metrics.audio.features import clap_score, style_clap_score
from generallevel.scoring import score


def test_windows_of_all_recordings_are_one_set() -> None:
    rng = np.random.default_rng(0)
    windows, ref = rng.normal(size=(12, 3)), rng.normal(size=(9, 3))
    cut = [windows[:1], windows[1:8], windows[8:]]
    result = score("fad", cut, [ref])
    assert result.value == pytest.approx(score("fad", windows, ref).value, rel=1e-12)
    assert result.tally.n_pred == 12


def test_recordings_of_several_lengths_through_an_extractor() -> None:
    seconds = Wrapped(lambda sounds: [np.reshape(sound, (-1, 2)) for sound in sounds], "pairs of samples")
    sounds = [np.arange(4.0), np.arange(10.0)]
    assert score("fad", sounds, sounds, extractor=seconds).tally.n_pred == 2 + 5


def test_one_window_has_no_spread() -> None:
    with pytest.raises(UndefinedScore, match="needs two predictions at least, to fit their spread; got 1"):
        score("fad", [[1.0, 2.0]], [[1.0, 2.0], [2.0, 1.0]])


@pytest.mark.parametrize("metric", [clap_score, style_clap_score])
def test_cosines(metric: object) -> None:
    assert metric([[3.0, 4.0], [0.0, 1.0]], [0.0, 2.0]).value == pytest.approx((0.8 + 1) / 2)
    assert metric([1.0, 0.0], [-1.0, 0.0]).value == -1
    assert metric([1.0, 0.0], [-1.0, 0.0], floored=True).value == 0
    assert score(metric, [None], [[1.0]]).value == -1
    with pytest.raises(ShapeMismatch, match="of 1 and of 2 dimensions"):
        metric([1.0], [1.0, 2.0])


def test_sounds_and_texts_through_an_extractor() -> None:
    both = Wrapped(lambda items: [[len(i), 1] if isinstance(i, str) else [np.ptp(i), 1] for i in items], "loudness")
    assert score("clap_score", [np.array([0.0, 3.0])], ["abc"], extractor=both).value == pytest.approx(1)
