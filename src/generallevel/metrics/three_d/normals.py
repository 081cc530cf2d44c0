"""Normals: which way a surface faces.

Objects: a prediction is a vector for each point of one shape, shape (n, 3), and so is its reference. Lengths do not
matter. Errors are in degrees; lower is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.nearest import check_flag, points_of
from generallevel.errors import ImpossibleValue, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Additive, Mean

__all__ = ["RootMeanAngle", "angular_rmse", "no_normals"]

WORST = {False: 90.0, True: 180.0}  # degrees: across, and the other way


class _NoNormals:
    """Normals of no point: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no normals"


NO_NORMALS = _NoNormals()


def no_normals(_ref: object) -> _NoNormals:
    """The prediction that is as wrong as can be at every point: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_NORMALS


@dataclass(frozen=True, slots=True)
class RootMeanAngle(Additive):
    """Squared angles and their number, read as the root of their mean.

    Attributes
    ----------
    squares : float
        In square degrees.
    n : int
        How many points.
    """

    squares: float
    n: float

    @classmethod
    def read(cls, squares: Any, n: Any) -> NDArray[np.float64]:
        points = np.asarray(n, dtype=np.float64)
        root: NDArray[np.float64] = np.sqrt(np.divide(squares, np.where(points == 0, np.nan, points)))
        return root


@metric(
    labels={("3D-Comprehension", "RMSE"): "degrees"},
    unit="degrees",
    better="lower",
    bounds=(0.0, 180.0),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, A.1 (T = 5); Guerrero et al. (2018), arXiv 1710.04954 (the angle)",
    variants={
        "oriented": Variant({"oriented": True}, note="oriented normals: one that points inwards is 180 degrees off"),
        "pooled": Variant({"over": "points"}, note="all points of all shapes count alike"),
    },
    absent=no_normals,
    each="shape",
    caution="The paper says RMSE only; that it is an angle in degrees follows from the data set's own practice.",
)
def angular_rmse(
    pred: Any, ref: Any, *, oriented: bool = False, over: Literal["shapes", "points"] = "shapes"
) -> Mean | RootMeanAngle:
    r"""Root mean square of the angle between predicted and true normals, in degrees.

    .. math:: \sqrt{\frac1n \sum_i \arccos^2 |\hat n_i \cdot n_i|}

    Parameters
    ----------
    pred, ref : array_like of float, shape (n, 3)
        The normal of each point of one shape, in the same order of points; any length but 0.
    oriented : bool, default False
        Whether it matters to which side a normal points. Unoriented angles end at 90 degrees.
    over : {"shapes", "points"}, default "shapes"
        Whether each shape has a root mean square of its own, and these are averaged, or the angles of all points are
        taken together.

    Returns
    -------
    Mean or RootMeanAngle
        Degrees in [0, 180], and in [0, 90] where they are not oriented; lower is better.

    Raises
    ------
    ImpossibleValue
        If a normal has length 0.
    ShapeMismatch
        If there is not one normal for each point.
    NotFinite
        If a number is NaN or infinite.
    InvalidInput
        If there is no point.

    Notes
    -----
    To match the tables on PCPNet, set nothing: unoriented, averaged over shapes, on the 5,000 points of each shape that
    the data set names in its ``.pidx`` files; choose these before. A missing prediction is off by 90 degrees at every
    point, or by 180 where normals are oriented.

    The angle is taken from sine and cosine, so that small ones keep all their digits; programs that take the arc cosine
    of a product are up to 1e-6 degrees off there.

    References
    ----------
    .. [1] Guerrero et al. (2018), "PCPNet: Learning Local Shape Properties from Raw Point Clouds", arXiv 1710.04954
    .. [2] arXiv 2505.04620v1, A.1

    Examples
    --------
    One normal is right and one across, the square root of (0 + 90^2) / 2:

    >>> round(angular_rmse([[0, 0, 1], [1, 0, 0]], [[0, 0, 1], [0, 0, 1]]).value, 4)
    63.6396

    One that points the other way is right, unless orientation matters:

    >>> [angular_rmse([[0, 0, -2]], [[0, 0, 1]], oriented=way).value for way in (False, True)]
    [0.0, 180.0]
    """
    check_flag(oriented, "oriented")
    one_of("over", over, ("shapes", "points"))
    wanted = _directions(ref, "ref")
    if pred is NO_NORMALS:
        angles = np.full(len(wanted), WORST[bool(oriented)])
    else:
        said = _directions(pred, "pred")
        if said.shape != wanted.shape:
            raise ShapeMismatch(f"pred has {len(said)} normals and ref {len(wanted)}: one for each point, in one order")
        cosines = np.einsum("ij,ij->i", said, wanted)
        sines = np.linalg.norm(np.cross(said, wanted), axis=1)
        angles = np.degrees(np.arctan2(sines, cosines if oriented else np.abs(cosines)))
    pooled = RootMeanAngle(float(angles @ angles), len(angles))
    return pooled if over == "points" else Mean(pooled.value, 1)


def _directions(given: Any, name: str) -> NDArray[np.float64]:
    vectors = points_of(given, f"{name} normals", dimensions=3)
    # By the greatest component first, so that neither tiny nor huge vectors lose their length.
    greatest = np.abs(vectors).max(axis=1)
    if not greatest.all():
        raise ImpossibleValue(
            f"{name} normal {int(np.argmin(greatest))} has length 0: it points nowhere. Leave points without a normal "
            "out on both sides"
        )
    vectors = vectors / greatest[:, None]
    units: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    return units
