"""Reading without references: whether a recipe's reader takes a prediction, where that can be told from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.folders.pairing import Pair
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.errors import GeneralLevelError, MissingExtra, NotComputable

__all__ = ["unreadable"]


class _AsksForReference(Exception):
    """A reader of predictions has asked for the reference, which a closed set does not have."""


@dataclass(frozen=True)
class _ClosedItem:
    """An item as a reader sees it, without its reference."""

    id: str
    input: Any
    prediction: Any
    header: Mapping[str, Any]
    files: Files
    predicted: Files
    extra: Mapping[str, Any]

    @property
    def output(self) -> Any:
        raise _AsksForReference


def unreadable(
    recipe: Recipe | None, item: Pair, header: Mapping[str, Any], files: Files, predicted: Files
) -> str | None:
    """Why an evaluation could not read a prediction; None where it could, or where only the owner can tell.

    Parameters
    ----------
    recipe : Recipe or None
        How the task is scored, where that is known.
    item : Pair
        The item with its prediction.
    header : mapping
        The annotation file without its items.
    files, predicted : Files
        From where the media of the benchmark and of the prediction are opened.

    Returns
    -------
    str or None
    """
    if recipe is None or recipe.declared.judged:
        return None
    closed = _ClosedItem(item.id, item.input, item.prediction, header, files, predicted, item.extra)
    try:
        read = recipe.format.prediction(cast("Item", closed))
    except (_AsksForReference, MissingExtra, NotComputable):
        return None
    except GeneralLevelError as slip:
        return str(slip)
    except Exception:  # noqa: BLE001 - a reader that takes nothing but a whole Item; the owner's run tells
        return None
    return "it reads as nothing" if read is None else None
