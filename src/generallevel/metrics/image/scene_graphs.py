"""Scene graphs: what stands in which relation to what.

Objects: a prediction is the objects of one image and the ranked relations between them; a reference is the true ones. A
relation is a triplet of the places of its subject and its object among the objects, and its predicate. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.detections import check_most
from generallevel._kernels.objects import Item, as_mappings, boxes_of, check_one_unit, labels_of, scores_of
from generallevel._kernels.overlap import BoxFormat, box_overlaps, check_overlap
from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, ShapeMismatch, did_you_mean
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["no_relations", "recall_at_50"]

Mode: TypeAlias = Literal["sgdet", "sgcls", "predcls"]
Average: TypeAlias = Literal["image", "relation"]

PRED_KEYS = frozenset({"boxes", "labels", "relations", "scores"})
REF_KEYS = frozenset({"boxes", "labels", "relations", "id", "size"})
GIVEN = {"sgdet": (), "sgcls": ("boxes",), "predcls": ("boxes", "labels")}  # what a mode takes from the reference


def no_relations(_ref: object) -> dict[str, Any]:
    """No relation at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"relations": []}


@metric(
    labels={("Image-Comprehension", "R@50"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 9; Lu et al. (2016), arXiv 1608.00187",
    absent=no_relations,
    each="image",
    variants={
        "pooled": Variant({"average": "relation"}, note="Lu et al. (2016): the relations of all images in one ratio"),
    },
    caution="Three spatial-relation tasks carry the label for free-text descriptions, where it is not defined: "
    "only scene graph parsing is sure.",
)
def recall_at_50(
    pred: Any,
    ref: Any,
    *,
    mode: Mode,
    boxes: BoxFormat,
    graph_constraint: bool = True,
    k: int = 50,
    iou: float = 0.5,
    average: Average = "image",
) -> Mean:
    """Share of the true relations of an image among its 50 best-ranked predictions.

    A true relation is found if one of the first k predicted ones has its three labels, and subject and object each
    overlap theirs enough.

    Parameters
    ----------
    pred : mapping
        ``relations``, (m, 3) integers or a sequence of (subject, object, predicate), where subject and object are
        places among the objects, from 0, and a predicate is an integer or a text; ``scores`` (m,), without which the
        relations are ranked as they stand; ``boxes`` (n, 4) and ``labels`` (n,) of the objects, as the mode asks.
    ref : mapping
        ``boxes`` (n, 4), ``labels`` (n,) and ``relations``.
    mode : {"sgdet", "sgcls", "predcls"}
        What the model was given: nothing; the true boxes; the true boxes and their labels. What it was given is taken
        from the reference, and a prediction that holds it all the same must not differ in number. Required: the three
        modes are three different tasks.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written, as for `ap50`. Required.
    graph_constraint : bool, default True
        Whether only the best predicate of each pair of objects counts, as a graph has one edge.
    k : int, default 50
        How many relations are looked at.
    iou : float, default 0.5
        From which overlap a box is the one that is meant, in (0, 1].
    average : {"image", "relation"}, default "image"
        Whether each image counts once, or each relation.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. An image without a relation counts for nothing.

    Raises
    ------
    ImpossibleValue
        If a relation names an object that is not there, or a box is impossible.
    InvalidInput
        If boxes or labels are missing that the mode asks for, or a key is unknown.
    LengthMismatch, ShapeMismatch, NotFinite, UnitMismatch
        If the arrays do not fit together, or as for `ap50`.

    Notes
    -----
    * One prediction may find several relations, and one relation several times: it counts once.
    * Equal scores keep the order in which the relations are given.
    * The usual code of the field (neural-motifs and what descends from it) counts both edges of a box as inside: pass
      ``boxes="xyxy_inclusive"`` to match it. It averages over images; Lu et al. pool (``variant="pooled"``).

    References
    ----------
    .. [1] Lu et al. (2016), "Visual relationship detection with language priors", arXiv 1608.00187
    .. [2] Zellers et al. (2018), "Neural motifs", arXiv 1711.06640 (modes, graph constraint)
    .. [3] arXiv 2505.04620v1, Table 17 row 9

    Examples
    --------
    >>> ref = {
    ...     "boxes": [[0, 0, 9, 9], [20, 0, 29, 9]],
    ...     "labels": ["man", "horse"],
    ...     "relations": [(0, 1, "rides"), (1, 0, "carries")],
    ... }
    >>> pred = {"relations": [(0, 1, "rides"), (1, 0, "sees")]}
    >>> recall_at_50(pred, ref, mode="predcls", boxes="xyxy").value
    0.5
    """
    if mode not in GIVEN:
        raise InvalidInput(f"mode is one of {', '.join(GIVEN)}, not {mode!r}.{did_you_mean(str(mode), GIVEN)}")
    if average not in get_args(Average):
        raise InvalidInput(f"average is 'image' or 'relation', not {average!r}")
    check_most(k, "relations")
    check_overlap(iou)
    said, wanted = _sides(pred, ref, mode)
    (n_pred, found), (n_ref, true) = boxes_of([said], boxes, "pred"), boxes_of([wanted], boxes, "ref")
    check_one_unit(boxes, (n_pred, found), (n_ref, true))
    _, (found_labels, true_labels) = labels_of({"pred": ([said], n_pred), "ref": ([wanted], n_ref)}, None)
    true_pairs, true_names = _relations(wanted["relations"], len(true), "ref")
    pairs, names = _relations(said["relations"], len(found), "pred")
    if not len(true_pairs):
        return Mean(0.0, 0)
    chosen = _ranked(said, pairs, graph_constraint)[:k]
    pairs, names = pairs[chosen], [names[place] for place in chosen.tolist()]
    same = found_labels[:, None] == true_labels[None, :]
    near = same & (box_overlaps(found, true) >= iou)
    hits = near[np.ix_(pairs[:, 0], true_pairs[:, 0])] & near[np.ix_(pairs[:, 1], true_pairs[:, 1])]
    hits &= np.array([[name == other for other in true_names] for name in names], dtype=bool).reshape(hits.shape)
    n_found = int(hits.any(axis=0).sum())
    return Mean(n_found / len(true_pairs), 1) if average == "image" else Mean(n_found, len(true_pairs))


def _sides(pred: Any, ref: Any, mode: str) -> tuple[Item, Item]:
    """Both sides, the prediction completed with what the mode gives it."""
    for side, name in ((pred, "pred"), (ref, "ref")):
        if not isinstance(side, Mapping):
            raise InvalidInput(f'{name} is {side!r:.60}; wanted a mapping with "relations", "boxes" and "labels"')
    (said,), (wanted,) = (
        as_mappings([pred], "pred", "relations", PRED_KEYS),
        as_mappings([ref], "ref", "relations", REF_KEYS),
    )
    lacks = [key for key in ("boxes", "labels") if wanted.get(key) is None]
    if lacks:
        raise InvalidInput(f"ref has no {' and no '.join(lacks)}")
    for key in GIVEN[mode]:
        if said.get(key) is not None and len(said[key]) != len(wanted[key]):
            raise LengthMismatch(
                f"mode={mode!r} gives the model the {len(wanted[key])} true {key}, and pred has {len(said[key])}: were "
                "they detected? Then the mode is 'sgdet'"
            )
    done = {**said, **{key: wanted[key] for key in GIVEN[mode]}}
    if not len(done["relations"]):
        done = {**done, "boxes": np.empty((0, 4)), "labels": []}  # without relations nobody asks for their objects
    lacks = [key for key in ("boxes", "labels") if done.get(key) is None]
    if lacks:
        raise InvalidInput(f"pred has no {' and no '.join(lacks)}, which mode={mode!r} asks of the model")
    return done, wanted


def _relations(given: Any, n_objects: int, name: str) -> tuple[NDArray[np.intp], list[Any]]:
    """Subjects and objects, shape (m, 2), and predicates."""
    wanted = "(subject, object, predicate), subject and object being places among the objects"
    rows = [tuple(row) if isinstance(row, list | tuple | np.ndarray) else (row,) for row in given]
    for row in rows:
        if len(row) != 3:
            raise ShapeMismatch(f"a relation of {name} is {row!r:.80}; wanted {wanted}")
    pairs = real_array([row[:2] for row in rows], f"relations of {name}", wanted).reshape(-1, 2)
    if pairs.size and pairs.dtype.kind not in "iu":
        raise InvalidInput(f"subject and object of a relation of {name} are places, whole numbers; got {pairs.dtype}")
    if pairs.size and (pairs.min() < 0 or pairs.max() >= n_objects):
        raise ImpossibleValue(
            f"a relation of {name} names object {pairs.max() if pairs.min() >= 0 else pairs.min()}, and there are "
            f"{n_objects}, counted from 0"
        )
    return pairs.astype(np.intp), [_predicate(row[2], name) for row in rows]


def _predicate(given: Any, name: str) -> Any:
    value = given.item() if isinstance(given, np.generic) else given
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise InvalidInput(f"a predicate of {name} is {given!r:.60}: it is an integer or a text")
    return value


def _ranked(pred: Item, pairs: NDArray[np.intp], graph_constraint: bool) -> NDArray[np.intp]:
    """The places of the relations that count, the surest first."""
    scores, _ = scores_of([pred], np.array([len(pairs)]), "pred")
    order = np.argsort(-scores, kind="stable")
    if graph_constraint and len(order):
        _, first = np.unique(pairs[order], axis=0, return_index=True)
        order = order[np.sort(first)]
    return order
