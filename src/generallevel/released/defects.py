"""The defects of the released scorer as named switches.

A `Switch` is one defect of path2generalist/General-Level at commit 420b8eb (``ranker.py`` and
``utils/special_metrix.py``), with the code that the documentation calls it by and one sentence of effect. A choice of
switches is any set of them: `ALL` is the released scorer, `NONE` is this library's default.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from generallevel.errors import UnknownName, did_you_mean

__all__ = ["ALL", "NONE", "Switch", "switches"]


class Switch(Enum):
    """One defect of the released scorer.

    Attributes
    ----------
    value : str
        The name, ``"long_labels_pass_raw"``.
    code : str
        ``"Q1"`` to ``"Q8"``.
    effect : str
        One sentence on what it does to a level.

    Examples
    --------
    >>> Switch("level_4_epsilon").code, Switch.LEVEL_4_EPSILON.effect
    ('Q7', 'The denominator of Level-4 has 1e-6 added to it, so that two sides of 50 give 49.9999995.')
    """

    code: str
    effect: str

    LONG_LABELS_PASS_RAW = (
        "long_labels_pass_raw",
        "Q1",
        "Chamfer distance and translation error stand under labels that its list does not have, so the raw error "
        "counts as percentage points and the larger error wins.",
    )
    WER_PERCENT_READ_AS_FRACTION = (
        "wer_percent_read_as_fraction",
        "Q2",
        "A word error rate printed in percent is taken for a fraction, so that 5.6 % becomes 1 - 5.6, or -460 points.",
    )
    NOTHING_AND_PERFECT_BOTH_ZERO = (
        "nothing_and_perfect_both_zero",
        "Q3",
        "In a normalised metric a raw 0, a blank, an infinity and a text that is no number all become 0 points, which "
        "even win against a reference below 0; in every other metric an infinity is a missing score.",
    )
    POINTS_UNCLIPPED = (
        "points_unclipped",
        "Q4",
        "Points are not confined to 0-100, so that a single row may add hundreds of points to a mean, or take them "
        "away.",
    )
    WINS_ON_POINTS = (
        "wins_on_points",
        "Q5",
        "A win is decided on normalised scores, whose curves run flat, so that a worse raw score may tie, and a tie "
        "wins.",
    )
    LANGUAGE_RMSE_ONE_SIDED = (
        "language_rmse_one_sided",
        "Q6",
        "Level-5 takes language rows as printed and larger as better, and puts only the model's first RMSE on a curve, "
        "so that nearly every error beats its raw reference and an error of 0 divides by zero.",
    )
    LEVEL_4_EPSILON = (
        "level_4_epsilon",
        "Q7",
        "The denominator of Level-4 has 1e-6 added to it, so that two sides of 50 give 49.9999995.",
    )
    ROWS_PAIRED_BY_POSITION = (
        "rows_paired_by_position",
        "Q8",
        "Rows are compared by their place on the sheet and not by their task; rows beyond the reference's last are "
        "dropped, and rows that the result lacks at the end leave the denominator of Level-2.",
    )

    def __new__(cls, name: str, code: str, effect: str) -> Switch:
        """The member; its value is the name alone."""
        member = object.__new__(cls)
        member._value_ = name
        member.code = code
        member.effect = effect
        return member

    def to_dict(self) -> dict[str, str]:
        """The switch as plain data: ``code``, ``name`` and ``effect``."""
        return {"code": self.code, "name": str(self.value), "effect": self.effect}


ALL: frozenset[Switch] = frozenset(Switch)
NONE: frozenset[Switch] = frozenset()


def switches(chosen: Iterable[Switch | str]) -> frozenset[Switch]:
    """The switches that are meant.

    Parameters
    ----------
    chosen : iterable of Switch or str
        Members, names or codes, in any case.

    Returns
    -------
    frozenset of Switch

    Raises
    ------
    UnknownName
        If there is no such switch; offers the nearest.

    Examples
    --------
    >>> sorted(switch.code for switch in switches(["q7", "points_unclipped"]))
    ['Q4', 'Q7']
    """
    known = {name: switch for switch in Switch for name in (str(switch.value), switch.code.casefold())}
    found = set()
    for one in [chosen] if isinstance(chosen, str | Switch) else chosen:
        switch = one if isinstance(one, Switch) else known.get(str(one).strip().casefold())
        if switch is None:
            raise UnknownName(
                f"the released scorer has no switch {one!r}.{did_you_mean(str(one), known)} "
                f"It has {', '.join(f'{switch.code} {switch.value}' for switch in Switch)}."
            )
        found.add(switch)
    return frozenset(found)
