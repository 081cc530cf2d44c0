"""Samples of dense predictions: masks, label maps, segments, mattes, depth, foreground maps and heat maps."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Arrays, Samples


class LabelMaps(Samples):
    """Label maps with some labels wrong; corruption moves a growing share of pixels to the next class."""

    same_shape = True

    def __init__(
        self, classes: int = 4, shape: tuple[int, ...] = (6, 7), dtype: str = "uint8", void: int | None = None
    ):
        self.classes, self.shape, self.dtype, self.void = classes, shape, dtype, void

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = rng.integers(self.classes, size=self.shape)
            ref.flat[:3] = 1  # every foreground has pixels, so that no two items are empty alike
            pred = np.where(rng.random(self.shape) < 0.7, ref, rng.integers(self.classes, size=self.shape))
            if self.void is not None:
                ref[rng.random(self.shape) < 0.2] = self.void
            yield pred.astype(self.dtype), ref.astype(self.dtype)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        order = rng.permutation(spoilt.size)[: spoilt.size * k // self.levels]
        values = spoilt.reshape(-1)
        # Labels go to the next class, and void goes nowhere: nothing gets right by going wrong.
        known = values[order] < self.classes
        values[order[known]] = (values[order[known]].astype(np.int64) + 1) % self.classes
        return values.reshape(spoilt.shape).astype(spoilt.dtype)


class Masks(LabelMaps):
    """Binary masks as truths, of which corruption takes foreground away."""

    def __init__(self, shape: tuple[int, ...] = (6, 7), dtype: str = "bool"):
        super().__init__(2, shape, dtype)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        inside = rng.permutation(np.flatnonzero(spoilt))
        values = spoilt.reshape(-1)
        values[inside[: len(inside) * k // self.levels]] = 0
        return values.reshape(spoilt.shape)


class RunLengths(Masks):
    """The same masks as plain run lengths."""

    same_shape = False

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield self._coded(pred), self._coded(ref)

    @staticmethod
    def _coded(mask: Any) -> dict[str, Any]:
        flat = np.concatenate(([False], mask.T.reshape(-1)))
        starts = np.flatnonzero(np.diff(flat))
        counts = np.diff(np.concatenate(([0], starts, [flat.size - 1])))
        return {"size": [int(side) for side in mask.shape], "counts": [int(count) for count in counts]}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        counts = pred["counts"]
        mask = np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(pred["size"][::-1]).T
        return self._coded(super().worse(mask, k, rng))


class SomeBoxes(Samples):
    """A few boxes; corruption moves all of them further and further away."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            corners = rng.integers(0, 20, size=(rng.integers(1, 4), 2))
            ref = np.concatenate([corners, corners + rng.integers(3, 12, size=corners.shape)], axis=1)
            yield ref + rng.integers(0, 3, size=ref.shape), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return np.array(pred[:1]) + 40 if k == self.levels else np.array(pred) if k == 0 else np.array(pred[:1])


