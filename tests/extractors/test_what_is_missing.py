"""Extractors where their libraries are not installed: an error that names the extra, and no import before it is due."""

import sys
from typing import Any

import pytest

from generallevel.errors import InvalidInput, MissingExtra
from generallevel.extractors import (
    LayerHeads,
    ModuleLayers,
    OnnxModel,
    OpenClip,
    TorchModule,
    Towers,
    clip,
    fingerprint,
)

CASES = {
    "torch": [
        (lambda: TorchModule(None, name="x"), "neural"),
        (lambda: ModuleLayers(None, [], name="x"), "neural"),
        (lambda: LayerHeads.of_lpips("alex"), "neural"),
        (lambda: Towers(None, print, name="x"), "neural"),
        (lambda: OpenClip(None, print, print, name="x"), "open-clip"),
    ],
    "transformers": [(lambda: clip(".", name="x"), "transformers")],
    "onnxruntime": [(lambda: OnnxModel(b"", name="x"), "onnx")],
}


@pytest.mark.parametrize(
    ("library", "make", "extra"), [(library, *case) for library, cases in CASES.items() for case in cases]
)
def test_the_message_names_the_extra(monkeypatch: Any, library: str, make: Any, extra: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf"needs {library}: pip install 'generallevel\[{extra}\]'"):
        make()


def test_no_heads_for_another_network() -> None:
    with pytest.raises(InvalidInput, match="net is 'alex' or 'vgg' or 'squeeze', not 'resnet'"):
        LayerHeads.of_lpips("resnet")


def test_a_fingerprint_changes_with_each_of_its_parts() -> None:
    parts = [[("a", 1)], [("a", 2)], [("b", 1)], [("a", 1), ("b", 1)], [("a", b"1")]]
    assert len({fingerprint("x", part) for part in parts}) == 5
    assert fingerprint("x", parts[0]) != fingerprint("y", parts[0])
