"""Reference pages that nobody writes by hand: metrics and labels from the registry, finding codes, public names."""

from __future__ import annotations

import inspect
import math
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sphinx.ext.napoleon import Config
from sphinx.ext.napoleon.docstring import NumpyDocstring

import generallevel
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.recipes.books import GENERAL_BENCH, formats
from generallevel.benchmark.recipes.recipe import FromHeader, Needs, Recipe
from generallevel.benchmark.task import PROTOCOLS
from generallevel.findings import CODES
from generallevel.registry import Metric, list_metrics

HEADER = ".. Written at build time from the registry. Changes made here are lost.\n\n"
PLAIN_TYPES: Any = Config(napoleon_use_param=False, napoleon_use_rtype=False, napoleon_google_docstring=False)
CURVE_AT = (0.0, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0)  # raw values at which a curve is tabulated


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "reference" / "generated"))
    app.connect("autodoc-process-docstring", lambda *event: unnumber(event[-1]))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(folder: Path) -> None:
    """All generated pages, in a folder that holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "metrics").mkdir(parents=True)
    metrics = list_metrics()
    for metric in metrics:
        save(folder / "metrics" / f"{metric.name}.rst", metric_page(metric))
    save(folder / "metrics.rst", metric_index(metrics))
    save(folder / "labels.rst", label_page(metrics))
    save(folder / "findings.rst", finding_page())
    save(folder / "formats.rst", format_page())
    save(folder / "recipes.rst", recipe_page())
    save(folder / "api.rst", api_page())
    save(folder / "modules.rst", module_page())


def save(path: Path, lines: Iterable[str]) -> None:
    """One page."""
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def title(text: str, line: str = "=") -> list[str]:
    """A heading of the given level."""
    return [text, line * len(text), ""]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A list-table; cells are reStructuredText."""
    yield from (".. list-table::", "   :header-rows: 1", "")
    for row in (head, *rows):
        for place, cell in enumerate(row):
            yield f"   {'* -' if place == 0 else '  -'} {cell}"
    yield ""


def plain(text: str) -> str:
    """Text in which nothing is markup by accident, but for double backquotes and single ones (code)."""
    return text.replace("\\", "\\\\").replace("*", r"\*").replace("|", r"\|")


