"""Cuts of a text: words of every script, and what stays in one piece."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel._kernels.tokens import spaces, treebank, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n", []),
        ("well-known, isn't it?", ["well", "-", "known", ",", "isn't", "it", "?"]),
        ("3.14 and 1,000", ["3.14", "and", "1,000"]),
        ("café", ["café"]),
        ("cafe\u0301", ["café"]),  # decomposed is composed
        ("हिन्दी में", ["हिन्दी", "में"]),  # vowel signs stay in their word
        ("می‌خواهم", ["می‌خواهم"]),  # a joiner of width zero too
        ("猫はABC", ["猫", "は", "ABC"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("น้ำ", ["น้", "ำ"]),
        ("👩‍🚀!", ["👩‍🚀", "!"]),
        ("❤️❤️", ["❤️", "❤️"]),
        ("\ud800a", ["\ud800", "a"]),
        ("’tis l’été", ["’", "tis", "l’été"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == [unicodedata.normalize("NFC", token) for token in expected]


@given(st.text())
def test_words_lose_nothing_but_white_space(text: str) -> None:
    assert "".join(words(text)) == "".join(unicodedata.normalize("NFC", text).split())


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_is_cut_alike_with_and_without_other_scripts_near(text: str) -> None:
    assert words(text + " é") == [*words(text), "é"]


@given(st.text())
def test_spaces_cut_at_white_space(text: str) -> None:
    assert spaces(text) == text.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They cannot pay $3.88.", ["They", "can", "not", "pay", "$", "3.88", "."]),
        ('He said "no."', ["He", "said", "``", "no", ".", "''"]),
        ("Dr. Lee left. He's back.", ["Dr.", "Lee", "left", ".", "He", "'s", "back", "."]),
        ("gonna wanna go", ["gon", "na", "wan", "na", "go"]),
        ("So 'tis John's...", ["So", "'", "tis", "John", "'s", "..."]),
        ("at 5 p.m. today", ["at", "5", "p.m.", "today"]),
        ("in the U.S. The rest", ["in", "the", "U.S", ".", "The", "rest"]),
        ("etc. and", ["etc", ".", "and"]),
    ],
)
def test_treebank(text: str, expected: list[str]) -> None:
    assert treebank(text) == expected


@pytest.mark.parametrize("piece", ["a", "a ", ". x", ".'", "'", "é", ",x", " ", "\u0301", "👩\u200d", ". "])
def test_long_texts_are_cut_in_time_that_grows_with_their_length(piece: str) -> None:
    # A pattern that tries every end for every beginning would take hours here.
    text = piece * 40_000
    assert len(words(text)) <= len(text)
    assert len(treebank(text)) <= len(text)
