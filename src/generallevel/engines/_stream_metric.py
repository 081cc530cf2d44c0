"""The class behind `as_torchmetric`, in a module of its own so that it can be pickled and nobody else imports it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

from generallevel.scoring import Score, Stream

try:
    import torch
    import torchmetrics
except ImportError:  # a tool that reads every module gets here, and as_torchmetric does not
    Base: Any = object
else:
    Base = torchmetrics.Metric

__all__ = ["StreamMetric"]

MOST_FRAMES = 64  # ours: so many pickled streams, and they are merged into one
LENGTH = 8  # bytes in front of each, which say how long it is


class StreamMetric(Base):  # type: ignore[misc]  # torchmetrics has no types that we can see
    """A stream as a metric of torchmetrics; the state is the stream, pickled, in frames that can be joined."""

    full_state_update = False
    parts: Any

    def __init__(self, of: Any, variant: str, params: dict[str, Any]) -> None:
        super().__init__()
        empty = Stream(of, variant=variant, **params)
        self.of, self.variant, self.params = empty.metric, variant, params
        self.higher_is_better = empty.metric.better == "higher"
        self.is_differentiable = False
        self.add_state("parts", default=[], dist_reduce_fx="cat")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("higher_is_better", "is_differentiable"):  # constants of a class, there; of an object, here
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)

    def update(self, preds: Any = None, target: Any = None) -> None:
        """Take in a batch."""
        stream = self._stream()
        pairing = self.of.pairing
        if pairing == "unpaired":
            stream.extend([] if preds is None else _plain(preds), [] if target is None else _plain(target))
        else:
            stream.extend(_plain(preds), None if target is None else _plain(target))
        self.parts.append(_frame(stream))
        if len(self.parts) > MOST_FRAMES:
            self.parts[:] = [_frame(self._merged())]

    def compute(self) -> Any:
        """The score, without axes and in double precision."""
        return torch.tensor(self._merged().value, dtype=torch.float64)

    def score(self) -> Score:
        """The score of what this process has seen, with its counts, reasons and signature."""
        return self._merged().score()

    def _sync_dist(self, *args: Any, **kwargs: Any) -> None:
        # For a process without items torchmetrics sends an empty tensor of floats, which bytes cannot be joined with.
        if not len(self.parts):
            self.parts = [_frame(self._stream())]
        super()._sync_dist(*args, **kwargs)

    def _stream(self) -> Stream:
        return Stream(self.of, variant=self.variant, **self.params)

    def _merged(self) -> Stream:
        total = self._stream()
        for part in self.parts if isinstance(self.parts, list) else [self.parts]:
            for stream in _streams(part):
                total.merge(stream)
        return total


def _frame(stream: Stream) -> Any:
    content = pickle.dumps(stream)
    return torch.frombuffer(bytearray(len(content).to_bytes(LENGTH, "little") + content), dtype=torch.uint8)


def _streams(part: Any) -> Iterator[Stream]:
    content = part.detach().cpu().numpy().tobytes()
    while content:
        end = LENGTH + int.from_bytes(content[:LENGTH], "little")
        yield pickle.loads(content[LENGTH:end])  # noqa: S301 - written by this class, in this run or a trusted checkpoint
        content = content[end:]


def _plain(batch: Any) -> Any:
    if isinstance(batch, torch.Tensor):
        return batch.detach().cpu().numpy()
    if isinstance(batch, list | tuple):
        return [item.detach().cpu().numpy() if isinstance(item, torch.Tensor) else item for item in batch]
    return batch
