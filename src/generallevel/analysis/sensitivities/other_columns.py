"""Other columns: what a report's formulas make of other scores, or under other conventions, than its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generallevel.evaluation import Columns, Grid
from generallevel.level_report import LevelReport

__all__ = ["columns_like"]


def columns_like(report: LevelReport, values: NDArray[np.float64] | None = None, on: Grid | None = None) -> Columns:
    """Columns of scores under the policy for missing scores, and with the shares of items, of a report.

    Parameters
    ----------
    report : LevelReport
        Whose scores and conventions hold where nothing else is given.
    values : ndarray of float, shape (rows, tasks), optional
        Raw scores in table units, in the order of the catalogue; NaN where there is none.
    on : Grid, optional
        Other rules over the same tasks.

    Returns
    -------
    Columns
        Ready to be compared with references.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Human Action Recognition": 90.0})
    >>> levels = columns_like(report).against(report.basis.aligned.references).levels
    >>> float(levels["level_3"][0]) == report.level_3
    True
    """
    aligned = report.basis.aligned
    return Columns(
        report.basis.grid if on is None else on,
        aligned.values[np.newaxis] if values is None else values,
        "skip" if report.missing == "skip" else "zero",
        aligned.share,
    )
