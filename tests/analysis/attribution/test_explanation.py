"""The tree of a level: each node is made of its children, and the leaves add up to the level."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel import Catalogue, LevelReport, compute_level, released
from generallevel.analysis.attribution.explanation import Node, explain
from generallevel.errors import InvalidInput

Draw = Callable[..., LevelReport]


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


@settings(max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["A", "B:image", "C:audio.generation", "D:#I-C-1"]),
    st.integers(2, 5),
    st.integers(0, 4),
)
def test_contributions_add_up_at_every_node(large: Draw, seed: int, scope: str, level: int, most: int) -> None:
    report = large(seed, scope=scope)
    if getattr(report, f"level_{level}") is None:
        with pytest.raises(InvalidInput, match="out of reach"):
            explain(report, level)
        return
    root = explain(report, level, most=most)
    assert root.value == getattr(report, f"level_{level}")
    assert root.contribution == pytest.approx(root.value, abs=1e-9)
    for node in nodes(root):
        if node.children:
            assert sum(child.contribution for child in node.children) == pytest.approx(node.contribution, abs=1e-9)
            assert len(node.children) <= max(most + 1, 5)


def test_by_hand(by_hand: LevelReport) -> None:
    root = explain(by_hand, 5, most=1)
    fourth = next(node for node in root.children if node.label == "level_4")
    assert fourth.value == by_hand.level_4
    image = next(node for node in nodes(root) if node.label == "image")
    assert image.value == pytest.approx(2 * 30 * 90 / 120)
    seen = next(node for node in nodes(root) if node.label == "image.comprehension")
    assert seen.how == "1 of 2 tasks won: 60.0 won points / 2"
    assert [child.label for child in seen.children] == ["see"]
    assert str(root).splitlines()[0] == "Level-5 13.500 = 22.500 x 60.000 / 100, Level-4 carried by S_L [13.500]"
    assert "   └─ 1 other won task 50.000 = sum of points" in str(root)
    assert json.loads(json.dumps(root.to_dict()))["children"][0]["label"] in ("level_4", "language")


def test_level_2_names_scored_tasks(by_hand: LevelReport) -> None:
    lost = next(node for node in nodes(explain(by_hand, "level_2")) if node.label == "look")
    assert (lost.value, lost.how) == (40.0, "lost: 40 against 50")


def test_a_cell_without_tasks_is_said() -> None:
    row = {"task": "a", "modality": "m", "paradigm": "comprehension", "metric": "accuracy", "reference": 5.0}
    report = compute_level({"a": 10.0}, catalogue=Catalogue.from_rows([row]))
    assert "the cell without tasks is 0" in str(explain(report, 3))
    assert "no language tasks" in str(explain(report, 5))


def test_what_cannot_be_explained(by_hand: LevelReport, large: Draw) -> None:
    with pytest.raises(InvalidInput, match="most = -1"):
        explain(by_hand, most=-1)
    with pytest.raises(InvalidInput, match="otherwise than the harmonic mean"):
        explain(large(1, rules=released.rules()), 4)


def test_by_default_it_explains_what_the_scope_reaches(by_hand: LevelReport) -> None:
    assert explain(by_hand) == explain(by_hand, 4) == explain(by_hand, "Level-4")
    cell = compute_level({"Image Deraining": 41.2}, scope="C:image.generation")
    assert cell.explain() == explain(cell, 3)
    assert str(explain(cell)).startswith("Level-3 2.151 = 1 of 45 tasks won")
