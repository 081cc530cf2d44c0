"""What answers, transcripts and image quality cost: beside scikit-learn, jiwer, anls, scikit-image and the torch ones.

A peer that is not installed is left out. The torch ones run on one thread, as everything here should.
"""

from __future__ import annotations

import importlib
import importlib.util
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from comparison import Comparison

from generallevel import Stream, score

SEED = 3
ITEMS, MANY_ITEMS = 500, 10_000
WORDS = ("the", "a", "cat", "sat", "on", "mat", "with", "dog", "ran", "house", "of", "red", "blue", "and")
SIDE, LARGE_SIDE = 256, 512
IMAGES = 4


def there(name: str) -> Any:
    """A library, or None where it is not installed."""
    return importlib.import_module(name) if importlib.util.find_spec(name.partition(".")[0]) else None


def interleaved(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """The best times of two jobs in milliseconds of processor time, taken in turns: both see the same machine."""
    best = [float("inf")] * 2
    for _ in range(rounds):
        for place, job in enumerate((ours, theirs)):
            start = time.process_time()
            job()
            best[place] = min(best[place], time.process_time() - start)
    return 1e3 * best[0], 1e3 * best[1]


def comparison(
    name: str, ours: Callable[[], float], theirs: Callable[[], Any], peer: str, wanted: float, rounds: int
) -> Comparison:
    """One line: the two jobs give one number."""
    apart = abs(ours() - float(theirs()))
    return Comparison(name, *interleaved(ours, theirs, rounds), peer, f"differ by {apart:.1e}", wanted)


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Labels, texts and images, and the memory of a long stream."""
    yield from of_labels(rounds)
    yield from of_texts(rounds)
    yield from of_images(rounds)
    yield from of_streams()


def of_labels(rounds: int) -> Iterator[Comparison]:
    """Accuracy and F1 over arrays, texts and label sets."""
    metrics = there("sklearn.metrics")
    if metrics is None:
        return
    rng = np.random.default_rng(SEED)
    for n in (ITEMS, 100_000):
        refs = rng.integers(0, 10, n)
        preds = np.where(rng.random(n) < 0.7, refs, rng.integers(0, 10, n))
        sides = {"integers": (preds, refs)}
        if n == ITEMS:
            names = np.array([f"class {number}" for number in range(10)])
            sides["texts"] = (names[preds].tolist(), names[refs].tolist())
        for kind, (said, true) in sides.items():
            jobs: dict[str, tuple[Callable[[], float], Callable[[], Any]]] = {
                "accuracy": (
                    lambda said=said, true=true: score("accuracy", said, true).value,  # type: ignore[misc]
                    lambda said=said, true=true: metrics.accuracy_score(true, said),  # type: ignore[misc]
                )
            }
            for average in ("macro", "weighted", "micro"):
                jobs[f"f1, {average}"] = (
                    lambda said=said, true=true, average=average: (
                        score(  # type: ignore[misc]
                            "f1", said, true, over="classes", average=average
                        ).value
                    ),
                    lambda said=said, true=true, average=average: metrics.f1_score(true, said, average=average),  # type: ignore[misc]
                )
            for name, (ours, theirs) in jobs.items():
                yield comparison(f"{name}, {n} {kind}", ours, theirs, "scikit-learn", 0.2, 3 * rounds)
    letters = list("abcdefgh")
    sets = [[frozenset(rng.choice(letters, rng.integers(0, 5)).tolist()) for _ in range(ITEMS)] for _ in range(2)]

    def over_tables() -> float:
        binarise = there("sklearn.preprocessing").MultiLabelBinarizer(classes=letters)
        tables = [binarise.fit_transform(side) for side in sets]
        return float(metrics.f1_score(tables[1], tables[0], average="micro"))

    name = f"micro_f1, {ITEMS} label sets"
    yield comparison(name, lambda: score("micro_f1", *sets).value, over_tables, "scikit-learn", 0.2, rounds)


def of_texts(rounds: int) -> Iterator[Comparison]:
    """Error rates of transcripts and the similarity of answers."""
    rng = random.Random(SEED)  # noqa: S311
    refs = [" ".join(rng.choices(WORDS, k=rng.randint(4, 20))) for _ in range(ITEMS)]
    preds = [" ".join(word if rng.random() < 0.8 else rng.choice(WORDS) for word in ref.split()) for ref in refs]
    jiwer, anls = there("jiwer"), there("anls.metrics")
    if jiwer is not None:
        for name in ("wer", "cer"):
            rate = getattr(jiwer, name)
            yield comparison(
                f"{name}, {ITEMS} utterances",
                lambda name=name: score(name, preds, refs).value,  # type: ignore[misc]
                lambda rate=rate: rate(refs, preds),  # type: ignore[misc]
                "jiwer",
                1.1,
                rounds,
            )
    if anls is not None:
        yield comparison(
            f"anls, {ITEMS} answers",
            lambda: score("anls", preds, refs).value,
            lambda: np.mean([anls.anls_score(pred, [ref]) for pred, ref in zip(preds, refs, strict=True)]),
            "anls",
            0.01,
            max(1, rounds // 3),
        )


def of_images(rounds: int) -> Iterator[Comparison]:
    """PSNR, SSIM and MS-SSIM of colour images."""
    rng = np.random.default_rng(SEED)

    def noisy(side: int) -> tuple[Any, Any]:
        refs = rng.random((IMAGES, side, side, 3))
        return np.clip(refs + rng.normal(0, 0.1, refs.shape), 0, 1), refs

    large, (preds, refs) = noisy(LARGE_SIDE), noisy(SIDE)
    peers = there("skimage.metrics")
    if peers is not None:
        for dtype in ("uint8", "float32", "float64"):
            span = 255 if dtype == "uint8" else 1
            said, true = ((side * span).astype(dtype) for side in large)
            yield comparison(
                f"psnr, {IMAGES} large images, {dtype}",
                lambda said=said, true=true, span=span: score("psnr", said, true, data_range=span).value,  # type: ignore[misc]
                lambda said=said, true=true, span=span: np.mean(  # type: ignore[misc]
                    [
                        peers.peak_signal_noise_ratio(one, other, data_range=span)
                        for one, other in zip(true, said, strict=True)
                    ]
                ),
                "scikit-image",
                1.0,
                3 * rounds,
            )
        options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "channel_axis": -1}
        yield comparison(
            f"ssim, {IMAGES} images",
            lambda: score("ssim", preds, refs, data_range=1, channels="each").value,
            lambda: np.mean(
                [
                    peers.structural_similarity(one, other, data_range=1, **options)
                    for one, other in zip(refs, preds, strict=True)
                ]
            ),
            "scikit-image",
            1.0,
            rounds,
        )
    yield from beside_torch(preds, refs, rounds)


def beside_torch(preds: Any, refs: Any, rounds: int) -> Iterator[Comparison]:
    """SSIM and MS-SSIM beside torchmetrics and pytorch-msssim, all in double precision on one thread."""
    torch, peers, others = there("torch"), there("torchmetrics.functional.image"), there("pytorch_msssim")
    if torch is None:
        return
    torch.set_num_threads(1)
    said, true = (torch.from_numpy(np.ascontiguousarray(np.moveaxis(side, -1, 1))) for side in (preds, refs))
    jobs: list[tuple[str, str, float, Callable[[], Any]]] = []
    if peers is not None:
        jobs += [
            (
                "ssim",
                "torchmetrics",
                0.5,
                lambda: peers.structural_similarity_index_measure(said, true, data_range=1.0),
            ),
            (
                "ms_ssim",
                "torchmetrics",
                0.6,
                lambda: peers.multiscale_structural_similarity_index_measure(said, true, data_range=1.0),
            ),
        ]
    if others is not None:
        jobs += [
            ("ssim", "pytorch-msssim", 1.0, lambda: others.ssim(said, true, data_range=1.0)),
            ("ms_ssim", "pytorch-msssim", 1.0, lambda: others.ms_ssim(said, true, data_range=1.0)),
        ]
    for name, peer, wanted, theirs in jobs:
        yield comparison(
            f"{name}, {IMAGES} images",
            lambda name=name: score(name, preds, refs, data_range=1, channels="each").value,  # type: ignore[misc]
            theirs,
            peer,
            wanted,
            rounds,
        )


def of_streams() -> Iterator[Comparison]:
    """The memory of a stream of five times as many items."""
    rng = random.Random(SEED)  # noqa: S311
    labels = [rng.choice("abcd") for _ in range(MANY_ITEMS)]
    for name, variant in (("macro_f1", "standard"), ("anls", "standard"), ("wer", "standard"), ("f1", "squad")):
        peaks = []
        for n in (MANY_ITEMS // 5, MANY_ITEMS):
            stream = Stream(name, variant=variant)
            stream.add("a", "a")
            tracemalloc.start()
            for label in labels[:n]:
                stream.add(label, "a")
            peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
            tracemalloc.stop()
        few, many = peaks
        text = f"at {MANY_ITEMS // 5} items"
        yield Comparison(f"peak memory of {name}, {MANY_ITEMS} items", many, few, text, "of the stream", 1.5, "MB")
