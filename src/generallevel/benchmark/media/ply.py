"""PLY files: points and polygons, as text or as bytes of either order.

Source: Turk (1994), "The PLY Polygon File Format".
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media.arrays import doubles
from generallevel.benchmark.media.rows import numbers_in
from generallevel.benchmark.media.stored import bounded, content
from generallevel.errors import InvalidInput

__all__ = ["read_ply"]

WANTED = "a PLY file"
MOST_HEADER = 2**16  # ours: bytes of a header
FORMATS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}
BYTES = {1: ("char", "int8"), 2: ("short", "int16"), 4: ("int", "int32"), 8: ("long", "int64")}
TYPES = {"float": "f4", "float32": "f4", "double": "f8", "float64": "f8"} | {
    sign + name: f"{'u' if sign else 'i'}{size}"
    for size, names in BYTES.items()
    for name in names
    for sign in ("", "u")
}
CORNER_LISTS = ("vertex_indices", "vertex_index")
MOST_ALIKE = 2**16  # ours: numbers of a list that are read as one column each
XYZ = ("x", "y", "z")

Columns: TypeAlias = dict[str, Any]  # by property: an array of numbers, or for a list (lengths, all values in a row)


@dataclass(slots=True)
class _Element:
    """One kind of thing that the file holds: its name, how many, and their properties with their types."""

    name: str
    count: int
    properties: list[tuple[str, str, str | None]] = field(default_factory=list)  # name, type, type of a list's length

    @property
    def has_lists(self) -> bool:
        return any(length is not None for _, _, length in self.properties)

    def row_bytes(self, text: bool) -> int:
        """The least bytes of one row; a number of a text is a digit and a space."""
        return sum(2 if text else np.dtype(length or kind).itemsize for _, kind, length in self.properties)


def read_ply(path: Path, limits: Limits, *, faces: bool) -> tuple[NDArray[np.float64], tuple[Any, Any] | None]:
    """The vertices of a PLY file and, where they are asked for, its polygons.

    Parameters
    ----------
    path : Path
        A file that opens with ``ply``.
    limits : Limits
        Of which `file_bytes`, `points` and `array_bytes` count.
    faces : bool
        Whether polygons are read.

    Returns
    -------
    vertices : ndarray of float, shape (n, 3)
        As stored; what may be NaN is for the caller to say.
    polygons : (lengths, corners) or None
        How many corners each has, and the numbers of all corners in a row; None where the file has no polygons.

    Raises
    ------
    UnsafeFile
        If its header asks for more than the limits.
    InvalidInput
        If it is damaged, cut short, or without x, y and z.
    """
    data = content(path, limits, WANTED)
    order, elements, start = _header(data, path)
    left = len(data) - start
    for element in elements:
        bounded(element.count, limits.points, f"{path.name} says that it has", f"of {element.name!r}", "Limits.points")
        bounded(
            element.count * 8 * len(element.properties),
            limits.array_bytes,
            f"{path.name} says that it holds",
            "bytes",
            "Limits.array_bytes",
        )
        needed = element.count * element.row_bytes(not order) - (not order)  # the last space may be missing
        if needed > left:
            raise InvalidInput(
                f"{path.name} says that it has {element.count:,} of {element.name!r}, which take {needed:,} bytes or "
                f"more, and {max(left, 0):,} are there: it was cut short; wanted {WANTED}"
            )
        left -= needed
    wanted = {"vertex", "face"} if faces else {"vertex"}
    columns = (
        _bytes(data, start, order, elements, wanted, path) if order else _text(data[start:], elements, wanted, path)
    )
    vertex = columns.get("vertex", {})
    if any(not isinstance(vertex.get(axis), np.ndarray) for axis in XYZ):
        raise InvalidInput(f"{path.name} has vertices with {sorted(vertex)}, not with x, y and z; wanted {WANTED}")
    vertices = np.stack([doubles(vertex[axis]) for axis in XYZ], axis=1)
    face = columns.get("face", {})
    return vertices, next((face[name] for name in CORNER_LISTS if isinstance(face.get(name), tuple)), None)


def _header(data: bytes, path: Path) -> tuple[str, list[_Element], int]:
    """The order of bytes ("" for text), the elements, and where they begin."""
    end = data.find(b"end_header", 0, MOST_HEADER)
    stop = data.find(b"\n", end, MOST_HEADER)
    if end < 0 or stop < 0:
        raise InvalidInput(
            f"{path.name} opens as a PLY file without an 'end_header': it was cut short; wanted {WANTED}"
        )
    order, elements = None, list[_Element]()
    for line in data[:end].decode("latin-1").split("\n"):
        match line.split():
            case ["format", form, _] if form in FORMATS:
                order = FORMATS[form]
            case ["element", name, count] if count.isascii() and count.isdigit() and len(count) < 20:
                elements.append(_Element(name, int(count)))
            case ["property", "list", length, kind, name] if elements and length in TYPES and kind in TYPES:
                if TYPES[length][0] == "f":
                    raise _strange(line, path)
                elements[-1].properties.append((name, TYPES[kind], TYPES[length]))
            case ["property", kind, name] if elements and kind in TYPES:
                elements[-1].properties.append((name, TYPES[kind], None))
            case [] | ["ply"] | ["comment" | "obj_info", *_]:
                pass
            case _:
                raise _strange(line, path)
    names = [element.name for element in elements]
    hollow = any(element.count and not element.properties for element in elements)
    doubled = [e.name for e in elements if len({name for name, _, _ in e.properties}) < len(e.properties)]
    if order is None or len(set(names)) < len(names) or doubled or hollow:
        raise InvalidInput(
            f"{path.name} has a header without a format or a property, or that says something twice; wanted {WANTED}"
        )
    return order, elements, stop + 1


def _strange(line: str, path: Path) -> InvalidInput:
    return InvalidInput(f"{path.name} has the line {line.strip()!r:.80} in its header; wanted {WANTED}")


def _bytes(
    data: bytes, place: int, order: str, elements: list[_Element], wanted: set[str], path: Path
) -> dict[str, Columns]:
    columns: dict[str, Columns] = {}
    for element in elements:
        if not wanted - columns.keys():
            break
        types = [(name, order + kind) for name, kind, _ in element.properties]
        if not element.has_lists:
            dtype = np.dtype(types)
            _there(data, place, element.count * dtype.itemsize, element, path)
            table = np.frombuffer(data, dtype=dtype, count=element.count, offset=place)
            columns[element.name] = {name: table[name] for name, _, _ in element.properties}
            place += element.count * dtype.itemsize
        else:
            columns[element.name], place = _even_lists(data, place, order, element, path) or _uneven_lists(
                data, place, order, element, path
            )
    return columns


def _there(data: bytes, place: int, needed: int, element: _Element, path: Path) -> None:
    if needed > len(data) - place:
        raise InvalidInput(f"{path.name} ends within its {element.count:,} of {element.name!r}: it was cut short")


def _even_lists(data: bytes, place: int, order: str, element: _Element, path: Path) -> tuple[Columns, int] | None:
    """The columns of an element whose lists all have the lengths that those of its first row have, or None."""
    if not element.count:
        none = np.zeros(0, dtype=np.int64)
        return {name: (none, none) if length else none for name, _, length in element.properties}, place
    lengths, _ = _row_lengths(data, place, order, element, path)
    fields: list[Any] = []
    for name, kind, length in element.properties:
        if length is not None:
            fields.append((f"length of {name}", order + length))
        fields.append((name, order + kind, (lengths[name],)) if length is not None else (name, order + kind))
    if max(lengths.values()) > MOST_ALIKE:
        return None
    dtype = np.dtype(fields)
    if element.count * dtype.itemsize > len(data) - place:
        return None
    table = np.frombuffer(data, dtype=dtype, count=element.count, offset=place)
    columns: Columns = {}
    for name, _, length in element.properties:
        if length is None:
            columns[name] = table[name]
        elif (table[f"length of {name}"] != lengths[name]).any():
            return None
        else:
            columns[name] = (np.full(element.count, lengths[name]), table[name].ravel())
    return columns, place + element.count * dtype.itemsize


def _uneven_lists(data: bytes, place: int, order: str, element: _Element, path: Path) -> tuple[Columns, int]:
    """The columns of an element, row by row: where a row begins, the one before says."""
    starts: dict[str, list[int]] = {name: [] for name, _, _ in element.properties}
    lengths: dict[str, list[int]] = {name: [] for name, _, length in element.properties if length is not None}
    if [(length, len(element.properties)) for _, _, length in element.properties] == [("u1", 1)]:
        name, kind, _ = element.properties[0]
        starts[name], lengths[name], place = _small_lists(data, place, int(kind[1]), element, path)
    else:
        for _ in range(element.count):
            row, place = _row_lengths(data, place, order, element, path, starts)
            for name, length in row.items():
                lengths[name].append(length)
    columns: Columns = {}
    for name, kind, said in element.properties:
        dtype = np.dtype(order + kind)
        sizes = np.array(lengths[name]) if said is not None else np.ones(element.count, dtype=np.int64)
        steps = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        # A number may begin at any byte, so the file is seen as one number for each of its bytes.
        everywhere = np.ndarray((len(data) - dtype.itemsize + 1,), dtype, buffer=data, strides=(1,))
        values = everywhere[np.repeat(np.array(starts[name]), sizes) + steps * dtype.itemsize]
        columns[name] = values if said is None else (sizes, values)
    return columns, place


def _small_lists(
    data: bytes, place: int, itemsize: int, element: _Element, path: Path
) -> tuple[list[int], list[int], int]:
    """Where lists begin and how long they are, for rows of nothing else, of at most 255 numbers each."""
    starts, lengths = list[int](), list[int]()
    for _ in range(element.count):
        _there(data, place, 1, element, path)
        length = data[place]
        starts.append(place + 1)
        lengths.append(length)
        place += 1 + length * itemsize
    _there(data, place, 0, element, path)
    return starts, lengths, place


def _row_lengths(
    data: bytes,
    place: int,
    order: str,
    element: _Element,
    path: Path,
    starts: dict[str, list[int]] | None = None,
) -> tuple[dict[str, int], int]:
    """How long the lists of the row at a place are, and where the next row begins."""
    found: dict[str, int] = {}
    for name, kind, length in element.properties:
        if length is not None:
            size = int(length[1])
            _there(data, place, size, element, path)
            found[name] = int(np.frombuffer(data, dtype=order + length, count=1, offset=place)[0])
            if found[name] < 0:
                raise InvalidInput(
                    f"{path.name} has a list of {found[name]} numbers in {element.name!r}: it is damaged"
                )
            place += size
        if starts is not None:
            starts[name].append(place)
        place += int(kind[1]) * found.get(name, 1)
    _there(data, place, 0, element, path)
    return found, place


def _text(data: bytes, elements: list[_Element], wanted: set[str], path: Path) -> dict[str, Columns]:
    """The columns of a file of text, a row a line."""
    columns: dict[str, Columns] = {}
    lines = io.BytesIO(data)
    for element in elements:
        if not wanted - columns.keys():
            break
        width = len(element.properties)
        text = _lines(lines, element, path)
        values = numbers_in(text)
        if values is None:
            raise InvalidInput(f"{path.name} has something that is no number in {element.name!r}; wanted {WANTED}")
        if element.has_lists:
            columns[element.name] = _text_lists(values, element, path)
        elif values.size != width * element.count:
            raise InvalidInput(
                f"{path.name} has {values.size:,} numbers in {element.count:,} of {element.name!r}; wanted {width} each"
            )
        else:
            table = values.reshape(-1, width)
            columns[element.name] = {name: table[:, n] for n, (name, _, _) in enumerate(element.properties)}
    return columns


def _lines(lines: BinaryIO, element: _Element, path: Path) -> bytes:
    """The lines of one element."""
    start = lines.tell()
    found = 0
    while found < element.count:
        line = lines.readline()
        if not line:
            raise InvalidInput(f"{path.name} has {found:,} of {element.count:,} {element.name!r}: it was cut short")
        found += not line.isspace()
    end = lines.tell()
    lines.seek(start)
    return lines.read(end - start)


def _text_lists(values: NDArray[np.float64], element: _Element, path: Path) -> Columns:
    """The columns of an element with lists, from its numbers in a row."""
    damaged = InvalidInput(f"{path.name} has lists in {element.name!r} that do not fit its lines: it is damaged")
    if len(element.properties) == 1:  # the usual case: corners alone, of as many numbers in each row
        ((name, _, _),) = element.properties
        if not element.count:
            return {name: (np.zeros(0, dtype=np.int64), values)}
        width = int(values[0]) + 1 if values.size and 0 <= values[0] < values.size else 0
        if width and values.size == width * element.count and (values[::width] == width - 1).all():
            return {name: (np.full(element.count, width - 1), values.reshape(-1, width)[:, 1:].ravel())}
    place = 0
    lengths: dict[str, list[int]] = {name: [] for name, _, _ in element.properties}
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name, _, _ in element.properties}
    for _ in range(element.count):
        for name, _, length in element.properties:
            n = 1
            if length is not None:
                if place >= values.size or not 0 <= values[place] <= values.size or values[place] % 1:
                    raise damaged
                n, place = int(values[place]), place + 1
            lengths[name].append(n)
            parts[name].append(values[place : place + n])
            place += n
    if place != values.size:
        raise damaged
    columns: Columns = {}
    for name, _, length in element.properties:
        row = np.concatenate(parts[name]) if parts[name] else values[:0]
        columns[name] = row if length is None else (np.array(lengths[name], dtype=np.int64), row)
    return columns
