"""What a stranger may write into a prediction file, or beside it: it costs an item, or the task, and never the run."""

import gzip
import io
import json
import math
import os
import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import generallevel as gl
from generallevel.benchmark.recipes.books import GENERAL_BENCH
from generallevel.testing.synthetic.tree import SyntheticBench, extractors, folder_of, write_general_bench

TEXTS = "Human Action Recognition"


def png(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def npz_bomb() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, disparity=np.zeros((40, 1, 2000, 2000)))
    return stream.getvalue()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SyntheticBench:
    """One task of every format and metric."""
    chosen: dict[tuple[str, str], str] = {}
    for task in gl.general_bench():
        recipe = GENERAL_BENCH.of(task, {})
        chosen.setdefault((recipe.format.name, recipe.metric), task.id)
    named = [gl.general_bench().resolve(name).id for name in (TEXTS, "Image Deraining")]
    tasks = dict.fromkeys([*named, *chosen.values()])
    return write_general_bench(tmp_path_factory.mktemp("bench"), tasks=tasks, items=2, size=16)


def one_task(bench: SyntheticBench, name: str, tmp_path: Path, content: Any) -> Any:
    """The result of a task under another prediction file."""
    task = gl.general_bench().resolve(name)
    folder = tmp_path / folder_of(task)
    folder.mkdir(parents=True, exist_ok=True)
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "prediction.json").write_bytes(raw)
    return gl.evaluate(bench.root, predictions=tmp_path, tasks=[task.id], extractors=extractors()).results[0]


# ---------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    "answer", [["x"], {"x": 1}, 7, True, None, math.pi, "\ud800", [], {}, [[[]]], "x" * 2_000_000, 10**300, -0.0]
)
def test_an_answer_of_the_wrong_kind_costs_its_item(bench: SyntheticBench, tmp_path: Path, answer: Any) -> None:
    right = json.loads(next(bench.perfect.rglob("HumanActionRecognition/prediction.json")).read_text())
    result = one_task(bench, TEXTS, tmp_path, [right[0], {**right[1], "prediction": answer}])
    assert result.value == 1 / 2
    assert not any(reason.startswith("unexpected") for reason in result.reasons.values())


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("nested", b"[" * 100_000 + b"]" * 100_000),
        ("nested in an item", b'[{"id": 1, "prediction": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]"),
        ("truncated", b'[{"id": 1, "prediction": "a"'),
        ("empty", b""),
        ("html", b"<!doctype html><html></html>"),
        ("pickle", b"\x80\x04\x95\x10\x00\x00\x00"),
        ("utf-16", '[{"id": 1}]'.encode("utf-16")),
        ("latin-1", b'[{"id": 1, "prediction": "caf\xe9"}]'),
        ("a number", b"7"),
        ("a text", b'"x"'),
    ],
)
def test_a_file_that_cannot_be_read_fails_its_task(
    bench: SyntheticBench, tmp_path: Path, name: str, raw: bytes
) -> None:
    result = one_task(bench, TEXTS, tmp_path, raw)
    assert result.value is None
    assert result.failed
    assert result.reason.startswith("failed: ")


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("NaN", b'{"id": 1, "prediction": NaN}'),
        ("infinity", b'{"id": 1, "prediction": -Infinity}'),
        ("a huge number", b'{"id": 1, "prediction": 1e999}'),
        ("5,000 digits", b'{"id": 1, "prediction": ' + b"9" * 5_000 + b"}"),
        ("two answers in one", b'{"id": 1, "prediction": "a", "prediction": "b"}'),
        ("half a character", b'{"id": 1, "prediction": "\\ud83d"}'),
    ],
)
def test_a_flaw_inside_an_item_costs_that_item(bench: SyntheticBench, tmp_path: Path, name: str, entry: bytes) -> None:
    right = json.loads(next(bench.perfect.rglob("HumanActionRecognition/prediction.json")).read_text())
    flawed = entry.replace(b'"id": 1', b'"id": ' + json.dumps(right[1]["id"]).encode())
    result = one_task(bench, TEXTS, tmp_path, b"\xef\xbb\xbf[" + json.dumps(right[0]).encode() + b"," + flawed + b"]")
    assert (result.value, result.n_scored) == (1 / 2, 1)
    assert len(result.reasons) == 1


