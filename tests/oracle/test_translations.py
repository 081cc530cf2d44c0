"""BLEU, chrF and TER against sacreBLEU: the corpus, each sentence, each count."""

import random
import warnings
from typing import Any

import pytest

from generallevel.metrics.language.translations import bleu, chrf, ter
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

sacrebleu = pytest.importorskip("sacrebleu.metrics")

WORDS = ["a", "b", "the", "The", "cat,", "(dog)", "don't", "1,000.5", "&quot;", "猫が", "é", "👩‍🚀", "\ud800", "end."]


def phrase(rng: random.Random, shortest: int = 0) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(shortest, 12)))


def near(rng: random.Random, text: str) -> str:
    words = text.split()
    for _ in range(rng.randint(0, 3)):
        if words:
            words[rng.randrange(len(words))] = rng.choice(WORDS)
    cut = rng.randint(0, len(words))
    return " ".join(words[cut:] + words[:cut]) if rng.random() < 0.3 else " ".join(words)


def corpora(seed: int, n: int) -> list[tuple[list[str], list[tuple[str, ...]]]]:
    rng = random.Random(seed)
    made = []
    for _ in range(n):
        k = rng.choice((1, 1, 3))
        refs = [tuple(phrase(rng) for _ in range(k)) for _ in range(rng.randint(1, 6))]
        made.append(([near(rng, rng.choice(several)) for several in refs], refs))
    return made


def theirs(peer: Any, preds: list[str], refs: list[tuple[str, ...]]) -> float:
    return float(peer.corpus_score(preds, [list(column) for column in zip(*refs, strict=True)]).score) / 100


@pytest.mark.parametrize("tokens", ["13a", "intl", "zh", "char", "none"])
@pytest.mark.parametrize("smoothing", ["exp", "floor", "add-k", "none"])
def test_bleu_of_a_corpus(tokens: str, smoothing: str) -> None:
    for effective in (False, True):
        peer = sacrebleu.BLEU(tokenize=tokens, smooth_method=smoothing, effective_order=effective, lowercase=effective)
        for preds, refs in corpora(1, 60):
            ours = score(
                "bleu", preds, refs, tokens=tokens, smoothing=smoothing, effective_order=effective, lowercase=effective
            )
            assert ours.value == pytest.approx(theirs(peer, preds, refs), abs=1e-12)


def test_bleu_of_a_sentence() -> None:
    peer = sacrebleu.BLEU(effective_order=True)
    for preds, refs in corpora(2, 100):
        kept = score("bleu", preds, refs, variant="sentence", keep_items=True)
        each = [peer.sentence_score(p, list(r)).score / 100 for p, r in zip(preds, refs, strict=True)]
        assert kept.items is not None
        assert [item.value for item in kept.items] == pytest.approx(each, abs=1e-12)


def test_counts_of_bleu() -> None:
    peer = sacrebleu.BLEU(effective_order=True)
    for preds, refs in corpora(3, 100):
        for pred, several in zip(preds, refs, strict=True):
            found, wanted = bleu(pred, several), peer.sentence_score(pred, list(several))
            assert [*found.matched] == wanted.counts  # type: ignore[attr-defined]
            assert [*found.total] == wanted.totals  # type: ignore[attr-defined]
            assert (found.length, found.reference_length) == (wanted.sys_len, wanted.ref_len)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "params",
    [{}, {"word_order": 2}, {"lowercase": True, "whitespace": True}, {"char_order": 3, "word_order": 1}],
)
def test_chrf(params: dict[str, Any]) -> None:
    peer = sacrebleu.CHRF(**params)
    for preds, refs in corpora(4, 120):
        assert score("chrf", preds, refs, **params).value == pytest.approx(theirs(peer, preds, refs), abs=1e-12)
        for pred, several in zip(preds, refs, strict=True):
            sentence = peer.sentence_score(pred, list(several)).score / 100
            assert chrf(pred, several, **params).value == pytest.approx(sentence, abs=1e-12)


@pytest.mark.parametrize(
    ("params", "peers"),
    [
        ({}, {}),
        ({"normalized": True, "case_sensitive": True}, {"normalized": True, "case_sensitive": True}),
        ({"normalized": True, "asian": True, "punctuation": False},
         {"normalized": True, "asian_support": True, "no_punct": True}),
    ],
)  # fmt: skip
def test_ter(params: dict[str, Any], peers: dict[str, Any]) -> None:
    peer = sacrebleu.TER(**peers)
    for preds, refs in corpora(5, 120):
        assert score("ter", preds, refs, **params).value == pytest.approx(theirs(peer, preds, refs), abs=1e-12)
        for pred, several in zip(preds, refs, strict=True):
            sentence = peer.sentence_score(pred, list(several)).score / 100
            assert ter(pred, several, **params).value == pytest.approx(sentence, abs=1e-12)


def test_the_signature_names_the_sacrebleu_that_counted() -> None:
    import sacrebleu as installed

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f"|engine:sacrebleu-{installed.__version__}|" in score("bleu", ["a b"], ["a b"]).signature
        assert f"|engine:sacrebleu-{installed.__version__}|" in score("ter", ["a b"], ["a b"]).signature
