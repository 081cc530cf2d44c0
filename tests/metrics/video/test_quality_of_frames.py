"""Ratings of frames by a model: given, from an extractor, or from a head on features."""

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.extractors import LinearHead, Wrapped
from generallevel.metrics.video.quality import aesthetic_score, musiq
from generallevel.scoring import score

BRIGHTNESS = Wrapped(lambda frames: [np.array([np.mean(frame)]) for frame in frames], "brightness")


def test_clips_count_equally() -> None:
    assert score("musiq", [[60.0, 70.0, 80.0], 20.0]).value == (70 + 20) / 2
    assert score("aesthetic_score", [[4.0, 6.0], 7.0]).value == pytest.approx((5 + 7) / 2 / 10)


def test_frames_through_a_model() -> None:
    frames = np.stack([np.full((2, 2), 30.0), np.full((2, 2), 50.0)])
    assert musiq(frames, extractor=BRIGHTNESS).value == 40
    assert aesthetic_score(frames / 10, extractor=BRIGHTNESS).value == 0.4


def test_a_head_on_features() -> None:
    head = LinearHead([[1.0, 2.0]], np.array([1.0]), name="test")
    assert aesthetic_score([[3.0, 4.0], [0.0, 9.0]], head=head).value == pytest.approx((0.6 + 1.6 + 2 + 2 * 1) / 2 / 10)
    result = score("aesthetic_score", [[[3.0, 4.0]]], head=head, extractor="clip-vit-l-14")
    assert "|extractor:clip-vit-l-14|head:test@" in result.signature


def test_the_fingerprint_of_a_head_is_its_weights() -> None:
    heads = [LinearHead([1.0, 2.0]), LinearHead([1.0, 2.0]), LinearHead([1.0, 2.5]), LinearHead([1.0, 2.0], 1.0)]
    prints = [head.fingerprint for head in heads]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_a_missing_clip_scores_nothing() -> None:
    assert score("musiq", [80.0, None]).value == 40
    assert score("aesthetic_score", [8.0, None]).value == 0.4


@pytest.mark.parametrize(("metric", "rating"), [(musiq, 101.0), (musiq, -1.0), (aesthetic_score, 55.0)])
def test_off_the_scale(metric: object, rating: float) -> None:
    with pytest.raises(ImpossibleValue, match="rating"):
        metric([rating])


@pytest.mark.parametrize("metric", [musiq, aesthetic_score])
def test_no_rating(metric: object) -> None:
    with pytest.raises(NotFinite, match="rating 1 of the item is NaN"):
        metric([1.0, np.nan])
    with pytest.raises(InvalidInput, match="without a single rating"):
        metric([])
    with pytest.raises(InvalidInput, match="gave 3 numbers for a frame, and a rating is one"):
        metric([1, 2], extractor=Wrapped(lambda frames: np.ones((len(frames), 3)), "features"))


def test_a_head_of_another_network() -> None:
    with pytest.raises(ShapeMismatch, match="has 2 weights and the features 3 dimensions"):
        aesthetic_score([[1.0, 2.0, 3.0]], head=LinearHead([1.0, 2.0]))
    with pytest.raises(ImpossibleValue, match="rating"):
        aesthetic_score([[3.0, 4.0]], head=LinearHead([1.0, 2.0], 40.0))
    with pytest.raises(ShapeMismatch, match="the weights of a linear head"):
        LinearHead(np.eye(2))
    with pytest.raises(NotFinite, match="was the file read whole"):
        LinearHead([1.0, np.nan])
