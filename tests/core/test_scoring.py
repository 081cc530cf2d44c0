"""Scoring: pairs, absent predictions, errors, streams and their merging, signatures, plain data."""

import json
import math
import pickle
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from generallevel._version import __version__
from generallevel.errors import (
    DuplicateName,
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotComputable,
    NotFinite,
    UndefinedScore,
)
from generallevel.registry import Metric, Variant, declare, metric
from generallevel.scales import Linear
from generallevel.scoring import BLOCK, ItemScore, Score, Stream, score
from generallevel.tallies import Mean, Pool, Ratio

LETTERS = ["a", "b", "c", "d"]


TOY: dict[str, Any] = {
    "unit": "fraction",
    "better": "higher",
    "bounds": (0, 1),
    "scale": Linear(),
    "source": "ours",
    "summary": "A toy.",
}


def toy(function: Any, **facts: Any) -> Metric:
    return metric(**(TOY | {"name": "toy"} | facts))(function)


def equal(pred: object, ref: object) -> Ratio:
    if pred == "bad":
        raise ImpossibleValue("'bad' is no answer")
    return Ratio(int(pred == ref), 1)


def wrong(ref: object) -> str:
    return "no answer"


@dataclass(frozen=True)
class Spread(Pool):
    """The greatest less the least unit."""

    @property
    def value(self) -> float:
        if not self.units:
            raise UndefinedScore("the spread of nothing")
        return float(max(self.units) - min(self.units))


class TestPairs:
    def test_by_position(self) -> None:
        result = score(toy(equal), ["a", "b", "x"], ["a", "b", "c"])
        assert (result.value, result.n_total, result.n_scored, result.n_counted) == (2 / 3, 3, 3, 3)

    def test_by_id_whatever_the_order(self) -> None:
        result = score(toy(equal), {2: "b", 1: "x"}, {1: "a", 2: "b"}, keep_items=True)
        assert result.items == (ItemScore(1, 0.0), ItemScore(2, 1.0))

    def test_a_stranger_is_an_error(self) -> None:
        with pytest.raises(LengthMismatch, match="1 of 2 predictions have no reference, the first with id 3"):
            score(toy(equal), {1: "a", 3: "b"}, {1: "a", 2: "b"})

    def test_strangers_of_another_type_are_called_that(self) -> None:
        with pytest.raises(
            LengthMismatch, match=r"2 of 2 .* the first with id '1'\. The ids are of different types \(int, str\)"
        ):
            score(toy(equal), {"1": "a", "2": "b"}, {1: "a", 2: "b"})

    def test_one_mapping_and_one_sequence(self) -> None:
        with pytest.raises(InvalidInput, match="two mappings, which pair by id, or two sequences"):
            score(toy(equal), {1: "a"}, ["a"])
        with pytest.raises(InvalidInput, match="mappings carry their own ids"):
            score(toy(equal), {1: "a"}, {1: "a"}, ids=[1])

    def test_unequal_lengths(self) -> None:
        with pytest.raises(
            LengthMismatch, match=r"2 predictions but 1 references. They pair by position; to pair by id"
        ):
            score(toy(equal), ["a", "b"], ["a"])
        with pytest.raises(LengthMismatch, match="2 predictions but 1 ids"):
            score(toy(equal), ["a", "b"], ["a", "b"], ids=["one"])

    @pytest.mark.parametrize(
        ("preds", "message"),
        [
            ("abc", "preds is one str, not a sequence of items: wrap it in a list"),
            (b"abc", "preds is one bytes"),
            (3, "preds is 3, not a sequence of items"),
            (np.array(3), "preds is a single number"),
            ({"a", "b"}, "preds, a set, has no order"),
        ],
    )
    def test_what_is_no_sequence(self, preds: object, message: str) -> None:
        with pytest.raises(InvalidInput, match=message):
            score(toy(equal), preds, ["a", "b", "c"])  # type: ignore[arg-type]

    def test_generators_and_arrays(self) -> None:
        wanted = score(toy(equal), LETTERS, LETTERS[::-1]).value
        assert score(toy(equal), iter(LETTERS), iter(LETTERS[::-1])).value == wanted
        assert score(toy(equal), np.array(LETTERS), np.array(LETTERS[::-1])).value == wanted

    def test_columns_pair_by_position_whatever_their_index(self) -> None:
        pandas = pytest.importorskip("pandas")
        table = pandas.DataFrame({"pred": LETTERS, "ref": ["a", "b", "c", "x"]}).iloc[[3, 0, 2, 1]]
        assert score(toy(equal), table["pred"], table["ref"]).value == 3 / 4
        assert score("accuracy", table["pred"], table["ref"]).value == 3 / 4
        with pytest.raises(InvalidInput, match="preds, a DataFrame, is a whole table: pass one column"):
            score(toy(equal), table, table)

    def test_columns_of_other_frames(self) -> None:
        polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
        for column in (polars.Series, pyarrow.array):
            result = score(toy(equal, absent=wrong), column(["a", "b", None]), column(LETTERS[:3]))
            assert (result.value, result.reasons) == (2 / 3, {2: "no prediction"})

    def test_nothing(self) -> None:
        with pytest.raises(UndefinedScore, match="toy of no item has no value; 0 were given, none could be counted"):
            score(toy(equal), [], [])

    def test_a_metric_without_a_function(self) -> None:
        bare = declare("bare", needs="toys", **TOY)
        with pytest.raises(NotComputable, match="bare is declared but has no function here"):
            score(bare, [1], [2])


