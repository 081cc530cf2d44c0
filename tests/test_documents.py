"""Every Python example in the documents runs: README and docs, each page a session of its own."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[1]
DOCS = sorted(page for page in (CLONE / "docs").rglob("*.md") if not {"_build", "generated"} & set(page.parts))
PAGES = [page for page in (CLONE / "README.md", CLONE / "CONTRIBUTING.md", *DOCS) if ">>> " in page.read_text("utf-8")]
README = (CLONE / "README.md").read_text("utf-8")
FENCE = re.compile(r"^```(?:python|pycon)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def examples(page: str) -> str:
    """The fenced Python blocks, at the lines where they stand; a fence would end up in the expected output."""
    lines = [""] * (page.count("\n") + 1)
    for block in FENCE.finditer(page):
        first = page.count("\n", 0, block.start(1))
        body = block[1].splitlines()
        lines[first : first + len(body)] = body
    return "\n".join(lines)


def test_no_python_is_shown_that_nothing_runs() -> None:
    blocks = {page: FENCE.findall(page.read_text("utf-8")) for page in (CLONE / "README.md", *DOCS)}
    assert len(PAGES) >= 5
    assert [page for page, shown in blocks.items() if any(">>> " not in block for block in shown)] == []


@pytest.mark.parametrize("path", PAGES, ids=[str(page.relative_to(CLONE)) for page in PAGES])
def test_the_examples_of_a_page_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text(encoding="utf-8")
    session = doctest.DocTestParser().get_doctest(examples(text), {}, path.name, str(path), 0)
    monkeypatch.chdir(tmp_path)  # pages may write files
    report: list[str] = []
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False).run(session, out=report.append)
    assert failed == 0, "".join(report)
    assert tried


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_local_links_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (CLONE / name).read_text("utf-8"))
    assert [target for target in targets if not (CLONE / target).exists()] == []


def test_the_result_in_the_readme_is_what_the_demonstration_prints() -> None:
    block = re.search(r"^## A real result\n.*?^```text\n(.*?)^```$", README, re.M | re.S)
    assert block
    run = subprocess.run(
        [sys.executable, "-c", "from generallevel.cli import main; main(['demo'])"],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert run.stdout.strip().splitlines() == block[1].strip().splitlines()
