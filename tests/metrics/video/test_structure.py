"""SSIM of clips: frames worked by hand, pooling, equality with the metric of images, and the likely slips."""

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.image.similarity import ssim
from generallevel.metrics.video.structure import frame_ssim
from generallevel.scoring import score

C1 = (0.01 * 255) ** 2
DARK, GREY = np.full((11, 11), 50, np.uint8), np.full((11, 11), 100, np.uint8)
LIKE = (2 * 100 * 50 + C1) / (100**2 + 50**2 + C1)  # of two flat frames, which differ in brightness alone


def test_frames_count_once_and_a_like_one_is_1() -> None:
    value = frame_ssim(np.stack([GREY, GREY]), np.stack([GREY, DARK]))
    assert (value.value, value.n) == (pytest.approx((1 + LIKE) / 2, abs=1e-12), 2)


def test_frames_or_clips() -> None:
    preds, refs = [np.stack([GREY] * 3), np.stack([GREY])], [np.stack([GREY] * 3), np.stack([DARK])]
    assert score("frame_ssim", preds, refs).value == pytest.approx((3 * 1 + LIKE) / 4, abs=1e-12)
    assert score("frame_ssim", preds, refs, variant="over_clips").value == pytest.approx((1 + LIKE) / 2, abs=1e-12)
    black = C1 / (100**2 + C1)
    assert score("frame_ssim", [None], refs[:1]).value == pytest.approx(black, abs=1e-12)


@pytest.mark.parametrize("channels", [None, "each", "luminance"])
@pytest.mark.parametrize("options", [{}, {"window": "uniform"}, {"window": "uniform", "covariance": "sample"}])
def test_a_frame_scores_as_an_image(options: dict[str, str], channels: str | None) -> None:
    rng = np.random.default_rng(11)
    for _ in range(6):  # 270 frames in all
        shape = (5, *rng.integers(11, 20, 2), *(() if channels is None else (3,)))
        ref = rng.random(shape)
        pred = np.clip(ref + rng.normal(0, 0.2, shape), 0, 1)
        said = {"data_range": 1.0, "channels": channels, **options}
        frames = [ssim(one, other, **said).value for one, other in zip(pred, ref, strict=True)]  # type: ignore[arg-type]
        for one, other, value in zip(pred, ref, frames, strict=True):
            assert frame_ssim(one[None], other[None], **said).value == value
        assert frame_ssim(pred, ref, **said).value == pytest.approx(sum(frames) / 5, abs=1e-15)


def test_a_dark_frame_of_a_clip_is_no_slip_of_scale() -> None:
    pred, ref = np.full((2, 11, 11), 200.0), np.full((2, 11, 11), 200.0)
    pred[0], ref[0] = 0.5, 3
    assert frame_ssim(pred, ref, data_range=255).value < 1


CLIP = np.zeros((2, 12, 12))


@pytest.mark.parametrize(
    ("pred", "ref", "options", "error", "message"),
    [
        (CLIP, CLIP, {}, InvalidInput, r"need data_range=\.\.\."),
        (CLIP, CLIP[:1], {"data_range": 1}, ShapeMismatch, "nothing is cut or resized"),
        (np.zeros((2, 3, 12, 11)), np.zeros((2, 12, 11, 3)), {"data_range": 1}, ShapeMismatch, "one channels-first"),
        (np.zeros((2, 3, 12, 11)),) * 2
        + ({"data_range": 1, "channels": "each"}, ShapeMismatch, "is it channels-first"),
        (np.zeros((2, 12, 11, 3)),) * 2 + ({"data_range": 1}, InvalidInput, "pass channels='each'"),
        (CLIP[0], CLIP[0], {"data_range": 1}, ShapeMismatch, "the frames of a clip"),
        (CLIP[:, :9], CLIP[:, :9], {"data_range": 1}, ShapeMismatch, "needs 11 pixels"),
        (CLIP + np.nan, CLIP, {"data_range": 1}, NotFinite, "a NaN"),
        (CLIP, CLIP, {"data_range": 0}, ImpossibleValue, "the span of the scale"),
        (CLIP, CLIP, {"data_range": 1, "window": "flat"}, InvalidInput, "window is 'gaussian' or 'uniform'"),
        (CLIP, CLIP, {"data_range": 1, "over": "clip"}, InvalidInput, "Did you mean 'clips'"),
    ],
)
def test_slips(pred: object, ref: object, options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        frame_ssim(pred, ref, **options)


def test_two_scales_are_seen() -> None:
    ref = np.tile([0.0, 255.0], (2, 12, 6))
    with pytest.raises(InvalidInput, match="bring both to one scale first"):
        frame_ssim(ref / 510, ref, data_range=255)