class TestAlone:
    entry = staticmethod(lambda: toy(lambda pred: Mean(pred, 1), pairing="alone", absent=lambda ref: 0.0))

    def test_predictions_alone(self) -> None:
        result = score(self.entry(), {"x": 1.0, "y": None, "z": 0.5}, keep_items=True)
        assert result.value == (1.0 + 0.0 + 0.5) / 3
        assert result.reasons == {"y": "no prediction"}
        assert result.items == (ItemScore("x", 1.0), ItemScore("y", 0.0, "no prediction"), ItemScore("z", 0.5))

    @pytest.mark.parametrize("refs", [[1.0], {"x": 1.0}])
    def test_references_are_refused(self, refs: Any) -> None:
        with pytest.raises(InvalidInput, match="toy takes predictions alone: leave refs out"):
            score(self.entry(), [1.0], refs)

    def test_a_paired_metric_needs_references(self) -> None:
        with pytest.raises(InvalidInput, match="toy compares predictions with references: pass refs"):
            score(toy(equal), ["a"])


class TestUnpaired:
    @staticmethod
    def entry() -> Metric:
        return toy(lambda pred, ref: Spread((pred if ref is None else ref,)), pairing="unpaired", item="none")

    def test_two_sets_of_any_sizes(self) -> None:
        result = score(self.entry(), [1.0, 5.0], [9.0, 2.0, 3.0], keep_items=True)
        assert (result.value, result.n_total) == (9.0 - 1.0, 2 + 3)
        assert {item.value for item in result.items or ()} == {None}
        assert score(self.entry(), {"p": 1.0}, {"q": 9.0, "r": 2.0}).value == 8.0

    def test_an_absent_member_is_reported(self) -> None:
        result = score(self.entry(), [1.0, None], [9.0])
        assert (result.value, result.n_scored, result.reasons) == (8.0, 2, {1: "no prediction"})

    def test_ids_mean_nothing(self) -> None:
        with pytest.raises(InvalidInput, match="toy compares two sets, whose members have no ids in common"):
            score(self.entry(), [1.0], [2.0], ids=["a"])


class TestAbsent:
    def test_a_declared_answer_counts(self) -> None:
        result = score(toy(equal, absent=wrong), ["a", None, "c"], ["a", "b", "c"], keep_items=True)
        assert (result.value, result.n_total, result.n_scored, result.n_counted) == (2 / 3, 3, 2, 3)
        assert result.reasons == {1: "no prediction"}
        assert result.items is not None
        assert result.items[1] == ItemScore(1, 0.0, "no prediction")
        assert str(result) == "toy = 0.666667 fraction (higher is better; 2 of 3 items)"

    def test_without_one_the_item_is_left_out_and_reported(self) -> None:
        result = score(toy(equal), ["a", None, "x"], ["a", "b", "c"], keep_items=True)
        assert (result.value, result.n_total, result.n_scored, result.n_counted) == (1 / 2, 3, 2, 2)
        assert result.items is not None
        assert result.items[1] == ItemScore(1, None, "no prediction")
        assert len(result.tallies or ()) == 2

    def test_a_missing_id_is_an_absent_prediction(self) -> None:
        result = score(toy(equal, absent=wrong), {"x": "a"}, {"x": "a", "y": "b"})
        assert (result.value, result.reasons) == (1 / 2, {"y": "no prediction"})

    def test_nothing_but_absent_ones(self) -> None:
        with pytest.raises(UndefinedScore, match="toy of no item has no value; 2 were given, none could be counted"):
            score(toy(equal), [None, None], ["a", "b"])
        assert score(toy(equal, absent=wrong), [None, None], ["a", "b"]).value == 0.0

    def test_a_batch_body_is_left_alone_with_them(self) -> None:
        entry = toy(equal, absent=wrong, batch=lambda preds, refs: Ratio(len(preds), len(preds)))
        assert score(entry, ["x", "x"], ["a", "b"]).value == 1.0  # the body was used
        assert score(entry, ["x", None], ["a", "b"]).value == 0.0


