"""Average precision of boxes, masks and keypoints beside pycocotools, its rewrites and scikit-learn."""

import runpy
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel import score
from generallevel.errors import UndefinedScore
from generallevel.metrics.image.boxes import box_ap
from generallevel.metrics.image.coco_files import from_coco
from generallevel.metrics.image.instances import mask_ap
from generallevel.metrics.image.keypoints import COCO_SIGMAS, keypoint_ap

WORLDS = runpy.run_path(str(Path(__file__).with_name("coco_worlds.py")))
AREAS, world, evaluated, precision = (WORLDS[name] for name in ("AREAS", "world", "evaluated", "precision"))

pytestmark = pytest.mark.oracle

KINDS: dict[str, tuple[Any, str, str, dict[str, Any]]] = {
    "boxes": (box_ap, "bbox", "boxes", {"boxes": "xywh"}),
    "masks": (mask_ap, "segm", "masks", {}),
    "keypoints": (keypoint_ap, "keypoints", "keypoints", {"sigmas": COCO_SIGMAS, "boxes": "xywh"}),
}
SEEDS = {"boxes": 240, "masks": 200, "keypoints": 200}
CASES = [(kind, start) for kind, seeds in SEEDS.items() for start in range(0, seeds, 40)]


@pytest.fixture(scope="module")
def pycocotools() -> tuple[Any, Any]:
    coco = pytest.importorskip("pycocotools.coco")
    return coco.COCO, pytest.importorskip("pycocotools.cocoeval").COCOeval


def ours(name: str, preds: Any, refs: Any, **params: Any) -> float | None:
    try:
        return score(name, preds, refs, **params).value
    except UndefinedScore:
        return None


@pytest.mark.parametrize(("kind", "start"), CASES)
def test_values_are_those_of_pycocotools(kind: str, start: int, pycocotools: Any) -> None:
    metric, their_kind, name, params = KINDS[kind]
    seen = 0
    for seed in range(start, start + 40):
        truth, found = world(seed, ties=seed % 3 == 0, largest=100.0 if seed % 4 == 0 else 60.0)
        if not found:
            continue
        most = 20 if kind == "keypoints" else [100, 100, 2][seed % 3]
        theirs = evaluated(truth, found, their_kind, pycocotools, maxDets=[most])
        preds, refs = from_coco(truth, found, kind=name)
        for area in theirs.params.areaRngLbl:
            wanted = precision(theirs, area)
            got = ours(metric.name, preds, refs, area=area, max_dets=most, **params)
            assert (got is None) == (wanted is None), (seed, area)
            if wanted is not None:
                assert got == pytest.approx(wanted, abs=1e-9), (seed, area)
                seen += 1
    assert seen > 60


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_are_those_of_pycocotools(kind: str, pycocotools: Any) -> None:
    metric, their_kind, name, params = KINDS[kind]
    compared = 0
    for seed in range(1000, 1040):
        truth, found = world(seed, ties=seed % 2 == 0)
        if not found:
            continue
        most = 20 if kind == "keypoints" else 100
        theirs = evaluated(truth, found, their_kind, pycocotools, maxDets=[most])
        preds, refs = from_coco(truth, found, kind=name)
        for area in ("all", "medium"):
            wanted = their_decisions(theirs, area)
            for image in preds:
                tally = metric(preds[image], refs[image], area=area, max_dets=most, **params)
                assert our_decisions(tally) == wanted[image], (seed, area, image)
                compared += len(tally.scores)
    assert compared > 500


def their_decisions(theirs: Any, area: str) -> dict[Any, Any]:
    """By image and class, the scores and verdicts from the surest down; what counts nowhere is left out."""
    span = list(theirs.params.areaRng[list(theirs.params.areaRngLbl).index(area)])
    decisions: dict[Any, Any] = defaultdict(dict)
    for one in theirs.evalImgs:
        if one is None or list(one["aRng"]) != span:
            continue
        verdicts = np.where(one["dtIgnore"], 2, one["dtMatches"] > 0).T
        rows = [(s, v.tolist()) for s, v in zip(one["dtScores"], verdicts, strict=True) if not (v == 2).all()]
        if rows:
            decisions[one["image_id"]][one["category_id"]] = rows
    return decisions


def our_decisions(tally: Any) -> dict[Any, Any]:
    decisions: dict[Any, Any] = defaultdict(list)
    for place in np.lexsort((tally.places, -tally.scores)).tolist():
        decisions[tally.classes[tally.labels[place]]].append((tally.scores[place], tally.verdicts[place].tolist()))
    return decisions


