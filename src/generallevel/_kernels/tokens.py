"""Tokens: the pieces into which a text is cut before it is counted.

Five cuts have names, and a function of the caller's is a sixth:

* ``words`` knows no language and serves all: runs of letters, marks and digits; one token for each character of a
  script that is written without spaces; one token for each sign of punctuation and each symbol.
* ``spaces`` cuts at white space and nowhere else.
* ``treebank`` cuts as the Penn Treebank does, the way NLTK's ``word_tokenize`` does: clitics and punctuation come off.
* ``terms`` keeps what carries meaning, without case: runs of letters, marks and digits of any script, single characters
  of a script without spaces, and pictographs. Punctuation is left out.
* ``ascii`` does the same for the letters a to z and the digits, and drops everything else, as rouge-score does.

The first three do not change the case; `cutter` can fold it first.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Literal, TypeAlias

from generallevel._kernels.texts import checked_text
from generallevel.errors import InvalidInput, did_you_mean

__all__ = ["Cut", "TermNames", "TokenNames", "ascii_terms", "cutter", "spaces", "terms", "treebank", "words"]

Cut: TypeAlias = Callable[[str], list[str]]
TokenNames: TypeAlias = Literal["words", "spaces", "treebank"]
TermNames: TypeAlias = Literal["terms", "ascii", "words", "spaces", "treebank"]

# Scripts written without spaces between words, as code points (Unicode 15, Blocks.txt): each character is a token.
UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # the iteration mark, the closing mark and the zero of Han
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana, phonetic extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9F),  # Katakana, half width
    (0x1B000, 0x1B16F),  # Kana supplements
    (0x20000, 0x3FFFF),  # Han, extensions B and later
)
# Where combining marks lie. Between the two ranges there is none but in the private planes.
MARKS = (range(0x0300, 0x1E950), range(0xE0100, 0xE01F0))
# All of ASCII but letters and digits, as blanks.
BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
SKIN_TONES = "\U0001f3fb-\U0001f3ff"
JOINERS = "\u200c\u200d"  # zero width: inside words of Persian and Hindi, and inside an emoji of several signs


def words(text: str) -> list[str]:
    """The words, numbers, characters and signs of a text in any language.

    Parameters
    ----------
    text : str
        Any text. Composed and decomposed accents are one (Unicode form NFC).

    Returns
    -------
    list of str
        Tokens in order, white space left out. A number keeps its points and commas, a word its inner apostrophe.

    Examples
    --------
    >>> words("Don't pay 1,000.50 twice!")
    ["Don't", 'pay', '1,000.50', 'twice', '!']
    >>> words("猫が好き。"), words("हिन्दी में"), words("кошка, собака")
    (['猫', 'が', '好', 'き', '。'], ['हिन्दी', 'में'], ['кошка', ',', 'собака'])
    """
    if text.isascii():
        return _ascii().findall(text)
    return _any_script().findall(unicodedata.normalize("NFC", text))


@functools.cache
def _ascii() -> re.Pattern[str]:
    return re.compile(r"\d+(?:[.,]\d+)+|\w+(?:'\w+)*|[^\w\s]")


@functools.cache
def _any_script() -> re.Pattern[str]:
    follow, single = f"[{_marks()}{JOINERS}]*", _single()
    word = f"(?:[^\\W{single}]{follow})+"
    return re.compile(
        rf"\d+(?:[.,]\d+)+"  # a number with points or commas
        rf"|{word}(?:['’]{word})*"
        rf"|\S{follow}(?:(?<={JOINERS[1]})[^\w\s]{follow})*"  # a character by itself, or an emoji of several
    )


@functools.cache
def _marks() -> str:
    # The re module has no class for marks, which \w leaves out: it would tear the words of Hindi and Arabic apart.
    return _ranges([code for block in MARKS for code in block if unicodedata.category(chr(code))[0] == "M"])


def _single() -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)


def _ranges(codes: list[int]) -> str:
    """Code points as the inside of a character class."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


