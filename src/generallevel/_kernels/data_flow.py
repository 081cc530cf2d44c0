"""The data flow of a program: which names and values each value of a name comes from.

A program is read once from its start, as it runs; the branches of an ``if`` each start from what is known before it,
and what is known after it is what any of them leaves; a loop is read twice, so that what its end computes reaches its
beginning. Names that are used nowhere and come from nothing are no part of the flow. Names are numbered in the order in
which they take part, so that another choice of names is the same flow.

Source: Ren et al. (2020), arXiv 2009.10297, section 3.3, and Guo et al. (2021), arXiv 2009.08366.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from generallevel._kernels.grammars import Fields, Grammar
from generallevel._kernels.programs import Node, leaves, whole

__all__ = ["Edge", "data_flow"]

# (the name, how its value comes about, the names and values it comes from), all numbered
Edge: TypeAlias = tuple[int, str, tuple[int, ...]]

DEEPEST = 100  # statements inside one another that are followed; beyond, text is read from left to right. Ours
FROM, COMPUTED = "comes from", "computed from"


@dataclass(slots=True, eq=False)
class _Value:
    """A value that a name may have at some point: given at one place, or any of several others."""

    place: int | None
    others: tuple[_Value, ...] = ()
    used: bool = False


@dataclass(slots=True)
class _Flow:
    """Where the value that a name has at one place comes from."""

    name: str
    how: str
    sources: dict[str, None] = field(default_factory=dict)


def data_flow(root: Node, grammar: Grammar) -> Counter[Edge]:
    """The edges of a program's data flow, each as often as it occurs.

    Parameters
    ----------
    root : Node
        The program.
    grammar : Grammar
        That of its language.

    Returns
    -------
    Counter of Edge
        Equal for programs that differ in names, values and layout only.
    """
    reader = _Reader(grammar)
    reader.read(root)
    return reader.edges()


class _Reader:
    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.values: dict[str, _Value] = {}  # what each name stands for, where the reading is
        self.undo: list[tuple[str, _Value | None]] = []  # names that were given a value, with the one before
        self.flows: dict[int, _Flow] = {}
        self.used: set[int] = set()
        self.depth = 0
        self.again = False
        handlers: dict[str, Callable[[Node], None]] = {}
        handlers |= dict.fromkeys(grammar.declares, self._declaration)
        handlers |= dict.fromkeys(grammar.assigns, self._assignment)
        handlers |= dict.fromkeys(grammar.each, self._each)
        handlers |= dict.fromkeys(grammar.loops, self._loop)
        handlers |= dict.fromkeys(grammar.branches, self._branch)
        handlers |= dict.fromkeys(grammar.steps, self._step)
        self.handlers = handlers

    # ------------------------------------------------------------------------------------------ reading the tree

    def read(self, *nodes: Node) -> None:
        """What these parts of the program do, one after the other."""
        todo = list(reversed(nodes))
        while todo:
            node = todo.pop()
            if whole(node, self.grammar.strings):
                self._use(node)
            elif node.kind in self.handlers and self.depth < DEEPEST:
                self.depth += 1
                self.handlers[node.kind](node)
                self.depth -= 1
            else:
                late = [child for child in node.children if child.kind not in self.grammar.first]
                early = [child for child in node.children if child.kind in self.grammar.first]
                todo.extend(reversed(early + late))

    def _use(self, leaf: Node) -> None:
        if leaf.kind == leaf.text:
            return
        flow = self.flows.setdefault(leaf.place, _Flow(leaf.text, FROM))
        if leaf.text in self.values:
            flow.sources[leaf.text] = None
            self._mark(self.values[leaf.text])
        elif leaf.kind == "identifier":
            self._give(leaf.text, _Value(leaf.place))

    def _declaration(self, node: Node) -> None:
        names, value = self._sides(node, self.grammar.declares)
        if not value:
            self.read(*node.children)
            return
        self.read(*value)
        self._flow(names, value, FROM)

    def _assignment(self, node: Node) -> None:
        names, value = self._sides(node, self.grammar.assigns)
        if not value:
            self.read(*node.children)
            return
        self.read(*value)
        self._flow(names, value, COMPUTED)

    def _each(self, node: Node) -> None:
        names, value = self._sides(node, self.grammar.each)
        rest = [child for child in node.children if child not in names and child not in value]

        def once() -> None:
            self.read(*value)
            self._flow(names, value, COMPUTED)
            self.read(*rest)

        self._twice(once, once)

    def _loop(self, node: Node) -> None:
        # What is done once may stand in a clause of its own.
        again = [
            part
            for child in node.children
            for part in (child.children if child.kind == "for_clause" else [child])
            if part.role not in self.grammar.starts
        ]
        self._twice(lambda: self.read(*node.children), lambda: self.read(*again))

    def _twice(self, once: Callable[[], None], again: Callable[[], None]) -> None:
        once()
        if not self.again:  # a loop within one that is read again brings nothing new
            self.again = True
            again()
            self.again = False

    def _branch(self, node: Node) -> None:
        others = [child for child in node.children if child.role == "alternative"]
        then = [child for child in node.children if child.role == "consequence"]
        self.read(*(child for child in node.children if child not in others and child not in then))
        outcomes = [self._tried(then), *(self._tried([other]) for other in others)]
        if not others:
            outcomes.append({})
        for name in dict.fromkeys(name for outcome in outcomes for name in outcome):
            before = self.values.get(name)
            after = [outcome.get(name, before) for outcome in outcomes]
            some = tuple(dict.fromkeys(value for value in after if value is not None))
            self._give(name, some[0] if len(some) == 1 else _Value(None, some))

    def _tried(self, nodes: Sequence[Node]) -> dict[str, _Value]:
        """The names that these parts give a value, with that value; nothing is changed."""
        mark = len(self.undo)
        self.read(*nodes)
        outcome = {name: self.values[name] for name, _ in self.undo[mark:]}
        for name, before in reversed(self.undo[mark:]):
            if before is None:
                del self.values[name]
            else:
                self.values[name] = before
        del self.undo[mark:]
        return outcome

    def _step(self, node: Node) -> None:
        for leaf in leaves(node, self.grammar.strings):
            self._flow([leaf], [leaf], COMPUTED)

    # ---------------------------------------------------------------------------------------- keeping the account

    def _sides(self, node: Node, fields: Fields) -> tuple[list[Node], list[Node]]:
        name, value = fields[node.kind]
        return (
            [child for child in node.children if child.role == name and child.kind != ","],
            [child for child in node.children if child.role == value and child.kind != ","],
        )

    def _flow(self, targets: Iterable[Node], sources: Iterable[Node], how: str) -> None:
        """Every name among the targets gets its value from all that stands among the sources, pair by pair."""
        pairs = [(list(targets), list(sources))]
        while len(pairs[0][0]) == len(pairs[0][1]) == 1:
            (target,), (source,) = pairs[0]
            left, right = ([part for part in side.children if part.named] for side in (target, source))
            lists = target.kind in self.grammar.lists and source.kind in self.grammar.lists
            if not lists or len(left) != len(right) or not left:
                break
            pairs = [([one], [other]) for one, other in zip(left, right, strict=True)]
            if len(pairs) > 1:
                break
        for left, right in pairs:
            given = [leaf for side in right for leaf in leaves(side, self.grammar.strings)]
            names = dict.fromkeys(leaf.text for leaf in given)
            self.used.update(leaf.place for leaf in given)
            for leaf in (leaf for side in left for leaf in leaves(side, self.grammar.strings)):
                self.flows.setdefault(leaf.place, _Flow(leaf.text, how)).sources.update(names)
                self._give(leaf.text, _Value(leaf.place))

    def _give(self, name: str, value: _Value) -> None:
        self.undo.append((name, self.values.get(name)))
        self.values[name] = value

    def _mark(self, value: _Value) -> None:
        todo = [value]
        while todo:
            one = todo.pop()
            if not one.used:
                one.used = True
                todo.extend(one.others)
                if one.place is not None:
                    self.used.add(one.place)

    def edges(self) -> Counter[Edge]:
        """The flow of all that was read, with numbers for names."""
        numbers: dict[str, int] = {}
        found: Counter[Edge] = Counter()
        for place in sorted(self.flows):
            flow = self.flows[place]
            if not flow.sources and place not in self.used:
                continue
            sources = tuple(numbers.setdefault(name, len(numbers)) for name in flow.sources)
            found[numbers.setdefault(flow.name, len(numbers)), flow.how, sources] += 1
        return found
