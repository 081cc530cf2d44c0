"""Features of motions."""

import numpy as np
import pytest

from generallevel.errors import ShapeMismatch
from generallevel.scoring import score


def test_on_a_line() -> None:
    assert score("motion_fid", [[0.0], [1.0]], [[2.0], [3.0]]).value == pytest.approx(4, abs=1e-12)


def test_fewer_motions_than_dimensions() -> None:
    rng = np.random.default_rng(0)
    pred = rng.normal(size=(5, 512))
    result = score("motion_fid", pred, pred + 1)
    assert result.value == pytest.approx(512, rel=1e-9)
    assert "singular" in result.tally.notes[0]


def test_two_encoders() -> None:
    with pytest.raises(ShapeMismatch, match="predictions and references have features of 512 and of 256 dimensions"):
        score("motion_fid", np.eye(512), np.eye(256))
