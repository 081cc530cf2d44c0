"""Shapes: point clouds and surfaces.

Objects: a prediction is the points of one shape, shape (n, 3), and so is its reference; with normals it is a mapping of
``points`` and ``normals``; as a volume it is a grid of truths. Distances are in the unit of the data, in [0, inf), and
lower is better; shares are fractions in [0, 1], and higher is better.

Nothing is scaled, centred or sampled here: two clouds are compared as they are given, and every distance grows with the
unit they are in.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.nearest import cheapest_pairs, check_flag, check_positive, neighbours, points_of
from generallevel._kernels.objects import as_mappings
from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Mean

__all__ = [
    "chamfer_distance",
    "earth_movers_distance",
    "no_points",
    "no_volume",
    "normal_consistency",
    "point_fscore",
    "volumetric_iou",
]

MOST_PAIRED = 4096  # ours: beyond it an exact assignment takes minutes, and its matrix more than 128 MB

CLOUD_KEYS = frozenset({"points", "normals"})


def no_points(_ref: object) -> dict[str, Any]:
    """The shape without a point: what a missing prediction counts as where a score is bounded.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"points": np.empty((0, 3)), "normals": np.empty((0, 3))}


def no_volume(ref: Any) -> Any:
    """The grid that is wrong in every cell: what a missing prediction counts as.

    Parameters
    ----------
    ref : array_like of bool
        The reference.

    Returns
    -------
    ndarray of bool
    """
    return ~_volume(ref, "ref")


def _clouds(pred: Any, ref: Any) -> tuple[Any, Any]:
    """Both clouds, with as many coordinates on either side."""
    said, wanted = points_of(pred, "pred"), points_of(ref, "ref")
    if said.shape[1] != wanted.shape[1]:
        raise ShapeMismatch(f"pred has points of {said.shape[1]} coordinates and ref of {wanted.shape[1]}")
    return said, wanted


