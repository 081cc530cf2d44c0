"""The registry: the one place where a metric becomes known.

A *declaration* says what a metric's number means: unit, direction, bounds, best value, curve to 0..100, source, and
under which labels score tables spell it. With `metric` it decorates the function from one prediction and its reference
to a tally; with `declare` it stands alone, so that scores of the metric can be read and normalised before anybody can
compute them here.

Native values in, native values out: ``unit``, ``bounds``, ``best`` and ``scale`` all speak of what ``tally.value``
returns. The unit in which a table prints the same metric is said once per label.

Modules under ``generallevel.metrics`` are found by walking the package on first use. Distributions add metrics through
the entry-point group ``generallevel.metrics``, whose entries name a module to import; they are read when a name is not
found among ours, or when everything is listed.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from generallevel.errors import (
    AmbiguousName,
    DuplicateName,
    InvalidInput,
    NotComputable,
    UnknownMetric,
    did_you_mean,
)
from generallevel.scales import Scale
from generallevel.tallies import Tally

__all__ = ["Metric", "Variant", "declare", "find", "find_label", "fold", "list_metrics", "metric"]

ENTRY_POINTS = "generallevel.metrics"

Better = Literal["higher", "lower"]
Pairing = Literal["paired", "alone", "unpaired"]
ItemScore = Literal["own", "context", "none"]


@dataclass(frozen=True)
class Variant:
    """A named definition of a metric: a set of parameters, and what it changes in the declaration.

    Parameters
    ----------
    params : mapping
        Keyword arguments that the variant fixes. A caller may still override each of them.
    best : float, optional
        The score of a perfect prediction, where it is not the declaration's own.
    note : str, optional
        One sentence: who defines it so.
    """

    params: Mapping[str, object] = field(default_factory=dict)
    best: float | None = None
    note: str = ""


STANDARD = Variant(note="the definition in the docstring")


@dataclass(frozen=True, eq=False, repr=False)
class Metric:
    """The declaration of a metric, callable where it has a function: one prediction and its reference to a tally.

    Attributes
    ----------
    name : str
        The id, such as ``bleu_1``.
    labels : mapping of (sheet, label) to unit
        How score tables spell the metric, and the unit in which they print it.
    unit : str
        The native unit: what ``tally.value`` is in.
    better : {"higher", "lower"}
        The direction.
    bounds : (float, float)
        The least and the greatest possible score, native, infinities included.
    best : float
        The score of a perfect prediction, native.
    scale : Scale
        The curve from native scores to 0..100.
    source : str
        Where the definition comes from.
    summary : str
        One sentence: what the value is.
    function, batch : callable or None
        From one item, or from a batch of items, to a tally.
    variants : mapping of str to Variant
        Named definitions; ``standard`` is the default.
    absent : callable or None
        From a reference to the prediction that a missing one counts as (an empty transcript). None where no prediction
        could stand for it; then a missing item is left out, and the score says so.
    pairing : {"paired", "alone", "unpaired"}
        Whether an item is a prediction with its reference, a prediction alone, or a member of one of two sets.
    item : {"own", "context", "none"}
        What the score of a single item means: its own, only in the context of its set, or nothing.
    each : str
        What one item is: an answer, an image, a clip.
    judged : bool
        Whether people or a judge model give the scores. Such a metric aggregates ratings; it never invents them.
    needs : str
        What the metric is computed from, for the error of one that has no function.
    aliases : tuple of str
        Further names under which `find` knows it.
    caution : str
        Why printed figures of this metric are to be read with care, or nothing.
    """

    name: str
    labels: Mapping[tuple[str, str], str]
    unit: str
    better: Better
    bounds: tuple[float, float]
    best: float
    scale: Scale
    source: str
    summary: str
    function: Callable[..., Tally] | None = None
    batch: Callable[..., Tally] | None = None
    variants: Mapping[str, Variant] = field(default_factory=dict)
    absent: Callable[[Any], Any] | None = None
    pairing: Pairing = "paired"
    item: ItemScore = "own"
    each: str = "item"
    judged: bool = False
    needs: str = ""
    aliases: tuple[str, ...] = ()
    caution: str = ""

    def __post_init__(self) -> None:
        if not (self.name.isidentifier() and self.name == self.name.lower()):
            raise InvalidInput(f"a metric's name is a lower-case identifier such as 'bleu_1', not {self.name!r}")
        if self.better not in ("higher", "lower"):
            raise InvalidInput(f"{self.name}: better is 'higher' or 'lower', not {self.better!r}")
        low, high = self.bounds
        if not low < high or not low <= self.best <= high:
            raise InvalidInput(
                f"{self.name}: best = {self.best:g} does not lie in bounds = ({low:g}, {high:g}); "
                "bounds and best are native values, in the unit that the function returns"
            )
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        object.__setattr__(self, "variants", MappingProxyType({"standard": STANDARD, **self.variants}))

    def __call__(self, *args: Any, **params: Any) -> Tally:
        """The tally of one item; the arguments are those of the decorated function."""
        return self.computed(self.function)(*args, **params)

    def computed(self, body: Callable[..., Tally] | None) -> Callable[..., Tally]:
        """The function, or an error that says what to supply in its place."""
        if body is None:
            needs = f" It is computed from {self.needs}." if self.needs else ""
            raise NotComputable(
                f"{self.name} is declared but has no function here: its scores can be read from a table and "
                f"normalised.{needs} "
                f"Give a score that you computed elsewhere, or declare a metric of your own with @metric; "
                "list_metrics(computable=True) lists what can be computed."
            )
        return body

    @property
    def computable(self) -> bool:
        """Whether the metric has a function."""
        return self.function is not None

    def parameters(self, variant: str = "standard", **given: Any) -> dict[str, Any]:
        """Every parameter of the function with its value: defaults, then the variant's, then the caller's.

        Raises
        ------
        UnknownMetric
            If the metric has no such variant.
        InvalidInput
            If a parameter is unknown, or one without a default is not given.
        """
        if variant not in self.variants:
            raise UnknownMetric(
                f"{self.name} has no variant {variant!r}; it has {', '.join(self.variants)}."
                f"{did_you_mean(variant, self.variants)}"
            )
        options = {
            name: parameter.default
            for name, parameter in inspect.signature(self.computed(self.function)).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        for name in given:
            if name not in options:
                takes = ", ".join(options) or "no parameter"
                raise InvalidInput(f"{self.name} takes {takes}, not {name!r}.{did_you_mean(name, options)}")
        chosen = options | dict(self.variants[variant].params) | given
        for name, value in chosen.items():
            if value is inspect.Parameter.empty:
                raise InvalidInput(
                    f"{self.name} needs {name}=...: it changes the number and there is no safe guess. See "
                    f"help({self.name})."
                )
        return chosen

    def best_of(self, variant: str = "standard") -> float:
        """The score of a perfect prediction under a variant, native."""
        best = self.variants[variant].best
        return self.best if best is None else best

    def __repr__(self) -> str:
        state = "" if self.computable else ", declared only"
        return f"<metric {self.name}: {self.unit}, {self.better} is better{state}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        # Through the registry, once the module is imported that registers it. What is not registered is looked for
        # under its own name, as functions are, and refused where it is not there.
        return (_found_again, (self.name, _origin(self))) if _metrics.get(self.name) is self else self.__name__

    @property
    def __name__(self) -> str:
        return getattr(self.function, "__name__", self.name)


_metrics: dict[str, Metric] = {}
_folded: dict[str, str] = {}  # folded name or alias -> name


def fold(name: str) -> str:
    """A name without case, spaces and punctuation: ``BLEU-1`` and ``bleu_1`` are one.

    >>> fold("BLEU-1") == fold("bleu_1")
    True
    """
    return "".join(character for character in name.casefold() if character.isalnum())


def _register(new: Metric) -> Metric:
    old = _metrics.get(new.name)
    if old is not None and _origin(old) != _origin(new):
        raise DuplicateName(
            f"a metric called {new.name!r} is registered already, by {_origin(old)}; {_origin(new)} must choose "
            "another name"
        )
    names = {fold(name): name for name in (new.name, *new.aliases)}
    for folded, name in names.items():
        holder = _folded.get(folded, new.name)
        if holder != new.name:
            raise DuplicateName(f"the name {name!r} of metric {new.name} is taken by metric {holder!r}")
    _folded.update(dict.fromkeys(names, new.name))
    _metrics[new.name] = new
    return new


def _origin(entry: Metric) -> str:
    # Only the module counts: a cell of a notebook that is run again replaces its metric.
    return str(vars(entry).get("__module__", "a bare declaration"))


def metric(
    *,
    unit: str,
    better: Better,
    bounds: tuple[float, float],
    scale: Scale,
    source: str,
    name: str | None = None,
    best: float | None = None,
    labels: Mapping[tuple[str, str], str] = MappingProxyType({}),
    summary: str | None = None,
    batch: Callable[..., Tally] | None = None,
    variants: Mapping[str, Variant] = MappingProxyType({}),
    absent: Callable[[Any], Any] | None = None,
    pairing: Pairing = "paired",
    item: ItemScore = "own",
    each: str = "item",
    judged: bool = False,
    aliases: Iterable[str] = (),
    caution: str = "",
) -> Callable[[Callable[..., Tally]], Metric]:
    """Declare the decorated function as a metric; the attributes of `Metric` say what each argument means.

    The function takes one prediction and its reference (``pred, ref``; a prediction alone where ``pairing="alone"``;
    one of the two and None where ``"unpaired"``) and keyword-only options, and returns a tally.

    Parameters
    ----------
    best : float, optional
        By default the end of ``bounds`` to which ``better`` points.
    summary : str, optional
        By default the first line of the docstring.

    Returns
    -------
    callable
        A decorator that returns the `Metric`, which is called like the function.

    Raises
    ------
    InvalidInput
        If the declaration contradicts itself.
    DuplicateName
        If another module has registered the name.

    Examples
    --------
    >>> from generallevel.scales import Linear
    >>> from generallevel.tallies import Ratio
    >>> @metric(unit="fraction", better="higher", bounds=(0, 1), scale=Linear(), source="ours")
    ... def doc_same_length(pred: str, ref: str) -> Ratio:
    ...     "Share of answers as long as their reference."
    ...     return Ratio(len(pred) == len(ref), 1)
    >>> doc_same_length("ab", "cd").value
    1.0
    """

    def register(function: Callable[..., Tally]) -> Metric:
        doc = inspect.getdoc(function) or ""
        line = summary or doc.partition("\n\n")[0].replace("\n", " ")
        if not line:
            raise InvalidInput(f"{function.__name__} has no docstring: its first line says what the value is")
        new = Metric(
            name=name or function.__name__,
            labels=labels,
            unit=unit,
            better=better,
            bounds=bounds,
            best=_best(best, better, bounds),
            scale=scale,
            source=source,
            summary=line,
            function=function,
            batch=batch,
            variants=variants,
            absent=absent,
            pairing=pairing,
            item=item,
            each=each,
            judged=judged,
            aliases=tuple(aliases),
            caution=caution,
        )
        # The names that help(), inspect and pickle look at; not update_wrapper, which would write into the frozen
        # fields.
        for attribute in ("__module__", "__qualname__", "__doc__"):
            object.__setattr__(new, attribute, getattr(function, attribute))
        object.__setattr__(new, "__wrapped__", function)
        return _register(new)

    return register


def declare(
    name: str,
    *,
    summary: str,
    needs: str,
    unit: str,
    better: Better,
    bounds: tuple[float, float],
    scale: Scale,
    source: str,
    best: float | None = None,
    labels: Mapping[tuple[str, str], str] = MappingProxyType({}),
    judged: bool = False,
    aliases: Iterable[str] = (),
    caution: str = "",
) -> Metric:
    """Declare a metric without a function, so that its scores can be read and normalised.

    Parameters
    ----------
    name : str
        The id.
    needs : str
        What it would be computed from: "boxes and their reference boxes".
    summary, unit, better, bounds, scale, source, best, labels, judged, aliases, caution
        As in `Metric`.

    Returns
    -------
    Metric
        The declaration; calling it raises `NotComputable`.
    """
    new = Metric(
        name=name,
        labels=labels,
        unit=unit,
        better=better,
        bounds=bounds,
        best=_best(best, better, bounds),
        scale=scale,
        source=source,
        summary=summary,
        judged=judged,
        needs=needs,
        aliases=tuple(aliases),
        caution=caution,
    )
    # Whose declaration it is, as for a function: another module must not replace it.
    object.__setattr__(new, "__module__", sys._getframe(1).f_globals.get("__name__", "__main__"))
    return _register(new)


def _best(best: float | None, better: Better, bounds: tuple[float, float]) -> float:
    if best is not None:
        return float(best)
    return float(bounds[1] if better == "higher" else bounds[0])


@functools.cache
def _load_ours() -> None:
    package = importlib.import_module("generallevel.metrics")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)


@functools.cache
def _load_plugins() -> None:
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        try:
            entry.load()
        except Exception as slip:  # noqa: BLE001 - whatever a stranger's import may raise
            # A distribution of somebody else's must not take the library down, nor vanish without a word.
            warnings.warn(
                f"the metrics of plugin {entry.name!r} ({entry.value}) could not be loaded: {slip!r}", stacklevel=2
            )


def find(name: str | Metric) -> Metric:
    """The metric of this name, alias, or table label that only one metric has.

    Parameters
    ----------
    name : str or Metric
        Forgiving about case, spaces and punctuation. A `Metric` is returned as it is.

    Returns
    -------
    Metric

    Raises
    ------
    UnknownMetric
        If nothing has this name, with the nearest ones.
    AmbiguousName
        If it is a table label of several metrics.

    Examples
    --------
    >>> find("PSNR").name, find("BLEU-1").name
    ('psnr', 'bleu_1')
    """
    if isinstance(name, Metric):
        return name
    _load_ours()
    for load in (None, _load_plugins):
        if load is not None:
            load()
        if found := _metrics.get(name) or _metrics.get(_folded.get(fold(name), "")):
            return found
    holders = _holders(name, sheet=None)
    if len(holders) == 1:
        return holders[0]
    if holders:
        raise _shared_label(name, "", holders)
    raise UnknownMetric(
        f"no metric is called {name!r}.{did_you_mean(name, _metrics)} "
        f"list_metrics() lists all {len(_metrics)}; @metric adds one."
    )


def find_label(sheet: str, label: str) -> Metric:
    """The metric that a sheet of a score table spells with this label.

    Parameters
    ----------
    sheet : str
        Such as ``Image-Comprehension``.
    label : str
        Such as ``Acc``; forgiving about case, spaces and punctuation.

    Returns
    -------
    Metric

    Raises
    ------
    UnknownMetric
        If no metric of the sheet has the label.
    AmbiguousName
        If several have it, such as AP50 (boxes, masks, keypoints): only the task tells which.

    Examples
    --------
    >>> find_label("Audio-Generation", "PCC").name
    'pitch_class_consistency'
    """
    _load_ours()
    holders = _holders(label, sheet)
    if not holders:
        _load_plugins()
        holders = _holders(label, sheet)
    if len(holders) == 1:
        return holders[0]
    if holders:
        raise _shared_label(label, f" on sheet {sheet}", holders)
    spelt = {known for entry in _metrics.values() for where, known in entry.labels if where == sheet}
    if not spelt:
        sheets = sorted({where for entry in _metrics.values() for where, _ in entry.labels})
        raise UnknownMetric(
            f"no sheet is called {sheet!r}.{did_you_mean(sheet, sheets)} There are {', '.join(sheets)}."
        )
    raise UnknownMetric(f"no metric is spelt {label!r} on sheet {sheet}.{did_you_mean(label, spelt)}")


def _found_again(name: str, module: str) -> Metric:
    """What a pickled metric becomes: the metric that its module registers."""
    if name not in _metrics:
        importlib.import_module(module)
    return find(name)


def _holders(label: str, sheet: str | None) -> list[Metric]:
    folded = fold(label)
    return [
        entry
        for entry in _metrics.values()
        if any(fold(spelt) == folded and sheet in (None, where) for where, spelt in entry.labels)
    ]


def _shared_label(label: str, where: str, holders: Iterable[Metric]) -> AmbiguousName:
    names = ", ".join(sorted(holder.name for holder in holders))
    return AmbiguousName(f"{label!r}{where} is spelt so by several metrics: {names}. Name the task, or one of these.")


def list_metrics(*, computable: bool | None = None, judged: bool | None = None) -> list[Metric]:
    """The declared metrics, sorted by name.

    Parameters
    ----------
    computable : bool, optional
        Only those with a function (True), or only those that are declared without one (False). Extras that are not
        installed make no difference.
    judged : bool, optional
        Only those whose scores people or a judge model give (True), or only the others (False).

    Returns
    -------
    list of Metric

    Examples
    --------
    >>> "psnr" in [metric.name for metric in list_metrics(computable=True)]
    True
    """
    _load_ours()
    _load_plugins()
    return [
        entry
        for _, entry in sorted(_metrics.items())
        if computable in (None, entry.computable) and judged in (None, entry.judged)
    ]