class Segmentations(Samples):
    """Class and instance of each pixel; corruption joins ever more rows to one stuff."""

    same_shape = True

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = np.zeros((8, 9, 2), dtype=np.int32)
            for number in range(1, 5):
                y, x = rng.integers(0, 6, size=2)
                ref[y : y + 4, x : x + 4] = (rng.choice([1, 2, 3]), number)
            ref[ref[..., 0] == 3, 1] = 0
            pred = ref.copy()
            y, x = rng.integers(0, 6, size=2)
            pred[y : y + 2, x : x + 2] = (rng.choice([0, 1, 2]), 9)
            pred[pred[..., 0] == 0, 1] = 0
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # Segments vanish whole, each into void, where they match nothing and are no false alarm.
        spoilt = np.array(pred)
        kinds = np.unique(spoilt.reshape(-1, 2), axis=0)
        gone = rng.permutation(len(kinds))[: len(kinds) * k // self.levels]
        for kind in kinds[gone]:
            spoilt[(spoilt == kind).all(axis=-1)] = (7, 0)
        return spoilt


class CocoSegmentations(Segmentations):
    """The same segments as COCO annotates them."""

    same_shape = False

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield self._annotated(pred), self._annotated(ref)

    @staticmethod
    def _annotated(pairs: Any) -> dict[str, Any]:
        ids = (pairs[..., 0] * 100 + pairs[..., 1] + 1) * (pairs[..., 0] != 7)
        infos = [{"id": int(i), "category_id": (int(i) - 1) // 100} for i in np.unique(ids) if i]
        return {"ids": ids.astype(np.int32), "segments_info": infos}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        infos = pred["segments_info"]
        gone = {infos[place]["id"] for place in rng.permutation(len(infos))[: len(infos) * k // self.levels]}
        ids = np.where(np.isin(pred["ids"], list(gone)), 0, pred["ids"]).astype(np.int32)
        return {"ids": ids, "segments_info": [info for info in infos if info["id"] not in gone]}


class Mattes(Arrays):
    """Alpha mattes with their trimaps."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            trimap = rng.choice(np.array([0, 128, 255]), size=ref.shape)
            trimap[0, 0] = 128
            yield pred, {"alpha": ref, "trimap": trimap}

    def perfect(self, ref: Any) -> Any:
        return ref["alpha"]


class Faded(Arrays):
    """Mattes that fade evenly, so that every edge and every island does."""

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return np.array(pred) * (1 - k / self.levels)


class FadedMattes(Mattes):
    """The same, with trimaps."""

    worse = Faded.worse


class Depths(Samples):
    """Depth maps, some pixels of which were not measured; corruption scales ever more rows."""

    same_shape = True
    tolerance = 1e-9

    def __init__(self, shape: tuple[int, ...] = (6, 7)):
        self.shape = shape

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = np.rint(rng.uniform(1, 9, size=self.shape) * 64) / 64
            pred = ref + np.rint(rng.uniform(0, 2, size=self.shape) * 64) / 64
            ref[rng.random(self.shape) < 0.2] = 0
            ref.flat[-3:] = (1, 2, 4)
            yield pred, ref

    def perfect(self, ref: Any) -> Any:
        return np.where(ref == 0, 1.0, ref)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        cells = rng.permutation(spoilt.size)[: spoilt.size * k // self.levels]
        spoilt.reshape(-1)[cells] = spoilt.max() * 3 + 40
        return spoilt


class Flattened(Depths):
    """Depth maps that are aligned: corruption averages ever more pixels, which no scale and no shift undoes."""

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        return spoilt if k == 0 else np.where(spoilt > np.median(spoilt), 2.0, 5.0)


class Foregrounds(Arrays):
    """Foreground maps of masks that cover a good part of every quarter around their centre."""

    tolerance = 1e-6  # the published code adds eps to a denominator, the released code 1e-8
    low, high = 0.0, 1.0

    def __init__(self, tolerance: float = 1e-6, full: bool = True):
        super().__init__(shape=(9, 10), n=5)
        self.tolerance, self.full = tolerance, full

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(self.n):
            ref = np.zeros(self.shape, dtype=bool)
            y, x = rng.integers(2, 4, size=2)
            ref[y : y + 4, x : x + 5] = True
            noise = rng.integers(0, 17, size=self.shape) / 64
            yield np.where(ref, 1 - noise, noise), ref

    def perfect(self, ref: Any) -> Any:
        return np.where(ref, 1.0, 0.0)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # Rows are turned over from the top down: what was found is lost, and what was not is claimed.
        spoilt = np.array(pred)
        rows = spoilt.shape[0] * k // self.levels
        spoilt[:rows] = 1 - spoilt[:rows]
        return spoilt


class HeatMaps(Foregrounds):
    """Scores of pixels: floats of single precision, ties among them."""

    def __init__(self) -> None:
        super().__init__(tolerance=1e-12)

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield (np.rint(pred * 8) / 8).astype(np.float32), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # The highest scores are lost, from the top of the map down: no defect gets ahead of what is none.
        spoilt = np.array(pred)
        high = np.flatnonzero(spoilt > 0.5)
        spoilt.reshape(-1)[high[: len(high) * k // self.levels]] = 0
        return spoilt


class Decisions(Samples):
    """Scores of single decisions."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for place in range(12):
            ref = bool(place % 3 == 0)
            yield float(np.clip(rng.integers(0, 9) / 16 + 0.4 * ref, 0, 1)), ref

    def perfect(self, ref: Any) -> Any:
        return float(ref)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred + (1 - 2 * pred) * k / self.levels


MEDIUM = {"num_classes": 4, "background": None}
SAMPLES = [
    ("mean_iou", "standard", MEDIUM, LabelMaps()),
    ("mean_iou", "standard", {**MEDIUM, "ignore_index": 255, "unreferenced": "skip"}, LabelMaps(void=255)),
    ("mean_iou", "standard", {"num_classes": 1000, "background": 0}, LabelMaps(classes=1000, dtype="uint16")),
    ("mean_iou", "standard", {**MEDIUM, "background": 0, "absent_class": "one"}, LabelMaps(shape=(30,), dtype="int64")),
    ("mean_iou", "per_image", MEDIUM, LabelMaps()),
    ("mean_iou", "binary", {}, Masks()),
    ("mean_iou", "binary", {}, RunLengths()),
    ("mean_iou", "pooled_binary", {}, Masks(dtype="uint8")),
    ("mean_iou", "released", {}, Masks(shape=(3, 4, 5))),
    ("dice", "standard", {}, Masks()),
    ("dice", "standard", {}, RunLengths()),
    ("dice", "pooled", MEDIUM, LabelMaps()),
    ("dice", "boxes", {}, SomeBoxes()),
    ("panoptic_quality", "standard", {"things": (1, 2), "stuff": (0, 3), "void": 7}, Segmentations()),
    ("panoptic_quality", "standard", {"things": (1, 2), "stuff": (0, 3)}, CocoSegmentations()),
    ("panoptic_quality", "torchmetrics", {"things": (1, 2), "stuff": (0, 3), "void": 7}, Segmentations()),
    *[
        (name, variant, {}, Mattes() if variant == "unknown_region" else Arrays(dtype=dtype))
        for name in ("sad", "mse")
        for variant in ("standard", "unknown_region", "plain")
        for dtype in ("float32", "float64")
    ],
    *[
        (name, variant, {}, samples)
        for name in ("matting_gradient", "matting_connectivity")
        for variant, samples in (("standard", Faded()), ("unknown_region", FadedMattes()))
    ],
    ("depth_rms", "standard", {"unit": "m"}, Depths()),
    ("depth_rms", "standard", {"unit": "mm", "min_depth": 0.5, "max_depth": 80}, Depths()),
    ("depth_rms", "pooled", {"unit": "cm"}, Depths()),
    *[("depth_delta", variant, {}, Depths()) for variant in ("standard", "delta2", "delta3", "pooled")],
    ("abs_rel", "standard", {"align": "none"}, Depths((2, 4, 5))),
    ("abs_rel", "standard", {"align": "median"}, Flattened((2, 4, 5))),
    ("abs_rel", "standard", {"align": "scale"}, Flattened((2, 4, 5))),
    ("abs_rel", "released", {}, Flattened((2, 1, 4, 5))),
    ("abs_rel", "affine_disparity", {"pred_holds": "depth", "max_depth": 80}, Flattened((2, 4, 5))),
    ("structure_measure", "standard", {}, Foregrounds()),
    ("structure_measure", "released", {}, Foregrounds()),
    ("saliency_f_measure", "standard", {}, Foregrounds()),
    ("saliency_f_measure", "mean", {}, Foregrounds(tolerance=1 / 256)),
    ("saliency_f_measure", "adaptive", {}, Foregrounds()),
    ("enhanced_alignment", "standard", {}, Foregrounds()),
    ("enhanced_alignment", "mean", {}, Foregrounds(tolerance=1 / 256)),
    ("enhanced_alignment", "adaptive", {}, Foregrounds()),
    ("weighted_f_measure", "standard", {}, Foregrounds()),
    *[
        (name, variant, {}, samples)
        for name in ("pixel_ap", "roc_auc")
        for variant in ("standard", "streamed")
        for samples in (HeatMaps(), Decisions())
    ],
]
