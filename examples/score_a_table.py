"""From a file of scores to a level: write a table, lint it, compute its level, look at what counted.

Run it with `python examples/score_a_table.py`. The scores are those that the paper prints for one model on images.
"""

import tempfile
from pathlib import Path

import generallevel as gl
from generallevel.benchmark import published
from generallevel.tables import ScoreTable

cell = published("GPT4o")["GPT4o", "image"]

with tempfile.TemporaryDirectory() as folder:
    # What an evaluation run would leave behind: one row for each task, blanks where the model has no score.
    path = Path(folder) / "scores.csv"
    ScoreTable.from_mapping(cell.scores, model=cell.model).write(path)

    findings = gl.lint(path)
    report = gl.compute_level(path, model=cell.model, references="paper-v1")

print(report)
print(f"\nThe paper prints {cell.levels['level_2']:.2f} for images at Level-2.")
print(f"{len(findings)} findings about the table.")

print("\nThe clearest wins, in points on the common scale:")
won = [row for row in report.tasks if row["won"]]
for row in sorted(won, key=lambda row: row["reference_normalised"] - row["normalised"])[:5]:
    print(f"  {row['normalised']:6.2f} against {row['reference_normalised']:6.2f}  {row['task']}")
