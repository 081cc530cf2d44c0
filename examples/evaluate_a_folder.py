"""From a folder of predictions to a level: a small synthetic General-Bench stands in for the real one.

Run it with the extra ``image``: the references and predictions of some tasks are PNG files.
"""

import tempfile
from pathlib import Path

import generallevel as gl
from generallevel.testing.synthetic import extractors, write_general_bench

TASKS = ["Human Action Recognition", "Image Deraining", "Edge-to-Image Generation", "Topic Classification"]

with tempfile.TemporaryDirectory() as folder:
    # Your own tree takes the place of this one; see docs/how-to/evaluate-a-folder.md for its layout.
    bench = write_general_bench(folder, tasks=TASKS, items=20)

    # One model's answers. Edge-to-Image Generation is scored by FID, whose features come from a network that you have;
    # the stand-in here is the mean colour.
    scores = gl.evaluate(
        bench.root,
        predictions=bench.corrupted,
        tasks=TASKS,
        extractors=extractors(),
        model="mine",
        run=Path(folder) / "run",  # results are kept as they come: a run that is stopped continues here
    )
    print(scores)
    for result in scores.results:
        print(f"  {result} [{result.grade}]")

    print()
    print(gl.compute_level(scores))
