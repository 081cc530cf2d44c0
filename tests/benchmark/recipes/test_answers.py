"""The shared formats of answers: what is read, what is refused, and what their synthetic tasks score."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from generallevel.benchmark import general_bench
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes import answers as read
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.errors import GeneralLevelError, ImpossibleValue, InvalidInput
from generallevel.testing.synthetic.answers import MAKERS
from generallevel.testing.synthetic.reading import score_sample
from generallevel.testing.synthetic.sample import Order

HERE = Path.cwd()
TASK = general_bench().resolve("image.comprehension.human-action-recognition")
FILES = Files(HERE, HERE)


def item(prediction=None, output="x", given=None, **header):
    return Item("1", given, output, prediction, header, FILES, FILES)


def order(recipe, n, task=TASK):
    return Order(task, recipe, n, HERE, HERE, HERE, np.random.default_rng(2))


RECIPES = [
    Recipe("accuracy", read.TEXT),
    Recipe("accuracy", read.TEXT, params={"fold_case": True, "space": "strip"}),
    Recipe("exact_match", read.TEXT),
    Recipe("exact_match", read.TEXT, "sqa3d"),
    Recipe("anls", read.TEXT),
    Recipe("f1", read.TEXT, "squad"),
    Recipe("f1", read.TEXT, "weighted"),
    Recipe("f1", read.TEXT, "macro"),
    Recipe("macro_accuracy", read.TEXT),
    Recipe("macro_f1", read.TEXT),
    Recipe("weighted_f1", read.TEXT),
    Recipe("bleu_1", read.CAPTION),
    Recipe("bleu_1", read.CAPTION, "corpus"),
    Recipe("bleu_1", read.CAPTION, "released_video"),
    Recipe("bleu_4", read.CAPTION),
    Recipe("bleu_4", read.CAPTION, "corpus"),
    Recipe("rouge_1", read.CAPTION),
    Recipe("rouge_l", read.CAPTION, "released"),
    Recipe("cider", read.CAPTION),
    Recipe("cider", read.CAPTION, "released_video"),
    Recipe("accuracy", read.CHOICE),
    Recipe("accuracy", read.YES_NO),
    Recipe("mae", read.NUMBER),
    Recipe("mae", read.NUMBER, params={"find": True}),
    Recipe("rmse", read.NUMBER, params={"find": True}),
    Recipe("mean_squared_error", read.NUMBER),
    Recipe("rmse", read.SERIES),
    Recipe("rmse", read.SERIES, "mean"),
    Recipe("mae", read.SERIES),
    Recipe("micro_f1", read.LABEL),
    Recipe("micro_f1", read.LABEL_CHOICE),
    Recipe("micro_f1", read.LABELS),
    Recipe("f1", read.LABELS, "entities"),
    Recipe("mos", read.RATINGS, ratings=read.rated),
    Recipe("gpt_score", read.RATINGS, ratings=read.rated),
]


@pytest.mark.parametrize("n", [1, 2, 4, 9])
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: f"{one.format.name}-{one.metric}-{one.variant}")
def test_the_synthetic_tasks_score_what_is_known(recipe, n):
    asked = order(recipe, n)
    sample = MAKERS[recipe.format.name](asked)
    assert len(sample.items) == (max(n, 2) if recipe.metric == "cider" else n)
    assert score_sample(asked, sample).value == pytest.approx(recipe.best, rel=1e-9, abs=1e-12)
    worse = score_sample(asked, sample, corrupted=True)
    assert worse.value == pytest.approx(sample.corrupted_value, rel=1e-9, abs=1e-12)
    assert worse.n_scored == len(sample.items)
    assert sample.corrupted_value != recipe.best


def test_every_format_has_a_maker_and_survives_a_pickle():
    assert {one.name for one in read.FORMATS} == set(MAKERS)
    assert len({one.name for one in read.FORMATS}) == len(read.FORMATS)
    assert pickle.loads(pickle.dumps(read.FORMATS)) == read.FORMATS


HOSTILE = [[], {}, ["a"], {"a": 1}, True, False, [[1]], {"text": "a"}]


@pytest.mark.parametrize("said", HOSTILE, ids=repr)
@pytest.mark.parametrize("name", ["text", "caption", "number", "choice", "label of a choice"])
def test_what_is_no_text_is_refused_by_name(name, said):
    reader = next(one for one in read.FORMATS if one.name == name).prediction
    with pytest.raises(InvalidInput, match=r"the prediction is .* \((a list|an object|a truth value)\); wanted a text"):
        reader(item(said, "B"))


def test_a_number_is_a_short_answer_and_no_prose():
    assert read.TEXT.prediction(item(3)) == "3"
    assert read.TEXT.reference(item(output=3)) == "3"
    assert read.TEXT.prediction(item(2.5)) == "2.5"
    assert read.LABEL.prediction(item(7)) == ["7"]
    with pytest.raises(InvalidInput, match=r"the prediction is 3 \(a number\); wanted a text in quotation marks"):
        read.CAPTION.prediction(item(3))
    with pytest.raises(InvalidInput, match=r"the prediction is null|None \(null\)"):
        read.CAPTION.prediction(item(None))


def test_damaged_and_endless_texts_are_refused():
    with pytest.raises(InvalidInput, match=r"half a character, a lone surrogate"):
        read.TEXT.prediction(item("a\ud83d"))
    with pytest.raises(ImpossibleValue, match=r"the prediction has 1000001 characters; at most 1000000 are read"):
        read.CAPTION.prediction(item("a" * 1_000_001))
    with pytest.raises(ImpossibleValue, match=r"a whole number too large"):
        read.NUMBER.prediction(item(10**400))
    with pytest.raises(ImpossibleValue, match=r"a whole number too large"):
        read.rated(item({"ratings": 10**400}))


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("cat", "cat"),
        (["cat", "a cat"], ("cat", "a cat")),
        ({"answer": "cat", "explanation": "it purrs"}, "cat"),
        ({"captions": ["a", "b"], "image": "1.png"}, ("a", "b")),
        ({"unheard of": "cat"}, "cat"),
        ({"label": None, "text": "cat"}, "cat"),
        ({"count": 12, "unit": "birds"}, "12"),
    ],
)
def test_references_stand_alone_or_under_a_key(output, wanted):
    assert read.TEXT.reference(item(output=output)) == wanted


@pytest.mark.parametrize("output", [None, [], {}, {"label": None}])
def test_an_item_without_a_reference_is_the_owners_slip(output):
    with pytest.raises(InvalidInput, match=r"the reference is empty|is not found in 'output', which holds nothing"):
        read.TEXT.reference(item(output=output))


OPTIONS = {"options": ["a dog", "a cat", "a cow"]}
CHOICES = [
    ("B", "B", OPTIONS, "B"),
    ("(b)", "B", OPTIONS, "B"),
    ("The answer is B.", "B", OPTIONS, "B"),
    ("A cat!", "B", OPTIONS, "B"),
    ("B. a cat", "B", OPTIONS, "B"),
    ("C", "a cat", OPTIONS, "C"),
    ("b", "(B) a cat", {"choices": {"a": "a dog", "b": "a cat"}}, "B"),
    ("C. a cow", "C", {"options": ["A. a dog", "B. a cat", "C. a cow"]}, "C"),
    ("D", "D", None, "D"),
    ("答案是C", "C", None, "C"),
    ("2", "1", {"options": ["1", "2"]}, "B"),
    ("red", "red", None, "red"),
    ("reddish", "red", None, "reddish"),
    ("ABD", "ABD", None, "ABD"),
    ("D, A and B", "ABD", None, "ABD"),
    ("The answers are A and C.", ["A", "C"], None, None),
    ("正确答案\uff1aA、C", "AC", None, "AC"),
]


@pytest.mark.parametrize(("said", "output", "given", "wanted"), CHOICES, ids=lambda one: repr(one)[:30])
def test_choices_are_read_out_of_free_text(said, output, given, wanted):
    one = item(said, {"answer": output}, given)
    if wanted is None:  # each of the two would be right alone, and both at once are not one choice
        with pytest.raises(InvalidInput, match=r"names none of the choices ABCDEFGH, or more than are asked for"):
            read.CHOICE.prediction(one)
    else:
        assert read.CHOICE.prediction(one) == wanted


@pytest.mark.parametrize("said", ["I do not know", "Either A or B", "none of them", "A dog and a cat", "E", ""])
def test_an_answer_without_a_choice_is_none(said):
    with pytest.raises(InvalidInput, match=r"names none of the choices ABC, or more than are asked for"):
        read.CHOICE.prediction(item(said, "B", OPTIONS))


def test_references_of_choices_are_letters():
    assert read.CHOICE.reference(item(output="a cat", given=OPTIONS)) == "B"
    assert read.CHOICE.reference(item(output="C, A", given=OPTIONS)) == "AC"
    assert read.CHOICE.reference(item(output=["A", "a cow"], given=OPTIONS)) == ("A", "C")
    assert read.CHOICE.reference(item(output="bad")) == "bad"  # a word, and no three letters
    assert read.CHOICE.reference(item(output="B", choices=["x", "y"])) == "B"  # beside the data


@pytest.mark.parametrize("options", ["AB", 3, ["x"] * 27, {"AB": "x"}, {"1": "x"}])
def test_odd_options_are_named(options):
    with pytest.raises(
        InvalidInput, match=r"the options of a question are a list of up to 26 texts, or an object of letters"
    ):
        read.CHOICE.reference(item(output="A", given={"options": options}))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        *(("yes", "yes"), ("No.", "no"), ("**Yes**", "yes"), ("Yes, there is.", "yes"), ("no - never", "no")),
        *((1, "yes"), (0, "no"), ("1", "yes"), ("True", "yes"), ("The answer is: no.", "no"), (True, "yes")),
        *(("I do not know", None), ("No idea", None), ("nothing", None), ("Yesterday", None), ("", None), (2, None)),
        *((["yes"], None), ("maybe yes", None)),
    ],
)
def test_yes_and_no_are_words_that_stand_alone(said, wanted):
    if wanted is None:
        with pytest.raises(InvalidInput, match=r"neither yes nor no|wanted a text"):
            read.YES_NO.prediction(item(said))
    else:
        assert read.YES_NO.prediction(item(said)) == wanted


def test_numbers_come_as_numbers_and_as_texts():
    assert read.NUMBER.prediction(item(12)) == 12.0
    assert read.NUMBER.prediction(item("I count 12.")) == "I count 12."  # the metric reads it, or not
    assert read.NUMBER.reference(item(output={"count": "1,234"})) == 1234.0
    with pytest.raises(InvalidInput, match=r"the reference 'twelve' is no number"):
        read.NUMBER.reference(item(output="twelve"))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        *((3, 3.0), ("3.5", 3.5), ([1, "2"], [1.0, 2.0]), ("[1, 2.5, -3]", [1.0, 2.5, -3.0]), ("1,234", 1234.0)),
        *(("1; 2", [1.0, 2.0]), ("1,2,3", [1.0, 2.0, 3.0])),
    ],
)
def test_series_come_as_lists_and_as_texts(said, wanted):
    assert read.SERIES.prediction(item(said)) == wanted


@pytest.mark.parametrize("said", ["1, x", "about 3", [1, [2]], [True], {"a": 1}, None])
def test_what_is_no_series_is_refused(said):
    with pytest.raises(InvalidInput, match=r"is no number|wanted a text"):
        read.SERIES.prediction(item(said))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("a<p>b", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("1,2-dichloroethane, water", ["1,2-dichloroethane", "water"]),
        ("a, b<p>c", ["a, b", "c"]),
        (["a", " b "], ["a", "b"]),
        ([["PER", 0, 2]], [("PER", "0", "2")]),
        ([{"type": "PER", "text": "Ann"}], [("Ann", "PER")]),
        ({"PER": ["Ann", "Bob"], "LOC": "Rome"}, [("PER", "Ann"), ("PER", "Bob"), ("LOC", "Rome")]),
        ("", []),
        ([], []),
        (" <p> ", []),
    ],
)
def test_labels_come_as_lists_and_as_texts(said, wanted):
    assert read.LABELS.prediction(item(said)) == wanted
    assert read.LABELS.reference(item(output={"entities": said, "text": "other"})) == wanted


def test_what_is_no_label_is_refused():
    with pytest.raises(InvalidInput, match=r"the prediction is None \(null\); wanted a text"):
        read.LABELS.prediction(item([None]))
    with pytest.raises(InvalidInput, match=r"the prediction is True \(a truth value\)"):
        read.LABEL.prediction(item(True))
    with pytest.raises(InvalidInput, match=r"the prediction is \['a', 'b'\] \(a list\)"):
        read.LABEL.prediction(item(["a", "b"]))
    assert read.LABEL.prediction(item(["a"])) == ["a"]


def test_a_text_that_names_no_letter_is_a_wrong_label_and_no_silence():
    one = item("Either A or B", {"answer": "A"})
    assert read.LABEL_CHOICE.prediction(one) == ["Either A or B"]
    assert read.LABEL_CHOICE.prediction(item("(A) because", {"answer": "A"})) == ["A"]


def test_the_first_value_is_the_label_whatever_its_key():
    assert read.LABEL.reference(item(output={"polarity": "good", "label": "other"})) == ["good"]
    assert read.LabelReference(("label",))(item(output={"polarity": "good", "label": "other"})) == ["other"]


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        *(({"ratings": [4, 5]}, [4, 5]), ({"rating": 3}, 3), ({"ratings": {"ann": 4}}, {"ann": 4})),
        *(({"accepted": True, "judge": "a model"}, True), ({"score": 0.5, "why": "x"}, 0.5)),
    ],
)
def test_ratings_stand_under_one_of_five_keys(entry, wanted):
    assert read.rated(item(entry)) == wanted


@pytest.mark.parametrize(
    "entry", [{"ratings": "5"}, {"ratings": [None]}, {"ratings": [[5]]}, {"a": 1, "b": 2}, None, {}]
)
def test_what_is_no_rating_is_refused(entry):
    with pytest.raises(
        InvalidInput, match=r"a rating is a number, or true or false, not|the rating is (empty|not found)"
    ):
        read.rated(item(entry))


def test_no_prediction_whatever_is_another_error_than_ours():
    odd = [
        None,
        True,
        1.5,
        10**400,
        "",
        "\ud800",
        [],
        {},
        [None],
        [[[]]],
        {"a": {"b": []}},
        "x" * 5,
        "A" * 2000,
        math.pi,
    ]
    for one in read.FORMATS:
        for said in odd:
            try:
                one.prediction(item(said, "B"))
            except GeneralLevelError:
                continue


def test_ten_thousand_items_are_made_and_read_at_once():
    for name, metric in (("choice", "accuracy"), ("labels", "micro_f1"), ("caption", "bleu_1")):
        recipe = Recipe(metric, next(one for one in read.FORMATS if one.name == name))
        asked = order(recipe, 10_000)
        sample = MAKERS[name](asked)
        assert score_sample(asked, sample).value == pytest.approx(recipe.best)
