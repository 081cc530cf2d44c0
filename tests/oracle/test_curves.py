"""ROC curves and average precision of decisions and of pixels against scikit-learn."""

from typing import Any

import numpy as np
import pytest

from generallevel.scoring import Stream, score

peer = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.oracle


def decisions(rng: np.random.Generator) -> tuple[Any, Any]:
    """Scores with ties or none, one positive or many."""
    n = int(rng.integers(2, 60))
    truths = rng.random(n) < rng.choice([0.05, 0.5, 0.9])
    truths[:2] = (True, False)
    scores = rng.random(n) * 0.7 + 0.3 * truths * rng.random()
    steps = int(rng.choice([1, 3, 10, 0]))
    if steps:
        scores = np.rint(scores * steps) / steps
    return scores, truths


def test_single_decisions() -> None:
    rng = np.random.default_rng(8)
    for _ in range(300):
        scores, truths = decisions(rng)
        if rng.random() < 0.3:
            scores = scores.astype(np.float32)
        for name, function in (("roc_auc", peer.roc_auc_score), ("pixel_ap", peer.average_precision_score)):
            expected = function(truths, scores)
            assert score(name, scores, truths).value == pytest.approx(expected, abs=1e-12)
            assert score(name, scores.tolist(), truths.astype(int).tolist()).value == pytest.approx(expected, abs=1e-12)
            logits = np.log(np.clip(scores.astype(np.float64), 1e-3, 0.999) / 0.5)
            assert score(name, logits, truths).value == pytest.approx(function(truths, logits), abs=1e-12)


def test_pixels_of_a_set_and_histograms_of_them() -> None:
    rng = np.random.default_rng(9)
    for _ in range(200):
        masks = [rng.random(rng.integers(1, 9, 2)) < rng.random() for _ in range(rng.integers(1, 4))]
        masks[0].flat[0] = True
        masks.append(np.array([[False]]))
        maps = [np.clip(rng.normal(0.4 + 0.2 * mask, 0.3), 0, 1) for mask in masks]
        truths, scores = (np.concatenate([side.ravel() for side in sides]) for sides in (masks, maps))
        bins = int(rng.integers(2, 40))
        levels = np.minimum(np.floor(scores * bins), bins - 1)
        for name, function in (("roc_auc", peer.roc_auc_score), ("pixel_ap", peer.average_precision_score)):
            expected = function(truths, scores)
            stream = Stream(name)
            for pred, mask in zip(maps, masks, strict=True):
                stream.add(pred, mask)
            assert stream.value == pytest.approx(expected, abs=1e-12)
            assert score(name, maps, masks).value == pytest.approx(expected, abs=1e-12)
            binned = score(name, maps, masks, variant="streamed", bins=bins).value
            assert binned == pytest.approx(function(truths, levels), abs=1e-12)
