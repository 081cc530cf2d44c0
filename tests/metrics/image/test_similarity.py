"""Structural similarity: windows worked by hand, scales, and the likely slips."""

import math

import numpy as np
import pytest

from generallevel._kernels.filters import gaussian_window, halved, uniform_window, window_means
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.image.similarity import ms_ssim, ssim
from generallevel.scoring import score

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (16, 14), dtype=np.uint8)
OTHER = RNG.integers(0, 256, (16, 14), dtype=np.uint8)
LARGE = RNG.integers(0, 256, (165, 170, 3), dtype=np.uint8)
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


@pytest.mark.parametrize("shape", [(11, 11), (12, 60), (45, 13), (3, 11, 70)])
def test_window_means_are_weighted_means(shape: tuple[int, ...]) -> None:
    planes, window = RNG.random(shape), gaussian_window(11, 1.5)
    means = window_means(planes, window)
    assert means.shape == (*shape[:-2], shape[-2] - 10, shape[-1] - 10)
    for place in ((0, 0), (means.shape[-2] - 1, means.shape[-1] - 1)):
        patch = planes[..., place[0] : place[0] + 11, place[1] : place[1] + 11]
        wanted = np.sum(patch * np.outer(window, window), axis=(-2, -1))
        assert np.allclose(means[..., place[0], place[1]], wanted, rtol=1e-13, atol=0)


def test_the_weights_are_a_gaussian_s() -> None:
    window = gaussian_window(11, 1.5)
    assert window.sum() == pytest.approx(1, abs=1e-15)
    assert window[5] / window[8] == pytest.approx(math.exp(3**2 / (2 * 1.5**2)), rel=1e-12)
    assert not window.flags.writeable


def test_halving_takes_means_of_four() -> None:
    plane = np.arange(12.0).reshape(3, 4)
    assert halved(plane, padded=False).tolist() == [[(0 + 1 + 4 + 5) / 4, (2 + 3 + 6 + 7) / 4]]
    assert halved(plane, padded=True).tolist() == [
        [(0 + 1) / 4, (2 + 3) / 4],
        [(4 + 5 + 8 + 9) / 4, (6 + 7 + 10 + 11) / 4],
    ]


def test_one_window_by_hand() -> None:
    one, other = IMAGE[:7, :7].astype(float), OTHER[:7, :7].astype(float)
    covariance = np.mean(one * other) - one.mean() * other.mean()
    top = (2 * one.mean() * other.mean() + C1) * (2 * covariance + C2)
    bottom = (one.mean() ** 2 + other.mean() ** 2 + C1) * (one.var() + other.var() + C2)
    value = ssim(IMAGE[:7, :7], OTHER[:7, :7], data_range=255, window="uniform").value
    assert value == pytest.approx(top / bottom, abs=1e-12)
    sample = ssim(IMAGE[:7, :7], OTHER[:7, :7], data_range=255, window="uniform", covariance="sample").value
    more = 49 / 48
    top = (2 * one.mean() * other.mean() + C1) * (2 * more * covariance + C2)
    bottom = (one.mean() ** 2 + other.mean() ** 2 + C1) * (more * (one.var() + other.var()) + C2)
    assert sample == pytest.approx(top / bottom, abs=1e-12)
    assert uniform_window(7)[0] == 1 / 7


def test_flat_images_differ_in_brightness_alone() -> None:
    value = ssim(np.full((11, 11), 100), np.full((11, 11), 50), data_range=255).value
    assert value == pytest.approx((2 * 100 * 50 + C1) / (100**2 + 50**2 + C1), abs=1e-12)


@pytest.mark.parametrize("metric", [ssim, ms_ssim])
def test_an_image_is_like_itself(metric: object) -> None:
    assert metric(LARGE, LARGE, data_range=255, channels="each").value == 1  # type: ignore[operator]
    assert metric(LARGE, LARGE, data_range=255, channels="luminance").value == pytest.approx(1, abs=1e-12)  # type: ignore[operator]
    white = np.full((161, 161), 255)
    assert metric(white, white, data_range=255).value == 1  # type: ignore[operator]


def test_channels_are_averaged_or_weighed() -> None:
    other = np.roll(LARGE, 1, axis=0)
    each = [ssim(LARGE[..., c], other[..., c], data_range=255).value for c in range(3)]
    assert ssim(LARGE, other, data_range=255, channels="each").value == pytest.approx(sum(each) / 3, abs=1e-12)
    grey = [side @ [0.299, 0.587, 0.114] for side in (LARGE, other)]
    assert ssim(LARGE, other, data_range=255, channels="luminance").value == pytest.approx(
        ssim(*grey, data_range=255).value, abs=1e-12
    )
    each = [ms_ssim(LARGE[..., c], other[..., c], data_range=255).value for c in range(3)]
    assert ms_ssim(LARGE, other, data_range=255, channels="each").value == pytest.approx(sum(each) / 3, abs=1e-12)