def terms(text: str) -> list[str]:
    """The words, numbers, characters and pictographs of a text in any language, without case and punctuation.

    Parameters
    ----------
    text : str
        Any text. Composed and decomposed accents are one (Unicode form NFC).

    Returns
    -------
    list of str
        Tokens in order. On text of ASCII characters they are those of `ascii_terms`.

    Examples
    --------
    >>> terms("Don't pay 1,000!"), terms("猫が好き。"), terms("Кошка — 👍🏽")
    (['don', 't', 'pay', '1', '000'], ['猫', 'が', '好', 'き'], ['кошка', '👍🏽'])
    """
    if text.isascii():
        return ascii_terms(text)
    return _terms().findall(unicodedata.normalize("NFC", text.casefold()))


def ascii_terms(text: str) -> list[str]:
    """The runs of letters a to z and digits of a text, without case.

    Parameters
    ----------
    text : str
        English text; of others nothing but loan words is left.

    Returns
    -------
    list of str

    Examples
    --------
    >>> ascii_terms("It's 3 p.m."), ascii_terms("naïve"), ascii_terms("кошка")
    (['it', 's', '3', 'p', 'm'], ['na', 've'], [])
    """
    lower = text.lower()
    if not lower.isascii():
        lower = lower.encode("ascii", "replace").decode("ascii")
    return lower.translate(BLANKS).split()


@functools.cache
def _terms() -> re.Pattern[str]:
    marks, single = _marks(), _single()
    # Signs that are no punctuation, from the first that is not ASCII: pictographs, units, arrows.
    signs = _ranges([code for code in range(0x00A1, 0x20000) if unicodedata.category(chr(code)) == "So"])
    follow = f"[{marks}{JOINERS}{SKIN_TONES}]*"
    return re.compile(
        rf"(?:[^\W_{single}]{follow})+|[{single}]{follow}|[{signs}]{follow}(?:(?<={JOINERS[1]})[{signs}]{follow})*"
    )


def spaces(text: str) -> list[str]:
    r"""The pieces of a text between its white space.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str

    Examples
    --------
    >>> spaces("  one,  two\n")
    ['one,', 'two']
    """
    return text.split()


# What the Penn Treebank's rules do, in the order in which NLTK 3.10 does it: blanks around whatever is a token.
TREEBANK_OPENING = (
    (r"([«“\u2018„]|`+)", r" \1 "),
    (r'^"', "``"),
    (r"(``)", r" \1 "),
    (r"""([ (\[{<])("|'')""", r"\1 `` "),
    (r"(?i)(?<!\w)'(?!(?:re|ve|ll|[mtsdn])\b)(?=\w)", "' "),
)
TREEBANK_SIGNS = (
    (r"""([^.])\.([\])}>"'»”’ ]*+)\s*$""", r"\1 . \2 "),  # the full stop of the sentence, and what closes after it
    (r"([:,])(\D)", r" \1 \2"),
    (r"([:,])$", r" \1 "),
    (r"\.{2,}|[;@#$%&?!\u2012-\u2015]", r" \g<0> "),
    (r"([^'])' ", r"\1 ' "),
    (r"[*\][(){}<>]|--", r" \g<0> "),
    (r"^|$", " "),
)
TREEBANK_CLOSING = (
    (r"[»”’]", r" \g<0> "),
    (r"""''|\"""", " '' "),
    (r"\s+", " "),
    (r"([^' ])('[sSmMdD]|') ", r"\1 \2 "),
    (r"([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
)
TREEBANK_PAIRS = tuple(  # words that count as two: can-not, gon-na, 't-is
    (rf"(?i){pair}", r" \1 \2 ")
    for pair in (
        *(r"\b(can)(not)\b", r"\b(d)('ye)\b", r"\b(gim)(me)\b", r"\b(gon)(na)\b", r"\b(got)(ta)\b"),
        *(r"\b(lem)(me)\b", r"\b(more)('n)\b", r"\b(wan)(na)(?=\s)", r" ('t)(is)\b", r" ('t)(was)\b"),
    )
)
CLOSERS = "\"')]}>”’»"
OPENERS = "\"'([{<“\u2018«"
# After these a full stop does not end a sentence, unless a word follows that likes to open one. The usual ones that the
# English sentence model behind NLTK knows too: it takes "etc." and "e.g." for the end of a sentence.
_ABBREVIATED = """
    mr mrs ms messrs dr prof ph.d gen col maj lt sen rep st jr sr inc ltd co corp bros vs ave a.m p.m u.s u.s.a u.k u.n
    d.c n.y n.j l.a jan feb aug sep sept oct nov dec tues wed fri calif conn fla mich minn pa va wash wis
"""
_STARTING = "the he she it they we you but and in this that these there if when as"
ABBREVIATIONS = frozenset(_ABBREVIATED.split())
STARTERS = frozenset(_STARTING.split())


def treebank(text: str) -> list[str]:
    """The words of a text as the Penn Treebank counts them: clitics, punctuation and quotes are tokens of their own.

    Parameters
    ----------
    text : str
        English text, one sentence or several.

    Returns
    -------
    list of str
        What NLTK's ``word_tokenize`` returns, but for abbreviations that its model has learned and we do not list.

    Examples
    --------
    >>> treebank("Dr. Smith cannot say (no). They don't ask.")
    ['Dr.', 'Smith', 'can', 'not', 'say', '(', 'no', ')', '.', 'They', 'do', "n't", 'ask', '.']

    Notes
    -----
    Source: R. MacIntyre's tokenizer of the Penn Treebank (1995), as NLTK 3.10 has extended it.
    """
    tokens: list[str] = []
    known: dict[str, list[str]] = {}  # sentences that stand in the text before: a million full stops are one
    for sentence in _sentences(text):
        if sentence not in known:
            known[sentence] = _of_sentence(sentence)
        tokens += known[sentence]
    return tokens


def _of_sentence(sentence: str) -> list[str]:
    for pattern, replacement in _treebank_rules():
        sentence = pattern.sub(replacement, sentence)
    return sentence.split()


@functools.cache
def _treebank_rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    rules = (*TREEBANK_OPENING, *TREEBANK_SIGNS, *TREEBANK_CLOSING, *TREEBANK_PAIRS)
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


def _sentences(text: str) -> list[str]:
    """A text cut after every word that ends a sentence."""
    gaps = list(re.finditer(r"\s+", text))
    begins = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(text)]
    pieces: list[str] = []
    first = 0
    for position, gap in enumerate(gaps):
        after = text[begins[position + 1] : ends[position + 1]]
        if _ends_a_sentence(text[begins[position] : ends[position]], after):
            pieces.append(text[first : gap.start()])
            first = gap.end()
    pieces.append(text[first:])
    return pieces


