"""Reports to show, names that try to be markup, and a reader of HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
import pytest

from generallevel import Catalogue, LevelReport, ScoreTable, compute_level, compute_levels, general_bench, published

HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(2)> \' " & $x_1$ \\input{a}'
VOID = {"meta", "input", "img", "br", "hr", "link"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Element]:
        """Every element of the name below this one, in order."""
        found = []
        for child in self.children:
            found += [child] * (child.tag == tag) + child.all(tag)
        return found

    def words(self) -> str:
        return self.text + "".join(child.words() for child in self.children)


class Document(HTMLParser):
    """The tree of a document; markup that does not nest is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert self.open == [self.root], f"not closed: {[one.tag for one in self.open[1:]]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute of {tag} stands twice"
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


@pytest.fixture(scope="session")
def gpt4o() -> LevelReport:
    """A model as the paper publishes it: image tasks alone, no numbers of items."""
    return compute_level(published("GPT4o")["GPT4o", "image"].scores, model="GPT4o", references="paper-v1")


@pytest.fixture(scope="session")
def board() -> dict[str, LevelReport]:
    """A hundred made-up models over all of General-Bench."""
    bench = general_bench()
    references, rng = bench.reference_set().values, np.random.default_rng(0)
    percent = np.array([task.unit == "percent" for task in bench])
    models = {}
    for number in range(100):
        moved = np.clip(references + rng.normal(-6, 12, len(bench)), 0, 100)
        values = np.where(percent, moved, references)
        values[rng.random(len(bench)) < rng.random()] = np.nan
        models[f"model {number}"] = ScoreTable(bench.ids, values)
    return compute_levels(models)


@pytest.fixture(scope="session")
def hostile() -> LevelReport:
    """A report in which every name that a user may choose is markup."""
    shared = {"metric": "accuracy", "unit": "percent", "better": "higher"}
    catalogue = Catalogue.from_rows(
        [
            {"task": f"{HOSTILE} {side}", "modality": "image", "paradigm": side, **shared, "reference": 50.0}
            for side in ("comprehension", "generation")
        ],
        name=HOSTILE,
    )
    scores = {name: {"score": 60.0, "n": 100} for name in catalogue.ids}
    return compute_level(scores, model=HOSTILE, catalogue=catalogue)


@pytest.fixture(scope="session")
def hostile_name() -> str:
    return HOSTILE


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Element]:
    """The tree of a document; markup that does not nest fails."""
    return lambda text: Document(text).root
