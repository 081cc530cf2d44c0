"""Whatever is read, only our own errors leave the readers, and what is read can be written and read again."""

import json
import math
import string
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel.errors import GeneralLevelError
from generallevel.tables import ScoreTable, read_table

COUNT = 300
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.decimals(), st.fractions(),
    st.binary(max_size=4), st.sampled_from(["n/a", "inf", "-inf", "5%", "failed", "nan", "#N/A", "1e999"]),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip
HEADERS = st.sampled_from(
    [*("task", "Task Name", "score", "value", "unit", "n", "n_scored", "split", "low", "high", "reason"),
     *("model", "sheet", "number", "metric", "x", "")]
)  # fmt: skip
KEYS = HEADERS | st.sampled_from(["scores", "rows"]) | st.text(max_size=4)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
FIELDS = st.text(alphabet=string.printable, max_size=6) | st.sampled_from(["1", "inf", "n/a", "5%"])


def read_or_refuse(source: object) -> None:
    """The reader either gives a table that survives its own notation, or one of our errors."""
    try:
        table = read_table(source)
    except GeneralLevelError:
        return
    assert isinstance(table, ScoreTable)
    assert all(math.isnan(row.score) == (row.reason is not None) for row in table)
    if len(table):
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ("csv", "json"):
                path = Path(folder, f"again.{suffix}")
                table.write(path)
                assert read_table(path) == table


def read_bytes(content: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"fuzzed.{suffix}")
        path.write_bytes(content)
        read_or_refuse(path)


@settings(max_examples=COUNT, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=6) | st.integers(), CELLS | st.dictionaries(HEADERS, CELLS, max_size=4), max_size=6
    )
)
def test_mappings(mapping: dict[Any, Any]) -> None:
    read_or_refuse(mapping)


@settings(max_examples=COUNT, deadline=None)
@given(JSON)
def test_json_documents(document: Any) -> None:
    read_bytes(json.dumps(document).encode(), "json")
    if isinstance(document, dict | list):
        read_or_refuse(document)


@settings(max_examples=COUNT, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["json", "csv", "tsv", "xlsx"]))
def test_bytes(content: bytes, suffix: str) -> None:
    read_bytes(content, suffix)


@settings(max_examples=COUNT, deadline=None)
@given(st.text(alphabet='[]{},:"-+.e0123456789aINfty \\u' + "\ud7ff\x00", max_size=60))
def test_text_like_json(text: str) -> None:
    read_bytes(text.encode(), "json")


@settings(max_examples=COUNT, deadline=None)
@given(
    st.lists(HEADERS, min_size=1, max_size=5),
    st.lists(st.lists(FIELDS, max_size=5), max_size=5),
    st.sampled_from([",", ";", "\t"]),
)
def test_text_like_csv(header: list[str], rows: list[list[str]], mark: str) -> None:
    text = "\n".join(mark.join(line) for line in [header, *rows])
    read_bytes(text.encode(), "csv")