def number(value: float) -> str:
    """A number as people write it."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.6g}"


def span(metric: Metric) -> str:
    """The range, open where it is infinite."""
    low, high = metric.bounds
    return f"{'(' if math.isinf(low) else '['}{number(low)}, {number(high)}{')' if math.isinf(high) else ']'}"


def metric_index(metrics: list[Metric]) -> Iterator[str]:
    """The table of all metrics."""
    yield from title("Metrics")
    computable = sum(metric.computable for metric in metrics)
    yield f"{len(metrics)} metrics are declared, so that their scores can be read and normalised; {computable} of them"
    yield "have a function here."
    yield ""
    yield from table(
        ("metric", "what it is", "unit", "better", "range", "to 0..100", "function"),
        (
            (
                f":doc:`{metric.name} <metrics/{metric.name}>`",
                plain(metric.summary),
                plain(metric.unit),
                metric.better,
                span(metric),
                f"``{metric.scale.formula}``",
                "yes" if metric.computable else "",
            )
            for metric in metrics
        ),
    )
    yield from (".. toctree::", "   :hidden:", "   :glob:", "", "   metrics/*")


def metric_page(metric: Metric) -> Iterator[str]:
    """The page of one metric."""
    yield from title(metric.name)
    yield from (plain(metric.summary), "")
    if metric.caution:
        yield from (".. admonition:: Caution", "", f"   {plain(metric.caution)}", "")
    facts = {
        "unit": metric.unit,
        "better": metric.better,
        "range": span(metric),
        "perfect": number(metric.best),
        "source": metric.source,
        "also called": ", ".join(metric.aliases),
        "given by": "people or a judge model; the library aggregates ratings and invents none" if metric.judged else "",
        "one item": metric.each if metric.computable else "",
        "computed from": metric.needs,
    }
    yield from (f":{name}: {plain(text)}" for name, text in facts.items() if text)
    yield ""
    yield from title("To 0..100", "-")
    yield from (f"``{metric.scale.formula}`` of the native value, cut to [0, 100].", "")
    low, high = metric.bounds
    inside = sorted({raw for raw in (low, *CURVE_AT, high) if low <= raw <= high and math.isfinite(raw)})
    yield from table(("raw", "points"), ((number(raw), f"{float(metric.scale(raw)):.3f}") for raw in inside))
    if metric.labels:
        yield from title("How tables spell it", "-")
        rows = ((plain(sheet), f"``{label}``", plain(unit)) for (sheet, label), unit in sorted(metric.labels.items()))
        yield from table(("sheet", "label", "unit in the tables"), rows)
    if len(metric.variants) > 1:
        yield from title("Variants", "-")
        yield from table(
            ("variant", "parameters", "perfect", "what it is"),
            (
                (
                    f"``{name}``",
                    ", ".join(f"``{option}={value!r}``" for option, value in variant.params.items()),
                    number(metric.best_of(name)),
                    plain(variant.note),
                )
                for name, variant in metric.variants.items()
            ),
        )
    if metric.function is not None:
        yield from title("Function", "-")
        yield from documented(metric.function.__module__, metric.function.__qualname__, metric.function)


def documented(module: str, name: str, function: Callable[..., object]) -> Iterator[str]:
    """A function by signature and docstring; autodoc would see a `Metric` and describe the class."""
    signature = str(inspect.signature(function, eval_str=False)).replace("'", "")
    yield from (f".. py:function:: {name}{signature}", f"   :module: {module}", "")
    body = NumpyDocstring(inspect.getdoc(function) or "", PLAIN_TYPES, what="function").lines()
    unnumber(body)
    yield from (f"   {line}" if line else "" for line in body)
    yield ""


def unnumber(doc: list[str]) -> None:
    """In place: a numbered reference becomes an item of a list; numbers are targets, and a page has one of each."""
    inside = False
    for place, line in enumerate(doc):
        start = re.match(r"\.\. \[\d+\] +(.*)", line)
        if start:
            doc[place] = f"* {start[1]}"
        elif inside and line.startswith(" "):
            doc[place] = f"  {line.strip()}"
        inside = bool(start) or (inside and line.startswith(" "))


def label_page(metrics: list[Metric]) -> Iterator[str]:
    """Which metric each sheet means by each label."""
    yield from title("Labels, sheet by sheet")
    yield "The same label means different metrics on different sheets. Where one sheet spells several metrics alike,"
    yield "the task tells which; a table without known tasks is then refused with the candidates."
    yield ""
    sheets: dict[str, dict[str, list[Metric]]] = defaultdict(lambda: defaultdict(list))
    for metric in metrics:
        for sheet, label in metric.labels:
            sheets[sheet][label].append(metric)
    for sheet, labels in sorted(sheets.items()):
        yield from title(sheet, "-")
        yield from table(
            ("label", "metric", "unit in the tables"),
            (
                (
                    f"``{label}``",
                    ", ".join(f":doc:`{metric.name} <metrics/{metric.name}>`" for metric in holders),
                    plain(" / ".join(dict.fromkeys(metric.labels[sheet, label] for metric in holders))),
                )
                for label, holders in sorted(labels.items())
            ),
        )


def finding_page() -> Iterator[str]:
    """What each finding code means."""
    yield from title("Findings")
    yield "A finding is data: code, severity, task, message and the way out. ``report.findings`` has those that bear on"
    yield "a level; ``generallevel.lint`` adds doubts about the table itself, and the errors that would stop a level."
    yield ""
    yield from table(("code", "meaning"), ((f"``{code}``", plain(meaning)) for code, meaning in sorted(CODES.items())))


def format_page() -> Iterator[str]:
    """What stands where in the files of each format."""
    yield from title("Task formats")
    yield "What a prediction and a reference hold. Paths are relative to the JSON file that names them; how the files"
    yield "themselves are read is in :doc:`/formats`. *documented* is what General-Bench documents; the rest is ours."
    yield ""
    rows = (
        (f"``{one.name}``", plain(one.description).replace("`", "'"), "documented" if one.documented else "ours")
        for one in formats()
    )
    yield from table(("format", "what stands where", "whose"), rows)


def recipe_page() -> Iterator[str]:
    """How each task of General-Bench is scored."""
    yield from title("Recipes")
    yield "How ``evaluate`` scores each task: format, metric, variant and parameters, and how far that is settled"
    yield "(docs/decisions/0005). *header* is what the annotation file must say, with what counts where it is silent;"
    yield "*role* is what ``extractors`` must hold. Language tasks also go by the type of the annotation file."
    yield ""
    rows = []
    for task in general_bench():
        recipe = GENERAL_BENCH.of(task, {})
        grade = max(recipe.grade, task.protocol, key=PROTOCOLS.index)
        named = recipe.metric if recipe.variant == "standard" else f"{recipe.metric}, {recipe.variant}"
        rows.append((f"``{task.id}``", recipe.format.name, f"``{named}``", settings(recipe), grade))
    yield from table(("task", "format", "metric, variant", "parameters", "grade"), rows)


def settings(recipe: Recipe) -> str:
    """The parameters of a recipe in words."""
    parts = []
    for name, value in recipe.params.items():
        if isinstance(value, FromHeader):
            told = f"header ``{value.key}``" + ("" if value.default is ... else f", else ``{value.default!r:.40}``")
        else:
            told = f"role ``{value.role}``" if isinstance(value, Needs) else f"``{value!r:.60}``"
        parts.append(f"{name}: {told}")
    return "; ".join(parts)


def api_page() -> Iterator[str]:
    """Every name of the front door."""
    yield from title("The front door")
    yield "Everything here is imported from ``generallevel`` itself."
    yield ""
    for name in generallevel.__all__:
        yield from entry(f"generallevel.{name}", getattr(generallevel, name))


def module_page() -> Iterator[str]:
    """What the modules of the front door export beyond it."""
    yield from title("Modules")
    front = [getattr(generallevel, name) for name in generallevel.__all__]
    for module in filter(inspect.ismodule, front):
        yield from title(module.__name__, "-")
        yield from ((inspect.getdoc(module) or "").partition("\n\n")[0], "")
        for name in module.__all__:
            value = getattr(module, name)
            if not any(value is known for known in front):
                yield from entry(f"{module.__name__}.{name}", value)


def entry(name: str, value: object) -> Iterator[str]:
    """The documentation of a class or a function."""
    if inspect.isclass(value):
        error = issubclass(value, Exception)
        yield from (f".. autoclass:: {name}", "   :show-inheritance:" if error else "   :members:", "")
    elif inspect.isfunction(value):
        yield from (f".. autofunction:: {name}", "")
