"""Closed sets from both sides: what is packed, what the owner tells, and that it quotes no item."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

import generallevel as gl
from generallevel.benchmark import Catalogue
from generallevel.benchmark.closed import (
    ArchiveLimits,
    SubmissionReport,
    make_submission,
    score_submission,
    unpack_submission,
)
from generallevel.benchmark.closed.packing import _folder_of
from generallevel.benchmark.closed.reasons import counted, kind_of_task_reason
from generallevel.errors import InvalidInput, UnsafeFile
from generallevel.testing.synthetic.tree import SyntheticBench, extractors, write_general_bench

WORDS = gl.Format("words", lambda item: _word(item.prediction), lambda item: item.output, "A word.")
FILES = gl.Format(
    "files", lambda item: item.predicted.path(item.prediction).read_text(), lambda item: item.output, "A file.",
    media=True,
)  # fmt: skip
OWN = Catalogue.from_rows(
    [
        {"id": "law.cases", "modality": "law", "metric": "accuracy"},
        {"id": "law.files", "modality": "law", "metric": "accuracy"},
    ],
    name="law",
)
SETTINGS: dict[str, Any] = {
    "catalogue": OWN,
    "recipes": {"law.cases": gl.Recipe("accuracy", WORDS), "law.files": gl.Recipe("accuracy", FILES)},
}


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"a {type(value).__name__}, not a text")
    return value


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def law(root: Path, task: str = "cases", n: int = 4) -> None:
    """Both sides of a task: ``public`` without outputs, ``owner`` with them."""
    for side in ("public", "owner"):
        data = [{"id": f"id-{k}", "input": f"question {k}"} for k in range(n)]
        if side == "owner":
            data = [{**entry, "output": "yes"} for entry in data]
        write(root / side / "law" / task / "annotation.json", {"task": f"law.{task}", "data": data})


def predict(root: Path, answers: Any, task: str = "cases") -> None:
    write(root / "public/law" / task / "prediction.json", answers)


def entries(*answers: Any) -> list[dict[str, Any]]:
    return [{"id": f"id-{k}", "prediction": answer} for k, answer in enumerate(answers)]


def packed(root: Path, **settings: Any) -> Any:
    return make_submission(root / "public", archive=root / "s.zip", model="mine", **SETTINGS, **settings)


def scored(root: Path, **settings: Any) -> Any:
    return score_submission(root / "s.zip", root / "owner", **SETTINGS, **settings)


# ---------------------------------------------------------------------------------------------------------- packing


def test_a_submission_counts_hashes_and_prints(tmp_path: Path) -> None:
    law(tmp_path)
    predict(tmp_path, entries("yes", "yes", "no"))
    submission = packed(tmp_path)
    assert (submission.n_items, submission.n_answered, submission.n_files) == (4, 3, 1)
    assert str(submission).startswith("s.zip: 1 tasks, 3 of 4 items answered, 1 files, ")
    assert submission.sha256 in str(submission)
    (finding,) = [one for one in submission.findings if one.task == "law.cases"]
    assert finding.message == (
        "law.cases: 1 of 4 items have no prediction that can be used, the first 'id-3': no prediction"
    )
    with zipfile.ZipFile(submission.archive) as archive:
        assert archive.namelist() == ["law.cases/prediction.json", "manifest.json"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["tasks"][0] | {"members": {}} == {
        "task": "law.cases", "folder": "law.cases", "items": 4, "answered": 3, "members": {},
    }  # fmt: skip
    assert (manifest["model"], manifest["catalogue"]) == ("mine", "law")


def test_the_same_predictions_give_the_same_bytes(tmp_path: Path) -> None:
    law(tmp_path)
    predict(tmp_path, entries("yes"))
    first = packed(tmp_path)
    os.utime(tmp_path / "public/law/cases/prediction.json", (1, 1))
    predict(tmp_path, {"by": "me", "data": [{"id": "id-0", "thoughts": "long", "prediction": "yes"}]})
    again = packed(tmp_path)
    assert first.sha256 == again.sha256  # what does not count is not sent, so it does not show
    assert first.manifest.sha256 == again.manifest.sha256


def test_what_is_wrong_is_told_and_raised_on_request(tmp_path: Path) -> None:
    law(tmp_path)
    predict(
        tmp_path,
        [*entries("yes", ["yes"], None), {"id": "id-9", "prediction": "no"}, {"id": "id-0", "prediction": "x"}],
    )
    submission = packed(tmp_path)
    told = "\n".join(map(str, submission.findings))
    for part in (
        "did not",
        "the file has 1 id that the task does not have",
        "predicted more than once",
        "4 of 4 items",
    ):
        assert (part in told) is (part != "did not")
    assert "the first 'id-0': it stands twice in the file" in told
    (tmp_path / "s.zip").unlink()
    with pytest.raises(InvalidInput, match=r"nothing was written:\n  warning: law\.cases: the file has 1 id"):
        packed(tmp_path, strict=True)
    assert list(tmp_path.glob("s.zip*")) == []


def test_a_prediction_that_no_reader_takes_is_told(tmp_path: Path) -> None:
    law(tmp_path)
    predict(tmp_path, entries("yes", ["yes"], "yes", "yes"))
    assert "1 of 4 items have no prediction that can be used, the first 'id-1': a list, not a text" in str(
        packed(tmp_path)
    )


def test_files_that_predictions_name_are_packed_and_no_others(tmp_path: Path) -> None:
    law(tmp_path, "files")
    beside = tmp_path / "public/law/files"
    for name in ("a.txt", "frames/1.txt", "frames/2.txt", "frames/.hidden", "unnamed.txt"):
        write(beside / name, "yes")
    predict(tmp_path, entries("a.txt", {"clip": ["./frames"]}, "b.txt", "../../../owner"), "files")
    submission = packed(tmp_path)
    with zipfile.ZipFile(submission.archive) as archive:
        assert archive.namelist() == [
            "law.files/a.txt", "law.files/frames/1.txt", "law.files/frames/2.txt", "law.files/prediction.json",
            "manifest.json",
        ]  # fmt: skip
    (finding,) = [one for one in submission.findings if one.task]
    assert "3 of 4 items have no prediction that can be used, the first 'id-1'" in finding.message
    assert [task.value for task in scored(tmp_path).tasks] == [1 / 4]


@pytest.mark.parametrize("name", ["ratings.json", "annotation.json", "Prediction.JSON", "below/prediction.json"])
def test_files_of_the_owner_are_never_packed(tmp_path: Path, name: str) -> None:
    law(tmp_path, "files", n=1)
    beside = tmp_path / "public/law/files"
    if not (beside / name).exists():
        write(beside / name, "[]")
    predict(tmp_path, entries(name.partition("/")[0]), "files")
    if name == "Prediction.JSON":
        return  # a disk without case would have but one file
    submission = packed(tmp_path)
    assert submission.n_files == 1
    assert "is not packed: files of that name are never packed as media" in str(submission)


def test_a_file_behind_a_link_out_of_the_tree_is_not_packed(tmp_path: Path) -> None:
    law(tmp_path, "files", n=2)
    write(tmp_path / "secret.txt", "secret")
    beside = tmp_path / "public/law/files"
    (beside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (beside / "frames").mkdir()
    (beside / "frames/link.txt").symlink_to(tmp_path / "secret.txt")
    predict(tmp_path, entries("link.txt", "frames"), "files")
    submission = packed(tmp_path)
    assert submission.n_files == 1
    assert "leaves public/ through a symbolic link" in str(submission)


def test_two_files_that_are_one_on_some_disk_are_told(tmp_path: Path) -> None:
    law(tmp_path, "files", n=2)
    for name in ("a.txt", "A.txt"):
        write(tmp_path / "public/law/files" / name, "yes")
    if len(list((tmp_path / "public/law/files").glob("*.txt"))) < 2:
        pytest.skip("this disk takes them for one")
    predict(tmp_path, entries("a.txt", "A.txt"), "files")
    assert "'a.txt' is not packed: 'A.txt' is the same name on some disks" in str(packed(tmp_path))


def test_an_answer_in_words_is_no_folder(tmp_path: Path) -> None:
    law(tmp_path, n=1)
    write(tmp_path / "public/law/cases/images/1.png", "input")
    predict(tmp_path, entries("images"))
    assert packed(tmp_path).n_files == 1


def test_nothing_to_send_is_an_error(tmp_path: Path) -> None:
    law(tmp_path)
    with pytest.raises(InvalidInput, match="none of the 1 task folders has a prediction file that can be packed"):
        packed(tmp_path)
    predict(tmp_path, "[")
    with pytest.raises(InvalidInput, match=r"error: law\.cases: 'prediction\.json' is not JSON"):
        packed(tmp_path)
    with pytest.raises(InvalidInput, match="wanted a short text of printable characters"):
        make_submission(tmp_path / "public", model="a\nb", archive=tmp_path / "s.zip", **SETTINGS)
    predict(tmp_path, entries("yes"))
    with pytest.raises(InvalidInput, match=r"the archive 's\.zip' cannot be written"):
        make_submission(tmp_path / "public", archive=tmp_path / "nowhere/s.zip", **SETTINGS)
    with pytest.raises(UnsafeFile, match="would hold more than 0 files"):
        packed(tmp_path, archive_limits=ArchiveLimits(members=0))


def test_a_task_whose_id_can_be_no_folder_has_a_name_made_of_it() -> None:
    assert _folder_of("law.cases") == "law.cases"
    for name in ("../law", "a/b", "x" * 300, ".hidden", "con:1", "dot."):
        assert _folder_of(name).startswith("task-")


# ---------------------------------------------------------------------------------------------------------- grading


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SyntheticBench:
    """Tasks of several formats: words, pictures, boxes, sounds, a judge, an extractor."""
    names = [
        "Sports Image Classification", "Image Deraining", "Financial Sentiment Analysis", "Machine Translation",
        "Text-to-Image Face Generation", "Indoor Depth Estimation", "Chord Recognition",
    ]  # fmt: skip
    found = [task.id for name in names for task in gl.general_bench() if task.name == name]
    found.append(next(task.id for task in gl.general_bench() if gl.find(task.metric).judged))
    return write_general_bench(tmp_path_factory.mktemp("bench"), tasks=found, items=7, size=16)


@pytest.fixture(scope="module")
def report(bench: SyntheticBench, tmp_path_factory: pytest.TempPathFactory) -> SubmissionReport:
    archive = tmp_path_factory.mktemp("sent") / "s.zip"
    assert make_submission(bench.root, predictions=bench.corrupted, archive=archive, strict=True).n_files > 7
    return score_submission(archive, bench.root, ratings=bench.corrupted, extractors=extractors())


def test_the_scores_are_those_of_an_evaluation(bench: SyntheticBench, report: SubmissionReport) -> None:
    table = gl.evaluate(
        bench.root,
        predictions=bench.corrupted,
        ratings=bench.corrupted,
        extractors=extractors(),
        tasks=list(bench.known),
    )
    assert [task.value for task in report.tasks] == [row.value for row in table.results]
    assert [task.n_scored for task in report.tasks] == [7] * len(bench.known)
    assert any(task.statistics for task in report.tasks)
    assert gl.compute_level(report.table).level_2 == gl.compute_level(table).level_2


def texts(value: Any) -> set[str]:
    """Every text of a JSON tree."""
    if isinstance(value, dict):
        return set().union(*map(texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts, value))
    return {value} if isinstance(value, str) else set()


def test_no_text_of_an_item_is_in_the_report(bench: SyntheticBench, report: SubmissionReport) -> None:
    told = report.to_json()
    items = [json.loads(path.read_text())["data"] for path in bench.root.rglob("annotation.json")]
    answers = [json.loads(path.read_text()) for path in bench.corrupted.rglob("*.json")]
    quoted = texts(items) | texts(answers)
    assert len(quoted) > 40
    names = "".join(str(task.to_dict() | {"statistics": list(task.statistics)}) for task in report.tasks)
    spoken = {text for text in quoted if len(text) > 1 and not text.replace(".", "").isdigit()}
    assert {text for text in spoken if text in told} == {text for text in spoken if text in names}
    assert {text for text in spoken if f'"{text}"' in told} == set()


def test_nothing_that_a_reason_or_a_setting_quotes_is_in_the_report(tmp_path: Path) -> None:
    data = [{"id": f"secret-id-{k}", "input": f"secret-input-{k}", "output": "secret-output"} for k in range(3)]
    header = {"task": "law.cases", "classes": ["secret-output", "other|v:1"]}
    write(tmp_path / "owner/law/cases/annotation.json", {**header, "data": data})
    write(tmp_path / "public/law/cases/annotation.json", {**header, "data": data})

    def truth(item: gl.Item) -> str:
        if item.id == "secret-id-9":
            raise InvalidInput(f"{item.output} is no verdict")
        return str(item.output)

    def word(item: gl.Item) -> str:
        if item.prediction == "secret-answer-2":
            raise InvalidInput(f"{item.prediction} for {item.output}")
        return str(item.prediction)

    recipe = gl.Recipe(
        "accuracy", gl.Format("words", word, truth, "A word."),
        params={"classes": gl.benchmark.FromHeader("classes")} if "classes" in accuracy_parameters() else {},
    )  # fmt: skip
    settings: dict[str, Any] = {"catalogue": OWN, "recipes": {"law.cases": recipe}}
    answers = [{"id": f"secret-id-{k}", "prediction": f"secret-answer-{k}"} for k in range(3)]
    write(tmp_path / "public/law/cases/prediction.json", answers)
    make_submission(tmp_path / "public", archive=tmp_path / "s.zip", **settings)
    report = score_submission(tmp_path / "s.zip", tmp_path / "owner", **settings)
    assert report.tasks[0].reasons == {"cannot be read": 1}
    assert "secret" not in report.to_json()
    data[0]["id"] = "secret-id-9"
    write(tmp_path / "owner/law/cases/annotation.json", {**header, "data": data})
    failed = score_submission(tmp_path / "s.zip", tmp_path / "owner", **settings)
    assert (failed.tasks[0].value, failed.tasks[0].missing) == (None, "failed")
    assert "secret" not in failed.to_json()
    assert "secret" not in str(failed)


def accuracy_parameters() -> set[str]:
    import inspect

    return set(inspect.signature(gl.find("accuracy").function).parameters)


def test_the_settings_of_a_signature_are_a_hash() -> None:
    from generallevel.benchmark.closed.report import _without_settings

    spoken = "map|variant:standard|classes:(yes,no|x)|low:0.1|v:0.1.0"
    assert _without_settings(spoken).startswith("map|variant:standard|settings:")
    assert "yes" not in _without_settings(spoken)
    assert _without_settings("accuracy|variant:plain|v:0.1.0") == "accuracy|variant:plain|settings:none|v:0.1.0"
    assert "yes" not in _without_settings("yes")


def test_a_report_survives_json_and_shows_tampering(report: SubmissionReport) -> None:
    text = report.to_json()
    assert SubmissionReport.from_json(text) == report
    assert SubmissionReport.from_json(text).sha256 == report.sha256
    plain = json.loads(text)
    plain["tasks"][0]["value"] = 1.0
    with pytest.raises(InvalidInput, match="it was changed after it was written"):
        SubmissionReport.from_json(json.dumps(plain))
    plain = json.loads(text)
    plain["tasks"][0]["seconds"] = {}
    assert SubmissionReport.from_json(json.dumps(plain)).sha256 == report.sha256


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("format",), "other", "does not say 'format'"),
        (("format_version",), 2, "does not say 'format'"),
        (("tasks",), {}, "has no list of 'tasks'"),
        (("model",), 7, "its 'model' is 7"),
        (("split",), "half", "its 'split' is 'half'"),
        (("archive_sha256",), "x", "its 'archive_sha256' is 'x'"),
        (("unknown_tasks",), -1, "its 'unknown_tasks' is -1"),
        (("tasks", 0), [], "other fields"),
        (("tasks", 0, "value"), "high", "'high' stands where a number should"),
        (("tasks", 0, "value"), True, "True stands where a number should"),
        (("tasks", 0, "value"), None, "neither a value nor a reason"),
        (("tasks", 0, "missing"), "the answer is yes", "neither a value nor a reason"),
        (("tasks", 0, "n_total"), 1.5, "its 'n_total' is 1.5"),
        (("tasks", 0, "reasons"), {"the answer is yes": 1}, "the reasons of a task"),
        (("tasks", 0, "statistics"), [], "the statistics of a task"),
        (("tasks", 0, "task"), "a\nb", "wanted a short text"),
    ],
)
def test_a_report_of_a_stranger_is_checked(
    report: SubmissionReport, place: tuple[Any, ...], value: Any, message: str
) -> None:
    plain = json.loads(report.to_json())
    held = plain
    for key in place[:-1]:
        held = held[key]
    held[place[-1]] = value
    with pytest.raises(InvalidInput, match=message):
        SubmissionReport.from_json(json.dumps(plain))


def test_a_report_that_is_no_json_is_a_named_error() -> None:
    with pytest.raises(InvalidInput, match="the report is not JSON"):
        SubmissionReport.from_json("{")
    with pytest.raises(InvalidInput, match="does not say 'format'"):
        SubmissionReport.from_json("[]")


def test_ratings_come_from_the_owner_alone(bench: SyntheticBench, tmp_path: Path) -> None:
    judged = next(task for task in bench.known if gl.find(gl.general_bench().resolve(task).metric).judged)
    folder = next(path.parent for path in bench.corrupted.rglob("ratings.json"))
    mirrored = tmp_path / "mine" / folder.relative_to(bench.corrupted)
    ratings = json.loads((folder / "ratings.json").read_text())
    write(mirrored / "prediction.json", [{"id": entry["id"], "prediction": "ratings.json"} for entry in ratings])
    write(mirrored / "ratings.json", ratings)
    sent = make_submission(bench.root, predictions=tmp_path / "mine", archive=tmp_path / "s.zip")
    assert sent.n_files == 1
    report = score_submission(tmp_path / "s.zip", bench.root, tasks=[judged])
    assert (report.tasks[0].value, report.tasks[0].missing) == (None, "not run")
    rated = score_submission(tmp_path / "s.zip", bench.root, ratings=bench.corrupted, tasks=[judged])
    assert rated.tasks[0].value is not None
    assert rated.references_sha256 != report.references_sha256


def test_hashes_of_both_sides(tmp_path: Path) -> None:
    law(tmp_path)
    predict(tmp_path, entries("yes", "yes"))
    submission = packed(tmp_path)
    report = scored(tmp_path)
    assert (report.archive_sha256, report.manifest_sha256) == (submission.sha256, submission.manifest.sha256)
    assert scored(tmp_path).sha256 == report.sha256
    salted = scored(tmp_path, salt="s3cret")
    assert salted.references_sha256 != report.references_sha256
    law(tmp_path, n=5)
    assert scored(tmp_path).references_sha256 != report.references_sha256
    assert scored(tmp_path).tasks[0].n_total == 5
    assert str(report).startswith("mine on law: 1 of 1 tasks scored, 2 of 4 items; report ")


def test_other_tasks_of_the_archive_are_counted_and_those_of_the_set_are_not_lost(tmp_path: Path) -> None:
    law(tmp_path)
    law(tmp_path, "files")
    predict(tmp_path, entries("yes"))
    packed(tmp_path)
    alone = Catalogue.from_rows([{"id": "law.files", "modality": "law", "metric": "accuracy"}], name="law")
    settings: dict[str, Any] = {"catalogue": alone, "recipes": {"law.files": SETTINGS["recipes"]["law.files"]}}
    report = score_submission(tmp_path / "s.zip", tmp_path / "owner", model="theirs", **settings)
    assert report.unknown_tasks == 1
    assert [(task.task, task.missing) for task in report.tasks] == [("law.files", "not run")]
    assert report.model == "theirs"
    assert "1 tasks of the archive are not of this set" in str(report)
    with pytest.raises(InvalidInput, match="holds references of none of the tasks"):
        score_submission(tmp_path / "s.zip", tmp_path / "owner/law/cases", catalogue=alone)


def test_an_archive_can_be_unpacked_for_raters(tmp_path: Path) -> None:
    law(tmp_path)
    predict(tmp_path, entries("yes"))
    packed(tmp_path)
    manifest = unpack_submission(tmp_path / "s.zip", tmp_path / "for-raters")
    assert manifest.model == "mine"
    held = json.loads((tmp_path / "for-raters/law.cases/prediction.json").read_text())
    assert held == {"task": "law.cases", "data": [{"id": "id-0", "prediction": "yes"}]}
    again = gl.evaluate(tmp_path / "owner", predictions=tmp_path / "for-raters", **SETTINGS)
    assert again.result("law.cases").value == 1 / 4
    with pytest.raises(InvalidInput, match="is not empty"):
        unpack_submission(tmp_path / "s.zip", tmp_path / "for-raters")


def test_kinds_of_reasons() -> None:
    assert counted(
        [
            "no prediction", "no rating", "it is null", "unexpected KeyError: 'x'", "there is no file 'x' in y/",
            "'/etc/passwd' is an absolute path; wanted", "it stands twice in the file, with different contents", "else",
        ]
    ) == {
        "no prediction": 2, "no rating": 1, "predicted twice": 1, "breaks the reader or the metric": 1,
        "file that is not there": 1, "path that leads elsewhere": 1, "cannot be read": 1,
    }  # fmt: skip
    kinds = [
        "not run: x",
        "not scored: needs x",
        "failed: x",
        "undefined: x",
        "none of its 3 items has a prediction: x",
    ]
    assert list(map(kind_of_task_reason, kinds)) == [
        "not run", "not scored", "failed", "undefined", "no prediction that can be used",
    ]  # fmt: skip
