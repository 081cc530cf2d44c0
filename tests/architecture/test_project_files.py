"""Facts that stand in several files agree."""

import re
import tomllib
from pathlib import Path

import generallevel
from generallevel._version import __version__

CLONE = Path(__file__).resolve().parents[2]


def text(name: str) -> str:
    return (CLONE / name).read_text(encoding="utf-8")


def test_the_version_is_the_same_everywhere() -> None:
    assert generallevel.__version__ == __version__
    assert re.search(r"^version: (\S+)$", text("CITATION.cff"), flags=re.MULTILINE)[1] == __version__
    assert re.search(r"^## \[([\d.]+)\]", text("CHANGELOG.md"), flags=re.MULTILINE)[1] == __version__


def test_every_extra_that_an_error_names_exists() -> None:
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
    root = Path(generallevel.__file__).parent
    sources = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    named = set(re.findall(r"generallevel\[(\w+)\]", sources)) | set(
        re.findall(r"MissingExtra\.of\(\s*\"[^\"]+\",\s*\"([^\"]+)\"", sources)
    )
    assert named
    assert named <= set(extras)


def test_make_help_lists_every_target_of_the_readme() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", text("Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", text("README.md"))) <= targets


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    numbers = sorted(path.name[:4] for path in (CLONE / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
