"""Static plots: what is drawn, not pixels; no global state; colours that everybody tells apart."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from generallevel import LevelReport, compute_level
from generallevel.errors import InvalidInput, MissingExtra
from generallevel.evaluation import LEVELS
from generallevel.reports import charts
from generallevel.reports.plots import COLOURS, KINDS, plot

OKABE_ITO = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}

pytest.importorskip("matplotlib", reason="plots need matplotlib")


def labels(axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def notes(axes) -> list[str]:
    axes.figure.canvas.draw()
    return [label.get_text() for label in axes.child_axes[0].get_yticklabels()]


def points(axes, marker: str) -> list[float]:
    return [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == marker]


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_drawn(gpt4o: LevelReport, kind: str, tmp_path) -> None:
    axes = plot(gpt4o, kind, n="benchmark", resamples=100)
    axes.figure.savefig(tmp_path / "plot.png", dpi=40)
    axes.figure.savefig(tmp_path / "plot.svg")
    assert (tmp_path / "plot.png").stat().st_size > 2000
    assert axes.get_title(loc="left").startswith("GPT4o: ")


def test_the_ladder(gpt4o: LevelReport) -> None:
    axes = plot(gpt4o, "ladder")
    assert [bar.get_width() for bar in axes.patches] == [getattr(gpt4o, name) for name in LEVELS]
    assert [label[:7] for label in labels(axes)] == ["Level-2", "Level-3", "Level-4", "Level-5"]
    assert notes(axes) == [f"{getattr(gpt4o, name):.2f}" for name in LEVELS]
    dotted = [float(line.get_xdata()[0]) for line in axes.lines if line.get_linestyle() == ":"]
    assert dotted == list(gpt4o.ceiling.values())
    assert axes.get_xlim() == (0, 100)
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # Level-2 is on top


def test_intervals_are_drawn_where_they_are_known(gpt4o: LevelReport) -> None:
    known = charts.ladder(gpt4o, charts_evidence(gpt4o))
    axes = plot(gpt4o, "ladder", n="benchmark", resamples=100)
    drawn = [tuple(map(float, line.get_xdata())) for line in axes.lines if line.get_linestyle() == "-"]
    assert drawn == [(span.low, span.high) for line in known.lines for span in line.spans]


def charts_evidence(report: LevelReport):
    from generallevel.reports.evidence import evidence

    return evidence(report, n="benchmark", sensitivity=False, resamples=100)


def test_the_profile(gpt4o: LevelReport) -> None:
    axes = plot(gpt4o, "profile")
    assert labels(axes)[:3] == ["image: comprehension", "image: generation", "video: comprehension"]
    assert labels(axes)[-1] == "language"
    assert axes.patches[0].get_width() == gpt4o.modalities["image"]["s_c"]


def test_the_forest(gpt4o: LevelReport) -> None:
    axes = plot(gpt4o, "forest", most=12)
    won, lost = points(axes, "o"), points(axes, "s")
    margins = {
        task["task"]: (task["normalised"] - task["reference_normalised"], task["won"])
        for task in gpt4o.tasks
        if task["normalised"] is not None
    }
    nearest = sorted(margins.values(), key=lambda pair: abs(pair[0]))[:12]
    assert sorted(won) == sorted(margin for margin, is_won in nearest if is_won)
    assert sorted(lost) == sorted(margin for margin, is_won in nearest if not is_won)
    assert len(labels(axes)) == 12


def test_decisions_that_are_not_clear_are_hollow(gpt4o: LevelReport) -> None:
    axes = plot(gpt4o, "forest", most=40, n="benchmark")
    marks = [line for line in axes.lines if line.get_marker() in "os" and line.get_marker()]
    hollow = [line.get_markerfacecolor() == "white" for line in marks]
    wanted = [line.hollow for line in charts.forest(gpt4o, charts_evidence(gpt4o), 40).lines]
    assert hollow == wanted
    assert 0 < sum(hollow) < 40


def test_the_sensitivity(gpt4o: LevelReport) -> None:
    axes = plot(gpt4o, "sensitivity", of="level_2")
    assert set(points(axes, "D")) == {gpt4o.level_2}
    assert "missing scores: zero or skipped" in labels(axes)
    assert all(np.diff(axes.get_xlim()) > 0)


def test_it_draws_where_it_is_told(gpt4o: LevelReport) -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots(1, 2)[1]
    assert plot(gpt4o, "ladder", axes) is axes
    assert axes.get_legend() is not None


def test_names_are_shown_letter_for_letter() -> None:
    report = compute_level({"Image Deraining": 41.2}, model="$\\frac{1}{0}$ _x_\n")
    axes = plot(report, "profile")
    axes.figure.canvas.draw()  # a formula that does not parse would raise here
    assert axes.get_title(loc="left") == r"\$\frac{1}{0}\$ _x_ : the synergy profile"


def test_colours_are_those_that_everybody_tells_apart() -> None:
    assert {COLOURS[name] for name in ("fill", "second", "won", "lost", "range")} <= OKABE_ITO
    assert COLOURS["won"] != COLOURS["lost"]


def test_what_cannot_be_drawn(gpt4o: LevelReport) -> None:
    with pytest.raises(InvalidInput, match=r"wanted one of ladder, profile.* Did you mean 'ladder'"):
        plot(gpt4o, "lader")
    with pytest.raises(InvalidInput, match=r"nothing to draw in a profile plot: scope C:image\.generation"):
        plot(compute_level({}, scope="C:image.generation"), "profile")


def test_without_matplotlib_the_error_names_the_extra(gpt4o: LevelReport, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match=r"pip install 'generallevel\[plot\]'"):
        plot(gpt4o, "profile")


def test_no_global_state_is_touched() -> None:
    code = (
        "import sys\nfrom generallevel import compute_level\nfrom generallevel.reports.plots import plot\n"
        "plot(compute_level({'Image Deraining': 41.2}), 'profile')\nassert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