@metric(
    labels={("3D-Generation", "CD (Chamfer Distance)"): "unknown", ("3D-Generation", "CD"): "unknown"},
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="arXiv 2505.04620v1, Table 17 row 43 and A.1 (T = 1); Yuan et al. (2018), arXiv 1808.00671",
    variants={
        "pcn_l1": Variant(
            {"squared": False, "combine": "mean"}, note="PCN's programs, CD-L1: plain distances, the mean of both ways"
        ),
        "pcn_l2": Variant(
            {"squared": True, "combine": "sum"},
            note="PCN's programs and PyTorch3D, CD-L2: squared distances, the sum of both ways",
        ),
        "completion3d": Variant(
            {"squared": True, "combine": "sum", "factor": 1e4}, note="the Completion3D benchmark: CD-L2 times 10,000"
        ),
        "point_sets": Variant(
            {"squared": True, "combine": "sum", "over": "sum"},
            note="Fan et al. (2017): squared distances, summed over points and ways",
        ),
    },
    each="shape",
    caution="The reference figures stand in at least three units (0.217, 9.3e-5, 6540), none of them stated.",
)
def chamfer_distance(
    pred: ArrayLike,
    ref: ArrayLike,
    *,
    squared: bool,
    combine: Literal["sum", "mean", "max", "pred", "ref"],
    over: Literal["mean", "sum"] = "mean",
    factor: float = 1.0,
) -> Mean:
    r"""Mean distance from each point of one shape to the nearest point of the other, both ways.

    .. math:: \frac{1}{|P|} \sum_{p \in P} \min_{r \in R} \lVert p - r \rVert^k
              \;\oplus\; \frac{1}{|R|} \sum_{r \in R} \min_{p \in P} \lVert r - p \rVert^k

    Parameters
    ----------
    pred, ref : array_like of float, shape (n, d) and (m, d)
        The points of one shape, at least one; n and m need not be equal. Both in one unit and one frame: nothing is
        normalised here.
    squared : bool
        Whether distances are squared (k = 2; the value is then in the unit of the data squared). Required: both are
        called Chamfer distance.
    combine : {"sum", "mean", "max", "pred", "ref"}
        What becomes of the two ways: their sum, their mean, the worse of them, or one alone, that of the points of
        ``pred`` (accuracy) or of ``ref`` (completeness). Required: sum and mean differ by a factor of two.
    over : {"mean", "sum"}, default "mean"
        Whether the distances of one way are averaged or added.
    factor : float, default 1
        What the value is multiplied by, such as 1e3 for a table that prints thousandths.

    Returns
    -------
    Mean
        A distance in [0, inf), times ``factor``; lower is better. Sets average over shapes.

    Raises
    ------
    InvalidInput
        If a shape has no point, or an option is none.
    NotFinite
        If a coordinate is NaN or infinite.
    ShapeMismatch
        If the points are no rows, or have not as many coordinates on both sides.

    Notes
    -----
    To match

    * PCN's CD-L1 and the Chamfer-L1 of occupancy networks, use the variant ``pcn_l1`` (tables print it times 1,000:
      ``factor=1e3``);
    * PCN's CD-L2 and ``pytorch3d.loss.chamfer_distance`` with its defaults, use ``pcn_l2``; with ``norm=1`` PyTorch3D
      measures the distances themselves along the axes, which is another quantity and not offered;
    * Completion3D, use ``completion3d``; Fan et al. (2017), use ``point_sets``.

    A missing prediction has no distance: the shapes that are there are scored, and the score says how many. A value
    that grows with the square of the unit is 10^6 times larger in millimetres than in metres: say the unit with it.

    References
    ----------
    .. [1] Yuan et al. (2018), "PCN: Point Completion Network", arXiv 1808.00671
    .. [2] Fan et al. (2017), "A Point Set Generation Network", arXiv 1612.00603
    .. [3] arXiv 2505.04620v1, Table 17 row 43

    Examples
    --------
    The point 0 is right, 3 is 1 off; from the other side, 0 and 2 are 0 and 1 off:

    >>> pred, ref = [[0, 0, 0], [3, 0, 0]], [[0, 0, 0], [2, 0, 0]]
    >>> chamfer_distance(pred, ref, squared=False, combine="mean").value  # ((0 + 1) / 2 + (0 + 1) / 2) / 2
    0.5
    >>> chamfer_distance(pred, ref, squared=True, combine="sum").value  # (0 + 1) / 2 + (0 + 1) / 2
    1.0
    """
    one_of("combine", combine, ("sum", "mean", "max", "pred", "ref"))
    one_of("over", over, ("mean", "sum"))
    check_flag(squared, "squared")
    check_positive(factor, "factor", "what the value is multiplied by")
    said, wanted = _clouds(pred, ref)
    ways = []
    for way, points, among in (("pred", said, wanted), ("ref", wanted, said)):
        if combine in ("pred", "ref") and combine != way:
            continue
        distances, _ = neighbours(points, among)
        total = float(distances @ distances) if squared else float(distances.sum())
        ways.append(total / len(points) if over == "mean" else total)
    value = max(ways) if combine == "max" else sum(ways)
    return Mean(float(factor) * (value / 2 if combine == "mean" else value), 1)


