"""Which names lead to a task, and what a name that does not says."""

import pytest

from generallevel.benchmark import Catalogue, general_bench
from generallevel.benchmark.names import folded
from generallevel.errors import AmbiguousName, LengthMismatch, UnknownName, UnknownTask

BENCH = general_bench()
ACTION = "image.comprehension.human-action-recognition"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Human  Action-Recognition", "humanactionrecognition"),
        ("3D_Tracking", "3dtracking"),
        ("\N{FULLWIDTH LEFT PARENTHESIS}ZH\N{FULLWIDTH RIGHT PARENTHESIS}", "zh"),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "strasse"),
        ("\N{CJK UNIFIED IDEOGRAPH-6570}\N{CJK UNIFIED IDEOGRAPH-636E}", "\u6570\u636e"),
        ("?!-", ""),
    ],
)
def test_folding(name: str, key: str) -> None:
    assert folded(name) == key


@pytest.mark.parametrize(
    "name",
    [
        ACTION,
        "IMAGE.Comprehension.human_action_recognition",
        "Human Action Recognition",
        "human action   recog",
        " Human-Action-Recognition ",
    ],
)
def test_a_task_has_many_spellings(name: str) -> None:
    assert BENCH.resolve(name).id == ACTION
    assert BENCH.resolve(name, "image comprehension").id == ACTION


def test_a_misspelt_id_offers_the_right_one() -> None:
    with pytest.raises(
        UnknownTask, match=r"General-Bench has no task '.*desease.*'\. Did you mean '.*plant-disease-det"
    ):
        BENCH.resolve("image.comprehension.plant-desease-detection")


def test_an_empty_name_is_unknown() -> None:
    with pytest.raises(UnknownTask, match="has no task '---'"):
        BENCH.resolve("---")


def test_a_number_is_no_name() -> None:
    with pytest.raises(UnknownTask, match="7 is not a task name: wanted text"):
        BENCH.positions([7])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("AudioCaps", ("audio.comprehension.long-audio-captioning", "audio.comprehension.wild-audio-captioning")),
        (
            "emotion recog",
            ("image.comprehension.emotion-recognition", "audio.comprehension.speech-emotion-recognition"),
        ),
    ],
)
def test_a_shared_name_lists_its_tasks(name: str, ids: tuple[str, str]) -> None:
    with pytest.raises(AmbiguousName, match="is the name of 2 tasks") as caught:
        BENCH.resolve(name)
    assert all(repr(task_id) in str(caught.value) for task_id in ids)


def test_a_sheet_decides_between_sheets() -> None:
    assert BENCH.resolve("Emotion Recog", "Audio-Comprehension").id == "audio.comprehension.speech-emotion-recognition"
    assert BENCH.resolve("Emotion Recog", "Image-Comprehension").id == "image.comprehension.emotion-recognition"


def test_a_sheet_does_not_decide_within_itself() -> None:
    with pytest.raises(AmbiguousName, match=r"long-audio-captioning' and 'audio.comprehension.wild-audio-captioning"):
        BENCH.resolve("AudioCaps", "Audio-Comprehension")


def test_on_a_sheet_the_full_name_goes_before_the_short_one() -> None:
    name = "Video Salient Object Detection"  # the full name of one task and the short name of another
    assert BENCH.resolve(name, "Video-Comprehension").id == "video.comprehension.video-salient-object-detection"
    with pytest.raises(AmbiguousName, match="human-video-salient-detection"):
        BENCH.resolve(name)


@pytest.mark.parametrize("name", ["Human Action Recognition", ACTION, "Human Action Recog"])
def test_a_name_of_another_sheet_says_where_the_task_lives(name: str) -> None:
    with pytest.raises(UnknownTask, match=rf"on sheet NLP; it has '{ACTION}' on sheet Image-Comprehension"):
        BENCH.resolve(name, "NLP")


def test_a_shared_name_of_other_sheets_is_unknown_here() -> None:
    with pytest.raises(UnknownTask, match=r"on sheet NLP; it has .* on sheet Image-Comp.* and .* on sheet Audio-Comp"):
        BENCH.resolve("Emotion Recog", "NLP")


def test_an_unknown_sheet_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no sheet 'Image-Comprehenson'\. Did you mean 'Image-Comprehension'"):
        BENCH.resolve("Human Action Recognition", "Image-Comprehenson")


def test_positions_of_all_ids() -> None:
    assert BENCH.positions(BENCH.ids) == list(range(699))
    assert BENCH.positions(list(reversed(BENCH.ids))) == list(reversed(range(699)))


def test_positions_of_all_workbook_names_on_their_sheets() -> None:
    names = [task.workbook_name for task in BENCH]
    assert BENCH.positions(names, [task.sheet for task in BENCH]) == list(range(699))


def test_positions_keep_a_repeated_task() -> None:
    assert BENCH.positions([ACTION, "Human Action Recognition"]) == [1, 1]


def test_one_unknown_name_among_many_is_named() -> None:
    with pytest.raises(UnknownTask, match=r"^General-Bench has no task 'Human Acton Recognition'\. Did you mean"):
        BENCH.positions([ACTION, "Human Acton Recognition"])


def test_many_unknown_names_are_counted_and_the_first_spelled_out() -> None:
    with pytest.raises(UnknownTask, match=r"7 of 8 names are not tasks of General-Bench \(and 2 more\)") as caught:
        BENCH.positions([ACTION, *(f"zzz{n}" for n in range(7))])
    assert str(caught.value).count("has no task") == 5


def test_one_sheet_for_each_name() -> None:
    with pytest.raises(LengthMismatch, match="2 names but 1 sheets"):
        BENCH.positions([ACTION, ACTION], ["Image-Comprehension"])


def test_names_of_an_empty_catalogue() -> None:
    with pytest.raises(UnknownTask, match=r"nothing has no task 'a'\."):
        Catalogue("nothing", ()).resolve("a")
