"""The audio recipes: every task through its own readers and files, and what the readers refuse."""

import math
import pickle
import wave

import numpy as np
import pytest

from generallevel import Stream
from generallevel.benchmark import general_bench
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes import audio as recipes
from generallevel.benchmark.recipes.audio import FORMATS, RULES
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.recipe import Item, Recipe
from generallevel.errors import ImpossibleValue, InvalidInput, NotComputable, UnsafeFile
from generallevel.testing.synthetic import answers, audio
from generallevel.testing.synthetic.audio import write_midi, write_wave
from generallevel.testing.synthetic.audio_extractors import EXTRACTORS, LettersInSamples, MeanPair, spoken
from generallevel.testing.synthetic.reading import items_of, score_sample
from generallevel.testing.synthetic.sample import Order

BOOK = RecipeBook("general-bench", RULES)
TASKS = [task for task in general_bench().tasks if task.modality == "audio"]
MAKERS = {**answers.MAKERS, **audio.MAKERS}
PERFECT = {"mos": 5.0, "mcd": 0.0, "wer": 0.0, "fad": 0.0, "cider": 10.0}


def ordered(task, recipe, n, folder):
    places = [folder / name for name in ("bench", "perfect", "corrupted")]
    for place in places:
        place.mkdir(exist_ok=True)
    return Order(task, recipe, n, *places, np.random.default_rng(3))


def item(folder, prediction=None, output=None, given=None, **header):
    files = Files(folder, folder)
    return Item("1", given, output, prediction, header, files, files)


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_every_task_scores_what_is_known(task, n, tmp_path):
    order = ordered(task, BOOK.of(task, {}), n, tmp_path)
    assert order.recipe.metric == task.metric
    assert order.recipe.best == PERFECT.get(task.metric, 1.0)
    sample = MAKERS[order.recipe.format.name](order)
    best = score_sample(order, sample, extractors=EXTRACTORS)
    assert best.value == pytest.approx(order.recipe.best, rel=sample.tolerance, abs=1e-12)
    worse = score_sample(order, sample, corrupted=True, extractors=EXTRACTORS)
    assert worse.value == pytest.approx(sample.corrupted_value, rel=sample.tolerance, abs=1e-12)
    assert not best.reasons
    assert not worse.reasons
    assert sample.corrupted_value != order.recipe.best


@pytest.mark.parametrize("variant", ["standard", "released", "pooled"])
def test_cepstra_that_are_at_hand_need_no_extractor(variant, tmp_path):
    order = ordered(TASKS[0], Recipe("mcd", recipes.CEPSTRA, variant), 3, tmp_path)
    sample = MAKERS["mel-cepstra"](order)
    assert score_sample(order, sample).value == 0
    known = 10 / math.log(10) * math.sqrt(2) / 256
    assert score_sample(order, sample, corrupted=True).value == pytest.approx(known, rel=1e-9)


def test_every_format_has_a_maker_and_survives_a_pickle():
    assert {one.name for one in FORMATS} == set(audio.MAKERS)
    assert pickle.loads(pickle.dumps(RULES)) == RULES
    assert pickle.loads(pickle.dumps(FORMATS)) == FORMATS


@pytest.mark.parametrize(
    ("task", "role"),
    [
        ("text-to-speech", "transcriber"),
        ("image-to-speech", "transcriber"),
        ("emotional-speech-synthesis", "cepstra"),
        ("song-generation", "fad"),
        ("audio-edit", "clap"),
        ("music-style-transfer", "clap"),
    ],
)
def test_what_needs_ears_says_so(task, role):
    recipe = BOOK.of(general_bench().resolve(f"audio.generation.{task}"), {})
    assert recipe.roles == (role,)
    with pytest.raises(NotComputable, match=rf"pass extractors={{'{role}': \.\.\.}}"):
        recipe.parameters({}, {})


def test_transcripts_stand_in_for_a_transcriber(tmp_path):
    recipe = BOOK.of(general_bench().resolve("audio.generation.voice-conversion"), {})
    one = item(tmp_path, {"transcript": "The cat sat?"}, {"text": "the cat sat down"})
    stream = Stream("wer", tokens=recipe.params["tokens"])
    stream.add(recipe.ratings(one), recipe.format.reference(one))
    assert stream.value == 1 / 4
    with pytest.raises(InvalidInput, match=r"the transcript is 3 \(a number\)"):
        recipe.ratings(item(tmp_path, {"transcript": 3}))


def test_chinese_is_heard_character_by_character(tmp_path):
    task = general_bench().resolve("audio.generation.speech-translation-en-to-zh")
    order = ordered(task, BOOK.of(task, {}), 1, tmp_path)
    sample = audio.speech(order)
    assert " " not in sample.items[0]["output"]["text"]
    assert score_sample(order, sample, corrupted=True, extractors=EXTRACTORS).value == 2 / 5


