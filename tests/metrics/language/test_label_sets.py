"""Label sets and F1 scores: sets, spans, tokens, classes, and the slips between them."""

import math
import re

import pytest

from generallevel.errors import InvalidInput, NotFinite, UndefinedScore
from generallevel.metrics.language.f1_scores import f1
from generallevel.metrics.language.label_sets import micro_f1, recall_at_k
from generallevel.scoring import score


def test_counts_pool_over_a_set() -> None:
    preds, refs = [{"a"}, {"b", "x", "y"}, set()], [{"a"}, {"b"}, {"c"}]
    assert score("micro_f1", preds, refs).value == 2 * 2 / (4 + 3)


def test_single_labels_give_the_accuracy() -> None:
    assert score("micro_f1", ["a", "b", "c", "d"], ["a", "b", "x", "y"]).value == 2 / 4
    assert score("micro_f1", [0, 1, 2], [0, 1, 1]).value == 2 / 3


@pytest.mark.parametrize(
    ("pred", "ref", "options", "value"),
    [
        ([("PER", 0, 2), ("PER", 0, 2)], {("PER", 0, 2)}, {}, 1),  # said twice is said once
        ([("PER", 0, 2)], [("PER", 0, 3)], {}, 0),  # a span is right as a whole
        ({"a", "b"}, ({"a"}, {"a", "b"}), {}, 1),  # the nearest of several references
        ({"A"}, {"a"}, {"fold_case": True}, 1),
        ([("per", 0)], [("PER", 0)], {"fold_case": True}, 1),
        ({"none"}, {"none", "x"}, {"ignore": ["none"]}, 0),
        ({"none", "x"}, {"x"}, {"ignore": {"none"}}, 1),
        ("a, b", "b,a", {}, 0),  # a text is one label
        ("a, b", "b,a", {"separator": ","}, 1),
        ("a<p>b", "b, a", {"separator": "<p>", "ref_separator": ", "}, 1),
        ("a<p><p> b ", "a<p>b", {"separator": "<p>"}, 1),
        ("a<p><p>b", "a<p>b", {"separator": "<p>", "whole_pieces": True}, 2 * 2 / (3 + 2)),
        ("a <p>b", "a<p>b", {"separator": "<p>", "whole_pieces": True}, 1 / 2),
        ("", "", {"separator": "<p>", "whole_pieces": True}, 1),
        ("a<p>b", {"a", "b"}, {"separator": "<p>"}, 1),  # a text on one side, a set on the other
        ({1, 2}, {1.0, 3}, {}, 1 / 2),
    ],
)
def test_one_item(pred: object, ref: object, options: dict[str, object], value: float) -> None:
    assert micro_f1(pred, ref, **options).value == pytest.approx(value, abs=1e-15)
    assert score("micro_f1", [pred], [ref], **options).value == pytest.approx(value, abs=1e-15)


def test_an_item_without_labels_adds_nothing() -> None:
    assert score("micro_f1", [set(), {"a"}], [set(), {"a", "b"}]).value == 2 / 3
    with pytest.raises(UndefinedScore, match="nothing was counted"):
        score("micro_f1", [set()], [set()])
    assert score("micro_f1", ["", "a"], ["", "b"], separator="<p>", whole_pieces=True).value == 1 / 2


def test_a_missing_prediction_finds_nothing() -> None:
    assert score("micro_f1", [None, {"a"}], [{"b"}, {"a"}]).value == 2 / 3


