"""Pretrained towers as extractors: CLIP, CLAP and DINOv2 of transformers, and open_clip.

An item that is a ``str`` goes through the tower of texts, and every other through that of images or sounds, so that one
extractor serves both sides of a comparison. Models come as objects, or from a folder that is there: nothing is
downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from generallevel._kernels.choices import check_count
from generallevel.errors import InvalidInput
from generallevel.extractors.batches import in_batches, library, weight_file
from generallevel.extractors.modules import device_of, evaluating, features_of, module_digest, pooled
from generallevel.extractors.protocol import fingerprint

__all__ = ["OpenClip", "Towers", "clap", "clip", "dinov2"]


class Towers:
    """A model of transformers with its processor as an extractor.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        It is run in evaluation mode and without gradients, where it is.
    processor : callable
        What makes inputs of items: a processor of transformers. It is called as that is, with ``images=`` or ``audio=``
        a list of items, or ``text=`` a list of texts, and returns a mapping of tensors.
    name : str
        What it is, for the signature.
    kind : {"images", "audio"}, default "images"
        What the items are that are no texts.
    settings : mapping, optional
        Further arguments of the processor for those, such as ``{"sampling_rate": 48000}``. They enter the fingerprint.
    batch_size : int, default 32

    Raises
    ------
    InvalidInput
        If ``kind`` is another.
    MissingExtra
        If PyTorch is not installed.
    """

    def __init__(
        self,
        model: Any,
        processor: Callable[..., Any],
        *,
        name: str,
        kind: str = "images",
        settings: dict[str, Any] | None = None,
        batch_size: int = 32,
    ) -> None:
        library("torch", "neural", "a model of transformers")
        if kind not in ("images", "audio"):
            raise InvalidInput(f"kind is 'images' or 'audio', not {kind!r}")
        check_count("batch_size", batch_size)
        self.model, self.processor, self.name, self.kind = model, processor, name, kind
        self.settings, self.batch_size = dict(settings or {}), batch_size

    @cached_property
    def fingerprint(self) -> str:
        """Name, weights, and the settings of the processor."""
        spelt = getattr(self.processor, "to_json_string", None)
        how = spelt() if spelt else type(self.processor).__qualname__
        parts = [
            ("weights", module_digest(self.model)),
            ("processor", how),
            ("settings", sorted(self.settings.items())),
        ]
        return fingerprint(self.name, parts)

    def __call__(self, items: Sequence[Any], /) -> Any:
        """The features of some items, shape (d,) for each."""
        return in_batches(items, self._run, self.batch_size, key=lambda item: isinstance(item, str))

    def _run(self, batch: list[Any]) -> Any:
        texts = isinstance(batch[0], str)
        tower = self._tower(texts)
        if texts:
            given = self.processor(text=batch, return_tensors="pt", padding=True, truncation=True)
        else:
            given = self.processor(**{self.kind: batch}, return_tensors="pt", **self.settings)
        device = device_of(self.model)
        with evaluating(self.model):
            made = tower(**{key: tensor.to(device) for key, tensor in given.items()})
        return features_of(pooled(made), self.name)

    def _tower(self, texts: bool) -> Callable[..., Any]:
        name = "text" if texts else {"images": "image", "audio": "audio"}[self.kind]
        tower: Callable[..., Any] | None = getattr(self.model, f"get_{name}_features", None)
        if tower is None and texts:
            raise InvalidInput(f"{self.name} has no tower of texts: it sees images alone")
        return tower or self.model.__call__  # DINOv2 is a tower itself

    def __repr__(self) -> str:
        return f"<extractor {self.name}>"


def _loaded(folder: Any, model: str, processor: str, what: str) -> tuple[Any, Any]:
    transformers = library("transformers", "transformers", what)
    path = weight_file(folder, what, "pass the folder of a model that you have, as save_pretrained writes it")
    return (
        getattr(transformers, model).from_pretrained(path, local_files_only=True),
        getattr(transformers, processor).from_pretrained(path, local_files_only=True),
    )


def clip(folder: Any, *, name: str) -> Towers:
    """CLIP of transformers, from a folder, as an extractor of images and texts.

    Parameters
    ----------
    folder : path
        What ``save_pretrained`` wrote of model and processor.
    name : str
        What it is, for the signature: ``"clip-vit-base-patch32"``.

    Returns
    -------
    Towers

    Raises
    ------
    MissingExtra
        If transformers is not installed.
    InvalidInput
        If the folder is not there.
    """
    return Towers(*_loaded(folder, "CLIPModel", "CLIPProcessor", "CLIP"), name=name)


def dinov2(folder: Any, *, name: str) -> Towers:
    """DINOv2 of transformers, from a folder, as an extractor of images.

    Parameters
    ----------
    folder, name
        As for `clip`.

    Returns
    -------
    Towers
        Its features are the normalised class token.

    Raises
    ------
    MissingExtra, InvalidInput
        As for `clip`.
    """
    return Towers(*_loaded(folder, "Dinov2Model", "AutoImageProcessor", "DINOv2"), name=name)


def clap(folder: Any, *, name: str, sampling_rate: int) -> Towers:
    """CLAP of transformers, from a folder, as an extractor of recordings and texts.

    Parameters
    ----------
    folder, name
        As for `clip`.
    sampling_rate : int
        Of the recordings, in Hz; the model says which it wants (48,000), and resampling is the caller's.

    Returns
    -------
    Towers
        Of recordings as arrays, shape (samples,).

    Raises
    ------
    MissingExtra, InvalidInput
        As for `clip`.

    Notes
    -----
    The processor cuts a recording of more than ten seconds at a place that it draws at random, unless it fuses: give it
    ten seconds at most, or the figures of two runs differ.
    """
    model, processor = _loaded(folder, "ClapModel", "ClapProcessor", "CLAP")
    return Towers(model, processor, name=name, kind="audio", settings={"sampling_rate": sampling_rate})


class OpenClip:
    """A model of open_clip as an extractor of images and texts.

    Parameters
    ----------
    model : torch.nn.Module
        With ``encode_image`` and ``encode_text``, as ``open_clip.create_model_and_transforms`` gives it; load its
        weights from a file (``pretrained=path``).
    preprocess : callable
        From an image to a tensor, as that call gives it for evaluation. It wants images of Pillow, and so the items
        are these; texts are ``str``.
    tokenizer : callable
        From a list of texts to a tensor.
    name : str
        What it is, for the signature.
    batch_size : int, default 32

    Raises
    ------
    InvalidInput
        If the model cannot encode both.
    MissingExtra
        If PyTorch is not installed.
    """

    def __init__(
        self,
        model: Any,
        preprocess: Callable[[Any], Any],
        tokenizer: Callable[[list[str]], Any],
        *,
        name: str,
        batch_size: int = 32,
    ) -> None:
        library("torch", "open-clip", "a model of open_clip")
        for method in ("encode_image", "encode_text"):
            if not hasattr(model, method):
                raise InvalidInput(f"{type(model).__name__} has no {method}: it is no model of open_clip")
        check_count("batch_size", batch_size)
        self.model, self.preprocess, self.tokenizer = model, preprocess, tokenizer
        self.name, self.batch_size = name, batch_size

    @cached_property
    def fingerprint(self) -> str:
        """Name, weights and the transforms as they print themselves."""
        how = repr(self.preprocess) if " at 0x" not in repr(self.preprocess) else type(self.preprocess).__qualname__
        return fingerprint(self.name, [("weights", module_digest(self.model)), ("preprocess", how)])

    def __call__(self, items: Sequence[Any], /) -> Any:
        """The features of some items, shape (d,) for each."""
        return in_batches(items, self._run, self.batch_size, key=lambda item: isinstance(item, str))

    def _run(self, batch: list[Any]) -> Any:
        torch = library("torch", "open-clip", "a model of open_clip")
        texts = isinstance(batch[0], str)
        given = self.tokenizer(batch) if texts else torch.stack([self.preprocess(item) for item in batch])
        with evaluating(self.model):
            tower = self.model.encode_text if texts else self.model.encode_image
            return features_of(tower(given.to(device_of(self.model))), self.name)

    def __repr__(self) -> str:
        return f"<extractor {self.name}>"
