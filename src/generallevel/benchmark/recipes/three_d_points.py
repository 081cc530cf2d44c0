"""Points: formats of 3D tasks whose items are point clouds, meshes, labels of points, normals, poses or motions.

All of these layouts are ours: General-Bench documents none for 3D. Files are named by relative paths; short arrays may
also stand in the JSON itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.arrays import read_array, read_arrays
from generallevel.benchmark.media.clouds import read_mesh, read_points
from generallevel.benchmark.media.rows import number_rows
from generallevel.benchmark.media.stored import content
from generallevel.benchmark.media.tracks import read_poses
from generallevel.benchmark.recipes.image_fields import ARRAYS, Given, described, two_sided
from generallevel.benchmark.recipes.video_fields import members_of
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch

__all__ = [
    "CLOUD",
    "FORMATS",
    "MOTION_SET",
    "NORMALS",
    "PART_LABELS",
    "POINT_INSTANCES",
    "POINT_LABELS",
    "POSES",
    "SURFACE",
    "surface_points",
]

FILE_KEYS = ("file", "path", "file_name")
LABEL_KEYS = ("labels", "label", "segmentation", *FILE_KEYS)
CLOUD_KEYS = ("points", "point_cloud", "cloud", "mesh", "shape", *FILE_KEYS)
MESHES = (".ply", ".obj", ".off", ".stl")
SEMANTIC_KITTI = ".label"  # a word of 32 bits for each point, of which the lower half is the class
LOWER_HALF = 0xFFFF
INSTANCE_STEP = 1000  # ScanNet writes class * 1000 + instance
SURFACE_POINTS = 10_000  # ours: points on each surface, where the header does not say
PLASTIC = 1.324717957244746  # the root of x^3 = x + 1, whose powers fill the square evenly: Roberts (2018), R2
MOST_SURFACE_POINTS = 1_000_000


def _inline(given: Given, what: str) -> NDArray[Any]:
    """An array that stands in the JSON."""
    try:
        array = np.asarray(given.value)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "buif":
        raise InvalidInput(
            f"the {given.side} is {described(given.value)}; wanted {what}, as numbers in rows of one length"
        )
    return array


def _labels(given: Given) -> NDArray[Any]:
    """A label for each point, shape (n,)."""
    what = "a label for each point"
    place = given.under(LABEL_KEYS, what)
    if not isinstance(place.value, str):
        return _inline(place, what)
    path = place.path(what)
    suffix = path.suffix.lower()
    if suffix == SEMANTIC_KITTI:
        words = content(path, place.files.limits, what)
        if len(words) % 4:
            raise InvalidInput(f"{path.name} has {len(words)} bytes; wanted four for each point")
        return (np.frombuffer(words, dtype="<u4") & LOWER_HALF).astype(np.int64)
    if suffix in ARRAYS:
        return read_array(path, limits=place.files.limits).squeeze()
    return _whole(number_rows(path, place.files.limits, what, (1, 1))[:, 0], path.name)


def _whole(numbers: NDArray[np.float64], name: str) -> NDArray[np.int64]:
    if not np.isfinite(numbers).all() or (numbers != np.rint(numbers)).any():
        raise ImpossibleValue(f"{name} holds a label that is no whole number")
    return numbers.astype(np.int64)


def _true_parts(given: Given) -> Any:
    labels = _labels(given)
    for part in (given.value, given.item.input, given.item.header):
        if isinstance(part, Mapping) and isinstance(part.get("category"), str):
            return {"labels": labels, "category": part["category"]}
    return labels


def _said_instances(given: Given) -> dict[str, Any]:
    """The instances that were found in a scene."""
    what = "the instances of a scene"
    value = given.value
    if isinstance(value, Mapping) and "instances" in value:
        value = value["instances"]
    if isinstance(value, list):
        masks, labels, scores = [], [], []
        for one in value:
            if not isinstance(one, Mapping) or not {"mask", "label", "score"} <= set(one):
                raise InvalidInput(
                    f"an instance is {described(one)}; wanted "
                    '{"mask": "scene/0.npy", "label": 5, "score": 0.9}, with a mask over the points of the scene'
                )
            mask = given.but(one["mask"])
            masks.append(_labels(mask) if isinstance(mask.value, str) else _inline(mask, "a mask over points"))
            labels.append(one["label"])
            scores.append(one["score"])
        if len({mask.shape for mask in masks}) > 1:
            raise ShapeMismatch("the masks of the prediction are of several lengths: each has an entry for every point")
        return {"masks": np.array(masks), "labels": labels, "scores": scores}
    place = given.under(FILE_KEYS, what)
    arrays = read_arrays(place.path(what), ("masks", "labels", "scores"), limits=place.files.limits)
    return dict(zip(("masks", "labels", "scores"), arrays, strict=True))


def _true_instances(given: Given) -> dict[str, Any]:
    """The class and the instance of each point."""
    value = given.value
    if isinstance(value, Mapping) and {"labels", "instances"} <= set(value):
        return {key: _labels(given.but(value[key])) for key in ("labels", "instances")}
    place = given.under(("ids", *FILE_KEYS), "the class and instance of each point")
    if isinstance(place.value, str) and place.value.lower().endswith(".npz"):
        path = place.path("the class and instance of each point")
        labels, instances = read_arrays(path, ("labels", "instances"), limits=place.files.limits)
        return {"labels": labels, "instances": instances}
    ids = _labels(place)
    return {"labels": ids // INSTANCE_STEP, "instances": ids % INSTANCE_STEP}


def _poses(given: Given) -> NDArray[Any]:
    what = "the poses of a sequence"
    place = given.under(("poses", "trajectory", *FILE_KEYS), what)
    if not isinstance(place.value, str):
        return _inline(place, what)
    path = place.path(what)
    limits = place.files.limits
    return read_array(path, limits=limits) if path.suffix.lower() in ARRAYS else read_poses(path, limits=limits)


def _normals(given: Given) -> NDArray[Any]:
    what = "a normal for each point"
    place = given.under(("normals", *FILE_KEYS), what)
    if not isinstance(place.value, str):
        return _inline(place, what)
    path = place.path(what)
    limits = place.files.limits
    return read_array(path, limits=limits) if path.suffix.lower() in ARRAYS else number_rows(path, limits, what, (3, 3))


def _cloud(given: Given) -> NDArray[Any]:
    what = "a point cloud"
    place = given.under(CLOUD_KEYS, what)
    if not isinstance(place.value, str):
        return _inline(place, what)
    return read_points(place.path(what), limits=place.files.limits)


def _surface(given: Given) -> NDArray[Any]:
    """Points of a mesh's surface; of a file without faces its points as they are."""
    place = given.under(CLOUD_KEYS, "a mesh or a point cloud")
    if not isinstance(place.value, str) or not place.value.lower().endswith(MESHES):
        return _cloud(place)
    vertices, faces = read_mesh(place.path("a mesh"), limits=place.files.limits)
    if not len(faces):
        return vertices
    n = given.item.header.get("surface_points", SURFACE_POINTS)
    if type(n) is not int or not 0 < n <= MOST_SURFACE_POINTS:
        raise ImpossibleValue(f"surface_points is a number of points, 1 to {MOST_SURFACE_POINTS:,}, not {n!r:.40}")
    return surface_points(vertices, faces, n)


