"""The pages: one file, nothing fetched, everything in it without a script, readable by everybody, no name is markup."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from generallevel import LevelReport, compute_level, compute_levels
from generallevel.analysis.boards import leaderboard
from generallevel.errors import InvalidInput
from generallevel.reports.page import Standing, board_page, report_page, standings
from generallevel.reports.page.shell import asset

RAIN = "image.generation.image-deraining"
WORDS = ("ground", "panel", "ink", "quiet", "won-text", "lost-text", "link")
SHAPES = ("fill", "second", "won", "lost", "same", "mark")


@pytest.fixture(scope="module")
def pages(gpt4o: LevelReport, hostile: LevelReport, board: dict[str, LevelReport], hostile_name: str) -> dict[str, str]:
    rows = [
        Standing(hostile_name, 3, {"level_2": 1.0, "level_3": 2.0}, 1, (1, 2), hostile_name, others={hostile_name: 1.0})
    ]
    return {
        "published": report_page(gpt4o),
        "published, n known": report_page(gpt4o, n="benchmark", resamples=200),
        "hostile": report_page(hostile, resamples=50),
        "one paradigm": report_page(compute_level({RAIN: 41.2}, scope="C:image.generation")),
        "nothing": report_page(compute_level({}), sensitivity=False, intervals=False),
        "board": board_page(leaderboard(board.values(), resamples=50)),
        "board without ranks": board_page(board),
        "hostile board": board_page(rows, title=hostile_name, notes=[hostile_name], signature=hostile_name),
    }


NAMES = (
    "published",
    "published, n known",
    "hostile",
    "one paradigm",
    "nothing",
    "board",
    "board without ranks",
    "hostile board",
)


@pytest.mark.parametrize("name", NAMES)
class TestEveryPage:
    def test_it_nests_and_says_what_it_is(self, pages, parsed, name) -> None:
        assert pages[name].startswith("<!doctype html>")
        html = parsed(pages[name]).children[0]
        assert (html.tag, html.attributes) == ("html", {"lang": "en"})
        assert html.all("title")[0].words() == html.all("h1")[0].words()
        assert any(meta.attributes.get("name") == "viewport" for meta in html.all("meta"))

    def test_nothing_is_fetched(self, pages, parsed, name) -> None:
        html = parsed(pages[name])
        policy = [m.attributes["content"] for m in html.all("meta") if "http-equiv" in m.attributes]
        assert len(policy) == 1
        assert policy[0].startswith("default-src 'none';")
        assert "unsafe" not in policy[0]
        for tag in ("link", "img", "iframe", "object", "form", "base"):
            assert html.all(tag) == []
        assert "url(" not in asset("page.css")
        assert "@import" not in asset("page.css")
        assert not re.search(r"\b(fetch|XMLHttpRequest|import|eval|innerHTML)\b", asset("page.js"))
        assert all(link.attributes["href"].startswith("#") for link in html.all("a"))

    def test_no_name_becomes_markup(self, pages, parsed, name) -> None:
        html = parsed(pages[name])
        assert [script.text for script in html.all("script")] == [asset("page.js")]
        assert len(html.all("style")) == 1

        def attributes(element):
            for child in element.children:
                yield from child.attributes
                yield from attributes(child)

        names = set(attributes(html))
        assert not {one for one in names if one.startswith("on")}
        assert "style" not in names

    def test_tables_have_captions_and_headers(self, pages, parsed, name) -> None:
        tables = parsed(pages[name]).all("table")
        assert tables or name == "nothing"
        for table in tables:
            assert len(table.all("caption")) == 1
            heads = table.all("thead")[0].all("th")
            assert heads
            assert all(head.attributes["scope"] == "col" for head in heads)
            for row in table.all("tbody")[0].all("tr"):
                assert [cell.tag for cell in row.children] == ["th", *["td"] * (len(heads) - 1)]
                assert row.children[0].attributes["scope"] == "row"

    def test_drawings_are_told_to_those_who_do_not_see_them(self, pages, parsed, name) -> None:
        drawings = [svg for svg in parsed(pages[name]).all("svg") if svg.attributes.get("class") != "at"]
        for svg in drawings:
            if svg.attributes.get("aria-hidden") != "true":
                assert svg.attributes["role"] == "img"
                assert [child.tag for child in svg.children[:2]] == ["title", "desc"]
                assert svg.children[0].words()
                assert svg.children[1].words()

    def test_places_are_named_once_and_links_lead_there(self, pages, parsed, name) -> None:
        html = parsed(pages[name])
        ids = Counter(re.findall(r'\sid="([^"]*)"', pages[name]))
        assert set(ids.values()) == {1}
        targets = {link.attributes["href"][1:] for link in html.all("a")}
        labels = {one.attributes["aria-labelledby"] for one in html.all("section")}
        controls = {one.attributes["aria-controls"] for tag in ("input", "select") for one in html.all(tag)}
        assert targets | labels | controls <= set(ids)

    def test_headings_leave_no_step_out(self, pages, name) -> None:
        levels = [int(level) for level in re.findall(r"<h(\d)[ >]", pages[name])]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_it_is_small(self, pages, name) -> None:
        assert len(pages[name].encode()) < (5e6 if "board" in name else 2e6)


def text_of(document: str, parsed) -> str:
    return re.sub(r"\s+", " ", parsed(document).all("main")[0].words())


def test_every_task_is_there_without_a_script(gpt4o: LevelReport, pages, parsed) -> None:
    table = next(one for one in parsed(pages["published"]).all("table") if one.attributes["id"] == "tasks")
    rows = table.all("tbody")[0].all("tr")
    assert len(rows) == 699
    for row, task in zip(rows, gpt4o.tasks, strict=True):
        cells = [cell.words() for cell in row.children]
        assert cells[0] == task["task"].rsplit(".", 1)[-1].replace("-", " ")
        assert cells[1] == ("won" if task["won"] else "no score" if task["score"] is None else "lost")
        assert cells[3] == ("" if task["score"] is None else f"{task['score']:.5g}")
        assert row.children[3].attributes["data-key"] == ("" if task["score"] is None else repr(task["score"]))
    fields = [tuple(row.attributes[f"data-{name}"] for name in ("modality", "paradigm", "result")) for row in rows]
    assert Counter(fields)["image", "comprehension", "won"] == 111


def test_what_is_not_known_is_called_unknown(gpt4o: LevelReport, pages, parsed) -> None:
    text = text_of(pages["published"], parsed)
    assert "interval unknown" in text
    assert "Unknown: the table says of none of the 177 scores over how many items" in text
    assert "How far each score may be off is unknown" in text
    assert Counter(re.findall(r"<td class=\"quiet\">unknown</td>", pages["published"])).total() == 176  # one is a tie


def test_intervals_appear_where_items_are_known(pages, parsed) -> None:
    text = text_of(pages["published, n known"], parsed)
    assert "95% interval by bootstrap" in text
    assert "95% interval by projection" in text
    assert "Intervals are known of" in text
    assert "The spread of 9 scores is unknown." in text
    assert 'class="narrow"' in pages["published, n known"]
    assert 'class="narrow"' not in pages["published"]


def test_a_user_text_is_shown_letter_for_letter(pages, parsed, hostile_name: str) -> None:
    heading = parsed(pages["hostile"]).all("h1")[0].words()
    assert heading == f"{hostile_name}: Level 4 (synergy across comprehension and generation)"
    html = parsed(pages["hostile board"])
    assert html.all("h1")[0].words() == hostile_name
    assert html.all("table")[0].all("tbody")[0].all("th")[0].words() == hostile_name


def test_parts_can_be_left_out(gpt4o: LevelReport) -> None:
    small = report_page(gpt4o, intervals=False, sensitivity=False)
    assert "How sure</h2>" not in small
    assert "What it hangs on" not in small


def test_findings_come_with_what_to_do(parsed) -> None:
    report = compute_level({"Animal Image Matting": 18.0, "Person Hair Matting": 30.0}, references="released-2025-07")
    codes = Counter(finding.code for finding in report.findings)
    text = text_of(report_page(report, sensitivity=False), parsed)
    for finding in report.findings:
        assert finding.message in text
        assert finding.fix in text
    assert f"unit-unknown ({codes['unit-unknown']})" in text


def test_it_is_written_where_it_is_asked_to_be(gpt4o: LevelReport, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    document = report_page(gpt4o, path, intervals=False, sensitivity=False)
    assert path.read_bytes() == document.encode()
    with pytest.raises(InvalidInput, match="cannot be written"):
        report_page(gpt4o, tmp_path / "no" / "page.html", intervals=False, sensitivity=False)


def test_the_same_report_makes_the_same_page(gpt4o: LevelReport, pages) -> None:
    assert report_page(gpt4o) == pages["published"]


class TestBoard:
    def test_order_ranks_and_levels(self) -> None:
        reports = compute_levels(
            {"weak": {RAIN: 20.0}, "twin": {RAIN: 41.2}, "strong": {RAIN: 41.2}, "none": {}}, scope="C:image.generation"
        )
        rows = standings(reports)
        assert [(row.model, row.rank) for row in rows] == [("twin", 1), ("strong", 1), ("weak", 3), ("none", 4)]
        assert [row.level for row in rows] == [3, 3, 2, 1]
        assert rows[0].score == reports["twin"].level_3
        assert {row.ranks for row in rows} == {None}

    def test_a_leaderboard_brings_its_ranks_aggregators_and_warnings(self, board, pages, parsed) -> None:
        made = leaderboard(board.values(), resamples=50)
        rows = standings(made)
        assert [(row.model, row.rank, row.ranks) for row in rows] == [
            (row.model, row.rank, row.rank_set) for row in made.rows
        ]
        assert rows[0].others["mean"] == made.aggregators[0].values[rows[0].model]
        text = text_of(pages["board"], parsed)
        assert all(warning in text for warning in made.warnings)
        assert made.signature in text
        assert "Unknown: no rank intervals" not in text

    def test_unknown_ranks_are_called_unknown(self, board, parsed) -> None:
        assert "Unknown: no rank intervals were given" in text_of(board_page(board), parsed)

    def test_levels_that_cannot_be_compared_are_named(self, gpt4o: LevelReport, parsed) -> None:
        other = compute_level({RAIN: 30.0}, missing="skip")
        text = text_of(board_page({"one": gpt4o, "other": other}), parsed)
        assert "several references (paper-v1, released-2025-07)" in text
        assert "several policies for missing scores (skip, zero)" in text
        assert "not all comparable" not in text_of(board_page({"one": gpt4o, "same": gpt4o}), parsed)

    def test_a_board_needs_a_model(self) -> None:
        with pytest.raises(InvalidInput, match="needs a model"):
            board_page({})
        with pytest.raises(InvalidInput, match="needs a row"):
            board_page([])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, 0-1."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    """The colours of each scheme; a scheme that names none of its own has those of the light one."""
    blocks = re.findall(r"(@media [^{]+\{\s*)?:root \{(.*?)\}", asset("page.css"), flags=re.S)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for _, block in blocks]
    assert len(found) == 3
    return {name: found[0] | colours for name, colours in zip(("light", "dark", "paper"), found, strict=True)}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)  # (1 + 0.05) / (0 + 0.05)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the known grey that just fails


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_everything_can_be_read(scheme: str) -> None:
    colours = palettes()[scheme]
    assert set(colours) == {*WORDS, *SHAPES, "line"}
    for ground in ("ground", "panel"):
        for name in WORDS[2:]:
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        for name in SHAPES:
            assert contrast(colours[name], colours[ground]) >= 3, (name, ground)


def test_every_colour_is_a_variable() -> None:
    rules = re.sub(r":root \{.*?\}", "", asset("page.css"), flags=re.S)
    assert re.findall(r"#[0-9a-f]{3,6}\b", rules) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", rules)) <= {*WORDS, *SHAPES, "line"}
