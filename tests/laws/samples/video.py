"""Samples of video: tracks of one thing and of many, tubes, spans, masks, flow, frames and embeddings."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.metrics.video.frames import halfway
from generallevel.testing import Arrays, Samples

GRID = 64  # steps of one unit, which single precision holds exactly


def on_grid(values: Any) -> Any:
    return np.rint(np.asarray(values) * GRID) / GRID


class Tracks(Samples):
    """A box for each frame, which drifts away; in some frames there is none."""

    same_shape = True

    def __init__(self, *, holes: bool = True, far: float = 4.0, tolerance: float = 1e-12) -> None:
        self.holes, self.far, self.tolerance = holes, far, tolerance

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            n = int(rng.integers(3, 9))
            ref = on_grid(np.column_stack([rng.uniform(5, 50, (n, 2)), rng.uniform(8, 20, (n, 2))]))
            pred = ref + on_grid(rng.normal(scale=2, size=(n, 4)))
            if self.holes:
                ref[rng.integers(1, n)] = np.nan
                pred[rng.integers(1, n)] = 0
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        away = np.zeros_like(pred)
        away[:, :2] = on_grid(rng.uniform(0.5, self.far, (len(pred), 2)))
        return pred + k * away


class NumberedTubes(Tracks):
    """Tubes whose frames have numbers, here and there from 1."""

    same_shape = False

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            numbers = np.arange(1, len(ref) + 1) * 2
            yield {"frames": numbers[1:], "boxes": pred[1:]}, {"frames": numbers[:-1], "boxes": ref[:-1]}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return {"frames": pred["frames"], "boxes": super().worse(pred["boxes"], k, rng)}


class ShorterTubes(NumberedTubes):
    """Tubes that lose frame after frame."""

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        kept = rng.permutation(len(pred["frames"]))[k:]
        return {key: np.asarray(column)[kept] for key, column in pred.items()}


class ManyTracks(Samples):
    """Tracks of several things, which are lost, move away or change their ids."""

    def __init__(self, how: str) -> None:
        self.how = how

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            n, things = int(rng.integers(4, 9)), int(rng.integers(1, 4))
            frames, ids = np.divmod(np.arange(n * things), things)
            corners = on_grid(ids[:, None] * 40.0 + frames[:, None] * 2 + rng.uniform(0, 4, (n * things, 2)))
            ref = {"frames": frames, "ids": ids, "boxes": np.column_stack([corners, np.full((n * things, 2), 16.0)])}
            kept = rng.random(n * things) < 0.8
            pred = {key: column[kept] for key, column in ref.items()}
            pred["boxes"] = pred["boxes"] + on_grid(rng.normal(scale=1, size=(int(kept.sum()), 4)))
            pred["ids"] = np.where((pred["ids"] == 0) & (pred["frames"] > n // 2), 77, pred["ids"])
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = {key: np.array(column) for key, column in pred.items()}
        if self.how == "ids":  # more and more of the last frames have ids of their own
            late = spoilt["frames"] > spoilt["frames"].max() - k
            spoilt["ids"] = np.where(late, 1000 + spoilt["frames"] * 10 + spoilt["ids"], spoilt["ids"])
        elif self.how == "near":
            spoilt["boxes"][:, :2] += k * on_grid(rng.uniform(0.1, 0.5))
        else:
            spoilt["boxes"][rng.permutation(len(spoilt["ids"]))[: 2 * k], :2] += 5000
        return spoilt


class Masks(Samples):
    """Clips of label maps, whose objects are shifted or lost."""

    same_shape = True
    levels = 4

    def __init__(self, labels: int = 1) -> None:
        self.labels = labels

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(4):
            ref = np.zeros((4, 14, 18), dtype=np.uint8)
            pred = np.zeros_like(ref)
            for label in range(1, self.labels + 1):
                y, x = rng.integers(1, 6, 2)
                for frame in range(4):
                    ref[frame, y : y + 5, x + frame : x + frame + 6] = label
                    pred[frame, y + 1 : y + 6, x + frame : x + frame + 5] = label
            yield (pred, ref) if self.labels > 1 else (pred > 0, ref > 0)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        spoilt[:k] = 0
        return spoilt


class Fields(Arrays):
    """Flow fields."""

    def __init__(self, tolerance: float = 1e-6) -> None:  # those in single precision are compared in it
        super().__init__(shape=(5, 6, 2), low=-8, high=8)
        self.tolerance = tolerance

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred + k * on_grid(rng.uniform(1, 3, pred.shape))


class ValidFields(Fields):
    """Flow fields of which some pixels are not known."""

    same_shape = False

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield pred, {"flow": ref, "valid": (rng.random(ref.shape[:2]) < 0.7).astype(np.uint8)}

    def perfect(self, ref: Any) -> Any:
        return ref["flow"]


class Motion(Samples):
    """The flow of clips, which come to rest."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            yield on_grid(rng.normal(scale=0.4, size=(int(rng.integers(3, 6)), 8, 9, 2))), None

    def perfect(self, ref: Any) -> Any:
        return np.full((4, 8, 9, 2), 30.0)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        still = np.array(pred)
        still.reshape(-1, 2)[rng.permutation(still.size // 2)[: k * still.size // 10]] = 0
        return still


class Steady(Samples):
    """Clips that flicker more and more."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            yield rng.integers(0, 256, (int(rng.integers(3, 6)), 3, 4, 3), dtype=np.uint8), None

    def perfect(self, ref: Any) -> Any:
        return np.full((4, 3, 4, 3), 100, dtype=np.uint8)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        spoilt[1::2] = np.clip(spoilt[1::2].astype(int) + 30 * k, 0, 255)
        return spoilt


class Prompts(Samples):
    """Embeddings of frames between two prompts."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            source, target = on_grid(rng.normal(size=(2, 5)))
            n = int(rng.integers(2, 6))
            yield on_grid(rng.normal(size=(n, 5)) + target / 2), {"source": source, "target": target}

    def perfect(self, ref: Any) -> Any:
        return np.stack([ref["target"]] * 5)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        turned = np.array(pred)
        turned[:k] = -turned[:k]
        return turned


class Embeddings(Samples):
    """Embeddings of frames that turn away from each other."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            yield on_grid(rng.normal(size=(int(rng.integers(2, 6)), 4)) + 0.5), None

    def perfect(self, ref: Any) -> Any:
        return np.tile([1.0, 2.0, 0.0, 0.5], (7, 1))

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        turned = np.array(pred)
        turned[1 : k + 1] = -turned[1 : k + 1]
        turned[1 : k + 1 : 2] += 0.25
        return turned


class Parts(Samples):
    """The parts of a composite."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            names = ("subject", "text", "smoothness", "motion")
            yield dict(zip(names, on_grid(rng.random(4)).tolist(), strict=True)), None

    def perfect(self, ref: Any) -> Any:
        return dict.fromkeys(("subject", "text", "smoothness", "motion"), 1.0)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return {**pred, "subject": pred["subject"] * (1 - k / 8), "motion": pred["motion"] * (1 - k / 8)}


class Spans(Samples):
    """Spans of time, best first, which slide away."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(10):
            begin, length = on_grid(rng.uniform(0, 20)), on_grid(rng.uniform(2, 9))
            ref = np.array([[begin, begin + length]])
            yield ref + on_grid(rng.normal(scale=1.5)), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return np.asarray(pred) + k * on_grid(rng.uniform(0.3, 2))


class Actions(Samples):
    """Actions of two classes with scores."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for clip in range(6):
            n = int(rng.integers(1, 4))
            begin = on_grid(np.arange(n) * 20 + rng.uniform(0, 5, n))
            spans = np.column_stack([begin, begin + on_grid(rng.uniform(4, 9, n))])
            labels = rng.choice(["run", "jump"], n).tolist()
            pred = {"spans": spans + on_grid(rng.normal(scale=1)), "scores": on_grid(rng.random(n)), "labels": labels}
            yield pred, {"spans": spans, "labels": labels, "id": f"clip {clip}"}

    def perfect(self, ref: Any) -> Any:
        return {"spans": ref["spans"], "scores": np.ones(len(ref["labels"])), "labels": ref["labels"]}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return {**pred, "spans": np.asarray(pred["spans"]) + k * on_grid(rng.uniform(0.3, 2))}


SIDES, CORNERS = {"boxes": "xywh"}, {"boxes": "xyxy"}
NUMBERED = {"pred_counts_from": 1, "ref_counts_from": 1}

SAMPLES = [
    ("success_auc", "standard", SIDES, Tracks()),
    ("success_auc", "standard", {**SIDES, "initial_frame": "left_out"}, Tracks()),
    ("success_auc", "lasot", SIDES, Tracks(holes=False)),
    ("success_auc", "at_least", SIDES, Tracks()),
    ("tracking_precision", "standard", SIDES, Tracks(far=12.0)),
    ("normalised_tracking_precision", "standard", SIDES, Tracks()),
    ("normalised_tracking_precision", "at_0.2", SIDES, Tracks()),
    ("box_j_and_f", "standard", SIDES, Tracks()),
    ("box_j_and_f", "released", {}, Tracks(holes=False, far=60.0, tolerance=2e-4)),
    ("j_and_f", "standard", {}, Masks()),
    ("j_and_f", "standard", {}, Masks(labels=2)),
    ("j_and_f", "all_frames", {}, Masks()),
    ("mean_viou", "standard", SIDES, Tracks()),
    ("mean_viou", "standard", {**SIDES, **NUMBERED}, NumberedTubes()),
    ("mean_viou", "released", SIDES, Tracks()),
    ("mean_tiou", "standard", NUMBERED, ShorterTubes()),
    ("viou_recall", "standard", {**SIDES, "iou": 0.5}, Tracks()),
    ("temporal_recall", "standard", {"iou": 0.5}, Spans()),
    ("temporal_ap", "standard", {}, Actions()),
    ("temporal_ap", "thumos", {}, Actions()),
    ("epe", "standard", {}, Fields()),
    ("epe", "standard", {}, ValidFields()),
    ("epe", "pooled", {}, ValidFields()),
    ("epe", "released", {}, Fields(tolerance=2e-4)),  # its divisor is no number of items
    ("flow_outlier_rate", "standard", {}, Fields()),
    ("flow_outlier_rate", "standard", {}, ValidFields()),
    ("optical_flow_score", "standard", {"threshold": 0.25}, Motion()),
    ("optical_flow_score", "released", {}, Motion()),
    ("l1_distance", "standard", {}, Steady()),
    ("motion_smoothness", "standard", {"interpolator": halfway}, Steady()),
    ("frame_accuracy", "standard", {}, Prompts()),
    ("frame_psnr", "standard", {"ceiling": float("inf")}, Arrays(shape=(3, 4, 5), high=255, dtype="uint8")),
    ("frame_psnr", "over_clips", {"ceiling": float("inf"), "data_range": 1.0}, Arrays(shape=(3, 4, 5, 3))),
    ("frame_ssim", "standard", {}, Arrays(shape=(3, 12, 13), high=255, dtype="uint8", n=4)),
    ("frame_ssim", "uniform", {"data_range": 1.0, "channels": "each"}, Arrays(shape=(2, 9, 8, 3), n=4)),
    ("frame_ssim", "over_clips", {"data_range": 1.0, "channels": "luminance"}, Arrays(shape=(2, 12, 11, 3), n=4)),
    ("clip_frame_consistency", "standard", {}, Embeddings()),
    ("video_quality_composite", "standard", {"second": "text"}, Parts()),
    ("hota", "standard", SIDES, ManyTracks("lost")),
    ("hota", "standard", SIDES, ManyTracks("ids")),
    ("mota", "standard", SIDES, ManyTracks("lost")),
    ("motp", "standard", SIDES, ManyTracks("near")),
    ("identity_switches", "standard", SIDES, ManyTracks("ids")),
    ("idf1", "standard", SIDES, ManyTracks("ids")),
]
