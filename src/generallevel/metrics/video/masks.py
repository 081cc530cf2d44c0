"""Masks of video: which pixels of each frame belong to an object.

Objects: a prediction is the masks of one clip, shape (frames, H, W), truths for one object or labels for several, and
so is its reference. Scores are fractions in [0, 1]; higher is better. The overlap of whole mask volumes is `mean_iou`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.contours import boundary_f, region_j
from generallevel._kernels.label_maps import check_same_shape, label_map
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive

__all__ = ["RegionsAndContours", "j_and_f", "no_masks"]

REACH = 0.008  # DAVIS: how far apart two contours may lie, as a share of the diagonal

CountedFrames = Literal["inner", "all"]


class _NoMasks:
    """The masks that cover nothing: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no masks"

    def __reduce__(self) -> str:
        return "NO_MASKS"


NO_MASKS = _NoMasks()


def no_masks(_ref: object) -> _NoMasks:
    """The masks that cover nothing: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_MASKS


@dataclass(frozen=True, slots=True)
class RegionsAndContours(Additive):
    """Overlaps of regions and F-measures of contours, summed over objects.

    Attributes
    ----------
    regions, contours : float
        The sum over objects of their means over frames.
    n : int
        Objects.
    """

    regions: float
    contours: float
    n: float

    @classmethod
    def read(cls, regions: Any, contours: Any, n: Any) -> NDArray[np.float64]:
        count = np.asarray(n, dtype=np.float64)
        mean: NDArray[np.float64] = (np.asarray(regions) + contours) / 2 / np.where(count == 0, np.nan, count)
        return mean

    @property
    def j(self) -> float:
        """The mean overlap of regions. Raises `UndefinedScore` where there is no object."""
        return type(self)(self.regions, self.regions, self.n).value

    @property
    def f(self) -> float:
        """The mean F-measure of contours. Raises `UndefinedScore` where there is no object."""
        return type(self)(self.contours, self.contours, self.n).value


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Perazzi et al. (2016), doi:10.1109/CVPR.2016.85; Pont-Tuset et al. (2017), arXiv 1704.00675",
    variants={
        "all_frames": Variant(
            {"frames": "all"}, note="the first and the last frame count as well, as where nothing was given"
        )
    },
    absent=no_masks,
    each="sequence",
    caution="The released code of General-Bench prints another measure, of boxes, under this name: `box_j_and_f`.",
)
def j_and_f(
    pred: Any,
    ref: Any,
    *,
    frames: CountedFrames = "inner",
    reach: float = REACH,
    ignore_index: int | None = None,
) -> RegionsAndContours:
    r"""Mean of the overlap J of an object's masks and the F-measure F of their contours, over frames and objects.

    .. math:: \frac12 (J + F), \quad J = \frac{|P \cap R|}{|P \cup R|}, \quad F = \frac{2 p r}{p + r}

    where p and r are the shares of contour pixels of the one that lie near those of the other.

    Parameters
    ----------
    pred, ref : array_like of bool or int, shape (frames, H, W)
        Truths are the masks of one object. Integers are labels, 0 for the background; each label of the reference is an
        object, and labels that it has not are parts of the background.
    frames : {"inner", "all"}, default "inner"
        Whether the first frame, whose masks are given, and the last one are left out, as in semi-supervised DAVIS.
    reach : float, default 0.008
        How far apart two contours may lie: below 1 a share of the diagonal, rounded up to pixels, else pixels.
    ignore_index : int, optional
        The label of reference pixels that count on neither side: often 255.

    Returns
    -------
    RegionsAndContours
        A fraction in [0, 1]; higher is better. Objects count equally; ``j`` and ``f`` are read from it as well.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not those of a clip.
    ImpossibleValue
        If ``reach`` is no distance.
    InvalidInput
        If the reference has no object, or no frame counts.

    Notes
    -----
    Two empty masks agree (1); two masks without a contour agree, and one with and one without do not (0). A missing
    prediction is empty in every frame.

    To match the DAVIS 2017 evaluation, set nothing; its objects are those of the first frame, and here those of any.
    Its unsupervised track first assigns proposals to objects, which is not done here.

    References
    ----------
    .. [1] Perazzi et al. (2016), "A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation",
       doi:10.1109/CVPR.2016.85
    .. [2] Pont-Tuset et al. (2017), "The 2017 DAVIS Challenge", arXiv 1704.00675

    Examples
    --------
    >>> ref = [[[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]]
    >>> pred = [[[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]]
    >>> tally = j_and_f(pred, ref, frames="all")
    >>> tally.j, tally.f  # 2 / 4, and contours nowhere more than a pixel apart
    (0.5, 1.0)
    """
    one_of("frames", frames, ("inner", "all"))
    if not 0 <= reach < np.inf:
        raise ImpossibleValue(f"reach is a distance, a share of the diagonal below 1 or pixels, not {reach!r}")
    wanted = _clip(ref, "ref")
    said = np.zeros_like(wanted) if pred is NO_MASKS else _clip(pred, "pred")
    check_same_shape(said, wanted)
    labels = [label for label in np.unique(wanted).tolist() if label and label != ignore_index]
    if not labels:
        raise InvalidInput("ref has no object in any frame: leave such a clip out")
    inside = range(1, len(wanted) - 1) if frames == "inner" else range(len(wanted))
    if not len(inside):
        raise InvalidInput(
            f'of {len(wanted)} frames none counts: the first and the last are left out unless frames="all"'
        )
    counts = None if ignore_index is None else wanted != ignore_index
    regions = contours = 0.0
    for label in labels:
        for frame in inside:
            here, there = said[frame] == label, wanted[frame] == label
            if counts is not None:
                here, there = here & counts[frame], there & counts[frame]
            regions += region_j(here, there)
            contours += boundary_f(here, there, reach)
    return RegionsAndContours(regions / len(inside), contours / len(inside), len(labels))


def _clip(given: Any, name: str) -> NDArray[Any]:
    maps = label_map(given, name)
    if maps.ndim != 3:
        slip = " A single frame is a clip too: [mask]." if maps.ndim == 2 else ""
        raise ShapeMismatch(f"{name} is the masks of a clip, shape (frames, H, W), not {maps.shape}.{slip}")
    if maps.dtype.kind == "i" and maps.min() < 0:
        raise ImpossibleValue(f"{name} holds the label {maps.min()}: objects are numbered from 1, and 0 is none")
    return maps
