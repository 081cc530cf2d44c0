"""Flow: pixels that count, marks of unknown flow, precision, motion of clips, and the likely slips."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.video.flow import epe, flow_outlier_rate, optical_flow_score
from generallevel.scoring import score

STILL = np.zeros((2, 2, 2))


def field(*vectors: tuple[float, float]) -> np.ndarray:
    return np.array([vectors], dtype=float)


@pytest.mark.parametrize("mark", [math.nan, 1666666752.0, -1.1e9])
def test_marks_of_unknown_flow(mark: float) -> None:
    pred, ref = field((3, 4), (7, 7)), field((0, 0), (0, mark))
    assert epe(pred, ref).value == 5
    assert flow_outlier_rate(pred, ref).total == 1
    assert epe(pred.astype("float32"), ref.astype("float32")).value == 5


def test_valid_pixels() -> None:
    pred, ref = field((3, 4), (7, 7)), field((0, 0), (0, 0))
    for valid in ([[1, 0]], [[True, False]], np.array([[1, 0]], dtype=np.uint8)):
        assert epe(pred, {"flow": ref, "valid": valid}).value == 5
    unknown = {"flow": field((math.nan, 0), (0, math.inf)), "valid": [[1, 0]]}
    with pytest.raises(InvalidInput, match="ref knows the flow of no pixel"):
        epe(pred, unknown)


def test_pairs_or_pixels() -> None:
    preds, refs = [field((3, 4)), np.zeros((1, 3, 2))], [field((0, 0)), np.zeros((1, 3, 2))]
    assert score("epe", preds, refs).value == (5 + 0) / 2
    assert score("epe", preds, refs, variant="pooled").value == 5 / 4
    assert score("epe", preds, refs, variant="released").value == pytest.approx(5 / 2.0001)


def test_a_prediction_has_a_vector_everywhere() -> None:
    with pytest.raises(NotFinite, match="pred holds nan where the flow is known"):
        epe(field((math.nan, 0)), field((0, 0)))
    with pytest.raises(NotFinite, match="pred holds inf"):
        epe(field((math.inf, 0)), field((0, 0)))
    with pytest.raises(ImpossibleValue, match="marks flow as unknown"):
        epe(field((1666666752.0, 0)), field((0, 0)))
    with pytest.raises(NotFinite, match="ref holds an infinity"):
        epe(field((0, 0)), field((math.inf, 0)))
    assert epe(field((math.nan, 0), (1, 0)), field((math.nan, 0), (0, 0))).value == 1


def test_long_vectors_do_not_overflow() -> None:
    far = np.full((1, 1, 2), 9e8, dtype=np.float32)
    assert epe(far, -far).value == pytest.approx(1.8e9 * math.sqrt(2), rel=1e-6)


def test_bytes_do_not_wrap_around() -> None:
    assert epe(np.zeros((1, 1, 2), np.uint8), np.full((1, 1, 2), 3, np.uint8)).value == pytest.approx(math.sqrt(18))


def test_outliers_exceed_both_limits() -> None:
    ref = field((0, 0), (0, 0), (100, 0), (100, 0), (0, 0))
    pred = field((3, 0), (3.5, 0), (104, 0), (106, 0), (0, 0))
    assert flow_outlier_rate(pred, ref).value == 2 / 5
    with pytest.raises(ImpossibleValue, match="what an error may be, 0 or more"):
        flow_outlier_rate(pred, ref, pixels=-1)


def test_a_missing_prediction_does_not_move() -> None:
    ref = {"flow": field((3, 4), (9, 9)), "valid": [[1, 0]]}
    assert score("epe", [None], [ref]).value == 5


@pytest.mark.parametrize(
    ("pred", "ref", "message"),
    [
        (np.zeros((2, 4, 5)), np.zeros((4, 5, 2)), r"pred is a flow field .* Is it channels-first"),
        (np.zeros((4, 5, 2)), np.zeros((4, 5, 3)), r'goes beside it: \{"flow"'),
        (np.zeros((1, 4, 5, 2)), np.zeros((4, 5, 2)), "Pass the fields of a clip one by one"),
        (np.zeros((4, 5, 2)), np.zeros((5, 4, 2)), "Nothing is resized"),
        (np.zeros((4, 5, 2)), {"flow": np.zeros((4, 5, 2)), "valid": np.ones(5)}, r"valid has shape \(5,\)"),
    ],
)
def test_shapes(pred: object, ref: object, message: str) -> None:
    with pytest.raises(ShapeMismatch, match=message):
        epe(pred, ref)


def test_other_slips() -> None:
    with pytest.raises(InvalidInput, match="ref has the keys"):
        epe(STILL, {"flow": STILL})
    with pytest.raises(ImpossibleValue, match="other numbers than 0 and 1"):
        epe(STILL, {"flow": STILL, "valid": np.full((2, 2), 255)})
    with pytest.raises(InvalidInput, match="got truths"):
        epe(STILL.astype(bool), STILL)
    with pytest.raises(InvalidInput, match="over is 'pairs' or 'pixels'"):
        epe(STILL, STILL, over="images")


def moving(pairs: int, still: int, length: float, side: int = 256) -> np.ndarray:
    """Pairs in which just 5 % of the pixels move, and then some that are still."""
    flows = np.zeros((pairs + still, 20, side, 2))
    flows[:pairs, 0, :, 0] = length
    return flows


def test_the_fastest_pixels_exceed_a_threshold_that_grows_with_the_frame() -> None:
    limit = 6 * 20 / 256
    for length, moves in ((limit * 1.01, 1), (limit, 0), (limit * 0.99, 0)):
        assert score("optical_flow_score", [moving(4, 0, length)], variant="released").value == moves
    assert optical_flow_score(moving(4, 0, 3.0), of="clips", threshold=2.0).value == 1


def test_a_quarter_of_the_frames_must_move() -> None:
    # 10 frames: round(2.5) is 2, as Python rounds
    assert optical_flow_score(moving(2, 7, 9.0), of="clips", threshold=None).value == 1
    assert optical_flow_score(moving(1, 8, 9.0), of="clips", threshold=None).value == 0
    # 14 frames: round(3.5) is 4
    assert optical_flow_score(moving(3, 10, 9.0), of="clips", threshold=None).value == 0


def test_a_clip_of_two_frames_moves_whatever_it_shows() -> None:
    assert optical_flow_score(moving(0, 1, 0.0), of="clips", threshold=None).value == 1


def test_a_missing_clip_does_not_move() -> None:
    assert score("optical_flow_score", [None, moving(4, 0, 9.0)], variant="released").value == 1 / 2
    assert score("optical_flow_score", [None, np.ones((3, 3, 2))], threshold=0.5).value == 1 / 2


def test_the_threshold_over_pixels_is_required() -> None:
    with pytest.raises(InvalidInput, match=r"optical_flow_score needs threshold=\.\.\."):
        score("optical_flow_score", [STILL])
    with pytest.raises(InvalidInput, match="threshold of VBench, which counts clips"):
        optical_flow_score(STILL, threshold=None)
    with pytest.raises(ImpossibleValue, match="threshold is a length of flow"):
        optical_flow_score(STILL, threshold=-1)
    with pytest.raises(InvalidInput, match="20 pixels are the least"):
        optical_flow_score(STILL, threshold=None, of="clips")
    with pytest.raises(NotFinite, match="pred holds nan"):
        optical_flow_score(np.full((1, 2, 2), math.nan), threshold=1)
    with pytest.raises(ShapeMismatch, match="channels-first"):
        optical_flow_score(np.zeros((3, 2, 5, 6)), threshold=1)
