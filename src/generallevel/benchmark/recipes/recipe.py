"""Recipes: how the files of one task become a score.

Objects: `Format`, how a prediction and its reference are read; `Recipe`, a format with the metric, the variant and the
parameters that score it; `Item`, what a reader may look at; `FromHeader` and `Needs`, parameters that only the
annotation file or the user can supply.

Conventions: a reader takes the whole `Item` and returns what the metric takes; an item that it cannot read is a
`GeneralLevelError`, which costs the submitter that item. A recipe is graded as a task is: ``official``, ``inferred``,
``ours`` or ``unresolved`` (docs/decisions/0005).
"""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from types import CodeType, MappingProxyType
from typing import Any

from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.task import PROTOCOLS
from generallevel.errors import InvalidInput, NotComputable, did_you_mean
from generallevel.registry import Metric, find

__all__ = ["Format", "FromHeader", "Item", "Needs", "Reader", "Recipe"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a task, as the files have it.

    Attributes
    ----------
    id : str
        Its id; 7 and ``"7"`` are one.
    input, output : object
        What the annotation file says of it: the question and the reference.
    prediction : object
        What the prediction file says; None where it says nothing. Where people or a judge rate the answers, the entry
        of the ratings file.
    header : mapping
        The annotation file without its items: ``task``, ``type``, classes, units.
    files, predicted : Files
        The folders of the annotation and of the prediction file, from which media are opened.
    extra : mapping
        What else the entry of the annotation file holds.
    """

    id: str
    input: Any
    output: Any
    prediction: Any
    header: Mapping[str, Any]
    files: Files
    predicted: Files
    extra: Mapping[str, Any] = field(default_factory=dict)


Reader = Callable[[Item], Any]


@dataclass(frozen=True, slots=True)
class Format:
    """How the predictions and the references of a task are written, and read.

    Attributes
    ----------
    name : str
        What docs/formats.md calls it.
    prediction : callable
        From an item to its prediction, as the metric takes it.
    reference : callable or None
        From an item to its reference; None for a metric of predictions alone.
    description : str
        What stands where, in one or two sentences.
    documented : bool
        Whether General-Bench documents the layout; where not, it is ours.
    media : bool
        Whether items are files to be opened, one at a time, or values that can be read together.
    absent : callable or None
        From an item to what counts as its prediction where there is none, in place of the metric's own answer, where
        that would pay for silence: where every item has one label, naming none costs less than naming a wrong one.
    """

    name: str
    prediction: Reader
    reference: Reader | None
    description: str
    documented: bool = False
    media: bool = False
    absent: Reader | None = None


@dataclass(frozen=True, slots=True)
class FromHeader:
    """A parameter that the annotation file says: its key, and the value where the file is silent.

    Without a default the file must say it: there is no safe guess.
    """

    key: str
    default: Any = ...
    read: Callable[[Any], Any] | None = None

    def value(self, header: Mapping[str, Any]) -> Any:
        """What the header says. Raises `InvalidInput` where it says nothing and there is no default."""
        if self.key in header:
            return header[self.key] if self.read is None else self.read(header[self.key])
        if self.default is ...:
            raise InvalidInput(
                f"the annotation file does not say {self.key!r}, which the score depends on: add it beside 'data', or "
                "give the task a recipe of its own that states it"
            )
        return self.default


@dataclass(frozen=True, slots=True)
class Needs:
    """A parameter that the user must supply: the role under which ``extractors`` holds it, and what it has to do."""

    role: str
    what: str

    def value(self, extractors: Mapping[str, Any]) -> Any:
        """The object of the role. Raises `NotComputable` where there is none."""
        if self.role not in extractors:
            raise NotComputable(
                f"needs {self.what}: pass extractors={{{self.role!r}: ...}}.{did_you_mean(self.role, extractors)}"
            )
        return extractors[self.role]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one task is scored.

    Attributes
    ----------
    metric : str
        Name of the metric.
    format : Format
        How its files are read.
    variant : str
        A named definition of the metric.
    params : mapping
        The metric's parameters; a `FromHeader` or a `Needs` is filled in when the task is scored.
    grade : str
        ``official``, ``inferred``, ``ours`` or ``unresolved``: who fixed what changes the number.
    ratings : callable or None
        How an entry of the ratings file is read, where people or a judge give the scores, or where values computed
        elsewhere may stand in for an extractor.
    perfect : float or None
        What a perfect prediction scores, native, where it is not what the metric declares.
    note : str
        What one should know.

    Examples
    --------
    >>> from generallevel.benchmark.recipes.answers import TEXT
    >>> Recipe("accuracy", TEXT).best
    1.0
    """

    metric: str
    format: Format
    variant: str = "standard"
    params: Mapping[str, Any] = field(default_factory=dict)
    grade: str = "ours"
    ratings: Reader | None = None
    perfect: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.grade not in PROTOCOLS:
            raise InvalidInput(f"a recipe's grade is one of {', '.join(PROTOCOLS)}, not {self.grade!r}")
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (self.metric, self.format, self.variant, dict(self.params), self.grade, self.ratings, self.perfect)
        return Recipe, (*values, self.note)

    @property
    def declared(self) -> Metric:
        """The metric itself."""
        return find(self.metric)

    @property
    def best(self) -> float:
        """What a perfect prediction scores, native."""
        return self.declared.best_of(self.variant) if self.perfect is None else self.perfect

    @property
    def signature(self) -> str:
        """What tells the recipe from another one: metric, variant, parameters, and the code of its readers."""
        params = (f"{name}={_named(value)}" for name, value in sorted(self.params.items()))
        readers = (self.format.prediction, self.format.reference, self.ratings)
        return "|".join([self.metric, self.variant, *params, self.format.name, *map(_named, readers)])

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that ``extractors`` must fill."""
        return tuple(value.role for value in self.params.values() if isinstance(value, Needs))

    def parameters(self, header: Mapping[str, Any], extractors: Mapping[str, Any]) -> dict[str, Any]:
        """The metric's parameters for one task.

        Parameters
        ----------
        header : mapping
            The annotation file without its items.
        extractors : mapping of role to object
            What the user supplies.

        Returns
        -------
        dict

        Raises
        ------
        InvalidInput
            If the header lacks what it must say.
        NotComputable
            If a role is not filled.
        """
        settled = {}
        for name, value in self.params.items():
            if isinstance(value, FromHeader):
                settled[name] = value.value(header)
            elif isinstance(value, Needs):
                settled[name] = value.value(extractors)
            else:
                settled[name] = value
        return settled


def _named(value: Any) -> str:
    """A parameter or a reader in the recipe's signature: the same in every process, another where its code is."""
    if isinstance(value, FromHeader):
        return f"header({value.key},{value.default!r},{_named(value.read)})"
    if isinstance(value, Needs):
        return f"needs({value.role})"
    if isinstance(value, partial):
        words = (f"{name}={_named(one)}" for name, one in sorted(value.keywords.items()))
        return f"partial({', '.join([_named(value.func), *map(_named, value.args), *words])})"
    name = getattr(value, "__qualname__", None) or repr(value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = (f"{one.name}={_named(getattr(value, one.name))}" for one in fields(value))
        name = f"{type(value).__qualname__}({', '.join(parts)})"
    called = value if inspect.isfunction(value) else vars(type(value)).get("__call__")
    if not inspect.isfunction(called):
        return str(name)
    held = [cell.cell_contents for cell in called.__closure__ or () if cell.cell_contents is not called]
    settings = [*(called.__defaults__ or ()), *(called.__kwdefaults__ or {}).values(), *held]
    said = [_spelt(called.__code__), *map(_named, settings)]
    return f"{name}:{zlib.crc32(repr(said).encode(errors='replace')):08x}"


def _spelt(code: CodeType) -> tuple[Any, ...]:
    """What a body of code does, where it stands apart: `marshal` says it otherwise from one moment to the next."""
    constants = [
        _spelt(one) if isinstance(one, CodeType) else sorted(map(repr, one)) if isinstance(one, frozenset) else one
        for one in code.co_consts
    ]
    return code.co_code, code.co_names, code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], constants
