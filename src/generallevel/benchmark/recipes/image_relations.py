"""Names: formats in which an answer names what there is and what stands in which relation to what.

Objects: classes, entities of a text with a picture, the relation of two given things, scene graphs. All layouts are
ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from generallevel.benchmark.recipes.image_boxes import box_columns
from generallevel.benchmark.recipes.image_fields import Given, described, two_sided
from generallevel.benchmark.recipes.image_objects import LISTS
from generallevel.errors import InvalidInput

__all__ = ["CLASS", "ENTITIES", "RELATION_OF_TWO", "SCENE_GRAPH"]

MOST_RANKED = 50  # the 50 of R@50
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
JOINT = "<p>"  # between the answers of one text, as General-Bench joins the sets of language tasks


def _graph(given: Given) -> dict[str, Any]:
    if not isinstance(given.value, Mapping) or not isinstance(given.value.get("relations"), list):
        raise InvalidInput(
            f"the {given.side} is {described(given.value)}; wanted a scene graph: "
            '{"objects": [{"bbox": ..., "label": ...}, ...], "relations": [[0, 1, "on"], ...]}'
        )
    rows, scores = [], []
    for one in given.value["relations"]:
        if isinstance(one, Mapping):
            if one.get("score") is not None:
                scores.append(one["score"])
            one = [one.get("subject"), one.get("object"), one.get("predicate")]
        if not isinstance(one, list) or len(one) != 3 or not all(type(place) is int for place in one[:2]):
            raise InvalidInput(
                f"a relation of the {given.side} is {described(one)}; wanted [subject, object, predicate], the first "
                "two being places among the objects, from 0"
            )
        rows.append((one[0], one[1], _plain(one[2]) if isinstance(one[2], str) else one[2]))
    objects = box_columns(given) if {"boxes", *LISTS} & given.value.keys() else {}
    graph = {key: column for key, column in objects.items() if key in ("boxes", "labels")}
    if scores and given.side == "prediction":
        if len(scores) != len(rows):
            raise InvalidInput(
                f"{len(scores)} of {len(rows)} relations of the prediction have a score: all or none have"
            )
        graph["scores"] = scores
    return {**graph, "relations": rows}


def _plain(text: str) -> str:
    """A text without case, runs of white space, and punctuation at its ends."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.strip(" .,;:!?\"'")


def _texts(given: Given, keys: tuple[str, ...], what: str) -> list[str]:
    value = given.under(keys, what).value
    pieces = value.split(JOINT) if isinstance(value, str) else value
    if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
        raise InvalidInput(f"the {given.side} is {described(value)}; wanted {what}: a text, or a list of texts")
    return [_plain(piece) for piece in pieces]


RELATION_KEYS = ("relation", "relations", "predicate", "description", "descriptions", "answer", "text")
PAIR = {"boxes": [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]], "labels": [0, 1]}  # the two things are given


def _ranked(given: Given) -> dict[str, Any]:
    """The first answers of a ranking, each right or wrong: right is predicate 1, whichever reference it equals."""
    right = set(
        _texts(Given(given.item.output, given.item.files, given.item, "reference"), RELATION_KEYS, "a relation")
    )
    answers = _texts(given, RELATION_KEYS, "a relation, or a ranking of relations")[:MOST_RANKED]
    return {"relations": [(0, 1, int(answer in right)) for answer in answers]}


def _right(given: Given) -> dict[str, Any]:
    if not any(_texts(given, RELATION_KEYS, "a relation, or several of which any is right")):
        raise InvalidInput("the reference names no relation")
    return {**PAIR, "relations": [(0, 1, 1)]}


def _class(given: Given) -> str:
    value = given.under(("label", "class", "class_name", "category", "answer", "text", "name"), "a class").value
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str) or not _plain(value):
        raise InvalidInput(f"the {given.side} is {described(value)}; wanted the name of a class, or its number")
    if value.strip().lower().endswith(PICTURES):
        raise InvalidInput(
            f"the {given.side} is {value!r:.60}, a picture; wanted its class: run the classifier, and give what it says"
        )
    return _plain(value)


def _entities(given: Given) -> list[tuple[str, str]]:
    value = given.value
    if isinstance(value, Mapping):
        value = given.under(("entities", "labels", "answer"), "entities").value
    if isinstance(value, str):
        value = [piece.rpartition(":")[::2] for piece in value.split(JOINT) if piece.strip()]
    if not isinstance(value, list):
        raise InvalidInput(f"the {given.side} is {described(value)}; wanted a list of entities, empty for none")
    found = []
    for one in value:
        pair: Any = one
        if isinstance(one, Mapping):
            text = one.get("text", one.get("entity"))
            pair = (text, one.get("type", one.get("label")))
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise InvalidInput(
                f"an entity of the {given.side} is {described(one)}; wanted "
                '{"text": "Harry Potter", "type": "PER"}, ["Harry Potter", "PER"] or "Harry Potter: PER"'
            )
        entity, kind = (" ".join(part.split()) for part in pair)
        if not entity or not kind:
            raise InvalidInput(f"an entity of the {given.side} is {described(one)}: it lacks its words or its type")
        found.append((kind.upper(), entity))
    return found


CLASS = two_sided(
    "class",
    _class,
    description="The name of one class on either side, or its number, alone or under `label`; case, white space and "
    "punctuation at the ends do not count. Of a generated image it is what a classifier says of it.",
)
SCENE_GRAPH = two_sided(
    "scene graph",
    _graph,
    description="`objects` as in `boxes`, and `relations` between them, `[subject, object, predicate]` by place, the "
    "surest first or each with a `score`.",
)
RELATION_OF_TWO = two_sided(
    "relation of two things",
    _ranked,
    _right,
    description="Unresolved: what the tables computed is not known. Read here: an answer, or a ranking of up to 50 "
    "(a list, or joined by `<p>`); an item is found where one of them equals one of the references but for case, white "
    "space and punctuation at the ends.",
)
ENTITIES = two_sided(
    "entities",
    _entities,
    description="The entities of a text with their types: a list of `text` and `type`, of pairs, or texts "
    "`words: TYPE` joined by `<p>`. An entity counts once for each type, whatever its place.",
)
