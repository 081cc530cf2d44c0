"""Annotation, prediction and ratings files: what each layout gives, and what a bad entry costs."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark.folders.documents import (
    CONTRADICTION,
    RawItem,
    Unreadable,
    item_id,
    read_annotation,
    read_predictions,
    read_ratings,
)
from generallevel.benchmark.folders.limits import Limits
from generallevel.errors import BadTable, DuplicateName, InvalidInput, UnsafeFile


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def writing(content: Any, name: str = "a.json") -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return writing


@pytest.mark.parametrize(
    ("value", "name"),
    [(7, "7"), ("7", "7"), (7.0, "7"), (-0.0, "0"), ("07", "07"), (" a ", " a "), (10**30, "1" + "0" * 30)],
)
def test_ids_as_text(value: Any, name: str) -> None:
    assert item_id(value) == name


@pytest.mark.parametrize(
    ("value", "slip"),
    [
        (True, "its id is true"),
        (None, "its id is null"),
        (7.5, "the number 7.5"),
        ([7], "a list"),
        ({}, "an object"),
        ("", "its id is blank"),
        (" \t", "its id is blank"),
        ("\ud83d", "half a character"),
        (Unreadable("NaN is none"), "cannot be read: NaN is none"),
        (float("inf"), "the number inf"),
    ],
)
def test_what_is_no_id(value: Any, slip: str) -> None:
    with pytest.raises(InvalidInput, match=slip):
        item_id(value)


def test_an_annotation_file(write: Any) -> None:
    path = write({"task": "T", "type": "QA", "data": [{"id": 1, "input": "q", "output": "a"}], "classes": ["x"]})
    annotation = read_annotation(path)
    assert annotation.path == path
    assert annotation.header == {"task": "T", "type": "QA", "classes": ["x"]}
    assert annotation.items == (RawItem("1", "q", "a", {}),)


def test_items_keep_what_else_they_hold_and_may_lack_an_output(write: Any) -> None:
    entries = [
        {"id": "a", "input": 1, "split": "open"},
        {"id": 2, "output": None},
        {"id": 3.0, "note": "n", "output": 5},
    ]
    assert read_annotation(write(entries)).items == (
        RawItem("a", 1, None, {"split": "open"}),
        RawItem("2", None, None, {}),
        RawItem("3", None, 5, {"note": "n"}),
    )


@pytest.mark.parametrize("ids", [[1, 2, 1], ["a", "b", "a"], [7, "x", 7.0], [7, "8", "7"]])
def test_two_items_of_one_id_are_the_owners_slip(write: Any, ids: list[Any]) -> None:
    with pytest.raises(DuplicateName, match=r"entries 1 and 3 have one id, '(1|a|7)'"):
        read_annotation(write([{"id": name} for name in ids]))


@pytest.mark.parametrize(
    ("content", "slip"),
    [
        ({"task": "T", "items": []}, "no list under 'data'; beside it stands 'task', 'items'"),
        ({"data": {"1": {}}}, "no list under 'data'"),
        ({}, "beside it stands nothing"),
        (3, "holds the number 3; wanted a list"),
        ("hello", "is text that opens with 'hello'"),
        ([{"id": 1}, 5], "entry 2 is the number 5, not an object"),
        ([{"id": 1}, {"ID": 2}], "entry 2 has no 'id'; it has 'ID'"),
        ([{"id": [1]}], "entry 1 names no item: its id is a list"),
        ([{"id": 1}, {"id": None}], "entry 2 names no item: its id is null"),
        ('[{"id": NaN}]', "entry 1 names no item: its id cannot be read: NaN"),
        ('{"data": [], "unit": 1e400}', "cannot be read at 'unit': the number 1e400"),
        ('{"data": [], "data": []}', "the key 'data' stands twice"),
        ('[{"id": 1, "id": 1}]', "entry 1 names no item.*stands twice"),
    ],
)
def test_slips_of_an_annotation_file(write: Any, content: Any, slip: str) -> None:
    with pytest.raises(BadTable, match=slip):
        read_annotation(write(content))


def test_a_bad_value_in_an_item_is_met_by_its_reader(write: Any) -> None:
    annotation = read_annotation(write('[{"id": 1, "output": {"x": NaN}}, {"id": 2, "output": 3}]'))
    assert isinstance(annotation.items[0].output["x"], Unreadable)
    assert annotation.items[1].output == 3


@pytest.mark.parametrize("read", [read_annotation, read_predictions, read_ratings])
def test_items_are_limited(write: Any, read: Any) -> None:
    with pytest.raises(UnsafeFile, match="has 3 entries; at most 2"):
        read(write([{"id": n} for n in range(3)]), Limits(items=2))


ENTRIES = [{"id": 2, "prediction": "B"}, {"id": "1", "prediction": ["A"]}]


@pytest.mark.parametrize("header", [None, {}, {"task": "T", "skill": "S", "type": "QA"}])
def test_both_forms_of_a_prediction_file(write: Any, header: dict[str, Any] | None) -> None:
    predictions = read_predictions(write(ENTRIES if header is None else {**header, "data": ENTRIES}))
    assert predictions.header == (header or {})
    assert predictions.by_id == {"2": "B", "1": ["A"]}
    assert (predictions.reasons, predictions.duplicates, predictions.nameless) == ({}, (), ())


def test_a_mapping_is_read_where_all_its_keys_are_known_ids(write: Any) -> None:
    path = write({"2": "B", "1": ["A"]})
    assert read_predictions(path, ids=["1", "2", "3"]).by_id == {"2": "B", "1": ["A"]}
    for ids in ([], ["1"]):
        with pytest.raises(BadTable, match=r"no list under 'data'; beside it stands '2', '1'.*'id' and 'prediction'"):
            read_predictions(path, ids=ids)


def test_the_final_answer_goes_before_the_way_to_it(write: Any) -> None:
    entries = [{"id": 1, "prediction": "so 6 x 7", "prediction_final": "42"}, {"id": 2, "prediction": "7"}]
    assert read_predictions(write(entries)).by_id == {"1": "42", "2": "7"}
    assert read_predictions(write([{"id": 1, "answer": 3}]), key="answer").by_id == {"1": 3}


def test_json_lines_and_gzip_hold_predictions_too(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, ENTRIES)).encode()))
    assert read_predictions(path).by_id == {"2": "B", "1": ["A"]}


def test_a_bad_entry_costs_itself_alone(write: Any) -> None:
    predictions = read_predictions(
        write(
            r"""[{"id": 1, "prediction": NaN}, {"id": 2, "prediction": {"box": [1, 1e400]}}, {"id": 3},
            {"id": 4, "prediction": null}, {"id": 5, "prediction": "a \ud83d b"},
            {"id": 6, "prediction": "x", "t": NaN},
            {"id": 7, "prediction": 1, "prediction": 2}, {"id": 8, "prediction": {"\ud83d": 1}}, "nine",
            {"prediction": 1},
            {"id": NaN, "prediction": 1}, {"id": true, "prediction": 1}, [], {}]"""
        )
    )
    assert predictions.by_id == {"6": "x"}
    assert predictions.reasons == {
        "1": "NaN is no JSON and no number that can be scored",
        "2": "the number 1e400 is beyond the largest float",
        "3": "its entry has no 'prediction'",
        "4": "it is null",
        "5": "the text holds half a character (a lone surrogate, \\ud83d)",
        "7": "the key 'prediction' stands twice in one object",
        "8": "the text holds half a character (a lone surrogate, \\ud83d)",
    }
    assert predictions.nameless == (
        "entry 9 is the text 'nine', not an object with an 'id'",
        "entry 10 has no 'id'; it has 'prediction'",
        "entry 11 names no item: its id cannot be read: NaN is no JSON and no number that can be scored",
        "entry 12 names no item: its id is true, not a text or a whole number",
        "entry 13 is a list, not an object with an 'id'",
        "entry 14 has no 'id'; it has nothing at all",
    )


def test_an_id_predicted_twice(write: Any) -> None:
    entries = [
        {"id": 1, "prediction": {"a": 1, "b": 2}},
        {"id": "1", "prediction": {"b": 2, "a": 1}},
        {"id": 2, "prediction": "A"},
        {"id": 2.0, "prediction": "B"},
        {"id": 2, "prediction": "A"},
        {"id": 3, "prediction": 1},
        {"id": 3, "prediction": True},
        {"id": 4, "prediction": None},
        {"id": 4, "prediction": "late"},
        {"id": 5, "prediction": None},
        {"id": 5, "prediction": None},
        {"id": 6, "prediction": "only"},
    ]
    predictions = read_predictions(write(entries))
    assert predictions.by_id == {"1": {"a": 1, "b": 2}, "6": "only"}
    assert predictions.reasons == {"2": CONTRADICTION, "3": CONTRADICTION, "4": CONTRADICTION, "5": "it is null"}
    assert predictions.duplicates == ("1", "2", "3", "4", "5")


def test_an_empty_prediction_file_says_nothing_of_any_item(write: Any) -> None:
    predictions = read_predictions(write([]))
    assert (predictions.by_id, predictions.reasons) == ({}, {})


def test_ratings_keep_everything_but_the_id(write: Any) -> None:
    ratings = read_ratings(
        write('{"judges": 2, "data": [{"id": 1, "ratings": [4, 5]}, {"id": 2}, {"id": 3, "ratings": [NaN]}]}')
    )
    assert ratings.header == {"judges": 2}
    assert ratings.by_id == {"1": {"ratings": [4, 5]}}
    assert ratings.reasons == {
        "2": "its entry holds nothing but the id",
        "3": "NaN is no JSON and no number that can be scored",
    }
    with pytest.raises(BadTable, match="'id' and 'ratings'"):
        read_ratings(write({"ratings": []}))
