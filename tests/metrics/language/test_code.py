"""CodeBLEU: its four parts, broken programs, programs without a data flow, languages, errors."""

import math
import subprocess
import sys

import pytest

from generallevel._kernels import programs
from generallevel._kernels.data_flow import data_flow
from generallevel._kernels.grammars import GRAMMARS
from generallevel._kernels.programs import parsed, subtrees
from generallevel.errors import InvalidInput, MissingExtra, UndefinedScore
from generallevel.metrics.language.code import CodeCounts, code_bleu
from generallevel.scoring import Stream, score

SUM = {
    "python": ("def f(a, b):\n    c = a + b\n    return c\n", "def g(x, y):\n    z = x + y\n    return z\n"),
    "java": ("class A { int f(int a, int b) { int c = a + b; return c; } }",
             "class A { int g(int x, int y) { int z = x + y; return z; } }"),
    "javascript": ("function f(a, b) { let c = a + b; return c; }", "function g(x, y) { let z = x + y; return z; }"),
    "c": ("int f(int a, int b) { int c = a + b; return c; }", "int g(int x, int y) { int z = x + y; return z; }"),
    "cpp": ("int f(int a, int b) { int c = a + b; return c; }", "int g(int x, int y) { int z = x + y; return z; }"),
    "go": ("package p\nfunc f(a, b int) int {\n c := a + b\n return c\n}\n",
           "package p\nfunc g(x, y int) int {\n z := x + y\n return z\n}\n"),
}  # fmt: skip


def parts(pred: str, ref: str, language: str = "python", **params: object) -> dict[str, float]:
    found = code_bleu(pred, ref, language=language, pooled=True, **params)
    assert isinstance(found, CodeCounts)
    return found.parts


@pytest.mark.parametrize("language", SUM)
def test_other_names_are_the_same_syntax_and_data_flow(language: str) -> None:
    one, other = SUM[language]
    assert code_bleu(one, one, language=language).value == pytest.approx(1, abs=1e-12)
    found = parts(one, other, language)
    assert (found["syntax"], found["data_flow"]) == (1, 1)
    assert found["ngrams"] < 1


@pytest.mark.parametrize("language", SUM)
def test_another_source_is_another_data_flow(language: str) -> None:
    one, _ = SUM[language]
    found = parts(one.replace("= a + b", "= a + a"), one, language)
    assert found["syntax"] == 1
    assert 0 < found["data_flow"] < 1


def test_the_value_is_the_weighted_mean_of_the_parts() -> None:
    one, other = SUM["python"]
    found = parts(one, other)
    assert code_bleu(one, other, language="python").value == pytest.approx(sum(found.values()) / 4, abs=1e-12)
    weighted = code_bleu(one, other, language="python", weights=(1, 0, 0, 3)).value
    assert weighted == pytest.approx((found["ngrams"] + 3 * found["data_flow"]) / 4, abs=1e-12)


def test_keywords_count_five_times() -> None:
    # Of "return", "if" (1 each), "x", "y", "z" (0.2 each) the keywords are right, or the names.
    ref = "return if x y z"
    assert parts("return if a b c", ref)["keywords"] == pytest.approx(
        (2 / 2.6 * 1 / 4 * 0.1 / 3 * 0.1 / 2) ** (1 / 4), abs=1e-12
    )
    assert parts("while for x y z", ref)["keywords"] == pytest.approx(
        (0.6 / 2.6 * 2 / 4 * 1 / 3 * 0.1 / 2) ** (1 / 4), abs=1e-12
    )


def test_one_subtree_accounts_for_one_and_by_the_authors_program_for_all() -> None:
    ref = "a = 1\nb = 2\nc = 3\n"  # a module, three statements and three assignments
    assert parts("a = 1\n", ref)["syntax"] == 2 / 7
    assert parts("a = 1\n", ref, clipped=False)["syntax"] == 6 / 7


