"""Boxes: where things are in an image, as rectangles.

Objects: a prediction is the scored boxes of one image, a mapping of ``boxes`` (n, 4), ``scores`` (n,) and ``labels``
(n,); a reference is its true boxes, ``boxes`` (m, 4) and ``labels`` (m,), with ``crowd``, ``ignore`` and ``areas`` (m,)
and the image's ``id`` and ``size`` (height, width) where they matter. ``boxes=`` says how a box is written. Scores are
fractions in [0, 1]; higher is better.

The protocol is that of COCO: inside an image and a class the surest box chooses first, and takes the reference that it
overlaps most among those that are free; precision is read at 101 points of recall and averaged over the classes that
have a reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from generallevel._kernels.detections import COCO_OVERLAPS, Area, Detections, Protocol, decide
from generallevel._kernels.objects import Item, as_mappings, boxes_of, check_one_unit, size_of, two_sides
from generallevel._kernels.overlap import BoxFormat as Format
from generallevel._kernels.overlap import box_overlaps, check_overlap, is_normalised, paired_overlaps, read_boxes
from generallevel._kernels.ranking import Points
from generallevel.errors import InvalidInput, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Ratio

__all__ = ["ap10", "ap50", "ap75", "box_ap", "grounding_precision", "no_boxes"]

PRED_KEYS = frozenset({"boxes", "scores", "labels"})
REF_KEYS = frozenset({"boxes", "labels", "crowd", "ignore", "areas", "id", "size"})

VOC: Mapping[str, Variant] = MappingProxyType(
    {
        "voc2007": Variant(
            {"protocol": "voc2007", "max_dets": None},
            note="PASCAL VOC 2005 to 2009: eleven points of recall, a box is compared with its best reference alone",
        ),
        "voc2010": Variant(
            {"protocol": "voc2010", "max_dets": None},
            note="PASCAL VOC from 2010: every step of recall, a box is compared with its best reference alone",
        ),
    }
)


def no_boxes(_ref: object) -> dict[str, Any]:
    """No box at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"boxes": np.empty((0, 4)), "scores": np.empty(0)}


def _box_decisions(
    preds: Sequence[Any],
    refs: Sequence[Any],
    *,
    iou: float | Sequence[float],
    boxes: Format,
    area: Area,
    max_dets: int | None,
    protocol: Protocol,
    points: Points | None = None,
    classes: Sequence[Any] | None = None,
) -> Detections:
    """The decisions about the boxes of many images, in one pass."""
    said, wanted = as_mappings(preds, "pred", "boxes", PRED_KEYS), as_mappings(refs, "ref", "boxes", REF_KEYS)
    pred, ref = boxes_of(said, boxes, "pred"), boxes_of(wanted, boxes, "ref")
    check_one_unit(boxes, pred, ref)
    (n_pred, found_boxes), (n_ref, true_boxes) = pred, ref
    pixels = _pixels(wanted, boxes, area)
    areas = (found_boxes.areas * np.repeat(pixels, n_pred), true_boxes.areas * np.repeat(pixels, n_ref))
    found, there, names = two_sides(said, wanted, (n_pred, n_ref), areas, classes)

    def overlap(at: Any, to: Any) -> Any:
        return paired_overlaps(found_boxes, true_boxes, at, to, there.crowd)

    return decide(
        found,
        there,
        names,
        overlap,
        iou=iou,
        protocol=protocol,
        points=points,
        max_dets=max_dets,
        area=area,
    )


def _pixels(refs: Sequence[Item], boxes: str, area: Area) -> Any:
    """How many square pixels one unit of area is in each image."""
    sizes = [size_of(ref, "ref") for ref in refs]
    if not is_normalised(boxes):
        return np.ones(len(refs))
    if area != "all" and None in sizes:
        raise InvalidInput(
            f"area={area!r} is in square pixels and boxes={boxes!r} are shares of the image: give the reference its "
            '"size", (height, width) in pixels'
        )
    return np.array([1 if size is None else size[0] * size[1] for size in sizes], dtype=float)


def _at(iou: float, preds: Any, refs: Any, **options: Any) -> Detections:
    return _box_decisions(preds, refs, iou=iou, **options)