def _ends_a_sentence(word: str, after: str) -> bool:
    bare = word.rstrip(CLOSERS)
    if not bare.endswith("."):
        return bare.endswith(("?", "!"))
    stem = bare[:-1].lstrip(OPENERS).casefold()
    if (len(stem) == 1 and stem.isalpha()) or stem in ABBREVIATIONS:  # J. or Mr.
        opener = after.lstrip(OPENERS)
        return opener[:1].isupper() and opener.rstrip(".,;:!?").casefold() in STARTERS
    return not stem.endswith(".")


CUTS: dict[str, Cut] = {
    "words": words,
    "spaces": spaces,
    "treebank": treebank,
    "terms": terms,
    "ascii": ascii_terms,
}


def cutter(tokens: TermNames | Cut, *, fold_case: bool = False) -> Cut:
    """The function that cuts a text into tokens.

    Parameters
    ----------
    tokens : {"words", "spaces", "treebank", "terms", "ascii"} or callable
        The name of a cut, or a function from a text to its list of tokens.
    fold_case : bool, default False
        Cut the text without its case.

    Returns
    -------
    callable
        From a str to a list of str.

    Raises
    ------
    InvalidInput
        If no cut has the name. The returned function raises it for what is no text, and for tokens that are none.

    Examples
    --------
    >>> cutter("words", fold_case=True)("A cat")
    ['a', 'cat']
    """
    cut = tokens if callable(tokens) else CUTS.get(tokens)
    if cut is None:
        raise InvalidInput(
            f"tokens = {tokens!r} is no way to cut a text; there are {', '.join(CUTS)}, and any function from a text "
            f"to its tokens.{did_you_mean(str(tokens), CUTS)}"
        )

    def of(text: str) -> list[str]:
        checked_text(text)
        found = cut(text.casefold() if fold_case else text)
        return _checked(found, tokens) if callable(tokens) else found

    return of


def _checked(found: object, cut: Cut) -> list[str]:
    if isinstance(found, list) and all(isinstance(token, str) for token in found):
        return found
    raise InvalidInput(f"tokens = {cut!r} must return a list of str; it returned {found!r:.80}")
