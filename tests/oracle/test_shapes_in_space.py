"""Shapes, parts, normals and boxes in space beside SciPy, shapely, scikit-learn and formulas written out in full."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

from generallevel import score
from generallevel._kernels.solids import read_solids, solid_overlaps
from generallevel.metrics.three_d.normals import angular_rmse
from generallevel.metrics.three_d.parts import SHAPENET_PARTS
from generallevel.metrics.three_d.shapes import (
    chamfer_distance,
    earth_movers_distance,
    normal_consistency,
    point_fscore,
    volumetric_iou,
)

pytestmark = pytest.mark.oracle

HARD = {
    "one point each": ([[0.0, 0.0, 0.0]], [[1.0, 2.0, 2.0]]),
    "one against many": ([[0.5, 0.5, 0.5]], np.eye(3)),
    "all in one place": (np.ones((300, 3)), np.ones((200, 3))),
    "on a line": (
        np.linspace(0, 1, 90)[:, None] * [[1.0, 0.0, 0.0]],
        np.linspace(0, 1, 31)[:, None] * [[1.0, 0.0, 0.0]],
    ),
    "far from the origin": (np.eye(3) + 1e6, np.eye(3) * 2 + 1e6),
    "tiny": (np.eye(3) * 1e-9, np.eye(3) * 2e-9),
    "crowded towards a point": (2.0 ** -np.arange(200)[:, None] * [[1, 1, 1]], np.zeros((1, 3))),
}


def clouds(rng: np.random.Generator) -> tuple[Any, Any]:
    d = int(rng.choice([2, 3, 3, 5]))
    pred, ref = (rng.normal(size=(rng.integers(1, 60), d)) for _ in range(2))
    if rng.random() < 0.3:  # a grid: many distances are equal
        pred, ref = np.round(pred), np.round(ref)
    return pred, ref


def both_ways(pred: Any, ref: Any) -> tuple[Any, Any]:
    apart = np.sqrt(((np.asarray(pred)[:, None] - np.asarray(ref)[None]) ** 2).sum(axis=2))
    return apart.min(axis=1), apart.min(axis=0)


@pytest.mark.parametrize("case", [*range(220), *HARD])
def test_chamfer_distance_is_that_of_all_pairs(case: int | str) -> None:
    pred, ref = HARD[case] if isinstance(case, str) else clouds(np.random.default_rng(case))
    one, other = both_ways(pred, ref)
    wanted = {
        "pcn_l1": (one.mean() + other.mean()) / 2,
        "pcn_l2": (one**2).mean() + (other**2).mean(),  # PyTorch3D's defaults as well
        "completion3d": 1e4 * ((one**2).mean() + (other**2).mean()),
        "point_sets": (one**2).sum() + (other**2).sum(),
    }
    found = {name: score("chamfer_distance", [pred], [ref], variant=name).value for name in wanted}
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-15)
    sides = {
        "pred": one.mean(),
        "ref": other.mean(),
        "max": max(one.mean(), other.mean()),
        "sum": one.mean() + other.mean(),
    }
    for combine, value in sides.items():
        assert chamfer_distance(pred, ref, squared=False, combine=combine).value == pytest.approx(value, rel=1e-9)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(200))
def test_a_point_is_near_as_scipy_s_tree_has_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pred, ref = clouds(rng)
    pred = pred[:, :1].repeat(ref.shape[1], axis=1) if pred.shape[1] != ref.shape[1] else pred
    tau = float(rng.choice([0.2, 1.0, 2.0]))
    near = [cKDTree(b).query(a)[0] < tau for a, b in ((pred, ref), (ref, pred))]
    precision, recall = near[0].mean(), near[1].mean()
    wanted = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert point_fscore(pred, ref, tau=tau).value == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("seed", range(200))
def test_earth_movers_distance_is_the_cheapest_of_all_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    if seed < 60:
        n = int(rng.integers(1, 6))
        pred, ref = rng.normal(size=(2, n, 3))
        costs = cdist(pred, ref)
        wanted = min(sum(costs[i, j] for i, j in enumerate(way)) for way in permutations(range(n))) / n
    else:
        pred, ref = np.round(rng.normal(size=(2, int(rng.integers(2, 40)), 3)), int(rng.integers(1, 4)))
        costs = cdist(pred, ref)
        wanted = costs[linear_sum_assignment(costs)].mean()
    assert earth_movers_distance(pred, ref).value == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(200))
def test_normals_agree_as_vectors_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 40, size=2)
    sides = [{"points": rng.normal(size=(k, 3)), "normals": rng.normal(size=(k, 3))} for k in (n, m)]
    units = [side["normals"] / np.linalg.norm(side["normals"], axis=1, keepdims=True) for side in sides]
    apart = cdist(sides[0]["points"], sides[1]["points"])
    one = np.abs((units[0] * units[1][apart.argmin(axis=1)]).sum(axis=1)).mean()
    other = np.abs((units[1] * units[0][apart.argmin(axis=0)]).sum(axis=1)).mean()
    assert normal_consistency(*sides).value == pytest.approx((one + other) / 2, abs=1e-9)


@pytest.mark.parametrize("seed", range(200))
def test_angles_are_those_by_which_vectors_were_turned(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    ref = rng.normal(size=(n, 3))
    angles = rng.uniform(0, 180, size=n)
    axes = np.cross(ref, rng.normal(size=(n, 3)))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    pred = Rotation.from_rotvec(np.radians(angles)[:, None] * axes).apply(ref) * rng.uniform(0.1, 9, size=(n, 1))
    assert angular_rmse(pred, ref, oriented=True).value == pytest.approx(np.sqrt((angles**2).mean()), abs=1e-9)
    unoriented = np.minimum(angles, 180 - angles)
    assert angular_rmse(pred, ref).value == pytest.approx(np.sqrt((unoriented**2).mean()), abs=1e-9)
    by_cosine = np.degrees(
        np.arccos(
            np.clip(np.abs((pred * ref).sum(1)) / np.linalg.norm(pred, axis=1) / np.linalg.norm(ref, axis=1), 0, 1)
        )
    )
    assert angular_rmse(pred, ref).value == pytest.approx(np.sqrt((by_cosine**2).mean()), abs=1e-6)


def test_parts_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    preds, refs, overlaps = [], [], []
    for _ in range(220):
        category = str(rng.choice(list(SHAPENET_PARTS)))
        parts = list(SHAPENET_PARTS[category])
        there = parts[: rng.integers(1, len(parts) + 1)]
        ref, pred = rng.choice(there, size=20), rng.choice(parts if rng.random() < 0.5 else there, size=20)
        preds.append(pred)
        refs.append(ref)
        # A part that nobody has is none of scikit-learn's: it counts as 1.
        each = metrics.jaccard_score(ref, pred, labels=parts, average=None, zero_division=1.0)
        overlaps.append((category, each.mean()))
    assert score("instance_mean_iou", preds, refs).value == pytest.approx(
        np.mean([one for _, one in overlaps]), abs=1e-9
    )
    kinds = {category: [value for name, value in overlaps if name == category] for category, _ in overlaps}
    wanted = np.mean([np.mean(values) for values in kinds.values()])
    assert score("instance_mean_iou", preds, refs, variant="class").value == pytest.approx(wanted, abs=1e-9)


def test_volumes_are_scikit_learn_s() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    for _ in range(200):
        pred, ref = rng.random((2, *rng.integers(1, 5, size=3))) < rng.random()
        if not (pred | ref).any():
            continue
        wanted = metrics.jaccard_score(ref.ravel(), pred.ravel(), zero_division=0.0)
        assert volumetric_iou(pred, ref).value == pytest.approx(wanted, abs=1e-12)


def random_boxes(rng: np.random.Generator, n: int) -> Any:
    boxes = np.zeros((n, 7))
    boxes[:, :3] = rng.normal(size=(n, 3)) * rng.choice([0.3, 2.0])
    boxes[:, 3:6] = rng.uniform(0.2, 5, size=(n, 3))
    boxes[:, 6] = rng.choice([rng.uniform(-7, 7), 0.0, np.pi / 2, np.pi / 4], size=n)
    return boxes


def test_turned_boxes_share_what_shapely_says() -> None:
    shapely = pytest.importorskip("shapely")
    affinity = pytest.importorskip("shapely.affinity")

    def seen(box: Any) -> Any:
        flat = shapely.box(-box[3] / 2, -box[4] / 2, box[3] / 2, box[4] / 2)
        return affinity.translate(affinity.rotate(flat, box[6], origin=(0, 0), use_radians=True), box[0], box[1])

    rng = np.random.default_rng(0)
    found, wanted = [], []
    for _ in range(60):
        dets, refs = random_boxes(rng, 6), random_boxes(rng, 6)
        dets[0] = refs[0]  # the same box
        dets[1], dets[1, 6] = refs[1], refs[1, 6] + np.pi  # half a turn
        dets[2], dets[2, 3:6] = refs[2], refs[2, 3:6] / 2  # inside
        dets[3], dets[3, 0] = refs[3], refs[3, 0] + 1e-9  # almost the same
        dets[4, :2] = refs[4, :2] + 100  # far away
        at, to = (side.ravel() for side in np.mgrid[:6, :6])
        flat = solid_overlaps(dets, refs, at, to, ground=True)
        full = solid_overlaps(dets, refs, at, to)
        assert flat[0] == full[0] == 1.0
        for pair, (one, other) in enumerate(zip(dets[at], refs[to], strict=True)):
            shared = seen(one).intersection(seen(other)).area
            found.append(flat[pair])
            wanted.append(shared / (seen(one).area + seen(other).area - shared))
            high = min(one[2] + one[5] / 2, other[2] + other[5] / 2) - max(one[2] - one[5] / 2, other[2] - other[5] / 2)
            shared *= max(high, 0.0)
            found.append(full[pair])
            wanted.append(shared / (one[3:6].prod() + other[3:6].prod() - shared))
    assert len(found) > 200
    assert sum(0 < value < 1 for value in wanted) > 200
    assert found == pytest.approx(wanted, abs=1e-9)


def test_boxes_along_the_axes_share_what_is_left_of_each_side() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        low, other = rng.integers(0, 4, size=(2, 3)), rng.integers(0, 4, size=(2, 3))
        dets = np.concatenate([low, low + rng.integers(1, 4, size=(2, 3))], axis=1)
        refs = np.concatenate([other, other + rng.integers(1, 4, size=(2, 3))], axis=1)
        sides = np.minimum(dets[:, 3:], refs[:, 3:]) - np.maximum(dets[:, :3], refs[:, :3])
        shared = np.maximum(sides, 0).prod(axis=1)
        volumes = [(side[:, 3:] - side[:, :3]).prod(axis=1) for side in (dets, refs)]
        read = [read_solids(side, "xyzxyz", "pred") for side in (dets, refs)]
        found = solid_overlaps(*read, np.arange(2), np.arange(2))
        assert found == pytest.approx(shared / (volumes[0] + volumes[1] - shared), abs=1e-12)


def test_boxes_in_space_are_ranked_as_those_of_an_image() -> None:
    """Flat boxes seen from above, in the same places: the same decisions as for boxes of an image."""
    rng = np.random.default_rng(2)
    preds, refs, flat_preds, flat_refs = [], [], [], []
    for scene in range(30):
        corners = [
            np.concatenate([low, low + rng.integers(2, 8, size=low.shape)], axis=1)
            for low in rng.integers(0, 9, (2, 4, 2))
        ]
        scores = rng.permutation(4) + rng.random(4)
        flat_preds.append({"boxes": corners[0], "scores": scores})
        flat_refs.append({"boxes": corners[1], "id": scene})
        solid = [np.insert(np.insert(side, 2, 0, axis=1), 5, 1, axis=1) for side in corners]
        preds.append({"boxes": solid[0], "scores": scores})
        refs.append({"boxes": solid[1], "id": scene})
    for iou in (0.25, 0.5):
        wanted = score("box_ap", flat_preds, flat_refs, iou=iou, boxes="xyxy", max_dets=None)
        found = score("box3d_ap", preds, refs, iou=iou, boxes="xyzxyz", points="101-point")
        assert found.value == pytest.approx(wanted.value, abs=1e-12)
        assert 0 < found.value < 1
