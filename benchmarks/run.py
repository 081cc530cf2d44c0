"""Speed and memory, one line for each comparison: `make bench`, or `python benchmarks/run.py [--quick] [WORD ...]`.

Words choose the comparisons whose name contains one of them. Nothing fails when a ratio is above what is wanted: the
line says so, and a person decides.
"""

from __future__ import annotations

import argparse
import platform
import sys

import answers
import boards
import dense
import detection
import features
import levels
import numpy as np
import sound
import space
import startup
import texts
import uncertainty
import video
import whole
from comparison import HEADER

import generallevel

TOPICS = (startup, levels, answers, texts, detection, dense, video, space, sound, features, uncertainty, boards, whole)
ROUNDS, QUICK_ROUNDS = 9, 1


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round each: does it run?")
    parser.add_argument("words", nargs="*", metavar="WORD", help="only comparisons whose name contains it")
    chosen = parser.parse_args(arguments)
    print(
        f"generallevel {generallevel.__version__}, numpy {np.__version__}, Python {platform.python_version()}; "
        f"best of {QUICK_ROUNDS if chosen.quick else ROUNDS}; read ratios, not seconds\n"
    )
    print(HEADER)
    for topic in TOPICS:
        for comparison in topic.comparisons(QUICK_ROUNDS if chosen.quick else ROUNDS):
            if not chosen.words or any(word in comparison.name for word in chosen.words):
                print(comparison.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
