"""Lines of numbers, text, notes and the JSON of COCO and nuScenes."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import (
    read_boxes_text,
    read_coco,
    read_midi,
    read_mot,
    read_nuscenes,
    read_poses,
    read_text,
)
from generallevel.errors import DuplicateName, GeneralLevelError, ImpossibleValue, InvalidInput, NotFinite, UnsafeFile

MADE = runpy.run_path(str(Path(__file__).with_name("whole_files.py")))
COCO, NUSCENES, PIECE, SOLID = (MADE[name] for name in ("COCO", "NUSCENES", "PIECE", "SOLID"))
Put = Callable[..., Path]


def test_motchallenge_rows_have_ten_columns(put: Put) -> None:
    rows = read_mot(put(b"1,-1,794.27,247.59,71.245,174.88,4.56,-1,-1,-1\n2,3,1,2,3,4,1,-1,-1,-1\n", "det.txt"))
    assert rows[0].tolist() == [1, -1, 794.27, 247.59, 71.245, 174.88, 4.56, -1, -1, -1]
    truth = read_mot(put(b"1,1,912,484,97,109,0,7,1\n", "gt.txt"))
    assert truth.tolist() == [[1, 1, 912, 484, 97, 109, 0, 7, 1, -1]]
    assert read_mot(put(b"1 1 2 3 4 5\n")).tolist() == [[1, 1, 2, 3, 4, 5, -1, -1, -1, -1]]


GOOD = b"# a comment\n1,1,2,3,4,5\n\n"


@pytest.mark.parametrize(
    ("line", "error", "match"),
    [
        (b"1,1,2,3,4", InvalidInput, r"line 4 has 5 numbers: '1 1 2 3 4'; wanted MOTChallenge rows.*6 to 10 numbers"),
        (b"1,1,2,3,4,5,6", InvalidInput, "line 4 has 7 numbers and the lines before 6"),
        (b"1,1,2,3,4,x", InvalidInput, "line 4 holds something that is no number: '1 1 2 3 4 x'"),
        (b"1,1,2,3,4,nan", NotFinite, "line 4 is .*nan"),
        (b"1,1,2,3,4,1e999", NotFinite, "line 4 is .*inf"),
        (b"1.5,1,2,3,4,5", ImpossibleValue, "line 4 is .*its frame or id is no whole number"),
        (b"0,1,2,3,4,5", ImpossibleValue, "line 4 is .*its frame is below 1"),
        (b"1,1,2,3,-4,5", ImpossibleValue, "line 4 is .*its width or height is negative"),
    ],
)
def test_a_wrong_line_is_named(put: Put, line: bytes, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=rf"it.txt, {match}"):
        read_mot(put(GOOD + line + b"\n", "it.txt"))


def test_numbers_that_fit_by_chance_alone_are_seen(put: Put) -> None:
    """Five and seven numbers are twelve, as two lines of six are."""
    with pytest.raises(InvalidInput, match="line 2 has 5 numbers"):
        read_mot(put(b"1,1,2,3,4,5\n2,1,2,3,4\n3,1,2,3,4,5,6\n", "it.txt"))


def test_poses_are_matrices(put: Put) -> None:
    poses = read_poses(put(b"1 0 0 5 0 1 0 6 0 0 1 7\n0 -1 0 1.5e0 1 0 0 0 0 0 1 2\n", "00.txt"))
    assert poses.shape == (2, 4, 4)
    assert poses[0].tolist() == [[1, 0, 0, 5], [0, 1, 0, 6], [0, 0, 1, 7], [0, 0, 0, 1]]
    assert poses[1, :3, 3].tolist() == [1.5, 0, 2]


def test_what_is_no_pose_is_named(put: Put) -> None:
    with pytest.raises(InvalidInput, match=r"line 1 has 8 numbers.*KITTI poses.*12 numbers a line"):
        read_poses(put(b"0 1 2 3 0 0 0 1\n"))
    for rotation in ("2 0 0 0 0 1 0 0 0 0 1 0", "1 0 0 0 0 1 0 0 0 0 -1 0", "1e200 0 0 0 0 1 0 0 0 0 1 0"):
        with pytest.raises(ImpossibleValue, match=r"line 1 holds .* where a rotation stands"):
            read_poses(put(rotation.encode()))
    with pytest.raises(NotFinite, match="line 1"):
        read_poses(put(b"1 0 0 nan 0 1 0 0 0 0 1 0"))


def test_boxes_are_four_numbers_or_none(put: Put) -> None:
    boxes = read_boxes_text(put(b"1,2,3,4\nNaN,NaN,NaN,NaN\n5\t6\t7\t8.5\n"))
    assert boxes[[0, 2]].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8.5]]
    assert np.isnan(boxes[1]).all()
    for line in (b"1,2,nan,4", b"1,2,inf,4"):
        with pytest.raises(NotFinite, match=r"it.png, line 2"):
            read_boxes_text(put(b"1,2,3,4\n" + line))


def test_too_many_lines_are_refused(put: Put) -> None:
    with pytest.raises(UnsafeFile, match="has 5 rows in 6 lines; at most 4"):
        read_boxes_text(put(b"1 2 3 4\n" * 5), limits=Limits(points=4))
    with pytest.raises(UnsafeFile, match=r"may hold .* bytes"):
        read_boxes_text(put(b"1 2 3 4\n" * 50), limits=Limits(array_bytes=100))


def test_text_is_utf_8(put: Put) -> None:
    assert read_text(put("Grüße\r\nan\ralle\n".encode("utf-8-sig"))) == "Grüße\nan\nalle\n"
    with pytest.raises(InvalidInput, match=r"is no UTF-8 at byte 2 \(fc df 65\)"):
        read_text(put("Grüße".encode("latin-1")))
    with pytest.raises(InvalidInput, match=r"a zero byte at place 1.*UTF-16 has them"):
        read_text(put("hi".encode("utf-16-le")))
    with pytest.raises(UnsafeFile, match="9 bytes; at most 8"):
        read_text(put(b"123456789"), limits=Limits(json_bytes=8))


def test_a_piece_is_read_through_the_kernel(put: Put) -> None:
    piece = read_midi(put(PIECE, "it.mid"))
    assert piece.notes.tolist() == [[0.0, 1.0, 60.0]]
    assert piece.bars.tolist() == [0.0, 4.0]
    with pytest.raises(InvalidInput, match=r"it.mid: the MIDI file is cut short"):
        read_midi(put(PIECE[:-2], "it.mid"))
    with pytest.raises(InvalidInput, match="is a MIDI file in a RIFF wrapper; wanted a Standard MIDI File"):
        read_midi(put(b"RIFF\0\0\0\0RMID" + PIECE, "it.mid"))


def put_json(put: Put, value: Any) -> Path:
    return put(json.dumps(value).encode(), "it.json")


def test_coco_is_a_data_set_or_a_list_of_results(put: Put) -> None:
    assert read_coco(put_json(put, COCO | {"info": {}})) == COCO
    results = [{"image_id": 1, "category_id": 2, "bbox": [0, 0, 1, 1], "score": 0.5}] * 2
    assert read_coco(put_json(put, results)) == {"images": [], "annotations": results, "categories": []}


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"images": COCO["images"] * 2}, DuplicateName, "images: the id 1 stands twice"),
        ({"annotations": COCO["annotations"] * 2}, DuplicateName, "annotations: the id 1 stands twice"),
        ({"images": [{}]}, InvalidInput, "images: an entry has no id"),
        ({"images": [{"id": [1]}]}, InvalidInput, "images: an entry has no id, or one that is no number"),
        ({"annotations": {}}, InvalidInput, "an object with the keys .* as 'annotations'; wanted a list"),
        ({"annotations": [7]}, InvalidInput, "wanted a list of objects"),
        ({"annotations": [{}]}, InvalidInput, "annotation 0 has no 'image_id'"),
        ({"annotations": [{"image_id": 9}]}, InvalidInput, "image_id 9, which 'images' does not have"),
        ({"annotations": [{"image_id": [1]}]}, InvalidInput, r"image_id \[1\], which 'images' does not have"),
        ({"annotations": [{"image_id": 1, "category_id": 3}]}, InvalidInput, "category_id 3"),
        ({"annotations": [{"image_id": 1, "bbox": [1, 2, 3]}]}, ImpossibleValue, "wanted 4 numbers"),
        ({"annotations": [{"image_id": 1, "bbox": [1, 2, 3, True]}]}, ImpossibleValue, "wanted 4 numbers"),
        ({"annotations": [{"image_id": 1, "bbox": [1, 2, -3, 1]}]}, ImpossibleValue, "a negative side"),
        ({"annotations": [{"image_id": 1, "score": "high"}]}, ImpossibleValue, "the score 'high'"),
        ({"annotations": [{"image_id": 1, "score": float("nan")}]}, InvalidInput, "NaN is no JSON"),
    ],
)
def test_what_is_wrong_in_a_coco_file_is_named(put: Put, change: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        read_coco(put_json(put, COCO | change))


@pytest.mark.parametrize("value", [7, "text", None, {}, {"images": []}])
def test_what_is_no_coco_file_is_named(put: Put, value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"it.json holds .*; wanted COCO JSON"):
        read_coco(put_json(put, value))


def test_nuscenes_is_read_as_it_stands(put: Put) -> None:
    assert read_nuscenes(put_json(put, NUSCENES)) == NUSCENES
    track = SOLID | {"tracking_name": "car", "tracking_id": "7", "tracking_score": 1}
    assert read_nuscenes(put_json(put, {"results": {"a": [track]}})) == {"meta": {}, "results": {"a": [track]}}


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"size": [1, 2]}, ImpossibleValue, r"'a', box 0: 'size' is \[1, 2\]; wanted 3 numbers"),
        ({"size": [1, 2, 0]}, ImpossibleValue, "wanted width, length and height above 0"),
        ({"rotation": [0, 0, 0, 0]}, ImpossibleValue, "wanted a quaternion"),
        ({"translation": None}, ImpossibleValue, "'translation' is None"),
        ({"detection_name": 7}, InvalidInput, "has no name; wanted 'detection_name' or 'tracking_name'"),
        ({"detection_score": "1"}, ImpossibleValue, "the detection_score '1'"),
    ],
)
def test_what_is_wrong_in_a_box_is_named(put: Put, change: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        read_nuscenes(put_json(put, {"results": {"a": [SOLID | change]}}))
    for results in ([], {"a": {}}, {"a": [7]}, {"a": [{}]}):
        with pytest.raises(GeneralLevelError, match=r"it.json"):
            read_nuscenes(put_json(put, {"results": results}))
