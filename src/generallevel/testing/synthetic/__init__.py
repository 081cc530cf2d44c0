"""A synthetic General-Bench: the official layout, real file formats, known answers."""

from __future__ import annotations

from generallevel.testing.synthetic.tree import Known, SyntheticBench, extractors, write_general_bench

__all__ = ["Known", "SyntheticBench", "extractors", "write_general_bench"]
