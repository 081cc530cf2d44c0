"""torchmetrics, both ways: a metric of ours as one of theirs, and one of theirs as one of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from generallevel.errors import InvalidInput, MissingExtra, UndefinedScore
from generallevel.registry import Metric, metric
from generallevel.tallies import Joined

__all__ = ["TorchTally", "as_torchmetric", "from_torchmetrics"]


def as_torchmetric(of: str | Metric, *, variant: str = "standard", **params: Any) -> Any:
    """A metric as a ``torchmetrics.Metric``: ``update(preds, target)``, ``compute()``, sync, clone, collections.

    Parameters
    ----------
    of : str or Metric
        What to score.
    variant : str, default "standard"
        A named definition of the metric.
    **params
        The metric's own parameters.

    Returns
    -------
    torchmetrics.Metric
        Its ``update`` takes a batch: predictions and references of one length, as tensors, arrays or lists (predictions
        alone, or one of two sets as ``update(preds, None)`` and ``update(None, target)``, where the metric is so). Its
        ``compute`` gives a tensor without axes in double precision, in the metric's own unit. ``score()`` gives the
        `Score` of what this process has seen.

    Raises
    ------
    MissingExtra
        If torchmetrics is not installed.
    UnknownMetric, NotComputable, InvalidInput
        If there is no such metric, variant or parameter.

    Notes
    -----
    The state is the tally, pickled into a tensor of bytes, so that torchmetrics can send and restore it: restore a
    state only from a checkpoint that you trust. An error in an item raises, as everywhere; a score that is not defined
    raises `UndefinedScore` in ``compute``.

    Examples
    --------
    ::

        MetricCollection({"psnr": as_torchmetric("psnr", data_range=255), "ssim": StructuralSimilarity...()})
    """
    return _theirs().StreamMetric(of, variant, params)


def _theirs() -> Any:
    try:
        import_module("torchmetrics")
    except ImportError as slip:
        raise MissingExtra.of("torchmetrics", "neural", "a metric of torchmetrics") from slip
    return import_module("generallevel.engines._stream_metric")


@dataclass(frozen=True, slots=True, eq=False)
class TorchTally(Joined):
    """The state of a metric of torchmetrics as a tally.

    Attributes
    ----------
    make : callable or None
        What makes the metric. It must be possible to pickle it: a class, or `functools.partial` of one.
    states : mapping of str to object
        Its states, where they add, join or are extremes.
    batches : tuple of (args, kwargs)
        What it was updated with, where its states cannot be merged.
    n : int
        How many items it has seen.
    """

    make: Callable[[], Any] | None = None
    states: Any = field(default_factory=dict)
    batches: tuple[Any, ...] = ()
    n: int = 0

    @classmethod
    def empty(cls) -> Self:
        return cls()

    @classmethod
    def of(cls, make: Callable[[], Any], args: tuple[Any, ...]) -> Self:
        """The tally of one update."""
        new = make()
        if _merges(new) is None:
            return cls(make, {}, (args,), 1)
        new.update(*args)
        return cls(make, {name: getattr(new, name) for name in new._defaults}, (), 1)

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        parts = [part for part in tallies if part.n]
        if len(parts) < 2:
            return parts[0] if parts else cls()
        first, n = parts[0], sum(part.n for part in parts)
        if not first.states:
            return cls(first.make, {}, tuple(batch for part in parts for batch in part.batches), n)
        assert first.make is not None
        rules = _merges(first.make()) or {}
        states = {name: rules[name]([part.states[name] for part in parts]) for name in first.states}
        return cls(first.make, states, (), n)

    @property
    def value(self) -> float:
        if self.make is None or not self.n:
            raise UndefinedScore("a metric of torchmetrics that has seen no item has no value")
        theirs = self.make()
        for args in self.batches:
            theirs.update(*args)
        for name, state in self.states.items():
            # A copy: a metric may change its own states when it computes.
            setattr(theirs, name, list(state) if isinstance(state, list) else state.clone())
        theirs._update_count = self.n
        read = float(theirs.compute())
        if np.isnan(read):
            raise UndefinedScore(f"{type(theirs).__name__} gave NaN over {self.n} items")
        return read


def _merges(theirs: Any) -> dict[str, Callable[[list[Any]], Any]] | None:
    """How each state of a metric merges; None where one of them does not, or does not begin from nothing."""
    torch = import_module("torch")
    data = import_module("torchmetrics.utilities.data")
    rules: dict[str, Callable[[list[Any]], Any]] = {}
    for name, reduction in theirs._reductions.items():
        default = theirs._defaults[name]
        if isinstance(default, list) and reduction in (data.dim_zero_cat, None):
            rules[name] = _joined
        elif not isinstance(default, list) and reduction is data.dim_zero_sum and not torch.count_nonzero(default):
            rules[name] = _added
        elif not isinstance(default, list) and reduction is data.dim_zero_max:
            rules[name] = _greatest
        elif not isinstance(default, list) and reduction is data.dim_zero_min:
            rules[name] = _least
        else:
            return None
    return rules or None


def _joined(states: list[Any]) -> list[Any]:
    return [entry for state in states for entry in (state if isinstance(state, list) else [state])]


def _added(states: list[Any]) -> Any:
    return sum(states[1:], start=states[0])


def _greatest(states: list[Any]) -> Any:
    return import_module("torch").stack(states).amax(0)


def _least(states: list[Any]) -> Any:
    return import_module("torch").stack(states).amin(0)


def from_torchmetrics(
    make: Callable[[], Any],
    *,
    name: str,
    convert: Callable[[Any, Any], tuple[Any, ...]] | None = None,
    labels: Any = MappingProxyType({}),
    **declaration: Any,
) -> Metric:
    """A metric of torchmetrics, declared and registered as one of ours.

    Parameters
    ----------
    make : callable
        What makes the metric, such as its class, or `functools.partial` of it with arguments. For scoring in other
        processes it must be possible to pickle it.
    name : str
        The id, a lower-case identifier.
    convert : callable, optional
        From one prediction and its reference to what ``update`` takes. By default both as tensors with an axis of one
        item in front.
    labels, **declaration
        What `generallevel.metric` takes: ``unit``, ``better``, ``bounds``, ``scale``, ``source`` and the rest.

    Returns
    -------
    Metric
        Its tallies hold the states of torchmetrics where they add, join or are extremes, and what was given to
        ``update`` where they do not (a mean of shards is no mean of the whole): then memory grows with the items. The
        metric's parameters are those of ``make``, and so its signature names it alone: put them into ``name``.

    Raises
    ------
    MissingExtra
        If torchmetrics is not installed.
    InvalidInput
        If ``make`` does not make a metric, or the declaration contradicts itself.
    DuplicateName
        If another module has registered the name.

    Examples
    --------
    ::

        from_torchmetrics(
            partial(ScaleInvariantSignalDistortionRatio, zero_mean=True), name="si_sdr_zero_mean",
            unit="dB", better="higher", bounds=(-math.inf, math.inf), scale=Tanh(20), source="arXiv 1811.02508",
        )
    """
    torchmetrics = _theirs().torchmetrics
    sample = make()
    if not isinstance(sample, torchmetrics.Metric):
        raise InvalidInput(f"make is to make a torchmetrics.Metric; it made {type(sample).__name__}")
    function = _Update(make, convert)
    # What the registry reads off a function.
    vars(function).update(
        __name__=name,
        __qualname__=name,
        __module__=getattr(convert or make, "__module__", "__main__"),
        __doc__=f"{type(sample).__name__} of torchmetrics {torchmetrics.__version__}.",
    )
    return metric(name=name, labels=labels, **declaration)(function)


class _Update:
    """One item through a metric of torchmetrics, as a function that can be pickled."""

    __name__ = "update"

    def __init__(self, make: Callable[[], Any], convert: Callable[[Any, Any], tuple[Any, ...]] | None) -> None:
        self.make, self.convert = make, convert

    def __call__(self, pred: Any, ref: Any) -> TorchTally:
        return TorchTally.of(self.make, (self.convert or _one_item)(pred, ref))


def _one_item(pred: Any, ref: Any) -> tuple[Any, Any]:
    torch = import_module("torch")
    return torch.tensor(np.asarray(pred))[None], torch.tensor(np.asarray(ref))[None]
