"""The declared metrics: all of General-Bench's, each as its tables print it, each on its curve."""

import csv
import importlib
import math
import pickle
import pkgutil
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

import pytest

import generallevel.metrics
from generallevel.errors import AmbiguousName
from generallevel.registry import Metric, find, find_label, fold, list_metrics

CATALOGUE = (files("generallevel.benchmark") / "data" / "tasks.csv").read_text(encoding="utf-8")
TASKS = tuple(csv.DictReader(CATALOGUE.splitlines()))


def declared() -> Iterator[Metric]:
    """What the modules under generallevel.metrics export; the registry may hold metrics of other tests too."""
    for found in pkgutil.walk_packages(generallevel.metrics.__path__, "generallevel.metrics."):
        module = importlib.import_module(found.name)
        for name in getattr(module, "__all__", ()):
            if isinstance(value := getattr(module, name), Metric):
                yield value


METRICS = {metric.name: metric for metric in declared()}
HOLDERS: dict[tuple[str, str], set[str]] = {}
for _metric in METRICS.values():
    for _sheet, _label in _metric.labels:
        HOLDERS.setdefault((_sheet, fold(_label)), set()).add(_metric.name)

COMPUTED = {"accuracy", "bleu_1", "gpt_score", "mos", "psnr", "success_rate", "user_preference_rate", "wer"}
JUDGED = {"gpt_score", "mos", "success_rate", "user_preference_rate"}
# What `unit` may be, and what the unit of a label may be besides: generallevel/metrics/__init__.py
NATIVE = {
    *("fraction", "dB", "1-5", "points", "cm", "px", "degrees"),
    *("percent of distance", "10^3 px", "10^-3", "distance", "data"),
}
PRINTED = NATIVE | {"percent", "unknown"}
# The catalogue's coarse words for the scale of a printed figure, and what a label may say for each.
COARSE = {
    "percent": {"percent", "points"},
    "db": {"dB"},
    "fraction": {"fraction"},
    "mos_1_5": {"1-5"},
    "raw": NATIVE - {"points", "dB", "1-5"} | {"unknown"},
}


def test_the_67_metrics_of_the_catalogue_are_those_with_labels() -> None:
    ours = {task["metric"] for task in TASKS}
    assert len(ours) == 67
    assert {name for name, metric in METRICS.items() if metric.labels} == ours


def test_each_is_declared_once_and_registered() -> None:
    assert [name for name, times in Counter(metric.name for metric in declared()).items() if times > 1] == []
    assert set(METRICS.values()) <= set(list_metrics())
    assert all(find(name) is metric for name, metric in METRICS.items())


def test_directions_are_the_catalogue_s() -> None:
    assert {METRICS[task["metric"]].better == task["better"] for task in TASKS} == {True}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["id"])
def test_the_label_of_every_task_can_mean_its_metric(task: dict[str, str]) -> None:
    metric, key = METRICS[task["metric"]], (task["sheet"], task["label"])
    assert key in metric.labels
    assert metric.labels[key] in COARSE[task["unit"]]
    if HOLDERS[task["sheet"], fold(task["label"])] == {metric.name}:
        assert find_label(*key) is metric
    else:
        with pytest.raises(AmbiguousName, match=rf"\b{metric.name}\b"):
            find_label(*key)


