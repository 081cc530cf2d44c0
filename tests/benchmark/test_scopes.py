"""Scope strings, boards, filters."""

import numpy as np
import pytest

from generallevel.benchmark import RELEASED, Catalogue, boards, general_bench, list_tasks, select
from generallevel.benchmark.scopes import skill_named
from generallevel.errors import AmbiguousName, UnknownName, UnknownScope

BENCH = general_bench()


def test_a_is_everything() -> None:
    scope = select(BENCH, " a ")
    assert (scope.kind, scope.text, scope.modalities) == ("A", "A", ("image", "video", "audio", "3d"))
    assert scope.positions.tolist() == list(range(699))
    assert select(BENCH, scope) is scope


@pytest.mark.parametrize("text", ["B:image+video", "b: Video + IMAGE", "B:video+image"])
def test_b_names_modalities_and_takes_language_along(text: str) -> None:
    scope = select(BENCH, text)
    assert (scope.kind, scope.text, scope.modalities) == ("B", "B:image+video", ("image", "video"))
    assert len(scope.positions) == 271 + 45 + 126 + 46 + 115
    assert {BENCH.tasks[p].modality for p in scope.positions} == {"image", "video", "language"}
    assert np.all(np.diff(scope.positions) > 0)


@pytest.mark.parametrize("text", ["C:3d.generation", "c: 3D Generation", "C:3D-Generation"])
def test_c_is_one_paradigm(text: str) -> None:
    scope = select(BENCH, text)
    assert (scope.text, scope.modalities, scope.paradigm, len(scope.positions)) == (
        "C:3d.generation",
        ("3d",),
        "generation",
        22,
    )


@pytest.mark.parametrize("text", ["D:#I-C-1", "d:i-c-1", "D:#I-C-1 behavior recognition", "D:Behavior Recognition"])
def test_d_is_one_skill(text: str) -> None:
    scope = select(BENCH, text)
    assert (scope.text, scope.skill) == ("D:#I-C-1", "#I-C-1 Behavior Recognition")
    assert (scope.modalities, scope.paradigm, scope.positions.tolist()) == (("image",), "comprehension", [0, 1, 2])


def test_d_of_language_names_no_modality() -> None:
    scope = select(BENCH, "D:#L-13")
    assert (scope.modalities, scope.paradigm, len(scope.positions)) == ((), None, 1)


def test_codes_are_not_prefixes() -> None:
    assert select(BENCH, "D:#I-C-1").skill != select(BENCH, "D:#I-C-11").skill


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no scope is called ''.*Wanted: 'A', 'B:image"),
        ("E:image", "no scope is called 'E:image'"),
        ("A:image", "no scope is called 'A:image'"),
        ("A:", "no scope is called 'A:'"),
        ("B", "no scope is called 'B'"),
        ("B:", "no scope is called 'B:'"),
        ("image", "no scope is called 'image'.*Did you mean 'B:image'"),
        ("B:imgae", r"'imgae' is not a modality.*Did you mean 'image'\? It has image, video, audio, 3d"),
        ("B:image+", "'' is not a modality"),
        ("B:image+image", "names 'image' twice"),
        ("B:language", "no paradigms; scope B takes it along"),
        ("C:image", r"Did you mean 'image.comprehension' or 'image.generation'\? Scope C takes one of image.compr"),
        ("C:language", "Scope C takes one of"),
        ("C:audio.generaton", "Did you mean 'audio.generation'"),
        ("D:#I-C-99", "General-Bench has no skill group '#I-C-99'.*one of the 145 skill groups"),
        ("D:Behaviour Recognition", "no skill group 'Behaviour Recognition'"),
        ("D:#I-C-1 Code Generation", "no skill group '#I-C-1 Code Generation'"),
        ("A-quick", "task list of A-quick is not public"),
        ("a quick", "task list of A-quick is not public"),
    ],
)
def test_no_scope(text: str, message: str) -> None:
    with pytest.raises(UnknownScope, match=message):
        select(BENCH, text)


def test_a_scope_is_text() -> None:
    with pytest.raises(UnknownScope, match="scope None is not text"):
        select(BENCH, None)  # type: ignore[arg-type]


def test_boards() -> None:
    found = boards()
    kinds = [board.name.partition(":")[0] for board in found]
    assert [kinds.count(kind) for kind in ("A", "A-quick", "B", "C", "D")] == [1, 1, 4, 8, 145]
    assert len({board.name for board in found}) == len(found)
    assert {board.references for board in found} == {RELEASED}
    for board in found:
        if board.scope is None:
            assert (board.name, board.split) == ("A-quick", "quick")
            assert "not public" in board.note
        else:
            assert select(BENCH, board.scope).text == board.name


def test_skill_boards_cover_every_task_once() -> None:
    positions = [p for b in boards() if b.name.startswith("D:") and b.scope for p in select(BENCH, b.scope).positions]
    assert sorted(positions) == list(range(699))


def foreign(*skills: str) -> Catalogue:
    rows = [
        {
            "task": f"t{n}",
            "modality": "touch",
            "paradigm": "generation",
            "metric": "m",
            "unit": "raw",
            "better": "lower",
        }
        for n in range(len(skills))
    ]
    return Catalogue.from_rows([{**row, "skill": skill} for row, skill in zip(rows, skills, strict=True)], name="feel")


def test_scopes_of_another_benchmark() -> None:
    feel = foreign("grasp", "grasp", "push")
    assert select(feel, "B:touch").modalities == ("touch",)
    assert select(feel, "C:touch.generation").positions.tolist() == [0, 1, 2]
    assert select(feel, "D:grasp").positions.tolist() == [0, 1]
    with pytest.raises(UnknownScope, match=r"Scope C takes one of touch.generation"):
        select(feel, "C:touch.comprehension")
    assert [board.name for board in boards(feel)] == ["A", "B:touch", "C:touch.generation", "D:grasp", "D:push"]


def test_a_skill_name_that_two_groups_carry() -> None:
    with pytest.raises(AmbiguousName, match="'Grasp' is the name of 2 skill groups: #T-1 Grasp, #T-2 Grasp"):
        skill_named(foreign("#T-1 Grasp", "#T-2 Grasp"), "Grasp")


def test_filters_are_forgiving_and_add_up() -> None:
    assert len(list_tasks()) == 699
    assert len(list_tasks(modality="3D", paradigm="Generation")) == 22
    assert {task.metric for task in list_tasks(scope="C:image.generation", metric="PSNR")} == {"psnr"}
    assert list_tasks(modality="audio", metric="psnr") == ()  # both are known, and no task has both
    assert len(list_tasks(modality="language")) == 115


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"modality": "imgae"}, r"no task of General-Bench has modality 'imgae'\. Did you mean 'image'\?"),
        ({"paradigm": "compehension"}, "Did you mean 'comprehension'"),
        ({"paradigm": "language"}, r"has paradigm 'language'\. There are comprehension, generation"),
        ({"metric": "acuracy"}, "Did you mean 'accuracy'"),
        ({"protocol": "offical"}, "Did you mean 'official'"),
        ({"skill": "Behavior Recogntion"}, "no skill group"),
        ({"scope": "Z"}, "no scope is called 'Z'"),
        ({"modality": 3}, "has modality 3"),
    ],
)
def test_an_unknown_filter_value_is_an_error(filters: dict[str, str], message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        list_tasks(**filters)  # type: ignore[arg-type]
