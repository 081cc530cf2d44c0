"""The stems of English words, as Porter's algorithm finds them, with the additions that NLTK makes to it.

A word is a run of consonants (c) and vowels (v); its *measure* is how often a vowel is followed by a consonant. Each
step takes the first suffix of its list that the word has, and removes or replaces it where what is left is long enough.

Source: M. F. Porter (1980), "An algorithm for suffix stripping", Program 14(3), 130-137. The additions are marked; they
are those of NLTK 3.10 in its default mode, so that stems are the ones that rouge-score counts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["stem"]

Rules: TypeAlias = tuple[tuple[str, str], ...]

CACHED = 1 << 16  # stems kept; ours
LONGEST_CACHED = 64  # characters; what is longer is no word and would only fill the memory

# Additions of NLTK: words whose stems the rules would miss.
IRREGULAR = {
    "sky": "sky",
    "skies": "sky",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "news": "news",
    "innings": "inning",
    "inning": "inning",
    "outings": "outing",
    "outing": "outing",
    "cannings": "canning",
    "canning": "canning",
    "howe": "howe",
    "proceed": "proceed",
    "exceed": "exceed",
    "succeed": "succeed",
}
# Where what is left has a measure above 0. "bli" is the published correction of "abli"; "fulli" is an addition, and
# "logi" is tried last.
STEP_2: Rules = (
    *(("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble")),
    *(("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate")),
    *(("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al")),
    *(("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful")),
)
STEP_3: Rules = (
    *(("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")),
)
# Where what is left has a measure above 1.
STEP_4 = (
    *("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate"),
    *("iti", "ous", "ive", "ize"),
)


class _Kinds(dict[int, str]):
    """What each character is: a vowel, a consonant, or a y, which is either."""

    def __missing__(self, code: int) -> str:
        return "c"


KINDS = _Kinds({ord(letter): "v" for letter in "aeiou"} | {ord("y"): "y"})


def stem(word: str) -> str:
    """The stem of a word.

    Parameters
    ----------
    word : str
        A word in lower case. Letters other than a, e, i, o, u and y count as consonants.

    Returns
    -------
    str
        What NLTK's ``PorterStemmer().stem`` returns for it.

    Examples
    --------
    >>> [stem(word) for word in "running caresses relational skies ties happy hopefulness".split()]
    ['run', 'caress', 'relat', 'sky', 'tie', 'happi', 'hope']
    """
    return _cached(word) if len(word) <= LONGEST_CACHED else _stem(word)


def _stem(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 2:
        return word
    word = _step_1c(_step_1b(_step_1a(word)))
    word = _replaced(_step_2(word), STEP_3, _has_measure)
    return _step_5(_step_4(word))


_cached = functools.lru_cache(maxsize=CACHED)(_stem)


def _shape(word: str) -> str:
    """The word as c and v. A y is a consonant at the start and after a vowel, and a vowel after a consonant."""
    kinds = word.translate(KINDS)
    if "y" not in kinds:
        return kinds
    shape: list[str] = []
    for kind in kinds:
        shape.append(kind if kind != "y" else "v" if shape and shape[-1] == "c" else "c")
    return "".join(shape)


def _measure(word: str) -> int:
    return _shape(word).count("vc")


def _has_measure(left: str) -> bool:
    return _measure(left) > 0


def _ends_short(word: str) -> bool:
    """Whether it ends in consonant, vowel, consonant other than w, x and y; of two letters, vowel and consonant."""
    shape = _shape(word)
    return (shape.endswith("cvc") and word[-1] not in "wxy") or shape == "vc"  # the second is an addition


def _replaced(word: str, rules: Rules, allowed: Callable[[str], bool]) -> str:
    """The word with the first suffix of the list that it has exchanged, where what is left allows it."""
    for suffix, replacement in rules:
        if word.endswith(suffix):
            left = word[: -len(suffix)]
            return left + replacement if allowed(left) else word
    return word


def _step_1a(word: str) -> str:
    """Plurals."""
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]  # ties, an addition; ponies
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _step_1b(word: str) -> str:
    """Past and participle."""
    if word.endswith("ied"):  # an addition: tied, cried
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix) and "v" in _shape(word[: -len(suffix)]):
            left = word[: -len(suffix)]
            break
    else:
        return word
    if left.endswith(("at", "bl", "iz")):
        return left + "e"
    shape = _shape(left)
    if len(left) >= 2 and left[-1] == left[-2] and shape[-1] == "c":
        return left if left[-1] in "lsz" else left[:-1]
    return left + "e" if shape.count("vc") == 1 and _ends_short(left) else left


def _step_1c(word: str) -> str:
    """A final y after a consonant that is not the first letter; where the paper asks for a vowel anywhere before."""
    left = word[:-1]
    return left + "i" if word.endswith("y") and len(left) > 1 and _shape(left)[-1] == "c" else word


def _step_2(word: str) -> str:
    """Double suffixes to single ones."""
    while word.endswith("alli") and _measure(word[:-4]) > 0:  # an addition: what is left goes through the step again
        word = word[:-2]
    if word.endswith("logi") and not word.endswith(tuple(suffix for suffix, _ in STEP_2)):
        return word[:-1] if _measure(word[:-3]) > 0 else word  # an addition: the l counts with what is left
    return _replaced(word, STEP_2, _has_measure)


def _step_4(word: str) -> str:
    """Single suffixes off."""
    for suffix in STEP_4:
        if word.endswith(suffix):
            left = word[: -len(suffix)]
            return left if _measure(left) > 1 and (suffix != "ion" or left.endswith(("s", "t"))) else word
    return word


def _step_5(word: str) -> str:
    """A final e, and one of two final l."""
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
