"""Features of images: worked distances and cosines, definitions beside each other, and what is refused."""

import math

import numpy as np
import pytest

from generallevel._kernels.frechet import FEW, FeatureSet, FrechetDistance
from generallevel.errors import (
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
    UnknownMetric,
)
from generallevel.extractors import Wrapped
from generallevel.metrics.image.features import clip_image_score, clip_s, clip_score, fid, kid
from generallevel.scoring import Stream, score


class TestFid:
    def test_on_a_line(self) -> None:
        # (mu - nu)^2 + (sigma - tau)^2, with variances 1/2 and 2
        result = score("fid", [[0.0], [1.0]], [[1.5], [3.5]])
        assert result.value == pytest.approx(2**2 + (math.sqrt(1 / 2) - math.sqrt(2)) ** 2, abs=1e-12)

    def test_independent_dimensions_add(self) -> None:
        pred = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 4.0]])  # variances 4/3 and 16/3, uncorrelated
        ref = pred / 2 + [1.0, 0.0]
        step = (1 - 1.5) ** 2 + (2 - 1) ** 2
        spread = (math.sqrt(4 / 3) / 2) ** 2 + (math.sqrt(16 / 3) / 2) ** 2
        assert score("fid", pred, ref).value == pytest.approx(step + spread, abs=1e-12)

    def test_a_set_against_itself_is_nothing_and_never_less(self) -> None:
        rng = np.random.default_rng(0)
        for n, d in ((2, 1), (5, 30), (30, 30), (40, 30), (500, 8)):
            rows = rng.normal(size=(n, d)) * 1e3
            value = score("fid", rows, rows[::-1]).value
            assert 0 <= value < 1e-9 * 1e6 * d

    def test_predictions_and_references_need_not_be_as_many(self) -> None:
        rng = np.random.default_rng(1)
        result = score("fid", rng.normal(size=(7, 3)), rng.normal(size=(11, 3)))
        assert (result.tally.n_pred, result.tally.n_ref, result.tally.dimension) == (7, 11, 3)

    def test_rows_one_by_one_and_all_at_once_are_one(self) -> None:
        rng = np.random.default_rng(2)
        for n, m, d in ((3, 4, 6), (3, 9, 6), (9, 9, 6), (2000, 1500, 3)):
            pred, ref = rng.normal(size=(n, d)), rng.normal(size=(m, d)) + 100
            assert score("fid", pred, ref).value == pytest.approx(score("fid", [pred], [ref]).value, rel=1e-9)

    def test_rows_are_kept_until_there_are_more_than_dimensions(self) -> None:
        tally = fid(np.eye(4)[:2]) + fid(np.eye(4)[2:])
        assert len(tally.pred.rows) == 2
        assert tally.pred.moments is None
        tally += fid(np.ones(4))
        assert tally.pred.rows == ()
        assert tally.pred.moments is not None
        assert tally.pred.moments[1].shape == (4, 4)

    def test_memory_does_not_grow_with_the_set(self) -> None:
        stream = Stream("fid")
        rng = np.random.default_rng(3)
        for _ in range(5000):
            stream.add(rng.normal(size=2), None)
        assert sum(len(part.pred.rows) for _, part in stream._sums) == 0

    def test_the_caller_may_reuse_its_buffer(self) -> None:
        buffer = np.array([[0.0, 1.0]])
        tally = fid(buffer)
        buffer[:] = 9
        assert tally.pred.rows[0].tolist() == [[0.0, 1.0]]

    def test_dimensions_that_never_fire(self) -> None:
        rng = np.random.default_rng(4)
        pred, ref = rng.normal(size=(60, 5)), rng.normal(size=(70, 5))
        dead = np.zeros((1, 3))
        padded = [np.hstack([side, np.repeat(dead, len(side), axis=0)]) for side in (pred, ref)]
        assert score("fid", *padded).value == pytest.approx(score("fid", pred, ref).value, rel=1e-9)

    def test_sets_without_spread(self) -> None:
        assert score("fid", np.zeros((9, 2)), np.ones((9, 2))).value == 2.0  # 1 + 1
        assert score("fid", np.zeros((2, 5)), np.ones((2, 5))).value == 5.0

    def test_half_precision_is_widened(self) -> None:
        rows = np.full((400, 2), 300, dtype=np.float16)
        rows[::2] += 4
        assert score("fid", rows, rows.astype(np.float64)).value == pytest.approx(0, abs=1e-9)

    def test_notes_say_that_a_set_is_small(self) -> None:
        rng = np.random.default_rng(5)
        few = score("fid", rng.normal(size=(3, 4)), rng.normal(size=(5, 4))).tally
        assert "3 predictions for features of 4 dimensions: the fitted covariance is singular" in few.notes[0]
        assert f"5 references, fewer than {FEW}" in few.notes[1]
        many = np.zeros((FEW, 1))
        many[::2] = 1
        assert score("fid", [many], [many]).tally.notes == ()

    @pytest.mark.parametrize(("pred", "ref"), [([], [[1.0], [2.0]]), ([[1.0]], [[1.0], [2.0]]), ([[1.0], [2.0]], [])])
    def test_fewer_than_two_on_a_side(self, pred: list[list[float]], ref: list[list[float]]) -> None:
        with pytest.raises(UndefinedScore, match=r"needs two (predictions|references) at least"):
            _ = score("fid", pred, ref).value

    def test_nothing_at_all(self) -> None:
        with pytest.raises(UndefinedScore, match="of no item"):
            score("fid", [], [])

    @pytest.mark.parametrize(
        ("pred", "ref"), [([[1.0, 2.0]], [[1.0]]), ([[1.0, 2.0], [1.0]], [[1.0, 2.0]]), (np.eye(3), np.eye(4))]
    )
    def test_features_of_two_dimensions(self, pred: object, ref: object) -> None:
        with pytest.raises(ShapeMismatch, match="the same layer of the same network makes both"):
            score("fid", pred, ref)

    def test_pictures_without_an_extractor(self) -> None:
        with pytest.raises(ShapeMismatch, match=r"got shape \(8, 8, 3\).*need extractor="):
            fid(np.zeros((8, 8, 3)))

    @pytest.mark.parametrize("bad", [math.nan, math.inf])
    def test_not_finite(self, bad: float) -> None:
        with pytest.raises(NotFinite, match="ref, row 1, holds a NaN or an infinity: did the network overflow"):
            fid(None, [[1.0], [bad]])

    def test_both_sides_or_neither(self) -> None:
        with pytest.raises(InvalidInput, match="and the other is None; got both"):
            fid([1.0], [2.0])
        with pytest.raises(InvalidInput, match="got neither"):
            fid(None, None)

    @pytest.mark.parametrize("bad", [["a"], [True, False], [1j], []])
    def test_no_real_numbers(self, bad: list[object]) -> None:
        with pytest.raises((InvalidInput, ShapeMismatch), match=r"pred is features, shape \(d,\) or \(n, d\)"):
            fid(bad)

    def test_the_name_of_the_network_stands_in_the_signature(self) -> None:
        result = score("fid", [[0.0], [1.0]], [[1.0], [2.0]], extractor="inception-v3 pool3")
        assert "|extractor:inception-v3 pool3|" in result.signature
        with pytest.raises(InvalidInput, match="do not score the same thing"):
            Stream("fid", extractor="one").merge(Stream("fid", extractor="other"))

    def test_a_tally_is_no_other_tally(self) -> None:
        with pytest.raises(TypeError):
            FrechetDistance() + 1
        assert FeatureSet.union([]).n == 0


