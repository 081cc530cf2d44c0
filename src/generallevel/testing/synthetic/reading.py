"""Scoring a sample in memory, through the readers of its recipe: what an evaluation does with the files of one task."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.scoring import Score, Stream
from generallevel.testing.synthetic.sample import Order, Sample

__all__ = ["items_of", "score_sample"]

PREDICTED = ("prediction", "prediction_final")


def items_of(sample: Sample, entries: list[dict[str, Any]], folder: Path, predicted: Path) -> list[Item]:
    """The items of a sample with some predictions or ratings, paired by id.

    Parameters
    ----------
    sample : Sample
    entries : list of dict
        ``sample.perfect`` or ``sample.corrupted``.
    folder, predicted : Path
        Where the media of the annotation and of the predictions lie.

    Returns
    -------
    list of Item
        The prediction of an item without an entry is None.
    """
    said = {str(entry["id"]): _said(entry, sample.rated) for entry in entries}
    return [
        Item(
            id=str(one["id"]),
            input=one["input"],
            output=one["output"],
            prediction=said.get(str(one["id"])),
            header=sample.header,
            files=Files(folder, folder),
            predicted=Files(predicted, predicted),
        )
        for one in sample.items
    ]


def _said(entry: Mapping[str, Any], rated: bool) -> Any:
    if rated:
        return {key: value for key, value in entry.items() if key != "id"}
    return next((entry[key] for key in PREDICTED if key in entry), None)


def score_sample(
    order: Order,
    sample: Sample,
    *,
    corrupted: bool = False,
    extractors: Mapping[str, Any] | None = None,
    recipe: Recipe | None = None,
) -> Score:
    """The score of the perfect or of the corrupted predictions of a sample.

    Parameters
    ----------
    order : Order
        What the sample was made for.
    sample : Sample
    corrupted : bool, default False
        Which of the two sets of predictions.
    extractors : mapping of role to object, optional
        What the recipe needs.
    recipe : Recipe, optional
        Another one than the order's.

    Returns
    -------
    Score
        An item that cannot be read raises.
    """
    recipe = recipe or order.recipe
    entries, folder = (sample.corrupted, order.corrupted) if corrupted else (sample.perfect, order.perfect)
    read = recipe.ratings if sample.rated and recipe.ratings else recipe.format.prediction
    reference = recipe.format.reference
    stream = Stream(recipe.metric, variant=recipe.variant, **recipe.parameters(sample.header, dict(extractors or {})))
    for item in items_of(sample, entries, order.folder, folder):
        said = None if item.prediction is None else read(item)
        wanted = None if reference is None else reference(item)
        if stream.metric.pairing == "unpaired":
            stream.add(said, None)
            stream.add(None, wanted)
        else:
            stream.add(said, wanted, id=item.id)
    return stream.score()
