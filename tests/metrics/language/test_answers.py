"""Answers: what equals what, what is never compared, and how alike two texts are."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, UndefinedScore
from generallevel.metrics.language.answers import accuracy, anls, exact_match
from generallevel.scoring import Stream, score

labels = st.one_of(st.text(max_size=3), st.sampled_from(["a", "A", " a", "a  b", "a b", "", "\ud800", "é", "e\u0301"]))
whole = st.integers(-3, 3) | st.booleans() | st.sampled_from([2**53, 2**53 + 1, 10**30])


def test_three_of_four() -> None:
    assert score("accuracy", ["a", "b", "c", "d"], ["a", "b", "c", "x"]).value == 3 / 4


def test_any_of_several_references_is_right() -> None:
    assert score("accuracy", ["a", "b"], [("x", "a"), ("x", "y")]).value == 1 / 2


@pytest.mark.parametrize(
    ("pred", "ref", "options", "hit"),
    [
        ("Cat", "cat", {}, 0),
        ("Cat", "cat", {"fold_case": True}, 1),
        ("STRASSE", "straße", {"fold_case": True}, 1),
        (" cat\n", "cat", {}, 0),
        (" cat\n", "cat", {"space": "strip"}, 1),
        ("black  cat ", "black cat", {"space": "strip"}, 0),
        ("black  cat ", "black cat", {"space": "fold"}, 1),
        ("I do not know", "no", {}, 0),  # a part of an answer is not the answer
        ("", "", {}, 1),
        (" ", "", {"space": "strip"}, 1),
        ("\ud800", "\ud800", {}, 1),
        ("👩‍🚀", "👩", {}, 0),
        (1, 1.0, {}, 1),
        (True, 1, {}, 1),
        (np.int64(3), 3, {}, 1),
        (np.float32(0.1), 0.1, {}, 0),  # 0.1 in single precision is another number
        (2**53 + 1, float(2**53), {}, 0),  # compared exactly, not after rounding
        (Fraction(1, 2), 0.5, {}, 1),
        (np.str_("cat"), "cat", {}, 1),
        (np.array(3), 3, {}, 1),
        (math.inf, math.inf, {}, 1),
        (frozenset({1}), frozenset({1}), {}, 1),
        (b"a", b"a", {}, 1),
        (3, "3", {"as_text": True}, 1),
        (3.0, "3", {"as_text": True}, 0),
        ("b", (1, "b"), {}, 1),
    ],
)
def test_what_equals_what(pred: object, ref: object, options: dict[str, object], hit: int) -> None:
    assert accuracy(pred, ref, **options).value == hit


def test_the_released_variant_spells_both_sides_and_strips_them() -> None:
    assert score("accuracy", [3, " a "], ["3", "a"], variant="released").value == 1


@pytest.mark.parametrize(
    ("pred", "ref", "message"),
    [
        ("3", 3, r"answer '3' is a text and its reference 3 is a number: .* as_text=True"),
        (3, ("a", "b"), "answer 3 is a number and its reference 'a' is a text"),
        (["a"], "a", r"the answer is \['a'\] \(list\), not one label\. Several references"),
        (("a",), "a", r"the answer is \('a',\) \(tuple\), not one label"),
        ("a", ["a", "b"], "the reference is .* are a tuple, on the reference side only"),
        ("a", (), r"the reference is \(\): an item without a reference cannot be scored"),
        ("a", None, "the reference is None"),
        (None, "a", "the answer is None"),
        (np.array([1, 2]), 1, "not one label"),
        (b"a", "a", "answer b'a' is a bytes and its reference 'a' is a text"),
    ],
)
def test_what_is_never_compared(pred: object, ref: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        accuracy(pred, ref)


def test_an_unknown_way_to_treat_space_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="space is 'keep', 'strip' or 'fold', not 'trim'"):
        accuracy("a", "a", space="trim")


@pytest.mark.parametrize("kind", [list, np.array])
def test_nan_is_no_label(kind: type) -> None:
    with pytest.raises(NotFinite, match="accuracy, item 1: the answer is NaN, which equals nothing"):
        score("accuracy", kind([1.0, math.nan]), kind([1.0, 2.0]))
    with pytest.raises(NotFinite, match="item 0: the reference is NaN"):
        score("accuracy", kind([1.0, 2.0]), kind([math.nan, 2.0]))


def test_a_missing_answer_is_wrong_and_reported() -> None:
    result = score("accuracy", [1, None, 3], [1, 2, 3])
    assert (result.value, result.n_scored, result.n_total, result.reasons) == (2 / 3, 2, 3, {1: "no prediction"})


def test_nothing_has_no_accuracy() -> None:
    with pytest.raises(UndefinedScore, match="accuracy of no item has no value"):
        score("accuracy", [], [])


def test_lengths_must_agree() -> None:
    with pytest.raises(LengthMismatch, match="3 predictions but 2 references"):
        score("accuracy", np.arange(3), np.arange(2))


@given(
    st.lists(st.tuples(labels, labels | st.tuples(labels, labels))), st.booleans(), st.sampled_from(["keep", "fold"])
)
def test_the_batch_is_the_loop_on_texts(pairs: list[tuple[str, str]], fold_case: bool, space: str) -> None:
    agrees(pairs, fold_case=fold_case, space=space)


@given(st.lists(st.tuples(whole | st.floats(allow_nan=False), whole | st.floats(allow_nan=False))))
def test_the_batch_is_the_loop_on_numbers(pairs: list[tuple[float, float]]) -> None:
    agrees(pairs)
    agrees(pairs, as_text=True)


def agrees(pairs: list[tuple[object, object]], **options: object) -> None:
    batch, loop = Stream("accuracy", **options), Stream("accuracy", **options)
    batch.extend([pred for pred, _ in pairs], [ref for _, ref in pairs])
    for pred, ref in pairs:
        loop.add(pred, ref)
    assert batch.n_total == loop.n_total
    assert not pairs or batch.tally == loop.tally


@pytest.mark.parametrize("one", ["int8", "int64", "uint64", "float32", "float64", "bool", "U5", "object"])
@pytest.mark.parametrize("other", ["int8", "int64", "float32", "float64", "object"])
def test_the_container_makes_no_difference(one: str, other: str) -> None:
    rng = np.random.default_rng(0)
    preds, refs = rng.integers(0, 2, 50).astype(one), rng.integers(0, 2, 50).astype(other)
    if (one == "U5") != (other == "U5"):
        preds, refs = preds.astype("U5"), refs.astype("U5")
    expected = sum(p == r for p, r in zip(preds.tolist(), refs.tolist(), strict=True)) / 50
    assert score("accuracy", preds, refs).value == expected
    assert score("accuracy", preds.tolist(), refs).value == expected
    assert score("accuracy", tuple(preds), refs.tolist()).value == expected


def test_long_answers_are_compared_whole() -> None:
    text = "ab" * 500_000
    assert score("accuracy", [text, text + "x"], [text, text]).value == 1 / 2


PEOPLE = ("red",) * 2 + ("pink",) * 8


@pytest.mark.parametrize(
    ("pred", "credit", "value"),
    [
        ("red", "votes", 2 / 3),
        ("pink", "votes", 1),
        ("blue", "votes", 0),
        ("red", "votes_of_others", (2 * (1 / 3) + 8 * (2 / 3)) / 10),
        ("pink", "votes_of_others", 1),
        ("blue", "votes_of_others", 0),
    ],
)
def test_the_credit_of_an_answer_is_how_many_gave_it(pred: str, credit: str, value: float) -> None:
    assert accuracy(pred, PEOPLE, credit=credit).value == pytest.approx(value, abs=1e-15)


def test_three_of_ten_are_enough_only_where_nobody_is_left_out() -> None:
    people = ("a",) * 3 + ("b",) * 7
    assert accuracy("a", people, credit="votes").value == 1
    assert accuracy("a", people, credit="votes_of_others").value == pytest.approx((3 * (2 / 3) + 7) / 10)


def test_the_vqa_variants_read_answers_as_vqa_does() -> None:
    assert score("accuracy", ["Two."], [("2",) * 10], variant="vqa").value == 1
    assert score("accuracy", ["Two."], [("the two", "3", "2", "4")], variant="vqa_simple").value == 2 / 3


def test_a_vote_needs_people() -> None:
    with pytest.raises(InvalidInput, match=r"item 0: credit='votes' counts the people .* this one has 1 reference: "):
        score("accuracy", ["a"], ["a"], credit="votes")
    with pytest.raises(InvalidInput, match="4 or more to a question, and this one has 3 references"):
        accuracy("a", ("a",) * 3, credit="votes_of_others")
    with pytest.raises(InvalidInput, match="credit is 'any' or 'votes' or 'votes_of_others', not 'some'"):
        accuracy("a", "a", credit="some")


def test_a_missing_answer_has_no_votes() -> None:
    assert score("accuracy", [None, "a"], [("a",) * 4, ("a",) * 4], variant="vqa").value == 1 / 2


@pytest.mark.parametrize(
    ("pred", "ref", "options", "hit"),
    [
        ("table", "table", {}, 1),
        ("Table", "table", {}, 0),
        ("Table", "table", {"fold_case": True}, 1),
        ("The Table.", ("desk", "table"), {"normalise": "squad"}, 1),
        ("2 chairs", "two chairs", {"normalise": "sqa3d"}, 1),
        ("nor", "north", {"normalise": "sqa3d"}, 0),
        ("the", "", {"normalise": "squad"}, 1),
        ("", "", {}, 1),
        ([], "a", {}, 0),
        (["a", "b"], "b", {}, 0),
        (["a", "b"], "b", {"k": 2}, 1),
        (["a", "b", "c"], "c", {"k": 2}, 0),
        (3, 3.0, {}, 1),
        (" a", "a", {"space": "strip"}, 1),
        ("xA", "a", {"normalise": lambda text: text[-1].lower()}, 1),
    ],
)
def test_an_exact_match(pred: object, ref: object, options: dict[str, object], hit: int) -> None:
    assert exact_match(pred, ref, **options).value == hit


def test_an_exact_match_refuses() -> None:
    with pytest.raises(InvalidInput, match="k is a whole number, 1 or more, not 0"):
        exact_match("a", "a", k=0)
    with pytest.raises(InvalidInput, match="'3' is a text and its reference 3 is a number"):
        exact_match("3", 3)
    with pytest.raises(InvalidInput, match="the reference is None"):
        exact_match("a", None)


@pytest.mark.parametrize(
    ("pred", "ref", "options", "value"),
    [
        ("hallo", "hello", {}, 1 - 1 / 5),
        ("HELLO ", "hello", {}, 1),
        ("hello   world", "hello world", {}, 1),
        ("hi", "hello", {}, 0),  # a distance of 4 / 5
        ("ab", "ax", {}, 0),  # a distance of exactly one half counts nothing
        ("ab", "ax", {"threshold": 0.51}, 1 / 2),
        ("abc", "xyz", {"threshold": 1.0}, 0),
        ("42", ("forty-two", "42 EUR", "42"), {}, 1),
        ("", "", {}, 1),
        ("", "a", {}, 0),
        ("a", "", {}, 0),
        ("Hello", "hello", {"fold_case": False}, 1 - 1 / 5),
        ("a  b", "a b", {"space": "keep"}, 1 - 1 / 4),
        ("発行日", "発行月", {}, 1 - 1 / 3),
        ("\ud800ab", "\ud801ab", {}, 1 - 1 / 3),
    ],
)
def test_anls(pred: str, ref: object, options: dict[str, object], value: float) -> None:
    assert anls(pred, ref, **options).value == pytest.approx(value, abs=1e-15)
    assert score("anls", [pred], [ref], **options).value == pytest.approx(value, abs=1e-15)


def test_anls_refuses() -> None:
    with pytest.raises(InvalidInput, match=r"wanted a text .*got int: 3.* a number is compared as text only"):
        anls(3, "3")
    with pytest.raises(InvalidInput, match=r"the reference is \(\)"):
        anls("a", ())
    for threshold in (0, 1.5, math.nan):
        with pytest.raises(ImpossibleValue, match="threshold is the distance from which on an answer counts nothing"):
            anls("a", "a", threshold=threshold)


def test_a_missing_answer_is_an_empty_text_to_anls() -> None:
    assert score("anls", [None, "abc"], ["abc", "abc"]).value == 1 / 2


def test_long_answers_are_similar_in_no_time() -> None:
    text = "ab" * 20_000
    assert anls(text + "x", text).value == pytest.approx(1 - 1 / 40_001, abs=1e-12)
