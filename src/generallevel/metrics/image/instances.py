"""Instances: masks of single objects.

Objects: a prediction is the scored masks of one image; a reference is the true ones. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from generallevel._kernels.detections import COCO_OVERLAPS, Area, Detections, Protocol, decide
from generallevel._kernels.objects import as_mappings, size_of, two_sides
from generallevel._kernels.ranking import Points
from generallevel._kernels.run_lengths import Runs, checked_areas, mask_overlaps, read_masks
from generallevel.errors import ShapeMismatch
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = ["mask_ap", "mask_ap50", "no_masks"]

PRED_KEYS = frozenset({"masks", "scores", "labels", "size"})
REF_KEYS = frozenset({"masks", "labels", "crowd", "ignore", "areas", "id", "size"})


def no_masks(_ref: object) -> dict[str, Any]:
    """No mask at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"masks": [], "scores": np.empty(0)}


def _mask_decisions(
    preds: Sequence[Any],
    refs: Sequence[Any],
    *,
    iou: float | Sequence[float],
    classes: Sequence[Any] | None = None,
    points: Points | None = None,
    **options: Any,
) -> Detections:
    """The decisions about the masks of many images, in one pass."""
    said, wanted = as_mappings(preds, "pred", "masks", PRED_KEYS), as_mappings(refs, "ref", "masks", REF_KEYS)
    found_masks: list[Runs] = []
    true_masks: list[Runs] = []
    counts = []
    for pred, ref in zip(said, wanted, strict=True):
        size = size_of(ref, "ref")
        true = read_masks(ref["masks"], size, "ref", check=False)
        size = size if size is not None or not true else (true[0]["size"][0], true[0]["size"][1])
        found = read_masks(pred["masks"], size_of(pred, "pred") or size, "pred", check=False)
        if found and size is not None and tuple(found[0]["size"]) != size:
            raise ShapeMismatch(
                f"the masks of pred are of size {tuple(found[0]['size'])} and those of ref of {size} (height, width): "
                "nothing is resized; if the numbers are swapped, one side is transposed"
            )
        counts.append((len(found), len(true)))
        found_masks += found
        true_masks += true
    n_pred, n_ref = np.array(counts, dtype=np.intp).reshape(-1, 2).T
    areas = (checked_areas(found_masks, "pred"), checked_areas(true_masks, "ref"))
    dets, there, names = two_sides(said, wanted, (n_pred, n_ref), areas, classes)

    def overlap(at: Any, to: Any) -> Any:
        return mask_overlaps(found_masks, true_masks, at, to, there.crowd)

    return decide(dets, there, names, overlap, iou=iou, points=points, **options)


@metric(
    labels={("Image-Comprehension", "AP50"): "percent", ("Image-Comprehension", "AP@0.5"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 21 #I-C-12; Lin et al. (2014), arXiv 1405.0312",
    batch=partial(_mask_decisions, iou=0.5),
    absent=no_masks,
    item="context",
    each="image",
)
def mask_ap50(
    pred: Any, ref: Any, *, area: Area = "all", max_dets: int | None = 100, protocol: Protocol = "coco"
) -> Detections:
    """Average precision of instance masks that count as right from a mask overlap of 0.50.

    Parameters
    ----------
    pred : mapping, or bare masks
        The masks found in one image: ``masks``, ``scores`` (n,) of any scale, ``labels`` (n,) integers or texts. Masks
        are a list of COCO run-length encodings, compressed or not; a list of polygons, each mask a list of
        ``[x, y, x, y, ...]``, with the image's ``size`` (height, width); truths of shape (n, H, W); or a label image of
        shape (H, W), integers up to 16 bits and more, whose objects are in the order of their numbers, 0 for none.
    ref : mapping, or bare masks
        The masks that are there: ``masks``, ``labels`` (m,); where they matter ``crowd`` (m,), ``ignore`` (m,),
        ``areas`` (m,) in pixels, by default those of the masks; ``id``, the image's number or name, by which ties are
        ordered; ``size``.
    area : {"all", "small", "medium", "large"} or (float, float), default "all"
        Which objects count, by their pixels: COCO's ranges part at 32 and 96 squared. Others are ignored.
    max_dets : int or None, default 100
        The most masks of one class that count in an image, the surest ones.
    protocol : {"coco", "voc2007", "voc2010", "recall"}, default "coco"
        Which matching and which average: 101 points of recall and the best free reference; eleven points, or all, and
        the best reference alone; or the share of references that were found.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better. ``by_class``, ``recall`` and ``notes`` are read from it as well.

    Raises
    ------
    ShapeMismatch
        If masks of one image are of several sizes. Nothing is resized.
    ImpossibleValue
        If counts do not cover their image, a mask holds other numbers than 0 and 1, or a polygon lies far outside.
    NotFinite, LengthMismatch, InvalidInput
        If a number is NaN, scores or labels are not one for each mask, or a mask is of no known form.

    Notes
    -----
    * Classes, crowds, ignored objects, ties, missing scores and empty images are as in `ap50`.
    * Masks of a label image do not overlap each other; the other forms may.
    * An empty mask overlaps with nothing.
    * pycocotools takes the area of a found mask from its box where the results file gives one; here it is the mask's.
      It only matters where ``area`` is not "all".

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312
    .. [2] arXiv 2505.04620v1, Table 21 #I-C-12

    Examples
    --------
    Two pixels of three are shared, which is more than a half:

    >>> mask_ap50(np.array([[[True, True, False]]]), np.array([[[True, True, True]]])).value
    1.0
    >>> mask_ap50(np.array([[1, 1, 0]]), [{"size": [1, 3], "counts": [0, 3]}]).value
    1.0
    """
    return _mask_decisions([pred], [ref], iou=0.5, area=area, max_dets=max_dets, protocol=protocol)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Lin et al. (2014), arXiv 1405.0312",
    batch=_mask_decisions,
    absent=no_masks,
    item="context",
    each="image",
)
def mask_ap(
    pred: Any,
    ref: Any,
    *,
    iou: float | Sequence[float] = COCO_OVERLAPS,
    classes: Sequence[Any] | None = None,
    area: Area = "all",
    max_dets: int | None = 100,
    protocol: Protocol = "coco",
    points: Points | None = None,
) -> Detections:
    """Average precision of instance masks, averaged over the overlaps .50, .55, ..., .95 and over classes.

    Parameters
    ----------
    pred, ref : mapping, or bare masks
        As for `mask_ap50`.
    iou : float or sequence of float, default .50, .55, ..., .95
        The overlaps from which a mask counts as right, each in (0, 1].
    area, max_dets, protocol
        As for `mask_ap50`.
    points : {"101-point", "11-point", "all-point", "step", "recall"}, optional
        How precision is averaged over recall, by default as the protocol has it.
    classes : sequence of labels, optional
        The labels that there may be; any other is an error.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch, ImpossibleValue, NotFinite, LengthMismatch, InvalidInput
        As for `mask_ap50`.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312

    Examples
    --------
    Two pixels of three are shared, which is right at .50, .55, .60 and .65:

    >>> mask_ap(np.array([[1, 1, 0]]), np.array([[1, 1, 1]])).value
    0.4
    """
    given = {"iou": iou, "area": area, "max_dets": max_dets, "protocol": protocol, "points": points, "classes": classes}
    return _mask_decisions([pred], [ref], **given)  # type: ignore[arg-type]  # their types are the signature's
