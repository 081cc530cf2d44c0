"""Masks: which pixels belong to a class or to the foreground.

Objects: a prediction is a label map or a binary mask of one image (or the mask volume of one clip, or the labels of one
point cloud), and so is its reference. Scores are fractions in [0, 1]; higher is better.

A map is an array of whole numbers or truths, COCO run lengths, or polygons with the size of their image; `mean_iou`
says how each is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.confusion import Measure, check_classes, class_counts, overlaps
from generallevel._kernels.label_maps import check_same_shape, label_map
from generallevel._kernels.overlap import BoxFormat, read_boxes
from generallevel._kernels.unions import union_areas
from generallevel.errors import InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive, Mean

__all__ = ["ClassDice", "ClassIou", "ClassOverlaps", "dice", "mean_iou", "no_labels"]

Over = Literal["classes", "images"]
AbsentClass = Literal["skip", "zero", "one"]
Unreferenced = Literal["zero", "skip"]


class _NoLabels:
    """The label map that labels nothing: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no labels"


NO_LABELS = _NoLabels()


def no_labels(_ref: object) -> _NoLabels:
    """The label map without any label: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_LABELS


@dataclass(frozen=True, slots=True)
class ClassOverlaps(Additive):
    """Pixels of each class over many maps; the mean over classes is read from the sums.

    Attributes
    ----------
    common, said, wanted : ndarray, shape (classes,)
        Pixels that both sides give a class, that the prediction gives it, and that the reference does. The background
        is not among the classes.
    absent_as, absent_n : float
        What a class counts as that neither side has, summed over the maps, and the maps for which it counts.
    referenced_only : float
        Maps for which a class without a reference pixel is left out.
    """

    common: Any
    said: Any
    wanted: Any
    absent_as: float
    absent_n: float
    referenced_only: float

    measure = "iou"

    @classmethod
    def by_class(
        cls, common: Any, said: Any, wanted: Any, absent_as: Any, absent_n: Any, referenced_only: Any
    ) -> NDArray[np.float64]:
        """The overlap of each class, NaN where a class does not count."""
        each = np.atleast_1d(overlaps(cls.measure, common, said, wanted))  # type: ignore[arg-type]
        n = np.asarray(absent_n, dtype=np.float64)
        absent = np.divide(absent_as, n, out=np.full(n.shape, np.nan), where=n != 0)[..., None]
        each = np.where(np.isnan(each), absent, each)
        skipped = (np.asarray(referenced_only)[..., None] > 0) & (np.atleast_1d(wanted) == 0)
        return np.where(skipped, np.nan, each)

    @classmethod
    def read(cls, *sums: Any) -> NDArray[np.float64]:
        each = cls.by_class(*sums)
        counted = ~np.isnan(each)
        n = counted.sum(axis=-1)
        return np.where(n == 0, np.nan, np.where(counted, each, 0.0).sum(axis=-1) / np.maximum(n, 1))

    @property
    def per_class(self) -> NDArray[np.float64]:
        """The overlap of each class but the background, in the order of labels; NaN where a class does not count."""
        return type(self).by_class(*self.sums)


@dataclass(frozen=True, slots=True)
class ClassIou(ClassOverlaps):
    """`ClassOverlaps` read as intersection over union."""


@dataclass(frozen=True, slots=True)
class ClassDice(ClassOverlaps):
    """`ClassOverlaps` read as Dice coefficients."""

    measure = "dice"


TALLIES: dict[str, type[ClassOverlaps]] = {"iou": ClassIou, "dice": ClassDice}


@dataclass(frozen=True, slots=True)
class _Rules:
    """How overlaps become a score."""

    measure: Measure
    over: Over
    absent_class: AbsentClass
    unreferenced: Unreferenced

    def __post_init__(self) -> None:
        one_of("over", self.over, ("classes", "images"))
        one_of("absent_class", self.absent_class, ("skip", "zero", "one"))
        one_of("unreferenced", self.unreferenced, ("zero", "skip"))

    def tally(self, pred: Any, common: Any, said: Any, wanted: Any) -> ClassOverlaps | Mean:
        """The tally of one pair of maps with these counts."""
        if self.over == "images" and pred is NO_LABELS:
            return Mean(0.0, 1)
        absent = (int(self.absent_class == "one"), int(self.absent_class != "skip"))
        tally = TALLIES[self.measure](common, said, wanted, *absent, int(self.unreferenced == "skip"))
        if self.over == "classes":
            return tally
        value = float(tally.read(*tally.sums))
        return Mean(0.0, 0) if np.isnan(value) else Mean(value, 1)


def _of_maps(
    rules: _Rules, pred: Any, ref: Any, num_classes: int, background: int | None, ignore_index: int | None
) -> ClassOverlaps | Mean:
    check_classes(num_classes, ignore_index, background)
    wanted_map = label_map(ref, "ref")
    said_map = wanted_map if pred is NO_LABELS else label_map(pred, "pred")
    check_same_shape(said_map, wanted_map)
    common, said, wanted = class_counts(said_map, wanted_map, num_classes, ignore_index)
    if pred is NO_LABELS:
        common = said = np.zeros_like(wanted)
    if background is not None:
        common, said, wanted = (np.delete(counts, background) for counts in (common, said, wanted))
    return rules.tally(pred, common, said, wanted)


@metric(
    labels={
        ("Image-Comprehension", "mIoU"): "percent",
        ("Video-Comprehension", "mIoU"): "percent",
        ("3D-Comprehension", "mIoU"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 44; Everingham et al. (2015), doi:10.1007/s11263-014-0733-5",
    caution="The tables do not say over what the average is taken: classes, images or clips.",
    variants={
        "per_image": Variant({"over": "images"}, note="mean over the classes of each image, then over images"),
        "binary": Variant(
            {"num_classes": 2, "background": 0, "over": "images", "absent_class": "one"},
            note="foreground alone, mean over images; two empty masks agree",
        ),
        "pooled_binary": Variant(
            {"num_classes": 2, "background": 0},
            note="foreground alone, pixels of all images together: the cumulative IoU of referring segmentation",
        ),
        "released": Variant(
            {"num_classes": 2, "background": 0, "over": "images", "absent_class": "zero"},
            note="the released code for video: the mask volume of each clip is one item; two empty volumes score 0",
        ),
    },
    absent=no_labels,
    item="context",
    each="label map",
    aliases=("jaccard", "miou"),
)
def mean_iou(
    pred: Any,
    ref: Any,
    *,
    num_classes: int,
    background: int | None,
    ignore_index: int | None = None,
    over: Over = "classes",
    absent_class: AbsentClass = "skip",
    unreferenced: Unreferenced = "zero",
) -> ClassOverlaps | Mean:
    r"""Mean intersection over union of predicted and true regions.

    .. math:: \frac1K \sum_k \frac{|P_k \cap R_k|}{|P_k \cup R_k|}

    Parameters
    ----------
    pred, ref : array_like of int or bool, of one shape, or mapping
        The label of each pixel of an image, shape (H, W); of a clip, (frames, H, W); or of each point of a cloud, (n,).
        A mask may also be COCO run lengths, ``{"size": (h, w), "counts": ...}``, plain or compressed, or polygons,
        ``{"size": (h, w), "polygons": [[x, y, x, y, ...], ...]}``.
    num_classes : int
        Labels go from 0 to ``num_classes - 1``; at most 65536. A binary mask has 2.
    background : int or None
        The label that is no class of its own: it is left out of the mean, while its pixels are still errors of others.
        None where every label counts. Required: with a background of IoU 1 that counts, every score is flattered.
    ignore_index : int, optional
        The label of reference pixels that do not count (often 255). A prediction with this label says no class.
    over : {"classes", "images"}, default "classes"
        Whether the pixels of the whole set are counted together and then averaged over classes, or classes are averaged
        within each image and then images.
    absent_class : {"skip", "zero", "one"}, default "skip"
        What a class counts as that neither side has in the set (or, over images, in the image).
    unreferenced : {"zero", "skip"}, default "zero"
        What a class counts as that is predicted but never true: 0, as the formula has it, or nothing.

    Returns
    -------
    ClassOverlaps or Mean
        A fraction in [0, 1]; higher is better. Over classes the tally has ``per_class``.

    Raises
    ------
    ImpossibleValue
        If a label is none of the classes; 0 and 255 for 0 and 1 is recognised, and so is a forgotten ``ignore_index``.
    InvalidInput
        If a map holds fractions or colours, is empty, or an option is none of its words.
    ShapeMismatch
        If the shapes differ. Nothing is resized.

    Notes
    -----
    Over images, an image in which no class counts is left out. A missing prediction labels no pixel.

    To match scikit-learn's ``jaccard_score(average="macro")``, set ``background=None`` and, with its
    ``zero_division=0``, ``absent_class="zero"``. To match torchmetrics' ``mean_iou``, which averages images, use the
    variant ``per_image``. The released code for video takes masks of 0 and 1; on masks of 0 and 255 its union is wrong,
    and here they are refused.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 44
    .. [2] Everingham et al. (2015), doi:10.1007/s11263-014-0733-5

    Examples
    --------
    >>> round(mean_iou([[0, 1], [1, 1]], [[0, 0], [1, 1]], num_classes=2, background=None).value, 4)  # (1/2 + 2/3) / 2
    0.5833
    >>> tally = mean_iou([[0, 1], [1, 1]], [[0, 0], [1, 255]], num_classes=2, background=0, ignore_index=255)
    >>> tally.value, tally.per_class.tolist()
    (0.5, [0.5])
    """
    rules = _Rules("iou", over, absent_class, unreferenced)
    return _of_maps(rules, pred, ref, num_classes, background, ignore_index)


@metric(
    labels={("Image-Comprehension", "DICE"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 48; Dice (1945), doi:10.2307/1932409",
    caution="Two tasks that predict boxes carry this label; what was overlapped there is not stated.",
    variants={
        "pooled": Variant({"over": "classes", "absent_class": "skip"}, note="pixels of all images together"),
        "boxes": Variant(
            {"boxes": "xyxy"},
            note="ours, for the tasks that predict boxes: the union of the boxes of an image as its mask; pass boxes= "
            "for boxes that are written otherwise",
        ),
    },
    absent=no_labels,
    item="context",
    each="label map",
    aliases=("dice_coefficient",),
)
def dice(
    pred: Any,
    ref: Any,
    *,
    num_classes: int = 2,
    background: int | None = 0,
    ignore_index: int | None = None,
    over: Over = "images",
    absent_class: AbsentClass | None = None,
    unreferenced: Unreferenced = "zero",
    boxes: BoxFormat | None = None,
) -> ClassOverlaps | Mean:
    r"""Dice coefficient of predicted and true region: twice their overlap, per sum of their sizes.

    .. math:: \frac{2 |P \cap R|}{|P| + |R|}

    Parameters
    ----------
    pred, ref : array_like of int or bool, of one shape, or mapping
        Masks or label maps, as for `mean_iou`. With ``boxes``, the boxes of one image, shape (n, 4), on either side.
    num_classes : int, default 2
    background : int or None, default 0
    ignore_index : int, optional
        As for `mean_iou`; by default masks of one foreground.
    over : {"images", "classes"}, default "images"
        Whether images are averaged, or the pixels of the whole set counted together.
    absent_class : {"one", "zero", "skip"}, optional
        What an image counts as in which neither side has foreground: full agreement, which is the default, an error, or
        nothing. Required with more classes, where full agreement on what is absent would flatter every score.
    unreferenced : {"zero", "skip"}, default "zero"
        What a class counts as that is predicted but not true.
    boxes : str, optional
        How boxes are written, where boxes are given: ``xyxy``, ``xywh``, ``cxcywh``, each also ``..._normalised``, or
        ``xyxy_inclusive``. What a set of boxes covers is then its mask: for whole pixels, what painting them gives.

    Returns
    -------
    ClassOverlaps or Mean
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ImpossibleValue
        If a label is none of the classes, or a box ends before it begins.
    InvalidInput
        If a map holds fractions or colours, is empty, or an option is none of its words.
    ShapeMismatch
        If the shapes differ.

    Notes
    -----
    A missing prediction covers nothing and scores 0, also where there is nothing to cover. Of overlapping boxes the
    union counts once, and classes and confidences of boxes do not count.

    To match scikit-learn's ``f1_score`` on the pixels of one mask, set nothing.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 48
    .. [2] Dice (1945), "Measures of the amount of ecologic association between species", doi:10.2307/1932409

    Examples
    --------
    >>> round(dice([[0, 1], [1, 1]], [[0, 0], [1, 1]]).value, 4)  # 2 * 2 / (3 + 2)
    0.8
    >>> dice([[0, 0, 2, 2]], [[1, 0, 3, 2]], boxes="xyxy").value  # 2 * 2 / (4 + 4)
    0.5
    """
    if absent_class is None:
        if num_classes != 2 or background is None:
            raise InvalidInput(
                f"dice with num_classes={num_classes!r} and background={background!r} needs absent_class=...: what a "
                'class counts as that neither side has; "skip" leaves it out'
            )
        absent_class = "one"
    rules = _Rules("dice", over, absent_class, unreferenced)
    if boxes is None:
        return _of_maps(rules, pred, ref, num_classes, background, ignore_index)
    if (num_classes, background, ignore_index) != (2, 0, None):
        raise InvalidInput("boxes cover one foreground: leave num_classes, background and ignore_index as they are")
    said = [] if pred is NO_LABELS else pred
    areas = union_areas(read_boxes(said, boxes, "pred").corners, read_boxes(ref, boxes, "ref").corners)
    return rules.tally(pred, *(np.array([area]) for area in areas))
