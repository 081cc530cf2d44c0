"""The report: its keys and types, and that nothing of a user's text is taken for markup."""

from __future__ import annotations

import json
import re
from typing import Any

import narwhals as nw
import pytest

from generallevel import Catalogue, ReferenceSet, compute_level
from generallevel.errors import InvalidInput, MissingExtra
from generallevel.evaluation import LEVELS
from generallevel.findings import Finding
from generallevel.level_report import LevelReport

SPORTS, RAIN = "image.comprehension.sports-image-classification", "image.generation.image-deraining"
HOSTILE = "<img src=x onerror=alert(1)>|`a` [b](javascript:c)\n# title\x1b[31m \u202e*d*"
ROW = {
    "task": str, "modality": str, "paradigm": str, "skill": str, "metric": str, "unit": str, "better": str,
    "score": float, "reference": float, "normalised": float, "reference_normalised": float, "margin": float,
    "won": bool, "why_not": str, "protocol": str,
}  # fmt: skip
OPTIONAL = {"paradigm", "score", "reference", "normalised", "reference_normalised", "margin", "why_not"}


@pytest.fixture(scope="module")
def report(bench: Catalogue) -> LevelReport:
    scores: dict[str, object] = {
        task.id: value for task, value in zip(bench, bench.reference_set().values.tolist(), strict=True)
    }
    worse = {SPORTS: 40.0, RAIN: "inf", "language.time-series": None}
    return compute_level(scores | worse, model="Mine 7B")


class TestPlainData:
    def test_keys_and_types(self, report: LevelReport) -> None:
        plain = report.to_dict()
        wanted = {
            "level", "level_2", "level_3", "level_4", "level_5", "modalities", "wins", "supported", "coverage",
            "ceiling", "findings", "tasks", "signature",
        }  # fmt: skip
        assert wanted <= set(plain)
        assert list(plain["modalities"]) == ["image", "video", "audio", "3d"]
        for numbers in plain["modalities"].values():
            assert {"level_2", "level_3", "level_4"} <= set(numbers)
            assert all(type(numbers[name]) is float and 0 <= numbers[name] <= 100 for name in LEVELS[:3])
            assert all(type(numbers[name]) is int for name in ("wins", "supported", "total"))
        assert [type(plain[name]) for name in ("level", "wins", "supported", "missing", "total")] == [int] * 5
        assert [type(plain[name]) for name in (*LEVELS, "coverage", "s_l")] == [float] * 6
        assert set(plain["ceiling"]) == set(LEVELS)
        assert plain["coverage"] == 698 / 699
        assert (plain["wins"], plain["supported"], plain["missing"], plain["total"]) == (697, 698, 1, 699)
        for levels in (*plain["levels_by_reference"].values(), plain["levels_without_doubtful_units"]):
            assert set(levels) == {"level", *LEVELS}
            assert type(levels["level"]) is int

    def test_rows(self, report: LevelReport) -> None:
        rows = report.to_dict()["tasks"]
        assert len(rows) == 699
        for row in rows:
            assert list(row) == list(ROW)
            for key, kind in ROW.items():
                assert type(row[key]) is kind or (row[key] is None and key in OPTIONAL), (row["task"], key)
        by_task = {row["task"]: row for row in rows}
        lost = by_task[SPORTS]
        assert (lost["score"], lost["reference"], lost["normalised"]) == (40.0, 49.8, pytest.approx(40.0))
        assert (lost["margin"], lost["won"]) == (40.0 - 49.8, False)
        assert lost["why_not"] == "40 is below the reference 49.8"
        missing = by_task["language.time-series"]
        assert (missing["score"], missing["margin"], missing["paradigm"]) == (None, None, None)
        assert missing["why_not"] == "no score: not given"

    @pytest.mark.parametrize(("score", "sign"), [(5.0, 1), (50.0, -1), (22.0, 0)])
    def test_a_margin_is_above_0_where_the_model_is_better(self, score: float, sign: int) -> None:
        fid = "image.generation.face-image-inpainting"
        row = next(row for row in compute_level({fid: score}, references={fid: 22.0}).tasks if row["task"] == fid)
        assert row["margin"] == sign * abs(score - 22.0)
        assert row["won"] is (sign >= 0)

    def test_all_four_modalities_under_scope_a_and_the_named_ones_under_b(self) -> None:
        assert list(compute_level({}).modalities) == ["image", "video", "audio", "3d"]
        assert list(compute_level({}, scope="B:3d+audio").modalities) == ["audio", "3d"]

    def test_changing_what_it_gives_changes_nothing(self, report: LevelReport) -> None:
        plain = report.to_dict()
        plain["modalities"]["image"]["level_2"] = plain["ceiling"]["level_2"] = -1.0
        plain["tasks"][0]["won"] = "no"
        plain["levels_by_reference"].clear()
        assert report.to_dict() != plain
        assert report.to_dict()["modalities"]["image"]["level_2"] > 0
        again = compute_level({SPORTS: 50.0}, references="released-2025-07")
        again.ceiling["level_2"] = -1.0
        assert compute_level({SPORTS: 50.0}).ceiling["level_2"] == pytest.approx(62.90, abs=0.01)

    def test_json(self, report: LevelReport) -> None:
        read = json.loads(report.to_json(), parse_constant=pytest.fail)
        assert read["level_2"] == report.level_2
        assert {row["task"]: row["score"] for row in read["tasks"]}[RAIN] == "inf"
        assert "\n" not in report.to_json(indent=None)
        plain = report.to_dict()
        for row in plain["tasks"]:
            row.update({key: "inf" for key in ("score", "margin") if row[key] == float("inf")})
        assert read == plain

    def test_findings_are_worst_first_and_plain_data(self, bench: Catalogue) -> None:
        cider = next(task.id for task in bench if task.metric == "cider")
        epe = next(task.id for task in bench if task.metric == "epe")
        found = compute_level({cider: 120.0, epe: 3.0, SPORTS: {"score": 60.0, "metric": "FID"}})
        assert [finding.severity for finding in found.findings] == ["error", "warning", "info"]
        assert all(isinstance(finding, Finding) for finding in found.findings)
        assert found.to_dict()["findings"][0].keys() == {"code", "severity", "message", "task", "fix"}


