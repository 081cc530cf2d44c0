"""Event accuracy against scikit-learn: at each event it is the Jaccard similarity of two sets of notes."""

import numpy as np
import pytest

from generallevel.metrics.audio.music import event_accuracy

metrics = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.oracle


def test_events_are_scikit_learn_s_jaccard_similarity() -> None:
    rng = np.random.default_rng(9)
    for _ in range(220):
        frames, notes = (int(side) for side in rng.integers(2, 12, 2))
        ref = (rng.random((frames, notes)) < 0.3)[np.sort(rng.integers(0, frames, frames))]
        pred = ref ^ (rng.random(ref.shape) < 0.2)
        events = [t for t in range(frames) if (ref[t] != (ref[t - 1] if t else False)).any()]
        if not events:
            continue
        for silent in (0.0, 1.0):
            wanted = metrics.jaccard_score(ref[events], pred[events], average="samples", zero_division=silent)
            assert event_accuracy(pred, ref, silent=silent).value == pytest.approx(wanted, abs=1e-12)
        if (ref | pred)[events].any():
            pooled = metrics.jaccard_score(ref[events], pred[events], average="micro")
            assert event_accuracy(pred, ref, pooled=True).value == pytest.approx(pooled, abs=1e-12)
