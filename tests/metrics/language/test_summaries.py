"""ROUGE: words in common, the longest common subsequence, stems, scripts, several references."""

import pytest

from generallevel._kernels.porter import stem
from generallevel._kernels.tokens import ascii_terms, terms
from generallevel.errors import InvalidInput
from generallevel.metrics.language.summaries import rouge_1, rouge_l
from generallevel.scoring import score

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
    "Decomposed": "nai\u0308ve cafe\u0301",
}
ROUGE = pytest.mark.parametrize("rouge", [rouge_1, rouge_l], ids=["rouge_1", "rouge_l"])


@pytest.mark.parametrize(
    ("pred", "ref", "one", "longest"),
    [
        ("the cat sat", "the cat sat", 1, 1),
        ("The cat sat!", "the (cat) sat", 1, 1),  # no case, no punctuation
        ("cat the sat", "the cat sat", 1, 2 * 2 / 6),
        ("the the cat", "the cat", 2 * 2 / 5, 2 * 2 / 5),
        ("the cat sat there", "the cat sat down here", 2 * 3 / 9, 2 * 3 / 9),
        ("a b", "c d", 0, 0),
        ("", "a", 0, 0),
        ("a", "", 0, 0),
        ("", "", 0, 0),
        ("?!", "?!", 0, 0),
        ("\ud800", "\ud800", 0, 0),
        ("a \ud800 b", "a b", 1, 1),
    ],
)
def test_one_reference(pred: str, ref: str, one: float, longest: float) -> None:
    assert rouge_1(pred, ref).value == pytest.approx(one, abs=1e-12)
    assert rouge_l(pred, ref).value == pytest.approx(longest, abs=1e-12)


@ROUGE
def test_the_best_reference_counts(rouge: object) -> None:
    assert rouge("a b", ("x", "a b", "")).value == 1  # type: ignore[operator]


@ROUGE
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_script_equals_itself(rouge: object, text: str) -> None:
    assert rouge(text, text).value == 1  # type: ignore[operator]
    assert rouge("unlike", text).value == 0  # type: ignore[operator]


def test_the_released_words_are_english_only() -> None:
    for text, value in (("Don't panic", 1), ("猫が好き", 0), ("Кошка сидела", 0)):
        assert score("rouge_l", [text], [text], variant="released").value == value


def test_stems() -> None:
    assert rouge_1("cats running", "cat runs").value == 0
    assert rouge_1("cats running", "cat runs", stemmed=True).value == 1
    assert rouge_1("ran", "run", stemmed=True).value == 0
    assert rouge_1("was", "wa", stemmed=True).value == 0  # words of three letters stay
    assert rouge_1("bättings", "bätting", stemmed=True).value == 0  # no English word
    assert [stem(word) for word in ("", "s", "by", "ties", "agreed", "hopping", "hissing", "filing", "enjoy")] == [
        *("", "s", "by", "tie", "agre", "hop", "hiss", "file", "enjoy"),
    ]


def test_terms_of_ascii_text_are_the_ascii_terms() -> None:
    text = "It's a_b 3.5% (x-y) \x00 \t\n Z"
    assert terms(text) == ascii_terms(text) == ["it", "s", "a", "b", "3", "5", "x", "y", "z"]


def test_terms_of_other_scripts() -> None:
    assert terms("Straße — ¿qué?") == ["strasse", "qué"]
    assert terms("❤️👩‍🚀™") == ["❤️", "👩‍🚀", "™"]
    assert terms("a_é") == ["a", "é"]


@ROUGE
def test_a_million_characters(rouge: object) -> None:
    for text in ("a" * 10**6, "ab, " * 20_000, "猫" * 20_000, "y" * 10**6):
        assert rouge(text, text, stemmed=True).value == 1  # type: ignore[operator]


@ROUGE
@pytest.mark.parametrize(
    ("pred", "ref", "message"),
    [
        (None, "a", "wanted a text"),
        (b"a", "a", r"Decode it first"),
        ("a", ["a"], "Several references of one item are a tuple"),
        ("a", (), "without a reference"),
    ],
)
def test_what_cannot_be_scored(rouge: object, pred: object, ref: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        rouge(pred, ref)  # type: ignore[operator]


def test_long_texts_are_counted_as_short_ones_are() -> None:
    short = rouge_1("a a b c " * 60, "a b b d " * 60).value
    assert short == rouge_1("a a b c " * 70, "a b b d " * 70).value == 2 / 4


def test_an_unknown_cut() -> None:
    with pytest.raises(InvalidInput, match=r"no way to cut a text.*Did you mean 'terms'"):
        rouge_1("a", "a", tokens="term")
