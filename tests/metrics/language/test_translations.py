"""BLEU, chrF and TER as sacreBLEU has them: worked cases, settings, hard texts."""

import math
import pickle

import pytest

from generallevel.errors import InvalidInput
from generallevel.metrics.language.translations import SACREBLEU, bleu, chrf, ter
from generallevel.scoring import Stream, score


def test_bleu_of_a_worked_case() -> None:
    # Of six and seven tokens six words match, in runs: "The dog", "bit the man ."
    assert bleu("The dog bit the man.", "The dog had bit the man.").value == pytest.approx(
        math.exp(1 - 7 / 6) * (6 / 6 * 4 / 5 * 2 / 4 * 1 / 3) ** (1 / 4), abs=1e-12
    )


@pytest.mark.parametrize(
    ("smoothing", "orders"),
    [("exp", (1 / 4, 1 / 2 / 3, 1 / 4 / 2, 1 / 8 / 1)), ("floor", (1 / 4, 0.1 / 3, 0.1 / 2, 0.1 / 1)),
     ("add-k", (1 / 4, 1 / 4, 1 / 3, 1 / 2)), ("none", (0, 0, 0, 0))],
)  # fmt: skip
def test_smoothing(smoothing: str, orders: tuple[float, ...]) -> None:
    found = bleu("a x y z", "a b c d", smoothing=smoothing).value
    assert found == pytest.approx(math.prod(orders) ** (1 / 4), abs=1e-12)


def test_tokens_of_one_s_own_and_case() -> None:
    assert bleu("A B C D", "a b c d", lowercase=True).value == pytest.approx(1, abs=1e-12)
    assert bleu("abcd", "abcd", tokens=list).value == pytest.approx(1, abs=1e-12)
    assert bleu("猫が好き", "猫が好き").value == 0  # 13a: one token
    assert bleu("猫が好き", "猫が好き", tokens="char").value == pytest.approx(1, abs=1e-12)


def test_chrf_of_a_worked_case() -> None:
    # "ab" and "ac": one of two characters each, no pair; two orders.
    assert chrf("ab", "ac", char_order=2).value == pytest.approx(5 * 0.25 * 0.25 / (4 * 0.25 + 0.25), abs=1e-12)
    assert chrf("a b", "ab").value == 1
    assert chrf("a b", "ab", whitespace=True).value < 1


@pytest.mark.parametrize(
    ("pred", "ref", "value"),
    [
        ("a b c d", "a b c d", 0),
        ("d a b c", "a b c d", 1 / 4),  # a move
        ("a x c", "a b c d", 2 / 4),
        ("", "a b", 1),
        ("", "", 0),
        ("a", "", 1),
        ("A b", "a B", 0),
    ],
)
def test_ter_of_worked_cases(pred: str, ref: str, value: float) -> None:
    assert ter(pred, ref).value == pytest.approx(value, abs=1e-12)


def test_ter_takes_the_fewest_edits_and_the_mean_length() -> None:
    assert ter("a b", ("a b", "c d e f")).value == 0
    assert ter("a x", ("a b", "c d e f")).value == pytest.approx(1 / 3, abs=1e-12)


@pytest.mark.parametrize("name", ["bleu", "chrf", "ter"])
@pytest.mark.parametrize("text", ["", "...", "\ud800 \udfff", "👩‍🚀 👍🏽", "猫が好き", "a", " \n\t", "\x00"])
def test_hard_texts(name: str, text: str) -> None:
    high = 10 if name == "ter" else 1
    for pred, ref in ((text, text), (text, "a b c d"), ("a b c d", text)):
        assert 0 <= score(name, [pred], [ref]).value <= high


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bleu", "chrf"])
def test_a_million_characters(name: str) -> None:
    text = "ab, " * 250_000
    assert score(name, [text], [text]).value == pytest.approx(1, abs=1e-12)


def test_ter_of_a_long_text() -> None:
    text = "a b c d e f g h " * 100
    assert ter(text, text).value == 0


@pytest.mark.parametrize("name", ["bleu", "chrf", "ter"])
def test_streams_merge_and_missing_texts_are_empty(name: str) -> None:
    preds, refs = ["a b c d e", None, "x"], ["a b c d f", "g h", "x y"]
    whole, first, rest = (Stream(name) for _ in range(3))
    whole.extend(preds, refs)
    first.extend(preds[:1], refs[:1])
    rest.extend(preds[1:], refs[1:])
    assert (pickle.loads(pickle.dumps(first)) + rest).value == whole.value
    assert (whole.n_total, list(whole.reasons.values())) == (3, ["no prediction"])


def test_the_engine_is_a_value() -> None:
    assert pickle.loads(pickle.dumps(SACREBLEU)) == SACREBLEU
    assert SACREBLEU.fingerprint.startswith("sacrebleu-")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bleu("a", "a", tokens="13b"), r"sacreBLEU's tokenizers that need no model.*Did you mean '13a'"),
        (lambda: bleu("a", "a", tokens="flores200"), "Pass a function"),
        (lambda: bleu("a", "a", smoothing="addk"), "Did you mean 'add-k'"),
        (lambda: bleu(1, "a"), "A number is compared as text"),
        (lambda: chrf("a", "a", char_order=0), "nothing is left to count"),
        (lambda: chrf("a", ("a", 1)), "wanted a text"),
        (lambda: ter("a", ["a"]), "Several references of one item are a tuple"),
        (lambda: ter("a", None), "without a reference"),
    ],
)
def test_what_cannot_be_scored(call: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        call()  # type: ignore[operator]