# ------------------------------------------------------------------------------------------------------------ paths


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../../../secret.png",
        "C:\\secret.png",
        "\\\\host\\share",
        "a\0b.png",
        "x" * 5_000,
        "",
        " ",
        "link.png",
        ".",
    ],
)
def test_a_path_that_leaves_the_tree_is_refused(bench: SyntheticBench, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.png").write_bytes(png(16, 16))
    folder = tmp_path / "tree" / folder_of(gl.general_bench().resolve("Image Deraining"))
    folder.mkdir(parents=True)
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    items = [{"id": entry["id"], "prediction": path} for entry in annotation(bench, "ImageDeraining")["data"]]
    result = one_task(bench, "Image Deraining", tmp_path / "tree", items)
    assert result.value is None  # an unbounded metric without a single picture
    assert "of its 2 items has a prediction" in result.reason
    assert not any(reason.startswith("unexpected") for reason in result.reasons.values())


def annotation(bench: SyntheticBench, folder: str) -> Any:
    return json.loads(next(bench.root.rglob(f"{folder}/annotation.json")).read_text())


@pytest.mark.parametrize(
    ("name", "file", "content"),
    [
        ("Image Deraining", "a.png", png(60_000, 60_000)),
        ("Image Deraining", "a.png", png(16, 16)),
        ("Image Deraining", "a.png", b""),
        ("Image Deraining", "a.png", gzip.compress(b"0" * 10_000)),
        ("Image Deraining", "a.gif", b"GIF89a" + b"\xff" * 40),
        ("Synthetic Video Depth Estimation", "a.npz", npz_bomb()),
        ("Synthetic Video Depth Estimation", "a.npz", b"PK\x03\x04" + b"\0" * 60),
        ("Synthetic Video Depth Estimation", "a.npy", b"\x93NUMPY\x01\x00" + b"\xff" * 60),
    ],
    # Not their bytes: what is packed holds the time.
    ids=[
        "vast png",
        "png without pixels",
        "empty png",
        "gzip",
        "damaged gif",
        "npz bomb",
        "damaged npz",
        "damaged npy",
    ],
)
def test_a_medium_that_is_a_bomb_or_damaged_costs_its_item(
    bench: SyntheticBench, tmp_path: Path, name: str, file: str, content: bytes
) -> None:
    task = next(t for t in gl.general_bench() if t.name.replace("Sythetic", "Synthetic") == name)
    if task.id not in bench.known:
        task = gl.general_bench().resolve(next(n for n in bench.known if "video-depth" in n))
    folder = tmp_path / folder_of(task)
    folder.mkdir(parents=True)
    (folder / file).write_bytes(content)
    items = [{"id": entry["id"], "prediction": file} for entry in annotation(bench, folder.name)["data"]]
    result = one_task(bench, task.id, tmp_path, items)
    assert result.value is None
    assert len(result.reasons) == result.n_total
    assert not any(reason.startswith("unexpected") for reason in result.reasons.values()), result.reasons


# ------------------------------------------------------------------------------------------------------------- fuzz

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=8)
    | st.sampled_from(["..", "/etc/passwd", "images/0.png", "A", "[0, 0, 1, 1]", "1e999", "\ud800", "<p>", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON tree."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for position in range(min(len(value), 6)):
            yield from places(value[position], (*path, position))


def put(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """The tree with something else in one place."""
    if not path:
        return junk
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[first] = put(copy[first], tuple(rest), junk)
    return copy


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_files_end_with_a_report_or_a_named_error(
    bench: SyntheticBench, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(bench.known)))
    task = gl.general_bench().resolve(name)
    source = data.draw(st.sampled_from([bench.perfect, bench.corrupted])) / folder_of(task)
    answers = "prediction.json" if (source / "prediction.json").exists() else "ratings.json"
    which = data.draw(st.sampled_from(["answers", "answers", "annotation", "bytes"]))
    read = bench.root / folder_of(task) / "annotation.json" if which == "annotation" else source / answers
    mutated = read.read_bytes()
    if which == "bytes":
        chance = random.Random(data.draw(st.integers(0, 2**32)))
        raw = bytearray(mutated)
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(len(raw))] = chance.choice(b'"[]{},:0-9eN\\\xff')
        mutated = bytes(raw)
    else:
        tree = json.loads(mutated)
        where = data.draw(st.sampled_from(sorted(places(tree), key=repr)))
        mutated = json.dumps(put(tree, where, data.draw(JUNK))).encode()
    result = scored(bench, task, source, answers, which, mutated)
    if which != "annotation":  # a parameter of the wrong kind in a header is the owner's, and any error says so
        assert "unexpected" not in str(result.reason), (name, mutated[:400])
    assert not [reason for reason in result.reasons.values() if reason.startswith("unexpected")], (name, mutated[:400])
    if result.value is not None:
        low, high = gl.find(result.metric).bounds
        assert low - 1e-9 <= result.value <= high + 1e-9, (name, mutated[:400])


def scored(bench: SyntheticBench, task: Any, source: Path, answers: str, which: str, mutated: bytes) -> Any:
    """The result of the task with one of its files replaced by the mutated one, beside the media of the others."""
    from generallevel.benchmark.folders.answers import AnswerFile
    from generallevel.benchmark.folders.files import Files
    from generallevel.benchmark.runs.work import Job, score_task

    folder = bench.root / folder_of(task)
    target = (folder if which == "annotation" else source) / f"mutated-{os.getpid()}.json"
    target.write_bytes(mutated)
    try:
        files = Files(source.parents[len(folder_of(task).parts) - 1], source)
        given = AnswerFile(target if which != "annotation" else source / answers, files)
        nothing = AnswerFile(None, files)
        rated = answers == "ratings.json"
        return score_task(
            Job(
                task=task,
                folder="",
                annotation=target if which == "annotation" else folder / "annotation.json",
                predictions=nothing if rated else given,
                ratings=given if rated else nothing,
                files=Files(bench.root, folder),
                book=GENERAL_BENCH.restricted(task),
                extractors=extractors(),
            )
        )
    finally:
        target.unlink()
