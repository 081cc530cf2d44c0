"""Result files of other harnesses: hand-written in their layouts, read under a mapping, and refused by name."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import generallevel as gl
from generallevel.errors import (
    AmbiguousName,
    BadTable,
    DuplicateName,
    GeneralLevelError,
    InvalidInput,
    UnitMismatch,
    UnknownName,
    UnsafeFile,
)
from generallevel.tables.harnesses import read_lm_eval, read_lmms_eval, read_vlmevalkit

MATH = ("Math Word Problems", "exact_match,strict-match")


def lm(**changed: Any) -> dict[str, Any]:
    """What lm-evaluation-harness writes for a task, a task without a standard error, and a group of two."""
    return {
        "results": {
            "gsm8k": {
                "name": "gsm8k", "alias": "gsm8k", "sample_len": 1319,
                "exact_match,strict-match": 0.5125, "exact_match_stderr,strict-match": 0.0138,
                "exact_match,flexible-extract": 0.53, "exact_match_stderr,flexible-extract": 0.0137,
            },
            "wmt16": {"alias": "wmt16", "bleu,none": 31.5, "bleu_stderr,none": "N/A", "chrf,none": 55.0},
            "mmlu": {"alias": "mmlu", "acc,none": 0.61, "acc_stderr,none": 0.004, "sample_len": 300,
                     "sample_count": {"acc,none": 300}},
            "mmlu_law": {"alias": " - law", "acc,none": 0.6, "acc_stderr,none": 0.01},
            "mmlu_art": {"alias": " - art", "acc,none": 0.62, "acc_stderr,none": 0.01},
        },
        "groups": {"mmlu": {"alias": "mmlu", "acc,none": 0.61, "acc_stderr,none": 0.004}},
        "group_subtasks": {"mmlu": ["mmlu_law", "mmlu_art"], "gsm8k": []},
        "configs": {},
        "n-samples": {"gsm8k": {"original": 1319, "effective": 1319}, "wmt16": {"original": 3000, "effective": 100}},
        "model_name": "EleutherAI/pythia",
        **changed,
    }  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(document: Any, name: str = "results_2026.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        return path

    return write


# ----------------------------------------------------------------------------------------- lm-evaluation-harness


def test_the_scores_of_lm_eval(written: Callable[..., Path]) -> None:
    table = read_lm_eval(written(lm()), {"gsm8k": MATH, "wmt16": ("Translation", "bleu"), "mmlu": "Knowledge"})
    assert table.names == ("Math Word Problems", "Translation", "Knowledge")
    assert table.scores.tolist() == [0.5125, 31.5, 0.61]
    assert (table.model, table.source) == ("EleutherAI/pythia", "results_2026.json")
    assert dict(table.columns) == {
        "unit": ("fraction", "percent", "fraction"),
        "n": (1319, 3000, 300),
        "n_scored": (1319, 100, 300),  # under a limit; of a group what it says it was pooled over
        "standard_error": (0.0138, None, 0.004),
        "where": ("gsm8k, exact_match,strict-match", "wmt16, bleu,none", "mmlu, acc,none"),
    }


def test_a_level_from_lm_eval(written: Callable[..., Path]) -> None:
    target = "language.financial-sentiment-analysis"
    mapping = {"gsm8k": (target, MATH[1])}
    table = read_lm_eval(written(lm()), mapping, unmapped="ignore", model="mine")
    report = gl.compute_level(table)
    assert (report.model, report.supported) == ("mine", 1)
    assert [row["score"] for row in report.tasks if row["score"] is not None] == [51.25]


def test_the_layout_before_filters(written: Callable[..., Path]) -> None:
    old = {"results": {"arc": {"acc": 0.25, "acc_stderr": 0.01}}, "versions": {"arc": 0}}
    table = read_lm_eval(written(old), {"arc": "ARC"})
    assert table.scores.tolist() == [0.25]
    assert table.columns["standard_error"] == (0.01,)
    assert table.model is None


def test_several_metrics_need_a_choice(written: Callable[..., Path]) -> None:
    path = written(lm())
    with pytest.raises(
        AmbiguousName, match=r"no metric is chosen, and it has 'exact_match,strict-match', 'exact_match,f"
    ):
        read_lm_eval(path, {"gsm8k": "Math"}, unmapped="ignore")
    with pytest.raises(AmbiguousName, match="'exact_match' may mean several"):
        read_lm_eval(path, {"gsm8k": ("Math", "exact_match")}, unmapped="ignore")
    with pytest.raises(
        UnknownName, match=r"has no metric 'exact_mach,strict-match'.* Did you mean 'exact_match,strict-m"
    ):
        read_lm_eval(path, {"gsm8k": ("Math", "exact_mach,strict-match")}, unmapped="ignore")
    with pytest.raises(UnknownName, match=r"has no result 'gsm8'; it has 'mmlu'.* Did you mean 'gsm8k'"):
        read_lm_eval(path, {"gsm8": "Math"}, unmapped="ignore")


def test_tasks_that_are_not_mapped_are_listed(written: Callable[..., Path]) -> None:
    path = written(lm())
    with pytest.raises(InvalidInput, match="has 3 tasks that tasks= does not map: 'wmt16', 'mmlu_law', 'mmlu_art'"):
        read_lm_eval(path, {"gsm8k": MATH})
    assert len(read_lm_eval(path, {"gsm8k": MATH}, unmapped="ignore")) == 1
    with pytest.raises(InvalidInput, match="unmapped= is 'skip'; wanted 'error' or 'ignore'"):
        read_lm_eval(path, {"gsm8k": MATH}, unmapped="skip")  # type: ignore[arg-type]


@pytest.mark.parametrize("nothing", [math.nan, None, "N/A", "nan", ""])
def test_no_number_is_a_missing_score_with_its_reason(written: Callable[..., Path], nothing: Any) -> None:
    path = written({"results": {"a": {"f1,none": nothing, "f1_stderr,none": 0.1}}})
    table = read_lm_eval(path, {"a": "A"})
    assert np.isnan(table.scores).tolist() == [True]
    assert str(table.columns["reason"][0]).startswith("the harness gives no number")
    assert "standard_error" not in table.columns


def test_a_number_written_as_text_is_one(written: Callable[..., Path]) -> None:
    table = read_lm_eval(written({"results": {"a": {"acc,none": "0.5"}}}), {"a": "A"})
    assert table.scores.tolist() == [0.5]
    table = read_lm_eval(written({"results": {"a": {"word_perplexity,none": math.inf}}}), {"a": "A"}, unit="1")
    assert table.scores.tolist() == [math.inf]


def test_a_unit_is_said_or_known_and_never_guessed(written: Callable[..., Path]) -> None:
    path = written({"results": {"squad": {"f1,none": 81.0}}})
    with pytest.raises(InvalidInput, match=r"is 81\.0, in a unit that the file does not state"):
        read_lm_eval(path, {"squad": "QA"})
    assert read_lm_eval(path, {"squad": ("QA", "f1", "percent")}).columns["unit"] == ("percent",)
    assert read_lm_eval(path, {"squad": "QA"}, unit="percent").columns["unit"] == ("percent",)
    with pytest.raises(UnitMismatch, match="is 81, which is no fraction"):
        read_lm_eval(path, {"squad": ("QA", "f1", "fraction")})
    with pytest.raises(UnitMismatch, match="is 50, which is no fraction"):
        read_lm_eval(written({"results": {"a": {"acc,none": 50}}}), {"a": "A"})


def test_a_folder_is_its_one_result_file(written: Callable[..., Path], tmp_path: Path) -> None:
    written(lm(), "out/model/results_1.json")
    written(b"{}", "out/model/samples_gsm8k_1.jsonl")
    assert len(read_lm_eval(tmp_path / "out", {"gsm8k": MATH}, unmapped="ignore")) == 1
    written(lm(), "out/model/results_2.json")
    with pytest.raises(BadTable, match=r"it holds 'model/results_1\.json', 'model/results_2\.json'\. Name the file"):
        read_lm_eval(tmp_path / "out", {"gsm8k": MATH})
    (tmp_path / "none").mkdir()
    with pytest.raises(BadTable, match="it holds none"):
        read_lm_eval(tmp_path / "none", {"gsm8k": MATH})


@pytest.mark.parametrize(
    ("tasks", "error", "message"),
    [
        ({}, InvalidInput, "wanted a mapping such as"),
        (["gsm8k"], InvalidInput, "wanted a mapping such as"),
        ({"gsm8k": 7}, InvalidInput, "maps 'gsm8k' to 7; wanted the name of a task"),
        ({"gsm8k": ()}, InvalidInput, "wanted the name of a task"),
        ({"gsm8k": ("a", "b", "c", "d")}, InvalidInput, "wanted the name of a task"),
        ({"gsm8k": ("a", None)}, InvalidInput, "wanted the name of a task"),
        ({"gsm8k": " "}, InvalidInput, "wanted the name of a task"),
        ({"gsm8k": "a", "wmt16": "a"}, DuplicateName, "maps 'gsm8k' and 'wmt16' to one task, 'a'"),
    ],
)
def test_a_mapping_that_is_none(written: Callable[..., Path], tasks: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_lm_eval(written(lm()), tasks)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", BadTable, "is empty"),
        (b"{", BadTable, "is not JSON"),
        (b"[" * 100_000, BadTable, "nested too deep|is not JSON"),
        (b"[]", BadTable, "has no mapping 'results'"),
        (b'{"results": []}', BadTable, "has no mapping 'results'"),
        (b'{"results": {"gsm8k": [1]}}', BadTable, "for the results of 'gsm8k'; wanted a mapping"),
        (b'{"results": {"gsm8k": {"exact_match,strict-match": [1]}}}', BadTable, "which is not a number"),
        (b'{"results": {"gsm8k": {"exact_match,strict-match": true}}}', BadTable, "a truth value"),
        (b'{"results": {"gsm8k": {"exact_match,strict-match": 1e999}}}', BadTable, "beyond the largest float"),
        (b'{"results": {}, "results": {}}', DuplicateName, "gives 'results' twice"),
        (b'{"results": {"gsm8k": {}}}', UnknownName, "it has no number at all"),
        (b'\xff\xfe{"results"', BadTable, "looks like UTF-16"),
        (b'{"results": {"gsm8k": {"exact_match,strict-match": 0.5}}, "model_name": 7}', BadTable, "the model's name"),
        (
            b'{"results": {"gsm8k": {"exact_match,strict-match": 0.5, "exact_match_stderr,strict-match": -1}}}',
            BadTable, "standard_error",
        ),
    ],
)  # fmt: skip
def test_a_hostile_file_is_a_named_error(
    written: Callable[..., Path], content: bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        read_lm_eval(written(content), {"gsm8k": MATH})


def test_junk_beside_the_scores_does_no_harm(written: Callable[..., Path]) -> None:
    junk = {
        "n-samples": {"gsm8k": {"original": "many", "effective": True}}, "groups": [], "configs": 7,
        "group_subtasks": {"a": ["b"], "b": ["a", 7, "gsm8k"], "c": 7},
    }  # fmt: skip
    table = read_lm_eval(written(lm(**junk)), {"gsm8k": MATH}, unmapped="ignore")
    assert (table.columns["n"], table.columns["n_scored"]) == ((1319,), (1319,))


def test_a_file_that_is_too_large_is_refused(written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from generallevel.tables.harnesses import lm_eval

    monkeypatch.setattr(lm_eval, "MOST_BYTES", 100)
    with pytest.raises(UnsafeFile, match="is larger than"):
        read_lm_eval(written(lm()), {"gsm8k": MATH})


# --------------------------------------------------------------------------------------------------- lmms-eval


def lmms(**changed: Any) -> dict[str, Any]:
    """What lmms-eval writes: clustered errors, a score in percent, points, and a task for a server."""
    return {
        "results": {
            "gqa": {
                "alias": "gqa", "exact_match,none": 0.62, "samples": 500,
                "exact_match_stderr,none": 0.02, "exact_match_stderr_clt,none": 0.021,
                "exact_match_stderr_clustered,none": 0.03,
                "paired_baseline": "other", "paired_baseline_score": 60.0, "paired_ci_lower": -1.0,
            },
            "videomme": {
                "alias": "videomme", "videomme_perception_score,none": 55.2, "samples": 2700,
                "videomme_perception_score_stderr,none": "N/A", "videomme_perception_score_stderr_clt,none": 0.0096,
                "videomme_perception_score_stderr_clustered,none": 0.011,
            },
            "docvqa_test": {"alias": "docvqa_test", "submission,none": None, "submission_stderr,none": "N/A"},
            "both": {" ": " ", "alias": "both"},
        },
        "group_subtasks": {"both": ["gqa", "videomme"]},
        "configs": {"gqa": {"metric_list": [{"metric": "exact_match", "aggregation": "mean"}]}},
        "n-samples": {"gqa": {"original": 12578, "effective": 500}, "videomme": {"original": 2700, "effective": 0.1}},
        "model_name": "a/b",
        **changed,
    }  # fmt: skip


def test_the_scores_of_lmms_eval(written: Callable[..., Path]) -> None:
    mapping = {
        "gqa": "Reasoning",
        "videomme": ("Video QA", "videomme_perception_score", "percent"),
        "docvqa_test": ("Documents", "submission"),
    }
    table = read_lmms_eval(written(lmms(), "2026_results.json"), mapping)
    assert table.scores.tolist()[:2] == [0.62, 55.2]
    assert table.columns["unit"] == ("fraction", "percent", None)
    assert table.columns["standard_error"] == (0.03, None, None)  # of the items' fractions: not an error of percent
    assert table.columns["n"] == (12578, 2700, None)
    assert table.columns["n_scored"] == (500, 2700, None)
    assert table.columns["reason"] == (None, None, "the harness gives no number (None)")


def test_a_metric_of_lmms_eval_has_a_known_unit_only_where_it_is_a_plain_mean(written: Callable[..., Path]) -> None:
    path = written(lmms(configs={"gqa": {"metric_list": [{"metric": "exact_match", "aggregation": "<function f>"}]}}))
    with pytest.raises(InvalidInput, match="in a unit that the file does not state"):
        read_lmms_eval(path, {"gqa": "Reasoning"}, unmapped="ignore")
    with pytest.raises(InvalidInput, match="has 2 tasks that tasks= does not map: 'videomme', 'docvqa_test'"):
        read_lmms_eval(path, {"gqa": ("Reasoning", "exact_match", "fraction")})


# -------------------------------------------------------------------------------------------------- VLMEvalKit


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a model's run."""
    folder = tmp_path / "Qwen" / "T20260101_G1"
    folder.mkdir(parents=True)
    files = {
        "MMBench_DEV_EN_acc.csv": '"split","Overall","AR","none"\n"dev","0.75","0.7","0.6"\n',
        "SEEDBench_acc.csv": '"split","Overall"\n"none","0.7"\n"dev","0.65"\n',
        "MathVista_MINI_gpt-4_score.csv": '"Task&Skill","tot","acc"\n"Overall","1000","61.5"\n"algebra","281",""\n',
        "OCRBench_score.json": '{"Text Recognition": 250, "Final Score Norm": 82.1, "note": "x", "flag": true}',
        "COCO_VAL_score.json": '{"Bleu": [70.1, 53.5], "CIDEr": "95.2%"}',
        "notes.txt": "",
    }
    for name, content in files.items():
        (folder / f"Qwen_{name}" if name != "notes.txt" else folder / name).write_text(content, encoding="utf-8")
    return folder


