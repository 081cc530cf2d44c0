"""Words for synthetic texts: as many as wanted, of which no right one shares a letter with a wrong one."""

from __future__ import annotations

from collections.abc import Sequence

from generallevel.benchmark.task import Task

__all__ = ["alphabet_of", "said_wrongly", "text", "wrong_items"]

# Syllables of right and of wrong words: the two have no letter in common, so that no measure of likeness finds any.
RIGHT = tuple(consonant + vowel for consonant in "bdglmnprt" for vowel in "aeo")
WRONG = tuple(consonant + vowel for consonant in "zvxjqk" for vowel in "iuy")
SYLLABLES = 4
HAN, WRONG_HAN, HAN_SIGNS = 0x4E00, 0x7000, 0x2000  # where the characters begin, and how many there are of each
CYRILLIC = str.maketrans("bdglmnprtaeozvxjqkiuy", "бдглмнпртаэозвхжщкиуы")


def text(number: int, words: int, *, wrong: bool = False, alphabet: str = "latin") -> str:
    """A text of different words, which no other text of the same number of words holds.

    Parameters
    ----------
    number : int
        Which text.
    words : int
        How many words, or characters of Chinese.
    wrong : bool
        Whether it shares nothing with the right texts, not even a letter.
    alphabet : {"latin", "cyrillic", "han"}

    Returns
    -------
    str

    Examples
    --------
    >>> text(0, 2), text(1, 2), text(0, 2, wrong=True)
    ('babababa bebababa', 'bobababa dabababa', 'zizizizi zuzizizi')
    """
    if alphabet == "han":
        begin = WRONG_HAN if wrong else HAN
        return "".join(chr(begin + (number * words + place) % HAN_SIGNS) for place in range(words))
    syllables = WRONG if wrong else RIGHT
    found = " ".join(_word(number * words + place, syllables) for place in range(words))
    return found.translate(CYRILLIC) if alphabet == "cyrillic" else found


def _word(number: int, syllables: Sequence[str]) -> str:
    parts = []
    for _ in range(SYLLABLES):
        number, rest = divmod(number, len(syllables))
        parts.append(syllables[rest])
    return "".join(parts)


def alphabet_of(task: Task) -> str:
    """The alphabet of what a task wants to be said.

    Parameters
    ----------
    task : Task

    Returns
    -------
    str
        ``han`` for Chinese, ``cyrillic`` for Mongolian, and ``latin``.
    """
    slug = task.id.rsplit(".", 1)[-1]
    if slug.endswith("to-zh") or "english-chinese" in slug:
        return "han"
    return "cyrillic" if "mongolian" in slug else "latin"


def wrong_items(n: int) -> int:
    """How many of n items the corrupted predictions get wrong: the first half of them, at least one.

    >>> [wrong_items(n) for n in (1, 2, 3, 10)]
    [1, 1, 2, 5]
    """
    return (n + 1) // 2


def said_wrongly(right: Sequence[object], wrong: Sequence[object]) -> list[object]:
    """The answers of a model that gets the first half wrong.

    >>> said_wrongly("aaa", "bbb")
    ['b', 'b', 'a']
    """
    k = wrong_items(len(right))
    return [*wrong[:k], *right[k:]]
