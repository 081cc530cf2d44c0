"""The pages in headless Chromium: no console errors, sorting and filtering work, and they fit a phone.

No driver is needed. A page under test stands in a frame of the wanted width, with a script of the test at its end; what
that script finds is posted to the page around the frame, whose content Chromium prints.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generallevel import LevelReport
from generallevel.analysis.boards import leaderboard
from generallevel.reports.page import board_page, report_page

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
)  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
AROUND = """<!doctype html><title>around</title><iframe src="page.html" width="{width}" height="900"></iframe>
<pre id="told"></pre><script>
addEventListener("message", (event) => {{ document.getElementById("told").textContent = event.data; }});
</script>"""
TELL = 'const tell = (found) => parent.postMessage(JSON.stringify(found), "*");\n'
SIZES = """
const root = document.documentElement;
const pokes = Array.from(document.querySelectorAll("main *"))
  .filter((one) => !one.closest(".scroll, svg, .skip") && one.getBoundingClientRect().right > innerWidth + 0.5);
tell({
  inner: innerWidth, wide: root.scrollWidth,
  pokes: pokes.map((one) => one.className + ": " + one.textContent.slice(0, 40)),
  boxes: Array.from(document.querySelectorAll(".scroll")).map((one) => getComputedStyle(one).overflowX),
  ground: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
  small: Math.min(...Array.from(document.querySelectorAll(".label, .note, td, p, li"), (one) =>
    parseFloat(getComputedStyle(one).fontSize))),
  cut: Array.from(document.querySelectorAll(".label, .note"))
    .filter((one) => one.scrollWidth > one.clientWidth + 1).length,
});
"""
TASKS = """
const table = document.getElementById("tasks"), body = table.tBodies[0];
const heads = Array.from(table.tHead.rows[0].cells);
const head = (name) => heads.find((one) => one.textContent === name);
const keys = (name) => Array.from(body.rows, (row) => row.cells[heads.indexOf(head(name))].dataset.key);
const words = (name) => Array.from(body.rows, (row) => row.cells[heads.indexOf(head(name))].textContent);
const filters = document.querySelector('[data-filters="tasks"]');
const visible = () => Array.from(body.rows).filter((row) => row.getClientRects().length > 0);
const choose = (field, value) => {
  const input = filters.querySelector(`[data-field="${field}"]`);
  input.value = value;
  input.dispatchEvent(new Event("input", {bubbles: true}));
  return [visible().length, filters.querySelector("output").textContent];
};
const found = {before: heads.map((one) => one.ariaSort), shown: getComputedStyle(filters).display};
head("points").querySelector("button").click();
found.up = [keys("points"), head("points").getAttribute("aria-sort")];
head("points").querySelector("button").click();
found.down = [keys("points"), head("points").getAttribute("aria-sort")];
head("task").querySelector("button").click();
found.names = [words("task"), head("task").getAttribute("aria-sort"), head("points").getAttribute("aria-sort")];
found.won = choose("result", "won");
found.video = choose("modality", "video");
found.back = choose("modality", "image");
found.search = choose("text", "RECOGNITION");
found.searched = visible().map((row) => row.cells[0].textContent);
choose("text", ""); choose("result", "");
found.all = choose("modality", "");
found.focus = (head("task").querySelector("button").focus(), document.activeElement.textContent);
tell(found);
"""


def with_script(page: str, script: str) -> str:
    """The page with one more script, which its policy is made to allow."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = page.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    return page.replace("</body>", f"<script>{script}</script></body>")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert BROWSER is not None
    profile = f"--user-data-dir={folder / 'profile'}"
    return subprocess.run(
        [BROWSER, *QUIET, profile, *arguments], capture_output=True, encoding="utf-8", timeout=120, check=True
    )


def told(folder: Path, page: str, script: str, *flags: str, width: int = 1100) -> tuple[Any, list[str]]:
    """What a script within the page finds, and the messages on the console."""
    (folder / "page.html").write_text(with_script(page, TELL + script), encoding="utf-8")
    around = folder / "around.html"
    around.write_text(AROUND.format(width=width), encoding="utf-8")
    done = run(
        folder, "--virtual-time-budget=5000", "--enable-logging=stderr", "--dump-dom", *flags, around.as_uri()
    )  # fmt: skip
    said = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, flags=re.S)
    assert said, done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return (json.loads(html.unescape(said[1])) if said[1] else None), console


