"""The console command: each subcommand, its formats and its exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import generallevel
from generallevel.cli import main
from generallevel.testing.synthetic import SyntheticBench, write_general_bench

DERAINING = "image.generation.image-deraining"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(f"task,score\n{DERAINING},41.2\nSports Image Classification,72.8\n", encoding="utf-8")
    return path


def test_level_prints_the_report(table: Path) -> None:
    done = run("level", table)
    assert done.exit_code == 0
    assert "Level 4 (synergy across comprehension and generation)" in done.output
    assert done.output.strip() == str(generallevel.compute_level(table))


def test_level_as_json_is_the_report(table: Path) -> None:
    done = run("level", table, "--format", "json", "--reference", "paper-v1", "--scope", "B:image")
    assert json.loads(done.output) == json.loads(
        generallevel.compute_level(table, references="paper-v1", scope="B:image").to_json()
    )


def test_level_as_markdown(table: Path) -> None:
    assert "| Level-2 |" in run("level", table, "--format", "markdown").output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("task,score\nImage Derainingg,41.2\n", "Did you mean 'Image Deraining'"),
        ("task,score\nAudioCaps,41.2\n", "is the name of 2 tasks"),
        ("task,score\nImage Deraining,nan\n", "NaN"),
        ("", "empty"),
    ],
)
def test_unusable_input_is_one_message_and_exit_code_2(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    done = run("level", path)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert says in done.stderr
    assert "Traceback" not in done.output


def test_a_missing_file_is_exit_code_2(tmp_path: Path) -> None:
    assert run("level", tmp_path / "nowhere.csv").exit_code == 2


def test_lint_has_exit_code_1_for_errors_only(table: Path, tmp_path: Path) -> None:
    assert run("lint", table).exit_code == 0
    bad = tmp_path / "bad.csv"
    bad.write_text("task,score\nnowhere,1\n", encoding="utf-8")
    done = run("lint", bad)
    assert done.exit_code == 1
    assert "[unknown-task]" in done.output
    (finding,) = json.loads(run("lint", bad, "--format", "json").output)
    assert finding["code"] == "unknown-task"


def test_level_has_exit_code_1_for_a_finding_of_severity_error(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(f"task,score,metric\n{DERAINING},41.2,FID\n", encoding="utf-8")
    done = run("level", path)
    assert done.exit_code == 1
    assert "[metric-mismatch]" in done.output


def test_tasks_filters(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("tasks", "--modality", "audio", "--format", "csv").output)))
    assert len(rows) == 44
    assert {row["id"].split(".")[0] for row in rows} == {"audio"}
    assert json.loads(run("tasks", "--metric", "psnr", "--format", "json").output)[0]["metric"] == "psnr"
    assert run("tasks", "--modality", "smell").exit_code == 2


def test_metrics_lists_all_and_filters() -> None:
    rows = list(csv.DictReader(io.StringIO(run("metrics", "--format", "csv").output)))
    assert len(rows) == len(generallevel.list_metrics())
    computable = list(csv.DictReader(io.StringIO(run("metrics", "--computable", "--format", "csv").output)))
    assert {row["computable"] for row in computable} == {"yes"}
    assert "psnr" in run("metrics").output


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx"])
def test_a_template_can_be_read_again(tmp_path: Path, suffix: str) -> None:
    if suffix == ".xlsx":
        pytest.importorskip("xlsxwriter")
    path = tmp_path / f"empty{suffix}"
    assert run("template", path, "--model", "mine").exit_code == 0
    report = generallevel.compute_level(path, model="mine")
    assert (report.level, report.supported, report.total) == (1, 0, 699)


def test_a_template_on_the_terminal_is_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(run("template", "--scope", "C:audio.generation").output)))
    assert len(rows) == 20
    assert {row["score"] for row in rows} == {""}


def test_demo_prints_ours_beside_the_published_levels() -> None:
    done = run("demo")
    assert done.exit_code == 0
    assert "19.67 / 19.67" in done.output
    assert "14.51 / 14.51" in done.output
    for (model, modality), cell in generallevel.published().items():
        ours = generallevel.compute_level(cell.scores, references="paper-v1").modalities[modality]
        assert f"{model}, {modality}" in done.output
        for key in ("level_2", "level_3", "level_4"):
            assert abs(ours[key] - cell.levels[key]) <= 0.011


def test_help_names_every_command() -> None:
    done = run("--help")
    assert {"demo", "evaluate", "grade", "level", "lint", "page", "submit"} <= set(main.commands)
    for command in main.commands:
        assert command in done.output
    assert run("--version").output.strip().endswith(generallevel.__version__)


@pytest.fixture
def bench(tmp_path: Path) -> SyntheticBench:
    return write_general_bench(tmp_path / "bench", tasks=["Human Action Recognition", "Topic Classification"], items=4)


def test_evaluate_prints_the_run_and_the_level(bench: SyntheticBench, tmp_path: Path) -> None:
    table = tmp_path / "scores.csv"
    done = run(
        "evaluate", bench.root, "--predictions", bench.corrupted, "--task", "Human Action Recognition",
        "--task", "Topic Classification", "--model", "mine", "--table", table, "--run", tmp_path / "run",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.output.startswith("2 of 2 tasks scored; 8 of 8 items")
    assert "mine: Level" in done.output
    assert generallevel.compute_level(table).supported == 2
    assert len((tmp_path / "run" / "results.jsonl").read_text().splitlines()) >= 2


def test_evaluate_as_json_holds_results_and_level(bench: SyntheticBench) -> None:
    done = run(
        "evaluate",
        bench.root,
        "--predictions",
        bench.perfect,
        "--scope",
        "C:image.comprehension",
        "--items",
        "--format",
        "json",
    )
    told = json.loads(done.output)
    (scored,) = (row for row in told["results"] if row["value"] is not None)
    assert (scored["task"], scored["value"]) == ("image.comprehension.human-action-recognition", 1.0)
    assert len(scored["items"]) == 4
    assert told["level"]["supported"] == 1


def test_evaluate_says_what_failed_and_exits_with_1(bench: SyntheticBench) -> None:
    broken = next(bench.root.rglob("TopicClassification/annotation.json"))
    broken.write_text("[", encoding="utf-8")
    done = run("evaluate", bench.root, "--predictions", bench.perfect, "--task", "Topic Classification")
    assert done.exit_code == 1
    assert "[task-failed]" in done.output
    assert run("evaluate", bench.root / "nowhere").exit_code == 2


def test_a_table_that_cannot_be_written_is_told_before_anything_is_scored(
    bench: SyntheticBench, tmp_path: Path
) -> None:
    for name in ("no folder/scores.csv", "scores.txt"):
        done = run("evaluate", bench.root, "--table", tmp_path / name, "--run", tmp_path / "run")
        assert done.exit_code == 2
        assert "wanted a .csv, .tsv or .json file in a folder that is there" in done.output
    assert not (tmp_path / "run").exists()


def test_a_disk_that_refuses_is_one_message(table: Path, tmp_path: Path) -> None:
    done = run("page", table, "--output", tmp_path / "no folder" / "page.html")
    assert done.exit_code == 2
    assert done.output.startswith("error: ")


def test_submit_and_grade_a_closed_set(bench: SyntheticBench, tmp_path: Path) -> None:
    archive, written = tmp_path / "mine.zip", tmp_path / "report.json"
    names = ("--task", "Human Action Recognition", "--task", "Topic Classification")
    packed = run(
        "submit", bench.root, "--predictions", bench.corrupted, "--archive", archive, "--model", "mine", *names
    )
    assert packed.exit_code == 0, packed.output
    done = run("grade", archive, bench.root, "--output", written, *names)
    assert done.exit_code == 0, done.output
    assert "mine: Level" in done.output
    assert '"items"' not in written.read_text(encoding="utf-8")
    assert json.loads(run("grade", archive, bench.root, "--format", "json", *names).output)


def test_page_writes_one_file(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "page.html"
    done = run("page", table, "--output", output)
    assert done.exit_code == 0
    assert done.output.startswith(f"{output}: ")
    assert output.read_text(encoding="utf-8").startswith("<!doctype html>")