def test_one_channel_needs_no_word() -> None:
    assert ssim(IMAGE[..., None], OTHER[..., None], data_range=255) == ssim(IMAGE, OTHER, data_range=255)


def test_the_type_of_the_numbers_makes_no_difference() -> None:
    value = ssim(IMAGE, OTHER, data_range=255).value
    for dtype in ("int16", "float32", "float64"):
        assert ssim(IMAGE.astype(dtype), OTHER, data_range=255).value == value
    assert ssim(IMAGE / 255, OTHER / 255, data_range=1).value == pytest.approx(value, abs=1e-12)


def test_the_negative_is_unlike_at_every_scale() -> None:
    assert ssim(255 - IMAGE, IMAGE, data_range=255).value < 0
    assert ms_ssim(255 - LARGE, LARGE, data_range=255, channels="each").value == 0  # what is below 0 counts as 0


def test_odd_sides_are_padded_or_cropped() -> None:
    odd, other = LARGE[:, :, 0][:161, :161], np.roll(LARGE[:, :, 1], 2)[:161, :161]
    assert 0 <= ms_ssim(odd, other, data_range=255).value <= 1
    even = np.tile(LARGE[..., 0], (2, 2))[:192, :192]
    noisy = np.clip(even.astype(int) + RNG.integers(-20, 21, even.shape), 0, 255)
    values = [ms_ssim(noisy, even, data_range=255, odd=odd).value for odd in ("pad", "crop")]
    assert values[0] == values[1]  # 192 is even at all five scales


@pytest.mark.parametrize(
    ("shape", "metric", "options", "message"),
    [
        ((10, 11), ssim, {}, "the gaussian window needs 11 pixels along both sides, and the images have 10 x 11"),
        ((7, 6), ssim, {"window": "uniform"}, "the uniform window needs 7 pixels"),
        ((160, 161), ms_ssim, {}, '5 scales with odd="pad" needs 161 pixels along both sides'),
        ((175, 176), ms_ssim, {"odd": "crop"}, "needs 176 pixels"),
        ((3, 20, 20), ssim, {"channels": "each"}, "is it channels-first"),
        ((20, 20, 4), ssim, {"channels": "luminance"}, r"colour images, shape \(H, W, 3\), not \(20, 20, 4\)"),
        ((2, 20, 20, 3), ssim, {}, "Pass the images of a batch one by one"),
    ],
)
def test_shapes_that_do_not_fit(
    shape: tuple[int, ...], metric: object, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ShapeMismatch, match=message):
        metric(np.zeros(shape), np.zeros(shape), data_range=1, **options)  # type: ignore[operator]


def test_what_must_be_said() -> None:
    with pytest.raises(InvalidInput, match=r"have 3 channels: pass channels='each' .* or 'luminance'"):
        ssim(LARGE, LARGE, data_range=255)
    with pytest.raises(InvalidInput, match=r"ms_ssim needs data_range=\.\.\."):
        score("ms_ssim", [LARGE], [LARGE])
    with pytest.raises(InvalidInput, match="channels is 'each' or 'luminance', not 'all'"):
        ssim(LARGE, LARGE, data_range=255, channels="all")
    with pytest.raises(InvalidInput, match="window is 'gaussian' or 'uniform', not 'box'"):
        ssim(IMAGE, OTHER, data_range=255, window="box")


@pytest.mark.parametrize("metric", [ssim, ms_ssim])
def test_bad_images_are_refused(metric: object) -> None:
    image = LARGE[..., 0].astype(float)
    broken = image.copy()
    broken[3, 4] = math.nan
    with pytest.raises(NotFinite, match="pred is nan at row 3, column 4"):
        metric(broken, image, data_range=255)  # type: ignore[operator]
    with pytest.raises(ImpossibleValue, match="more than data_range = 1: for images of this scale pass data_range=255"):
        metric(image, image, data_range=1)  # type: ignore[operator]
    with pytest.raises(InvalidInput, match=r"pred lies in \[0, 1\] and ref goes up to 255"):
        metric(image / 255, image, data_range=255)  # type: ignore[operator]
    with pytest.raises(ImpossibleValue, match="whose squares are beyond what a double can be"):
        metric(image * 1e200, image, data_range=255)  # type: ignore[operator]


def test_a_missing_image_is_black() -> None:
    assert (
        score("ssim", [None], [IMAGE], data_range=255).value == ssim(np.zeros_like(IMAGE), IMAGE, data_range=255).value
    )
    assert score("ssim", [None], [np.zeros((11, 11))], data_range=1).value < 0.01  # white, where black would be right
