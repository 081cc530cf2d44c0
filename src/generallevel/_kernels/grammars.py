"""Grammars: of each programming language, what the metrics of programs need to know about it.

Names of nodes and fields are those of the tree-sitter grammars; keywords are those of the language definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["GRAMMARS", "Fields", "Grammar"]

Fields: TypeAlias = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Grammar:
    """What there is to know of one language.

    Attributes
    ----------
    keywords : frozenset of str
        Its reserved words, and those that are reserved in their place.
    comments : frozenset of str
        Nodes that are no part of the program.
    strings : mapping of str to str
        Nodes that are strings, and the nodes that are expressions inside them.
    declares, assigns : mapping of str to (str, str)
        Nodes that give a value to names, with the fields of the names and of the value.
    each : mapping of str to (str, str)
        Loops over the elements of a value, likewise.
    loops : frozenset of str
        All other loops.
    starts : frozenset of str
        Fields of what a loop does once, before it begins.
    branches : frozenset of str
        Nodes with a field ``consequence``, and often a field ``alternative``.
    steps : frozenset of str
        Nodes that compute a name from itself, such as ``i++``.
    lists : frozenset of str
        Nodes that are several targets or several values, to be paired.
    first : frozenset of str
        Nodes that are read before what stands on their left.
    wrappers : frozenset of str
        Nodes that document the program where they hold nothing but a string.
    """

    keywords: frozenset[str]
    comments: frozenset[str]
    strings: Mapping[str, str]
    declares: Fields
    assigns: Fields
    loops: frozenset[str]
    branches: frozenset[str] = frozenset({"if_statement"})
    each: Fields = field(default_factory=dict)
    starts: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


SIDES = ("left", "right")
NAMED = ("name", "value")
C_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if int long register return
    short signed sizeof static struct switch typedef union unsigned void volatile while
"""
CPP_WORDS = """
    and and_eq asm bitand bitor bool catch class compl const_cast delete dynamic_cast explicit export false friend
    inline mutable namespace new not not_eq operator or or_eq private protected public reinterpret_cast static_cast
    template this throw true try typeid typename using virtual wchar_t xor xor_eq alignas alignof char16_t char32_t
    constexpr decltype noexcept nullptr static_assert thread_local
"""

PYTHON = Grammar(
    keywords=_set(
        """
        False None True and as assert async await break case class continue def del elif else except finally for from
        global if import in is lambda match nonlocal not or pass raise return try type while with yield
        """
    ),
    comments=_set("comment"),
    strings={"string": "interpolation"},
    declares={"default_parameter": NAMED, "typed_default_parameter": NAMED},
    assigns={"assignment": SIDES, "augmented_assignment": SIDES, "for_in_clause": SIDES, "named_expression": NAMED},
    each={"for_statement": SIDES},
    loops=_set("while_statement"),
    lists=_set("pattern_list tuple_pattern list_pattern expression_list tuple list"),
    first=_set("for_in_clause"),
    wrappers=_set("expression_statement"),
)

JAVA = Grammar(
    keywords=_set(
        """
        abstract assert boolean break byte case catch char class const continue default do double else enum extends
        final finally float for goto if implements import instanceof int interface long native new package private
        protected public return short static strictfp super switch synchronized this throw throws transient try void
        volatile while
        """
    ),
    comments=_set("line_comment block_comment"),
    strings={"string_literal": "string_interpolation", "character_literal": ""},
    declares={"variable_declarator": NAMED},
    assigns={"assignment_expression": SIDES},
    each={"enhanced_for_statement": NAMED},
    loops=_set("for_statement while_statement do_statement"),
    starts=_set("init"),
    steps=_set("update_expression"),
)

JAVASCRIPT = Grammar(
    keywords=_set(
        """
        await break case catch class const continue debugger default delete do else enum export extends false finally
        for function if implements import in instanceof interface let new null package private protected public return
        static super switch this throw true try typeof var void while with yield
        """
    ),
    comments=_set("comment html_comment"),
    strings={"string": "", "template_string": "template_substitution"},
    declares={"variable_declarator": NAMED},
    assigns={
        "assignment_expression": SIDES,
        "augmented_assignment_expression": SIDES,
        "assignment_pattern": SIDES,
    },
    each={"for_in_statement": SIDES},
    loops=_set("for_statement while_statement do_statement"),
    starts=_set("initializer"),
    steps=_set("update_expression"),
    lists=_set("array_pattern array"),
)

C = Grammar(
    keywords=_set(C_WORDS),
    comments=_set("comment"),
    strings={"string_literal": "", "char_literal": ""},
    declares={"init_declarator": ("declarator", "value")},
    assigns={"assignment_expression": SIDES},
    loops=_set("for_statement while_statement do_statement"),
    starts=_set("initializer"),
    steps=_set("update_expression"),
)

CPP = Grammar(
    keywords=_set(C_WORDS + CPP_WORDS),
    comments=C.comments,
    strings={**C.strings, "raw_string_literal": ""},
    declares={**C.declares, "optional_parameter_declaration": ("declarator", "default_value")},
    assigns=C.assigns,
    each={"for_range_loop": ("declarator", "right")},
    loops=C.loops,
    starts=C.starts,
    steps=C.steps,
)

GO = Grammar(
    keywords=_set(
        """
        break case chan const continue default defer else fallthrough for func go goto if import interface map package
        range return select struct switch type var
        """
    ),
    comments=_set("comment"),
    strings={"interpreted_string_literal": "", "raw_string_literal": ""},
    declares={"var_spec": NAMED, "const_spec": NAMED},
    assigns={"assignment_statement": SIDES, "short_var_declaration": SIDES, "range_clause": SIDES},
    loops=_set("for_statement"),
    starts=_set("initializer"),
    steps=_set("inc_statement dec_statement"),
    lists=_set("expression_list"),
)

GRAMMARS: Mapping[str, Grammar] = {
    "python": PYTHON,
    "java": JAVA,
    "javascript": JAVASCRIPT,
    "c": C,
    "cpp": CPP,
    "go": GO,
}