class TestKid:
    def test_by_hand(self) -> None:
        # d = 1: k(x, y) = (x y + 1)^3; pairs 0, 1 and 1, 2
        within, other = (0 * 1 + 1) ** 3, (1 * 2 + 1) ** 3
        across = (1 + 1 + 2**3 + 3**3) / 4
        assert score("kid", [[0.0], [1.0]], [[1.0], [2.0]]).value == within + other - 2 * across

    def test_a_set_against_itself_is_below_zero_and_counts_as_perfect(self) -> None:
        rows = np.random.default_rng(0).normal(size=(20, 4))
        result = score("kid", rows, rows)
        assert result.value < 0
        assert result.normalised == 100

    def test_subsets_are_drawn_from_their_seed_and_not_from_the_order(self) -> None:
        rng = np.random.default_rng(1)
        pred, ref = rng.normal(size=(40, 3)), rng.normal(size=(50, 3)) + 1

        def value(seed: int, side: np.ndarray) -> float:
            return score("kid", side, ref, variant="subsets", subsets=5, subset_size=10, seed=seed).value

        assert value(0, pred) == pytest.approx(value(0, pred[::-1]), rel=1e-12)
        assert value(0, pred) != value(1, pred)

    def test_subsets_of_everything_are_all_pairs(self) -> None:
        rng = np.random.default_rng(2)
        pred, ref = rng.normal(size=(12, 3)), rng.normal(size=(12, 3)) + 1
        whole = score("kid", pred, ref).value
        assert score("kid", pred, ref, subsets=3, subset_size=12).value == pytest.approx(whole, rel=1e-12)

    def test_the_mean_of_many_draws_is_all_pairs(self) -> None:
        rng = np.random.default_rng(3)
        pred, ref = rng.normal(size=(30, 2)), rng.normal(size=(30, 2)) + 1
        many = score("kid", pred, ref, subsets=3000, subset_size=10).value
        assert many == pytest.approx(score("kid", pred, ref).value, rel=0.05)

    def test_too_few(self) -> None:
        with pytest.raises(UndefinedScore, match="needs 2 predictions at least; there are 1"):
            score("kid", [[1.0]], [[1.0], [2.0]])
        with pytest.raises(UndefinedScore, match="needs 1000 predictions at least; there are 2"):
            score("kid", [[1.0], [2.0]], [[1.0], [2.0]], variant="subsets")

    @pytest.mark.parametrize("params", [{"subsets": 0}, {"subsets": 2, "subset_size": 1}, {"subsets": 1.5}])
    def test_counts_that_are_none(self, params: dict[str, float]) -> None:
        with pytest.raises(InvalidInput, match=r"(subsets|subset_size) is"):
            kid([1.0], **params)

    def test_two_dimensions_and_two_readings(self) -> None:
        with pytest.raises(ShapeMismatch, match="of 1 and of 2 dimensions"):
            kid([1.0]) + kid(None, [1.0, 2.0])
        with pytest.raises(InvalidInput, match="all pairs or subsets"):
            kid([1.0]) + kid([1.0], subsets=2)


