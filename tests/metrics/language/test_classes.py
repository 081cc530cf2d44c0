"""Classes: what is averaged over them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel.errors import InvalidInput, NotFinite, UndefinedScore
from generallevel.metrics.language.classes import macro_accuracy, macro_f1, weighted_f1
from generallevel.scoring import Stream, score

METRICS = ("macro_accuracy", "macro_f1", "weighted_f1")


def test_each_class_weighs_alike() -> None:
    preds, refs = ["a", "a", "a", "b", "a"], ["a", "a", "a", "b", "b"]
    assert score("macro_accuracy", preds, refs).value == (3 / 3 + 1 / 2) / 2
    f1_a, f1_b = 2 * 3 / (4 + 3), 2 * 1 / (1 + 2)
    assert score("macro_f1", preds, refs).value == pytest.approx((f1_a + f1_b) / 2, abs=1e-15)
    assert score("weighted_f1", preds, refs).value == pytest.approx((3 * f1_a + 2 * f1_b) / 5, abs=1e-15)


def test_a_class_that_was_only_said_counts_in_the_f1_and_not_in_the_accuracy() -> None:
    preds, refs = ["a", "x"], ["a", "a"]
    assert score("macro_accuracy", preds, refs).value == 1 / 2
    assert score("macro_f1", preds, refs).value == pytest.approx((2 / 3 + 0) / 2, abs=1e-15)
    assert score("weighted_f1", preds, refs).value == pytest.approx(2 / 3, abs=1e-15)


def test_a_missing_answer_finds_nothing_and_is_no_false_alarm() -> None:
    result = score("macro_f1", {1: "a"}, {1: "a", 2: "b"})
    assert (result.value, result.n_scored, result.n_counted) == ((1 + 0) / 2, 1, 2)
    assert score("macro_accuracy", [None, "b"], ["b", "b"]).value == 1 / 2
    assert score("macro_f1", [None], ["a"]).value == 0


@pytest.mark.parametrize("name", METRICS)
def test_bad_labels_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="item 1: the answer '2' is a text and its reference 2 is a number"):
        score(name, ["1", "2"], ["1", 2])
    with pytest.raises(NotFinite, match="item 0: the answer is NaN"):
        score(name, [math.nan], [1.0])
    with pytest.raises(InvalidInput, match="not one label"):
        score(name, [["a"]], ["a"])
    with pytest.raises(InvalidInput, match="not one label: unhashable type"):
        score(name, [bytearray(b"a")], [bytearray(b"a")])
    with pytest.raises(InvalidInput, match="the reference is None"):
        score(name, ["a"], [None])
    with pytest.raises(UndefinedScore, match=f"{name} of no item has no value"):
        score(name, [], [])


@pytest.mark.parametrize("metric", [macro_accuracy, macro_f1, weighted_f1])
def test_numbers_compare_by_value(metric: object) -> None:
    assert (metric(1, 1.0) + metric(np.int64(1), True)).value == 1  # type: ignore[operator]


labels = st.sampled_from(["a", "A", "", "é", "\ud800"]) | st.text(max_size=1)
numbers = st.integers(-2, 3) | st.booleans() | st.sampled_from([0.5, 1.0, 2**70])


@given(st.lists(st.tuples(labels, labels), min_size=1) | st.lists(st.tuples(numbers, numbers), min_size=1))
def test_the_batch_is_the_loop(pairs: list[tuple[object, object]]) -> None:
    for name in METRICS:
        batch, loop = Stream(name), Stream(name)
        batch.extend([pred for pred, _ in pairs], [ref for _, ref in pairs])
        for pred, ref in pairs:
            loop.add(pred, ref)
        assert batch.tally == loop.tally


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "bool", "float64", "U3", "object"])
def test_the_container_makes_no_difference(dtype: str) -> None:
    preds, refs = np.random.default_rng(0).integers(0, 2, (2, 60)).astype(dtype)
    for name in METRICS:
        value = score(name, preds.tolist(), refs.tolist()).value
        assert score(name, preds, refs).value == score(name, preds, refs.tolist()).value == value


def test_labels_far_apart_need_no_table() -> None:
    preds, refs = np.array([1, 10**15]), np.array([1, -5])
    assert score("macro_accuracy", preds, refs).value == 1 / 2
