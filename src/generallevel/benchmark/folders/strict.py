r"""Strict JSON of strangers: what a file says, or an error that names the slip, never a crash.

Python's own parser reads what is not JSON (NaN), takes the last of two equal keys in silence, and follows nesting until
its stack ends. So the shape of a file is measured first, on its bytes: nesting, values and keys outside of texts. A
file in which nothing is suspicious goes through the bare parser. Another one is read again with hooks, and what cannot
be read *inside* it becomes an `Unreadable` in its place, which costs the item that holds it and no other.
"""

from __future__ import annotations

import gc
import json
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.shape import Shape, may_have_half_characters, numbers_are_short, shape_of
from generallevel.benchmark.folders.stored import stored_bytes
from generallevel.errors import BadTable, UnsafeFile

__all__ = ["Tree", "Unreadable", "flaw", "read_document", "read_tree", "without_collecting"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in a tree for a value that cannot be read, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A JSON document.

    Attributes
    ----------
    value : object
        What `json.loads` gives, with `Unreadable` for what it cannot.
    clean : bool
        Whether it surely holds no `Unreadable` and no text with half a character.
    """

    value: Any
    clean: bool


def read_document(path: str | os.PathLike[str], limits: Limits = LIMITS) -> Any:
    """What a JSON file says.

    Parameters
    ----------
    path : path
        ``.json``, or ``.jsonl`` with one value on each line, either of them also as ``.gz``. UTF-8 with or without a
        byte order mark.
    limits : Limits
        How much it may hold.

    Returns
    -------
    object
        As `json.loads` gives it. In the place of NaN, Infinity, a number beyond the largest float or with too many
        digits, and of a key that stands twice in its object, is an `Unreadable`. Half a character (a lone surrogate)
        stays as it is.

    Raises
    ------
    BadTable
        If it cannot be read as JSON: the message names the likely slip.
    UnsafeFile
        If it is larger, deeper or richer than the limits allow.
    """
    return read_tree(path, limits).value


def read_tree(path: str | os.PathLike[str], limits: Limits = LIMITS) -> Tree:
    """What a JSON file says, and whether all of it is sound; as `read_document`."""
    name = Path(path).name
    content = stored_bytes(path, limits)
    text = _decoded(content, name)
    content = content.removeprefix(b"\xef\xbb\xbf")
    suffixes = [suffix.lower() for suffix in Path(path).suffixes if suffix.lower() != ".gz"]
    lines = suffixes[-1:] in ([".jsonl"], [".ndjson"])
    shape = shape_of(content)
    _refuse_beyond(shape, limits, name)
    parse = _parsed_lines if lines else _parsed
    with without_collecting():
        return Tree(*parse(text, content, shape, limits, name))


@contextmanager
def without_collecting() -> Iterator[None]:
    """A block that makes many objects and no circles: looking for circles again and again would double its time."""
    pause = gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()


def _decoded(content: bytes, name: str) -> str:
    """The text of a JSON file. Raises `BadTable` where it is another kind of file or not UTF-8."""
    wide = b"\0" in content[:4] and content[:4].strip(b"\0")[:1] in (b"{", b"[")
    if wide or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadTable(f"{name!r:.120} looks like UTF-16 or UTF-32: save it again as UTF-8")
    other = _other_kind(content)
    if other:
        raise BadTable(f"{name!r:.120} is {other}; wanted JSON")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as slip:
        place = f"byte {slip.start} is 0x{content[slip.start]:02x}"
        raise BadTable(
            f"{name!r:.120} is not UTF-8 ({place}). Was it written as Latin-1, or by open(...) on Windows without "
            "encoding='utf-8'?"
        ) from None


def _other_kind(content: bytes) -> str:
    """What a file is that cannot be JSON by its first bytes; nothing where it may be JSON."""
    head = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        return "" if content.strip() else "blank"
    if head[:1] == b"\x80":
        return "a pickle, which is never opened: write it with json.dump"
    if head[:1] in b'{["-0123456789tfnNI':
        return ""
    from generallevel.benchmark.media.stored import found_in

    return found_in(head)


def _refuse_beyond(shape: Shape, limits: Limits, name: str) -> None:
    if shape.depth > limits.depth:
        raise UnsafeFile(f"{name!r:.120} is nested {shape.depth:,} levels deep; at most {limits.depth} are read")
    if shape.values > limits.values:
        raise UnsafeFile(
            f"{name!r:.120} holds {shape.values:,} values; at most {limits.values:,} are read. "
            "Limits(values=...) raises that for files that you trust."
        )


def _parsed(text: str, content: bytes, shape: Shape, limits: Limits, name: str) -> tuple[Any, bool]:
    """The value of a text and whether it is sound."""
    sound = numbers_are_short(content, limits)
    strange: list[str] = []
    try:
        if sound:
            value = json.loads(text, parse_constant=strange.append)
            if not strange and _keys_in(value, shape.containers) == shape.keys:
                return value, not may_have_half_characters(content)
            del value
        return json.loads(text, **_Hooks(limits).hooks), False
    except json.JSONDecodeError as slip:
        raise BadTable(f"{name!r:.120} is not JSON: {slip}.{_likely(slip, text)}") from None
    except RecursionError:  # a limit on depth that was raised beyond what Python can follow
        raise UnsafeFile(f"{name!r:.120} is nested deeper than Python can follow") from None


def _parsed_lines(text: str, content: bytes, shape: Shape, limits: Limits, name: str) -> tuple[list[Any], bool]:
    """The values of the lines, read together; line by line where that shows a slip."""
    lines = [line for line in text.split("\n") if line.strip()]
    together = "[" + ",".join(lines) + "]"
    try:
        values, clean = _parsed(together, content, shape, limits, name)
        if len(values) == len(lines):
            return values, clean
    except BadTable:
        pass
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                json.loads(line, parse_int=float)
            except json.JSONDecodeError as slip:
                raise BadTable(f"{name!r:.120}, line {number}, is not JSON: {slip}.") from None
    raise BadTable(f"{name!r:.120} is not JSON Lines: wanted one value on each line")


def _keys_in(value: Any, containers: int) -> int:
    """How many keys all objects of a tree have, level by level, until all of its lists and objects were seen.

    A key that stands twice may have dropped some of them; then all levels are looked at.
    """
    keys = seen = 0
    level: list[Any] = [value] if value.__class__ is dict or value.__class__ is list else []
    while level:
        seen += len(level)
        keys += sum([len(one) for one in level if one.__class__ is dict])
        if seen == containers:
            break
        level = [
            inner
            for one in level
            for inner in (one.values() if one.__class__ is dict else one)
            if inner.__class__ is dict or inner.__class__ is list
        ]
    return keys


@dataclass(frozen=True, slots=True)
class _Hooks:
    """What reads the parts of a file in which something is not plain JSON."""

    limits: Limits

    @property
    def hooks(self) -> dict[str, Any]:
        """The arguments of `json.loads`."""
        return {
            "object_pairs_hook": self.object,
            "parse_int": self.whole,
            "parse_float": self.fraction,
            "parse_constant": self.constant,
        }

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    found[key] = Unreadable(f"the key {key!r:.60} stands twice in one object")
                seen.add(key)
        return found

    def whole(self, digits: str) -> int | Unreadable:
        if len(digits) > self.limits.digits:
            return self.too_long(digits)
        number = int(digits)
        return self.too_large(digits) if len(digits) > 300 and _is_beyond_float(number) else number

    def fraction(self, digits: str) -> float | Unreadable:
        if len(digits) > self.limits.digits:
            return self.too_long(digits)
        number = float(digits)
        return self.too_large(digits) if math.isinf(number) else number

    def constant(self, word: str) -> Unreadable:
        return Unreadable(f"{word} is no JSON and no number that can be scored")

    def too_long(self, digits: str) -> Unreadable:
        return Unreadable(f"a number of {len(digits):,} digits; at most {self.limits.digits} are read")

    def too_large(self, digits: str) -> Unreadable:
        return Unreadable(f"the number {digits:.20}{'...' * (len(digits) > 20)} is beyond the largest float")


def _is_beyond_float(number: int) -> bool:
    try:
        float(number)
    except OverflowError:
        return True
    return False


def flaw(value: Any, *, half_characters: bool = True) -> str | None:
    r"""Why a tree cannot be scored: the first `Unreadable` in it, or text with half a character; None where it can.

    Parameters
    ----------
    value : object
        A tree of `read_document`, or a part of one.
    half_characters : bool
        Whether a lone surrogate is a flaw.

    Returns
    -------
    str or None

    Examples
    --------
    >>> flaw({"box": [1.0, Unreadable("NaN is no number")]})
    'NaN is no number'
    >>> flaw("\ud83d")
    'the text holds half a character (a lone surrogate, \\ud83d)'
    """
    level: list[Any] = [value]
    while level:
        inner: list[Iterable[Any]] = []
        for one in level:
            kind = one.__class__
            if kind is Unreadable:
                return str(one.reason)
            if kind is str and half_characters:
                half = _half_character(one)
                if half:
                    return f"the text holds half a character (a lone surrogate, \\u{half:04x})"
            elif kind is dict:
                inner += [one.values(), one.keys()]
            elif kind is list:
                inner.append(one)
        level = [one for many in inner for one in many]
    return None


def _half_character(text: str) -> int:
    """The code of the first lone surrogate of a text; 0 where there is none."""
    if text.isascii():
        return 0
    try:
        text.encode()
    except UnicodeEncodeError as slip:
        return ord(text[slip.start])
    return 0


def _likely(slip: json.JSONDecodeError, text: str) -> str:
    """A sentence on what may have gone wrong."""
    rest = text[slip.pos : slip.pos + 40].lstrip()
    before = text[max(0, slip.pos - 40) : slip.pos].rstrip()
    if slip.msg == "Extra data":
        if slip.pos and "\n" in text[slip.pos - 1 : slip.pos + 1] and rest[:1] in ("{", "["):
            return " Is it JSON Lines? Then name it .jsonl."
        return " Something follows the end of the document: were two files written into one?"
    if not rest or slip.msg.startswith("Unterminated string"):
        return " It ends too early: was it cut short while it was written or copied?"
    if rest[:1] == "'" or rest.startswith(("None", "True", "False")):
        return " It looks like Python's own print: write it with json.dump."
    if rest[:1] in ("]", "}") and before.endswith(","):
        return " A comma stands before the closing bracket."
    if before.endswith(",") and slip.msg.startswith("Expecting property name"):
        return " Is there a comma too many?"
    if slip.msg.startswith("Invalid control character"):
        return " A line break or a tab inside a text must be written as \\n or \\t: write it with json.dump."
    return ""
