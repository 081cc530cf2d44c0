"""Certificates: a report that can be recomputed, what has changed since, and why two reports differ."""

from __future__ import annotations

from generallevel.analysis.certificates.differences import LevelDifference, diff
from generallevel.analysis.certificates.saved_reports import certificate, saved_report
from generallevel.analysis.certificates.verification import Verification, verify

__all__ = ["LevelDifference", "Verification", "certificate", "diff", "saved_report", "verify"]