ALL: dict[str, Any] = {
    "MMBench_DEV_EN": ("Images", "Overall", "fraction"),
    "SEEDBench": ("Scenes", "none/Overall", "fraction"),
    "MathVista_MINI_gpt-4": ("Maths", "Overall/acc", "percent"),
    "OCRBench": ("Text", "Final Score Norm", "percent"),
    "COCO_VAL": ("Captions", "Bleu/1", "percent"),
}


def test_the_scores_of_vlmevalkit(run: Path) -> None:
    table = read_vlmevalkit(run, ALL)
    assert table.model == "Qwen"
    assert dict(zip(table.names, table.scores.tolist(), strict=True)) == {
        "Images": 0.75, "Scenes": 0.7, "Maths": 61.5, "Text": 82.1, "Captions": 70.1,
    }  # fmt: skip
    assert table.columns["unit"] == ("fraction", "fraction", "percent", "percent", "percent")
    assert set(table.columns) == {"unit", "where"}
    assert table.columns["where"][0] == "Qwen_MMBench_DEV_EN_acc.csv, Overall"


def test_one_file_of_vlmevalkit(run: Path) -> None:
    table = read_vlmevalkit(run / "Qwen_SEEDBench_acc.csv", {"SEEDBench": ("Scenes", "dev/Overall")}, unit="fraction")
    assert table.scores.tolist() == [0.65]
    table = read_vlmevalkit(run / "Qwen_COCO_VAL_score.json", {"COCO_VAL": ("Captions", "CIDEr")})
    assert (table.scores.tolist(), table.columns["unit"]) == ([95.2], ("percent",))
    with pytest.raises(UnitMismatch, match="is written in percent, and the mapping says 'fraction'"):
        read_vlmevalkit(run / "Qwen_COCO_VAL_score.json", {"COCO_VAL": ("Captions", "CIDEr", "fraction")})
    table = read_vlmevalkit(run / "Qwen_MathVista_MINI_gpt-4_score.csv", {"MathVista_MINI_gpt-4": ("M", "algebra/acc")})
    assert table.columns["reason"] == ("the harness gives no number ('')",)


