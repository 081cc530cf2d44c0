"""Normal forms: what an answer is read as, in the ways of SQuAD, SQA3D and VQA."""

import pytest

from generallevel._kernels.normal_forms import normal_form, sqa3d, squad, vqa
from generallevel.errors import InvalidInput


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("The Eiffel Tower", "eiffel tower"),
        ("eiffel-tower.", "eiffeltower"),
        ("a  cat\tand an\nowl", "cat and owl"),
        ("thesis", "thesis"),
        ("the", ""),
        ("", ""),
        ("Ὀδυσσεύς", "ὀδυσσεύς"),
        ("“quoted”", "“quoted”"),  # only the punctuation of ASCII comes off
        ("\ud800", "\ud800"),
    ],
)
def test_squad(given: str, form: str) -> None:
    assert squad(given) == form


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("  Brown   chair. ", "brown chair"),
        ("2", "two"),
        ("none", "zero"),
        ("23", "twenty-three"),
        ("24", "24"),
        ("to the letf of a table", "to left of table"),
        ("at 5 o' clock", "at five o'clock"),
        ("chair2", "chair"),
        ("the", "the"),  # an article goes only where a word follows
        ("backwards", "backward"),
        ("猫", ""),
    ],
)
def test_sqa3d(given: str, form: str) -> None:
    assert sqa3d(given) == form


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("Yes.", "yes"),
        ("two", "2"),
        ("The dogs", "dogs"),
        ("isnt", "isn't"),
        ("couldnt've", "couldn't've"),
        ("couldntve", "couldntve"),
        ("red/white", "red white"),
        ("red / white", "red  white".replace("  ", " ")),
        ("1,000", "1000"),
        ("3.5", "3.5"),
        ("U.S.", "us"),
        ("somebody'd", "somebodyd"),
        ("twas", "'twas"),
        ("a", ""),
        ("no\nidea", "no idea"),
    ],
)
def test_vqa(given: str, form: str) -> None:
    assert vqa(given) == form


def test_a_form_of_one_s_own() -> None:
    assert normal_form(str.upper)("a") == "A"
    with pytest.raises(InvalidInput, match=r"normalise = .* must return a text; it returned \['a', 'b'\]"):
        normal_form(lambda text: text.split())("a b")  # type: ignore[arg-type, return-value]


def test_a_form_that_there_is_not() -> None:
    with pytest.raises(InvalidInput, match="'squid' is no normal form; there are none, squad, sqa3d, vqa"):
        normal_form("squid")  # type: ignore[arg-type]
