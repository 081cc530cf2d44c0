"""Strict JSON: what is read, what becomes `Unreadable` in its place, and what the errors say."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.folders.shape import Shape, shape_of
from generallevel.benchmark.folders.strict import Unreadable, flaw, read_document, read_tree
from generallevel.errors import BadTable, UnsafeFile


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def writing(content: bytes | str, name: str = "a.json") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return writing


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(value=json_values, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_what_json_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, value: Any, ascii_only: bool, indent: int | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.json"
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    assert read_document(path) == value


def measured(value: Any) -> tuple[int, int, int]:
    """Depth, keys and containers by the plain recursion."""
    if not isinstance(value, dict | list):
        return 0, 0, 0
    inner = [measured(one) for one in (value.values() if isinstance(value, dict) else value)]
    keys = len(value) if isinstance(value, dict) else 0
    return (
        1 + max((depth for depth, _, _ in inner), default=0),
        keys + sum(count for _, count, _ in inner),
        1 + sum(count for _, _, count in inner),
    )


marked = st.recursive(
    st.text(alphabet='"\\[]{}:, é\n0e', max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='"\\[{:,a', max_size=4), inner),
    max_leaves=30,
)


@given(value=marked, ascii_only=st.booleans())
def test_the_shape_is_that_of_the_tree_whatever_stands_in_texts(value: Any, ascii_only: bool) -> None:
    shape = shape_of(json.dumps(value, ensure_ascii=ascii_only).encode())
    assert (shape.depth, shape.keys, shape.containers) == measured(value)


def test_the_shape_is_the_same_across_the_chunks_it_is_measured_in(monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps([{"a": 'x"[', "b": ["]}", {"c": []}]}] * 9).encode()
    whole = shape_of(content)
    for size in range(1, 12):
        monkeypatch.setattr("generallevel.benchmark.folders.shape._CHUNK", size)
        assert shape_of(content) == whole == Shape(5, whole.values, 27, 37)


@pytest.mark.parametrize("depth", [65, 1_000, 100_000])
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_deep_nesting_is_refused(write: Any, depth: int, pair: str) -> None:
    path = write(pair[:-1] * depth + "1" + pair[-1] * depth)
    with pytest.raises(UnsafeFile, match=f"nested {depth:,} levels deep; at most 64"):
        read_document(path)


def test_deep_nesting_without_an_end_is_refused(write: Any) -> None:
    with pytest.raises(UnsafeFile, match="100,000 levels"):
        read_document(write("[" * 100_000))


def test_nesting_beyond_what_python_follows_is_an_error_under_any_limit(write: Any) -> None:
    with pytest.raises(UnsafeFile, match="deeper than Python can follow"):
        read_document(write("[" * 100_000 + "]" * 100_000), Limits(depth=10**6))


def test_brackets_in_texts_are_not_nesting(write: Any) -> None:
    value = ["[" * 1_000, '"' * 3 + "{" * 1_000, "\\" * 5 + "[" * 100]
    assert read_document(write(json.dumps(value))) == value


def test_closing_brackets_in_texts_do_not_hide_nesting(write: Any) -> None:
    with pytest.raises(UnsafeFile, match="levels deep"):
        read_document(write('["]]]",' * 70 + "1" + "]" * 70))


@pytest.mark.parametrize("content", ["\ufeff[1]", "[1]", " \n[1]\n"])
def test_utf_8_with_and_without_a_mark(write: Any, content: str) -> None:
    assert read_document(write(content)) == [1]


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wider_unicode_is_told(write: Any, coding: str) -> None:
    with pytest.raises(BadTable, match="UTF-16 or UTF-32: save it again as UTF-8"):
        read_document(write('[{"id": 1}]'.encode(coding)))


def test_latin_1_is_told_with_the_byte(write: Any) -> None:
    with pytest.raises(BadTable, match=r"not UTF-8 \(byte 2 is 0xe9\).*Latin-1"):
        read_document(write('["é"]'.encode("latin-1")))


@pytest.mark.parametrize(
    ("content", "slip"),
    [
        (b"", "is empty"),
        (b"  \n ", "is blank"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b"\x80\x04\x95\x0a", "is a pickle, which is never opened"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (b"id,prediction\n1,A\n", "is text that opens with 'id,prediction"),
        (b'[{"id": 1}', "ends too early"),
        (b'[{"id": "un', "ends too early"),
        (b'[{"id":', "ends too early"),
        (b"[1] [2]", "Something follows the end"),
        (b'{"id": 1}\n{"id": 2}\n', "JSON Lines"),
        (b"[1, 2,]", "comma"),
        (b'{"a": 1,}', "comma"),
        (b"[{'id': 1}]", "Python's own print"),
        (b"[None]", "Python's own print"),
        (b"[True]", "Python's own print"),
        (b'["a\nb"]', "line break"),
        (b"nothing", "is not JSON"),
    ],
)
def test_what_is_no_json_names_the_slip(write: Any, content: bytes, slip: str) -> None:
    with pytest.raises(BadTable, match=slip):
        read_document(write(content))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("NaN", "NaN is no JSON"),
        ("-Infinity", "-Infinity is no JSON"),
        ("1e400", "1e400 is beyond the largest float"),
        ("-1E+999", "beyond the largest float"),
        ("9" * 5_000, "a number of 5,000 digits; at most 400 are read"),
        ("0." + "1" * 500, "a number of 502 digits"),
        ("9" * 350, "beyond the largest float"),
        ("1" + "0" * 250 + "e99", "beyond the largest float"),
        ('{"k": 1, "k": 1}', "the key 'k' stands twice"),
        ('{"k": {"k": []}, "l": 1, "k": {"m": 2}}', "the key 'k' stands twice"),
    ],
)
def test_what_is_wrong_inside_stays_inside(write: Any, written: str, reason: str) -> None:
    first, bad, last = read_document(write(f'[{{"a": 1.5}}, {{"b": {written}}}, "c"]'))
    assert (first, last) == ({"a": 1.5}, "c")
    assert reason in (flaw(bad) or "")


def test_keys_that_differ_only_by_an_escape_are_one_key(write: Any) -> None:
    assert flaw(read_document(write(r'{"ab": 1, "\u0061b": 2}'))) == "the key 'ab' stands twice in one object"


def test_numbers_within_limits_are_exact(write: Any) -> None:
    written = ["1" * 300, "1e308", "-0.0", "5e-324", "1e-999", "0.1", "9007199254740993"]
    assert read_document(write(f"[{', '.join(written)}]")) == json.loads(f"[{', '.join(written)}]")


def test_texts_that_look_like_long_numbers_stay(write: Any) -> None:
    value = ["1" * 5_000, "1e999", {"1e400": "NaN"}]
    assert read_document(write(json.dumps(value))) == value


def test_a_lower_limit_of_digits_holds(write: Any) -> None:
    limits = Limits(digits=5)
    assert read_document(write("[12345, 1.234]"), limits) == [12345, 1.234]
    assert read_document(write("[123456]"), limits) == [Unreadable("a number of 6 digits; at most 5 are read")]


def test_half_a_character_stays_and_is_no_longer_clean(write: Any) -> None:
    tree = read_tree(write(r'["\ud83d"]'))
    assert tree.value == ["\ud83d"]
    assert not tree.clean
    assert flaw(tree.value) == "the text holds half a character (a lone surrogate, \\ud83d)"
    assert flaw(read_document(write(r'["\ud83d\ude00"]'))) is None


def test_values_are_counted_before_they_are_made(write: Any) -> None:
    with pytest.raises(UnsafeFile, match=r"12 values; at most 10 are read"):
        read_document(write(json.dumps([0] * 11)), Limits(values=10))
    with pytest.raises(UnsafeFile, match="values; at most"):
        read_document(write("[" + "{}," * 20 + "{}]"), Limits(values=10))


def test_size_is_limited(write: Any) -> None:
    path = write(json.dumps(["x" * 1_000]))
    with pytest.raises(UnsafeFile, match=r"holds more than .* MiB of JSON"):
        read_document(path, Limits(json_bytes=500))
    assert read_document(path, Limits(json_bytes=1_004)) == ["x" * 1_000]


@pytest.mark.parametrize("name", ["a.json.gz", "a.json"])
def test_gzip_is_told_by_its_first_bytes(write: Any, name: str) -> None:
    packed = gzip.compress(b'[{"id": 1},') + gzip.compress(b'{"id": 2}]') + b"\0" * 700
    assert read_document(write(packed, name)) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("content", "slip"),
    [
        (b"[1]", "is not gzip, as its suffix says"),
        (gzip.compress(b"[1]" * 100, mtime=0)[:-9], "cut short"),
        (gzip.compress(b"[1]", mtime=0)[:10] + b"\x07" * 20, "no whole gzip file"),
        (gzip.compress(b"[1]", mtime=0) + b"rest", "no whole gzip file"),
        (gzip.compress(b"", mtime=0), "gzip of nothing"),
    ],
    ids=["plain", "short", "damaged", "followed", "empty"],
)
def test_damaged_gzip_is_told(write: Any, content: bytes, slip: str) -> None:
    with pytest.raises(BadTable, match=slip):
        read_document(write(content, "a.json.gz"))


def test_gzip_bombs_are_refused_while_they_inflate(write: Any) -> None:
    bomb = gzip.compress(b" " * (8 * 2**20))
    with pytest.raises(UnsafeFile, match=r"inflates to more than 1 MiB"):
        read_document(write(bomb, "a.json.gz"), Limits(json_bytes=2**20))
    with pytest.raises(UnsafeFile, match="inflates more than 100 times"):
        read_document(write(bomb, "a.json.gz"), Limits(ratio=100))


def test_a_gzip_of_empty_members_does_not_hold_the_run_up(write: Any) -> None:
    with pytest.raises(UnsafeFile, match="holds more than"):
        read_document(write(gzip.compress(b"") * 40_000, "a.json.gz"))


def test_json_lines(write: Any) -> None:
    lines = '\ufeff{"id": 1}\r\n\n{"id": 2, "prediction": NaN}\n'
    first, second = read_document(write(lines, "a.jsonl"))
    assert first == {"id": 1}
    assert "NaN" in (flaw(second) or "")
    assert read_document(write(gzip.compress(b"1\n2"), "a.jsonl.gz")) == [1, 2]


@pytest.mark.parametrize("lines", ['{"id": 1}\n{"id": 2', '{"id": 1}\n],[\n'])
def test_a_bad_line_is_told_by_its_number(write: Any, lines: str) -> None:
    with pytest.raises(BadTable, match="line 2, is not JSON"):
        read_document(write(lines, "a.jsonl"))


def test_two_values_on_a_line_are_no_json_lines(write: Any) -> None:
    with pytest.raises(BadTable, match="line 1, is not JSON"):
        read_document(write("1, 2\n3\n", "a.jsonl"))


def test_paths_that_are_no_files_are_told_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    cases = {"no.json": "there is no file", "pipe.json": "a pipe or a device", ".": "is a folder", "a\0b": "cannot be"}
    for name, slip in cases.items():
        with pytest.raises(BadTable, match=slip):
            read_document(f"{tmp_path}/{name}")
    with pytest.raises(BadTable, match="a pipe or a device"):
        read_document("/dev/zero")
    with pytest.raises(BadTable, match="cannot be opened: File name too long"):
        read_document(tmp_path / ("x" * 5_000))
