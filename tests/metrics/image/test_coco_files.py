"""COCO files: what is read of them, and every slip with its answer."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from generallevel import score
from generallevel.errors import DuplicateName, GeneralLevelError, InvalidInput, NotFinite
from generallevel.metrics.image.coco_files import from_coco

TRUTH: dict[str, Any] = {
    "images": [{"id": 4, "height": 50, "width": 60}, {"id": 9, "height": 50, "width": 60}],
    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    "annotations": [
        {"id": 1, "image_id": 4, "category_id": 1, "bbox": [0, 0, 10, 10], "area": 80, "iscrowd": 0},
        {"id": 2, "image_id": 4, "category_id": 2, "bbox": [20, 0, 10, 10], "area": 90, "iscrowd": 1},
    ],
}
FOUND = [{"image_id": 4, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.5}]


def test_every_image_is_there_with_what_was_found_and_what_is_there() -> None:
    preds, refs = from_coco(TRUTH, FOUND)
    assert list(preds) == list(refs) == [4, 9]
    assert preds[4] == {"boxes": [[0, 0, 10, 10]], "labels": [1], "scores": [0.5]}
    assert preds[9] == {"boxes": [], "labels": [], "scores": []}
    assert refs[4]["crowd"] == [False, True]
    assert refs[4]["areas"] == [80, 90]
    assert (refs[4]["id"], refs[4]["size"]) == (4, (50, 60))
    assert score("ap50", preds, refs, boxes="xywh").value == 1


def test_no_results_and_results_without_scores() -> None:
    assert score("ap50", *from_coco(TRUTH), boxes="xywh").value == 0
    plain = [{key: entry for key, entry in FOUND[0].items() if key != "score"}]
    result = score("ap50", *from_coco(TRUTH, plain), boxes="xywh")
    assert (result.value, result.tally.unscored) == (1, 1)  # type: ignore[attr-defined]


def test_files_are_read(tmp_path: Path) -> None:
    truth, found = tmp_path / "truth.json", tmp_path / "found.json"
    truth.write_text(json.dumps(TRUTH))
    found.write_text(json.dumps(FOUND))
    assert from_coco(truth, str(found)) == from_coco(TRUTH, FOUND)
    truth.write_text("{")
    with pytest.raises(InvalidInput, match="is not JSON"):
        from_coco(truth)
    truth.write_text("[" * 100_000)
    with pytest.raises(InvalidInput, match="is not JSON"):
        from_coco(truth)
    with pytest.raises(InvalidInput, match="cannot be read"):
        from_coco(tmp_path / "gone.json")


def test_a_nan_in_a_file_is_found_when_it_is_scored(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    found.write_text('[{"image_id": 4, "category_id": 1, "bbox": [0, 0, NaN, 10], "score": 0.5}]')
    with pytest.raises(NotFinite, match="item 4: pred box 0"):
        score("ap50", *from_coco(TRUTH, found), boxes="xywh")


def test_masks_and_keypoints() -> None:
    truth = copy.deepcopy(TRUTH)
    square, points = [[0, 0, 10, 0, 10, 10, 0, 10]], [1, 2, 2, 0, 0, 0]
    for one in truth["annotations"]:
        one |= {"segmentation": square, "keypoints": points, "num_keypoints": 1}
    found = [{**FOUND[0], "segmentation": square, "keypoints": [1, 2, 0.3, 5, 5, 0.1]}]
    assert score("mask_ap50", *from_coco(truth, found, kind="masks")).value == 1
    preds, refs = from_coco(truth, found, kind="keypoints")
    assert preds[4]["keypoints"] == [[[1, 2, 0.3], [5, 5, 0.1]]]
    assert score("keypoint_ap50", preds, refs, sigmas=[0.1, 0.1], boxes="xywh").value == 1


def changed(**parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(TRUTH), **parts}


NOTE, HIT = TRUTH["annotations"][0], FOUND[0]


@pytest.mark.parametrize(
    ("truth", "found", "options", "error", "message"),
    [
        ([], [], {}, InvalidInput, "Is it the results file"),
        ({}, [], {}, InvalidInput, "annotations are an object with"),
        (TRUTH, TRUTH, {}, InvalidInput, "this is an annotation file"),
        (TRUTH, [{**HIT, "image_id": 5}], {}, InvalidInput, "of image 5, which is not among the 2"),
        (TRUTH, [{**HIT, "image_id": "4"}], {}, InvalidInput, "7 is not '7'"),
        (TRUTH, [{**HIT, "category_id": 3}], {}, InvalidInput, "of category 3, which is not among the 2"),
        (TRUTH, [{**HIT, "category_id": 1.0}], {}, InvalidInput, "'category_id' of a detection record is an integer"),
        (TRUTH, [{"image_id": 4}], {}, InvalidInput, "a detection record has no 'category_id'"),
        (TRUTH, [7], {}, InvalidInput, "a detection record is an object"),
        (TRUTH, FOUND, {"kind": "masks"}, InvalidInput, "has no 'segmentation'"),
        (TRUTH, FOUND, {"kind": "box"}, InvalidInput, "Did you mean 'boxes'"),
        (changed(images=[{"id": 4}, {"id": 4}]), [], {}, DuplicateName, "more than one image, the first being 4"),
        (changed(annotations=[NOTE, NOTE]), [], {}, DuplicateName, "more than one annotation"),
        (changed(images={}), [], {}, InvalidInput, "a list of image records"),
        (TRUTH, [HIT, {k: HIT[k] for k in HIT if k != "score"}], {}, InvalidInput, "has no 'score'"),
    ],
)
def test_a_slip_is_named(truth: Any, found: Any, options: Any, error: type[GeneralLevelError], message: str) -> None:
    with pytest.raises(error, match=message):
        from_coco(truth, found, **options)