@pytest.mark.parametrize(
    ("pred", "ref", "options", "message"),
    [
        (("PER", 0, 2), {("PER", 0, 2)}, {}, "the prediction is a tuple, .* a span is a tuple such as"),
        ({"1"}, {1}, {}, "such as '1', are a text, and those of the reference, such as 1, a number"),
        ({"a"}, {("a", 0)}, {}, "such as 'a', are a text, and .* a tuple"),
        ([["a"]], {"a"}, {}, "the label in the prediction is .* not one label"),
        (None, {"a"}, {}, "the prediction is None"),
        ({"a"}, None, {}, "the reference is None"),
        ({"a"}, (), {}, r"the reference is \(\)"),
        ({"a": 1}, {"a"}, {}, "not one label"),
    ],
)
def test_what_is_no_label_set(pred: object, ref: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        micro_f1(pred, ref, **options)


def test_nan_is_no_label() -> None:
    with pytest.raises(NotFinite, match="the label in the prediction is NaN"):
        micro_f1([math.nan], [1.0])


def test_the_released_form() -> None:
    # What its function makes of these: {"a"}, {"b"} / {"a", "c"} and {""} / {"x"}
    assert score("micro_f1", ["a", "b<p>a", ""], ["a", "a<p>c", "x"], variant="released").value == 2 * 2 / (4 + 4)


@pytest.mark.parametrize(
    ("pred", "ref", "options", "value"),
    [
        ("the black cat", "black cat", {}, 2 * 2 / (3 + 2)),
        ("the black cat", "a black cat", {"normalise": "squad"}, 1),
        ("a a b", "a b b", {}, 2 * 2 / (3 + 3)),
        ("a a b", "a b b", {"distinct": True}, 2 * 2 / (3 + 3)),
        ("a a", "a a", {"distinct": True}, 2 * 1 / (2 + 2)),
        ("a a", "a a", {}, 1),
        ("cat", ("dog", "cat"), {}, 1),
        ("", "", {}, 1),
        ("", "", {"empty": 0.0}, 0),
        ("a", "", {}, 0),
        ("", "a", {}, 0),
        ("the", "a", {"normalise": "squad"}, 1),  # both are empty then
        ("Cat", "cat", {"fold_case": True}, 1),
        ("猫が好き", "猫が嫌い", {"tokens": "words"}, 2 * 2 / (4 + 4)),
        ("a\u00a0b", "a b", {}, 1),
        ("\ud800 b", "\ud800", {}, 2 / 3),
    ],
)
def test_tokens(pred: str, ref: object, options: dict[str, object], value: float) -> None:
    assert f1(pred, ref, over="tokens", **options).value == pytest.approx(value, abs=1e-15)


def test_answers_are_averaged_and_spans_are_pooled() -> None:
    assert score("f1", ["a", "b c"], ["a", "b"], over="tokens").value == (1 + 2 / 3) / 2
    assert score("f1", [{"a"}, {"b", "c"}], [{"a"}, {"b"}], variant="entities").value == 2 * 2 / (3 + 2)


def test_classes_are_averaged_as_is_said() -> None:
    preds, refs = ["y", "y", "n", "y"], ["y", "n", "n", "n"]
    f1_y, f1_n = 2 * 1 / (3 + 1), 2 * 1 / (1 + 3)
    averages = {"macro": (f1_y + f1_n) / 2, "weighted": (1 * f1_y + 3 * f1_n) / 4, "micro": 2 / 4}
    for average, value in averages.items():
        assert score("f1", preds, refs, over="classes", average=average).value == pytest.approx(value, abs=1e-15)
    positive = score("f1", preds, refs, over="classes", average="positive", positive="n")
    assert positive.value == pytest.approx(f1_n, abs=1e-15)


def test_a_missing_answer_is_empty() -> None:
    assert score("f1", [None, "a"], ["", "a"], over="tokens").value == 1 / 2
    assert score("f1", [None, {"a"}], [{"b"}, {"a"}], over="sets").value == 2 / 3
    assert score("f1", [None, "a"], ["b", "a"], over="classes", average="macro").value == 1 / 2
    assert score("f1", [None, "a"], ["a", "a"], over="classes", average="positive", positive="a").value == 2 / 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"f1 needs over=\.\.\.: it changes the number and there is no safe guess"),
        ({"over": "token"}, "over is 'tokens' or 'sets' or 'classes', not 'token'. Did you mean 'tokens'?"),
        ({"over": "classes"}, 'over="classes" needs average="weighted", "macro", "micro" or "positive"'),
        ({"over": "classes", "average": "binary"}, "average is 'weighted' or 'macro'"),
        ({"over": "classes", "average": "positive"}, r"positive=\.\.\. says which: pass both or neither"),
        ({"over": "classes", "average": "macro", "positive": "a"}, "pass both or neither"),
        ({"over": "tokens", "average": "macro"}, "average='macro' says nothing with over='tokens'"),
        ({"over": "sets", "normalise": "squad"}, "normalise='squad' says nothing with over='sets'"),
        ({"over": "classes", "average": "micro", "ignore": ["a"]}, 'ignore=.* belongs to over="sets"'),
    ],
)
def test_what_is_meant_must_be_said(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        score("f1", ["a"], ["a"], **options)


def test_the_kind_of_input_must_fit() -> None:
    with pytest.raises(InvalidInput, match="wanted a text"):
        f1({"a"}, {"a"}, over="tokens")
    with pytest.raises(InvalidInput, match=re.escape("the answer 'a' is a text and its reference 1 is a number")):
        f1("a", 1, over="classes", average="macro")
    with pytest.raises(InvalidInput, match="the answer 1 is a number and its reference 'a' is a text"):
        f1("a", "a", over="classes", average="positive", positive=1)


@pytest.mark.parametrize(
    ("pred", "ref", "options", "value"),
    [
        (["a", "b", "c"], {"a", "c", "x"}, {"k": 2}, 1 / 3),
        (["a", "b", "c"], {"a", "c", "x"}, {"k": 3}, 2 / 3),
        (["b", "a"], "a", {"k": 1}, 0),
        (["b", "a"], "a", {"k": 5}, 1),
        ([], {"a"}, {"k": 5}, 0),
        (["b", "a"], {"a", "x"}, {"k": 2, "any_one": True}, 1),
        ([("man", "on", "horse")], {("man", "on", "horse")}, {"k": 50}, 1),
    ],
)
def test_recall_at_k(pred: object, ref: object, options: dict[str, object], value: float) -> None:
    assert recall_at_k(pred, ref, **options).value == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("pred", "ref", "k", "message"),
    [
        (["a"], {"a"}, 0, "k is a whole number, 1 or more, not 0"),
        (["a"], {"a"}, True, "k is a whole number"),
        ("a", {"a"}, 1, "the results of a query are a list, the best first, not str"),
        ({"a"}, {"a"}, 1, "not set"),
        (["a", "a"], {"a"}, 1, "a result stands twice"),
        (["a"], set(), 1, "nothing was looked for"),
        (["1"], {1}, 1, "the two never equal"),
    ],
)
def test_recall_at_k_refuses(pred: object, ref: object, k: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        recall_at_k(pred, ref, k=k)


def test_a_query_without_results_finds_nothing() -> None:
    assert score("recall_at_k", [None, ["a"]], [{"a"}, {"a"}], k=5).value == 1 / 2
