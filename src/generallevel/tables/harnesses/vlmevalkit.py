"""Results of VLMEvalKit: for each model and data set a file ``{model}_{dataset}_acc.csv`` or ``..._score.json``.

A file is a wide row (``split, Overall, ...``), a row for each split, a long table (``Task&Skill, tot, hit, acc``) or
JSON of any shape. It never states a unit: multiple-choice files hold fractions, short-answer ones percent, MME points.
Judged data sets have the judge's name before the ending: ``{model}_{dataset}_{judge}_score.csv``.

Source: vlmeval/smp/file.py, dataset/utils/multiple_choice.py, dataset/image_vqa.py and dataset/utils/mathvista.py of
open-compass/VLMEvalKit at e8e78f0.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generallevel.errors import AmbiguousName, BadTable, DuplicateName, GeneralLevelError
from generallevel.tables.files import file_bytes
from generallevel.tables.harnesses.mapping import (
    Choice,
    Found,
    Source,
    TaskMapping,
    Unmapped,
    choices,
    chosen,
    listed,
    no_such_source,
    reading,
    refuse_unmapped,
    settled_unit,
    table_of,
)
from generallevel.tables.score_table import ScoreTable
from generallevel.tables.text import decoded, json_document

__all__ = ["read_vlmevalkit"]

_ENDINGS = tuple(f"{kind}{suffix}" for kind in ("_acc", "_score") for suffix in (".csv", ".json"))
_MOST_NUMBERS = 100_000  # ours: numbers of one file


def read_vlmevalkit(
    path: Source, tasks: TaskMapping, *, model: str | None = None, unit: str | None = None, unmapped: Unmapped = "error"
) -> ScoreTable:
    """The scores in the result files of VLMEvalKit.

    Parameters
    ----------
    path : path
        The folder of one model's run, or one of its files.
    tasks : mapping
        From what a file is called between the model and ``_acc`` or ``_score`` to ``(task, number, unit)``:
        ``{"MMBench_DEV_EN": ("Image QA", "Overall", "fraction")}``. A number is a column where there is one row,
        otherwise ``row/column``; in JSON the keys on the way to it, joined by ``/``, with places in lists from 1. It
        may be left out where there is one.
    model : str, optional
        The model's name as the files begin; by default that of the folder, or of the one above it, where they begin so.
    unit : str, optional
        The unit of all scores whose unit the mapping does not say.
    unmapped : {"error", "ignore"}, default "error"
        What result files that the mapping does not name are.

    Returns
    -------
    ScoreTable
        A row for each entry of the mapping. The files tell neither the number of items nor a standard error.

    Raises
    ------
    BadTable, UnsafeFile, DuplicateName
        If a file cannot be read, or the model's name is not clear.
    UnknownName, AmbiguousName
        If there is no such file or number, or several of which none was chosen.
    InvalidInput, UnitMismatch
        If files are left out, or a unit is not said or cannot be.
    """
    wanted = choices(tasks)
    place = Path(path)
    files = _result_files(place)
    named = _model_of(place, files, model)
    results: dict[str, list[Path]] = {}
    for file in files:
        if file.name.startswith(f"{named}_"):
            bare = file.name[len(named) + 1 :]
            results.setdefault(bare.removesuffix(_ending(bare)), []).append(file)
    if not results:
        raise BadTable(f"no result file in {place.name!r:.80} begins with {named + '_'!r:.80}: it has {_names(files)}")
    found = [_found(choice, results, unit, place.name) for choice in wanted]
    mapped = {choice.source for choice in wanted}
    left = [
        name
        for name, of in results.items()
        if name not in mapped and not any(_own(named, file) in mapped for file in of)
    ]
    refuse_unmapped(left, unmapped, place.name, "results")
    return table_of(found, named, place.name)


def _result_files(place: Path) -> list[Path]:
    """The result files that a path means."""
    if not place.is_dir():
        if not place.name.endswith(_ENDINGS):
            raise BadTable(f"{place.name!r:.80} ends in none of {', '.join(_ENDINGS)}, as results of VLMEvalKit do")
        return [place]
    files = sorted(file for file in place.iterdir() if file.name.endswith(_ENDINGS) and file.is_file())
    if not files:
        raise BadTable(
            f"{place.name!r:.80} holds no file that ends in {' or '.join(_ENDINGS)}. "
            "Is it the folder of one model's run, in which VLMEvalKit writes them?"
        )
    return files


def _model_of(place: Path, files: Sequence[Path], model: str | None) -> str:
    if model is not None:
        return model
    folder = (place if place.is_dir() else place.parent).absolute()
    for name in (folder.name, folder.parent.name):
        if name and all(file.name.startswith(f"{name}_") for file in files):
            return name
    raise BadTable(
        f"which model the results in {place.name!r:.80} are of is not clear: they are {_names(files)}. "
        "Pass model= with the name that they begin with."
    )


def _found(choice: Choice, results: Mapping[str, list[Path]], unit: str | None, source: str) -> Found:
    """What the files say of one choice."""
    meant = [file for name, of in results.items() for file in of if choice.source in (name, f"{name}{_kind(file)}")]
    if not meant:
        raise no_such_source(choice, list(results), source)
    if len(meant) > 1:
        raise AmbiguousName(
            f"{source} has {len(meant)} results {choice.source!r:.80}: {_names(meant)}. Name its ending too, as in "
            f"{choice.source + _kind(meant[0])!r:.80}."
        )
    file = meant[0]
    text = decoded(file_bytes(file), file.name)
    numbers = dict(_in_json(text, file.name) if file.suffix == ".json" else _in_csv(text, file.name))
    name = chosen(choice, list(numbers), file.name)
    where = f"{file.name}, {name!r:.80},"
    read = reading(numbers[name], where)
    settled = "" if math.isnan(read.value) else settled_unit(choice, read, unit, None, where)
    return Found(choice, read, settled, None, None, None, f"{file.name}, {name}")


def _ending(name: str) -> str:
    return next(end for end in _ENDINGS if name.endswith(end))


def _kind(file: Path) -> str:
    """The ending as a mapping may name it."""
    return _ending(file.name)


def _own(model: str, file: Path) -> str:
    return file.name[len(model) + 1 :]


def _names(files: Sequence[Path]) -> str:
    return listed([file.name for file in files])


def _in_csv(text: str, name: str) -> Iterator[tuple[str, object]]:
    """The numbers of a table, by column and, where there are several rows, by the texts of the row."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))]
    except csv.Error as slip:
        raise BadTable(f"{name} is not readable as CSV: {slip}. Is a quote left open?") from None
    if len(rows) < 2:
        raise BadTable(f"{name} has no row of numbers below its header")
    header, *body = rows
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise BadTable(f"{name}, row {number}, has {len(row)} fields, the header {len(header)}")
    texts = [place for place in range(len(header)) if not all(_is_number(row[place]) for row in body)]
    seen: set[str] = set()
    for number, row in enumerate(body, start=1):
        label = "/".join(row[place] for place in texts) or f"row {number}"
        for place, column in enumerate(header):
            if place in texts:
                continue
            key = column if len(body) == 1 else f"{label}/{column}"
            if key in seen:
                raise DuplicateName(f"{name} has two numbers {key!r:.80}: which one counts is not told")
            seen.add(key)
            yield key, row[place]


def _is_number(cell: str) -> bool:
    """Whether a cell is a number, or says that there is none; other cells are labels, "none" of a split among them."""
    try:
        reading(cell, "the cell")
    except GeneralLevelError:
        return False
    return cell.strip().casefold() != "none"


def _in_json(text: str, name: str) -> Iterator[tuple[str, object]]:
    """The numbers of a JSON document, by the way to them."""
    waiting: list[tuple[str, Any]] = [("", json_document(text, name))]
    told = 0
    while waiting:
        way, value = waiting.pop()
        if isinstance(value, Mapping | list):
            inner = value.items() if isinstance(value, Mapping) else enumerate(value, start=1)
            below = [(f"{way}/{key}" if way else str(key), entry) for key, entry in inner]
            waiting += reversed(below)
        elif way and not isinstance(value, bool) and (isinstance(value, int | float) or _is_text_of_number(value)):
            told += 1
            if told > _MOST_NUMBERS:
                raise BadTable(f"{name} holds more than {_MOST_NUMBERS:,} numbers: is it a file of items?")
            yield way, value


def _is_text_of_number(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and _is_number(value)