def test_a_program_that_does_not_compile_is_scored_by_its_parts() -> None:
    one, _ = SUM["python"]
    broken = one.replace("return c", "return c)")
    found = parts(broken, one)
    assert 0 < found["syntax"] < 1
    assert 0 < found["data_flow"] <= 1
    assert 0.3 < code_bleu(broken, one, language="python").value < 1


def test_no_match_of_the_data_flow_is_zero_and_by_the_defect_one() -> None:
    ref, pred = "x = 1\ny = x\nz = y\n", "f(1, 2)\n"
    assert parts(pred, ref)["data_flow"] == 0
    plain = code_bleu(pred, ref, language="python").value
    defect = code_bleu(pred, ref, language="python", zero_flow_as_one=True).value
    assert defect == pytest.approx(plain + 1 / 4, abs=1e-12)


def test_a_reference_without_a_data_flow_leaves_that_part_out() -> None:
    assert math.isnan(parts("pass\n" * 5, "pass\n" * 5)["data_flow"])
    assert code_bleu("pass\n" * 5, "pass\n" * 5, language="python").value == pytest.approx(1, abs=1e-12)
    with pytest.raises(UndefinedScore, match="no data flow"):
        code_bleu("pass", "pass", language="python", weights=(0, 0, 0, 1))


def test_comments_and_documentation_are_no_syntax() -> None:
    one, _ = SUM["python"]
    noted = one.replace("    c =", '    """Adds."""\n    # c\n    c =')
    assert parts(noted, one)["syntax"] == parts(noted, one)["data_flow"] == 1
    one, _ = SUM["c"]
    assert parts(one.replace("{", "{ /* a */ // b\n"), one, "c")["syntax"] == 1


@pytest.mark.parametrize(
    ("pred", "ref", "value"),
    [("", "x = 1\ny = x\n", 0), ("x = 1", "", 0), ("", "", 0), ("x", "  \n", 0)],
)
def test_empty_programs(pred: str, ref: str, value: float) -> None:
    assert code_bleu(pred, ref, language="python").value == value
    assert code_bleu(pred, ref, language="python", pooled=True).value == value


@pytest.mark.parametrize("text", ["\ud800", "👩‍🚀 = 猫", "...", "?!", "x", "\x00\x01", "'" * 7, "]" * 50])
@pytest.mark.parametrize("language", SUM)
def test_hard_texts(text: str, language: str) -> None:
    one, _ = SUM[language]
    for pred, ref in ((text, text), (text, one), (one, text)):
        assert 0 <= code_bleu(pred, ref, language=language).value <= 1


@pytest.mark.parametrize(
    "text", ["x = 1\n" * 3000, "(" * 20_000, "if (a) {" * 3000, "while (a) {" * 2000, "a = " * 5000]
)
@pytest.mark.parametrize("language", ["python", "c"])
def test_long_and_deep_programs(text: str, language: str) -> None:
    found = parts(text, text, language)
    assert found["syntax"] == 1
    assert found["data_flow"] == 1 or math.isnan(found["data_flow"])


def test_the_best_of_several_references_counts() -> None:
    one, other = SUM["c"]
    assert code_bleu(one, (other, one, ""), language="c").value == pytest.approx(1, abs=1e-12)


def test_pooled_programs_have_one_formula() -> None:
    preds, refs = [SUM["c"][0], "int x;"], [SUM["c"][1], SUM["c"][0]]
    result = score("code_bleu", preds, refs, variant="corpus", language="c")
    tallies = [code_bleu(p, r, language="c", pooled=True) for p, r in zip(preds, refs, strict=True)]
    assert result.tally == tallies[0] + tallies[1]
    trees = [tally.counts[18:20] for tally in tallies]
    assert result.tally.parts["syntax"] == sum(t for t, _ in trees) / sum(n for _, n in trees)
    halves = [Stream("code_bleu", variant="corpus", language="c") for _ in range(2)]
    for stream, pred, ref in zip(halves, preds, refs, strict=True):
        stream.add(pred, ref)
    assert (halves[0] + halves[1]).value == result.value
    with pytest.raises(InvalidInput, match="do not add"):
        tallies[0] + code_bleu("x", "x", language="c", pooled=True, weights=(1, 0, 0, 0))
    with pytest.raises(UndefinedScore, match="no program"):
        _ = CodeCounts.empty().value


