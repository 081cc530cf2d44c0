"""Masks in JSON: against pycocotools' own encoder, and counts that lie."""

import json
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import decode_mask, encode_mask
from generallevel.errors import GeneralLevelError, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UnsafeFile

MASK = np.random.default_rng(1).random((7, 5)) < 0.4


def test_what_pycocotools_encodes_is_decoded() -> None:
    runs = coco.encode(np.asfortranarray(MASK, dtype=np.uint8))
    for counts in (runs["counts"], runs["counts"].decode()):
        decoded = decode_mask({"size": [7, 5], "counts": counts}, (7, 5))
        assert decoded.dtype == np.bool_
        assert (decoded == MASK).all()
        assert (decode_mask(counts, (7, 5)) == MASK).all()


def test_what_we_encode_survives_json_and_pycocotools() -> None:
    runs = json.loads(json.dumps(encode_mask(MASK)))
    assert (decode_mask(runs) == MASK).all()
    assert runs["counts"].encode() == coco.encode(np.asfortranarray(MASK, dtype=np.uint8))["counts"]
    assert not decode_mask(encode_mask(np.zeros((3, 4), dtype=int))).any()
    assert decode_mask(encode_mask(np.ones((3, 4), dtype=bool))).all()


def test_counts_go_down_the_columns() -> None:
    assert decode_mask({"size": [3, 2], "counts": [0, 1, 3, 2]}).astype(int).tolist() == [[1, 0], [0, 1], [0, 1]]


def test_a_polygon_covers_its_pixels() -> None:
    square = [1, 1, 4, 1, 4, 3, 1, 3]
    wanted = np.zeros((5, 6), dtype=bool)
    wanted[1:3, 1:4] = True
    assert (decode_mask(square, (5, 6)) == wanted).all()
    assert (decode_mask([square, [0, 0, 0, 1, 1, 1]], (5, 6)) >= wanted).all()


@pytest.mark.parametrize(
    ("value", "error", "match"),
    [
        ({"size": [2, 2], "counts": [1, 2]}, ImpossibleValue, "runs of 3 pixels in all, and its size 2 x 2 has 4"),
        ({"size": [2, 2], "counts": [1, 9]}, ImpossibleValue, "runs of 10 pixels"),
        ({"size": [2, 2], "counts": [5, -1]}, ImpossibleValue, "counts from -1 to 5"),
        ({"size": [2, 2], "counts": "zzzz"}, ImpossibleValue, "no compressed runs"),
        ({"size": [2, 2], "counts": "é"}, ImpossibleValue, "no compressed runs"),
        ({"size": [2, 2], "counts": None}, InvalidInput, "whole numbers"),
        ({"size": [2, 2], "counts": [10**30]}, InvalidInput, "whole numbers"),
        ({"size": [2, 2], "counts": [1.5, 2.5]}, InvalidInput, "whole numbers"),
        ({"size": [10**9, 10**9], "counts": [0]}, UnsafeFile, "pixels; at most 67,108,864"),
        ({"size": [-2, 2], "counts": [4]}, ImpossibleValue, "size"),
        ({"size": ["2", 2], "counts": [4]}, InvalidInput, "two whole numbers"),
        ({"size": 4, "counts": [4]}, InvalidInput, "wanted run lengths"),
        ({"size": [2, 2]}, InvalidInput, "not an encoding"),
        ({}, InvalidInput, "wanted run lengths"),
        (7, InvalidInput, "a mask is 7; wanted run lengths"),
        (None, InvalidInput, "a mask is None"),
        ([], InvalidInput, "wanted run lengths"),
        ("04", InvalidInput, "compressed counts without their size"),
        ([0, 0, 1, 0, 1, 1], InvalidInput, 'give its "size"'),
    ],
)
def test_what_is_no_mask_is_named(value: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        decode_mask(value)


def test_polygons_that_cannot_be_drawn_are_named() -> None:
    for polygon, error in (([0, 0, 1, 1], InvalidInput), ([0, 0, 1e300, 0, 1, 1], ImpossibleValue)):
        with pytest.raises(error, match=r"polygon|corner"):
            decode_mask(polygon, (4, 4))
    with pytest.raises(NotFinite, match="nan"):
        decode_mask([0, 0, float("nan"), 0, 1, 1], (4, 4))
    with pytest.raises(UnsafeFile, match="a mask of 100000 x 100000"):
        decode_mask([0, 0, 1, 0, 1, 1], (100_000, 100_000))


def test_a_mask_of_another_size_is_not_resized() -> None:
    with pytest.raises(ShapeMismatch, match="one size, and nothing is resized"):
        decode_mask(encode_mask(MASK), (5, 7))


def test_the_limit_of_pixels_counts() -> None:
    with pytest.raises(UnsafeFile, match=r"35 pixels; at most 34.*Limits.pixels"):
        decode_mask(encode_mask(MASK), limits=Limits(pixels=34))


def test_what_cannot_be_encoded_is_named() -> None:
    with pytest.raises(ShapeMismatch, match=r"shape \(3,\)"):
        encode_mask([1, 0, 1])
    with pytest.raises(ImpossibleValue, match="each pixel is 0 or 1"):
        encode_mask([[0, 255]])


def test_any_json_is_a_mask_or_a_named_error() -> None:
    rng = np.random.default_rng(3)
    leaves: list[Any] = [0, 1, -1, 2**70, 1.5, "04", "", None, True, [], {}, [1, 2], [[0, 0, 2, 0, 2, 2]]]
    for _ in range(500):
        one, two = (leaves[place] for place in rng.integers(0, len(leaves), 2))
        for value in (one, [one], [one, two], {"size": one, "counts": two}, {"size": [4, 4], "counts": one}):
            for shape in (None, (4, 4)):
                try:
                    assert decode_mask(value, shape).dtype == np.bool_
                except GeneralLevelError:
                    continue
