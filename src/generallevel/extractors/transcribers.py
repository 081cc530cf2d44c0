"""Transcribers: what turns speech into text, for the metrics that score what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

from generallevel.errors import InvalidInput, LengthMismatch

__all__ = ["Listener", "Transcriber", "heard"]


@runtime_checkable
class Transcriber(Protocol):
    """What turns recordings into texts: callable, with a name and a fingerprint that enter the signature of a score.

    Attributes
    ----------
    name : str
        What model it is: ``"whisper-large-v3"``.
    fingerprint : str
        What tells it from every other: the name with its version and settings.

    Notes
    -----
    Called with a sequence of n recordings, it returns n texts. What a recording is (samples, `Recording`, a path) is
    between you and it. `Wrapped` makes one of any such function:
    ``Wrapped(transcribe, "whisper-large-v3", "beam 5, first 30 s")``.
    """

    name: str
    fingerprint: str

    def __call__(self, items: Sequence[Any], /) -> Sequence[str]:
        """The texts of some recordings."""


Listener: TypeAlias = Transcriber | None  # who hears the predictions; None where they are texts already


def heard(items: Sequence[Any], transcriber: Listener) -> Sequence[Any]:
    """The texts of recordings; the items as they are where there is no transcriber.

    Parameters
    ----------
    items : sequence
        Recordings, all of which go to the transcriber in one call. An empty text stays one: it stands for a recording
        that does not exist.
    transcriber : Transcriber or None

    Returns
    -------
    sequence

    Raises
    ------
    InvalidInput
        If the transcriber has no name and fingerprint, or gives something else than texts.
    LengthMismatch
        If it does not give one text for each recording.

    Examples
    --------
    >>> from generallevel.extractors import Wrapped
    >>> list(heard(["one.wav", ""], Wrapped(lambda paths: [path.split(".")[0] for path in paths], "by name")))
    ['one', '']
    """
    if transcriber is None:
        return items
    if not callable(transcriber):
        raise InvalidInput(
            f"transcriber is what turns recordings into texts, or None, not {type(transcriber).__name__}"
        )
    if not all(isinstance(getattr(transcriber, fact, None), str) for fact in ("name", "fingerprint")):
        raise InvalidInput(
            f"{type(transcriber).__name__} has no name and fingerprint, which enter the signature of the score: wrap "
            'it, extractors.Wrapped(function, name="...", version="...")'
        )
    # An array has no truth: only a text can be the empty one.
    silent = [isinstance(item, str) and not item for item in items]
    asked = [item for item, nothing in zip(items, silent, strict=True) if not nothing]
    texts = transcriber(asked) if asked else ()
    if isinstance(texts, str) or not hasattr(texts, "__len__") or len(texts) != len(asked):
        got = len(texts) if hasattr(texts, "__len__") and not isinstance(texts, str) else type(texts).__name__
        raise LengthMismatch(f"{transcriber.name} gave {got} for {len(asked)} recordings: one text for each is wanted")
    for text in texts:
        if not isinstance(text, str):
            raise InvalidInput(f"{transcriber.name} gave {type(text).__name__}, not a text (str): {text!r:.80}")
    given = iter(texts)
    return ["" if nothing else next(given) for nothing in silent]
