"""What an accounting of the gap to the released scorer says: both ends, and the share of each switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generallevel.evaluation import LEVELS
from generallevel.released.defects import Switch

__all__ = ["Difference", "Effect"]

ROUNDING = 1e-11  # ours: points that the order of a sum may make
HIDDEN = 0.005  # half of the last decimal that is shown


@dataclass(frozen=True)
class Effect:
    """What one switch is responsible for.

    Attributes
    ----------
    switch : Switch
        Which; `Switch.effect` says in a sentence what it does.
    levels : dict of str to float
        Its share of the gap in ``level_2`` to ``level_5``, in points: above 0 where it raises the released number.
    modalities : dict of str to (dict of str to float)
        The same for ``level_2`` to ``level_4`` of each modality.
    """

    switch: Switch
    levels: dict[str, float]
    modalities: dict[str, dict[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """The effect as plain data: ``code``, ``name``, ``effect``, ``levels`` and ``modalities``."""
        return self.switch.to_dict() | {"levels": dict(self.levels), "modalities": _copied(self.modalities)}


@dataclass(frozen=True)
class Difference:
    """The gap between two numbers of one model, and what makes it. Prints as a table.

    Attributes
    ----------
    model : str or None
        The model's name.
    references : str
        The reference set that both numbers compare with.
    default, released : dict
        The two ends: ``level`` (int), ``level_2`` to ``level_5``, and ``modalities`` with ``level_2`` to ``level_4``
        of each. This library's lie in [0, 100]; the released scorer's may lie anywhere.
    effects : tuple of Effect
        Q1 to Q8. For every level they add up to ``released - default``.
    notes : tuple of str
        What to know of this table: why Q8 has no effect, how rows were completed.
    """

    model: str | None
    references: str
    default: dict[str, Any]
    released: dict[str, Any]
    effects: tuple[Effect, ...]
    notes: tuple[str, ...]

    @property
    def gap(self) -> dict[str, float]:
        """``released - default`` for ``level_2`` to ``level_5``, in points."""
        return {name: self.released[name] - self.default[name] for name in LEVELS}

    def to_dict(self) -> dict[str, Any]:
        """The accounting as plain data, which JSON can hold."""
        return {
            "model": self.model,
            "references": self.references,
            "default": {**self.default, "modalities": _copied(self.default["modalities"])},
            "released": {**self.released, "modalities": _copied(self.released["modalities"])},
            "gap": self.gap,
            "effects": [effect.to_dict() for effect in self.effects],
            "notes": list(self.notes),
        }

    def to_markdown(self) -> str:
        """The accounting as Markdown: overall levels, each modality, the sentences and the notes."""
        lines = [f"### {self._title()}", ""]
        for heading, header, rows in self._tables():
            lines += [f"**{heading}**", "", f"| {' | '.join(header)} |", f"| --- |{' --: |' * (len(header) - 1)}"]
            lines += [*(f"| {' | '.join(row)} |" for row in rows), ""]
        lines += [f"- {line}" for line in self._sentences()]
        return "\n".join(lines)

    def __str__(self) -> str:
        lines = [self._title(), ""]
        for heading, header, rows in self._tables():
            widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
            lines.append(heading)
            for row in (header, *rows):
                first, *numbers = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
                lines.append("  ".join([first.strip().ljust(widths[0]), *numbers]).rstrip())
            lines.append("")
        return "\n".join([*lines, *self._sentences()])

    def _title(self) -> str:
        who = f"{self.model}: " if self.model else ""
        return (
            f"{who}Level {self.default['level']} here, Level {self.released['level']} by the released scorer "
            f"(references {self.references})"
        )

    def _tables(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """Heading, header and rows: one table of the overall levels and one of each modality that differs or counts."""
        found = [
            ("Overall", *self._table(LEVELS, self.default, self.released, [effect.levels for effect in self.effects]))
        ]
        for modality, default in self.default["modalities"].items():
            released = self.released["modalities"][modality]
            if any(default.values()) or any(released.values()):
                parts = [effect.modalities[modality] for effect in self.effects]
                found.append((modality, *self._table(LEVELS[:3], default, released, parts)))
        return found

    def _table(
        self,
        names: Sequence[str],
        default: Mapping[str, float],
        released: Mapping[str, float],
        parts: Sequence[Mapping[str, float]],
    ) -> tuple[list[str], list[list[str]]]:
        rows = [["this library", *(f"{default[name]:.2f}" for name in names)]]
        for effect, part in zip(self.effects, parts, strict=True):
            shares = [_share(part[name]) for name in names]
            if set(shares) != {"0"}:
                rows.append([f"{effect.switch.code} {effect.switch.value}", *shares])
        rows.append(["released scorer", *(f"{released[name]:.2f}" for name in names)])
        return ["", *(name.replace("level_", "Level-") for name in names)], rows

    def _sentences(self) -> list[str]:
        return [f"{effect.switch.code} {effect.switch.effect}" for effect in self.effects] + list(self.notes)


def _share(points: float) -> str:
    """A share of the gap to two decimals; one that these would hide by its size, and rounding of floats as nothing."""
    if abs(points) < ROUNDING:
        return "0"
    return f"{points:+.2f}" if abs(points) >= HIDDEN else f"{points:+.0e}"


def _copied(modalities: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    return {modality: dict(numbers) for modality, numbers in modalities.items()}
