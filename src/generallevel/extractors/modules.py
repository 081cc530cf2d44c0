"""PyTorch modules as extractors: any `torch.nn.Module`, single layers of one, and the Inception network of FID.

PyTorch is imported when an extractor is made, never before. Weights come from you; nothing is downloaded.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from generallevel._kernels.choices import check_count
from generallevel.errors import InvalidInput, MissingExtra, ShapeMismatch
from generallevel.extractors.batches import in_batches, library, weight_file
from generallevel.extractors.protocol import fingerprint

__all__ = ["ModuleLayers", "TorchModule", "inception", "module_digest"]

INCEPTION_LAYERS = (64, 192, 768, 2048)  # torch-fidelity: the widths at which features can be taken


def module_digest(module: Any) -> str:
    """A digest of everything that a module has learned: parameters and buffers, by name, type and value.

    Parameters
    ----------
    module : torch.nn.Module

    Returns
    -------
    str
        Of 64 hexadecimal digits.
    """
    torch = library("torch", "neural", "a torch module")
    digest = hashlib.sha256(type(module).__qualname__.encode())
    for name, tensor in sorted(module.state_dict().items()):
        if not isinstance(tensor, torch.Tensor):
            continue  # extra state, which has no stable spelling
        plain = tensor.detach().cpu().contiguous()
        digest.update(f"{name}{plain.dtype}{tuple(plain.shape)}".encode())
        digest.update(plain.reshape(-1).view(torch.uint8).numpy().tobytes())  # bfloat16 too, which NumPy has not
    return digest.hexdigest()


@contextlib.contextmanager
def evaluating(module: Any) -> Iterator[None]:
    """A module in evaluation mode and without gradients; each part goes back to its own mode afterwards."""
    torch = library("torch", "neural", "a torch module")
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for part, training in modes:
            part.training = training


class TorchModule:
    """A `torch.nn.Module` as an extractor.

    Parameters
    ----------
    module : torch.nn.Module
        The network. It is run in evaluation mode and without gradients, where it is: move it to a device first.
    name : str
        What it is, for the signature.
    prepare : callable, optional
        From an item to the tensor that goes in, without the axis of the batch. By default the item as numbers in single
        precision, as it is: (C, H, W) for most networks of images.
    output : callable, optional
        From what the network gives to a tensor with a row, or several, for each item. By default what it gives, or its
        ``pooler_output``.
    version : str, default ""
        What ``prepare`` and ``output`` do, where they are not the default: no one can read that off a function.
    batch_size : int, default 32

    Raises
    ------
    InvalidInput
        If it is no module, or ``prepare`` or ``output`` come without a version.
    MissingExtra
        If PyTorch is not installed.
    """

    def __init__(
        self,
        module: Any,
        *,
        name: str,
        prepare: Callable[[Any], Any] | None = None,
        output: Callable[[Any], Any] | None = None,
        version: str = "",
        batch_size: int = 32,
    ) -> None:
        torch = library("torch", "neural", "a torch module")
        if not isinstance(module, torch.nn.Module):
            raise InvalidInput(f"module is a torch.nn.Module, not {type(module).__name__}")
        if (prepare is not None or output is not None) and not version:
            raise InvalidInput(
                'prepare and output are part of the number: name them, such as version="resize 224 bicubic, pooled"'
            )
        check_count("batch_size", batch_size)
        self.module, self.name, self.version, self.batch_size = module, name, version, batch_size
        self.prepare, self.output = prepare, output

    @cached_property
    def fingerprint(self) -> str:
        """Name, weights and version; read once, when it is first asked for."""
        return fingerprint(self.name, [("weights", module_digest(self.module)), ("version", self.version)])

    def __call__(self, items: Sequence[Any], /) -> Any:
        """The features of some items, shape (d,) or (k, d) for each."""
        torch = library("torch", "neural", "a torch module")
        prepare = self.prepare or _plain_tensor
        tensors = [torch.as_tensor(prepare(item)) for item in items]
        return in_batches(tensors, self._run, self.batch_size, key=lambda tensor: tuple(tensor.shape))

    def _run(self, batch: list[Any]) -> Any:
        torch = library("torch", "neural", "a torch module")
        with evaluating(self.module):
            given = self.module(torch.stack(batch).to(device_of(self.module)))
            features = self.output(given) if self.output is not None else pooled(given)
        return features_of(features, self.name)

    def __repr__(self) -> str:
        return f"<extractor {self.name}>"


def _plain_tensor(item: Any) -> Any:
    return np.array(item, dtype=np.float32)  # a copy: a tensor over read-only memory is refused


def device_of(module: Any) -> Any:
    """Where the parameters of a module are; the CPU for one without."""
    return next((tensor.device for tensor in module.parameters()), "cpu")


def pooled(given: Any) -> Any:
    """What a network gives, as a tensor: itself, or the member ``pooler_output`` of an object of transformers."""
    inner = getattr(given, "pooler_output", None)
    return given if inner is None else inner


def features_of(tensor: Any, name: str) -> Any:
    """A tensor of features as an array of at least single precision.

    Parameters
    ----------
    tensor : torch.Tensor, shape (n, d) or (n, k, d)
    name : str
        The network, for the message.

    Returns
    -------
    ndarray of float32 or float64

    Raises
    ------
    ShapeMismatch
        If it is no such tensor, such as a map that is not pooled.
    """
    shape = tuple(getattr(tensor, "shape", ()))
    if len(shape) not in (2, 3):
        raise ShapeMismatch(
            f"{name} gave {type(tensor).__name__} of shape {shape}, and features are (n, d): pass "
            "output=lambda given: ..., such as given.mean((2, 3)) for maps, and say so in version="
        )
    wide = tensor.detach().cpu()
    return (wide if wide.dtype.itemsize >= 4 else wide.float()).numpy()


class ModuleLayers:
    """What inner layers of a `torch.nn.Module` give, as maps: the extractor of `lpips`.

    Parameters
    ----------
    module : torch.nn.Module
        The network, such as the ``features`` of an AlexNet.
    layers : sequence of str
        Names of its submodules, as ``named_modules`` has them: of AlexNet's features 1, 4, 7, 9, 11; of VGG-16's 3, 8,
        15, 22, 29. A layer that overwrites another's output in place must not follow one that is taken.
    name : str
        What it is, for the signature.
    prepare : callable, optional
        From an image to the tensor (C, H, W) that goes in; by default ``lpips_input``.
    version : str, default ""
        What ``prepare`` does, where it is not the default.

    Raises
    ------
    InvalidInput
        If there is no such layer, or ``prepare`` comes without a version.
    MissingExtra
        If PyTorch is not installed.
    """

    def __init__(
        self,
        module: Any,
        layers: Sequence[str],
        *,
        name: str,
        prepare: Callable[[Any], Any] | None = None,
        version: str = "",
    ) -> None:
        self.network = TorchModule(module, name=name, prepare=prepare or lpips_input, version=version or "lpips_input")
        if prepare is not None and not version:
            raise InvalidInput('prepare is part of the number: name it, such as version="0 to 1, not scaled"')
        there = dict(module.named_modules())
        for layer in layers:
            if layer not in there:
                raise InvalidInput(f"{name} has no layer {layer!r}; it has {', '.join(filter(None, there))[:300]}")
        self.name, self.layers = name, tuple(layers)

    @cached_property
    def fingerprint(self) -> str:
        """Name, weights, version and layers."""
        return fingerprint(self.name, [("network", self.network.fingerprint), ("layers", self.layers)])

    def __call__(self, items: Sequence[Any], /) -> list[list[Any]]:
        """The maps of each image, one (C, H, W) for each layer."""
        torch = library("torch", "neural", "a torch module")
        module, parts = self.network.module, dict(self.network.module.named_modules())
        seen: dict[str, Any] = {}
        hooks = [
            parts[layer].register_forward_hook(
                lambda part, given, made, layer=layer: seen.__setitem__(
                    layer, made.detach().cpu().float().numpy().copy()
                )
            )
            for layer in self.layers
        ]
        maps = []
        try:
            with evaluating(module):
                for item in items:
                    assert self.network.prepare is not None
                    module(torch.as_tensor(self.network.prepare(item))[None].to(device_of(module)))
                    maps.append([seen[layer][0] for layer in self.layers])
        finally:
            for hook in hooks:
                hook.remove()
        return maps


def lpips_input(image: Any) -> Any:
    """An image of 8 bit as the backbones of LPIPS want it: from -1 to 1, then shifted and scaled by colour.

    Parameters
    ----------
    image : array_like of uint8, shape (H, W, 3)

    Returns
    -------
    ndarray of float32, shape (3, H, W)

    Raises
    ------
    InvalidInput
        If it is no such image.

    Notes
    -----
    Shift and scale are those of the reference implementation of Zhang et al. (2018), arXiv 1801.03924.

    Examples
    --------
    >>> lpips_input(np.full((1, 1, 3), 255, dtype=np.uint8)).ravel().astype(float).round(3).tolist()
    [2.249, 2.429, 2.64]
    """
    pixels = as_8_bit(image)
    scaled = (pixels.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
    shift = np.array([-0.030, -0.088, -0.188], dtype=np.float32)
    spread = np.array([0.458, 0.448, 0.450], dtype=np.float32)
    return (scaled - shift[:, None, None]) / spread[:, None, None]


def as_8_bit(image: Any) -> Any:
    """An image as an array of bytes, shape (H, W, 3), or an error that says what it is instead."""
    pixels = np.asarray(image)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[-1] != 3:
        slip = ""
        if pixels.ndim == 3 and pixels.shape[0] == 3 and pixels.shape[-1] != 3:
            slip = " Are the channels first?"
        elif pixels.dtype.kind == "f":
            slip = " Are they fractions? Multiply by 255, round and convert."
        raise InvalidInput(f"an image is uint8 of shape (H, W, 3); got {pixels.dtype} of shape {pixels.shape}.{slip}")
    return pixels


def inception(weights: Any, *, layer: int = 2048, batch_size: int = 32) -> TorchModule:
    """The Inception network of FID as torchmetrics has it, as an extractor of images of 8 bit.

    Parameters
    ----------
    weights : path
        The file ``pt_inception-2015-12-05-6726825d.pth`` of torch-fidelity's releases.
    layer : {2048, 768, 192, 64}, default 2048
        Where features are taken, by their number; FID means 2048.
    batch_size : int, default 32

    Returns
    -------
    TorchModule
        Of images of uint8, shape (H, W, 3), which it resizes to 299 x 299 with antialiasing, as torchmetrics does.

    Raises
    ------
    MissingExtra
        If torchmetrics or torch-fidelity, whose network it is, is not installed.
    InvalidInput
        If the file is not there, or there is no such layer.
    """
    if layer not in INCEPTION_LAYERS:
        raise InvalidInput(f"layer is one of {', '.join(map(str, INCEPTION_LAYERS))}, not {layer!r}")
    path = weight_file(
        weights,
        "the Inception network of FID",
        "pass pt_inception-2015-12-05-6726825d.pth of torch-fidelity's releases",
    )
    networks = library("torchmetrics.image.fid", "neural", "the Inception network of FID")
    try:
        network = networks.NoTrainInceptionV3("inception-v3-compat", [str(layer)], path)
    except ImportError as slip:  # torchmetrics' own word for a missing torch-fidelity
        raise MissingExtra(
            "the Inception network of FID needs torch-fidelity, which needs torchvision: pip install torch-fidelity"
        ) from slip
    return TorchModule(
        network,
        name=f"inception-v3-compat {layer}",
        prepare=lambda image: as_8_bit(image).transpose(2, 0, 1).copy(),
        version="uint8, resized inside",
        batch_size=batch_size,
    )
