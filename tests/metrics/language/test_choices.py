"""Choices: what names a letter, and what does not."""

import pytest

from generallevel.errors import InvalidInput
from generallevel.metrics.language.choices import extract_choice
from generallevel.scoring import score

OPTIONS = {"A": "a dog", "B": "a cat", "C": "north", "D": "no"}


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("B", "B"),  # the letter alone
        ("(b)", "B"),
        ("B.", "B"),
        (" **B** \n", "B"),
        ("[B]", "B"),
        ("(B)", "B"),
        ("Option B", "B"),
        ("$\\boxed{A}$", "A"),
        ("答案\uff1aB。", "B"),  # a colon of full width
        ("Answer: B", "B"),  # declared
        ("Answer:\n\nB", "B"),
        ("answer is (B)", "B"),
        ("The correct answer is option B.", "B"),
        ("The final answer is **D**.", "D"),
        ("the answer is b", "B"),
        ("The answer is A, because it barks", "A"),
        ("The answer is A because it barks", "A"),
        ("The answer is B, not C", "B"),
        ("I choose b.", "B"),
        ("答案是B", "B"),
        ("应选 A 。", "A"),
        ("The answer is \\boxed{C}", "C"),
        ("A. cat\nB. dog\nThe answer is B", "B"),  # a declaration comes before a list
        ("B) a cat", "B"),  # at the beginning, set off
        ("(B) a cat", "B"),
        ("B: it purrs", "B"),
        ("- B. a cat", "B"),
        ("It must be (B), since it purrs", "B"),  # in brackets
        ("(B), I think; yes, (B)", "B"),
    ],
)
def test_a_letter_is_read(answer: str, letter: str) -> None:
    assert extract_choice(answer, "ABCD") == letter


@pytest.mark.parametrize(
    "answer",
    [
        *("", " ", ".", "E", "BB", "x", "\ud800", "a b", "D-day", "A.B", "Because", "B is likely"),
        *("A dog is running", "the answer is a dog", "The answer is A dog", "I do not know"),
        *("A or B", "The answer is B or C", "Answer: A or B", "(A) and (B)", "(A), or rather (B)"),
        *("A. cat\nB. dog\nC. bird", "It is not (B)", "The answer isn't B", "The answer is not B"),
        *("The answer is A. The answer is B.", "Abc. Bcd."),
    ],
)
def test_no_letter_is_guessed(answer: str) -> None:
    assert extract_choice(answer, "ABCD") is None


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("a cat", "B"),
        ("A cat.", "B"),
        ("The cat!", "B"),
        ("B. a cat", "B"),
        ("B. a cat with a hat", "B"),
        ("B. a dog", None),  # the letter of one option and the text of another
        ("A dog", "A"),
        ("No", "D"),
        ("I do not know", None),  # "no" is a part of "not" and of "know", and no answer
        ("no way", None),
        ("north-east", None),
    ],
)
def test_the_text_of_an_option_is_read_whole_or_not_at_all(answer: str, letter: str | None) -> None:
    assert extract_choice(answer, OPTIONS) == letter


def test_two_options_of_one_text_are_no_choice() -> None:
    assert extract_choice("cat", {"A": "cat", "B": "Cat.", "C": "dog"}) is None


def test_an_answer_without_a_choice_is_wrong_and_reported() -> None:
    answers = ["(B)", "no idea", "C."]
    result = score("accuracy", [extract_choice(answer, "ABCD") for answer in answers], ["B", "B", "B"])
    assert (result.value, result.n_scored) == (1 / 3, 2)


@pytest.mark.parametrize("choices", ["", "AA", "A1", "aA", ["AB", "C"], {"": "x"}, {"yes": "x"}])
def test_what_are_no_choices(choices: object) -> None:
    with pytest.raises(InvalidInput, match="choices are different single letters such as 'ABCD'"):
        extract_choice("A", choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [None, 3, b"A", ["A"]])
def test_what_is_no_answer(answer: object) -> None:
    with pytest.raises(InvalidInput, match="an answer is a text, not"):
        extract_choice(answer, "ABCD")  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["answer is ", "(", "\n", "* ", "A.\n", "answer" + " " * 50])
def test_no_text_takes_long(part: str) -> None:
    assert extract_choice(part * (100_000 // len(part)), "BCD") is None
