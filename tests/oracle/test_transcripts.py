"""Word and character error rate against jiwer: the corpus, each utterance, each count."""

import random

import pytest

from generallevel.metrics.language.transcripts import alignment, wer
from generallevel.scoring import score

jiwer = pytest.importorskip("jiwer")
pytestmark = pytest.mark.oracle

VOCABULARY = ["a", "b", "c", "the", "The", "cat,", "don't", "猫", "é", "👩‍🚀", "\ud800", "1,000"]


def utterance(rng: random.Random, shortest: int) -> str:
    return " ".join(rng.choice(VOCABULARY) for _ in range(rng.randint(shortest, 12)))


@pytest.mark.parametrize("shortest", [0, 1])  # with and without empty transcripts and references
def test_a_corpus_is_jiwer_s(shortest: int) -> None:
    rng = random.Random(2)
    for _ in range(250):
        preds = [utterance(rng, 0) for _ in range(rng.randint(1, 8))]
        refs = [utterance(rng, shortest) for _ in preds]
        assert score("wer", preds, refs).value == pytest.approx(jiwer.wer(refs, preds), abs=1e-12)
        kept = score("wer", preds, refs, keep_items=True)
        assert kept.value == pytest.approx(jiwer.wer(refs, preds), abs=1e-12)
        each = [jiwer.wer(ref, pred) for pred, ref in zip(preds, refs, strict=True)]
        assert kept.items is not None
        assert [item.value for item in kept.items] == pytest.approx(each, abs=1e-12)
        mean = sum(each) / len(each)
        assert score("wer", preds, refs, variant="released").value == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize(("pred", "ref"), [("", ""), ("a b", ""), ("", "a b"), (" ", "a"), ("  a   b ", "a b")])
def test_edges_are_jiwer_s(pred: str, ref: str) -> None:
    assert wer(pred, ref).value == jiwer.wer(ref, pred)


def test_characters_are_jiwer_s() -> None:
    rng = random.Random(3)
    for _ in range(200):
        pred, ref = ("".join(rng.choice("abc猫é") for _ in range(rng.randint(1, 12))) for _ in range(2))
        assert wer(pred, ref, tokens=list).value == pytest.approx(jiwer.cer(ref, pred), abs=1e-12)


@pytest.mark.parametrize("shortest", [0, 1])
def test_a_corpus_of_characters_is_jiwer_s(shortest: int) -> None:
    rng = random.Random(4)
    for _ in range(150):
        preds = [utterance(rng, 0) for _ in range(rng.randint(1, 6))]
        refs = [utterance(rng, shortest) for _ in preds]
        kept = score("cer", preds, refs, keep_items=True)
        assert kept.value == score("cer", preds, refs).value == pytest.approx(jiwer.cer(refs, preds), abs=1e-12)
        each = [jiwer.cer(ref, pred) for pred, ref in zip(preds, refs, strict=True)]
        assert [item.value for item in kept.items or ()] == pytest.approx(each, abs=1e-12)


def test_alignments_have_jiwer_s_counts() -> None:
    rng = random.Random(5)
    for _ in range(200):
        pred, ref = utterance(rng, 0), utterance(rng, 0)
        theirs = jiwer.process_words(ref, pred)
        kinds = [edit.kind for edit in alignment(pred, ref)]
        assert len(kinds) - kinds.count("equal") == theirs.substitutions + theirs.deletions + theirs.insertions
        assert kinds.count("equal") + kinds.count("substitute") + kinds.count("delete") == len(ref.split())
