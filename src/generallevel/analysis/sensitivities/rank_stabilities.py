"""Rank stability: how far the order of a set of models survives other choices.

Sources: Kendall, A new measure of rank correlation, Biometrika 30, 1938, with ties as in tau-b (Kendall, 1945).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RankStability", "kendall", "rank_stability"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankStability:
    """How the order of models by one level holds over many draws.

    Attributes
    ----------
    level : str
        By which the models are ordered.
    first : tuple of str
        The models that lead as things stand; several where they tie.
    tau : float
        Mean over the draws of Kendall's tau-b with the order as it stands, -1 to 1; 1 where no two models ever swap.
        NaN where all models are equal.
    tau_range : (float, float)
        The smallest and the greatest.
    first_changes : float
        In what share of the draws another model leads, 0-1.
    ranks : dict of str to (int, int)
        The best and the worst rank of each model, from 1; equal models share the better rank.
    """

    level: str
    first: tuple[str, ...]
    tau: float
    tau_range: tuple[float, float]
    first_changes: float
    ranks: Mapping[str, tuple[int, int]]

    def to_dict(self) -> dict[str, Any]:
        """The stability as plain data."""
        return {
            "level": self.level,
            "first": list(self.first),
            "tau": self.tau,
            "tau_range": list(self.tau_range),
            "first_changes": self.first_changes,
            "ranks": {model: list(ends) for model, ends in self.ranks.items()},
        }


def kendall(base: Floats, draws: Floats) -> Floats:
    """Kendall's tau-b of each draw with a base.

    Parameters
    ----------
    base : ndarray of float, shape (models,)
        The scores as they stand.
    draws : ndarray of float, shape (models, draws)
        Other scores of the same models.

    Returns
    -------
    ndarray of float, shape (draws,)
        In [-1, 1]; NaN where all scores of one of the two are equal.

    Examples
    --------
    >>> kendall(np.array([3.0, 2.0, 1.0]), np.array([[9.0, 9.0], [5.0, 1.0], [1.0, 5.0]])).round(3)
    array([1.   , 0.333])
    """
    above, below = np.triu_indices(len(base), k=1)
    order = np.sign(base[above] - base[below])
    agreeing, apart = np.empty(draws.shape[1]), np.empty(draws.shape[1])
    for place, column in enumerate(draws.T):  # a draw at a time: 100 models make 4950 pairs
        signs = np.sign(column[above] - column[below])
        agreeing[place], apart[place] = order @ signs, signs @ signs
    with np.errstate(invalid="ignore"):
        tau: Floats = agreeing / np.sqrt((order @ order) * apart)
    return tau


def rank_stability(level: str, models: Sequence[str], base: Floats, draws: Floats) -> RankStability:
    """The stability of an order.

    Parameters
    ----------
    level : str
        What the scores are.
    models : sequence of str
        At least two.
    base : ndarray of float, shape (models,)
        The scores as they stand.
    draws : ndarray of float, shape (models, draws)
        The scores under other choices.

    Returns
    -------
    RankStability
    """
    first = base == base.max()
    ranks = 1 + (draws[np.newaxis] > draws[:, np.newaxis]).sum(axis=1)
    led = draws == draws.max(axis=0)
    tau = kendall(base, draws)
    known = tau[~np.isnan(tau)] if not np.isnan(tau).all() else tau
    return RankStability(
        level,
        tuple(model for model, leads in zip(models, first.tolist(), strict=True) if leads),
        float(known.mean()),
        (float(known.min()), float(known.max())),
        float((led != first[:, np.newaxis]).any(axis=0).mean()),
        {
            model: (int(own.min()), int(own.max()))
            for model, own in zip(models, ranks, strict=True)
        },
    )  # fmt: skip
