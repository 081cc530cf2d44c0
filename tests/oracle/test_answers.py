"""Answers, classes, label sets and numbers against scikit-learn, torchmetrics, the package anls and VQA's evaluation.

What torchmetrics, anls and VQA say was recorded once: golden/answers.json, by golden/makers/make_answers.py.
"""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from generallevel._kernels.normal_forms import vqa
from generallevel.scoring import score

metrics = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.oracle

CASES = 250
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "answers.json").read_text(encoding="utf-8"))


def labels(rng: np.random.Generator, kind: str) -> tuple[object, object]:
    n, classes = int(rng.integers(1, 60)), int(rng.integers(1, 6))
    preds, refs = rng.integers(0, classes, (2, n))
    if kind == "texts":
        return np.array(list("abcdef"))[preds], np.array(list("abcdef"))[refs]
    if kind == "booleans":
        return preds > 0, refs > 0
    return (preds.tolist(), refs.tolist()) if kind == "lists" else (preds, refs)


@pytest.mark.parametrize("kind", ["texts", "integers", "booleans", "lists"])
def test_accuracy_is_scikit_learn_s(kind: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(CASES // 4):  # 248 in all
        preds, refs = labels(rng, kind)
        result = score("accuracy", preds, refs, keep_items=True)
        assert result.value == pytest.approx(metrics.accuracy_score(refs, preds), abs=1e-15)
        hits = metrics.accuracy_score(refs, preds, normalize=False)
        assert result.items is not None
        assert sum(item.value for item in result.items) == hits  # item by item
        assert score("accuracy", preds, refs).tally == result.tally  # and in one expression


@pytest.mark.parametrize("kind", ["texts", "integers", "booleans", "lists"])
def test_averages_over_classes_are_scikit_learn_s(kind: str) -> None:
    rng = np.random.default_rng(2)
    for _ in range(CASES // 4):  # 248 in all
        preds, refs = labels(rng, kind)
        for average in ("macro", "weighted", "micro"):
            wanted = metrics.f1_score(refs, preds, average=average, zero_division=0.0)
            value = score("f1", preds, refs, over="classes", average=average).value
            assert value == pytest.approx(wanted, abs=1e-12)
            if average != "micro":
                assert score(f"{average}_f1", preds, refs).value == value
        # Its balanced accuracy warns of classes that were only said; this is what it computes.
        wanted = metrics.recall_score(refs, preds, average="macro", labels=np.unique(refs), zero_division=0.0)
        assert score("macro_accuracy", preds, refs).value == pytest.approx(wanted, abs=1e-12)


def test_the_f1_of_one_class_is_scikit_learn_s() -> None:
    rng = np.random.default_rng(3)
    for _ in range(CASES):
        preds, refs = (rng.integers(0, 3, (2, int(rng.integers(2, 40)))) == 0).astype(int)
        if (preds + refs).any():
            value = score("f1", preds, refs, over="classes", average="positive", positive=1).value
            assert value == pytest.approx(metrics.f1_score(refs, preds), abs=1e-12)


def test_label_sets_are_scikit_learn_s() -> None:
    rng = random.Random(4)
    for _ in range(CASES):
        preds, refs = (
            [set(rng.sample("abcdef", rng.randint(0, 4))) for _ in range(rng.randint(1, 30))] for _ in range(2)
        )
        refs = (refs * 30)[: len(preds)]
        tables = [[[name in labels for name in "abcdef"] for labels in side] for side in (refs, preds)]
        if not np.any(tables):
            continue
        wanted = metrics.f1_score(*map(np.array, tables), average="micro", zero_division=0.0)
        result = score("micro_f1", preds, refs, keep_items=True)
        assert result.value == pytest.approx(wanted, abs=1e-12)
        assert score("micro_f1", preds, refs).tally == result.tally
        per_item = metrics.f1_score(*map(np.array, tables), average="samples", zero_division=np.nan)
        own = [item.value for item in result.items or () if item.value is not None]
        assert not own or np.mean(own) == pytest.approx(np.nanmean(per_item), abs=1e-12)


def test_numbers_are_scikit_learn_s() -> None:
    rng = np.random.default_rng(5)
    pairs = {
        "mae": metrics.mean_absolute_error,
        "mean_squared_error": metrics.mean_squared_error,
        "rmse": lambda refs, preds: metrics.mean_squared_error(refs, preds) ** 0.5,
    }
    for _ in range(CASES):
        preds, refs = rng.normal(0, 10.0 ** rng.integers(-5, 6), (2, int(rng.integers(1, 40))))
        for name, theirs in pairs.items():
            wanted = theirs(refs, preds)
            assert score(name, preds, refs).value == pytest.approx(wanted, rel=1e-12)
            assert score(name, [str(pred) for pred in preds], refs).value == pytest.approx(wanted, rel=1e-12)
            assert score(name, [preds], [refs]).value == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("pred", "refs", "match", "f1"), GOLDEN["squad"])
def test_questions_are_squad_s(pred: str, refs: list[str], match: float, f1: float) -> None:
    assert score("exact_match", [pred], [tuple(refs)], variant="squad").value == match
    assert score("f1", [pred], [tuple(refs)], variant="squad").value == pytest.approx(f1, abs=1e-6)  # single precision


def test_similarities_are_those_of_the_package_anls() -> None:
    preds, refs, values = zip(*GOLDEN["anls"], strict=True)
    result = score("anls", preds, [tuple(several) for several in refs], keep_items=True)
    assert [item.value for item in result.items or ()] == pytest.approx(values, abs=1e-15)
    assert result.value == pytest.approx(np.mean(values), abs=1e-12)
    assert 0.2 < np.mean(np.array(values) > 0) < 0.95


def test_visual_questions_are_vqa_s() -> None:
    for pred, people, form, value in GOLDEN["vqa"]:
        assert vqa(pred) == form
        assert score("accuracy", [pred], [tuple(people)], variant="vqa").value == pytest.approx(value, abs=1e-12)
    assert len({value for *_, value in GOLDEN["vqa"]}) > 4


def released_micro_f1(preds: list[str], refs: list[str]) -> float:
    """The released scorer's definition, said again: sets of what stands between the separators."""
    sides = [[set(text.strip().split("<p>")) for text in side] for side in (preds, refs)]
    right = sum(len(said & true) for said, true in zip(*sides, strict=True))
    precision = right / sum(map(len, sides[0]))
    recall = right / sum(map(len, sides[1]))
    return 2 * precision * recall / (precision + recall) if right else 0.0


def released_f1(pred: str, ref: str) -> float:
    """The released scorer's definition, said again: common different tokens over all tokens."""
    said, true = pred.split(), ref.split()
    common = len(set(said) & set(true))
    if not common:
        return 0.0
    precision, recall = common / len(said), common / len(true)
    return 2 * precision * recall / (precision + recall)


def test_the_released_variants() -> None:
    rng = random.Random(6)
    for _ in range(CASES):
        preds, refs = (
            ["<p>".join(rng.choice(["a", "b", " c", "", "a b"]) for _ in range(rng.randint(0, 4))) for _ in range(9)]
            for _ in range(2)
        )
        value = score("micro_f1", preds, refs, variant="released").value
        assert value == pytest.approx(released_micro_f1(preds, refs), abs=1e-12)
        preds, refs = (
            [" ".join(rng.choice("aabcd") for _ in range(rng.randint(0, 5))) for _ in range(9)] for _ in range(2)
        )
        wanted = sum(map(released_f1, preds, refs)) / 9
        assert score("f1", preds, refs, variant="released").value == pytest.approx(wanted, abs=1e-12)