class TestClipScore:
    def test_three_definitions(self) -> None:
        near, far = ([3.0, 4.0], [0.0, 2.0]), ([3.0, 4.0], [-1.0, 0.0])
        assert clip_score(*near).value == clip_score(*near, floored=False).value == 4 / 5
        assert clip_score(*far).value == 0
        assert clip_score(*far, floored=False).value == pytest.approx(-3 / 5)
        assert clip_s(*near).value == 2.5 * 4 / 5
        assert clip_s(*far).value == 0

    def test_views_are_averaged_and_texts_compete(self) -> None:
        views = [[1.0, 0.0], [0.0, 1.0]]
        assert clip_score(views, [1.0, 0.0]).value == (1 + 0) / 2
        assert clip_score(views[0], ([0.0, 1.0], [3.0, 4.0])).value == 3 / 5
        assert clip_image_score(views, views).value == (1 + 0 + 0 + 1) / 4

    def test_an_image_of_many_views_counts_once(self) -> None:
        preds = [np.tile([1.0, 0.0], (9, 1)), np.array([0.0, 1.0])]
        assert score("clip_score", preds, [[1.0, 0.0], [1.0, 0.0]]).value == 1 / 2

    def test_the_batch_is_the_loop(self) -> None:
        rng = np.random.default_rng(0)
        preds, refs = rng.normal(size=(50, 6)), rng.normal(size=(50, 6))
        loop = score("clip_score", preds, refs, keep_items=True)
        assert score("clip_score", preds, refs).value == pytest.approx(loop.value, rel=1e-12)
        assert loop.items is not None
        assert np.mean([item.value for item in loop.items]) == pytest.approx(loop.value)

    def test_length_does_not_matter_however_extreme(self) -> None:
        assert clip_score([3e-300, 4e-300], [0.0, 2e300]).value == pytest.approx(4 / 5)

    def test_a_missing_image_scores_the_worst(self) -> None:
        preds, refs = {1: [1.0, 0.0]}, {1: [1.0, 0.0], 2: [0.0, 1.0]}
        result = score("clip_score", preds, refs)
        assert (result.value, result.n_scored, result.n_total) == (1 / 2, 1, 2)
        assert score("clip_score", preds, refs, variant="cosine").value == (1 - 1) / 2
        assert score("clip_s", preds, refs).value == 2.5 / 2

    @pytest.mark.parametrize("zero", [[0.0, 0.0], [[1.0, 0.0], [0.0, 0.0]]])
    def test_a_zero_vector_has_no_direction(self, zero: object) -> None:
        with pytest.raises(ImpossibleValue, match=r"row \d, is zero, which has no direction"):
            clip_score(zero, [1.0, 0.0])

    def test_two_dimensions(self) -> None:
        with pytest.raises(ShapeMismatch, match="of 3 and of 2 dimensions"):
            clip_score([1.0, 2.0, 3.0], [1.0, 2.0])
        with pytest.raises(ShapeMismatch, match=r"item 0: pred and ref have features of 3 and of 2"):
            score("clip_score", np.ones((4, 3)), np.ones((4, 2)))

    def test_no_reference(self) -> None:
        with pytest.raises(InvalidInput, match="ref is an empty tuple"):
            clip_score([1.0], ())

    def test_texts_and_pictures_without_an_extractor(self) -> None:
        with pytest.raises(InvalidInput, match="ref is a text and not features: pass extractor="):
            clip_score([1.0, 2.0], "a cat")
        with pytest.raises(ShapeMismatch, match="pred is embeddings"):
            clip_score(np.ones((2, 2, 3)), [1.0])

    def test_an_unknown_variant(self) -> None:
        with pytest.raises(UnknownMetric, match="it has standard, cosine"):
            score("clip_score", [[1.0]], [[1.0]], variant="hessel")


