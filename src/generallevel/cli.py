"""The console command ``generallevel``: thin, one function of the library behind each subcommand.

Exit codes: 0 fine; 1 there are findings of severity ``error``; 2 the input or the command line cannot be used.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import click

from generallevel import _version
from generallevel.errors import BadTable, GeneralLevelError

__all__ = ["main"]

FINDINGS, UNUSABLE = 1, 2

P = ParamSpec("P")


def _guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Print an error of ours or of the disk as one message, and exit with 2."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (GeneralLevelError, OSError) as slip:  # of ours, or of a disk: no folder, no right, no room
            click.echo(f"error: {slip}", err=True)
            raise click.exceptions.Exit(UNUSABLE) from None

    return run


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several click options as one decorator."""
    return lambda command: functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


FILE = click.argument("file", type=click.Path(path_type=Path))
READING = _options(
    click.option("--model", help="The model's column, where the file holds several."),
    click.option("--unit", type=click.Choice(["fraction", "percent"]), help="Unit of all scores printed in percent."),
)
COMPARING = _options(
    click.option("--reference", help="A reference set: released-2025-07 (default) or paper-v1."),
    click.option("--scope", default="A", show_default=True, help="A, B:image+video, C:audio.generation or D:#I-C-1."),
)


def _format(*choices: str) -> Callable[[Any], Any]:
    kinds = click.Choice(choices)
    return click.option("--format", "kind", type=kinds, default=choices[0], show_default=True, help="Output format.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version.__version__, prog_name="generallevel")
def main() -> None:
    """From raw scores to a General-Level.

    FILE is a score table: CSV, JSON, or an Excel workbook in the released layout.
    """


@main.command()
@FILE
@READING
@COMPARING
@click.option("--missing", type=click.Choice(["zero", "skip", "error"]), default="zero", show_default=True)
@_format("text", "json", "markdown")
@_guarded
def level(
    file: Path, model: str | None, unit: str | None, reference: str | None, scope: str, missing: Any, kind: str
) -> None:
    """The General-Level of the scores in FILE."""
    from generallevel.levels import compute_level

    report = compute_level(file, model=model, unit=unit, references=reference, scope=scope, missing=missing)
    click.echo(report.to_json() if kind == "json" else report.to_markdown() if kind == "markdown" else str(report))
    _exit_for(finding.severity for finding in report.findings)


@main.command()
@click.argument("root", type=click.Path(path_type=Path))
@click.option(
    "--predictions",
    default="prediction.json",
    show_default=True,
    help="File name beside each annotation file, or another tree of the same shape.",
)
@click.option("--ratings", default="ratings.json", show_default=True, help="The same, for ratings of judged tasks.")
@click.option("--task", "names", multiple=True, help="A task, by any of its names; may be repeated.")
@click.option("--recipe", default="general-bench", show_default=True, help="general-bench or released.")
@click.option("--model", help="The model's name.")
@click.option("--split", type=click.Choice(["full", "open", "closed", "quick"]), help="Which items ROOT holds.")
@click.option("--jobs", default=1, show_default=True, help="Workers; -1 for all cores.")
@click.option("--run", type=click.Path(path_type=Path), help="Folder of the journal; a stopped run continues there.")
@click.option("--table", type=click.Path(path_type=Path), help="Where the scores are written: .csv or .json.")
@click.option("--items", is_flag=True, help="Keep the score of each item, in the journal and in JSON output.")
@COMPARING
@_format("text", "json", "markdown")
@_guarded
def evaluate(
    root: Path,
    names: Sequence[str],
    jobs: int,
    table: Path | None,
    items: bool,
    reference: str | None,
    scope: str,
    kind: str,
    **settings: Any,
) -> None:
    """Score the predictions under ROOT, task by task, and print the level.

    ROOT is a tree with an annotation.json for each task, in the layout of General-Bench. Tasks that need a network, a
    transcriber or a judge are reported as not scored: the library's evaluate() takes extractors.
    """
    from generallevel.benchmark.runs.evaluating import evaluate
    from generallevel.levels import compute_level

    if table is not None and (table.suffix.lower() not in (".csv", ".tsv", ".json") or not table.parent.is_dir()):
        raise BadTable(
            f"--table {table}: wanted a .csv, .tsv or .json file in a folder that is there"
        )  # not hours later
    scores = evaluate(root, tasks=list(names) or scope, n_jobs=jobs, keep_items=items, **settings)
    if table is not None:
        scores.write(table)
    report = compute_level(scores, references=reference, scope=scope)
    if kind == "json":
        plain = {"results": [row.to_dict() for row in scores.results], "level": json.loads(report.to_json())}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{scores}\n")
        click.echo(report.to_markdown() if kind == "markdown" else str(report))
    _exit_for(finding.severity for finding in [*scores.findings, *report.findings])


@main.command()
@click.argument("root", type=click.Path(path_type=Path))
@click.option("--predictions", default="prediction.json", show_default=True, help="As for evaluate.")
@click.option("--archive", default="submission.zip", show_default=True, type=click.Path(path_type=Path))
@click.option("--task", "names", multiple=True, help="A task, by any of its names; may be repeated.")
@click.option("--model", help="The model's name.")
@click.option("--strict", is_flag=True, help="Write no archive where anything is wrong.")
@_guarded
def submit(root: Path, names: Sequence[str], **settings: Any) -> None:
    """Check the predictions for a closed set, whose references are not public, and pack them."""
    from generallevel.benchmark.closed.packing import make_submission

    submission = make_submission(root, tasks=list(names) or None, **settings)
    click.echo(submission)
    _exit_for(finding.severity for finding in submission.findings)


@main.command()
@click.argument("archive", type=click.Path(path_type=Path))
@click.argument("references", type=click.Path(path_type=Path))
@click.option("--ratings", type=click.Path(path_type=Path), help="A tree of ratings of judged tasks.")
@click.option("--task", "names", multiple=True, help="A task, by any of its names; may be repeated.")
@click.option("--model", help="The model's name; by default what the archive says.")
@click.option("--salt", default="", help="Of the hash of the references, against guessing small sets.")
@click.option("--jobs", default=1, show_default=True, help="Workers; -1 for all cores.")
@click.option("--output", type=click.Path(path_type=Path), help="Where the report is written, as JSON.")
@COMPARING
@_format("text", "json")
@_guarded
def grade(
    archive: Path,
    references: Path,
    names: Sequence[str],
    jobs: int,
    output: Path | None,
    reference: str | None,
    scope: str,
    kind: str,
    **settings: Any,
) -> None:
    """Score a submission to a closed set, on the side of those who have its references.

    The report holds statistics and hashes, and no item.
    """
    from generallevel.benchmark.closed.grading import score_submission
    from generallevel.levels import compute_level

    report = score_submission(archive, references, tasks=list(names) or None, n_jobs=jobs, **settings)
    if output is not None:
        output.write_text(report.to_json(), encoding="utf-8")
    if kind == "json":
        click.echo(report.to_json())
    else:
        click.echo(f"{report}\n")
        click.echo(compute_level(report.table, references=reference, scope=scope))


@main.command()
@FILE
@READING
@COMPARING
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The page: an .html file.")
@_guarded
def page(file: Path, model: str | None, unit: str | None, reference: str | None, scope: str, output: Path) -> None:
    """The report on the scores in FILE as one self-contained HTML file."""
    from generallevel.levels import compute_level

    compute_level(file, model=model, unit=unit, references=reference, scope=scope).to_html(output)
    click.echo(f"{output}: {output.stat().st_size:,} bytes")


@main.command()
@FILE
@READING
@COMPARING
@_format("text", "json")
@_guarded
def lint(file: Path, model: str | None, unit: str | None, reference: str | None, scope: str, kind: str) -> None:
    """Everything about the scores in FILE that one should know before trusting a level."""
    from generallevel.analysis.linting import lint
    from generallevel.tables import read_table

    table = read_table(file, model=model)
    findings = lint(table, unit=unit, references=reference, scope=scope)
    if kind == "json":
        click.echo(json.dumps([finding.to_dict() for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            where = f"{finding.task}: " if finding.task else ""
            click.echo(f"{finding.severity}: {where}{finding.message} [{finding.code}]")
            if finding.fix:
                click.echo(f"    {finding.fix}")
        click.echo(f"{len(findings)} findings" if findings else "nothing to say")
    _exit_for(finding.severity for finding in findings)


@main.command()
@click.option("--modality")
@click.option("--paradigm")
@click.option("--skill")
@click.option("--metric")
@click.option("--scope")
@click.option("--protocol", help="official, inferred, ours or unresolved.")
@_format("text", "csv", "json")
@_guarded
def tasks(kind: str, **filters: Any) -> None:
    """The tasks of General-Bench, filtered."""
    from generallevel.benchmark import list_tasks, reference_set

    names = ("id", "name", "metric", "unit", "better", "instances", "protocol", "specialist")
    found = list_tasks(**{name: value for name, value in filters.items() if value is not None})
    values = reference_set()
    rows = [[*(str(getattr(task, name)) for name in names), f"{values[task.id]:g}"] for task in found]
    _table([*names, "reference"], rows, kind)


@main.command()
@click.option("--computable/--declared", default=None, help="Only metrics with a function, or only those without.")
@_format("text", "csv", "json")
@_guarded
def metrics(computable: bool | None, kind: str) -> None:
    """The metrics, with unit, direction and curve."""
    from generallevel.registry import list_metrics

    header = ["metric", "unit", "better", "curve", "computable", "what it is"]
    rows = [
        [entry.name, entry.unit, entry.better, entry.scale.formula, "yes" if entry.computable else "no", entry.summary]
        for entry in list_metrics(computable=computable)
    ]
    _table(header, rows, kind)


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--scope", default="A", show_default=True, help="A, B:image+video, C:audio.generation or D:#I-C-1.")
@click.option("--model", help="The model's name; a workbook needs one.")
@_guarded
def template(file: Path | None, scope: str, model: str | None) -> None:
    """An empty score table to fill in: CSV on the terminal, or FILE ending in .csv, .json or .xlsx."""
    from generallevel.templates import save_workbook, template

    table = template(scope=scope, model=model)
    if file is None:
        _table(["task", "score", "metric"], [[row.name, "", str(row.metric)] for row in table], "csv")
    elif file.suffix.lower() == ".xlsx":
        save_workbook(table, file)
    else:
        table.write(file)


@main.command()
@click.option("--model", default="GPT4o", show_default=True, help="Whose report to print in full.")
@_guarded
def demo(model: str) -> None:
    """The levels of real models from their published scores, beside the published levels."""
    from generallevel.benchmark import PAPER, published
    from generallevel.levels import compute_level

    cells = published()
    chosen = published(model)
    for (name, modality), cell in chosen.items():
        click.echo(f"Published scores of {name} on the {modality} tasks of General-Bench (arXiv 2505.04620v1)\n")
        click.echo(compute_level(cell.scores, references=PAPER, model=name))
    click.echo("\nOurs beside the published level, all packaged cells\n")
    rows = []
    for (name, modality), cell in cells.items():
        ours = compute_level(cell.scores, references=PAPER, model=name).modalities[modality]
        pairs = [f"{ours[key]:.2f} / {cell.levels[key]:.2f}" for key in ("level_2", "level_3", "level_4")]
        rows.append([f"{name}, {modality}", *pairs])
    _table(["", "Level-2", "Level-3", "Level-4"], rows, "text")


@main.command()
@FILE
@click.option("--model", help="The model's column, where the file holds several.")
@_format("text", "json", "markdown")
@_guarded
def difference(file: Path, model: str | None, kind: str) -> None:
    """What separates the level of FILE from the released scorer's number, defect by defect."""
    from generallevel.released import explain_difference

    found = explain_difference(file, model=model)
    if kind == "json":
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        click.echo(found.to_markdown() if kind == "markdown" else str(found))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], kind: str) -> None:
    """A table on the terminal: drawn by rich where that is installed and somebody looks, plain otherwise."""
    if kind == "json":
        records = [dict(zip(header, row, strict=True)) for row in rows]
        click.echo(json.dumps(records, indent=2, ensure_ascii=False))
        return
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *rows])
        click.echo(text.getvalue(), nl=False)
        return
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.table import Table
        except ImportError:
            pass
        else:
            drawn = Table(*header)
            for row in rows:
                drawn.add_row(*row)
            Console().print(drawn)
            return
    from generallevel.reports.text import columns

    click.echo("\n".join(columns(header, rows)))


def _exit_for(severities: Any) -> None:
    if "error" in set(severities):
        raise click.exceptions.Exit(FINDINGS)