def surface_points(vertices: NDArray[Any], faces: NDArray[Any], n: int) -> NDArray[np.float64]:
    """Points spread evenly over the surface of a mesh, without chance: the same for the same mesh.

    Parameters
    ----------
    vertices : ndarray, shape (N, 3)
    faces : ndarray of int, shape (M, 3)
        Triangles.
    n : int
        How many points.

    Returns
    -------
    ndarray, shape (n, 3)

    Raises
    ------
    ImpossibleValue
        If the surface has no area.

    Notes
    -----
    The k-th point lies where the area that was passed, triangle by triangle, reaches (k + 1/2) / n, at the k-th place
    of the R2 sequence, folded into the triangle.

    Examples
    --------
    >>> square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    >>> surface_points(square, np.array([[0, 1, 2], [0, 2, 3]]), 4).shape
    (4, 3)
    """
    corners = np.asarray(vertices, dtype=np.float64)[faces]
    sides = corners[:, 1:] - corners[:, :1]
    areas = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    passed = np.cumsum(areas)
    if not 0 < passed[-1] < np.inf:
        raise ImpossibleValue("the faces of a mesh have no area: are its vertices all in one place?")
    chosen = np.searchsorted(passed, (np.arange(n) + 0.5) / n * passed[-1])
    along = (0.5 + np.arange(1, n + 1)[:, None] / np.array([PLASTIC, PLASTIC**2])) % 1
    folded = np.where(along.sum(axis=1, keepdims=True) > 1, 1 - along, along)
    points: NDArray[np.float64] = corners[chosen, 0] + (folded[:, :, None] * sides[chosen]).sum(axis=1)
    return points


