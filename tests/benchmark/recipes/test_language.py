"""The language recipes: every task through its readers, references by type, and what the released scorer computes."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from generallevel import Stream
from generallevel.benchmark import general_bench
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes.answers import CAPTION, LABELS
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.language import FORMATS, RELEASED_RULES, RULES
from generallevel.benchmark.recipes.language_fields import final_answer, programming_language, said_code
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.errors import InvalidInput
from generallevel.testing.synthetic import answers, language
from generallevel.testing.synthetic.reading import score_sample
from generallevel.testing.synthetic.sample import Order

BOOK = RecipeBook("general-bench", RULES)
OLD = RecipeBook("released", RELEASED_RULES)
TASKS = [task for task in general_bench().tasks if task.modality == "language"]
MAKERS = {**answers.MAKERS, **language.MAKERS}
HERE = Path.cwd()


def ordered(task, recipe, n):
    return Order(task, recipe, n, HERE, HERE, HERE, np.random.default_rng(1))


def made(order):
    format_name, metric = order.recipe.format.name, order.recipe.metric
    return MAKERS.get((format_name, metric), MAKERS.get(format_name))(order)


def item(output, prediction="x", kind="", given=None):
    files = Files(HERE, HERE)
    return Item("1", given, output, prediction, {"type": kind}, files, files)


@pytest.mark.parametrize("n", [1, 4, 7])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_every_task_scores_what_is_known(task, n):
    order = ordered(task, BOOK.of(task, {}), n)
    assert order.recipe.metric == task.metric
    sample = made(order)
    typed = BOOK.of(task, sample.header)  # what an evaluation of the files takes
    for recipe in (order.recipe, typed):
        best = score_sample(order, sample, recipe=recipe)
        assert best.value == pytest.approx(recipe.best, rel=sample.tolerance, abs=1e-12)
        assert best.n_scored == best.n_total == len(sample.items) == n
        worse = score_sample(order, sample, corrupted=True, recipe=recipe)
        assert worse.value == pytest.approx(sample.corrupted_value, rel=sample.tolerance, abs=1e-12)
        assert worse.n_scored == n
    assert sample.corrupted_value != order.recipe.best


def test_types_lead_to_the_recipe_that_the_files_need():
    for task in TASKS:
        sample = made(ordered(task, BOOK.of(task, {}), 1))
        assert sample.header["type"], task.id


@pytest.mark.parametrize("rule", RELEASED_RULES, ids=lambda rule: f"{rule.types[:1]}-{rule.recipe.metric}")
@pytest.mark.parametrize("n", [1, 5])
def test_every_released_rule_scores_what_is_known(rule, n):
    task = general_bench().resolve("language.truthful-question-answering")
    order = ordered(task, rule.recipe, n)
    sample = made(order)
    assert score_sample(order, sample).value == pytest.approx(rule.recipe.best, abs=1e-12)
    assert score_sample(order, sample, corrupted=True).value == pytest.approx(sample.corrupted_value, abs=1e-12)


def test_readers_and_rules_survive_a_pickle():
    assert pickle.loads(pickle.dumps(RULES)) == RULES
    assert pickle.loads(pickle.dumps(FORMATS)) == FORMATS


REFERENCES = [
    ("MultipleChoiceQA", {"answer": "B"}, "B"),
    ("OpenQA", {"answer": "Paris", "evidence": "page 3"}, "Paris"),
    ("OpenQA", {"answer": ["Paris", "the city"]}, ("Paris", "the city")),
    ("OpenQA", {"answer": 1923}, "1923"),
    ("Summarization", {"highlights": "h", "id": 3}, "h"),
    ("Summarization", {"summary": "s", "highlights": "h"}, "s"),
    ("Translation", "bonjour", "bonjour"),
    ("Translation", {"translation": "bonjour", "language": "fr"}, "bonjour"),
    ("Story Generation", {"story": "s", "title": "t"}, "s"),
    ("Dialogue", {"reference": "r", "speaker": "b"}, "r"),
    ("Code Generation", {"response": {"content": "x = 1", "language": "python"}}, "x = 1"),
    ("Code Repair", {"repairCode": "x = 1", "bug": "y"}, "x = 1"),
    ("Code Defect Detection", {"target": 1, "text": "a comment"}, "1"),
    ("Text to SQL", {"sql": "SELECT 1", "answer": "1"}, "SELECT 1"),
    ("Code Explanation", {"nl": "adds", "text": "code"}, "adds"),
    ("Proof", {"proof": {"steps": ["a", "b"], "conclusion": "c"}}, "a\nb\nConclusion: c"),
    ("Paraphrase Generation", {"paraphraseSentence": "p", "text": "o"}, "p"),
    ("Grammar Correction", {"Standard English": "g", "text": "o"}, "g"),
    ("Text Style Transfer", {"answer": "s", "text": "o"}, "s"),
    ("Table-to-Text Generation", {"response": {"text": "t"}, "text": "o"}, "t"),
    ("unheard of", {"only": "one"}, "one"),
]


@pytest.mark.parametrize(("kind", "output", "wanted"), REFERENCES)
def test_the_reference_stands_where_its_type_has_it(kind, output, wanted):
    reader = next(one for one in FORMATS if one.name == "typed answer").reference
    assert reader(item(output, kind=kind)) == wanted


def test_a_reference_that_is_nowhere_is_named():
    reader = next(one for one in FORMATS if one.name == "typed text").reference
    with pytest.raises(
        InvalidInput, match=r"the reference is not found in 'output', which holds 'a', 'b'; wanted one of answer"
    ):
        reader(item({"a": "x", "b": "y"}, kind="OpenQA"))
    with pytest.raises(InvalidInput, match=r"the reference is empty: 'output' is None"):
        reader(item(None))
    with pytest.raises(InvalidInput, match=r"the steps of a proof are a list of texts, not 'one'"):
        reader(item({"proof": {"steps": "one", "conclusion": "c"}}, kind="Proof"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("42", "42"),
        (" 42. ", "42"),
        ("$1,234.50$", "1234.5"),
        ("2 + 2 = 4, so \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"),
        ("First \\boxed{1}, then \\boxed{2}.", "2"),
        ("4 + 5 = 9\n#### 9", "9"),
        ("**The answer is 12.**\nDone.", "12"),
        ("Final answer: x = 3", "x = 3"),
        ("twelve", "twelve"),
        ("12 apples", "12 apples"),
        ("\\boxed{open", "open"),
    ],
)
def test_the_result_of_a_solution(text, wanted):
    assert final_answer(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = 1", "x = 1"),
        ("Sure:\n```python\nx = 1\n```\nDone.", "x = 1\n"),
        ("```\nx = 1\n```", "x = 1\n"),
        ("```x = 1```", "x = 1"),
        ("```a\n1\n```\nor\n```b\n2\n```", "```a\n1\n```\nor\n```b\n2\n```"),
    ],
)
def test_the_program_of_a_text(text, wanted):
    assert said_code(item("", text)) == wanted


def test_an_unknown_programming_language_is_named():
    assert [programming_language(one) for one in ("Py", "C++", "JavaScript", "Go")] == [
        "python",
        "cpp",
        "javascript",
        "go",
    ]
    with pytest.raises(
        InvalidInput, match=r"says the programming language 'pyton'; CodeBLEU reads python, java.*Did you mean"
    ):
        programming_language("pyton")


def test_translations_into_chinese_are_read_character_by_character():
    task = general_bench().resolve("language.english-chinese-translation")
    order = ordered(task, BOOK.of(task, {}), 1)
    sample = made(order)
    assert not sample.perfect[0]["prediction"].isascii()
    stream = Stream("rouge_1", variant="released")  # the released cut keeps nothing of it
    stream.add(sample.perfect[0]["prediction"], sample.items[0]["output"]["translation"])
    assert stream.value == 0


def released(kind, pairs):
    """The value of the released rule of a type on pairs of prediction and output."""
    recipe = OLD.of(TASKS[0], {"type": kind})
    stream = Stream(recipe.metric, variant=recipe.variant, **recipe.parameters({"type": kind}, {}))
    for prediction, output in pairs:
        one = item(output, prediction, kind)
        stream.add(recipe.format.prediction(one), recipe.format.reference(one))
    return recipe.metric, stream.value


# By hand; the released processor gives the same values on these items.
RELEASED = [
    ("MultipleChoiceQA", "accuracy", [(" B ", {"answer": "B"}), ("b", {"answer": "B"})], 1 / 2),
    # 2 common tokens of 3 and 2: 4 / 5; "the the" counts the common token once, of 2 and 2: 2 / 4
    (
        "OpenQA",
        "f1",
        [("the black cat", {"answer": "black cat"}), ("the the", {"answer": "the cat"})],
        (4 / 5 + 1 / 2) / 2,
    ),
    ("OpenQA", "f1", [("cat", {"answer": ["dog", "cat"]}), ("", {"answer": ""})], 1 / 2),
    # stems: cats = cat, running = run; 2 of 2 and 3: 4 / 5
    ("Summarization", "rouge_1", [("cats running", {"summary": "a cat runs"})], 4 / 5),
    ("Translation", "rouge_1", [("кошка", "кошка"), ("cat", {"translation": "cat"})], 1 / 2),
    # one of two words is right, and one word shorter than three: 1/2 * exp(1 - 3 / 2)
    ("Story Generation", "bleu_1", [("the cat", {"story": "the dog ran"})], math.exp(-1 / 2) / 2),
    ("Dialogue", "bleu_1", [("yes", {"reference": "yes"}), ("no", {"reference": "yes"})], 1 / 2),
    ("Code Defect Detection", "accuracy", [("1", {"target": 1}), ("0", {"target": "1"})], 1 / 2),
    ("Text to SQL", "accuracy", [("SELECT 1 ", {"sql": "SELECT 1"}), ("select 1", {"sql": "SELECT 1"})], 1 / 2),
    ("Mathematical Word Problem Solving", "accuracy", [("4", {"solution": {"final_answer": "4"}})], 1.0),
    ("Time Series", "mae", [(3.5, {"target": 3.0}), ("4", {"target": 5.0})], (1 / 2 + 1) / 2),
    ("classification", "micro_f1", [("positive", {"label": "Positive"}), ("Positive", {"label": "Positive"})], 1 / 2),
    # {a, b} against {a, c}, and the piece "b " that keeps its blank: TP 1, FP 1, FN 1
    ("ner", "micro_f1", [("a<p>b", {"entities": "A, C"})], 1 / 2),
    ("extraction", "micro_f1", [("a<p>b ", {"x": "a, b"}), ("b <p>a", {"x": "a, b"})], 2 * 3 / (2 * 3 + 1 + 1)),
    ("never heard of", "f1", [("a b", {"first": "a b", "second": "c"})], 1.0),
]


@pytest.mark.parametrize(("kind", "metric", "pairs", "value"), RELEASED)
def test_released_rules_compute_what_the_released_scorer_computes(kind, metric, pairs, value):
    assert released(kind, pairs) == (metric, pytest.approx(value, abs=1e-12))


def test_recipes_grades_are_no_better_than_the_catalogues():
    order = ("official", "inferred", "ours", "unresolved")
    worse = {
        task.id: BOOK.of(task, {}).grade
        for task in TASKS
        if order.index(BOOK.of(task, {}).grade) > order.index(task.protocol)
    }
    assert worse == {
        "language.mathematical-word-problem-solving": "inferred",
        "language.multilingual-question-answering": "ours",
    }


def test_ten_thousand_items_are_one_call_of_each_reader():
    task = general_bench().resolve("language.scientific-ner")
    sample = made(ordered(task, BOOK.of(task, {}), 10_000))
    assert len(sample.items) == 10_000
    assert LABELS.prediction(item("", sample.perfect[0]["prediction"])) == LABELS.reference(
        item(sample.items[0]["output"])
    )
    assert Recipe("bleu_1", CAPTION).best == 1.0
