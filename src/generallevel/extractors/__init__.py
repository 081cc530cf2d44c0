"""Extractors: what turns pictures, clips, sounds and texts into features, for the metrics that compare features.

A metric over features takes them as arrays, or takes items and ``extractor=``: an object that is called with a sequence
of items and has a ``name`` and a ``fingerprint``, which enter the signature of the score.

* any function: `Wrapped`
* any ``torch.nn.Module``: `TorchModule`; its inner layers, for `lpips`: `ModuleLayers` (extra ``neural``)
* torchmetrics' Inception of FID: `inception` (extra ``neural``)
* CLIP, CLAP and DINOv2 of transformers: `clip`, `clap` and `dinov2` from a folder, `Towers` of a model (extra
  ``transformers``)
* a model of open_clip: `OpenClip` (extra ``open-clip``)
* an ONNX model: `OnnxModel` (extra ``onnx``)

`LinearHead` and `LayerHeads` are the small learned maps that follow a network.

Nothing here downloads anything, and no library is imported before it is used. Every network comes from you, or from
files that you have; what is missing is an error that says what to install or to pass.
"""

from __future__ import annotations

from generallevel.extractors.dnsmos import DnsMos
from generallevel.extractors.heads import LayerHeads, LinearHead
from generallevel.extractors.modules import ModuleLayers, TorchModule, inception
from generallevel.extractors.onnx import OnnxModel
from generallevel.extractors.pretrained import OpenClip, Towers, clap, clip, dinov2
from generallevel.extractors.protocol import Extractor, Source, Wrapped, fingerprint
from generallevel.extractors.recordings import Recording
from generallevel.extractors.transcribers import Transcriber
from generallevel.extractors.world import WorldCepstra

__all__ = [
    "DnsMos",
    "Extractor",
    "LayerHeads",
    "LinearHead",
    "ModuleLayers",
    "OnnxModel",
    "OpenClip",
    "Recording",
    "Source",
    "TorchModule",
    "Towers",
    "Transcriber",
    "WorldCepstra",
    "Wrapped",
    "clap",
    "clip",
    "dinov2",
    "fingerprint",
    "inception",
]
