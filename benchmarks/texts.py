"""What the metrics of generated text cost, beside the libraries that everybody uses for them."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from comparison import Comparison, best_ms

from generallevel.metrics.language.captions import bleu_4, cider
from generallevel.metrics.language.summaries import rouge_1, rouge_l
from generallevel.metrics.language.translations import bleu, chrf, ter
from generallevel.scoring import score

PAIRS = 500
SEED = 3
# Made of syllables, so that stems and n-grams are as various as in real text.
STARTS, ENDINGS = ("run", "act", "relat", "house", "tri", "comput", "nation"), ("s", "ing", "ed", "ional", "ness", "")

FREQUENT = ("the", "a", "of", "and", "to", "in", "is", "on")


def texts() -> tuple[list[str], list[str]]:
    """Predictions and references of 5 to 30 words, half of which they share."""
    rng = np.random.default_rng(SEED)
    words = [*(start + ending for start in STARTS for ending in ENDINGS), *FREQUENT * 3]
    refs = [[words[place] for place in rng.integers(len(words), size=rng.integers(5, 31))] for _ in range(PAIRS)]
    preds = [[word if rng.random() < 0.6 else words[rng.integers(len(words))] for word in ref] for ref in refs]
    return [" ".join(pred) for pred in preds], [" ".join(ref) for ref in refs]


def one(name: str, wanted: float, rounds: int, ours: Callable[[], float], peer: str, theirs: Any) -> Comparison:
    """One line, of two jobs that are timed in turns and must agree."""
    apart = abs(ours() - theirs())
    mine = other = float("inf")
    for _ in range(rounds):
        mine, other = min(mine, best_ms(ours, 1)), min(other, best_ms(theirs, 1))
    return Comparison(f"text: {name}, {PAIRS} pairs", mine, other, peer, f"differ by {apart:.1e}", wanted)


def nltk_bleu_4(preds: list[str], refs: list[str]) -> Callable[[], float]:
    """The mean sentence BLEU-4 of NLTK, smoothed by method 4."""
    nltk = importlib.import_module("nltk.translate.bleu_score")
    smoothing = nltk.SmoothingFunction().method4

    def mean() -> float:
        pairs = zip(preds, refs, strict=True)
        return float(
            sum(nltk.sentence_bleu([r.split()], p.split(), smoothing_function=smoothing) for p, r in pairs) / len(preds)
        )

    return mean


def rouge_mean(preds: list[str], refs: list[str], key: str, stemmed: bool) -> Callable[[], float]:
    """The mean F-measure of rouge-score."""
    scorer = importlib.import_module("rouge_score.rouge_scorer").RougeScorer([key], use_stemmer=stemmed)
    return lambda: float(sum(scorer.score(r, p)[key].fmeasure for p, r in zip(preds, refs, strict=True))) / len(preds)


def pycocoevalcap_cider(preds: list[str], refs: list[str]) -> Callable[[], float]:
    """The CIDEr-D of pycocoevalcap."""
    scorer = importlib.import_module("pycocoevalcap.cider.cider_scorer").CiderScorer

    def corpus() -> float:
        found = scorer()
        for pred, ref in zip(preds, refs, strict=True):
            found += (pred, [ref])
        return float(found.compute_score()[0])

    return corpus


def corpus_of(peer: Any, preds: list[str], refs: list[str]) -> Callable[[], float]:
    """A corpus score of sacreBLEU, as a fraction."""
    return lambda: float(peer.corpus_score(preds, [refs]).score) / 100


def comparisons(rounds: int) -> Iterator[Comparison]:
    """All lines for which the other library is installed."""
    preds, refs = texts()
    warnings.simplefilter("ignore")  # NLTK warns where nothing matches
    jobs: list[tuple[str, float, Callable[[], float], str, Callable[[], Callable[[], float]]]] = [
        (
            "BLEU-4",
            0.25,
            lambda: score(bleu_4, preds, refs, tokens="spaces").value,
            "nltk",
            lambda: nltk_bleu_4(preds, refs),
        ),
        *(
            (
                f"{name}{', stemmed' if stemmed else ''}",
                0.2,
                lambda metric=metric, stemmed=stemmed: (
                    score(metric, preds, refs, tokens="ascii", stemmed=stemmed).value
                ),
                "rouge-score",
                lambda key=key, stemmed=stemmed: rouge_mean(preds, refs, key, stemmed),
            )
            for name, metric, key in (("ROUGE-1", rouge_1, "rouge1"), ("ROUGE-L", rouge_l, "rougeL"))
            for stemmed in (False, True)
        ),
        (
            "CIDEr-D",
            0.7,
            lambda: score(cider, preds, refs, tokens="spaces").value,
            "pycocoevalcap",
            lambda: pycocoevalcap_cider(preds, refs),
        ),
        ("BLEU", 1.0, lambda: score(bleu, preds, refs).value, "sacrebleu", lambda: sacrebleu("BLEU", preds, refs)),
        ("chrF", 1.0, lambda: score(chrf, preds, refs).value, "sacrebleu", lambda: sacrebleu("CHRF", preds, refs)),
        ("TER", 1.1, lambda: score(ter, preds, refs).value, "sacrebleu", lambda: sacrebleu("TER", preds, refs)),
    ]
    for name, wanted, ours, peer, theirs in jobs:
        try:
            other = theirs()
        except ImportError:
            continue  # a comparison needs both
        yield one(name, wanted, rounds, ours, peer, other)


def sacrebleu(kind: str, preds: list[str], refs: list[str]) -> Callable[[], float]:
    """A corpus score of sacreBLEU."""
    return corpus_of(getattr(importlib.import_module("sacrebleu.metrics"), kind)(), preds, refs)
