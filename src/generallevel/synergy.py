"""The level formulas, as pure functions of normalised scores.

Conventions: points are normalised scores in [0, 100]; a missing one is 0 points and not won. The last axis of an array
holds the tasks of one cell (one paradigm of one modality); leading axes are models or resamples, and every formula
broadcasts over them.

For one modality, with comprehension and generation cells C and G:

* Level-2 is the mean of the two cell means;
* ``S_C`` and ``S_G`` are the cell means with every task that was not won at 0, over *all* tasks of the cell;
* Level-3 is their arithmetic mean, Level-4 their harmonic mean.

Overall, Levels 2 to 4 are plain means over the modalities, and Level-5 is Level-4 times the language weight
``S_L / 100``. By construction ``0 <= S5 <= S4 <= S3 <= S2 <= 100``, and no level falls when a task gets better; the
rounding of floats keeps both.

Source: arXiv 2505.04620v1, section 3 and Table 1. ``S_total = 100`` in the language weight is the released scorer's;
the paper does not define it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.scales import FULL

__all__ = ["cell_mean", "cell_means", "language_weight", "level_2", "level_3", "level_4", "level_5", "overall"]

Levels = NDArray[np.float64]


def cell_mean(points: ArrayLike, counted: ArrayLike | None = None) -> Levels:
    """The mean of a cell's points, with the tasks that are not counted at 0.

    Parameters
    ----------
    points : array_like of float, shape (..., tasks)
        Points in [0, 100].
    counted : array_like of bool, shape (..., tasks), optional
        Which tasks contribute: all, or the won ones for ``S_C`` and ``S_G``. The others stay in the denominator.

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 100].

    Examples
    --------
    >>> float(cell_mean([80.0, 40.0], [True, False]))  # 80 / 2: the lost task stays in the denominator
    40.0
    """
    terms = np.asarray(points, dtype=np.float64)
    return cell_means(terms if counted is None else np.where(counted, terms, 0.0), [0])[..., 0]


def cell_means(points: ArrayLike, starts: ArrayLike, *, over: ArrayLike | None = None) -> Levels:
    """The means of several cells that lie side by side.

    Parameters
    ----------
    points : array_like of float, shape (..., tasks)
        Points in [0, 100], 0 for a task that is not counted; the tasks of a cell are neighbours.
    starts : array_like of int, shape (cells,)
        Where each cell begins, ascending; no cell is empty.
    over : array_like of int, shape (..., cells), optional
        How many tasks each mean is over; by default all of the cell. A mean over none is 0.

    Returns
    -------
    ndarray of float, shape (..., cells)
        In [0, 100].

    Examples
    --------
    >>> cell_means([80.0, 40.0, 30.0], [0, 2])
    array([60., 30.])
    """
    terms = np.asarray(points, dtype=np.float64)
    places = np.asarray(starts, dtype=np.intp)
    sums = np.add.reduceat(terms, places, axis=-1)
    number = np.diff(places, append=terms.shape[-1]) if over is None else np.maximum(over, 1)
    means: Levels = sums / number
    return means


def level_2(comprehension: ArrayLike, generation: ArrayLike) -> Levels:
    """Level-2 of one modality: the mean of its two cell means.

    Parameters
    ----------
    comprehension, generation : array_like of float, shape (...)
        Cell means, in [0, 100].

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 100].

    Examples
    --------
    >>> float(level_2(60.0, 20.0))
    40.0
    """
    return (np.asarray(comprehension, dtype=np.float64) + np.asarray(generation, dtype=np.float64)) / 2


def level_3(s_c: ArrayLike, s_g: ArrayLike) -> Levels:
    """Level-3 of one modality: the arithmetic mean of ``S_C`` and ``S_G``.

    Parameters
    ----------
    s_c, s_g : array_like of float, shape (...)
        Means of the won points of the comprehension and of the generation cell, in [0, 100].

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 100], and at most Level-2.

    Examples
    --------
    >>> float(level_3(30.0, 10.0))
    20.0
    """
    return level_2(s_c, s_g)


def level_4(s_c: ArrayLike, s_g: ArrayLike) -> Levels:
    """Level-4 of one modality: the harmonic mean of ``S_C`` and ``S_G``, and 0 where either is 0.

    Parameters
    ----------
    s_c, s_g : array_like of float, shape (...)
        Means of the won points of the comprehension and of the generation cell, in [0, 100].

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 100], and at most Level-3.

    Examples
    --------
    >>> float(level_4(30.0, 10.0)), float(level_4(30.0, 0.0))  # 2 * 30 * 10 / (30 + 10)
    (15.0, 0.0)
    """
    a, b = np.broadcast_arrays(np.asarray(s_c, dtype=np.float64), np.asarray(s_g, dtype=np.float64))
    with np.errstate(divide="ignore", over="ignore"):  # a side of 0, or so near to it that its reciprocal is infinite
        # Reciprocals, because each step is monotone in floating point, which 2ab / (a + b) is not; and min, because
        # rounding may put a harmonic mean of two equal numbers one unit above them.
        harmonic = 2.0 / (1.0 / a + 1.0 / b)
    mean: Levels = np.minimum(np.where((a > 0) & (b > 0), harmonic, 0.0), (a + b) / 2)
    return mean


def overall(levels: ArrayLike) -> Levels:
    """A level over all modalities: the plain mean, supported or not.

    Parameters
    ----------
    levels : array_like of float, shape (..., modalities)
        The level of each modality, in [0, 100]; 0 for one that is not supported.

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 100].

    Examples
    --------
    >>> float(overall([40.0, 0.0, 0.0, 0.0]))
    10.0
    """
    mean: Levels = np.ascontiguousarray(levels, dtype=np.float64).mean(axis=-1)
    return mean


def language_weight(s_l: ArrayLike) -> Levels:
    """The weight of language in Level-5: ``S_L / 100``.

    Parameters
    ----------
    s_l : array_like of float, shape (...)
        Mean of the won points of the language tasks, in [0, 100].

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 1].

    Examples
    --------
    >>> float(language_weight(25.0))
    0.25
    """
    return np.asarray(s_l, dtype=np.float64) / FULL


def level_5(overall_level_4: ArrayLike, s_l: ArrayLike) -> Levels:
    """Level-5: the overall Level-4, carried by the wins on language tasks.

    Parameters
    ----------
    overall_level_4 : array_like of float, shape (...)
        The overall Level-4, in [0, 100].
    s_l : array_like of float, shape (...)
        Mean of the won points of the language tasks, in [0, 100].

    Returns
    -------
    ndarray of float, shape (...)
        In [0, 100], and at most Level-4.

    Examples
    --------
    >>> float(level_5(20.0, 25.0))
    5.0
    """
    return np.asarray(overall_level_4, dtype=np.float64) * language_weight(s_l)