@pytest.fixture(scope="module")
def pages(gpt4o: LevelReport, hostile: LevelReport, board: dict[str, LevelReport]) -> dict[str, str]:
    return {
        "report": report_page(gpt4o, n="benchmark", resamples=200),
        "unknown": report_page(gpt4o),
        "hostile": report_page(hostile, resamples=50),
        "board": board_page(leaderboard(board.values(), resamples=50)),
    }


@pytest.fixture
def tell(tmp_path: Path) -> Callable[..., tuple[Any, list[str]]]:
    return lambda *arguments, **options: told(tmp_path, *arguments, **options)


def test_what_would_be_an_error_is_seen(pages, tell) -> None:
    assert tell(pages["unknown"], "tell(1); nowhere();")[1]
    assert tell(pages["unknown"], 'tell(1); fetch("https://example.org/");')[1]
    broken = pages["unknown"].replace("</main>", "<script>document.title = 'run'</script></main>")
    title, console = tell(broken, "tell(document.title);")
    assert title != "run"  # the policy has stopped it
    assert console


@pytest.mark.parametrize("name", ["report", "unknown", "hostile", "board"])
@pytest.mark.parametrize("width", [360, 1100])
def test_it_fits_without_errors(pages, tell, name: str, width: int) -> None:
    found, console = tell(pages[name], SIZES, width=width)
    assert console == []
    assert found["inner"] == width
    assert found["pokes"] == []
    assert found["wide"] <= width
    assert set(found["boxes"]) == {"auto"}
    assert found["small"] >= 12
    assert found["cut"] == 0


def test_dark_screens_have_colours_of_their_own(pages, tell) -> None:
    light, _ = tell(pages["unknown"], SIZES)
    dark, console = tell(pages["unknown"], SIZES, DARK)
    assert console == []
    assert (light["ground"], light["ink"]) == ("rgb(255, 255, 255)", "rgb(27, 31, 36)")
    assert (dark["ground"], dark["ink"]) == ("rgb(20, 23, 27)", "rgb(230, 233, 236)")


def test_the_tasks_sort_and_filter(gpt4o: LevelReport, pages, tell) -> None:
    found, console = tell(pages["report"], TASKS)
    assert console == []
    assert found["before"] == [None] * len(found["before"])
    assert found["shown"] == "flex"
    points = [task["normalised"] for task in gpt4o.tasks if task["normalised"] is not None]
    nothing = [""] * (699 - len(points))
    for way, order, reverse in (("up", "ascending", False), ("down", "descending", True)):
        keys, said = found[way]
        assert said == order
        assert keys[len(points) :] == nothing  # what has none stands last either way
        assert [float(key) for key in keys[: len(points)]] == sorted(points, reverse=reverse)
    names, said, other = found["names"]
    assert (said, other) == ("ascending", None)
    assert sorted(names) == sorted(task["task"].rsplit(".", 1)[-1].replace("-", " ") for task in gpt4o.tasks)
    assert names[0] <= names[-1]
    assert found["won"] == [111, "111 of 699 rows"]
    assert found["video"] == [0, "0 of 699 rows"]
    assert found["back"] == [111, "111 of 699 rows"]
    won = [task["task"] for task in gpt4o.tasks if task["won"] and "recognition" in task["task"].rsplit(".", 1)[-1]]
    assert found["search"] == [len(won), f"{len(won)} of 699 rows"]
    assert all("recognition" in name for name in found["searched"])
    assert found["all"] == [699, "699 of 699 rows"]
    assert found["focus"] == "task"


def test_the_board_sorts_and_filters(board, pages, tell) -> None:
    script = """
    const table = document.getElementById("board"), heads = Array.from(table.tHead.rows[0].cells);
    const column = heads.findIndex((one) => one.textContent === "Level-2");
    heads[column].querySelector("button").click();
    const select = document.querySelector('[data-filters="board"] select');
    select.value = select.options[1].value;
    select.dispatchEvent(new Event("input", {bubbles: true}));
    tell({level: select.value, shown: Array.from(table.tBodies[0].rows).filter((row) => !row.hidden)
      .map((row) => Number(row.cells[column].dataset.key))});
    """
    found, console = tell(pages["board"], script)
    assert console == []
    wanted = sorted(report.level_2 for report in board.values() if report.level == int(found["level"]))
    assert found["shown"] == wanted


def test_it_prints_on_paper(pages, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(pages["report"], encoding="utf-8")
    run(tmp_path, f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri())
    document = (tmp_path / "page.pdf").read_bytes()
    sheets = document.count(b"/Type /Page\n") + document.count(b"/Type /Page ")
    assert 5 <= sheets <= 45  # 699 rows at their height; a table that breaks words letter by letter took 73
