"""Label maps and masks against scikit-learn, pycocotools and painted boxes; mask volumes against the released code."""

import json
import runpy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel._kernels.confusion import class_counts
from generallevel._kernels.label_maps import label_map
from generallevel.metrics.image.masks import ClassOverlaps, dice, mean_iou
from generallevel.scoring import score

peer = pytest.importorskip("sklearn.metrics")
pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"


def label_maps(rng: np.random.Generator) -> tuple[Any, Any, int, str]:
    """A pair of maps: few classes or many, all alike or one only, of one pixel or of several axes."""
    classes = int(rng.choice([2, 3, 19, 255, 256, 700, 65536]))
    dtype = "uint8" if classes <= 256 and rng.random() < 0.5 else str(rng.choice(["uint16", "int32", "int64"]))
    shape = tuple(rng.integers(1, 12, rng.integers(1, 4)).tolist())
    used = np.unique(rng.integers(classes, size=rng.integers(1, 6)))
    ref = rng.choice(used, size=shape)
    pred = np.where(rng.random(shape) < rng.random(), ref, rng.choice([*used, classes - 1], size=shape))
    return pred.astype(dtype), ref.astype(dtype), classes, dtype


@pytest.mark.filterwarnings("ignore:A single label was found")
def test_counts_and_scores_are_scikit_learn_s() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        pred, ref, classes, _ = label_maps(rng)
        labels = np.unique(np.concatenate([pred.ravel(), ref.ravel()])).astype(np.int64)
        matrix = peer.confusion_matrix(ref.ravel(), pred.ravel(), labels=labels)
        common, said, wanted = (counts[labels] for counts in class_counts(pred, ref, classes))
        assert (common == np.diagonal(matrix)).all()
        assert (said == matrix.sum(axis=0)).all()
        assert (wanted == matrix.sum(axis=1)).all()

        settings = {"num_classes": classes, "background": None}
        tally = mean_iou(pred, ref, **settings)
        assert isinstance(tally, ClassOverlaps)
        each = peer.jaccard_score(ref.ravel(), pred.ravel(), labels=labels, average=None)
        assert tally.per_class[labels] == pytest.approx(each, abs=1e-12)
        assert np.isnan(np.delete(tally.per_class, labels)).all()
        assert tally.value == pytest.approx(each.mean(), abs=1e-12)
        wanted_dice = peer.f1_score(ref.ravel(), pred.ravel(), labels=labels, average="macro", zero_division=0)
        assert score("dice", [pred], [ref], variant="pooled", **settings).value == pytest.approx(wanted_dice, abs=1e-12)
        if classes <= 700:
            for rule, value in (("zero", 0.0), ("one", 1.0)):
                every = np.full(classes, value)
                every[labels] = each
                assert mean_iou(pred, ref, absent_class=rule, **settings).value == pytest.approx(
                    every.mean(), abs=1e-12
                )


def test_pixels_of_a_set_are_counted_together_and_ignored_ones_are_not() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        classes, background = int(rng.integers(2, 9)), None if rng.random() < 0.5 else 0
        void = int(rng.choice([255, classes, -1]))
        refs = [rng.integers(classes, size=rng.integers(1, 9, 2)) for _ in range(rng.integers(1, 5))]
        preds = [np.where(rng.random(ref.shape) < 0.6, ref, rng.integers(classes, size=ref.shape)) for ref in refs]
        for side, share in ((refs, 0.2), (preds, 0.05)):
            for labels in side:
                labels[rng.random(labels.shape) < share] = void
        wanted, said = (np.concatenate([labels.ravel() for labels in side]) for side in (refs, preds))
        kept = wanted != void
        if not kept.any():
            continue
        labels = np.delete(np.arange(classes), [] if background is None else [background])
        seen = np.intersect1d(labels, np.concatenate([wanted[kept], said[kept]]))
        settings = {"num_classes": classes, "background": background, "ignore_index": void}
        if seen.size:
            each = peer.jaccard_score(wanted[kept], said[kept], labels=seen, average=None)
            assert score("mean_iou", preds, refs, **settings).value == pytest.approx(each.mean(), abs=1e-12)
            there = np.isin(seen, wanted[kept])
            if there.any():
                found = score("mean_iou", preds, refs, unreferenced="skip", **settings).value
                assert found == pytest.approx(each[there].mean(), abs=1e-12)


