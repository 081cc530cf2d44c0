"""What the parts of a workbook say that its reader does not pass on, and what it must not be asked to read.

The reader of cells (calamine) gives an empty cell for a formula that was never calculated and for one that failed, and
lays a sheet out as a full rectangle up to its farthest cell. A first pass over the XML therefore finds those formulas,
the extent of each sheet, and any document type or entity, which no spreadsheet writes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from generallevel.errors import BadTable, UnsafeFile

__all__ = ["MAX_CELLS", "MAX_SHEET_COLUMNS", "MAX_SHEET_ROWS", "check_parts"]

MAX_SHEET_ROWS = 20_000  # ours: the longest released sheet has 272
MAX_SHEET_COLUMNS = 64  # ours: the four of the layout and 60 models
MAX_CELLS = 200_000  # ours, over all sheets: 708 rows of 64 columns are 45,312
MAX_ELEMENTS = 1_000_000  # ours, a part: a cell is two elements, or three with a formula

_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_WORKBOOK: Final = "xl/workbook.xml"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_OTHER_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)
# The forms that every spreadsheet writes. A sheet of these alone is measured by them, five times faster than by a
# handler in Python; in UTF-8 an element cannot start in any other way than the openings below.
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_PLAIN_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
_CELL_OPENING = re.compile(rb"<c[\s/>]")
_ROW_OPENING = re.compile(rb"<row[\s/>]")
_PREFIXED_OPENING = re.compile(rb":(?:c|row|f|v)[\s/>]")
_FORMULA = re.compile(rb"<f[\s/>]")
_LARGE_NUMBER = re.compile(rb"[0-9]{6}|&#|=\s*[\"'][+-]")  # or one written in another way
_COUNTS = frozenset({"count", "uniqueCount"})
_LISTED = 4  # cells that a message names before it only counts

_Handler = Callable[[str, dict[str, str]], None]


def check_parts(parts: Mapping[str, bytes], name: str, *, unread: str = "") -> None:
    """Refuse what must not reach the reader of cells, and the cells that it would misread.

    Parameters
    ----------
    parts : mapping of str to bytes
        The parts of a workbook, inflated.
    name : str
        The file, for messages.
    unread : str
        Title, in lower case, of a sheet whose cells nobody will read: only its extent matters.

    Raises
    ------
    UnsafeFile
        For a document type or an entity, and for a sheet beyond 20,000 rows, 64 columns or 200,000 cells in all.
    BadTable
        If a part is not well-formed XML, or a sheet holds a formula without a value or a spreadsheet error.
    """
    titles = _sheet_titles(parts, name)
    cells = 0
    for part, content in parts.items():
        lowered = part.lower()
        # A relation may name any part as a sheet, so whatever could be read as one is measured as one.
        if lowered.startswith("xl/worksheets/") or b"sheetData" in content:
            title = titles.get(lowered, part)
            scan = _SheetScan(name, title, MAX_CELLS - cells)
            scan.read(part, content)
            if title.strip().casefold() != unread:
                scan.refuse_cells()
            cells += scan.cells
        elif lowered not in (_RELATIONS, _WORKBOOK):  # read for the titles already
            counted = _LARGE_NUMBER.search(content) is not None
            _parse(name, part, content, (lambda tag, attributes: _refuse_counts(name, attributes)) if counted else None)


def _refuse_counts(name: str, attributes: Mapping[str, str]) -> None:
    """Refuse a count beyond all reason: the reader reserves memory for what is announced, and dies where it cannot."""
    for key in _COUNTS & attributes.keys():
        written = attributes[key]
        if not (written.isdecimal() and len(written) < 9 and int(written) <= MAX_CELLS):
            raise UnsafeFile(
                f"{name} announces {key} = {written[:20]!r}, but no table of scores has more than {MAX_CELLS:,} of "
                "anything. Open the workbook in a spreadsheet program and save it."
            )


def _sheet_titles(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """The title of each sheet by the lower-case name of the part that holds it."""
    found = {part.lower(): (part, content) for part, content in parts.items()}
    if _WORKBOOK not in found:
        raise BadTable(f"{name} is a zip archive but no .xlsx workbook: it has no {_WORKBOOK}.")
    targets: dict[str, str] = {}
    titles: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/").lower()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            relation_id = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            titles[targets.get(relation_id, "")] = attributes.get("name", "")

    for key, start in ((_RELATIONS, relation), (_WORKBOOK, sheet)):
        if key in found:
            _parse(name, *found[key], start)
    return titles


class _SheetScan:
    """One pass over the XML of a sheet: its extent, and the cells whose value is an error or was never calculated."""

    def __init__(self, name: str, title: str, most_cells: int) -> None:
        self.where = f"{name}, sheet {title},"
        self.name = name
        self.most_cells = most_cells
        self.cells = self.row = self.column = 0
        self.place = self.value = ""
        self.kind: str | None = None
        self.formula = self.in_value = False
        self.uncalculated: list[str] = []
        self.failed: list[str] = []

    def read(self, part: str, content: bytes) -> None:
        """Scan the whole sheet; only one with a formula, an error or an odd form needs a look at each cell."""
        if not self._is_plain(content):
            _parse(self.name, part, content, self._start, self._end, self._text)
        else:
            _parse(self.name, part, content)

    def refuse_cells(self) -> None:
        """Refuse the cells that the reader would take for empty ones."""
        if self.uncalculated:
            raise BadTable(
                f"{self.where} has a formula without a value in {_listed(self.uncalculated)}. "
                "Open the workbook in a spreadsheet program and save it, which calculates it, or paste values."
            )
        if self.failed:
            raise BadTable(
                f"{self.where} holds a spreadsheet error in {_listed(self.failed)}. "
                "Repair the formula, or empty the cell where there is no score."
            )

    def _is_plain(self, content: bytes) -> bool:
        """Whether the bytes alone tell that there is no formula and no error, and how far the sheet reaches."""
        if b'"e"' in content or b"'e'" in content or _FORMULA.search(content) or _PREFIXED_OPENING.search(content):
            return False
        cells, rows = _PLAIN_CELL.findall(content), _PLAIN_ROW.findall(content)
        if len(cells) != len(_CELL_OPENING.findall(content)) or len(rows) != len(_ROW_OPENING.findall(content)):
            return False
        self.cells = len(cells)
        letters, digits = {cell[0] for cell in cells}, {cell[1] for cell in cells}
        self.column = max((_column_number(word.decode()) for word in letters), default=0)
        self.row = max(map(int, digits.union(rows)), default=0)
        self._refuse_if_large()
        return True

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            self.cells += 1
            self.column += 1
            self.kind = attributes.get("t")
            self.formula, self.value = False, ""
            self.place = attributes.get("r", "")
            if self.place:
                self._move()
            self._refuse_if_large()
        elif tag == "row":
            self.column = 0
            written = attributes.get("r", "")
            self.row = int(written) if written.isdecimal() and len(written) < 9 else self.row + 1
            self._refuse_if_large()
        elif tag == "f":
            self.formula = True
        elif tag == "v":
            self.in_value = True

    def _move(self) -> None:
        match = _CELL.fullmatch(self.place)
        if match is None:
            raise BadTable(f"{self.where} has a cell at {self.place[:20]!r}, which is no place on a sheet.")
        self.column, self.row = _column_number(match[1]), int(match[2])

    def _refuse_if_large(self) -> None:
        if self.column > MAX_SHEET_COLUMNS or self.row > MAX_SHEET_ROWS or self.cells > self.most_cells:
            raise UnsafeFile(
                f"{self.where} reaches row {self.row:,}, column {self.column:,}: more than {MAX_SHEET_ROWS:,} rows, "
                f"{MAX_SHEET_COLUMNS} columns or {MAX_CELLS:,} cells in all are not read. "
                "Delete what stands below and beside the table."
            )

    def _text(self, text: str) -> None:
        if self.in_value:
            self.value += text

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        if tag == "v":
            self.in_value = False
        elif tag == "c":
            place = self.place or f"row {self.row}, column {self.column}"
            if self.kind == "e":
                self.failed.append(f"{place} ({self.value[:20] or 'no value'})")
            elif self.formula and not self.value and self.kind != "str":  # a text formula may well give no text
                self.uncalculated.append(place)


def _column_number(letters: str) -> int:
    """The position of a spreadsheet's column, from 1: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _local(tag: str) -> str:
    return tag if ":" not in tag else tag.rpartition(":")[2]


def _listed(places: list[str]) -> str:
    more = f" and {len(places) - _LISTED} more" if len(places) > _LISTED else ""
    return ", ".join(places[:_LISTED]) + more


def _parse(
    name: str,
    part: str,
    content: bytes,
    start: _Handler | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse one part, refusing a document type at its first byte, and with it every entity."""
    if b"\0" in content[:4] or _OTHER_ENCODING.search(content[:200]):
        raise BadTable(f"{name} is not readable: {part!r} is not in UTF-8, which every spreadsheet writes.")

    def refuse(*_: object) -> None:
        raise UnsafeFile(
            f"{name} declares a document type or an entity in {part!r}. No spreadsheet writes one; entities can grow "
            "without end, so the file is not read."
        )

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    if start is not None:
        parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    # Each opening bracket starts at most one element: a bound on what a depth of elements can cost.
    if content.count(b"<") > 2 * MAX_ELEMENTS:
        raise UnsafeFile(f"{name} has more than {MAX_ELEMENTS:,} elements in {part!r}; no table of scores needs that.")
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise BadTable(f"{name} is not readable: {part!r} is not well-formed ({error}).") from None
