"""BLEU-1: matches, brevity, several references, scripts, and the released variants."""

import math

import pytest

from generallevel.errors import InvalidInput
from generallevel.metrics.language.captions import UnigramCounts, bleu_1
from generallevel.scoring import Stream, score

SCRIPTS = {
    "English": "Don't panic: 42 isn't 1,000.5!",
    "Chinese": "猫在垫子上。",
    "Japanese": "猫はマットの上に座った。",
    "Korean": "고양이가 매트 위에 앉았다.",
    "Russian": "Кошка сидела на коврике.",
    "Arabic": "جَلَسَت القطة على الحصيرة؟",
    "Hindi": "बिल्ली चटाई पर बैठी थी।",
    "Thai": "แมวนั่งบนเสื่อ",
    "Emoji": "👩‍🚀 ❤️ 🇪🇺 👍🏽",
    "Surrogate": "\ud800 \udfff a",
    "Signs": "$ % ^ & *",
}


@pytest.mark.parametrize(
    ("pred", "ref", "value"),
    [
        ("the cat sat down", "the cat sat down", 1),
        ("the cat sat there", "the cat sat down", 3 / 4),
        ("the the the the", "the cat is here", 1 / 4),  # clipped
        ("the cat", "the cat sat down", math.exp(1 - 4 / 2)),  # brevity
        ("the cat sat down here now", "the cat sat down", 4 / 6),  # length costs precision and nothing else
        ("dog", "cat", 0),
        ("cat", "cat", 1),
        ("", "the cat", 0),
        ("the cat", "", 0),
        ("", "", 0),
        ("The cat", "the cat", 1 / 2),  # case counts
    ],
)
def test_one_reference(pred: str, ref: str, value: float) -> None:
    assert bleu_1(pred, ref).value == pytest.approx(value, abs=1e-12)


def test_the_best_of_several_references_counts_and_pooling_joins_them() -> None:
    refs = ("the big cat", "a cat sat here")
    assert bleu_1("the cat sat", refs).value == pytest.approx(2 / 3, abs=1e-12)
    assert bleu_1("the cat sat", refs, pooled=True).value == 1
    assert bleu_1("the cat", ("", "the cat")).value == 1


def test_sets_have_the_mean_and_pooled_sets_one_formula() -> None:
    preds, refs = ["a b", "x"], ["a b", "a b c"]
    assert score("bleu_1", preds, refs).value == (1 + 0) / 2
    pooled = score("bleu_1", preds, refs, variant="corpus")
    assert pooled.value == pytest.approx(2 / 3 * math.exp(1 - 5 / 3), abs=1e-12)
    assert pooled.tally == UnigramCounts(2, 3, 5, 2)


def test_pooled_lengths_are_the_nearest_and_of_two_the_shorter() -> None:
    assert bleu_1("a b c", ("a", "a b c d e"), pooled=True) == UnigramCounts(3, 3, 1, 1)
    assert bleu_1("a b c d", ("a", "a b c d e"), pooled=True) == UnigramCounts(4, 4, 5, 1)


def test_pooled_texts_without_a_word_score_nothing() -> None:
    assert bleu_1("", "a", pooled=True).value == 0
    assert bleu_1("", "", pooled=True).value == 0


def test_a_missing_text_is_an_empty_one() -> None:
    result = score("bleu_1", ["a", None], ["a", "b"])
    assert (result.value, result.n_scored, result.reasons) == (1 / 2, 1, {1: "no prediction"})


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("variant", ["standard", "corpus", "released", "released_video"])
def test_every_script_equals_itself(text: str, variant: str) -> None:
    assert score("bleu_1", [text], [text], variant=variant).value == 1
    assert score("bleu_1", ["unlike"], [text], variant=variant).value == 0


def test_scripts_without_spaces_match_in_part() -> None:
    assert bleu_1("猫在这里", "猫在垫上").value == 2 / 4
    assert bleu_1("猫在这里", "猫在垫上", tokens="spaces").value == 0


def test_the_released_variants_cut_as_the_released_code_does() -> None:
    assert (
        score("bleu_1", ["It can't."], ["It cannot."], variant="released").value == 2 / 4
    )  # It ca n't . / It can not .
    assert score("bleu_1", ["A Dog."], ["a dog."], variant="released").value == 1 / 3
    assert score("bleu_1", ["A Dog."], ["a dog."], variant="released_video").value == 1
    assert score("bleu_1", ["a dog ."], ["a dog."], variant="released_video").value == 1 / 3


def test_words_can_be_the_caller_s() -> None:
    assert bleu_1("abc", "abd", tokens=list).value == 2 / 3
    assert "tokens:list" in score("bleu_1", ["a"], ["a"], tokens=list).signature


@pytest.mark.parametrize(
    ("pred", "ref", "message"),
    [
        (None, "a", "wanted a text"),
        (1.5, "a", "got float: 1.5. A number is compared as text"),
        ("a", ["a", "b"], "Several references of one item are a tuple"),
        ("a", (), "without a reference"),
        ("a", ("a", None), "without a reference"),
    ],
)
def test_what_cannot_be_scored(pred: object, ref: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        bleu_1(pred, ref)


def test_pooled_streams_merge_to_the_whole() -> None:
    preds, refs = ["a b", "", "c", "a a a"], ["a", "b", ("c", "c d"), "a b c d"]
    whole, first, rest = (Stream("bleu_1", variant="corpus") for _ in range(3))
    whole.extend(preds, refs)
    first.extend(preds[:1], refs[:1])
    rest.extend(preds[1:], refs[1:])
    assert (first + rest).tally == whole.tally


def test_a_million_characters() -> None:
    for text in ("a" * 10**6, "ab, " * 250_000, "é" * 10**6, "猫" * 10**6):
        assert bleu_1(text, text).value == 1