@metric(
    labels={
        ("Image-Comprehension", "AP50"): "percent",
        ("Image-Comprehension", "mAP@0.5"): "percent",
        ("Image-Comprehension", "AP@0.5"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 rows 10 and 11; Lin et al. (2014), arXiv 1405.0312",
    batch=partial(_at, 0.5),
    variants=VOC,
    absent=no_boxes,
    item="context",
    each="image",
    caution=(
        "Answers without confidences form one block of ties, so their figure depends on how many boxes were given"
        " and no more."
    ),
)
def ap50(
    pred: Any, ref: Any, *, boxes: Format, area: Area = "all", max_dets: int | None = 100, protocol: Protocol = "coco"
) -> Detections:
    r"""Average precision of boxes that count as right from an overlap of 0.50, averaged over classes.

    .. math:: \frac{1}{C} \sum_c \frac{1}{101} \sum_{r = 0, .01, \ldots, 1} \max_{R_c \ge r} P_c

    Parameters
    ----------
    pred : mapping, or array_like of shape (n, 4)
        The boxes found in one image: ``boxes`` (n, 4), ``scores`` (n,) of any scale, ``labels`` (n,) integers or texts.
        Bare boxes are of one class and without scores.
    ref : mapping, or array_like of shape (m, 4)
        The boxes that are there: ``boxes`` (m, 4), ``labels`` (m,); where they matter ``crowd`` (m,), regions of many
        objects that need not be found, and that any number of boxes may lie in; ``ignore`` (m,), objects that need not
        be found; ``areas`` (m,) in square pixels, by default those of the boxes; ``id``, the image's number or name, by
        which ties are ordered; ``size``, (height, width). ``iscrowd`` and ``area`` are understood.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written: two corners; corner and sides; centre and sides; first and last pixel, both inside. Those
        that are normalised are in shares of the image's width and height. Required: there is no safe guess.
    area : {"all", "small", "medium", "large"} or (float, float), default "all"
        Which objects count, by their square pixels: COCO's ranges part at 32 and 96 squared. Others are ignored.
    max_dets : int or None, default 100
        The most boxes of one class that count in an image, the surest ones.
    protocol : {"coco", "voc2007", "voc2010", "recall"}, default "coco"
        ``coco``: 101 points of recall, and a box takes the best reference that is free. ``voc2007``, ``voc2010``:
        eleven points, or every step of recall, and a box whose best reference is taken is a false alarm. ``recall``:
        COCO's matching, and the value is the share of references that were found. The variants of these names set
        ``max_dets`` as well.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better. It keeps scored decisions by class and threshold and the number of
        references; ``by_class``, ``recall`` and ``notes`` (what a reader should know) are read from it as well.

    Raises
    ------
    ImpossibleValue
        If a box ends before it begins, has a negative side, or is far outside an image of size 1.
    NotFinite
        If a number is NaN or infinite.
    UnitMismatch
        If one side is in pixels and the other in shares of the image.
    LengthMismatch, ShapeMismatch, InvalidInput
        If scores or labels are not one for each box, a key is unknown, labels are of two kinds or on one side only.

    Notes
    -----
    * A class counts where it has a reference; boxes of other classes change nothing (``notes`` names them). No
      reference in any image: `UndefinedScore`. Crowds and ignored objects are no references to be found.
    * An image without boxes, or without references, is an empty list of them; a missing prediction counts as no box.
    * Ties: by the ``id`` of the image where the references carry one, then in the order given. That is pycocotools'
      order, and the value is pycocotools' to 1e-9. Without ids equal scores count together, as one step of the curve,
      so that no order of arrival can change the value: it then differs from pycocotools where scores tie.
    * Boxes without scores are one block of ties: precision is the same at every recall. ``notes`` says so. Some with
      scores and some without is an error.
    * A box without area overlaps with nothing.
    * To match torchmetrics or pycocotools, pass ``boxes="xywh"`` as they do inside: corners of converted boxes may
      differ in the last bit, and overlaps that equal a threshold with them. pycocotools discards the annotation
      field ``ignore``; here the key ``ignore`` counts. To match PASCAL VOC, ``variant="voc2007"`` or ``"voc2010"``
      with ``boxes="xyxy_inclusive"``, and its "difficult" objects as ``ignore``.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312
    .. [2] Everingham et al. (2010), "The PASCAL visual object classes challenge", doi:10.1007/s11263-009-0275-4
    .. [3] arXiv 2505.04620v1, Table 17 rows 10 and 11

    Examples
    --------
    One of two objects is found, by the second of two boxes, so that precision is 1/2 up to recall 1/2, which 51 of 101
    points do not exceed:

    >>> pred = {"boxes": [[50, 50, 60, 60], [0, 0, 10, 8]], "scores": [0.9, 0.8], "labels": ["cat", "cat"]}
    >>> ref = {"boxes": [[0, 0, 10, 10], [20, 20, 30, 30]], "labels": ["cat", "cat"]}
    >>> ap50(pred, ref, boxes="xyxy").value == 51 / 101 * 1 / 2
    True
    >>> ap50(pred, ref, boxes="xyxy").recall
    0.5
    """
    return _at(0.5, [pred], [ref], boxes=boxes, area=area, max_dets=max_dets, protocol=protocol)


@metric(
    labels={("Image-Comprehension", "AP75"): "percent", ("Image-Comprehension", "AP@0.75"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 10; Lin et al. (2014), arXiv 1405.0312",
    batch=partial(_at, 0.75),
    variants=VOC,
    absent=no_boxes,
    item="context",
    each="image",
)
def ap75(
    pred: Any, ref: Any, *, boxes: Format, area: Area = "all", max_dets: int | None = 100, protocol: Protocol = "coco"
) -> Detections:
    """Average precision of boxes that count as right from an overlap of 0.75, averaged over classes.

    Parameters
    ----------
    pred, ref : mapping, or array_like of shape (n, 4)
        As for `ap50`.
    boxes, area, max_dets, protocol
        As for `ap50`.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ImpossibleValue, NotFinite, UnitMismatch, LengthMismatch, ShapeMismatch, InvalidInput
        As for `ap50`.

    Notes
    -----
    All that is said of `ap50` holds.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312

    Examples
    --------
    An overlap of 8/10 is enough, one of 7/10 is not:

    >>> ap75([[0, 0, 10, 8]], [[0, 0, 10, 10]], boxes="xyxy").value
    1.0
    >>> ap75([[0, 0, 10, 7]], [[0, 0, 10, 10]], boxes="xyxy").value
    0.0
    """
    return _at(0.75, [pred], [ref], boxes=boxes, area=area, max_dets=max_dets, protocol=protocol)


@metric(
    labels={("Image-Comprehension", "AP10"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); Lin et al. (2014), arXiv 1405.0312 (average precision)",
    batch=partial(_at, 0.1),
    variants={
        **VOC,
        "grounding": Variant(
            {"protocol": "recall", "max_dets": 1},
            note="visual grounding: the share of expressions whose one box is right, precision at an overlap of 0.10",
        ),
    },
    absent=no_boxes,
    item="context",
    each="image",
    caution=(
        "The workbook says an overlap of 0.10 and the paper 0.50, and the reference figures fit the second: the "
        "threshold is open."
    ),
)
def ap10(
    pred: Any, ref: Any, *, boxes: Format, area: Area = "all", max_dets: int | None = 100, protocol: Protocol = "coco"
) -> Detections:
    """Average precision of boxes that count as right from an overlap of 0.10.

    Parameters
    ----------
    pred, ref : mapping, or array_like of shape (n, 4)
        As for `ap50`.
    boxes, area, max_dets, protocol
        As for `ap50`.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ImpossibleValue, NotFinite, UnitMismatch, LengthMismatch, ShapeMismatch, InvalidInput
        As for `ap50`.

    Notes
    -----
    All that is said of `ap50` holds. The two tasks of General-Bench that carry the label are visual grounding, with one
    box for each expression, where papers print precision and not average precision: ``variant="grounding"`` is the
    share of expressions whose box is right. `grounding_precision` is the same at any overlap. Which overlap the printed
    figures are at is open: see the caution.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312

    Examples
    --------
    Two expressions, and the box of one is right: average precision is 1/2 at 51 of 101 points of recall, the share is
    1/2.

    >>> from generallevel import score
    >>> preds, refs = [[[0, 0, 10, 2]], [[50, 50, 60, 60]]], [[[0, 0, 10, 10]], [[0, 0, 10, 10]]]
    >>> score("ap10", preds, refs, boxes="xyxy").value == 51 / 101 / 2
    True
    >>> score("ap10", preds, refs, boxes="xyxy", variant="grounding").value
    0.5
    """
    return _at(0.1, [pred], [ref], boxes=boxes, area=area, max_dets=max_dets, protocol=protocol)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Lin et al. (2014), arXiv 1405.0312",
    batch=_box_decisions,
    variants=VOC,
    absent=no_boxes,
    item="context",
    each="image",
    aliases=("coco_ap",),
)
def box_ap(
    pred: Any,
    ref: Any,
    *,
    boxes: Format,
    iou: float | Sequence[float] = COCO_OVERLAPS,
    area: Area = "all",
    max_dets: int | None = 100,
    protocol: Protocol = "coco",
    points: Points | None = None,
    classes: Sequence[Any] | None = None,
) -> Detections:
    """Average precision of boxes, averaged over the overlaps .50, .55, ..., .95 and over classes: COCO's AP.

    Parameters
    ----------
    pred, ref : mapping, or array_like of shape (n, 4)
        As for `ap50`.
    boxes, area, max_dets, protocol
        As for `ap50`.
    points : {"101-point", "11-point", "all-point", "step", "recall"}, optional
        How precision is averaged over recall, by default as the protocol has it. ``step`` is scikit-learn's
        ``average_precision_score``: every step of recall, no interpolation.
    iou : float or sequence of float, default .50, .55, ..., .95
        The overlaps from which a box counts as right, each in (0, 1].
    classes : sequence of labels, optional
        The labels that there may be; any other is an error. By default all are taken as they come.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better. ``by_iou`` and ``by_class`` are its parts, ``recall`` is COCO's AR.

    Raises
    ------
    ImpossibleValue
        If an overlap is not in (0, 1], or a label is not one of ``classes``; or as for `ap50`.
    NotFinite, UnitMismatch, LengthMismatch, ShapeMismatch, InvalidInput
        As for `ap50`.

    Notes
    -----
    All that is said of `ap50` holds. COCO's table of twelve figures: AP and AR by ``area`` and ``max_dets``, AP50 and
    AP75 from ``by_iou``.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312

    Examples
    --------
    An overlap of 0.8 is right at the seven thresholds .50 to .80:

    >>> box_ap([[0, 0, 10, 8]], [[0, 0, 10, 10]], boxes="xyxy").value
    0.7
    """
    return _box_decisions(
        [pred],
        [ref],
        iou=iou,
        boxes=boxes,
        area=area,
        max_dets=max_dets,
        protocol=protocol,
        points=points,
        classes=classes,
    )


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Yu et al. (2016), arXiv 1608.00272 (precision at an overlap of 0.5 for referring expressions)",
    absent=no_boxes,
    each="expression",
    aliases=("precision_at_iou",),
    variants={"at_10": Variant({"iou": 0.1}, note="the reading of the label AP10: an overlap of 0.10 is enough")},
)
def grounding_precision(pred: ArrayLike, ref: ArrayLike, *, boxes: Format, iou: float = 0.5) -> Ratio:
    """Share of expressions whose one box overlaps its reference by at least one half.

    Parameters
    ----------
    pred : array_like, shape (4,) or (1, 4)
        The box that was found for one expression; an empty list where there is none, which is wrong.
    ref : array_like, shape (4,) or (1, 4); or tuple of them
        The box that is meant, or several of which any is right.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written, as for `ap50`. Required.
    iou : float, default 0.5
        The overlap from which a box is right, in (0, 1]; that overlap itself is enough.

    Returns
    -------
    Ratio
        Right boxes out of all expressions, a fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch
        If there are several boxes for one expression: name the one that is meant.
    ImpossibleValue, NotFinite, UnitMismatch, InvalidInput
        As for `ap50`.

    References
    ----------
    .. [1] Yu et al. (2016), "Modeling context in referring expressions", arXiv 1608.00272

    Examples
    --------
    >>> (grounding_precision([0, 0, 10, 8], [0, 0, 10, 10], boxes="xyxy")
    ...  + grounding_precision([0, 0, 10, 4], [0, 0, 10, 10], boxes="xyxy")).value  # overlaps of 8/10 and 4/10
    0.5
    """
    check_overlap(iou)
    if isinstance(pred, Mapping):
        pred = pred.get("boxes", ())
    found = read_boxes(_one_box(pred, "pred"), boxes, "pred")
    given = ref if isinstance(ref, tuple) and np.ndim(ref[0] if ref else 0) > 0 else (ref,)
    wanted = read_boxes(np.concatenate([_one_box(one, "ref") for one in given]), boxes, "ref")
    if not len(wanted):
        raise InvalidInput("ref is empty: an expression without a box to be found cannot be scored")
    check_one_unit(boxes, (np.array([len(found)]), found), (np.array([len(wanted)]), wanted))
    return Ratio(int((box_overlaps(found, wanted) >= iou).any()), 1)


def _one_box(given: Any, name: str) -> Any:
    rows = np.atleast_2d(np.asarray(given)) if np.size(given) else np.empty((0, 4))
    if len(rows) > 1:
        raise ShapeMismatch(f"{name} has {len(rows)} boxes, and one expression means one: pass the surest")
    return rows