def test_references_of_speech_are_texts_lists_and_files(tmp_path):
    (tmp_path / "said.txt").write_text("the cat\n", encoding="utf-8")
    read = recipes.SPEECH.reference
    assert read(item(tmp_path, output="the cat")) == "the cat"
    assert read(item(tmp_path, output={"text_file": "said.txt"})) == "the cat"
    assert read(item(tmp_path, output={"captions": ["a cat", "the cat"]})) == ("a cat", "the cat")
    with pytest.raises(InvalidInput, match=r"the reference is 3 \(a number\); wanted a text"):
        read(item(tmp_path, output={"text": 3}))


def test_channels_are_averaged_and_rates_kept(tmp_path):
    with wave.open(str(tmp_path / "two.wav"), "wb") as file:
        file.setparams((2, 2, 22050, 0, "NONE", ""))
        file.writeframes(np.array([[16384, 0], [0, -16384]], dtype="<i2").tobytes())
    heard = recipes.SPEECH.prediction(item(tmp_path, {"audio": "two.wav"}))
    assert (heard.samples.tolist(), heard.rate) == ([0.25, -0.25], 22050)


@pytest.mark.parametrize("said", [3, None, True, [], {}, ["1.wav"], {"sound": "1.wav"}], ids=repr)
@pytest.mark.parametrize("name", ["speech", "recordings", "sounds", "sound and description", "mel-cepstra"])
def test_what_is_no_path_is_refused(name, said, tmp_path):
    reader = next(one for one in FORMATS if one.name == name).prediction
    with pytest.raises(InvalidInput, match=r"wanted (a recording|an array of mel-cepstra)|there is no prediction"):
        reader(item(tmp_path, said))


def test_paths_that_leave_and_files_that_lie_are_refused(tmp_path):
    (tmp_path / "text.wav").write_text("I am no recording, whatever my name says")
    with pytest.raises(UnsafeFile, match=r"goes up by '\.\.'"):
        recipes.SPEECH.prediction(item(tmp_path, "../1.wav"))
    with pytest.raises(InvalidInput, match=r"text\.wav is text.*wanted a recording"):
        recipes.SPEECH.prediction(item(tmp_path, "text.wav"))
    with pytest.raises(InvalidInput, match=r"there is no file '1\.wav'"):
        recipes.PIECE.prediction(item(tmp_path, "1.wav"))


@pytest.mark.parametrize(
    ("output", "given", "wanted"),
    [
        ("rain", None, "rain"),
        ({"caption": "rain"}, {"prompt": "make a sound"}, "rain"),
        ({"audio": "1.wav"}, {"prompt": "rain"}, "rain"),
        (None, {"captions": ["rain", "then thunder"]}, "rain then thunder"),
        ({}, "rain", "rain"),
    ],
)
def test_descriptions_stand_in_the_output_or_the_input(output, given, wanted, tmp_path):
    assert recipes.DESCRIBED.reference(item(tmp_path, output=output, given=given)) == wanted


def test_a_sound_without_a_description_is_the_owners_slip(tmp_path):
    with pytest.raises(
        InvalidInput, match=r"neither output nor input describes the wanted sound; wanted a text under style"
    ):
        recipes.STYLED.reference(item(tmp_path, output={"audio": "1.wav"}))


NOTES = [(0.0, 2.0, 60), (2.0, 2.0, 64), (4.0, 2.0, 60), (6.0, 2.0, 67)]


def test_a_piece_comes_as_midi_as_rows_and_as_an_array(tmp_path):
    write_midi(tmp_path / "piece.mid", NOTES)
    np.save(tmp_path / "piece.npy", np.array(NOTES))
    recipe = BOOK.of(general_bench().resolve("audio.generation.pop-music-generation"), {})
    rows = [list(note) for note in NOTES]
    for said, header in (
        ("piece.mid", {}),
        ("piece.npy", {"bars": 4}),
        (rows, {"bars": 4}),
        ({"notes": rows}, {"bars": 4}),
    ):
        stream = Stream(recipe.metric, variant=recipe.variant, **recipe.parameters(header, {}))
        stream.add(recipe.format.prediction(item(tmp_path, said)))
        assert stream.value == 0.5  # C and E, C and G


@pytest.mark.parametrize("said", [[[0, 1]], [[0, 1, "C"]], [0, 1, 60], [[0, 1, True]], [[0, 1, 60], [1, 2]]])
def test_odd_notes_are_refused(said, tmp_path):
    recipe = BOOK.of(general_bench().resolve("audio.generation.pop-music-generation"), {})
    stream = Stream(recipe.metric, pairs="adjacent", bars=4)
    wanted = r"notes are rows of onset, duration and pitch, all of one length|shape \(n, 3\)"
    with pytest.raises(InvalidInput, match=wanted):
        stream.add(recipe.format.prediction(item(tmp_path, said)))


