"""Pairing: by id and nothing else, with notes on what did not pair."""

from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark.folders.documents import Annotation, Predictions, RawItem
from generallevel.benchmark.folders.pairing import Pairing, pair


def paired(ids: list[str], answers: dict[str, Any], **more: Any) -> Pairing:
    headers = more.pop("headers", ({}, {}))
    items = tuple(RawItem(name, f"q{name}", f"a{name}") for name in ids)
    return pair(Annotation(Path("a.json"), headers[0], items), Predictions(Path("p.json"), headers[1], answers, **more))


def test_items_stay_in_the_order_of_the_annotation() -> None:
    pairing = paired(["b", "a", "c"], {"a": 1, "b": 2})
    assert [(item.id, item.input, item.output, item.prediction) for item in pairing.items] == [
        ("b", "qb", "ab", 2),
        ("a", "qa", "aa", 1),
        ("c", "qc", "ac", None),
    ]
    assert (pairing.reasons, pairing.strangers, pairing.duplicates, pairing.notes) == ({}, (), (), ())


def test_reasons_are_of_items_alone() -> None:
    pairing = paired(["1", "2"], {"1": "x"}, reasons={"2": "it is null", "9": "it is null"})
    assert pairing.reasons == {"2": "it is null"}
    assert pairing.strangers == ("9",)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("7", "007"),
        ("007", "7"),
        ("Img_1", "img_1"),
        ("1", " 1 "),
        ("cat", "cat.png"),
        ("cat.PNG", "cat"),
        ("7", "images/7.jpg"),
    ],
)
def test_a_near_id_is_offered_and_not_taken(asked: str, answered: str) -> None:
    pairing = paired([asked, "other"], {answered: "x", "other": "y"})
    assert pairing.items[0].prediction is None
    assert pairing.strangers == (answered,)
    assert pairing.notes == (
        f"the file has 1 id that the task does not have, which go unused: {answered!r} (did you mean {asked!r}?)",
    )


def test_ids_that_differ_behind_a_point_are_not_near() -> None:
    assert "did you mean" not in paired(["1.5", "x"], {"1.6": 0, "x": 0}).notes[0]


def test_many_strangers_are_counted() -> None:
    note = paired(["a"], {"a": 1, **{f"s{n}": 1 for n in range(10)}}).notes[0]
    assert note == "the file has 10 ids that the task does not have, which go unused: 's0', 's1', 's2' and 7 more"


def test_no_id_in_common_is_told() -> None:
    notes = paired(["a", "b"], {"c": 1}).notes
    assert "no id of the file is one of the task's 2 ids, such as 'a': is it the file of another task" in notes[1]
    assert "ids are spelt otherwise" in paired(["1", "2"], {"01": 1, "02": 1}).notes[1]


@pytest.mark.parametrize(
    ("asked", "answered", "words"), [(1, 0, "counts from 0, the task from 1"), (0, 1, "counts from 1, the task from 0")]
)
def test_counting_from_another_number_is_told(asked: int, answered: int, words: str) -> None:
    notes = paired([str(n + asked) for n in range(100)], {str(n + answered): "x" for n in range(100)}).notes
    assert words in notes[1]


def test_a_lone_stranger_is_not_taken_for_counting() -> None:
    for ids, answers in ((["1", "2", "4"], {"1": 0, "2": 0, "0": 0}), (["a", "b"], {"a": 0, "0": 0})):
        assert len(paired(ids, answers).notes) == 1
    assert len(paired(["1", "2"], {"1": 0, "9" * 5_000: 0}).notes) == 1


def test_the_file_of_another_task_is_told() -> None:
    assert (
        "are for the task 'B', the annotation is of 'A'"
        in paired(["1"], {"1": 0}, headers=({"task": "A"}, {"task": "B"})).notes[0]
    )
    assert paired(["1"], {"1": 0}, headers=({"task": "Dog Breeds"}, {"task": "dog_breeds"})).notes == ()
    assert paired(["1"], {"1": 0}, headers=({"task": "A"}, {"task": 5})).notes == ()


def test_duplicates_and_entries_without_an_id_are_told() -> None:
    pairing = paired(
        ["1", "2"], {"1": "x"}, reasons={"2": "r"}, duplicates=("1", "2", "9"), nameless=("entry 3 is a list",)
    )
    assert pairing.duplicates == ("1", "2")
    assert pairing.notes == (
        "2 items are predicted more than once ('1', '2'): "
        "1 with one answer, which is taken once, 1 without a usable one",
        "1 entry names no item: entry 3 is a list",
    )


def test_a_task_without_items_pairs_with_nothing() -> None:
    assert paired([], {}) == Pairing(())