class TestErrors:
    def test_an_error_names_the_item(self) -> None:
        with pytest.raises(ImpossibleValue, match="toy, item 1: 'bad' is no answer"):
            score(toy(equal), ["a", "bad"], ["a", "b"])
        with pytest.raises(ImpossibleValue, match="toy, item 'y': 'bad' is no answer"):
            score(toy(equal), {"x": "a", "y": "bad"}, {"x": "a", "y": "b"})

    def test_or_counts_as_absent(self) -> None:
        result = score(toy(equal, absent=wrong), ["a", "bad"], ["a", "b"], errors="missing")
        assert (result.value, result.n_scored, result.reasons) == (1 / 2, 1, {1: "'bad' is no answer"})
        result = score(toy(equal), ["a", "bad"], ["a", "b"], errors="missing")
        assert (result.value, result.n_counted) == (1.0, 1)

    def test_an_item_whose_declared_answer_fails_too(self) -> None:
        def strict(pred: str, ref: str) -> Ratio:
            if not ref:
                raise InvalidInput("the reference is empty")
            return Ratio(int(pred == ref), 1)

        entry = toy(strict, absent=wrong)
        result = score(entry, ["a", "b", None], ["a", "", ""], errors="missing")
        assert (result.value, result.n_total, result.n_counted) == (1.0, 3, 1)
        assert result.reasons == {1: "the reference is empty", 2: "the reference is empty"}
        with pytest.raises(InvalidInput, match="toy, item 1: the reference is empty"):
            score(entry, ["a", None], ["a", ""])

    def test_a_batch_that_fails_is_scored_item_by_item(self) -> None:
        def batch(preds: Any, refs: Any) -> Ratio:
            return Ratio.sum(map(equal, preds, refs))

        with pytest.raises(ImpossibleValue, match="toy, item 2: 'bad'"):
            score(toy(equal, batch=batch), ["a", "b", "bad"], LETTERS[:3])
        result = score(toy(equal, batch=batch, absent=wrong), ["a", "b", "bad"], LETTERS[:3], errors="missing")
        assert result.value == 2 / 3

    def test_errors_of_programs_are_not_hidden(self) -> None:
        with pytest.raises(ZeroDivisionError):
            score(toy(lambda pred, ref: Ratio(1 // 0, 1)), ["a"], ["a"], errors="missing")

    def test_an_unknown_policy(self) -> None:
        with pytest.raises(InvalidInput, match='errors is "raise" or "missing", not \'ignore\''):
            score(toy(equal), ["a"], ["a"], errors="ignore")  # type: ignore[arg-type]

    def test_a_function_that_returns_nan(self) -> None:
        class Careless(Pool):
            @property
            def value(self) -> float:
                return math.nan

        with pytest.raises(NotFinite, match="toy is NaN over 2 items: its tally must raise UndefinedScore instead"):
            score(toy(lambda pred, ref: Careless((pred,))), ["a", "b"], ["a", "b"])
        with pytest.raises(NotFinite, match="made of a NaN"):
            score(toy(lambda pred, ref: Mean(pred, 1)), [1.0, math.nan], [1.0, 1.0])


class TestStream:
    def test_item_by_item_and_all_at_once(self) -> None:
        entry, stream = toy(equal), Stream(toy(equal))
        for pred, ref in zip("abxd", LETTERS, strict=True):
            stream.add(pred, ref)
            assert 0 <= stream.value <= 1
        assert stream.score() == score(entry, list("abxd"), LETTERS)

    def test_before_the_first_item(self) -> None:
        stream = Stream(toy(equal))
        with pytest.raises(UndefinedScore, match="toy of no item has no value"):
            _ = stream.value
        stream.extend([], [])
        assert stream.n_total == 0

    def test_positions_go_on_counting_when_streams_merge(self) -> None:
        entry = toy(equal, absent=wrong)
        parts = [["a", None], [], [None, "d"], ["e", None]]
        streams = []
        for part in parts:
            stream = Stream(entry, keep_items=True)
            stream.extend(part, ["a", "b"][: len(part)])
            streams.append(stream)
        total = streams[0] + streams[1] + streams[2] + streams[3]
        assert total.reasons == dict.fromkeys([1, 2, 5], "no prediction")
        assert [item.id for item in total.score().items or ()] == [0, 1, 2, 3, 4, 5]
        assert (total.value, total.n_total, total.n_counted) == (1 / 6, 6, 6)
        assert (streams[0].value, streams[0].n_total) == (1 / 2, 2)  # + left its sides alone
        assert streams[0].reasons == {1: "no prediction"}
        assert streams[2].value == 0.0
        total.add(None, "x")
        assert list(total.reasons) == [1, 2, 5, 6]

    def test_merge_takes_in_place(self) -> None:
        one, other = Stream(toy(equal)), Stream(toy(equal))
        one.add("a", "a")
        other.add("b", "a")
        assert one.merge(other) is one
        assert (one.value, one.n_total, other.n_total) == (1 / 2, 2, 1)

    def test_ids_stay_and_one_that_is_reported_twice_is_refused(self) -> None:
        one, other = Stream(toy(equal)), Stream(toy(equal))
        one.add(None, "a", id="x")
        other.add(None, "b", id="y")
        assert set((one + other).reasons) == {"x", "y"}
        with pytest.raises(DuplicateName, match="item 'x' is reported by both streams"):
            one.merge(one + Stream(toy(equal)))
        with pytest.raises(DuplicateName, match="toy, item 'x': it was given and reported before"):
            one.add(None, "a", id="x")
        assert (one.n_total, len(one.reasons)) == (1, 1)

    def test_a_stream_does_not_take_in_itself(self) -> None:
        stream = Stream(toy(equal), keep_items=True)
        stream.add("a", "a")
        with pytest.raises(DuplicateName, match="a stream cannot take in itself"):
            stream.merge(stream)

    def test_other_settings_do_not_merge(self) -> None:
        def with_option(pred: object, ref: object, *, fold: bool = False) -> Ratio:
            return equal(pred, ref)

        entry = toy(with_option)
        with pytest.raises(InvalidInput, match=r"do not score the same thing: toy\|.*fold:False.*fold:True"):
            Stream(entry).merge(Stream(entry, fold=True))
        with pytest.raises(InvalidInput, match="do not score the same thing"):
            Stream(entry).merge(Stream("accuracy"))
        with pytest.raises(InvalidInput, match="create both with the same keep_items"):
            Stream(entry).merge(Stream(entry, keep_items=True))

    @pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5, 7 * BLOCK])
    def test_pools_over_blocks_keep_every_unit_in_order(self, n: int) -> None:
        stream = Stream(toy(lambda pred, ref: Spread((pred,))))
        for number in range(n):
            stream.add(number, 0)
        assert stream.tally.units == tuple(range(n))
        assert stream.value == stream.value == n - 1
        assert stream.n_counted == n
        assert len(stream._sums) <= math.log2(math.ceil(n / BLOCK)) + 1  # equal runs of blocks were added up

    def test_shards_of_many_blocks(self) -> None:
        entry = toy(lambda pred, ref: Spread((pred,)))
        total = Stream(entry)
        for start in range(0, 5 * BLOCK, 2 * BLOCK - 7):
            shard = Stream(entry)
            numbers = range(start, min(start + 2 * BLOCK - 7, 5 * BLOCK))
            shard.extend(numbers, numbers)
            total.merge(shard)
        assert total.tally.units == tuple(range(5 * BLOCK))
        assert total.n_total == 5 * BLOCK

    def test_sums_of_reals_over_blocks(self) -> None:
        numbers = np.random.default_rng(1).uniform(size=3 * BLOCK + 17).tolist()
        result = score(toy(lambda pred, ref: Mean(pred, 1)), numbers, numbers)
        assert math.isclose(result.value, math.fsum(numbers) / len(numbers), rel_tol=1e-12)

    def test_a_stream_travels(self) -> None:
        stream = Stream("accuracy", keep_items=True)
        stream.extend(["a", None], ["a", "b"])
        back = pickle.loads(pickle.dumps(stream))
        back.add("c", "c")
        assert (back.value, back.reasons, back.n_total) == (2 / 3, {1: "no prediction"}, 3)
        assert stream.n_total == 2


class TestSignature:
    @staticmethod
    def of(value: object) -> str:
        def with_option(pred: object, ref: object, *, option: object = None) -> Ratio:
            return equal(pred, ref)

        return Stream(toy(with_option, variants={"other": Variant()}), option=value).signature

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, "None"),
            (True, "True"),
            (255, "255"),
            (255.0, "255"),
            (0.1, "0.1"),
            (1 / 3, repr(1 / 3)),
            (math.inf, "inf"),
            ("words", "words"),
            ((1, 0.5), "(1,0.5)"),
            ([1, 0.5], "(1,0.5)"),
            ({"a": 1}, "{a=1}"),
            ({"b", "a"}, "{a,b}"),
            (np.int64(7), "7"),
            (np.float64(1 / 3), repr(1 / 3)),
            (np.float32(0.5), "0.5"),
            (np.array(3), "3"),
            (np.array([1, 2]), "(1,2)"),
            (len, "len"),
            (wrong, "wrong"),
            (Fraction, "Fraction"),
        ],
    )
    def test_how_values_are_spelt(self, value: object, text: str) -> None:
        assert self.of(value) == f"toy|variant:standard|option:{text}|v:{__version__}"

    def test_an_object_may_say_its_own_fingerprint(self) -> None:
        class Model:
            fingerprint = "model-7"

        assert "|option:model-7|" in self.of(Model())

    def test_an_iterator_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="a parameter that is an iterator is used up by its first reading"):
            self.of(iter([1]))

    def test_the_variant_is_named(self) -> None:
        assert Stream(toy(equal, variants={"other": Variant()}), variant="other").signature.startswith(
            "toy|variant:other|"
        )


