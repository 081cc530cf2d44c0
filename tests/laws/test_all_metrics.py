"""Every metric keeps every law, and none is forgotten."""

import runpy
from pathlib import Path

import pytest

from generallevel.benchmark import general_bench
from generallevel.registry import Metric, list_metrics
from generallevel.testing import check_metric, laws_of

# Each file below `samples` has a list SAMPLES of (metric, variant, parameters, samples).
TABLES = sorted((Path(__file__).parent / "samples").glob("*.py"))
SAMPLES = [entry for path in TABLES for entry in runpy.run_path(str(path))["SAMPLES"]]

OURS = [metric for metric in list_metrics() if metric.__module__.startswith("generallevel.metrics")]


def title(value: object) -> str:
    return value if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize(("name", "variant", "params", "samples"), SAMPLES, ids=title)
def test_a_metric_keeps_every_law(name: str, variant: str, params: dict[str, object], samples: object) -> None:
    check_metric(name, samples, variant=variant, params=params)


@pytest.mark.parametrize("metric", OURS, ids=lambda metric: metric.name)
def test_a_declaration_keeps_the_laws_of_declarations(metric: Metric) -> None:
    if not metric.computable:  # the others are checked whole, above
        check_metric(metric)
    assert {"declaration", "scale"} <= set(laws_of(metric))


def test_all_ids_of_the_benchmark_are_declared() -> None:
    wanted = {task.metric for task in general_bench()}
    assert len(wanted) == 67
    assert wanted <= {metric.name for metric in OURS}


@pytest.mark.parametrize("metric", [metric for metric in OURS if metric.computable], ids=lambda metric: metric.name)
def test_every_variant_of_a_computable_metric_has_samples(metric: Metric) -> None:
    missing = set(metric.variants) - {variant for name, variant, _, _ in SAMPLES if name == metric.name}
    assert not missing, f"{metric.name}: no samples for {missing}; add them to a file in tests/laws/samples"


def test_every_sample_is_of_a_metric_that_can_be_computed() -> None:
    assert {name for name, _, _, _ in SAMPLES} <= {metric.name for metric in OURS if metric.computable}
