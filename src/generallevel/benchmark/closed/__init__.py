"""Closed sets: a submission that holds predictions alone, and a report on it that holds no item.

Who takes part has the inputs (:func:`make_submission`); who owns the set has the references (:func:`score_submission`).
"""

from __future__ import annotations

from generallevel.benchmark.closed.entries import ARCHIVE_LIMITS, ArchiveLimits
from generallevel.benchmark.closed.grading import score_submission
from generallevel.benchmark.closed.manifest import Manifest, PackedTask
from generallevel.benchmark.closed.packing import Submission, make_submission
from generallevel.benchmark.closed.report import SubmissionReport, SubmittedTask
from generallevel.benchmark.closed.unpacking import unpack_submission

__all__ = [
    "ARCHIVE_LIMITS",
    "ArchiveLimits",
    "Manifest",
    "PackedTask",
    "Submission",
    "SubmissionReport",
    "SubmittedTask",
    "make_submission",
    "score_submission",
    "unpack_submission",
]