def test_numbers_beyond_every_scale_are_refused(tmp_path):
    with pytest.raises(ImpossibleValue, match=r"too large to be computed with"):
        recipes.PIECE.prediction(item(tmp_path, [[0, 1, 10**400]]))


def test_piano_rolls_come_from_midi_at_stated_frames(tmp_path):
    write_midi(tmp_path / "true.mid", NOTES)
    write_midi(tmp_path / "short.mid", NOTES[:3])
    write_midi(tmp_path / "long.mid", [*NOTES, (8.0, 4.0, 72)])
    read = recipes.ROLLS
    wanted = read.reference(item(tmp_path, output={"midi": "true.mid"}, frames_per_quarter=2))
    assert wanted.shape == (16, 128)
    assert np.argwhere(wanted)[:, 1].reshape(4, 4).tolist() == [[60] * 4, [64] * 4, [60] * 4, [67] * 4]
    for name, right in (("true.mid", 4), ("short.mid", 3), ("long.mid", 4)):
        one = item(tmp_path, name, {"midi": "true.mid"}, frames_per_quarter=2)
        stream = Stream("event_accuracy")
        stream.add(read.prediction(one), read.reference(one))
        assert stream.value == right / 4
    with pytest.raises(
        InvalidInput, match=r"the annotation file says 'frames_per_quarter': None; wanted a number above 0"
    ):
        read.reference(item(tmp_path, output="true.mid"))
    assert read.reference(item(tmp_path, output=[[0, 1], [1, 0]])).tolist() == [[0, 1], [1, 0]]


def test_a_roll_without_end_does_not_fit(tmp_path):
    write_midi(tmp_path / "long.mid", [(0.0, 300_000.0, 60)])
    with pytest.raises((ImpossibleValue, InvalidInput), match=r"does not fit the limits|more than 100000 bars"):
        recipes.ROLLS.reference(item(tmp_path, output="long.mid", frames_per_quarter=128))


LABELS = {"action": {"5": "change language"}, "object": {"0": "none"}, "location": {"2": "none"}}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("change language, none, none", True),
        ("Change Language None None.", True),
        ("5 0 2", True),
        ("change language", False),
        ("none none change language", False),
    ],
)
def test_intents_are_three_parts_in_their_order(said, right, tmp_path):
    one = item(tmp_path, said, {"text": "5 0 2"}, intent_label=LABELS)
    assert (recipes.INTENT.prediction(one) == recipes.INTENT.reference(one)) is right


def test_codes_without_words_stay_codes(tmp_path):
    assert recipes.INTENT.reference(item(tmp_path, output={"text": "5 0 7"}, intent_label=LABELS)) == "5 0 7"
    assert recipes.INTENT.reference(item(tmp_path, output={"text": "5 0 2"})) == "5 0 2"


@pytest.mark.parametrize(
    ("said", "output", "right"),
    [
        ("dark, bright", {"text": ["bright", "dark"]}, True),
        (["Dark", "bright"], {"text": ["bright", "dark"]}, True),
        ("dark,bright.", {"text": "bright, dark"}, True),
        ("dark", {"text": ["bright", "dark"]}, False),
        ("none", {"text": []}, True),
        ("", {"text": []}, True),
        ("dark", {"text": []}, False),
    ],
)
def test_qualities_are_all_or_nothing(said, output, right, tmp_path):
    one = item(tmp_path, said, output)
    assert (recipes.QUALITIES.prediction(one) == recipes.QUALITIES.reference(one)) is right


def test_birds_are_there_or_not(tmp_path):
    recipe = BOOK.of(general_bench().resolve("audio.comprehension.bird-sound-detection"), {})
    assert recipe.format.reference(item(tmp_path, output={"text": 1})) == recipe.format.prediction(
        item(tmp_path, "Yes.")
    )
    with pytest.raises(InvalidInput, match=r"'I do not know' is neither yes nor no"):
        recipe.format.prediction(item(tmp_path, "I do not know"))


def test_the_toys_hear_what_was_written(tmp_path):
    write_wave(tmp_path / "1.wav", spoken("Кошка 猫"))
    heard = recipes.SPEECH.prediction(item(tmp_path, "1.wav"))
    assert LettersInSamples()([heard]) == ["Кошка 猫"]
    with pytest.raises(InvalidInput, match=r"names no sound"):
        MeanPair()(["silence"])


def test_ids_pair_as_texts(tmp_path):
    order = ordered(TASKS[0], BOOK.of(TASKS[0], {}), 2, tmp_path)
    sample = MAKERS["text"](order)
    assert {type(entry["id"]) for entry in sample.perfect} == {int, str}
    found = items_of(sample, sample.perfect[:1], tmp_path, tmp_path)
    assert [one.prediction is None for one in found] == [False, True]
