"""Features of clips: frames beside frames, styles and prompts."""

import numpy as np
import pytest

from generallevel.errors import InvalidInput, NotFinite, ShapeMismatch
from generallevel.extractors import Wrapped
from generallevel.metrics.video.features import clip_frame_consistency, clip_style, dino_score, viclip_score
from generallevel.scoring import score

MEANS = Wrapped(lambda frames: [np.mean(frame, axis=(0, 1)) for frame in frames], "mean colour")


@pytest.mark.parametrize("metric", [dino_score, clip_frame_consistency])
class TestConsistency:
    def test_first_and_previous(self, metric: object) -> None:
        frames = [[1.0, 0.0], [3.0, 4.0], [0.0, 1.0]]
        assert metric(frames).value == pytest.approx(((0.6 + 0.6) / 2 + (0 + 0.8) / 2) / 2)

    def test_a_negative_cosine_counts_as_nothing(self, metric: object) -> None:
        assert metric([[1.0], [-1.0], [1.0]]).value == ((0 + 0) / 2 + (1 + 0) / 2) / 2

    def test_frames_are_pooled(self, metric: object) -> None:
        still, turned = np.ones((5, 2)), np.array([[1.0, 0.0], [0.0, 1.0]])
        assert score(metric, [still, turned]).value == pytest.approx((4 * 1 + 1 * 0) / 5)

    def test_a_single_frame(self, metric: object) -> None:
        with pytest.raises(InvalidInput, match="a single frame has no frame to compare"):
            metric([[1.0, 2.0]])

    def test_frames_through_an_extractor(self, metric: object) -> None:
        frames = np.zeros((3, 2, 2, 2))
        frames[:, :, :, 0] = 1
        frames[1, :, :, 1] = 1
        result = score(metric, [frames], extractor=MEANS)
        half = 1 / np.sqrt(2)
        assert result.value == pytest.approx(((half + half) / 2 + (1 + half) / 2) / 2)
        assert "extractor:mean colour" in result.signature
        with pytest.raises(InvalidInput, match="pred is empty: a clip has one frame at least"):
            metric([], extractor=MEANS)

    def test_not_finite(self, metric: object) -> None:
        with pytest.raises(NotFinite, match="pred, row 1"):
            metric([[1.0], [np.nan]])


def test_style_is_over_all_pairs() -> None:
    assert clip_style([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [3.0, 4.0]]).value == pytest.approx(
        (1 + 0.6 + 0 + 0.8) / 4
    )
    assert clip_style([1.0, 0.0], [-1.0, 0.0]).value == -1
    assert clip_style([1.0, 0.0], [-1.0, 0.0], floored=True).value == 0


def test_style_through_an_extractor() -> None:
    frame, image = np.full((1, 1, 2), [3.0, 4.0]), np.full((1, 1, 2), [0.0, 1.0])
    result = score("clip_style", [[frame, image]], [image], extractor=MEANS)
    assert result.value == pytest.approx((0.8 + 1) / 2)


def test_a_missing_clip_scores_the_worst() -> None:
    assert score("clip_style", [[1.0, 0.0], None], [[1.0, 0.0], [1.0, 0.0]]).value == (1 - 1) / 2
    assert score("viclip_score", [None], [[1.0, 0.0]], variant="floored").value == 0


def test_prompts() -> None:
    assert viclip_score([3.0, 4.0], ([1.0, 0.0], [0.0, 1.0])).value == 0.8
    with pytest.raises(ShapeMismatch, match="of 2 and of 1 dimensions"):
        viclip_score([3.0, 4.0], [1.0])


def test_fvd_of_clips_by_an_extractor() -> None:
    clips = [np.full((2, 3, 3), float(n)) for n in range(4)]
    levels = Wrapped(lambda items: [[np.mean(item)] for item in items], "level")
    # variances 5/3 on both sides, means 2 apart
    assert score("fvd", clips, [clip + 2 for clip in clips], extractor=levels).value == pytest.approx(4, abs=1e-12)
