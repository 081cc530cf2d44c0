"""Normal forms: what an answer is read as before it is compared, in the ways of the well-known benchmarks.

A normal form takes away what is not to count: case, punctuation, articles. Each is the rule of the benchmark that it is
named after, so that scores compare with published ones; that includes its oddities.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Callable
from itertools import product
from typing import Literal, TypeAlias

from generallevel.errors import InvalidInput, did_you_mean

__all__ = ["NormalForm", "NormalFormName", "normal_form", "sqa3d", "squad", "vqa"]

NormalForm: TypeAlias = Callable[[str], str]
NormalFormName: TypeAlias = Literal["none", "squad", "sqa3d", "vqa"]

UNPUNCTUATED = str.maketrans("", "", string.punctuation)
NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


def squad(text: str) -> str:
    """An answer without case, ASCII punctuation, English articles and superfluous white space.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Notes
    -----
    Source: the evaluation of SQuAD 1.1, Rajpurkar et al. (2016), arXiv 1606.05250.

    Examples
    --------
    >>> squad("The  Eiffel-Tower!"), squad("an apple a day")
    ('eiffeltower', 'apple day')
    """
    bare = text.lower().translate(UNPUNCTUATED)
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", bare).split())


# Spellings that the annotators of SQA3D used, and what its evaluation reads them as.
SQA3D_SPELLINGS = (
    *((r"letf", "left"), (r"let", "left"), (r"tehre", "there"), (r"brigth", "right"), (r"brght", "right")),
    *((r"behine", "behind"), (r"chai", "chair"), (r"wasing", "washing"), (r"waslked", "walked")),
    *((r"oclock", "o'clock"), (r"o'[ ]+clock", "o'clock"), (r"none", "zero")),
    *((str(number), word) for number, word in enumerate(NUMBERS)),
    (r"23", "twenty-three"),
)


@functools.cache
def _sqa3d_rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    spellings = [(rf"\b{spelling}\b", word) for spelling, word in SQA3D_SPELLINGS]
    articles = [(rf"\b{article}\b ([a-zA-Z]+)", r"\1") for article in ("a", "an", "the")]
    rules = [*spellings, (r"\b([a-zA-Z]+)[0-9]\b", r"\1"), *articles, (r"\bbackwards\b", "backward")]
    return tuple((re.compile(pattern), word) for pattern, word in rules)


def sqa3d(text: str) -> str:
    """An answer about a 3D scene: lower case, few signs, numbers as words, no article, known slips of spelling mended.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Notes
    -----
    Source: the evaluation of SQA3D, Ma et al. (2023), arXiv 2210.07474, which later work applies to ScanQA too.

    Examples
    --------
    >>> sqa3d(" The 2 chairs. "), sqa3d("at 3 oclock")
    ('two chairs', "at three o'clock")
    """
    text = re.sub(" {2,}", " ", text.lower().strip(" "))
    text = re.sub(r"[^a-zA-Z0-9,'\s\-:]+", "", text)
    for pattern, word in _sqa3d_rules():
        text = pattern.sub(word, text)
    return text


VQA_SIGNS = ';/[]"{}()=+\\_-><@`,?!'
VQA_NUMBERS = {word: str(number) for number, word in enumerate(NUMBERS[:11])} | {"none": "0"}
# Contractions as they are written; the evaluation puts the apostrophes back into those that have lost some.
VQA_CONTRACTIONS = """
    ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd he'd've
    he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've might've mustn't must've needn't not've
    o'clock oughtn't shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd
    someone'd've someone'll someone's something'd something'd've something'll that's there'd there'd've there're there's
    they'd they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're what's what've when's
    where'd where's where've who'd who'd've who'll who's who've why'll why're why's won't would've wouldn't wouldn't've
    y'all y'all'll y'all'd've you'd you'd've you'll you're you've
"""
# Words of their own, which nothing is put back into, and one that the evaluation takes the apostrophe from.
VQA_KEPT = {"somebody'd": "somebodyd"}


@functools.cache
def _vqa_contractions() -> dict[str, str]:
    mended = {}
    for whole in VQA_CONTRACTIONS.split():
        first, *rest = whole.split("'")
        for signs in product(("'", ""), repeat=len(rest)):
            lossy = first + "".join(sign + part for sign, part in zip(signs, rest, strict=True))
            # Of a form with several, one at least has been written: "shedve" stays as it is.
            if len(rest) == 1 or "'" in lossy:
                mended[lossy] = whole
    return mended | VQA_KEPT


def vqa(text: str) -> str:
    """An answer to a visual question: no punctuation, numbers as digits, no article, apostrophes put back.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Notes
    -----
    A sign between two letters becomes a blank, and disappears where it stands at a blank anywhere in the answer, or
    where the answer holds a number with a comma: a rule of the evaluation. A full stop stays before a digit only.

    Source: the evaluation of VQA v2, Antol et al. (2015), arXiv 1505.00468, which OK-VQA and VizWiz use.

    Examples
    --------
    >>> vqa("Two dogs."), vqa("black-and-white"), vqa("the T.V. isnt on")
    ('2 dogs', 'black and white', "tv isn't on")
    """
    text = text.replace("\n", " ").replace("\t", " ").strip()
    has_comma = re.search(r"\d,\d", text) is not None
    bare = text
    for sign in VQA_SIGNS:
        if sign in bare:
            at_blank = has_comma or f"{sign} " in text or f" {sign}" in text
            bare = bare.replace(sign, "" if at_blank else " ")
    bare = re.sub(r"\.(?!\d)", "", bare)
    mended, words = _vqa_contractions(), []
    for word in bare.lower().split():
        word = VQA_NUMBERS.get(word, word)
        if word not in ("a", "an", "the"):
            words.append(mended.get(word, word))
    return " ".join(words)


def _as_it_is(text: str) -> str:
    return text


NORMAL_FORMS: dict[str, NormalForm] = {"none": _as_it_is, "squad": squad, "sqa3d": sqa3d, "vqa": vqa}


def normal_form(normalise: NormalFormName | NormalForm) -> NormalForm:
    """The function that brings a text into its normal form.

    Parameters
    ----------
    normalise : {"none", "squad", "sqa3d", "vqa"} or callable
        A name, or a function from a text to a text.

    Returns
    -------
    callable

    Raises
    ------
    InvalidInput
        If no normal form has the name. The returned function raises it where a function of the caller's returns no
        text.

    Examples
    --------
    >>> normal_form("squad")("The cat."), normal_form(str.upper)("a")
    ('cat', 'A')
    """
    if not callable(normalise):
        known = NORMAL_FORMS.get(normalise)
        if known is None:
            raise InvalidInput(
                f"normalise = {normalise!r} is no normal form; there are {', '.join(NORMAL_FORMS)}, and any function "
                f"from a text to a text.{did_you_mean(str(normalise), NORMAL_FORMS)}"
            )
        return known
    own = normalise

    def of(text: str) -> str:
        found = own(text)
        if not isinstance(found, str):
            raise InvalidInput(f"normalise = {own!r} must return a text; it returned {found!r:.80}")
        return found

    return of
