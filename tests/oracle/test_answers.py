"""Accuracy against scikit-learn."""

import numpy as np
import pytest

from generallevel.scoring import score

metrics = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.oracle

CASES = 250


@pytest.mark.parametrize("kind", ["texts", "integers", "booleans", "lists"])
def test_accuracy_is_scikit_learn_s(kind: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(CASES):
        n, classes = int(rng.integers(1, 60)), int(rng.integers(1, 6))
        preds, refs = rng.integers(0, classes, (2, n))
        if kind == "texts":
            preds, refs = np.array(list("abcdef"))[preds], np.array(list("abcdef"))[refs]
        elif kind == "booleans":
            preds, refs = preds > 0, refs > 0
        elif kind == "lists":
            preds, refs = preds.tolist(), refs.tolist()
        result = score("accuracy", preds, refs, keep_items=True)
        assert result.value == pytest.approx(metrics.accuracy_score(refs, preds), abs=1e-15)
        hits = metrics.accuracy_score(refs, preds, normalize=False)
        assert result.items is not None
        assert sum(item.value for item in result.items) == hits  # item by item
        assert score("accuracy", preds, refs).tally == result.tally  # and in one expression