# ----------------------------------------------------------------------------------------- beyond General-Bench


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Tatarchenko et al. (2019), arXiv 1905.03678; Knapitsch et al. (2017), doi:10.1145/3072959.3073599",
    absent=no_points,
    each="shape",
    aliases=("f_score_3d",),
)
def point_fscore(pred: Any, ref: Any, *, tau: float) -> Mean:
    r"""F-score of a cloud: the harmonic mean of the shares of points that lie near the other shape.

    .. math:: F = \frac{2PR}{P + R}, \quad P = \frac{|\{p : \min_r \lVert p - r \rVert < \tau\}|}{|P|}, \quad
              R = \frac{|\{r : \min_p \lVert r - p \rVert < \tau\}|}{|R|}

    Parameters
    ----------
    pred, ref : array_like of float, shape (n, d) and (m, d), or mapping with ``points``
        The points of one shape. A prediction without a point scores 0.
    tau : float
        How near is near, in the unit of the data; a distance of exactly tau is not. Required: customary are 1 % of the
        side of the reference's bounding box, or a fixed length of the data set.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Sets average over shapes.

    Raises
    ------
    InvalidInput
        If the reference has no point, or tau is not above 0.
    NotFinite, ShapeMismatch
        As for `chamfer_distance`.

    Notes
    -----
    Some programs compare squared distances with their threshold: to match a threshold of 0.001 on those, pass
    ``tau=0.001 ** 0.5``.

    References
    ----------
    .. [1] Tatarchenko et al. (2019), "What Do Single-view 3D Reconstruction Networks Learn?", arXiv 1905.03678

    Examples
    --------
    One of two points is near, and one of one is found: 2 * 1/2 * 1 / (1/2 + 1).

    >>> round(point_fscore([[0, 0, 0], [5, 0, 0]], [[0, 0, 0.01]], tau=0.1).value, 4)
    0.6667
    """
    check_positive(tau, "tau", "the distance below which a point is near")
    sides = {"pred": pred, "ref": ref}
    pred, ref = (as_mappings([side], name, "points", CLOUD_KEYS)[0]["points"] for name, side in sides.items())
    said, wanted = points_of(pred, "pred", may_be_empty=True), points_of(ref, "ref")
    if not len(said):
        return Mean(0.0, 1)
    said, wanted = _clouds(said, wanted)
    shares = [
        float(np.count_nonzero(neighbours(points, among)[0] < tau)) / len(points)
        for points, among in ((said, wanted), (wanted, said))
    ]
    return Mean(2 * shares[0] * shares[1] / sum(shares) if sum(shares) else 0.0, 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Mescheder et al. (2019), arXiv 1812.03828, supplement 1 (normal consistency)",
    absent=no_points,
    each="shape",
)
def normal_consistency(pred: Any, ref: Any, *, oriented: bool = False) -> Mean:
    r"""Normal consistency: the cosine between a point's normal and that of the nearest point of the other shape.

    .. math:: \frac{1}{2|P|} \sum_p |n_p \cdot n_{r(p)}| + \frac{1}{2|R|} \sum_r |n_r \cdot n_{p(r)}|

    Parameters
    ----------
    pred, ref : mapping
        ``points`` (n, 3) and ``normals`` (n, 3) of one shape; normals need not have length 1. A prediction without a
        point scores 0.
    oriented : bool, default False
        Whether a normal that points the other way is wrong: its cosine then counts as 0 and not by its size.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Sets average over shapes.

    Raises
    ------
    ImpossibleValue
        If a normal has length 0.
    LengthMismatch
        If there is not one normal for each point.
    InvalidInput, NotFinite, ShapeMismatch
        As for `chamfer_distance`.

    Notes
    -----
    A perfect prediction scores 1 where no two points share a place. To match occupancy networks, set nothing.

    References
    ----------
    .. [1] Mescheder et al. (2019), "Occupancy Networks", arXiv 1812.03828

    Examples
    --------
    >>> ref = {"points": [[0, 0, 0], [1, 0, 0]], "normals": [[0, 0, 1], [0, 0, 1]]}
    >>> pred = {"points": [[0, 0, 0], [1, 0, 0]], "normals": [[0, 0, -1], [0, 1, 0]]}
    >>> normal_consistency(pred, ref).value  # (|-1| + 0) / 2, both ways
    0.5
    >>> normal_consistency(pred, ref, oriented=True).value
    0.0
    """
    check_flag(oriented, "oriented")
    said, wanted = _oriented(pred, "pred"), _oriented(ref, "ref")
    if not len(said[0]):
        return Mean(0.0, 1)
    total = 0.0
    for (points, normals), (among, others) in ((said, wanted), (wanted, said)):
        cosines = np.einsum("ij,ij->i", normals, others[neighbours(points, among)[1]])
        # Of two unit vectors, but for rounding: a cosine is at most 1.
        total += float(np.clip(cosines if oriented else np.abs(cosines), 0.0, 1.0).mean())
    return Mean(total / 2, 1)


def _oriented(given: Any, name: str) -> tuple[Any, Any]:
    """The points of a shape and their normals, of length 1."""
    item = as_mappings([given], name, "points", CLOUD_KEYS)[0]
    if item.get("normals") is None:
        raise InvalidInput(f'{name} has no "normals": one belongs to each point')
    empty = name == "pred"
    points = points_of(item["points"], name, dimensions=3, may_be_empty=empty)
    normals = points_of(item["normals"], f"{name} normals", dimensions=3, may_be_empty=empty)
    if len(points) != len(normals):
        raise LengthMismatch(f"{name} has {len(points)} points but {len(normals)} normals")
    lengths = np.linalg.norm(normals, axis=1)
    if not lengths.all():
        raise ImpossibleValue(f"{name} normal {int(np.argmin(lengths))} has length 0: it points nowhere")
    return points, normals / lengths[:, None]


