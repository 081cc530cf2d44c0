"""Writing a synthetic General-Bench: annotation files, media, and three trees of predictions with known scores."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.task import Task
from generallevel.errors import NotComputable
from generallevel.testing.synthetic.sample import Maker, Order, Sample

__all__ = ["Known", "SyntheticBench", "extractors", "folder_of", "maker_of", "write_general_bench"]

MODALITY_FOLDERS = {"image": "Image", "video": "Video", "audio": "Audio", "3d": "3D", "language": "NLP"}


@dataclass(frozen=True)
class Known:
    """What a task of a synthetic bench scores.

    Attributes
    ----------
    perfect, corrupted : float
        The score of the perfect and of the corrupted predictions, in the metric's native unit.
    tolerance : float
        How far, relative, a score may lie from it.
    """

    perfect: float
    corrupted: float
    tolerance: float


@dataclass(frozen=True)
class SyntheticBench:
    """A synthetic bench on disk.

    Attributes
    ----------
    root : Path
        The task folders, in the official layout.
    perfect, corrupted, empty : Path
        Trees of predictions: right, wrong in a known way, and files without a single prediction.
    known : dict of str to Known
        What each task scores, by task id.
    """

    root: Path
    perfect: Path
    corrupted: Path
    empty: Path
    known: dict[str, Known]


def write_general_bench(
    folder: str | os.PathLike[str],
    *,
    items: int | Callable[[Task], int] = 3,
    tasks: Iterable[str] | None = None,
    seed: int = 0,
    size: int = 32,
    catalogue: Catalogue | None = None,
) -> SyntheticBench:
    """A synthetic General-Bench in the official layout, with real file formats and known answers.

    Parameters
    ----------
    folder : path
        Where it is written, as four trees: ``bench``, ``perfect``, ``corrupted`` and ``empty``.
    items : int or callable, default 3
        How many items a task has, or a function from the task to that number.
    tasks : iterable of str, optional
        Names of tasks; all by default.
    seed : int
        All chance. A task is the same whichever others are written.
    size : int, default 32
        Side of an image in pixels; other media scale with it.
    catalogue : Catalogue, optional
        General-Bench by default.

    Returns
    -------
    SyntheticBench
        Where everything is, and what each task scores.
    """
    from generallevel.benchmark.recipes.books import GENERAL_BENCH

    bench = catalogue or general_bench()
    base = Path(folder)
    trees = {name: base / name for name in ("bench", "perfect", "corrupted", "empty")}
    known: dict[str, Known] = {}
    chosen = bench.tasks if tasks is None else [bench.resolve(name) for name in tasks]
    for task in chosen:
        recipe = GENERAL_BENCH.of(task, {})
        places = {name: tree / folder_of(task) for name, tree in trees.items()}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        order = Order(
            task=task,
            recipe=recipe,
            n=items(task) if callable(items) else items,
            folder=places["bench"],
            perfect=places["perfect"],
            corrupted=places["corrupted"],
            rng=np.random.default_rng([seed, zlib.crc32(task.id.encode())]),
            size=size,
        )
        sample = maker_of(recipe)(order)
        _write(sample, task, places)
        known[task.id] = Known(recipe.best, sample.corrupted_value, sample.tolerance)
    return SyntheticBench(trees["bench"], trees["perfect"], trees["corrupted"], trees["empty"], known)


def folder_of(task: Task) -> Path:
    """Where the folder of a task lies in the official layout: ``Image/comprehension/DogBreedsClassification``."""
    slug = task.id.rsplit(".", 1)[-1]
    camel = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", slug))
    return Path(MODALITY_FOLDERS.get(task.modality, task.modality), task.paradigm or "", camel)


def _write(sample: Sample, task: Task, places: Mapping[str, Path]) -> None:
    answers = "ratings.json" if sample.rated else "prediction.json"
    _dump({"task": task.name, **sample.header, "data": sample.items}, places["bench"] / "annotation.json")
    _dump(sample.perfect, places["perfect"] / answers)
    _dump(sample.corrupted, places["corrupted"] / answers)
    _dump([], places["empty"] / answers)


def _dump(content: Any, path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def maker_of(recipe: Recipe) -> Maker:
    """The maker of a recipe's format. Raises `NotComputable` where there is none."""
    makers = _makers()
    found = makers.get((recipe.format.name, recipe.metric)) or makers.get(recipe.format.name)
    if found is None:
        raise NotComputable(f"there is no maker of synthetic tasks in the format {recipe.format.name!r}")
    return found


def _makers() -> dict[Any, Maker]:
    from generallevel.testing.synthetic.answers import MAKERS as ANSWERS
    from generallevel.testing.synthetic.audio import MAKERS as AUDIO
    from generallevel.testing.synthetic.image import MAKERS as IMAGE
    from generallevel.testing.synthetic.language import MAKERS as LANGUAGE
    from generallevel.testing.synthetic.three_d import MAKERS as THREE_D
    from generallevel.testing.synthetic.video import MAKERS as VIDEO

    return {**ANSWERS, **LANGUAGE, **IMAGE, **VIDEO, **AUDIO, **THREE_D}


def extractors() -> dict[str, Any]:
    """Stand-ins for every role that the packaged recipes need: toys with known values, for synthetic tasks alone."""
    from generallevel.testing.synthetic.audio_extractors import EXTRACTORS as AUDIO
    from generallevel.testing.synthetic.image_extractors import EXTRACTORS as IMAGE
    from generallevel.testing.synthetic.three_d_extractors import EXTRACTORS as THREE_D
    from generallevel.testing.synthetic.video_extractors import EXTRACTORS as VIDEO

    return {**IMAGE, **VIDEO, **AUDIO, **THREE_D}
