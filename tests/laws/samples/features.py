"""Samples of features: sets that drift apart, embeddings and frames that turn away, ratings that fall."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.extractors import LayerHeads, LinearHead
from generallevel.testing import Samples

STEPS = 64  # multiples of 1/64, which float32 holds exactly


def grid(values: Any) -> Any:
    return np.round(np.asarray(values) * STEPS) / STEPS


class TwoSets(Samples):
    """Feature vectors of two sets, of which corruption moves the predictions away, all in one direction."""

    # The distance is a difference of sums that cancel, the more the nearer the two sets are.
    tolerance = 1e-9

    def __init__(self, n: int = 12, dimension: int = 4) -> None:
        self.n, self.dimension = n, dimension

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(self.n):
            ref = grid(rng.normal(size=self.dimension))
            yield grid(ref + rng.normal(size=self.dimension) / 4), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred + k / 4


class Windows(TwoSets):
    """Items of several rows each, and of several numbers of them."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for place, (pred, ref) in enumerate(super().__call__(rng)):
            yield np.stack([pred] * (1 + place % 3)) + grid(rng.normal(size=(1 + place % 3, 1))), np.stack([ref, -ref])


class OnePoint(TwoSets):
    """References that are all one vector, against which an estimate without bias is 0 where it should be."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        ref = grid(rng.random(self.dimension))
        for _ in range(self.n):
            yield grid(ref + rng.normal(size=self.dimension) / 4), ref


class Embeddings(Samples):
    """Embeddings with their references; corruption turns the prediction towards the opposite of its reference."""

    tolerance = 1e-9  # of a root

    def __init__(self, views: int = 0, alternatives: int = 0) -> None:
        self.views, self.alternatives = views, alternatives

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(8):
            ref = grid(rng.normal(size=5) + np.array([3, 0, 0, 0, 0]))
            pred = grid(ref + rng.normal(size=(max(self.views, 1), 5)))
            refs = tuple(grid(ref + rng.normal(size=5) / 8) for _ in range(self.alternatives)) or ref
            yield (pred if self.views else pred[0]), refs

    def perfect(self, ref: Any) -> Any:
        one = super().perfect(ref)
        return np.stack([one] * self.views) if self.views else one

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # In the plane of the prediction and of a vector orthogonal to it, by less than a half turn: there the others of
        # several references would come nearer again.
        rows = np.atleast_2d(pred)
        across = np.roll(rows, 1, axis=1)
        across = across - rows * ((across * rows).sum(axis=1) / (rows * rows).sum(axis=1))[:, None]
        across *= (np.linalg.norm(rows, axis=1) / np.linalg.norm(across, axis=1))[:, None]
        angle = 0.75 * np.pi * k / self.levels
        return (np.cos(angle) * rows + np.sin(angle) * across).reshape(np.shape(pred)) if k else pred


class Frames(Samples):
    """Clips whose frames are vectors; corruption turns every second frame away."""

    tolerance = 1e-9

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for place in range(6):
            yield grid(rng.normal(size=(3 + place, 4)) + 2), None

    def perfect(self, ref: Any) -> Any:
        return np.tile([2.0, 1.0, 0.5, 0.0], (6, 1))

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        angle = np.pi / 2 * k / self.levels
        first, second = spoilt[1::2, 0].copy(), spoilt[1::2, 3].copy()
        spoilt[1::2, 0] = np.cos(angle) * first - np.sin(angle) * second
        spoilt[1::2, 3] = np.sin(angle) * first + np.cos(angle) * second
        return spoilt


class FrameRatings(Samples):
    """Ratings of the frames of clips, from 0 to a highest; corruption takes a share of each away."""

    def __init__(self, highest: float) -> None:
        self.highest = highest

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for place in range(6):
            yield grid(rng.random(1 + place) * self.highest), None

    def perfect(self, ref: Any) -> Any:
        return np.full(3, self.highest)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return np.asarray(pred) * (1 - k / self.levels)


class HeadFeatures(FrameRatings):
    """Features of frames, which a head turns into ratings: the first dimension is the rating."""

    tolerance = 1e-9

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for rating, _ in super().__call__(rng):
            yield np.stack([rating, rating * 0 + 1], axis=1), None

    def perfect(self, ref: Any) -> Any:
        return np.array([[self.highest, 1.0], [self.highest, 1.0]])

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return np.asarray(pred) * [1 - k / self.levels, 1]


class Maps(Samples):
    """The maps of two layers of an image, to which corruption adds more and more of one other image's."""

    same_shape = True
    shapes = ((3, 4, 5), (2, 2, 3))

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = [grid(rng.random(shape) + 0.5) for shape in self.shapes]
            yield [grid(layer + rng.random(layer.shape) / 4) for layer in ref], ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # Along one channel, so that every column turns the same way.
        spoilt = [np.array(layer) for layer in pred]
        for layer in spoilt:
            layer[0] += 4 * k
        return spoilt


HEADS = LayerHeads([[1.0, 0.5, 2.0], [0.25, 1.0]])
FIRST = LinearHead([1.0, 0.0], normalise=False, name="first dimension")

SAMPLES = [
    *(
        (name, "standard", {}, samples)
        for name in ("fid", "fvd", "fad", "motion_fid")
        for samples in (TwoSets(), TwoSets(6, 20), Windows())
    ),
    ("fid", "standard", {"extractor": "inception-v3"}, TwoSets()),
    ("kid", "standard", {}, OnePoint()),
    ("kid", "subsets", {"subsets": 4, "subset_size": 5}, OnePoint()),
    *(
        (name, variant, {}, Embeddings())
        for name, variants in (
            ("clip_score", ("standard", "cosine")),
            ("clip_s", ("standard",)),
            ("clip_image_score", ("standard", "floored")),
            ("clip_style", ("standard", "floored")),
            ("viclip_score", ("standard", "floored")),
            ("clap_score", ("standard", "floored")),
            ("style_clap_score", ("standard", "floored")),
        )
        for variant in variants
    ),
    ("clip_score", "standard", {}, Embeddings(views=3)),
    ("clip_score", "cosine", {}, Embeddings(alternatives=2)),
    ("lpips", "standard", {"heads": HEADS}, Maps()),
    ("lpips", "torchmetrics", {"heads": HEADS}, Maps()),
    ("dino_score", "standard", {}, Frames()),
    ("musiq", "standard", {}, FrameRatings(100)),
    ("aesthetic_score", "standard", {}, FrameRatings(10)),
    ("aesthetic_score", "standard", {"head": FIRST}, HeadFeatures(10)),
]