class TestFrames:
    @pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
    def test_each_library(self, backend: Any, report: LevelReport) -> None:
        frame = nw.from_native(report.to_frame(backend), eager_only=True)
        assert frame.implementation.name.lower() == backend
        assert frame.columns == list(ROW)
        assert frame.shape == (699, len(ROW))
        assert frame["task"].to_list() == [row["task"] for row in report.tasks]
        assert frame["won"].to_list() == [row["won"] for row in report.tasks]
        assert int(frame["score"].is_null().sum()) == 1

    def test_another_library(self, report: LevelReport) -> None:
        with pytest.raises(InvalidInput, match="backend = 'numpy': wanted one of pandas, polars, pyarrow"):
            report.to_frame("numpy")  # type: ignore[arg-type]

    def test_a_library_that_is_not_there(self, report: LevelReport, monkeypatch: pytest.MonkeyPatch) -> None:
        def absent(*_arguments: object, **_options: object) -> None:
            raise ModuleNotFoundError("No module named 'polars'")

        monkeypatch.setattr(nw, "from_dict", absent)
        with pytest.raises(MissingExtra, match=r"to_frame needs polars: pip install 'generallevel\[frames\]'"):
            report.to_frame("polars")


class TestText:
    def test_every_form_shows_the_numbers(self, report: LevelReport) -> None:
        for text in (str(report), report.to_markdown(), report._repr_html_()):
            assert "Mine 7B: Level 5 (total synergy, with language)" in text
            for name in LEVELS:
                assert f"{getattr(report, name):.2f}" in text
                assert f"{report.ceiling[name]:.2f}" in text
            for modality, numbers in report.modalities.items():
                assert modality in text
                assert f"{numbers['s_c']:.2f}" in text
                assert f"{numbers['supported']}/{numbers['total']}" in text
            assert "697 wins on 698 of 699 tasks with a score (99.9%)" in text
            assert report.signature in text
            assert "unit-unknown" in text

    def test_many_findings_of_one_code_are_counted(self, report: LevelReport) -> None:
        number = sum(finding.code == "unit-unknown" for finding in report.findings)
        assert number > 5
        assert str(report).count("[unit-unknown]") == 6
        assert f"... and {number - 5} more [unit-unknown]" in str(report)

    def test_a_scope_that_reaches_less_shows_less(self) -> None:
        text = str(compute_level({SPORTS: 60.0}, scope="C:image.comprehension"))
        assert "Level-3" in text
        assert "Level-4" not in text
        assert "S_C" not in text
        assert "1 win on 1 of 271" in text

    def test_hostile_names_are_shown_and_not_obeyed(self, bench: Catalogue) -> None:
        mine = ReferenceSet.from_mapping("<b>`x`|set", {SPORTS: 70.0}, bench)
        report = compute_level({SPORTS: {"score": 60.0, "metric": "<i>|*F*"}}, model=HOSTILE, references=mine)
        assert report.to_dict()["model"] == HOSTILE
        assert json.loads(report.to_json())["model"] == HOSTILE

        html = report._repr_html_()
        assert not re.search(r"<(?!/?(p|strong|table|thead|tbody|tr|th|td|ul|li|code)>)", html)
        assert "&lt;img src=x onerror=alert(1)&gt;" in html

        markdown = report.to_markdown()
        *lines, signature = markdown.splitlines()
        assert "<" not in "".join(lines)
        assert r"&lt;img src=x onerror=alert(1)&gt;\|\`a\` \[b\](javascript:c) # title" in markdown
        assert re.search(r"&lt;i&gt;\\\|\\\*F\\\*", markdown)
        assert signature.count("`") == 2

        for text in (str(report), markdown):
            assert all(character.isprintable() for line in text.split("\n") for character in line)
            assert not [line for line in text.splitlines() if line.startswith("# title")]

    def test_lines_of_a_terminal(self, report: LevelReport) -> None:
        assert not [line for line in str(report).splitlines() if line != line.rstrip()]
