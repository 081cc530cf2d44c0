"""CSV and JSON as people and programs write them."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from generallevel.errors import BadTable, DuplicateName, NotFinite, UnknownColumn, UnsafeFile
from generallevel.tables import ScoreTable, read_table
from generallevel.tables.files import MAX_FILE_BYTES

Save = Callable[[str, str | bytes], Path]


@pytest.mark.parametrize(
    "text",
    [
        "task,score\na,1.5\nb,n/a\n",
        "\ufefftask,score\r\na,1.5\r\nb,\r\n",
        "Task Name;Score\na;1.5\nb;-\n",
        "task_id\tvalue\na\t1.5\nb\tnone\n",
        '\n"task","score"\n\n"a","1.5"\n , \nb,""',
        "note,task,modality,score,\nx,a,image,1.5,\ny,b,image,missing,\n",
    ],
)
def test_dialects(save: Save, text: str) -> None:
    assert read_table(save("t.csv", text)) == ScoreTable.from_mapping({"a": 1.5, "b": None})


def test_a_column_headed_by_the_model(save: Save) -> None:
    path = save("t.csv", "task,GPT-4,Qwen,unit\na,1,2,percent\n")
    made = read_table(path, model=" qwen ")
    assert (made.model, made.scores.tolist(), made.columns["unit"]) == ("Qwen", [2.0], ("percent",))
    with pytest.raises(BadTable, match=r"t.csv has 2 columns that could be the scores: 'GPT-4', 'Qwen'. Pass model="):
        read_table(path)
    with pytest.raises(BadTable, match=r"no column for the model 'Qwne'; it has 'GPT-4', 'Qwen'. Did you mean 'Qwen'"):
        read_table(path, model="Qwne")
    assert read_table(save("one.csv", "task,GPT-4\na,1\n")).model == "GPT-4"
    assert read_table(save("named.csv", "task,score\na,1\n"), model="mine").model == "mine"


def test_a_long_table_of_many_models(save: Save) -> None:
    path = save("t.csv", "model,task_id,score\nA,x,1\nB,x,2\nB,y,\n")
    made = read_table(path, model="b")
    assert (made.model, made.names, made.scores[0]) == ("B", ("x", "y"), 2.0)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("task,score\na,1\nb,two\n", BadTable, r"t.csv, line 3, 'b', is 'two', which is not a number"),
        ('task,score\n"a\nb",1\nc,x\n', BadTable, r"line 4, 'c', is 'x'"),
        ("task,score\na,nan\n", NotFinite, "line 2, 'a', is NaN"),
        ("task;score\na;83,3\n", BadTable, "decimal comma"),
        ("task,score\na,1,2\n", BadTable, "line 2, has 3 fields, the header 2. A task name that holds the separator"),
        ("task,score\na\n", BadTable, "line 2, has 1 fields, the header 2"),
        ("task,score,\na,1,x\n", BadTable, "has 'x' in a column without a header"),
        ("task,score\n", BadTable, "t.csv has no row"),
        (" \n\n", BadTable, "t.csv is blank"),
        ("", BadTable, "t.csv' is empty"),
        ("a,1\nb,2\n", BadTable, "no column of task names: its header is 'a', '1'. Call that column 'task'"),
        ("task\na\n", BadTable, "no column of scores"),
        ("task,score,unti\na,1,percent\n", UnknownColumn, "column 'unti', which means nothing .* Did you mean 'unit'"),
        ("task,A,B,n_scorde\na,1,2,3\n", BadTable, "3 columns that could be the scores"),
        ("task,score,score\na,1,2\n", BadTable, "two columns called 'score'"),
        ("task,score,raw\na,1,2\n", BadTable, "two columns for score: 'score' and 'raw'"),
        ("task,score\na,1\nb,2\na,3\n", DuplicateName, "'a' twice: line 2 and line 4"),
        ("task,score\n,1\n", BadTable, "line 2 has no task name"),
        ('task,score\n"a,1\n', BadTable, "not readable as CSV at line 2: .* Is a quote left open"),
        ("task,score,n\na,1,many\n", BadTable, "line 2, n, is 'many', which is not a number"),
        (b"task,score\n\xff,1\n", BadTable, r"is not UTF-8 text \(byte 11\)"),
        ("task,score\na,1\n".encode("utf-16"), BadTable, "It looks like UTF-16"),
        (b"PK\x03\x04\xff", BadTable, "It looks like a workbook"),
        (b"task,score\n" + b"a" * 200_000 + b",1\n", BadTable, "field larger than field limit"),
        (b"x" * (MAX_FILE_BYTES + 1), UnsafeFile, "larger than 8 MiB"),
        (b"task,score\n" + b"\n".join(b"%d,1" % i for i in range(200_001)), BadTable, "more than 200,000 rows"),
    ],
)
def test_a_slip_in_csv_is_named(save: Save, text: str | bytes, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_table(save("t.csv", text))


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_an_empty_table_that_was_filled_in(save: Save, tmp_path: Path, suffix: str) -> None:
    empty = ScoreTable(("a", "b"), [math.nan] * 2, columns={"reason": ("not run", "not run")})  # type: ignore[arg-type]
    empty.write(tmp_path / f"t.{suffix}")
    text = (tmp_path / f"t.{suffix}").read_text(encoding="utf-8").replace("\r\n", "\n")
    filled = text.replace("a,,", "a,50,").replace('"score": null', '"score": 50', 1)
    assert read_table(save(f"t.{suffix}", filled)) == ScoreTable.from_mapping({"a": 50, "b": "not run"})
    with pytest.raises(BadTable, match=r"has a score and also a reason for having none \('failed'\)"):
        read_table(save(f"t.{suffix}", filled.replace("not run", "failed")))


def test_a_misspelt_column_is_no_other_model(save: Save) -> None:
    with pytest.raises(UnknownColumn, match=r"column 'n_scorde'\. Did you mean 'n_scored'"):
        read_table(save("t.csv", "task,A,B,n_scorde\na,1,2,3\n"), model="A")


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1.5, "b": "inf", "c": null}',
        '\ufeff{"scores": {"a": 1.5, "b": Infinity, "c": "n/a"}}',
        '{"rows": [{"task": "a", "score": 1.5}, {"task": "b", "score": "∞"}, {"task": "c", "score": null}]}',
        '[{"task": "a", "score": "1.5"}, {"name": "b", "task": "b", "score": "inf"}, {"task": "c"}]',
    ],
)
def test_forms_of_json(save: Save, text: str) -> None:
    assert read_table(save("t.json", text)) == ScoreTable.from_mapping({"a": 1.5, "b": math.inf, "c": None})


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", BadTable, "is empty"),
        ("{", BadTable, "t.json is not JSON"),
        ("3", BadTable, "holds 3; wanted tasks and scores"),
        ("{}", BadTable, "t.json has no row"),
        ('{"scores": {}}', BadTable, "t.json has no row"),
        ('{"a": NaN}', NotFinite, "t.json, task 'a', is NaN"),
        ('{"a": 1e400}', BadTable, "holds '1e400', beyond the largest float"),
        ('{"a": ' + "9" * 5000 + "}", BadTable, "beyond the largest float"),
        ('{"a": 1, "b": 2, "a": 3}', DuplicateName, "gives 'a' twice in one object: entry 1 and entry 3"),
        ('{"scores": {"a": 1, "a": 1}}', DuplicateName, "entry 1 and entry 2"),
        ('{"a": true}', BadTable, "is True, a truth value"),
        ('{"\\ud800": 1}', BadTable, "half of a surrogate pair"),
        ("[" * 200_000, BadTable, "nested too deep"),
        ('{"a":' * 100_000, BadTable, "nested too deep"),
        (b"\xff\xfe{\x00", BadTable, "UTF-16"),
        ('{"a": {"score": {"score": 1}}}', BadTable, "not a number"),
    ],
)
def test_a_slip_in_json_is_named(save: Save, text: str | bytes, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_table(save("t.json", text))


def test_paths_that_are_no_tables(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"there is no file .*nowhere\.csv"):
        read_table(tmp_path / "nowhere.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BadTable, match="is a directory; wanted a file"):
        read_table(tmp_path / "folder.csv")
    with pytest.raises(BadTable, match=r"'t\.xls' does not end in \.csv, \.tsv, \.json or \.xlsx"):
        read_table("t.xls")
    with pytest.raises(BadTable, match="cannot be read"):
        read_table("a\0b.csv")
    with pytest.raises(BadTable, match="cannot be read"):
        read_table("x" * 5000 + ".csv")
    with pytest.raises(BadTable, match="does not end in"):
        read_table("")


def test_a_device_is_no_table(tmp_path: Path) -> None:
    link = tmp_path / "zero.csv"
    link.symlink_to("/dev/zero")
    with pytest.raises(BadTable, match="is not a regular file"):
        read_table(link)