def test_what_of_vlmevalkit_needs_a_word(run: Path) -> None:
    with pytest.raises(InvalidInput, match="has 4 results that tasks= does not map: 'COCO_VAL', "):
        read_vlmevalkit(run, {"MMBench_DEV_EN": ALL["MMBench_DEV_EN"]})
    with pytest.raises(InvalidInput, match=r"is 0\.75, in a unit that the file does not state"):
        read_vlmevalkit(run, {"MMBench_DEV_EN": ("Images", "Overall")}, unmapped="ignore")
    with pytest.raises(AmbiguousName, match="no metric is chosen, and it has 'Overall', 'AR', 'none'"):
        read_vlmevalkit(run, {"MMBench_DEV_EN": "Images"}, unmapped="ignore", unit="fraction")
    with pytest.raises(UnitMismatch, match=r"is 61\.5, which is no fraction"):
        read_vlmevalkit(run, {"MathVista_MINI_gpt-4": ("Maths", "Overall/acc")}, unmapped="ignore", unit="fraction")
    with pytest.raises(UnknownName, match="has no result 'MMBench_DEV'"):
        read_vlmevalkit(run, {"MMBench_DEV": "Images"}, unmapped="ignore")
    with pytest.raises(UnknownName, match="has no metric 'Total'; it has 'Overall'"):
        read_vlmevalkit(run, {"MMBench_DEV_EN": ("Images", "Total")}, unmapped="ignore")


