"""The books of recipes that are packaged, by name.

``general-bench`` scores every task of the catalogue. ``released`` scores as the released task scorer does, where it
scores at all, with its slips as switches; elsewhere it is ``general-bench``. The rules themselves stand with their
modality.
"""

from __future__ import annotations

from collections.abc import Iterable

from generallevel.benchmark.recipes import audio, image, language, three_d, video
from generallevel.benchmark.recipes.book import RecipeBook, Rule
from generallevel.benchmark.recipes.recipe import Format
from generallevel.benchmark.recipes.slips import Slip

__all__ = ["BOOKS", "GENERAL_BENCH", "formats", "released"]

MODALITIES = (language, image, video, audio, three_d)

GENERAL_BENCH = RecipeBook("general-bench", tuple(rule for module in MODALITIES for rule in module.RULES))
RELEASED_RULES: tuple[Rule, ...] = (*language.RELEASED_RULES, *video.RELEASED_RULES)


def released(slips: Iterable[Slip] = tuple(Slip)) -> RecipeBook:
    """The released task scorer.

    Parameters
    ----------
    slips : iterable of Slip
        Which of its slips are reproduced; all by default.

    Returns
    -------
    RecipeBook
        To be passed as ``recipe=`` to `evaluate`.
    """
    chosen = frozenset(slips)
    codes = "".join(f"-{slip.code}" for slip in Slip if slip not in chosen)
    return RecipeBook(f"released{codes}", RELEASED_RULES, GENERAL_BENCH, chosen)


BOOKS = {book.name: book for book in (GENERAL_BENCH, released())}


def formats() -> tuple[Format, ...]:
    """Every format of the packaged recipes, by name."""
    found = {recipe.format.name: recipe.format for recipe in BOOKS["released"].recipes}
    return tuple(found[name] for name in sorted(found))