def test_the_released_variant_reads_everything_as_python() -> None:
    one, _ = SUM["java"]
    released = score("code_bleu", [one], [one], variant="released")
    assert "language:python" in released.signature
    assert released.value == code_bleu(one, one, language="python", clipped=False, zero_flow_as_one=True).value


# ------------------------------------------------------------------------------------------------ the data flow


def flow(source: str, language: str = "python") -> list[tuple[int, str, tuple[int, ...]]]:
    return sorted(data_flow(parsed(source, language), GRAMMARS[language]).elements())


def test_a_value_comes_from_what_is_assigned() -> None:
    # y computed from x and 1; x is first seen on the right.
    assert flow("y = x + 1") == [(0, "comes from", ()), (1, "comes from", ()), (2, "computed from", (0, 1))]


def test_a_branch_leaves_either_value() -> None:
    either = flow("x = 1\nif a:\n    x = 2\ny = x\n")
    assert len([edge for edge in either if edge[1] == "computed from"]) == 3
    # All three targets take part: y comes from x, which is either 1 or 2.
    only = flow("x = 1\nx = 2\ny = x\n")
    assert len(either) == len(only)


def test_the_end_of_a_loop_reaches_its_beginning() -> None:
    assert (0, "comes from", (0,)) in flow("while a:\n    f(x)\n    x = a\n")
    once = flow("f(x)\nx = a\n")
    assert len([edge for edge in once if edge[1] == "comes from" and edge[2]]) == 0


def test_names_do_not_matter() -> None:
    one = "def f(a):\n    b = a\n    return b\n"
    assert flow(one) == flow(one.replace("a", "c").replace("b", "d"))
    assert flow("a, b = b, a") != flow("a, b = a, b")


def test_shapes_of_subtrees() -> None:
    known: dict[object, int] = {}
    one, other, third = (subtrees(parsed(text, "python"), known) for text in ("x = 1", "y = 2", "x = y"))
    assert one == other
    assert one != third
    assert subtrees(parsed("", "python"), known) == []


# ---------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"language": "pyhton"}, "Did you mean 'python'"),
        ({"language": "python", "weights": (1, 1, 1)}, "wanted four numbers"),
        ({"language": "python", "weights": (0, 0, 0, 0)}, "not all 0"),
        ({"language": "python", "weights": (1, -1, 1, 1)}, "from 0 up"),
        ({"language": "python", "weights": (1, math.nan, 1, 1)}, "from 0 up"),
    ],
)
def test_settings_that_are_wrong(params: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        code_bleu("x", "x", **params)


def test_the_language_must_be_said() -> None:
    with pytest.raises(InvalidInput, match=r"needs language="):
        score("code_bleu", ["x"], ["x"])


@pytest.mark.parametrize(("pred", "ref"), [(None, "x"), ("x", ["x"]), (b"x", "x"), ("x", ())])
def test_what_is_no_program(pred: object, ref: object) -> None:
    with pytest.raises(InvalidInput, match=r"wanted a text|without a reference"):
        code_bleu(pred, ref, language="python")


def test_a_missing_grammar_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    programs._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter_java", None)
    with pytest.raises(
        MissingExtra, match=r"needs tree-sitter and tree-sitter-java: pip install 'generallevel\[code\]'"
    ):
        code_bleu("x", "x", language="java")
    programs._parser.cache_clear()


def test_the_value_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from generallevel.metrics.language.code import code_bleu;"
        "print(code_bleu('x = a + b + c\\ny = x + a', 'x = a + b\\ny = b + x + c', language='python').value)"
    )
    values = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(values) == 1
