"""Findings from detections: objects, descriptions and relations by hand, against a plain loop, and slips."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch
from generallevel.metrics.video.frames import success_rate
from generallevel.metrics.video.prompted import contains, described, related
from generallevel.scoring import score

CLIP = [
    {"labels": ["cat", "dog"], "scores": [0.9, 0.5]},
    {"labels": ["cat", "cat"], "scores": [0.2, 0.8]},
    {"labels": [], "scores": []},
]


def test_objects_that_are_found_make_the_rate() -> None:
    assert success_rate(contains(CLIP, "cat", threshold=0.5)).value == 2 / 3
    assert success_rate(contains(CLIP, ["cat", "dog"], threshold=0.5)).value == 1 / 3  # a score at the threshold counts
    assert success_rate(contains(CLIP, ["cat", "dog"], threshold=0.51)).value == 0
    assert contains([["cat"], []], "cat", threshold=None).tolist() == [True, False]
    clips = [contains(CLIP, "cat", threshold=0.85), contains(CLIP[:1], "dog", threshold=0.1)]
    assert score("success_rate", clips).value == (1 + 1) / (3 + 1)


def test_colours_are_whole_words_of_that_object() -> None:
    texts = ["a Red car", "a covered car", "a red-brown car", "the car is red.", "a car"]
    clip = [{"labels": ["car"], "descriptions": [text]} for text in texts]
    clip.append({"labels": ["bus", "car"], "descriptions": ["a red bus", "a blue car"]})
    assert described(clip, "car", "red", threshold=None).tolist() == [True, False, True, True, False, False]
    weak = [{"labels": ["car"], "scores": [0.3], "descriptions": ["red"]}, {"labels": [], "scores": []}]
    assert described(weak, "car", "red", threshold=0.4).tolist() == [False, False]
    assert described(weak, "car", "red", threshold=0.3).tolist() == [True, False]


def pair(one: list[float], other: list[float]) -> list[dict[str, Any]]:
    return [{"labels": ["cat", "dog"], "boxes": [one, other]}]


def said(frames: list[dict[str, Any]], relation: Any, **options: Any) -> bool:
    (finding,) = related(frames, "cat", relation, "dog", threshold=None, **{"boxes": "xyxy", **options}).tolist()
    return bool(finding)


def test_sides() -> None:
    right = pair([30, 5, 40, 15], [0, 0, 10, 10])  # centres (35, 10) and (5, 5)
    assert [said(right, way) for way in ("left of", "right of", "above", "below")] == [False, True, False, False]
    below = pair([5, 30, 15, 40], [0, 0, 10, 10])
    assert [said(below, way) for way in ("left of", "right of", "above", "below")] == [False, False, False, True]
    assert said(below, "above", rule="released")  # which is first is not looked at
    assert not said(below, "left of", rule="released")
    diagonal = pair([20, 20, 30, 30], [0, 0, 10, 10])  # as far along x as along y
    assert not any(said(diagonal, way) for way in ("left of", "right of", "above", "below"))
    assert said(pair([30, 5, 10, 10], [0, 0, 10, 10]), "right of", boxes="xywh")


def test_overlap() -> None:
    near = pair([0, 0, 10, 10], [8, 0, 18, 10])  # 2 x 10 out of 200 - 20
    assert not said(near, "left of")
    assert not said(near, "left of", rule="released")
    assert said(near, "left of", iou=20 / 180)  # at the limit
    assert not said(near, "left of", iou=19 / 180)


def test_one_pair_is_enough_and_weak_ones_do_not_count() -> None:
    frame = {
        "labels": ["dog", "cat", "cat", "bird"],
        "scores": [0.9, 0.9, 0.4, 0.9],
        "boxes": [[20, 0, 30, 10], [50, 0, 60, 10], [0, 0, 10, 10], [0, 0, 9, 9]],
    }
    options: Any = {"boxes": "xyxy"}
    assert related([frame], "cat", "left of", "dog", threshold=0.3, **options).tolist() == [True]
    assert related([frame], "cat", "left of", "dog", threshold=0.5, **options).tolist() == [False]
    assert related([frame], "cat", "left of", "cow", threshold=0.3, **options).tolist() == [False]
    # VBench takes two cats for the pair as well
    assert related([frame], "cat", "left of", "cow", threshold=0.3, rule="released", **options).tolist() == [True]
    assert related([[]], "cat", "left of", "dog", threshold=None, **options).tolist() == [False]


def looped(frame: dict[str, Any], relation: str, least: float, limit: float, *, directed: bool) -> bool:
    """The rule once more, one pair at a time."""
    objects = [
        (label, box)
        for label, box, sure in zip(frame["labels"], frame["boxes"], frame["scores"], strict=True)
        if sure >= least and label in ("cat", "dog")
    ]
    for i, (one, (a, b, c, d)) in enumerate(objects):
        for j, (other, (e, f, g, h)) in enumerate(objects):
            if i == j or (directed and (one, other) != ("cat", "dog")):
                continue
            x, y = (a + c - e - g) / 2, (b + d - f - h) / 2
            shared = max(0, min(c, g) - max(a, e)) * max(0, min(d, h) - max(b, f))
            if shared / ((c - a) * (d - b) + (g - e) * (h - f) - shared) > limit:
                continue
            sideways = abs(x) > abs(y) if relation in ("left of", "right of") else abs(y) > abs(x)
            sense = {"left of": x < 0, "right of": x > 0, "above": y < 0, "below": y > 0}[relation]
            if sideways and (sense or not directed):
                return True
    return False


@pytest.mark.parametrize("rule", ["directed", "released"])
def test_random_frames_against_a_plain_loop(rule: Any) -> None:
    rng = np.random.default_rng(5)
    frames = []
    for _ in range(250):
        n = int(rng.integers(0, 9))
        corner, sides = rng.integers(0, 30, (n, 2)), rng.integers(1, 25, (n, 2))
        boxes = np.hstack([corner, corner + sides]).tolist()
        words = [" ".join(rng.choice(["red", "blue", "big"], 2)) for _ in range(n)]
        labels = rng.choice(["cat", "dog", "bird"], n).tolist()
        frames.append({"labels": labels, "boxes": boxes, "scores": rng.random(n).tolist(), "descriptions": words})
    for relation in ("left of", "right of", "above", "below"):
        found = related(frames, "cat", relation, "dog", boxes="xyxy", threshold=0.3, iou=0.1, rule=rule)  # type: ignore[arg-type]
        told = [looped(frame, relation, 0.3, 0.1, directed=rule == "directed") for frame in frames]
        assert found.tolist() == told
        assert 20 < sum(told) < 230
    sure = [
        [(label, text) for label, text, s in zip(f["labels"], f["descriptions"], f["scores"], strict=True) if s >= 0.3]
        for f in frames
    ]
    both = [any(a == "cat" for a, _ in f) and any(a == "dog" for a, _ in f) for f in sure]
    assert contains(frames, ("cat", "dog"), threshold=0.3).tolist() == both
    red = [any(a == "cat" and "red" in text.split() for a, text in f) for f in sure]
    assert described(frames, "cat", "red", threshold=0.3).tolist() == red


@pytest.mark.parametrize(
    ("detections", "wanted", "threshold", "error", "message"),
    [
        ([], "cat", None, InvalidInput, "hold no frame"),
        ({"labels": ["cat"]}, "cat", None, InvalidInput, "a single frame: put it in a list"),
        ([{"labels": "cat"}], "cat", None, InvalidInput, "in a list; got 'cat'"),
        ([{"labels": [3]}], "cat", None, InvalidInput, "got 3"),
        ([{"label": ["cat"]}], "cat", None, InvalidInput, "Did you mean 'labels'"),
        ([None], "cat", None, InvalidInput, "an empty list"),
        ([True], "cat", None, InvalidInput, "in a list; got True"),
        ([["cat"]], "cat", 0.5, InvalidInput, "needs the scores of frame 0"),
        ([{"labels": ["cat"], "scores": [0.1, 0.2]}], "cat", 0.5, LengthMismatch, "1 objects but 2 scores"),
        ([{"labels": ["cat"], "scores": [np.nan]}], "cat", 0.5, NotFinite, "scores hold nan"),
        ([["cat"]], "cat", np.nan, NotFinite, "the least score that counts"),
        ([["cat"]], "", None, InvalidInput, "wanted is a name"),
        ([["cat"]], [], None, InvalidInput, "one name or several different ones"),
        ([["cat"]], ["cat", "cat"], None, InvalidInput, "objects are not counted"),
    ],
)
def test_slips(detections: Any, wanted: Any, threshold: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        contains(detections, wanted, threshold=threshold)


def test_slips_of_descriptions() -> None:
    with pytest.raises(LengthMismatch, match="1 labels and 0 descriptions"):
        described([["cat"]], "cat", "red", threshold=None)
    with pytest.raises(InvalidInput, match="descriptions are one text for each detection; got None"):
        described([{"labels": ["cat"], "descriptions": [None]}], "cat", "red", threshold=None)
    with pytest.raises(InvalidInput, match="colour is a name"):
        described([["cat"]], "cat", 3, threshold=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("boxes", "options", "error", "message"),
    [
        (None, {}, InvalidInput, "without 'boxes'"),
        ([[0, 0, 1, 1]], {}, LengthMismatch, "2 labels and 1 boxes"),
        ([[0, 0, 1], [0, 0, 1]], {}, ShapeMismatch, "rows of four"),
        ([[9, 9, 1, 1], [0, 0, 1, 1]], {}, ImpossibleValue, "pass boxes='xywh'"),
        ([[0, 0, 1, 1]] * 2, {"iou": 10}, ImpossibleValue, "Pass 0.1"),
        ([[0, 0, 1, 1]] * 2, {"relation": "on the left of"}, InvalidInput, "relation is 'left of'"),
        ([[0, 0, 1, 1]] * 2, {"rule": "vbench"}, InvalidInput, "rule is 'directed' or 'released'"),
        ([[0, 0, 1, 1]] * 2, {"boxes": "yx"}, InvalidInput, "boxes is how boxes are written"),
    ],
)
def test_slips_of_relations(boxes: Any, options: dict[str, Any], error: type[Exception], message: str) -> None:
    frame = {"labels": ["cat", "dog"], "boxes": boxes}
    given: dict[str, Any] = {"relation": "left of", "boxes": "xyxy", **options}
    with pytest.raises(error, match=message):
        related([frame], "cat", given.pop("relation"), "dog", threshold=None, **given)
