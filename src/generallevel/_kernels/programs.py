"""Programs as trees: what tree-sitter makes of source text, without comments, and the subtrees that two of them share.

A text that no grammar accepts still has a tree: tree-sitter goes on after an error, and what it understands of the rest
stands in the tree as usual.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generallevel._kernels.grammars import GRAMMARS, Grammar
from generallevel.errors import InvalidInput, MissingExtra, did_you_mean

__all__ = ["Node", "grammar_of", "leaves", "parsed", "subtrees", "whole"]


@dataclass(slots=True, eq=False)
class Node:
    """One node of a syntax tree.

    Attributes
    ----------
    kind : str
        What the grammar calls it; of a keyword or sign, its text.
    role : str or None
        The field of its parent in which it stands.
    named : bool
        Whether the grammar has a name for it, or it is a keyword or sign.
    place : int
        Its position in the order of the text.
    text : str
        The text of a leaf or of a string; empty for any other.
    children : list of Node
    """

    kind: str
    role: str | None
    named: bool
    place: int
    text: str = ""
    children: list[Node] = field(default_factory=list)


def grammar_of(language: str) -> Grammar:
    """The grammar of a language.

    Parameters
    ----------
    language : str
        A name of `GRAMMARS`.

    Returns
    -------
    Grammar

    Raises
    ------
    InvalidInput
        If there is none of the name.
    """
    if language not in GRAMMARS:
        raise InvalidInput(
            f"language = {language!r} is not known; there are {', '.join(GRAMMARS)}."
            f"{did_you_mean(str(language), GRAMMARS)}"
        )
    return GRAMMARS[language]


@functools.cache
def _parser(language: str) -> Any:
    module = f"tree_sitter_{language}"
    try:
        tree_sitter = importlib.import_module("tree_sitter")
        grammar = importlib.import_module(module)
    except ImportError as slip:
        raise MissingExtra.of(f"tree-sitter and {module.replace('_', '-')}", "code", "reading a program") from slip
    return tree_sitter.Parser(tree_sitter.Language(grammar.language()))


def parsed(source: str, language: str) -> Node:
    """The syntax tree of a program, without comments, and without the texts that document a Python program.

    Parameters
    ----------
    source : str
        The program, or any other text.
    language : str
        A name of `GRAMMARS`.

    Returns
    -------
    Node
        The root.

    Raises
    ------
    InvalidInput
        If the language is not known.
    MissingExtra
        If the extra ``code`` is not installed.
    """
    grammar = grammar_of(language)
    cursor = _parser(language).parse(source.encode("utf-8", "replace")).walk()
    root = current = _node(cursor, grammar, 0)
    above: list[Node] = []
    place = 0
    while True:
        if cursor.goto_first_child():
            above.append(current)
        else:
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return root
                left = above.pop()
                if above and left.kind in grammar.wrappers and _only_string(left):
                    above[-1].children.remove(left)
        place += 1
        current = _node(cursor, grammar, place)
        if current.kind not in grammar.comments:
            above[-1].children.append(current)


def _node(cursor: Any, grammar: Grammar, place: int) -> Node:
    node = cursor.node
    text = node.text.decode("utf-8", "replace") if node.child_count == 0 or node.type in grammar.strings else ""
    kind = f"missing {node.type}" if node.is_missing else node.type
    return Node(kind, cursor.field_name, node.is_named, place, text)


def _only_string(statement: Node) -> bool:
    return len(statement.children) == 1 and statement.children[0].kind == "string"


def subtrees(root: Node, known: dict[Any, int]) -> list[int]:
    """The subtrees of a tree, leaves apart, each as a number that stands for its shape.

    Parameters
    ----------
    root : Node
        The tree. One without a child has no subtree.
    known : dict
        The shapes that have a number, to which new ones are added. Trees to be compared share it.

    Returns
    -------
    list of int
        Names of nodes and of their fields make the shape; names of variables, values and signs do not.
    """
    found: list[int] = []
    shapes: dict[int, int] = {}  # of the nodes whose parent is not done yet, by place
    todo = [(root, False)]
    while todo:
        node, entered = todo.pop()
        if node.children and not entered:
            todo.append((node, True))
            todo.extend((child, False) for child in node.children)
            continue
        inside = tuple((child.role, shapes.pop(child.place)) for child in node.children if child.named)
        for child in node.children:
            shapes.pop(child.place, None)
        shape = known.setdefault((node.kind, inside), len(known))
        shapes[node.place] = shape
        if node.children:
            found.append(shape)
    return found


def leaves(root: Node, strings: Mapping[str, str]) -> list[Node]:
    """The names and values of a tree in the order of the text; a string is one, unless it holds expressions.

    Parameters
    ----------
    root : Node
    strings : mapping of str to str
        The kinds of strings, each with the kind of what is an expression inside it.

    Returns
    -------
    list of Node
    """
    found: list[Node] = []
    todo = [root]
    while todo:
        node = todo.pop()
        if whole(node, strings):
            if node.kind != node.text:  # no keyword and no sign
                found.append(node)
        else:
            todo.extend(reversed(node.children))
    return found


def whole(node: Node, strings: Mapping[str, str]) -> bool:
    """Whether a node is read as one: a leaf, or a string without an expression in it.

    Parameters
    ----------
    node : Node
    strings : mapping of str to str
        As for `leaves`.

    Returns
    -------
    bool
    """
    if not node.children:
        return True
    return node.kind in strings and all(child.kind != strings[node.kind] for child in node.children)
