"""LaTeX: the structure of the table, its numbers, and that no name can be a command."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel import LevelReport, compute_level
from generallevel.reports.latex_table import SPECIAL, escaped, latex


def test_the_table(gpt4o: LevelReport) -> None:
    text = latex(gpt4o, label="tab:gpt4o")
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == (r"\begin{table}", r"\end{table}")
    assert r"\label{tab:gpt4o}" in lines
    for opening in re.findall(r"\\begin\{(\w+)\}", text):
        assert text.count(rf"\begin{{{opening}}}") == text.count(rf"\end{{{opening}}}") == 1
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 2, 1]
    rows = [line.removesuffix(r" \\").split(" & ") for line in lines if line.endswith(r"\\")]
    assert {len(cells) for cells in rows} == {7}
    assert lines[[line.startswith(r"\begin{tabular}") for line in lines].index(True)] == r"\begin{tabular}{lrrrrrr}"
    assert [cells[0] for cells in rows] == ["", "image", "video", "audio", "3d", "overall", "ceiling"]
    assert rows[-2][1:] == ["4.92", "3.63", "0.00", "0.00", "111", "177/699"]
    assert rows[1][1:4] == [f"{gpt4o.modalities['image'][name]:.2f}" for name in ("level_2", "level_3", "level_4")]
    assert escaped(gpt4o.signature) in text


def test_a_level_out_of_reach_is_a_dash() -> None:
    text = latex(compute_level({"Image Deraining": 41.2}, scope="C:image.generation"), digits=1)
    assert re.search(r"^overall & \d+\.\d & \d+\.\d & -- & -- & 1 & 1/45 \\\\$", text, flags=re.M)


def test_no_name_is_a_command(hostile: LevelReport, hostile_name: str) -> None:
    text = latex(hostile, label="a}\\input{b")
    assert escaped(hostile_name) in text
    assert r"\label{ainputb}" in text
    assert set(re.findall(r"\\[a-zA-Z]+", text)) <= {
        r"\begin", r"\end", r"\centering", r"\caption", r"\label", r"\toprule", r"\midrule", r"\bottomrule", r"\texttt",
        *re.findall(r"\\[a-zA-Z]+", "".join(SPECIAL.values())),
    }  # fmt: skip


@given(st.text())
def test_escaping_leaves_nothing_that_tex_reads(text: str) -> None:
    rest = escaped(text)
    for sign in sorted(SPECIAL.values(), key=len, reverse=True):
        rest = rest.replace(sign, "")
    assert not set(rest) & set(SPECIAL)
    assert "\n" not in rest


@pytest.mark.parametrize(("text", "wanted"), [("a_b", r"a\_b"), ("100%", r"100\%"), ("\\x", r"\textbackslash{}x")])
def test_worked_escapes(text: str, wanted: str) -> None:
    assert escaped(text) == wanted
