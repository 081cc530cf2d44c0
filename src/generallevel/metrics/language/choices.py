"""Choices: the letter that a free-text answer to a multiple-choice question names, or none.

Objects: an answer is a text; a choice is one of the letters of the question. `extract_choice` reads; it scores nothing:
its result is a prediction for `accuracy`, and None, for an answer that names no choice or several, counts as wrong.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence

from generallevel._kernels.normal_forms import squad
from generallevel.errors import InvalidInput

__all__ = ["extract_choice"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WRAPPING = "*_`#\"'“”\u2018\u2019「」$ \t\r\n"  # marks of emphasis and quotation around an answer
DENIED = r"\b(?:not|isn't|wasn't|incorrect|wrong|false|neither|nor|except|unlike)\b"
# What comes before a letter that is declared to be the answer. English and Chinese, the languages of the benchmark.
DECLARED = (
    r"\b(?:answer|option|choice|letter)\s?(?:\b(?:is|was|would be|should be|must be)\b|[:=])\s?:?"
    r"\s?(?:option|choice|letter)?\s?",
    r"\b(?:choose|chose|pick|picked|select|selected)\s(?:option|choice|answer|letter)?\s?",
    r"(?:答案|选项|选择|应选|故选|选)(?:是|为|应为)?\s?:?\s?",
    r"\\boxed\s?",
)


def extract_choice(answer: str, choices: str | Sequence[str] | Mapping[str, str]) -> str | None:
    r"""The letter that an answer names, by the first of five rules that finds one; None where it finds several or none.

    Parameters
    ----------
    answer : str
        What a model wrote.
    choices : str, sequence of str, or mapping of str to str
        The letters of the question, ``"ABCD"``; or the letters with the text of each option, ``{"A": "a cat", ...}``.

    Returns
    -------
    str or None
        One of the letters, in upper case.

    Raises
    ------
    InvalidInput
        If the answer is no text, or the choices are no different single letters.

    Notes
    -----
    The rules, in their order; the first that applies decides, and where it names several letters there is no choice:

    1. The answer is a letter and nothing else but brackets, punctuation and marks of emphasis: ``b``, ``(B)``, ``B.``,
       ``**B**``.
    2. A letter is declared: ``the answer is B``, ``Answer: (B)``, ``I choose option b.``, ``答案是B``. A small letter,
       and an A that could be the article, must end the phrase (``the answer is a dog`` declares nothing).
    3. The answer begins with a letter that is set off: ``B. a cat``, ``(B) a cat``, ``B: because ...``. Where texts of
       the options are given and the rest is the text of another one, there is no choice. An answer that lists several
       options at the beginnings of its lines names none.
    4. The answer is the text of one option, without case, punctuation and articles (where the texts are given).
    5. One letter stands in brackets, once or several times, and no word denies: ``it must be (B), since ...``.

    No rule looks for a letter, or for the text of an option, as a part of other words, and none takes the first or last
    letter that happens to occur: such readings turn nonsense into answers, and "I do not know" into "no".

    References
    ----------
    .. [1] Ours. Of the released code, ``predictors`` compare the whole answer, or look for the letter anywhere in it.

    Examples
    --------
    >>> extract_choice("The answer is (B).", "ABCD"), extract_choice("b)", "ABCD"), extract_choice("**C**", "ABCD")
    ('B', 'B', 'C')
    >>> extract_choice("B. a cat", {"A": "a dog", "B": "a cat"}), extract_choice("A cat!", {"A": "dog", "B": "cat"})
    ('B', 'B')
    >>> print(extract_choice("Either A or B", "ABCD"), extract_choice("A dog is running", "ABCD"))
    None None
    """
    if not isinstance(answer, str):
        raise InvalidInput(f"an answer is a text, not {type(answer).__name__}: {answer!r:.80}")
    letters = _letters(choices)
    answer = unicodedata.normalize("NFKC", answer)  # brackets, colons and letters of full width as the usual ones
    options = choices if isinstance(choices, Mapping) else {}
    alone = re.fullmatch(_alone(letters), answer.strip(WRAPPING))
    if alone:
        return alone["letter"].upper()
    declared = _declared(answer, letters)
    if declared:
        return _only(declared)
    lines = (re.fullmatch(_leading(letters), line.strip(WRAPPING)) for line in answer.splitlines())
    leading = {match["a"] or match["b"]: match["rest"] for match in lines if match}
    if leading:
        letter = _only(set(leading))
        if letter is None or re.match(_another(letters), leading[letter].strip(WRAPPING)):
            return None
        return None if _is_of_another(leading[letter], letter, options) else letter
    same = {letter for letter, text in options.items() if squad(text) == squad(answer)}
    if same:
        return _only({letter.upper() for letter in same})
    if re.search(DENIED, answer, re.IGNORECASE):
        return None
    return _only(set(re.findall(rf"[(\[]([{letters}])[)\]]", answer)))


def _only(letters: set[str]) -> str | None:
    return next(iter(letters)) if len(letters) == 1 else None


def _letters(choices: str | Sequence[str] | Mapping[str, str]) -> str:
    given = "".join(choices).upper()
    if not given or len(set(given)) < len(choices) or len(given) != len(choices) or set(given) - set(LETTERS):
        raise InvalidInput(
            f"choices are different single letters such as 'ABCD', or a mapping of them to the texts of the options, "
            f"not {choices!r:.80}"
        )
    return given


def _is_of_another(rest: str, letter: str, options: Mapping[str, str]) -> bool:
    """Whether what follows a letter is the text of another option, and not of its own."""
    texts = {name.upper(): squad(text) for name, text in options.items()}
    said = squad(rest)
    return bool(said) and said in texts.values() and texts.get(letter) != said


@functools.cache
def _alone(letters: str) -> str:
    small = letters + letters.lower()
    word = r"(?:(?i:option|choice|answer)\s*:?\s*)?"
    return rf"{word}[(\[{{]*(?P<letter>[{small}])[)\]}}]*[.。,;:!]?[)\]}}]*"


def _declared(answer: str, letters: str) -> set[str]:
    """The letters that are declared to be the answer."""
    # Runs of white space become one sign, so that no pattern can go over them again and again.
    plain = re.sub(r"\s+", _blank, re.sub(r"[*_`\"'“”\u2018\u2019$]", "", answer))
    goes_on, ends = re.compile(r"\w"), re.compile(r" ?(?:[.。,;:!)\]}\n]|$)| (?:because|since|as|for|and|which)\b")
    closes, another = re.compile(r"[)\]}]"), re.compile(_another(letters))
    found = set()
    for before in DECLARED:
        for match in re.finditer(rf"(?i:{before})(?P<bracket>[(\[{{]?)(?P<letter>[{letters}{letters.lower()}])", plain):
            place, letter = match.end(), match["letter"]
            if goes_on.match(plain, place):
                continue  # the beginning of a word
            closed = match["bracket"] and closes.match(plain, place)
            sure = letter.isupper() and letter not in "AI"  # which are words of English too
            if closed or sure or ends.match(plain, place):
                found.add(letter.upper())
                joined = another.match(plain, place)
                found |= {joined[1]} if joined else set()
    return found


def _blank(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "


@functools.cache
def _another(letters: str) -> str:
    """A further letter, joined to the one before."""
    return rf"[)\]}}]?\s?(?:or|and|/|,|&|或|和)\s?[(\[]?([{letters}])\b"


@functools.cache
def _leading(letters: str) -> str:
    mark = rf"[(\[](?P<a>[{letters}])[)\]][.:]?|(?P<b>[{letters}])[.):、。]"
    return rf"(?:[>-] *)?(?:{mark})(?=\s|[*_]|$|[^\x00-\x7f])(?P<rest>.*)"
