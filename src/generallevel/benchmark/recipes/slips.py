"""Slips of the released task scorer, each a switch of the book ``released`` and of no other.

They concern the way from predictions to a table. What goes wrong between a table and a level is in
`generallevel.released`.

Source: path2generalist/General-Level at commit 420b8eb (July 2025).
"""

from __future__ import annotations

from enum import Enum

__all__ = ["Slip"]


class Slip(Enum):
    """One slip; its value is its name.

    Attributes
    ----------
    code : str
        ``"Q9"`` to ``"Q11"``.
    effect : str
        One sentence on what it does to a table.

    Examples
    --------
    >>> Slip.MISSING_LEAVE_THE_DENOMINATOR.code
    'Q11'
    """

    code: str
    effect: str

    FRACTIONS_BESIDE_PERCENT = (
        "fractions_beside_percent",
        "Q9",
        "Scores of language tasks stand as fractions in a table of percentages, so that 0.745 loses against 50.",
    )
    ROWS_MATCHED_BY_METRIC = (
        "rows_matched_by_metric",
        "Q10",
        "A result goes into the row of its task and its metric's name, and where the table names another metric the "
        "row stays empty without a word.",
    )
    MISSING_LEAVE_THE_DENOMINATOR = (
        "missing_leave_the_denominator",
        "Q11",
        "Items without a prediction are left out, so that one right answer of a hundred scores 1.",
    )

    def __new__(cls, name: str, code: str, effect: str) -> Slip:
        """The member; its value is the name alone."""
        member = object.__new__(cls)
        member._value_ = name
        member.code = code
        member.effect = effect
        return member