def _motion(given: Given) -> NDArray[Any]:
    motion = read_array(given.path("a motion"), limits=given.files.limits)
    if motion.ndim < 2:
        raise ShapeMismatch(f"the {given.side} has shape {motion.shape}; wanted a motion, a row for each frame")
    return motion


def _motions(given: Given) -> Any:
    return members_of(given, ("motions", "motion", *FILE_KEYS), _motion)


POINT_LABELS = two_sided(
    "point labels",
    _labels,
    description="The class of each point of a scene: `.npy`, `.npz`, `.label` of SemanticKITTI (its lower 16 bits), a "
    "text file with a label on each line, or a list; alone or under `labels`. The header says `num_classes`, and where "
    "some do not count `background` and `ignore_index`.",
    media=True,
)
PART_LABELS = two_sided(
    "part labels",
    _labels,
    _true_parts,
    description="The part of each point of a shape, as in `point labels`, by ShapeNet's numbers; the reference may "
    "have its `category` beside it.",
    media=True,
)
POINT_INSTANCES = two_sided(
    "point instances",
    _said_instances,
    _true_instances,
    description="Prediction: an `.npz` of `masks` (n, points), `labels` and `scores`, or a list of instances with a "
    "`mask` file, `label` and `score`. Reference: `labels` and `instances` of each point, files or in one `.npz`; or "
    "`ids`, a file of class * 1000 + instance.",
    media=True,
)
POSES = two_sided(
    "poses",
    _poses,
    description="The poses of a sequence as KITTI writes them: a text file with the twelve numbers of a 3 x 4 matrix "
    "on each line, or an `.npy` file; alone or under `poses`.",
    media=True,
)
NORMALS = two_sided(
    "normals",
    _normals,
    description="The normal of each point of a shape: a text file with three numbers on each line, an `.npy` file, or "
    "a list; alone or under `normals`.",
    media=True,
)
CLOUD = two_sided(
    "point cloud",
    _cloud,
    description="The points of a shape: PLY, NPY, NPZ, OBJ or XYZ, alone or under `points`. The header says `squared` "
    "and `combine`, without which a Chamfer distance is not one number.",
    media=True,
)
SURFACE = two_sided(
    "surface",
    _surface,
    description="A mesh (PLY, OBJ), on whose surface `surface_points` of the header (10,000) are spread evenly and "
    "without chance, or a point cloud, which is taken as it is. The header says `squared` and `combine`.",
    media=True,
)
MOTION_SET = two_sided(
    "set of motions",
    _motions,
    description="Members of two sets: a generated motion or a list of several in the prediction, and real ones in the "
    "output; a motion is an `.npy` file with a row for each frame.",
    media=True,
)
FORMATS = (POINT_LABELS, PART_LABELS, POINT_INSTANCES, POSES, NORMALS, CLOUD, SURFACE, MOTION_SET)
