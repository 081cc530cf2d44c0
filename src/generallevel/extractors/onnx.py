"""ONNX models as extractors, through onnxruntime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from generallevel._kernels.choices import check_count
from generallevel.errors import InvalidInput, ShapeMismatch
from generallevel.extractors.batches import in_batches, library, weight_file
from generallevel.extractors.protocol import fingerprint

__all__ = ["OnnxModel"]


class OnnxModel:
    """An ONNX model as an extractor.

    Parameters
    ----------
    model : path or bytes
        The file, or what it holds.
    name : str
        What it is, for the signature.
    prepare : callable, optional
        From an item to the array that goes in, without the axis of the batch, by default the item in single precision;
        or to a mapping of every input of the model, with the axis, for models of several inputs, which then run item by
        item.
    output : str, optional
        Which output to take; by default the first.
    version : str, default ""
        What ``prepare`` does, where it is not the default.
    batch_size : int, default 32
        1 for models that are fixed to it.

    Raises
    ------
    MissingExtra
        If onnxruntime is not installed.
    InvalidInput
        If the file is not there, the output is unknown, or ``prepare`` comes without a version.
    """

    def __init__(
        self,
        model: Any,
        *,
        name: str,
        prepare: Callable[[Any], Any] | None = None,
        output: str | None = None,
        version: str = "",
        batch_size: int = 32,
    ) -> None:
        onnxruntime = library("onnxruntime", "onnx", "an ONNX model")
        if prepare is not None and not version:
            raise InvalidInput('prepare is part of the number: name it, such as version="16 kHz, windows of 512"')
        check_count("batch_size", batch_size)
        self._content = model if isinstance(model, bytes) else Path(_file(model, name)).read_bytes()
        self._session = onnxruntime.InferenceSession(self._content, providers=["CPUExecutionProvider"])
        outputs = [one.name for one in self._session.get_outputs()]
        if output is not None and output not in outputs:
            raise InvalidInput(f"{name} has the outputs {', '.join(outputs)}, not {output!r}")
        self.name, self.version, self.batch_size = name, version, batch_size
        self.prepare, self.output = prepare, output or outputs[0]

    @cached_property
    def fingerprint(self) -> str:
        """Name, file, output and version."""
        parts = [("file", self._content), ("output", self.output), ("version", self.version)]
        return fingerprint(self.name, parts)

    def __call__(self, items: Sequence[Any], /) -> Any:
        """The features of some items; what the model gives for each, at most (k, d)."""
        prepare = self.prepare or _plain
        given = [prepare(item) for item in items]
        if any(isinstance(one, Mapping) for one in given):
            return [self._features(one) for one in given]
        inputs = self._session.get_inputs()
        if len(inputs) > 1:
            names = ", ".join(one.name for one in inputs)
            raise InvalidInput(f"{self.name} has the inputs {names}: prepare=... is to give a mapping of them all")
        return in_batches(given, lambda batch: self._run({inputs[0].name: np.stack(batch)}), self.batch_size)

    def _features(self, inputs: Mapping[str, Any]) -> Any:
        made = self._run(inputs)
        return made[0] if made.ndim > 1 and len(made) == 1 else made

    def _run(self, inputs: Mapping[str, Any]) -> Any:
        made = np.asarray(self._session.run([self.output], dict(inputs))[0])
        if made.ndim not in (1, 2, 3):
            raise ShapeMismatch(f"{self.name} gave shape {made.shape} at {self.output!r}, and features are (n, d)")
        return made

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_session"}  # a session cannot be pickled

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        onnxruntime = library("onnxruntime", "onnx", "an ONNX model")
        self._session = onnxruntime.InferenceSession(self._content, providers=["CPUExecutionProvider"])

    def __repr__(self) -> str:
        return f"<extractor {self.name}>"


def _file(path: Any, name: str) -> str:
    return weight_file(path, name, "pass the path of an .onnx file that you have, or its bytes")


def _plain(item: Any) -> Any:
    return np.asarray(item, dtype=np.float32)
