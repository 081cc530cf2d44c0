"""One task of a benchmark, and the words that its fields may hold.

Conventions: an id is ``modality.paradigm.slug``, or ``language.slug`` in the group without paradigms. ``paradigm`` is
None exactly for the tasks of that group, which Level-5 reads and Levels 2 to 4 leave out. ``unit`` is the unit of the
table figures, not the metric's native one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BETTER", "PARADIGMS", "PROTOCOLS", "UNITS", "Task"]

PARADIGMS = ("comprehension", "generation")
UNITS = ("percent", "fraction", "db", "mos_1_5", "raw")
"""Units of table figures: 0-100, 0-1, decibel, mean opinion score on 1-5, and a figure that is used as it stands."""
BETTER = ("higher", "lower")
PROTOCOLS = ("official", "inferred", "ours", "unresolved")
"""Who fixed the choices that change a task's number; the grades are defined in docs/decisions/0005."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a benchmark.

    Attributes
    ----------
    id : str
        ``modality.paradigm.slug``; unique in its catalogue.
    modality : str
        ``image``, ``video``, ``audio``, ``3d`` or ``language`` in General-Bench.
    paradigm : str or None
        ``comprehension``, ``generation``, or None in the language group.
    metric : str
        Id of the metric that scores it.
    unit : str
        Unit of its scores and references in tables: one of ``UNITS``.
    better : str
        ``higher`` or ``lower``.
    name, workbook_name, short_name, workbook_short_name, paper_name : str
        The full name with clean white space; the same letter for letter as the released workbook has it; the short
        name, clean and letter for letter; the paper's name.
    skill : str
        Skill group, ``"#I-C-1 Behavior Recognition"``; empty when there is none.
    sheet : str
        Sheet of the released workbook.
    row, number : int
        Place on the sheet, from 1; the number printed there, which is neither complete nor unique.
    label, paper_label : str
        The metric as the workbook and as the paper spell it.
    instances : int or None
        How many items the task has.
    specialist, source : str
        The model behind the reference; the data behind the task.
    protocol : str
        ``official``, ``inferred``, ``ours`` or ``unresolved``.
    note : str
        What one should know before scoring it; empty mostly.
    """

    id: str
    modality: str
    paradigm: str | None
    metric: str
    unit: str
    better: Literal["higher", "lower"]
    name: str
    workbook_name: str
    short_name: str
    workbook_short_name: str
    paper_name: str
    skill: str
    sheet: str
    row: int
    number: int
    label: str
    paper_label: str
    instances: int | None
    specialist: str
    source: str
    protocol: str
    note: str

    @property
    def group(self) -> str:
        """Modality and paradigm, ``"image.comprehension"``, or the modality alone in the language group."""
        return self.modality if self.paradigm is None else f"{self.modality}.{self.paradigm}"

    @property
    def skill_code(self) -> str:
        """The code before the skill's name, ``"#I-C-1"``; the whole skill where it has no code."""
        return self.skill.split(" ", 1)[0] if self.skill.startswith("#") else self.skill
