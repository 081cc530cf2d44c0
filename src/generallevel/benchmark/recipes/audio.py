"""Recipes of the audio tasks: questions about sound, and sound that was generated.

Answers are compared as the released predictors compare them: without case, and without white space at the ends. What
needs ears is supplied: a transcriber, an extractor of features or of mel-cepstra, or ratings. A transcript that is at
hand already stands in the ratings file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generallevel._kernels.tokens import terms
from generallevel.benchmark.recipes.answers import CAPTION, LABELS, RATINGS, TEXT, YES_NO, rated
from generallevel.benchmark.recipes.audio_fields import (
    Description,
    cepstra,
    piece,
    recording,
    roll_said,
    roll_wanted,
    said_intent,
    said_qualities,
    transcribed,
    transcript,
    wanted_intent,
    wanted_qualities,
)
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.image_fields import Side, two_sided
from generallevel.benchmark.recipes.recipe import Format, FromHeader, Needs, Reader, Recipe

__all__ = ["FORMATS", "RULES"]

A_FILE = "Prediction: the path of a recording (WAV, or what soundfile reads)."

INTENT = Format(
    "intent",
    said_intent,
    wanted_intent,
    "Prediction: action, object and location, in this order. Reference: the same, or their three codes, which "
    "'intent_label' of the annotation file puts into words.",
    documented=True,
)
QUALITIES = Format(
    "qualities",
    said_qualities,
    wanted_qualities,
    "Prediction: all labels, a list or a text with commas between them, in any order. Reference: a list.",
    documented=True,
)
SPEECH = two_sided(
    "speech",
    recording,
    transcript,
    description=f"{A_FILE} Reference: what is to be said, a text; or 'text_file', the path of one. Transcripts that "
    "were made elsewhere stand in the ratings file, under 'transcript'.",
    media=True,
)
RECORDINGS = two_sided(
    "recordings", recording, description=f"{A_FILE} Reference: the path of a recording of the same words.", media=True
)
CEPSTRA = two_sided(
    "mel-cepstra",
    cepstra,
    description="Prediction and reference: the path of an array, shape (frames, order + 1), the energy first.",
    media=True,
)
SOUNDS = two_sided(
    "sounds",
    recording,
    description=f"{A_FILE} Reference: the path of a real recording, a member of the other set.",
    media=True,
)
DESCRIBED = Format(
    "sound and description",
    Side(recording, "prediction"),
    Description(),
    f"{A_FILE} Reference: the text that describes it, in 'output' or 'input'.",
    media=True,
)
STYLED = Format(
    "sound and style",
    Side(recording, "prediction"),
    Description(("style", "target_style", "caption", "text", "description", "prompt", "instruction")),
    f"{A_FILE} Reference: the text that describes the style, in 'output' or 'input'.",
    media=True,
)
ROLLS = two_sided(
    "piano rolls",
    roll_said,
    roll_wanted,
    description="Prediction and reference: a piano roll, shape (frames, notes), as the path of an array or a list of "
    "rows; or the path of a MIDI file, whose frames 'frames_per_quarter' of the annotation file counts.",
    media=True,
)
PIECE = Format(
    "piece of music",
    Side(piece, "prediction"),
    None,
    "Prediction: the path of a MIDI file; or rows of onset, duration and pitch, as a list or the path of an array, "
    "with the length of a bar in 'bars' of the annotation file.",
    media=True,
)

TRANSCRIBER = Needs("transcriber", "a transcriber of recordings (extractors.Wrapped makes one of a function)")
CLAP = Needs("clap", "an extractor of recordings and texts, such as extractors.clap(folder)")


def _rules() -> tuple[Rule, ...]:
    """How each metric of the tables is computed on the audio tasks."""

    def rule(
        metric: str,
        read: Format,
        variant: str = "standard",
        *,
        grade: str = "inferred",
        tasks: tuple[str, ...] = (),
        ratings: Reader | None = None,
        note: str = "",
        **params: Any,
    ) -> Rule:
        recipe = Recipe(metric, read, variant, params, grade=grade, ratings=ratings, note=note)
        return Rule(recipe, tasks=tasks, metric=metric, group="audio")

    exact: Mapping[str, Any] = {"space": "strip", "fold_case": True}
    heard = "words without case and punctuation; each character of Chinese is one"
    released_cepstra = "frame by frame, with the energy; the released cepstra: extractors.WorldCepstra.released()"
    return (
        rule("accuracy", TEXT, grade="official", **exact),
        rule("accuracy", YES_NO, grade="official", tasks=("audio.comprehension.bird-sound-detection",)),
        rule("accuracy", INTENT, grade="inferred", tasks=("audio.comprehension.intent-classification",)),
        rule(
            "accuracy",
            QUALITIES,
            tasks=("audio.comprehension.note-qualities-analysis",),
            note="all labels and no other, in any order; the released code wants their order too",
        ),
        rule("bleu_1", CAPTION, "released", grade="official"),
        rule("f1", LABELS, "entities", grade="ours", fold_case=True),
        rule("gpt_score", RATINGS, grade="ours", ratings=rated),
        rule("mos", RATINGS, grade="ours", ratings=rated),
        rule("wer", SPEECH, ratings=transcribed, note=heard, tokens=terms, transcriber=TRANSCRIBER),
        rule("cider", SPEECH, ratings=transcribed, note="CIDEr-D", transcriber=TRANSCRIBER),
        rule(
            "mcd",
            RECORDINGS,
            "released",
            note=released_cepstra,
            extractor=Needs("cepstra", "an extractor of mel-cepstra, such as extractors.WorldCepstra.released()"),
        ),
        rule("clap_score", DESCRIBED, grade="official", extractor=CLAP),
        rule("style_clap_score", STYLED, extractor=CLAP),
        rule("fad", SOUNDS, extractor=Needs("fad", "an extractor of recordings, such as VGGish")),
        rule("event_accuracy", ROLLS),
        rule("pitch_class_consistency", PIECE, "adjacent", grade="ours", bars=FromHeader("bars", None)),
    )


RULES = _rules()
FORMATS = (INTENT, QUALITIES, SPEECH, RECORDINGS, CEPSTRA, SOUNDS, DESCRIBED, STYLED, ROLLS, PIECE)
