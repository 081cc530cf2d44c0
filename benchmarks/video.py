"""What video metrics cost: flow beside plain NumPy, tracks of many things beside TrackEval where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from comparison import Comparison, best_ms
from numpy.typing import NDArray

from generallevel import Stream
from generallevel.registry import find

SEED = 5
FIELD = (1080, 1920, 2)
FRAMES, THINGS = 600, 20  # about a sequence of MOT17
MANY = 20_000  # items of a stream


def fields(kind: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """A predicted and a true flow field of full size."""
    rng = np.random.default_rng(SEED)
    ref = rng.normal(scale=10, size=FIELD)
    return (ref + rng.normal(size=FIELD)).astype(kind), ref.astype(kind)


def plain_epe(pred: NDArray[Any], ref: NDArray[Any]) -> float:
    """The formula, as everybody writes it."""
    return float(np.sqrt(((pred - ref) ** 2).sum(-1)).mean())


def tracks() -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """A crowd that crosses the picture: boxes that overlap, misses, false alarms, ids that change."""
    rng = np.random.default_rng(SEED)
    frames, ids = np.divmod(np.arange(FRAMES * THINGS), THINGS)
    start, speed = rng.uniform(0, 900, (THINGS, 2)), rng.normal(scale=1.0, size=(THINGS, 2))
    boxes = np.column_stack([start[ids] + speed[ids] * frames[:, None], np.tile([60.0, 150.0], (len(ids), 1))])
    ref = {"frames": frames, "ids": ids, "boxes": boxes}
    kept = rng.random(len(ids)) < 0.8
    changed = ids + 100 * (frames // rng.integers(80, 300, THINGS)[ids])
    pred = {
        "frames": frames[kept],
        "ids": changed[kept],
        "boxes": boxes[kept] + rng.normal(scale=6, size=(kept.sum(), 4)),
    }
    alarms = 1500
    extra = np.column_stack([rng.uniform(0, 900, (alarms, 2)), np.tile([60.0, 150.0], (alarms, 1))])
    pred["frames"] = np.concatenate([pred["frames"], rng.integers(FRAMES, size=alarms)])
    pred["ids"] = np.concatenate([pred["ids"], 10_000 + np.arange(alarms)])
    pred["boxes"] = np.concatenate([pred["boxes"], extra])
    return pred, ref


def trackeval(pred: Any, ref: Any, *, with_overlaps: bool) -> Callable[[], list[float]]:
    """The job of TrackEval: its three metrics, and before them the overlaps in each frame where wanted."""
    metrics: Any = importlib.import_module("trackeval").metrics
    box_overlaps: Any = importlib.import_module("trackeval.datasets._base_dataset")._BaseDataset._calculate_box_ious
    quiet = {"PRINT_CONFIG": False}
    hota, clear, identity = metrics.HOTA(), metrics.CLEAR(quiet), metrics.Identity(quiet)
    sides = {}
    for name, side in (("tracker", pred), ("gt", ref)):
        names, ids = np.unique(side["ids"], return_inverse=True)
        rows = [np.flatnonzero(side["frames"] == frame) for frame in range(FRAMES)]
        sides[name] = [ids[some] for some in rows], [side["boxes"][some] for some in rows], len(names), len(ids)

    def overlaps() -> list[NDArray[Any]]:
        pairs = zip(sides["gt"][1], sides["tracker"][1], strict=True)
        return [box_overlaps(true, said) for true, said in pairs]

    ready = overlaps()

    def job() -> list[float]:
        data = {
            "num_timesteps": FRAMES,
            "gt_ids": sides["gt"][0],
            "tracker_ids": sides["tracker"][0],
            "num_gt_ids": sides["gt"][2],
            "num_tracker_ids": sides["tracker"][2],
            "num_gt_dets": sides["gt"][3],
            "num_tracker_dets": sides["tracker"][3],
            "similarity_scores": overlaps() if with_overlaps else ready,
        }
        found = [metric.eval_sequence(data) for metric in (hota, clear, identity)]
        return [float(np.mean(found[0]["HOTA"])), float(found[1]["MOTA"]), float(found[2]["IDF1"])]

    return job


def comparisons(rounds: int) -> Iterator[Comparison]:
    """EPE in both precisions, the three families of tracking, and the memory of a stream."""
    epe = find("epe")
    for kind in ("float32", "float64"):
        pred, ref = fields(kind)
        far = abs(epe(pred, ref).value / plain_epe(pred.astype("float64"), ref.astype("float64")) - 1)
        ours, theirs = (best_ms(partial(job, pred, ref), rounds) for job in (epe, plain_epe))
        wanted = 0.2 if kind == "float32" else 1.0
        yield Comparison(
            f"EPE, {kind}", ours, theirs, "plain numpy", f"differs by {far:.0e}, relative, from double", wanted
        )
    if importlib.util.find_spec("trackeval") is not None:
        pred, ref = tracks()  # type: ignore[assignment]
        families = [find(name) for name in ("hota", "mota", "idf1")]

        def job() -> list[float]:
            return [metric(pred, ref, boxes="xywh").value for metric in families]

        ours = best_ms(job, rounds)
        for with_overlaps, what in ((True, "TrackEval, from boxes"), (False, "TrackEval, from overlaps")):
            peer = trackeval(pred, ref, with_overlaps=with_overlaps)
            far = float(np.max(np.abs(np.array(job()) - peer())))
            yield Comparison(
                "HOTA + CLEAR + identity", ours, best_ms(peer, rounds), what, f"values differ by {far:.0e}", 0.5
            )
    memory = []
    one, other = (field[:16, :16] for field in fields("float32"))
    for items in (MANY // 10, MANY):
        tracemalloc.start()
        stream = Stream("epe")
        for _ in range(items):
            stream.add(one, other)
        assert stream.value > 0
        memory.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    yield Comparison(
        f"peak memory, EPE of {MANY} pairs", memory[1], memory[0], f"{MANY // 10} pairs", "streamed", 2.0, "MB"
    )