def test_masks_average_over_images() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        ref = rng.random(rng.integers(1, 9, 2)) < rng.random()
        pred = np.where(rng.random(ref.shape) < 0.7, ref, ~ref)
        if not (ref.any() or pred.any()):
            continue
        for name, function in (
            ("jaccard_score", lambda *m: mean_iou(*m, num_classes=2, background=0)),
            ("f1_score", dice),
        ):
            expected = getattr(peer, name)(ref.ravel(), pred.ravel(), zero_division=0)
            assert function(pred, ref).value == pytest.approx(expected, abs=1e-12)
            assert function(pred.astype(np.uint8), ref.astype(np.int16)).value == pytest.approx(expected, abs=1e-12)


def test_run_lengths_and_polygons_are_those_of_pycocotools() -> None:
    coco = pytest.importorskip("pycocotools.mask")
    rng = np.random.default_rng(4)
    for _ in range(250):
        h, w = (int(side) for side in rng.integers(1, 40, 2))
        mask = rng.random((h, w)) < rng.choice([0.0, 0.03, 0.5, 0.97, 1.0])
        if rng.random() < 0.5:
            mask = np.repeat(mask, 200, axis=0)
        runs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
        text = {"size": runs["size"], "counts": runs["counts"].decode()}
        assert np.array_equal(label_map(runs, "pred"), mask)
        assert np.array_equal(label_map(text, "pred"), mask)
        polygons = [(rng.random(2 * int(rng.integers(3, 7))) * max(h, w)).tolist() for _ in range(rng.integers(1, 3))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of pycocotools itself
            drawn = coco.decode(coco.merge(coco.frPyObjects(polygons, h, w)))
        assert np.array_equal(label_map({"size": (h, w), "polygons": polygons}, "pred"), drawn)


def test_boxes_cover_what_painting_them_gives() -> None:
    rng = np.random.default_rng(5)
    for _ in range(250):
        sides = []
        painted = np.zeros((2, 40, 40), dtype=bool)
        for canvas in painted:
            starts = rng.integers(0, 25, (rng.integers(0, 6), 2))
            boxes = np.concatenate([starts, starts + rng.integers(0, 15, starts.shape)], axis=1)
            for x, y, right, bottom in boxes:
                canvas[y:bottom, x:right] = True
            sides.append(boxes)
        expected = dice(*painted).value
        assert dice(*sides, boxes="xyxy").value == pytest.approx(expected, abs=1e-12)
        wide = [np.concatenate([side[:, :2], side[:, 2:] - side[:, :2]], axis=1) for side in sides]
        assert dice(*wide, boxes="xywh").value == pytest.approx(expected, abs=1e-12)
        shares = [side / 40 for side in sides]
        assert dice(*shares, boxes="xyxy_normalised").value == pytest.approx(expected, abs=1e-9)


def test_mask_volumes_are_scored_as_released() -> None:
    maker = runpy.run_path(str(GOLDEN / "makers" / "make_released_dense.py"))
    golden = json.loads((GOLDEN / "released_dense.json").read_text(encoding="utf-8"))
    assert maker["fingerprint"]() == golden["fingerprint"], "the cases are not those of the golden file"
    for (pred, ref), expected in zip(maker["volumes"](), golden["mean_iou"], strict=True):
        value = score("mean_iou", [pred], [ref], variant="released").value
        assert 100 * value == pytest.approx(expected, abs=1e-9)
