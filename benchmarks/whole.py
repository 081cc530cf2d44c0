"""The whole of a synthetic General-Bench: all 699 tasks, from files to a table.

``python benchmarks/whole.py --items 20`` has as many items in every task; ``--full`` has every text and label task at
the size that General-Bench gives it, and media tasks at 20 items. Each run is a process of its own, so that its memory
is its own. Media are small (32 pixels a side): what is read is the cost of opening and decoding many files.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comparison import Comparison

from generallevel.benchmark.recipes.books import GENERAL_BENCH
from generallevel.benchmark.task import Task
from generallevel.testing.synthetic import SyntheticBench, write_general_bench

MEDIA_ITEMS = 20
RUN = """
import json, sys, time
from pathlib import Path

import generallevel as gl
from generallevel.testing.synthetic import extractors

def peak():
    # Not ru_maxrss, which a process inherits from the one that started it.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

if __name__ == "__main__":
    root, answers, jobs = sys.argv[1:]
    start = time.perf_counter()
    table = gl.evaluate(root, predictions=answers, ratings=answers, extractors=extractors(), n_jobs=int(jobs))
    seconds = time.perf_counter() - start
    peaks = [peak()]
    if int(jobs) > 1:  # the workers are still there, and are asked for theirs
        from joblib import Parallel, delayed
        peaks += Parallel(n_jobs=int(jobs))(delayed(peak)() for _ in range(20))
    from generallevel.benchmark.recipes.books import GENERAL_BENCH
    media = {task.id for task in gl.general_bench() if GENERAL_BENCH.of(task, {}).format.media}
    told = {"seconds": seconds, "peak": max(peaks)}
    told["scored"] = sum(row.value is not None for row in table.results)
    told["items"] = sum(row.n_total for row in table.results)
    for part in ("reading", "scoring"):
        told[part] = sum(row.seconds[part] for row in table.results)
        told["media_" + part] = sum(row.seconds[part] for row in table.results if row.task in media)
    told["digest"] = hash(tuple((row.task, row.value) for row in table.results))
    print(json.dumps(told))
"""


def full_size(task: Task) -> int:
    """Every item of a text or label task, a stated number of a media task."""
    return MEDIA_ITEMS if GENERAL_BENCH.of(task, {}).format.media else task.instances or MEDIA_ITEMS


def run(bench: SyntheticBench, jobs: int) -> dict[str, Any]:
    """One evaluation in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "run.py"
        script.write_text(RUN)
        command = [sys.executable, str(script), str(bench.root), str(bench.corrupted), str(jobs)]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def comparisons(rounds: int) -> Iterator[Comparison]:
    """The lines of the table: 20 items a task, or 2 where one round shall do."""
    with tempfile.TemporaryDirectory() as folder:
        items = MEDIA_ITEMS if rounds > 1 else 2
        yield from lines(write_general_bench(folder, items=items), f"all 699 tasks, {items} items each")


def lines(bench: SyntheticBench, name: str) -> Iterator[Comparison]:
    """Two workers beside one, scoring beside reading, and the peak of memory."""
    one, two = run(bench, 1), run(bench, 2)
    same = "the same table" if one["digest"] == two["digest"] else "ANOTHER TABLE"
    rate = f"{one['items'] / one['seconds']:,.0f} items/s alone, {one['items']:,} items, {one['scored']} tasks scored"
    share = one["reading"] / (one["reading"] + one["scoring"])
    yield Comparison(name, 1e3 * two["seconds"], 1e3 * one["seconds"], "one worker", f"{same}; {rate}", 1 / 1.7)
    yield Comparison(
        f"{name}: scoring of media", 1e3 * one["media_scoring"], 1e3 * one["media_reading"], "reading them",
        f"reading is {share:.0%} of all", 1.0,
    )  # fmt: skip
    yield Comparison(f"{name}: peak memory", max(one["peak"], two["peak"]), 1000.0, "bound", "each process", 1.0, "MB")


def main(arguments: list[str]) -> None:
    """Print the lines of one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=MEDIA_ITEMS, help="items of every task")
    parser.add_argument("--full", action="store_true", help="text and label tasks in full")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        bench = write_general_bench(folder, items=full_size if chosen.full else chosen.items)
        for line in lines(bench, "full size" if chosen.full else f"{chosen.items} items a task"):
            print(line.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
