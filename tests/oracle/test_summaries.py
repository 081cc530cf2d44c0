"""ROUGE against rouge-score, and the stems against NLTK's."""

import random
import re
from pathlib import Path
from typing import Any

import pytest

import generallevel
from generallevel._kernels.porter import IRREGULAR, STEP_2, STEP_3, STEP_4, stem
from generallevel._kernels.tokens import ascii_terms
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

WORDS = [
    "a",
    "the",
    "cats",
    "running",
    "ran",
    "relational",
    "Don't",
    "3.5",
    "naïve",
    "кошка",
    "猫",
    "skies",
    "\ud800",
    "👩‍🚀",
]
ENDINGS = ["s", "es", "ies", "sses", "ed", "ied", "eed", "ing", "y", "ly", "e", "ll", "logi", "alli", ""]


@pytest.fixture(scope="module")
def scorer() -> Any:
    return pytest.importorskip("rouge_score.rouge_scorer")


def phrase(rng: random.Random, shortest: int = 0) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(shortest, 14)))


@pytest.mark.parametrize("stemmed", [False, True])
def test_rouge_is_that_of_rouge_score(scorer: Any, stemmed: bool) -> None:
    peer = scorer.RougeScorer(["rouge1", "rougeL"], use_stemmer=stemmed)
    rng = random.Random(4)
    pairs = [(phrase(rng), phrase(rng)) for _ in range(300)]
    pairs += [("", ""), ("a", ""), ("", "a"), ("a", "a"), ("a", "b"), ("!?", "!?"), ("İ K", "i k")]
    for pred, ref in pairs:
        theirs = peer.score(ref, pred)
        for name, key in (("rouge_1", "rouge1"), ("rouge_l", "rougeL")):
            ours = score(name, [pred], [ref], tokens="ascii", stemmed=stemmed).value
            assert ours == pytest.approx(theirs[key].fmeasure, abs=1e-12)


def test_the_released_variant_takes_the_best_of_several_references(scorer: Any) -> None:
    peer = scorer.RougeScorer(["rouge1", "rougeL"], use_stemmer=True)
    rng = random.Random(5)
    preds = [phrase(rng) for _ in range(200)]
    refs = [tuple(phrase(rng) for _ in range(rng.randint(1, 4))) for _ in preds]
    for name, key in (("rouge_1", "rouge1"), ("rouge_l", "rougeL")):
        each = [peer.score_multi(several, pred)[key].fmeasure for pred, several in zip(preds, refs, strict=True)]
        result = score(name, preds, refs, variant="released", keep_items=True)
        assert result.items is not None
        assert [item.value for item in result.items] == pytest.approx(each, abs=1e-12)


def test_words_are_those_of_rouge_score() -> None:
    tokenize = pytest.importorskip("rouge_score.tokenize")
    rng = random.Random(6)
    for _ in range(500):
        text = "".join(
            chr(rng.choice((rng.randrange(128), rng.randrange(0x2100, 0x2200), 0x130, 0xE9))) for _ in range(12)
        )
        assert ascii_terms(text) == tokenize.tokenize(text, None)


def test_stems_are_nltk_s() -> None:
    porter = pytest.importorskip("nltk.stem.porter").PorterStemmer()
    texts = "".join(path.read_text(encoding="utf-8") for path in Path(generallevel.__file__).parent.rglob("*.py"))
    words = {*re.findall(r"[a-z0-9]+", texts.lower()), *IRREGULAR}
    rng = random.Random(7)
    endings = [*ENDINGS, *STEP_4, *(suffix for suffix, _ in (*STEP_2, *STEP_3))]
    for _ in range(20_000):  # words that no language has, but with two endings each
        start = "".join(rng.choice("aeiouyybcdflmnstzlsw") for _ in range(rng.randint(1, 6)))
        words.add(start + rng.choice(endings) + rng.choice(endings))
    assert len(words) > 15_000
    assert [(word, stem(word)) for word in sorted(words)] == [(word, porter.stem(word)) for word in sorted(words)]
    assert stem("y" * 70 + "ing") == porter.stem("y" * 70 + "ing")
