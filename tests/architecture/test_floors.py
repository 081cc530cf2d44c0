"""At module level, a module imports only from floors below its own; modalities never import each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import generallevel

ROOT = Path(generallevel.__file__).parent
FLOORS = [
    {"errors", "_late", "_version"},
    {"tallies", "scales", "tables", "findings"},
    {"registry"},
    {"scoring", "synergy", "_kernels"},
    {"extractors", "engines"},
    {"metrics"},
    {"normaliser"},
    {"benchmark"},
    {"rules"},
    {"alignment", "evaluation"},
    {"basis", "templates"},
    {"level_report"},
    {"levels"},
    {"analysis", "reports", "testing"},
    {"released"},
    {"cli", "__init__"},
]
FLOOR = {name: height for height, names in enumerate(FLOORS) for name in names}
assert len(FLOOR) == sum(map(len, FLOORS)), "a module stands on one floor"
MODULES = sorted(ROOT.rglob("*.py"))


def imported(body: list[ast.stmt]) -> Iterator[tuple[str, ...]]:
    """The parts below `generallevel` of every import that runs when the module is loaded; () is the front door."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue  # a late import
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            continue  # read by the type checker alone
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            names = [f"{statement.module}.{alias.name}" for alias in statement.names]
        else:
            names = []
            for block in ("body", "orelse", "handlers", "finalbody"):
                yield from imported(getattr(statement, block, []))
        yield from (tuple(name.split(".")[1:]) for name in names if name.split(".")[0] == "generallevel")


def slips(place: tuple[str, ...], source: str) -> list[str]:
    """What a module at this place, such as ("metrics", "image", "fidelity"), imports and must not."""
    unit, found = place[0], []
    for target in imported(ast.parse(source).body):
        below = target[0] if target and target[0] in FLOOR else "__init__"
        if below != unit and FLOOR[below] >= FLOOR[unit]:
            found.append(f"{'.'.join(place)} imports {'.'.join(target)}, which is not below it")
        if unit == below == "metrics" and len(place) > 2 and len(target) > 1 and target[1] != place[1]:
            found.append(f"{'.'.join(place)} imports {'.'.join(target)}, which is of another modality")
    return found


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_a_module_imports_only_from_floors_below(path: Path) -> None:
    place = path.relative_to(ROOT).with_suffix("").parts
    assert place[0] in FLOOR, f"{place[0]} stands on no floor: give it one in FLOORS"
    assert slips(place, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("place", "source"),
    [
        (("tallies",), "from generallevel.registry import find"),  # from above
        (("tallies",), "from generallevel.scales import Linear"),  # from beside
        (("levels",), "from generallevel import score"),  # through the front door
        (("levels",), "if True:\n    import generallevel.released"),
        (("tables", "files"), "try:\n    import generallevel.levels\nexcept ImportError:\n    pass"),
        (("metrics", "image", "fidelity"), "from generallevel.metrics.audio.speech import wer"),
    ],
)
def test_a_wrong_import_is_seen(place: tuple[str, ...], source: str) -> None:
    assert len(slips(place, source)) == 1


@pytest.mark.parametrize(
    ("place", "source"),
    [
        (("levels",), "from generallevel.benchmark.catalogue import Catalogue"),
        (("tables", "__init__"), "from generallevel.tables.cells import read_cell"),
        (("errors",), "def plot():\n    from generallevel.reports import plots"),
        (("metrics", "image", "fidelity"), "from generallevel._kernels import filters"),
    ],
)
def test_a_right_import_is_let_through(place: tuple[str, ...], source: str) -> None:
    assert slips(place, source) == []