@pytest.mark.parametrize("library", ["faster_coco_eval", "hotcoco"])
@pytest.mark.parametrize("kind", ["boxes", "masks"])
def test_values_are_those_of_the_rewrites(library: str, kind: str) -> None:
    module = pytest.importorskip(library)
    evaluator = module.COCOeval_faster if library == "faster_coco_eval" else module.COCOeval
    metric, their_kind, name, params = KINDS[kind]
    seen = 0
    for seed in range(2000, 2040):
        truth, found = world(seed)
        if not found or not truth["annotations"]:
            continue
        theirs = rewritten(truth, found, their_kind, module, evaluator)
        preds, refs = from_coco(truth, found, kind=name)
        got = ours(metric.name, preds, refs, **params)
        wanted = theirs if theirs > -1 else None
        assert (got is None) == (wanted is None), seed
        if wanted is not None:
            assert got == pytest.approx(wanted, abs=1e-9), seed
            seen += 1
    assert seen > 25


def rewritten(truth: Any, found: Any, kind: str, module: Any, evaluator: Any) -> float:
    if module.__name__ == "faster_coco_eval":
        evaluation = evaluated(truth, found, kind, (module.COCO, evaluator))
    else:
        part = {"bbox": "bbox", "segm": "segmentation"}[kind]
        records = [{k: one[k] for k in ("image_id", "category_id", "score", part)} for one in found]
        there = module.COCO(truth)
        evaluation = evaluator(there, there.load_res(records), kind)
        evaluation.evaluate()
        evaluation.accumulate()
    cells = np.asarray(evaluation.eval["precision"])[:, :, :, 0, -1]
    return float(cells[cells > -1].mean()) if (cells > -1).any() else -1.0


@pytest.mark.parametrize("name", ["ap10", "ap50", "ap75"])
def test_single_thresholds_are_those_of_pycocotools(name: str, pycocotools: Any) -> None:
    threshold = int(name[2:]) / 100
    for seed in range(3000, 3070):
        truth, found = world(seed)
        if not found:
            continue
        theirs = evaluated(truth, found, "bbox", pycocotools, iouThrs=np.array([threshold]))
        wanted = precision(theirs, "all")
        assert ours(name, *from_coco(truth, found), boxes="xywh") == pytest.approx(wanted, abs=1e-9), seed


def test_recall_is_that_of_pycocotools(pycocotools: Any) -> None:
    for seed in range(4000, 4040):
        truth, found = world(seed)
        if not found:
            continue
        cells = evaluated(truth, found, "bbox", pycocotools).eval["recall"][:, :, 0, -1]
        if not (cells > -1).any():
            continue
        result = score("box_ap", *from_coco(truth, found), boxes="xywh")
        assert result.tally.recall == pytest.approx(cells[cells > -1].mean(), abs=1e-9)  # type: ignore[attr-defined]


def test_without_ids_only_ties_differ_from_pycocotools(pycocotools: Any) -> None:
    apart = 0
    for seed in range(5000, 5040):
        for ties in (False, True):
            truth, found = world(seed, ties=ties)
            if not found:
                continue
            wanted = precision(evaluated(truth, found, "bbox", pycocotools), "all")
            preds, refs = from_coco(truth, found)
            plain = {image: {key: ref[key] for key in ref if key != "id"} for image, ref in refs.items()}
            got = ours("box_ap", preds, plain, boxes="xywh")
            if wanted is None or got is None:
                assert got is wanted
            elif ties:
                apart += abs(got - wanted) > 1e-9
            else:
                assert got == pytest.approx(wanted, abs=1e-9)
    assert apart > 10, "ties are no longer treated otherwise: say so in the docstring of ap50"


def test_the_step_average_is_that_of_scikit_learn() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    for _ in range(200):
        n = int(rng.integers(2, 30))
        right = rng.random(n) < 0.5
        right[0] = True
        scores = rng.integers(0, 6, n) / 5 if rng.random() < 0.5 else rng.random(n)
        box = [[0, 0, 10, 10]]
        preds = [{"boxes": box, "scores": [s]} for s in scores]
        refs = [{"boxes": box if hit else []} for hit in right]
        got = score("box_ap", preds, refs, boxes="xyxy", points="step").value
        assert got == pytest.approx(sklearn.average_precision_score(right, scores), abs=1e-12)


@pytest.mark.parametrize("area", AREAS)
def test_no_results_at_all_score_0(area: str) -> None:
    # pycocotools raises IndexError on an empty list of results.
    truth, _ = world(7, largest=100.0)
    got = ours("box_ap", *from_coco(truth, []), boxes="xywh", area=area)
    assert got in (0.0, None)