def test_labels_that_several_metrics_share_are_those_we_know() -> None:
    assert {key: names for key, names in HOLDERS.items() if len(names) > 1} == {
        ("Image-Comprehension", "ap50"): {"ap50", "mask_ap50", "keypoint_ap50"},
        ("Image-Comprehension", "ap05"): {"ap50", "mask_ap50"},
        ("Image-Comprehension", "map05"): {"ap50", "keypoint_ap50"},
        ("Image-Generation", "clipscore"): {"clip_score", "clip_image_score"},
        ("Video-Generation", "clipscore"): {"clip_score", "clip_frame_consistency", "clip_style"},
        ("3D-Generation", "clipscore"): {"clip_score", "clip_image_score"},
    }


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_declaration_says_what_the_number_means(metric: Metric) -> None:
    assert metric.unit in NATIVE or (metric.unit and not metric.labels)  # the list is of what tables print
    assert set(metric.labels.values()) <= PRINTED
    assert metric.source
    assert metric.summary.endswith(".")
    assert metric.caution == "" or metric.caution.endswith(".")
    assert metric.needs or metric.computable
    # An estimate without bias is 0 at its best, and by chance below.
    assert metric.best == metric.bounds[metric.better == "higher"] or metric.name == "kid"
    for unit in metric.labels.values():  # the two can be told apart, or are one
        assert unit in (metric.unit, "unknown") or (unit, metric.unit) == ("percent", "fraction")


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_its_curve_runs_from_nothing_to_all(metric: Metric) -> None:
    assert float(metric.scale(metric.best)) == 100
    worst = metric.bounds[0] if metric.better == "higher" else metric.bounds[1]
    steps = [
        worst,
        *(metric.bounds[0] + step for step in (0.25, 0.5, 0.75) if math.isfinite(metric.bounds[0])),
        metric.best,
    ]
    points = [float(metric.scale(step)) for step in sorted(steps, reverse=metric.better == "lower")]
    assert points == sorted(points)
    assert points[0] <= 10  # the longest error that has a bound, 180 degrees, keeps 1.4


def test_curves_have_the_paper_s_check_values() -> None:
    # arXiv 2505.04620v1, A.1: 100 tanh(T / 2x), 100 tanh(x / 20), 100 (x - 1) / 4, 100 (1 - x), 100 (x + 1) / 2
    values = {
        ("fid", 25): 46.212,
        ("depth_rms", 36.4): 59.593,
        ("epe", 23): 2.174,
        ("psnr", 34.56): 93.882,
        ("mos", 3.82): 70.5,
        ("relative_translation_error", 0.55): 42.563,
        ("abs_rel", 0.27): 18.310,
        ("wer", 0.056): 94.4,
        ("ms_ssim", 0.5): 75,
        ("accuracy", 0.833): 83.3,
        ("musiq", 63.5): 63.5,
        ("cider", 0.514): 51.4,
        ("clip_score", -0.2): 0,
    }
    assert {key: round(float(find(key[0]).scale(key[1])), 3) for key in values} == values


@pytest.mark.parametrize(
    ("name", "T"),
    [
        *(("mae", 50), ("depth_rms", 50), ("mse", 5), ("rmse", 5), ("angular_rmse", 5), ("sad", 10), ("abs_rel", 0.1)),
        *(("epe", 1), ("relative_translation_error", 0.5), ("chamfer_distance", 1), ("mcd", 5)),
        *(("fid", 25), ("motion_fid", 25), ("fvd", 100), ("fad", 10)),
    ],
)
def test_the_curve_of_an_error_is_half_way_down_at_its_t(name: str, T: float) -> None:
    assert float(find(name).scale(T)) == pytest.approx(100 * math.tanh(0.5), abs=1e-12)


def test_what_can_be_computed_and_what_people_give() -> None:
    assert {metric.name for metric in METRICS.values() if metric.computable} >= COMPUTED
    assert {metric.name for metric in METRICS.values() if metric.judged} == JUDGED


def test_figures_in_an_unknown_unit_carry_a_caution() -> None:
    doubtful = {metric.name for metric in METRICS.values() if "unknown" in metric.labels.values()}
    assert doubtful == {"epe", "chamfer_distance", "sad", "mse"}
    assert all(METRICS[name].caution for name in doubtful)


def test_every_metric_of_general_bench_can_be_computed() -> None:
    assert [name for name, metric in METRICS.items() if not metric.computable] == []


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_survives_pickling_as_itself(metric: Metric) -> None:
    assert pickle.loads(pickle.dumps(metric)) is metric
