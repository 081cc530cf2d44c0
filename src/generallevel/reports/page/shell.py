"""The shell of a page: one self-contained HTML file, with its style and script inside and nothing fetched.

What stands in a table, a caption or a list is a user's text and is escaped here, once. The page's own policy lets no
other style or script run than the two that are in it, named by their hashes, and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from generallevel.errors import InvalidInput

__all__ = ["Cell", "Column", "Row", "box", "facts", "filters", "items", "page", "save", "section", "table"]

MANY = 10  # ours: columns beyond which a sheet of paper is turned


@dataclass(frozen=True)
class Column:
    """A column of a table: its header, and its kind: ``number``, ``name`` (of a row), ``words`` (long) or nothing."""

    name: str
    kind: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: what is shown, what it sorts by where that is another thing, and its class."""

    text: str
    key: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a table, and the fields that filters look at."""

    cells: Sequence[Cell]
    fields: Mapping[str, str] = field(default_factory=dict)


@cache
def asset(name: str) -> str:
    """The text of a file beside this module."""
    from importlib.resources import files

    return files("generallevel.reports.page").joinpath(name).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The page's Content-Security-Policy: its own style and script, and nothing else."""
    digests = [
        base64.b64encode(hashlib.sha256(asset(name).encode()).digest()).decode() for name in ("page.css", "page.js")
    ]
    return (
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'".format(
            *digests
        )
    )


def page(title: str, sections: Sequence[tuple[str, str]], opening: str = "") -> str:
    """The whole page.

    Parameters
    ----------
    title : str
        Of the document and its heading.
    sections : sequence of (str, str)
        Title and HTML of each, in order; one without HTML is left out.
    opening : str
        HTML that stands before the first.

    Returns
    -------
    str
        A document that needs no network.
    """
    present = [(f"s{number}", name, body) for number, (name, body) in enumerate(sections, 1) if body]
    links = "".join(f'<li><a href="#{place}">{escape(name)}</a></li>' for place, name, _ in present)
    body = "\n".join(section(place, name, body) for place, name, body in present)
    shown = escape(title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        f"<title>{shown}</title>\n<style>{asset('page.css')}</style>\n</head>\n"
        f'<body>\n<a class="skip" href="#main">Skip to the report</a>\n<main id="main">\n<h1>{shown}</h1>\n'
        f'{opening}\n<nav aria-label="Sections"><ul>{links}</ul></nav>\n{body}\n</main>\n'
        f"<script>{asset('page.js')}</script>\n</body>\n</html>\n"
    )


def save(document: str, path: str | os.PathLike[str] | None) -> str:
    """The document itself, written to a file where one is named.

    Raises `InvalidInput` where it cannot be written.
    """
    if path is not None:
        try:
            Path(path).write_text(document, encoding="utf-8", newline="\n")
        except (OSError, ValueError) as slip:
            raise InvalidInput(f"{str(path)!r} cannot be written: {slip}") from slip
    return document


def section(place: str, title: str, body: str) -> str:
    """A section with its heading."""
    return f'<section id="{place}" aria-labelledby="{place}-h"><h2 id="{place}-h">{escape(title)}</h2>{body}</section>'


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Key figures: a number in large type over what it is."""
    return f'<div class="facts">{"".join(f"<div><b>{escape(n)}</b>{escape(what)}</div>" for n, what in pairs)}</div>'


def items(lines: Sequence[str]) -> str:
    """A list of texts."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


def box(lines: Sequence[str]) -> str:
    """Texts that a reader must not miss."""
    return "".join(f'<p class="note-box">{escape(line)}</p>' for line in lines)


def filters(name: str, choices: Mapping[str, Sequence[str]]) -> str:
    """The filters of a table, which only show where the script runs: a text, and one choice for each field."""
    parts = [f'<label>Search <input type="search" data-field="text" aria-controls="{name}"></label>']
    for label, values in choices.items():
        options = "".join(f'<option value="{escape(value.lower())}">{escape(value)}</option>' for value in values)
        parts.append(
            f'<label>{escape(label)} <select data-field="{escape(label.lower())}" aria-controls="{name}">'
            f'<option value="">all</option>{options}</select></label>'
        )
    return f'<div class="filters" data-filters="{name}">{"".join(parts)}<output aria-live="polite"></output></div>'


def table(name: str, caption: str, columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """A table that the script can sort and filter; the first cell of each row is its header.

    Parameters
    ----------
    name : str
        Its id.
    caption : str
        What it holds.
    columns : sequence of Column
        From left to right.
    rows : sequence of Row
        From top to bottom.

    Returns
    -------
    str
        HTML that scrolls within its box.
    """
    head = "".join(
        f'<th scope="col"{_attribute("class", column.kind)}>{escape(column.name)}</th>' for column in columns
    )
    lines = []
    for row in rows:
        cells = []
        for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
            kind = " ".join(filter(None, (column.kind, cell.kind)))
            opening, closing = ('th scope="row"', "th") if place == 0 else ("td", "td")
            key = "" if cell.key is None else f' data-key="{escape(cell.key)}"'
            cells.append(f"<{opening}{_attribute('class', kind)}{key}>{escape(cell.text)}</{closing}>")
        marks = "".join(f' data-{field.lower()}="{escape(value.lower())}"' for field, value in row.fields.items())
        lines.append(f"<tr{marks}>{''.join(cells)}</tr>")
    body, box_kind = "\n".join(lines), "scroll many" if len(columns) > MANY else "scroll"
    return (
        f'<div class="{box_kind}" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table id="{name}" data-sortable><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"' if value else ""
