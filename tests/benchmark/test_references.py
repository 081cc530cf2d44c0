"""Reference sets of the user's own."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from generallevel.benchmark import Catalogue, ReferenceSet, general_bench
from generallevel.errors import (
    AmbiguousName,
    BadTable,
    DuplicateName,
    LengthMismatch,
    NotFinite,
    UnknownReferenceSet,
    UnknownTask,
)

BENCH = general_bench()
ACTION = "image.comprehension.human-action-recognition"
DERAIN = "image.generation.image-deraining"


def test_values_join_by_name_and_the_rest_is_none() -> None:
    mine = ReferenceSet.from_mapping("mine", {"Image Deraining": 40, ACTION: None}, BENCH, date="2026-01")
    assert (mine[DERAIN], mine.covered, mine.date) == (40.0, 1, "2026-01")
    assert math.isnan(mine[ACTION])
    assert set(mine.provenance) == {None}
    assert list(mine) == list(BENCH.ids)


@pytest.mark.parametrize("value", [83, 83.0, Decimal("83"), Fraction(83), np.float32(83), np.int64(83), np.array(83)])
def test_any_number_is_one(value: object) -> None:
    assert ReferenceSet.from_mapping("mine", {ACTION: value}, BENCH)[ACTION] == 83.0  # type: ignore[dict-item]


@pytest.mark.parametrize("value", ["83", True, np.True_, [83], 1j])
def test_anything_else_is_not(value: object) -> None:
    with pytest.raises(BadTable, match=f"reference set 'mine': the reference of '{ACTION}' is .*, not a number"):
        ReferenceSet.from_mapping("mine", {ACTION: value}, BENCH)  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_reference_is_finite(value: float) -> None:
    with pytest.raises(NotFinite, match="use None, or leave the task out"):
        ReferenceSet.from_mapping("mine", {ACTION: value}, BENCH)


def test_two_names_of_one_task() -> None:
    with pytest.raises(DuplicateName, match=f"'{ACTION}' and 'Human Action Recog' are one task"):
        ReferenceSet.from_mapping("mine", {ACTION: 1, "Human Action Recog": 2}, BENCH)


def test_unknown_and_shared_names() -> None:
    with pytest.raises(UnknownTask, match="Did you mean 'Human Action Recognition'"):
        ReferenceSet.from_mapping("mine", {"Humann Action Recognition": 1}, BENCH)
    with pytest.raises(AmbiguousName, match="'AudioCaps' is the name of 2 tasks"):
        ReferenceSet.from_mapping("mine", {"AudioCaps": 1}, BENCH)


@pytest.mark.parametrize("given", [{}, {ACTION: None}])
def test_a_set_without_any_value(given: dict[str, None]) -> None:
    with pytest.raises(BadTable, match="reference set 'mine' has no value at all"):
        ReferenceSet.from_mapping("mine", given, BENCH)


def test_columns_of_one_length() -> None:
    with pytest.raises(LengthMismatch, match="values has 1 entries for 2 tasks"):
        ReferenceSet("mine", np.zeros(1), ("a", "b"))
    with pytest.raises(LengthMismatch, match="n has 1 entries for 2 tasks"):
        ReferenceSet("mine", np.zeros(2), ("a", "b"), n=(500,))
    with pytest.raises(NotFinite, match="the reference of 'b' is infinite"):
        ReferenceSet("mine", np.array([0, np.inf]), ("a", "b"))


def test_a_split_that_there_is() -> None:
    assert ReferenceSet.from_mapping("mine", {DERAIN: 40}, BENCH, split="closed").split == "closed"
    with pytest.raises(BadTable, match=r"reference set 'mine': split is 'close'. Did you mean 'closed'.* Wanted: full"):
        ReferenceSet.from_mapping("mine", {DERAIN: 40}, BENCH, split="close")


def test_the_given_array_stays_the_users() -> None:
    given = np.zeros(2)
    ReferenceSet("mine", given, ("a", "b"))
    given[0] = 1.0
    assert given[0] == 1.0


def test_a_set_of_another_catalogue_is_refused() -> None:
    other = ReferenceSet("other", np.zeros(1), ("a",))
    with pytest.raises(LengthMismatch, match="reference set 'other' is not aligned to the 699 tasks of General-Bench"):
        Catalogue("General-Bench", BENCH.tasks, {"other": other})


def test_a_catalogue_without_sets_says_how_to_make_one() -> None:
    with pytest.raises(UnknownReferenceSet, match=r"bare has no reference set. ReferenceSet.from_mapping"):
        Catalogue("bare", BENCH.tasks).reference_set()