class TestItems:
    def test_kept_with_the_tallies(self) -> None:
        result = score(toy(equal), ["a", "x"], ["a", "b"], ids=["one", "two"], keep_items=True)
        assert result.items == (ItemScore("one", 1.0), ItemScore("two", 0.0))
        assert result.tallies == (Ratio(1, 1), Ratio(0, 1))
        assert Ratio.sum(result.tallies) == result.tally

    def test_not_kept(self) -> None:
        result = score(toy(equal), ["a"], ["a"])
        assert result.items is None is result.tallies

    def test_an_item_that_alone_has_no_score(self) -> None:
        result = score(toy(lambda pred, ref: Ratio(pred, ref)), [1, 0], [2, 0], keep_items=True)
        assert [item.value for item in result.items or ()] == [0.5, None]
        assert result.value == 0.5

    def test_a_metric_whose_items_mean_nothing(self) -> None:
        result = score(toy(equal, item="none"), ["a"], ["a"], keep_items=True)
        assert [item.value for item in result.items or ()] == [None]


class TestScore:
    def test_it_is_a_number_with_a_unit_and_points(self) -> None:
        result = score("accuracy", ["a", "x"], ["a", "b"])
        assert float(result) == 0.5
        assert result.normalised == 50.0
        assert (result.unit, result.better) == ("fraction", "higher")

    def test_plain_data_holds_infinities_as_text(self) -> None:
        black = np.zeros((2, 2))
        result = score("psnr", [black], [black], data_range=1.0, keep_items=True, ids=[np.int64(7)])
        assert result.value == math.inf
        plain = result.to_dict()
        assert plain["value"] == "inf"
        assert plain["items"] == [{"id": 7, "value": "inf", "reason": None}]
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain

    def test_plain_data_holds_reasons(self) -> None:
        plain = score(toy(equal, absent=wrong), {"x": None}, {"x": "a"}).to_dict()
        assert plain["reasons"] == [{"id": "x", "reason": "no prediction"}]
        assert "items" not in plain

    def test_equal_scores_are_equal_also_when_their_tallies_hold_arrays(self) -> None:
        class Summed(Mean):
            @property
            def value(self) -> float:
                return float(np.sum(self.total)) / self.n

        entry = toy(lambda pred, ref: Summed(np.asarray(pred), 1))
        one, other = score(entry, [[0.5, 0.25]], [0]), score(entry, [[0.5, 0.25]], [0])
        assert isinstance(one, Score)
        assert one == other
        assert one != score(entry, [[0.5, 0.5]], [0])
