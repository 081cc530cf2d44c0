"""One model, several reference sets: the level is a comparison, and the references are half of it.

Run it with `python examples/compare_reference_sets.py`. The model is the released reference column itself, as if it
were one model: against its own column it wins everything, and that is the ceiling.
"""

import math

import generallevel as gl
from generallevel.benchmark import ReferenceSet, general_bench

bench = general_bench()
column = bench.reference_set("released-2025-07")
scores = {
    task: value for task, value in zip(column.task_ids, column.values.tolist(), strict=True) if not math.isnan(value)
}

# A set of one's own: the references of language tasks, a tenth closer to perfect.
stricter = ReferenceSet.from_mapping(
    "stricter-language",
    {
        task.id: scores[task.id] + 0.1 * (100.0 - scores[task.id])
        if task.unit == "percent" and task.better == "higher"
        else scores[task.id]
        for task in bench.tasks
        if task.id in scores
    },
    bench,
    title="Every percentage a tenth closer to 100",
)

print(f"{'references':<20}{'level':>6}{'level_2':>9}{'level_3':>9}{'level_4':>9}{'level_5':>9}{'wins':>6}")
for references in ("released-2025-07", "paper-v1", stricter):
    report = gl.compute_level(scores, references=references)
    levels = "".join(f"{value:9.3f}" for value in (report.level_2, report.level_3, report.level_4, report.level_5))
    print(f"{report.references:<20}{report.level:>6}{levels}{report.wins:>6}")

print("\nWhat a reader should know:")
for finding in gl.compute_level(scores).findings[:3]:
    print(f"  [{finding.severity}] {finding.message}")
