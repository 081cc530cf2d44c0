"""Every picture of a report: four plots, the page of one model, and the page of a board.

Run it with `python examples/report_gallery.py FOLDER`; without a folder it draws into one that it removes again. The
documentation's gallery is what this script draws. The models are those whose scores the paper prints.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import generallevel as gl
from generallevel.analysis.boards import leaderboard
from generallevel.reports.page import board_page, report_page
from generallevel.reports.plots import KINDS, plot


def gallery(folder: Path) -> list[Path]:
    """All of it, as files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    cell = gl.published("GPT4o")["GPT4o", "image"]
    report = gl.compute_level(cell.scores, model=cell.model, references="paper-v1")
    drawn = []
    for kind in KINDS:
        drawn.append(folder / f"{kind}.svg")
        # The paper prints no number of items; the benchmark says how many each task has.
        figure: Any = plot(report, kind, n="benchmark", most=25).figure
        figure.savefig(drawn[-1], metadata={"Date": None})
    drawn.append(folder / "report.html")
    report_page(report, drawn[-1], n="benchmark")

    # Each published model covers one modality, so that this board compares little: most of it is missing scores.
    models = {model: published.scores for (model, _), published in gl.published().items()}
    drawn.append(folder / "board.html")
    board_page(leaderboard(models), drawn[-1], title="The published models")
    return drawn


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for path in gallery(Path(sys.argv[1] if len(sys.argv) > 1 else temporary)):
            print(f"{path.name:<18}{path.stat().st_size / 1000:8.1f} kB")
