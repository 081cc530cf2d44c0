"""Names, sizes and repetition: what a linter does not see."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from pathlib import Path

import pytest

import generallevel

ROOT = Path(generallevel.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in SOURCES]

MOST_LINES = 600  # the aim is 100 to 300; beyond this a file holds two ideas
SAME_LINES = 6  # so many equal lines of code in two places are one function too few
PASSED_ON = re.compile(r"(\w+) = \1 ,?$")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def code_lines(source: str) -> list[tuple[int, str]]:
    """Line numbers and lines of code: no blanks, comments, docstrings, imports, lone brackets or ``name=name,``.

    Declarations of metrics are data, and two metrics may well have the same facts.
    """
    skipped: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_declaration = isinstance(node, ast.Call) and ast.unparse(node.func) in ("declare", "metric")
        if is_text or is_declaration or isinstance(node, ast.Import | ast.ImportFrom):
            skipped.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines: dict[int, list[str]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING):
            lines[token.start[0]].append(token.string)
    joined = [(number, " ".join(tokens)) for number, tokens in sorted(lines.items()) if number not in skipped]
    return [(number, line) for number, line in joined if re.search(r"\w", line) and not PASSED_ON.match(line)]


def repeated(sources: dict[str, str]) -> list[str]:
    """Where the same run of lines stands twice."""
    seen: dict[tuple[str, ...], str] = {}
    found = []
    for name, source in sources.items():
        lines = code_lines(source)
        for start in range(len(lines) - SAME_LINES + 1):
            window = lines[start : start + SAME_LINES]
            run, here = tuple(line for _, line in window), f"{name}:{window[0][0]}"
            if run in seen:
                found.append(f"{here} repeats {seen[run]}")
            seen.setdefault(run, here)
    return found


def test_no_block_stands_twice() -> None:
    assert repeated({str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in SOURCES}) == []


def test_a_block_that_stands_twice_is_seen() -> None:
    block = "\n".join(f"a{n} = f({n})" for n in range(SAME_LINES))
    assert repeated({"one.py": block, "two.py": f"x = 1\n\n# moved\n{block}"}) == ["two.py:4 repeats one.py:1"]


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_a_file_holds_one_idea(path: Path) -> None:
    assert path.stem not in EMPTY_NAMES, "name the file after what it holds"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_functions_are_called_by_what_they_are(path: Path) -> None:
    names = [n.name for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
    assert [name for name in names if re.match(r"_*(get|calc)_", name)] == []