def test_two_files_of_one_name_are_told_apart_by_their_ending(run: Path) -> None:
    (run / "Qwen_OCRBench_acc.csv").write_text('"Overall"\n"0.5"\n', encoding="utf-8")
    with pytest.raises(AmbiguousName, match=r"has 2 results 'OCRBench': .* as in 'OCRBench_acc\.csv'"):
        read_vlmevalkit(run, {"OCRBench": ("Text", "Overall")}, unmapped="ignore")
    mapping = {"OCRBench_acc.csv": ("Text", "Overall", "fraction")}
    table = read_vlmevalkit(run, mapping, unmapped="ignore")
    assert table.scores.tolist() == [0.5]


def test_the_model_of_vlmevalkit(run: Path) -> None:
    (run / "Other_X_acc.csv").write_text('"Overall"\n"0.5"\n', encoding="utf-8")
    with pytest.raises(BadTable, match="which model the results in 'T20260101_G1' are of is not clear"):
        read_vlmevalkit(run, ALL)
    assert read_vlmevalkit(run, ALL, model="Qwen").model == "Qwen"
    with pytest.raises(BadTable, match="no result file in 'T20260101_G1' begins with 'Qwen2_'"):
        read_vlmevalkit(run, ALL, model="Qwen2")


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("acc.csv", "", BadTable, "is empty"),
        ("acc.csv", "Overall\n", BadTable, "has no row of numbers"),
        ("acc.csv", "a,b\n1\n", BadTable, "has 1 fields, the header 2"),
        ("acc.csv", 'a\n"1\n', BadTable, "is not readable as CSV"),
        ("acc.csv", "x,x\n1,2\n", DuplicateName, "has two numbers 'x'"),
        ("acc.csv", "k,x\na,1\na,2\n", DuplicateName, "has two numbers 'a/x'"),
        ("score.json", '{"x": 1, "x": 2}', DuplicateName, "gives 'x' twice"),
        ("score.json", "[" * 100_000, BadTable, "nested too deep|is not JSON"),
        ("score.json", "[" + "1," * 100_001 + "1]", BadTable, "holds more than 100,000 numbers"),
        ("score.json", "7", UnknownName, "it has no number at all"),
        ("score.json", '{"y": true}', UnknownName, "it has no number at all"),
    ],
)
def test_a_hostile_result_of_vlmevalkit(
    tmp_path: Path, name: str, content: str, error: type[Exception], message: str
) -> None:
    path = tmp_path / f"m_d_{name}"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=message):
        read_vlmevalkit(path, {"d": ("D", "x")}, model="m", unit="percent")


def test_what_is_no_result_of_vlmevalkit(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="holds no file that ends in"):
        read_vlmevalkit(tmp_path, ALL)
    with pytest.raises(BadTable, match="ends in none of"):
        read_vlmevalkit(tmp_path / "m_d.xlsx", ALL)
    with pytest.raises(BadTable, match="there is no file"):
        read_vlmevalkit(tmp_path / "m_d_acc.csv", {"d": "D"}, model="m")


def test_mutated_files_end_with_a_table_or_a_named_error(written: Callable[..., Path]) -> None:
    import random

    chance, whole = random.Random(5), json.dumps(lm()).encode()
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.choice(b'"[]{},:0-9eN\\\xff')
        path = written(bytes(content))
        for read in (read_lm_eval, read_lmms_eval):
            try:
                read(path, {"gsm8k": MATH}, unmapped="ignore")
            except GeneralLevelError:
                continue
