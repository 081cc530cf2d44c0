"""Perceptual differences from maps: a worked layer, and what is refused."""

import numpy as np
import pytest

from generallevel.errors import InvalidInput, LengthMismatch, NotFinite, ShapeMismatch
from generallevel.extractors import LayerHeads
from generallevel.metrics.image.perceptual import lpips
from generallevel.scoring import score

HEADS = LayerHeads([[2.0, 1.0]], name="toy")
ONE, OTHER = [np.array([[[3.0]], [[4.0]]])], [np.array([[[1.0]], [[0.0]]])]


def test_one_place() -> None:
    assert lpips(ONE, OTHER, heads=HEADS).value == pytest.approx(2 * 0.4**2 + 0.8**2)
    assert lpips(ONE, ONE, heads=HEADS).value == 0


def test_places_are_averaged_and_layers_added() -> None:
    wide = [np.concatenate([ONE[0], OTHER[0]], axis=2)] * 2
    still = [np.concatenate([OTHER[0], OTHER[0]], axis=2)] * 2
    heads = LayerHeads([[2.0, 1.0], [1.0, 1.0]])
    wanted = (2 * 0.4**2 + 0.8**2) / 2 + (0.4**2 + 0.8**2) / 2
    assert lpips(wide, still, heads=heads).value == pytest.approx(wanted)


def test_a_column_without_length_is_no_division_by_zero() -> None:
    nothing = [np.zeros((2, 1, 1))]
    assert lpips(nothing, nothing, heads=HEADS).value == 0
    short = [np.full((2, 1, 1), 1e-5)]
    standard, theirs = (lpips(short, OTHER, heads=HEADS, under_root=root).value for root in (False, True))
    assert standard != pytest.approx(theirs, rel=1e-3)


def test_the_heads_stand_in_the_signature() -> None:
    assert f"|heads:{HEADS.fingerprint}|" in score("lpips", [ONE], [OTHER], heads=HEADS).signature
    with pytest.raises(InvalidInput, match="lpips needs heads"):
        score("lpips", [ONE], [OTHER])


@pytest.mark.parametrize(
    ("pred", "error", "words"),
    [
        (ONE * 2, LengthMismatch, "pred has 2 maps, and toy heads for 1"),
        ([np.ones((2, 2, 1))], ShapeMismatch, r"map 0 has shape \(2, 2, 1\), its reference \(2, 1, 1\)"),
        ([np.ones((3, 1, 1))], ShapeMismatch, "its head 2 channels"),
        ([np.ones(2)], ShapeMismatch, r"pred, map 0, is an array of shape \(C, H, W\); got \(2,\)"),
        ([np.full((2, 1, 1), np.nan)], NotFinite, "pred, map 0, holds a NaN"),
        ("image.png", InvalidInput, "not str"),
        (3.0, InvalidInput, "not float"),
    ],
)
def test_what_is_refused(pred: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        lpips(pred, ONE, heads=HEADS)


def test_heads_that_are_none() -> None:
    with pytest.raises(InvalidInput, match="heads is a LayerHeads"):
        lpips(ONE, ONE, heads=[[1.0, 1.0]])
    with pytest.raises(ShapeMismatch, match="weight 0 is the weights of a layer"):
        LayerHeads([[[1.0]]])
    with pytest.raises(NotFinite, match="weight 0 holds a NaN"):
        LayerHeads([[np.nan]])
