"""What it costs to import the library: time and memory of a fresh interpreter, beside numpy alone."""

from __future__ import annotations

from collections.abc import Iterator

from comparison import Comparison, best_ms, fresh

PEAK_MB = "import resource, sys; unit = 1 if sys.platform == 'darwin' else 1024\n{code}\n" + (
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20)"
)
FIRST_LEVEL = "import generallevel as gl; gl.compute_level({'Human Action Recognition': 92.0})"


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Import and first use, time and memory."""

    def start(code: str) -> float:
        return best_ms(lambda: fresh(code), rounds)

    nothing = start("pass")
    numpy = start("import numpy") - nothing
    yardstick, none = "import numpy", "the bare interpreter is subtracted"
    yield Comparison("import generallevel", start("import generallevel") - nothing, numpy, yardstick, none, 1.5)
    every = "import generallevel as gl; [getattr(gl, name) for name in gl.__all__]"
    yield Comparison("import and resolve every public name", start(every) - nothing, numpy, yardstick, none, 3.0)
    yield Comparison("import and the first level", start(FIRST_LEVEL) - nothing, numpy, yardstick, none, 3.0)
    peak = {code: float(fresh(PEAK_MB.format(code=code))) for code in ("import numpy", FIRST_LEVEL)}
    yield Comparison(
        "peak memory, import and the first level",
        peak[FIRST_LEVEL],
        peak["import numpy"],
        yardstick,
        "resident, interpreter included",
        2.0,
        "MB",
    )