@metric(
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="Rubner et al. (2000), doi:10.1023/A:1026543900054; Yuan et al. (2018), arXiv 1808.00671",
    each="shape",
    aliases=("emd",),
)
def earth_movers_distance(
    pred: ArrayLike, ref: ArrayLike, *, squared: bool = False, over: Literal["mean", "sum"] = "mean"
) -> Mean:
    r"""Earth mover's distance: how far points move on average when one cloud becomes the other at the least cost.

    .. math:: \min_{\phi: P \to R \text{ one to one}} \frac{1}{|P|} \sum_{p \in P} \lVert p - \phi(p) \rVert

    Parameters
    ----------
    pred, ref : array_like of float, shape (n, d)
        As many points on both sides, at most 4,096: an exact assignment takes the cube of their number in time.
    squared : bool, default False
        Whether the distances are squared.
    over : {"mean", "sum"}, default "mean"
        Whether the distances are averaged or added.

    Returns
    -------
    Mean
        A distance in [0, inf), in the unit of the data; lower is better. Sets average over shapes.

    Raises
    ------
    LengthMismatch
        If the clouds have not as many points.
    InvalidInput
        If they have none, or more than 4,096.
    NotFinite, ShapeMismatch
        As for `chamfer_distance`.

    Notes
    -----
    The assignment is exact. The auction and sinkhorn programs that papers train with give slightly more.

    References
    ----------
    .. [1] Rubner et al. (2000), "The Earth Mover's Distance as a Metric for Image Retrieval",
       doi:10.1023/A:1026543900054
    .. [2] Yuan et al. (2018), "PCN: Point Completion Network", arXiv 1808.00671

    Examples
    --------
    Each point takes the one at its side, (1 + 1) / 2, though both lie nearest to 1:

    >>> earth_movers_distance([[0.0], [2.0]], [[1.0], [3.0]]).value
    1.0
    """
    check_flag(squared, "squared")
    one_of("over", over, ("mean", "sum"))
    said, wanted = _clouds(pred, ref)
    if len(said) != len(wanted):
        raise LengthMismatch(
            f"pred has {len(said)} points and ref {len(wanted)}: each point goes to one of its own. Sample as many on "
            "both sides"
        )
    if len(said) > MOST_PAIRED:
        raise InvalidInput(
            f"{len(said)} points are more than can be assigned exactly, {MOST_PAIRED}: sample fewer of them on both "
            "sides, and say how many with the score"
        )
    from scipy.spatial.distance import cdist

    costs = cdist(said, wanted, "sqeuclidean" if squared else "euclidean")
    total = float(costs[cheapest_pairs(costs)].sum())
    return Mean(total / len(said) if over == "mean" else total, 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Choy et al. (2016), arXiv 1604.00449; Mescheder et al. (2019), arXiv 1812.03828",
    absent=no_volume,
    each="shape",
)
def volumetric_iou(pred: ArrayLike, ref: ArrayLike) -> Mean:
    """Volumetric intersection over union: the volume inside both shapes, out of that inside either.

    Parameters
    ----------
    pred, ref : array_like of bool, or of 0 and 1, of one shape
        What lies inside: the cells of a grid, shape (X, Y, Z), or points sampled in the same space, shape (n,).

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Sets average over shapes; two empty shapes agree, and score 1.

    Raises
    ------
    ShapeMismatch
        If the two are not of one shape, or have no cell.
    ImpossibleValue
        If a cell is neither 0 nor 1: compare probabilities with a threshold first.
    NotFinite
        If a cell is NaN or infinite.

    References
    ----------
    .. [1] Choy et al. (2016), "3D-R2N2", arXiv 1604.00449

    Examples
    --------
    >>> round(volumetric_iou([[[1, 1], [0, 1]]], [[[1, 0], [0, 1]]]).value, 4)  # 2 of 3
    0.6667
    """
    said, wanted = _volume(pred, "pred"), _volume(ref, "ref")
    if said.shape != wanted.shape:
        raise ShapeMismatch(f"pred has shape {said.shape} but ref has shape {wanted.shape}: one grid for both")
    union = int(np.count_nonzero(said | wanted))
    return Mean(int(np.count_nonzero(said & wanted)) / union if union else 1.0, 1)


def _volume(given: Any, name: str) -> Any:
    array = real_array(given, name, "the cells of a grid that lie inside, shape (X, Y, Z)")
    if not array.size:
        raise ShapeMismatch(f"{name} of shape {array.shape} has no cell")
    if array.dtype.kind == "b":
        return array
    if not np.isfinite(array).all():
        raise NotFinite(f"{name} holds a NaN or an infinity: every cell is 0 or 1")
    if ((array != 0) & (array != 1)).any():
        strange = array[(array != 0) & (array != 1)].flat[0]
        raise ImpossibleValue(
            f"{name} holds {strange:g}: a cell lies inside (1) or outside (0). Of probabilities, pass {name} >= 0.5"
        )
    return array.astype(bool)
