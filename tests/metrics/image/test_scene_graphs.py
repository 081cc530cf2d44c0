"""Scene graphs: the three modes, the constraint, worked recalls, and every slip with its answer."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel import score
from generallevel.errors import (
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
    UnitMismatch,
)
from generallevel.metrics.image.scene_graphs import recall_at_50

MAN, HORSE, HAT = [0, 0, 10, 10], [20, 0, 40, 20], [2, 0, 6, 4]
REF = {
    "boxes": [MAN, HORSE, HAT],
    "labels": ["man", "horse", "hat"],
    "relations": [(0, 1, "rides"), (0, 2, "wears"), (2, 0, "on")],
}
FOUND = {"boxes": [HAT, MAN, HORSE], "labels": ["hat", "man", "horse"]}


def recall(pred: Any, ref: Any = REF, **options: Any) -> float:
    return recall_at_50(pred, ref, **{"mode": "sgdet", "boxes": "xyxy", **options}).value


def test_detection_matches_labels_and_boxes_of_all_three() -> None:
    assert recall({**FOUND, "relations": [(1, 2, "rides"), (1, 0, "wears")]}) == 2 / 3
    assert recall({**FOUND, "relations": [(2, 1, "rides")]}) == 0  # the other way round
    assert recall({**FOUND, "relations": [(1, 2, "leads")]}) == 0
    other = {**FOUND, "labels": ["hat", "woman", "horse"]}
    assert recall({**other, "relations": [(1, 2, "rides")]}) == 0
    shifted = {**FOUND, "boxes": [HAT, [6, 0, 16, 10], HORSE]}  # 40 / 160
    assert recall({**shifted, "relations": [(1, 2, "rides")]}) == 0
    assert recall({**shifted, "relations": [(1, 2, "rides")]}, iou=0.25) == 1 / 3


def test_what_a_mode_gives_is_taken_from_the_reference() -> None:
    assert recall({"relations": [(0, 1, "rides")]}, mode="predcls") == 1 / 3
    assert recall({"labels": ["man", "horse", "cap"], "relations": REF["relations"]}, mode="sgcls") == 1 / 3
    with pytest.raises(InvalidInput, match="pred has no labels, which mode='sgcls' asks"):
        recall({"relations": [(0, 1, "rides")]}, mode="sgcls")
    with pytest.raises(InvalidInput, match="pred has no boxes and no labels, which mode='sgdet'"):
        recall({"relations": [(0, 1, "rides")]})
    with pytest.raises(LengthMismatch, match="Then the mode is 'sgdet'"):
        recall({"boxes": [MAN], "labels": ["man"], "relations": []}, mode="predcls")


def test_only_the_first_k_by_score_count() -> None:
    relations = [(0, 1, "rides"), (0, 2, "wears"), (2, 0, "on")]
    pred = {"relations": relations, "scores": [0.1, 0.9, 0.5]}
    assert [recall(pred, mode="predcls", k=k) for k in (1, 2, 3)] == [1 / 3, 2 / 3, 1]
    ranked = {"relations": relations}  # as they stand
    assert recall(ranked, {**REF, "relations": [(0, 1, "rides")]}, mode="predcls", k=1) == 1


def test_a_graph_has_one_predicate_for_each_pair() -> None:
    pred = {"relations": [(0, 1, "near"), (0, 1, "rides"), (0, 2, "wears")], "scores": [0.9, 0.8, 0.7]}
    assert recall(pred, mode="predcls") == 1 / 3
    assert recall(pred, mode="predcls", graph_constraint=False) == 2 / 3
    assert recall(pred, mode="predcls", graph_constraint=False, k=2) == 1 / 3


def test_images_weigh_alike_or_relations_do() -> None:
    one = {**REF, "relations": [(0, 1, "rides")]}
    preds, refs = [{"relations": [(0, 1, "rides")]}] * 2, [REF, one]
    options = {"mode": "predcls", "boxes": "xyxy"}
    assert score("recall_at_50", preds, refs, **options).value == (1 / 3 + 1) / 2
    assert score("recall_at_50", preds, refs, variant="pooled", **options).value == 2 / 4


def test_nothing_to_find_counts_for_nothing_and_nothing_found_is_0() -> None:
    empty = {**REF, "relations": []}
    options = {"mode": "sgdet", "boxes": "xyxy"}
    with pytest.raises(UndefinedScore):
        score("recall_at_50", [{"relations": []}], [empty], **options)
    assert score("recall_at_50", [None, {"relations": []}], [REF, empty], **options).value == 0


def test_relations_as_an_array_of_integers() -> None:
    ref = {"boxes": [MAN, HORSE], "labels": [3, 4], "relations": np.array([[0, 1, 7]])}
    assert recall({"relations": np.array([[0, 1, 7], [1, 0, 7]])}, ref, mode="predcls") == 1


def by_the_book(pred: Any, ref: Any, k: int) -> float:
    def overlap(a: Any, b: Any) -> float:
        w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        shared = max(w, 0) * max(h, 0)
        return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)

    ranked = sorted(range(len(pred["scores"])), key=lambda place: -pred["scores"][place])
    pairs, kept = set(), []
    for place in ranked:
        s, o, p = pred["relations"][place]
        if (s, o) not in pairs:
            pairs.add((s, o))
            kept.append((s, o, p))
    hits = 0
    for s, o, p in ref["relations"]:
        hits += any(
            q == p
            and all(
                pred["labels"][i] == ref["labels"][j] and overlap(pred["boxes"][i], ref["boxes"][j]) >= 0.5
                for i, j in ((a, s), (b, o))
            )
            for a, b, q in kept[:k]
        )
    return hits / len(ref["relations"])


def test_random_graphs_by_the_book() -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(2, 6))
        corners = rng.integers(0, 20, (n, 2))
        boxes = np.concatenate([corners, corners + rng.integers(3, 20, (n, 2))], axis=1)
        rows = rng.integers(0, [n, n, 2], (int(rng.integers(1, 7)), 3))
        ref = {"boxes": boxes, "labels": rng.integers(0, 2, n), "relations": rows}
        found = {"boxes": boxes + rng.integers(0, 3, (n, 4)), "labels": rng.integers(0, 2, n)}
        rows = rng.integers(0, [n, n, 2], (int(rng.integers(1, 30)), 3))
        pred = {**found, "relations": rows, "scores": rng.random(len(rows))}
        k = int(rng.integers(1, 10))
        assert recall(pred, ref, k=k) == pytest.approx(by_the_book(pred, ref, k), abs=1e-15), seed


@pytest.mark.parametrize(
    ("pred", "options", "error", "message"),
    [
        ({"relations": []}, {"mode": "sgdett"}, InvalidInput, "Did you mean 'sgdet'"),
        ({"relations": []}, {"k": 0}, ImpossibleValue, "whole number, 1 or more; got 0"),
        ({"relations": []}, {"iou": 50}, ImpossibleValue, "Pass 0.5"),
        ({"relations": []}, {"average": "micro"}, InvalidInput, "average is 'image' or 'relation'"),
        ({"relations": [(0, 3, "on")]}, {}, ImpossibleValue, "names object 3, and there are 3, counted from 0"),
        ({"relations": [(0, -1, "on")]}, {}, ImpossibleValue, "names object -1"),
        ({"relations": [(0, 1)]}, {}, ShapeMismatch, r"a relation of pred is \(0, 1\)"),
        ({"relations": [(0.5, 1, "on")]}, {}, InvalidInput, "places, whole numbers"),
        ({"relations": [(0, 1, 0.5)]}, {}, InvalidInput, "a predicate of pred is 0.5"),
        ({"relations": [(0, 1, "on")], "scores": [math.nan]}, {}, NotFinite, "scores hold nan"),
        ({"relations": [(0, 1, "on")], "scores": [1, 2]}, {}, LengthMismatch, "1 objects but 2 scores"),
        ({"relationships": []}, {}, InvalidInput, "Did you mean 'relations'"),
        ([], {}, InvalidInput, "wanted a mapping"),
    ],
)
def test_a_slip_is_named(pred: Any, options: Any, error: type[GeneralLevelError], message: str) -> None:
    with pytest.raises(error, match=message):
        recall(pred, **{"mode": "predcls", **options})


def test_a_slip_of_the_reference_is_named() -> None:
    with pytest.raises(InvalidInput, match="ref has no labels"):
        recall({"relations": []}, {"boxes": [MAN], "relations": []})
    with pytest.raises(UnitMismatch, match="every box of pred lies between 0 and 1"):
        recall({"boxes": [[0.1, 0.1, 0.2, 0.2]], "labels": ["man"], "relations": [(0, 0, "on")]})
