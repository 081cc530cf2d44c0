"""Mutated files: whatever bytes come, there is a result or one of our errors, and both ways say the same."""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generallevel.benchmark.folders.discovery import task_in_header
from generallevel.benchmark.folders.documents import (
    Annotation,
    Predictions,
    read_annotation,
    read_predictions,
    read_ratings,
)
from generallevel.benchmark.folders.limits import LIMITS
from generallevel.benchmark.folders.pairing import pair
from generallevel.benchmark.folders.strict import _Hooks, flaw, read_document
from generallevel.errors import GeneralLevelError

ANNOTATION = json.dumps(
    {
        "task": "Dog Breeds",
        "type": "MultipleChoiceQA",
        "data": [{"id": n, "input": {"q": 'é \\ " [{'}, "output": {"answer": "B"}} for n in (0, "1", 2, "x")],
    },
    ensure_ascii=False,
).encode()
PREDICTION = json.dumps(
    [
        {"id": n, "prediction": answer}
        for n, answer in zip((0, 1, "2", "x"), ("A", ["B"], {"box": [1.5, -2e3]}, None), strict=True)
    ]
).encode()

PIECES = [
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 500,
    b"0.5",
    b"true",
    b'"id": 7,',
    b'"id": 7.0,',
    b'"id": 7.5,',
    b'"id": [],',
    b'"prediction": 1,',
    b'"data": [],',
    b"\\ud83d",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\0",
    b"\n",
    b"[" * 200,
    b'{"a":' * 200,
    b"<html>",
    b"\x80\x04",
    b"PK\x03\x04",
    b"'",
    b"\\u0000",
    b"-",
    b"1_0",
    b"+",
]


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    content = original
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        how = draw(st.sampled_from(["insert", "drop", "double", "byte", "cut", "move"]))
        span = draw(st.integers(1, 30))
        if how == "insert":
            content = content[:start] + draw(st.sampled_from(PIECES)) + content[start:]
        elif how == "drop":
            content = content[:start] + content[start + span :]
        elif how == "double":
            content = content[: start + span] + content[start:]
        elif how == "byte":
            content = content[:start] + bytes([draw(st.integers(0, 255))]) + content[start + 1 :]
        elif how == "cut":
            content = content[:start]
        else:
            target = draw(st.integers(0, len(content)))
            content = content[:target] + content[start : start + span] + content[target:]
    return content


def outcome(read: Any, path: Path) -> Any:
    """What a reader gives; None for one of our errors. Any other error ends the test."""
    try:
        return read(path)
    except GeneralLevelError as error:
        str(error).encode()  # can be written anywhere
        return None


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(asked=mutated(ANNOTATION), answered=mutated(PREDICTION), packed=st.booleans(), lines=st.booleans())
def test_any_pair_of_files_ends_with_a_pairing_or_one_of_our_errors(
    tmp_path_factory: pytest.TempPathFactory, asked: bytes, answered: bytes, packed: bool, lines: bool
) -> None:
    folder = tmp_path_factory.getbasetemp()
    ours, theirs = folder / "annotation.json", folder / f"prediction.json{'l' * lines}{'.gz' * packed}"
    ours.write_bytes(asked)
    theirs.write_bytes(gzip.compress(answered, 1) if packed else answered)
    outcome(task_in_header, ours)
    outcome(task_in_header, theirs)
    annotation: Annotation = outcome(read_annotation, ours) or read_annotation(_sound(folder))
    for read in (read_predictions, read_ratings):
        predictions: Predictions | None = outcome(read, theirs)
        if predictions is None:
            continue
        pairing = pair(annotation, predictions)
        assert [item.id for item in pairing.items] == [item.id for item in annotation.items]
        assert not predictions.by_id.keys() & predictions.reasons.keys()
        for item in pairing.items:
            assert item.prediction is None or item.id not in pairing.reasons
            assert flaw(item.prediction) is None
        for text in (*pairing.notes, *pairing.reasons.values()):
            text.encode()


def _sound(folder: Path) -> Path:
    path = folder / "sound.json"
    path.write_bytes(ANNOTATION)
    return path


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(content=mutated(ANNOTATION) | mutated(PREDICTION))
def test_the_quick_way_says_what_the_slow_way_says(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "both.json"
    path.write_bytes(content)
    try:
        quick = read_document(path)
    except GeneralLevelError:
        return
    slow = json.loads(content.decode("utf-8-sig"), **_Hooks(LIMITS).hooks)
    assert quick == slow
    assert _is_sound(quick)


def _is_sound(value: Any) -> bool:
    """Whether no number of a tree is infinite or no number at all."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict | list):
        return all(map(_is_sound, value.values() if isinstance(value, dict) else value))
    return True


twins = st.recursive(
    st.integers(0, 3).map(str) | st.sampled_from(['"a:b"', "[]", "{}", '"\\""']),
    lambda inner: (
        st.lists(st.tuples(st.sampled_from("abc"), inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f'"{key}": {value}' for key, value in pairs) + "}"
        )
        | st.lists(inner, max_size=3).map(lambda values: f"[{', '.join(values)}]")
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(text=twins)
def test_no_key_that_stands_twice_is_overlooked(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "twins.json"
    path.write_text(text)
    assert read_document(path) == json.loads(text, **_Hooks(LIMITS).hooks)


@given(content=st.binary(max_size=200), packed=st.booleans())
def test_any_bytes_end_with_a_value_or_one_of_our_errors(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.json.gz"
    path.write_bytes(gzip.compress(content)[: -1 if packed else None] if packed else b"\x1f\x8b" + content)
    outcome(read_document, path)
    outcome(task_in_header, path)