class TestExtractor:
    colours = Wrapped(
        lambda items: np.array(
            [[len(item), 1.0] if isinstance(item, str) else np.mean(item, (0, 1)) for item in items]
        ),
        "mean colour",
        "1",
    )

    def test_pictures_and_texts(self) -> None:
        images = [np.full((2, 2, 2), [3.0, 1.0]), np.full((2, 2, 2), [0.0, 1.0])]
        result = score("clip_score", images, ["abc", "abc"], extractor=self.colours)
        assert result.value == pytest.approx((1 + 1 / math.sqrt(10)) / 2)
        assert "|extractor:mean colour@1|" in result.signature

    def test_views_texts_and_what_is_missing(self) -> None:
        view, other = np.full((2, 2, 2), [3.0, 1.0]), np.full((2, 2, 2), [0.0, 1.0])
        texts = ("a", "abc")
        result = score("clip_score", [[view, other], None], [texts, "abc"], extractor=self.colours)
        low, high = (((3 * n + 1) / math.sqrt(10) + 1) / math.sqrt(n * n + 1) / 2 for n in (1, 3))
        assert result.value == pytest.approx(max(low, high) / 2)

    def test_one_call_for_a_whole_batch(self) -> None:
        calls = []

        def count(items: list[object]) -> np.ndarray:
            calls.append(len(items))
            return np.ones((len(items), 2))

        score("clip_score", np.zeros((5, 2, 2)), ["x"] * 5, extractor=Wrapped(count, "ones"))
        assert calls == [5, 5]

    def test_a_list_of_images_is_so_many_rows(self) -> None:
        images = [np.full((1, 1, 2), float(n)) for n in range(4)]
        both = score("fid", [images], [images[:3]], extractor=self.colours)
        assert (both.tally.n_pred, both.tally.n_ref) == (4, 3)
        assert both.value == score("fid", images, images[:3], extractor=self.colours).value

    def test_a_bare_function_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match=r"function has no name and fingerprint.*Wrapped\(function, name="):
            clip_score(1, 2, extractor=lambda items: items)
        with pytest.raises(InvalidInput, match="extractor is what turns items into features"):
            clip_score(1, 2, extractor=7)
        with pytest.raises(InvalidInput, match="an extractor needs a name"):
            Wrapped(len, " ")

    def test_one_entry_for_each_item(self) -> None:
        short = Wrapped(lambda items: items[:1], "short")
        with pytest.raises(LengthMismatch, match="short gave 1 entries for 2 items"):
            clip_score([[1.0], [2.0]], [1.0], extractor=short)
