"""Spans: when something happens in a clip, from a begin to an end.

Objects: a prediction is spans of one clip, best first or with scores and labels, and a reference is its true spans;
both in one unit of time. Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.detections import COCO_OVERLAPS, Detections, check_most, decide
from generallevel._kernels.objects import as_mappings, two_sides
from generallevel._kernels.overlap import check_overlap
from generallevel._kernels.spans import read_spans, span_overlaps
from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Ratio

__all__ = ["no_spans", "temporal_ap", "temporal_recall"]

PRED_KEYS = frozenset({"spans", "scores", "labels"})
REF_KEYS = frozenset({"spans", "labels", "id"})

Floats = NDArray[np.float64]


def no_spans(_ref: object) -> dict[str, Any]:
    """No span at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"spans": np.empty((0, 2)), "scores": np.empty(0)}


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Gao et al. (2017), arXiv 1705.02101; Lei et al. (2021), arXiv 2107.09609",
    absent=no_spans,
    each="query",
)
def temporal_recall(
    pred: Any, ref: Any, *, iou: float, k: int = 1, strict: bool = False, inclusive: bool = False
) -> Ratio:
    """Share of queries for which one of the first k spans overlaps a true one enough: R@1, IoU=0.5.

    Parameters
    ----------
    pred : array_like of real numbers, shape (n, 2) or (2,)
        Begin and end of the spans of one clip, best first.
    ref : array_like of real numbers, shape (m, 2) or (2,)
        The true span, or several, each of which is right.
    iou : float
        The overlap that is enough: 0.3, 0.5 and 0.7 are usual. Required: papers print several.
    k : int, default 1
        How many spans may try.
    strict : bool, default False
        Whether an overlap must exceed ``iou``, as in the programs after 2D-TAN, or may equal it, as in QVHighlights.
    inclusive : bool, default False
        Whether ends are last frames, which belong to the span; False for times.

    Returns
    -------
    Ratio
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite
        If spans are no rows of two finite numbers.
    ImpossibleValue
        If a span ends before it begins, or an option is no overlap or number of spans.
    InvalidInput
        If the reference has no span.

    Notes
    -----
    A prediction without a span is a miss. Spans without length overlap with nothing.

    References
    ----------
    .. [1] Gao et al. (2017), "TALL: Temporal Activity Localization via Language Query", arXiv 1705.02101
    .. [2] Lei, Berg & Bansal (2021), "QVHighlights", arXiv 2107.09609

    Examples
    --------
    >>> temporal_recall([2.0, 8.0], [4.0, 8.0], iou=0.5).value  # 4 / 6
    1.0
    >>> [temporal_recall([[0, 1], [4, 8]], [4, 8], iou=0.7, k=k).value for k in (1, 5)]
    [0.0, 1.0]
    """
    check_overlap(iou)
    check_most(k, "spans of a query (k)")
    if strict and iou == 1:
        raise ImpossibleValue("no overlap exceeds 1: pass strict=False, or a lower iou")
    given = pred["spans"] if isinstance(pred, dict) and pred.keys() == {"spans", "scores"} else pred
    said = read_spans(given, "pred", inclusive=inclusive)[:k]
    wanted = read_spans(ref, "ref", inclusive=inclusive)
    if not len(wanted):
        raise InvalidInput("ref has no span, so there is nothing to find: leave such a query out")
    best = span_overlaps(said[:, None], wanted[None]).max() if len(said) else 0.0
    return Ratio(int(best > iou if strict else best >= iou), 1)


def _decisions(
    preds: Sequence[Any], refs: Sequence[Any], *, iou: float | Sequence[float], inclusive: bool
) -> Detections:
    """The decisions about the spans of many clips, in one pass."""
    sides = []
    for items, name, keys in ((preds, "pred", PRED_KEYS), (refs, "ref", REF_KEYS)):
        read = as_mappings(items, name, "spans", keys)
        spans = [read_spans(item["spans"], name, inclusive=inclusive) for item in read]
        counts = np.array([len(rows) for rows in spans], dtype=np.intp)
        sides.append((read, counts, np.concatenate([*spans, np.empty((0, 2))])))
    (said, n_said, found_spans), (wanted, n_wanted, true_spans) = sides
    lengths = tuple(spans[:, 1] - spans[:, 0] for spans in (found_spans, true_spans))
    found, there, names = two_sides(said, wanted, (n_said, n_wanted), (lengths[0], lengths[1]), None)

    def overlap(at: NDArray[np.intp], to: NDArray[np.intp]) -> Floats:
        return span_overlaps(found_spans[at], true_spans[to])

    return decide(found, there, names, overlap, iou=iou, protocol="coco", points="all-point", max_dets=None, area="all")


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Caba Heilbron et al. (2015), doi:10.1109/CVPR.2015.7298698",
    aliases=("action_detection_map",),
    batch=_decisions,
    variants={
        "thumos": Variant({"iou": (0.3, 0.4, 0.5, 0.6, 0.7)}, note="THUMOS14: overlaps of .3 to .7"),
    },
    absent=no_spans,
    item="context",
    each="clip",
)
def temporal_ap(
    pred: Any, ref: Any, *, iou: float | Sequence[float] = COCO_OVERLAPS, inclusive: bool = False
) -> Detections:
    """Average precision of detected actions, averaged over overlaps of .5 to .95 and over classes.

    Parameters
    ----------
    pred : mapping, or array_like of shape (n, 2)
        The actions found in one clip: ``spans`` (n, 2), ``scores`` (n,) and ``labels`` (n,). Bare spans are of one
        class and without scores.
    ref : mapping, or array_like of shape (m, 2)
        The true ones: ``spans`` (m, 2), ``labels`` (m,), and the clip's ``id``, by which ties are ordered.
    iou : float or sequence of float, default .5, .55, ..., .95
        The overlaps from which an action is found.
    inclusive : bool, default False
        Whether ends are last frames, which belong to the span; False for times.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better. ``by_class``, ``by_iou`` and ``notes`` are read from it as well.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue
        If spans are no rows of two finite numbers, end before they begin, or ``iou`` is no overlap.
    LengthMismatch, InvalidInput
        If scores or labels are not one for each span, or on one side only.

    Notes
    -----
    ActivityNet's protocol: the surest action of a class chooses first, in each clip the span that it overlaps most
    among those that are free; precision is interpolated at every step of recall. Equal scores count together where
    clips have no id. Classes without a true action do not count.

    References
    ----------
    .. [1] Caba Heilbron et al. (2015), "ActivityNet", doi:10.1109/CVPR.2015.7298698
    .. [2] Idrees et al. (2017), "The THUMOS challenge", arXiv 1604.06182

    Examples
    --------
    >>> pred = {"spans": [[0, 4], [6, 9]], "scores": [0.9, 0.8], "labels": ["run", "run"]}
    >>> ref = {"spans": [[6, 10]], "labels": ["run"]}
    >>> temporal_ap(pred, ref, iou=0.5).value  # found second of two: precision 1/2
    0.5
    """
    return _decisions([pred], [ref], iou=iou, inclusive=inclusive)
