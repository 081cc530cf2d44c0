"""BLEU-4: clipped precisions, brevity, smoothing of short texts, several references, pooled counts."""

import math

import pytest

from generallevel.errors import InvalidInput, UndefinedScore
from generallevel.metrics.language.captions import NgramCounts, bleu_4
from generallevel.scoring import Stream, score


@pytest.mark.parametrize(
    ("pred", "ref", "value"),
    [
        ("a b c d e", "a b c d e", 1),
        ("a b c d x", "a b c d e", (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** (1 / 4)),
        ("a b c d", "a b c d e", math.exp(1 - 5 / 4)),  # brevity
        ("a b c x", "a b c d", (3 / 4 * 2 / 3 * 1 / 2 * math.log(4) / 10) ** (1 / 4)),  # no 4-gram: one smoothed order
        ("a b x y", "a b c d", (2 / 4 * 1 / 3 * math.log(4) / 10 / 2 * math.log(4) / 20) ** (1 / 4)),
        ("a b", "a b", (math.log(2) / 10 * math.log(2) / 20) ** (1 / 4)),
        ("a", "a", 1),
        ("a", "a b", math.exp(1 - 2)),
        ("a", "b", 0),
        ("x y z w", "a b c d", 0),
        ("", "a b", 0),
        ("a b", "", 0),
        ("", "", 0),
    ],
)
def test_one_reference(pred: str, ref: str, value: float) -> None:
    assert bleu_4(pred, ref).value == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("text", ["a", "a b", "a b c", "猫が", "a b c d e"])
def test_effective_orders_make_every_text_equal_itself(text: str) -> None:
    assert bleu_4(text, text, effective_order=True).value == pytest.approx(1, abs=1e-12)
    assert bleu_4(text, text, effective_order=True, pooled=True).value == pytest.approx(1, abs=1e-12)


def test_two_and_three_words_do_not_reach_one() -> None:
    assert bleu_4("a b", "a b").value == pytest.approx(0.22, abs=0.005)
    assert bleu_4("a b c", "a b c").value == pytest.approx(0.58, abs=0.005)


def test_the_best_of_several_references_counts_and_pooling_joins_them() -> None:
    assert bleu_4("a b c d", ("x", "a b c d", "")).value == pytest.approx(1, abs=1e-12)
    assert bleu_4("a b c d e f", ("a b c d", "c d e f"), pooled=True).value == pytest.approx(
        (6 / 6 * 5 / 5 * 4 / 4 * 2 / 3) ** (1 / 4), abs=1e-12
    )


def test_pooled_counts_are_read_once() -> None:
    preds, refs = ["a b c d", "x y"], ["a b c d", "x z"]
    pooled = score("bleu_4", preds, refs, variant="corpus")
    assert pooled.value == pytest.approx((5 / 6 * 3 / 4 * 2 / 2 * 1 / 1) ** (1 / 4), abs=1e-12)
    assert pooled.tally.total.tolist() == [6, 4, 2, 1]  # type: ignore[attr-defined]
    assert score("bleu_4", preds, refs).value == pytest.approx(
        (1 + (1 / 2 * math.log(2) / 10 * math.log(2) / 20 * math.log(2) / 40) ** (1 / 4)) / 2, abs=1e-12
    )


def test_pooled_without_a_4_gram_is_zero_and_of_nothing_undefined() -> None:
    assert bleu_4("a b c", "a b c", pooled=True).value == 0
    with pytest.raises(UndefinedScore, match="has no value"):
        _ = NgramCounts.empty().value


def test_stacked_counts_give_resampled_scores() -> None:
    tallies = [bleu_4(p, r, pooled=True) for p, r in [("a b c d", "a b c d e"), ("a b c d e", "a b c d x")]]
    columns = NgramCounts.stack(tallies)
    both = NgramCounts.read(*(column.sum(axis=0) for column in columns))
    twice = NgramCounts.read(*(2 * column[:1].sum(axis=0)[None] for column in columns))
    assert float(both) == pytest.approx(NgramCounts.sum(tallies).value, abs=1e-12)
    assert twice.tolist() == pytest.approx([tallies[0].value], abs=1e-12)


def test_streams_merge_to_the_whole() -> None:
    preds, refs = ["a b c d", "", "c d e f g", "a a a"], ["a b c d", "b", ("c", "c d e f"), "a b c d"]
    whole, first, rest = (Stream("bleu_4", variant="corpus") for _ in range(3))
    whole.extend(preds, refs)
    first.extend(preds[:2], refs[:2])
    rest.extend(preds[2:], refs[2:])
    assert (first + rest).value == whole.value


@pytest.mark.parametrize(
    ("pred", "ref", "message"),
    [(None, "a", "wanted a text"), ("a", ["a"], "Several references of one item are a tuple"), ("a", (), "without a")],
)
def test_what_cannot_be_scored(pred: object, ref: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        bleu_4(pred, ref)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "variant"),
    [("a " * 500_000, "standard"), ("é" * 10**6, "standard"), ("猫" * 10**6, "corpus"), (". " * 500_000, "released")],
    ids=["words", "accents", "Han", "stops"],
)
def test_a_million_characters(text: str, variant: str) -> None:
    assert score("bleu_4", [text], [text], variant=variant).value == pytest.approx(1, abs=1e-12)
