"""Workbooks made to hurt: each gives a clear error, in bounded memory, or the right answer."""

import io
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from generallevel.errors import BadTable, GeneralLevelError, UnsafeFile
from generallevel.tables import read_sheets, read_table
from generallevel.tables.sheet_xml import MAX_CELLS

Make = Callable[..., Path]
Edit = Callable[[bytes], bytes]
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
HEADER = ("No", "Task Name", "Task Short Name", "Metrics", "mine")


def padded(size: int) -> Edit:
    return lambda xml: xml + b" " * size


def with_cells(cells: bytes) -> Edit:
    return lambda xml: xml.replace(b"</sheetData>", cells + b"</sheetData>")


def refused(path: Path, error: type[Exception], message: str) -> None:
    for read in (read_table, read_sheets):
        with pytest.raises(error, match=message):
            read(path)


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml"])
def test_an_honest_zip_bomb(make_workbook: Make, part: str) -> None:
    path = make_workbook(edit={part: padded(64 * 2**20)})
    assert path.stat().st_size < 2**20
    refused(path, UnsafeFile, f"results.xlsx holds '{part}', which inflates to more than 8 MiB")


def test_a_bomb_of_many_parts(make_workbook: Make) -> None:
    refused(
        make_workbook(edit={part: padded(7 * 2**20) for part in (SHEET, STRINGS, "xl/styles.xml")}),
        UnsafeFile,
        "inflates",
    )


def test_a_small_bomb_by_its_ratio(make_workbook: Make) -> None:
    refused(make_workbook(edit={SHEET: padded(4 * 2**20)}), UnsafeFile, "inflates more than 200 times")


@pytest.mark.parametrize("forge_checksum", [False, True])
def test_a_lying_zip_bomb(make_workbook: Make, forge_checksum: bool) -> None:
    """The directory and the local header both promise 1,000 bytes, if need be with the checksum of the first 1,000."""
    path = make_workbook(edit={SHEET: padded(64 * 2**20)})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(SHEET)
        start = archive.read(SHEET)[:1000]
    old, new = struct.pack("<L", entry.file_size), struct.pack("<L", 1000)
    assert content.count(old) == 2
    content = content.replace(old, new)
    if forge_checksum:
        content = content.replace(struct.pack("<L", entry.CRC), struct.pack("<L", zlib.crc32(start)))
    path.write_bytes(content)
    refused(path, UnsafeFile, "inflates to more than 8 MiB")


def test_a_header_that_lies_a_little(make_workbook: Make) -> None:
    path = make_workbook()
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(SHEET)
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", entry.CRC), struct.pack("<L", entry.CRC ^ 1)))
    refused(path, BadTable, f"'{SHEET}' is not what the directory says of it")


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))
DOCTYPE = b'<!DOCTYPE worksheet [<!ENTITY l0 "lol">' + LAUGHS + b"]>"


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
@pytest.mark.parametrize("doctype", [DOCTYPE, b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', b"<!DOCTYPE x>"])
def test_an_entity_bomb(make_workbook: Make, part: str, doctype: bytes) -> None:
    def declare(xml: bytes) -> bytes:
        head, mark, rest = xml.partition(b"?>")
        return head + mark + doctype + rest.replace(b"<t>Common", b"<t>&l9;Common")

    refused(make_workbook(edit={part: declare}), UnsafeFile, f"declares a document type or an entity in '{part}'")


def test_an_entity_in_another_encoding(make_workbook: Make) -> None:
    def recoded(xml: bytes) -> bytes:
        return xml.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    refused(make_workbook(edit={SHEET: recoded}), BadTable, "is not in UTF-8")
    seven = make_workbook(edit={SHEET: lambda xml: xml.replace(b"UTF-8", b"UTF-7")})
    refused(seven, BadTable, "is not in UTF-8")


def test_a_dimension_that_claims_the_whole_sheet(make_workbook: Make) -> None:
    def claim(xml: bytes) -> bytes:
        return xml.replace(b'<dimension ref="A1:E4"/>', b'<dimension ref="A1:XFD1048576"/>')

    assert len(read_table(make_workbook(edit={SHEET: claim}))) == 3


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="9"><c r="XFD9"><v>1</v></c></row>',
        b'<row r="9"><c r="A1048576"><v>1</v></c></row>',
        b"<row r='9'><c r='BM9'><v>1</v></c></row>",
        b'<row r="9"><c s="0" r="BM9"><v>1</v></c></row>',
        b'<row r="9"><c r="&#66;M9"><v>1</v></c></row>',
        b'<row spans="1:1" r="20001"><c><v>1</v></c></row>',
        b'<row r="9">' + b"<c><v>1</v></c>" * 65 + b"</row>",
        b"<row><c><v>1</v></c></row>" * 20_001,
        b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i) for i in range(10, 20_005)),
        b'<row r="9">' + b'<c r="A9"/>' * (MAX_CELLS + 1) + b"</row>",
    ],
    ids=[
        "corner",
        "column",
        "row",
        "quotes",
        "order",
        "reference",
        "spans",
        "unplaced-columns",
        "unplaced-rows",
        "rows",
        "cells",
    ],
)
def test_a_sheet_beyond_the_limits(make_workbook: Make, cells: bytes) -> None:
    refused(make_workbook(edit={SHEET: with_cells(cells)}), UnsafeFile, r"(reaches row .* are not read|inflates more)")


def test_the_largest_sheet_that_is_read(make_workbook: Make) -> None:
    rows = [HEADER, *((i, f"task {i}", "", "ACC", 1.0) for i in range(1, 20_000))]
    assert len(read_table(make_workbook({"NLP": rows}))) == 19_999


def test_a_sheet_of_a_million_rows_in_bounded_memory(make_workbook: Make) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i) for i in range(10, 1_048_577))
    path = make_workbook(edit={SHEET: with_cells(rows)})
    read = (
        "import sys\nfrom generallevel.errors import UnsafeFile\nfrom generallevel.tables import read_table\n"
        "try: read_table(sys.argv[1])\nexcept UnsafeFile as error: print(error)\n"
        "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    run = subprocess.run([sys.executable, "-c", read, str(path)], capture_output=True, text=True, check=True)
    message, peak = run.stdout.splitlines()
    assert "inflates to more than 8 MiB" in message
    assert int(peak) < 200 * 1024  # kilobytes; the interpreter and numpy alone take 50 MB


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (STRINGS, b' count="', b' count="4294967295'),
        (STRINGS, b' uniqueCount="', b' uniqueCount="&#57;999999999'),
        (STRINGS, b' uniqueCount="', b' uniqueCount="-'),
        ("xl/styles.xml", b'<cellXfs count="', b'<cellXfs count="99999999999'),
    ],
)
def test_a_count_that_would_end_the_interpreter(make_workbook: Make, part: str, old: bytes, new: bytes) -> None:
    refused(
        make_workbook(edit={part: lambda xml: xml.replace(old, new)}), UnsafeFile, "announces (count|uniqueCount) = "
    )


def test_a_part_that_is_no_sheet_cannot_pass_as_one(make_workbook: Make) -> None:
    """The relations name the shared strings as the sheet, and they hold a cell in the far corner."""

    def point(xml: bytes) -> bytes:
        return xml.replace(b"worksheets/sheet1.xml", b"sharedStrings.xml")

    def hide(xml: bytes) -> bytes:
        return xml.replace(b"</sst>", b'<sheetData><row r="1048576"><c r="XFD1048576"/></row></sheetData></sst>')

    refused(
        make_workbook(edit={"xl/_rels/workbook.xml.rels": point, STRINGS: hide}), UnsafeFile, "reaches row 1,048,576"
    )


@pytest.mark.parametrize(
    ("part", "edit"),
    [
        (SHEET, lambda xml: xml[: len(xml) // 2]),
        (SHEET, lambda xml: xml.replace(b"</row>", b"", 1)),
        (SHEET, lambda xml: xml.replace(b'r="A2"', b'r="ZZZZ2"')),
        (SHEET, lambda xml: xml.replace(b'r="A2"', b'r="A2" r="B2"')),
        (SHEET, lambda xml: b""),
        (SHEET, lambda xml: xml.replace(b"<v>0</v>", b"<v>4294967295</v>")),
        (SHEET, lambda xml: xml.replace(b"<v>83.33</v>", b"<v>many</v>")),
        (STRINGS, lambda xml: b"<sst/>"),
        (STRINGS, lambda xml: xml[:50]),
        ("xl/workbook.xml", lambda xml: xml.replace(b'r:id="rId1"', b'r:id="rId99"')),
        ("xl/workbook.xml", lambda xml: b"<workbook/>"),
        ("xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"worksheets/sheet1.xml", b"../../etc/passwd")),
        ("xl/_rels/workbook.xml.rels", lambda xml: b"<Relationships/>"),
    ],
)
def test_broken_xml(make_workbook: Make, part: str, edit: Edit) -> None:
    with pytest.raises(GeneralLevelError, match=r"results\.xlsx"):
        read_table(make_workbook(edit={part: edit}))


def test_a_truncated_file_at_every_length(make_workbook: Make) -> None:
    path = make_workbook()
    content = path.read_bytes()
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        with pytest.raises(BadTable, match=r"results\.xlsx"):
            read_table(path)


def test_flipped_bytes_are_refused_or_mean_nothing(make_workbook: Make) -> None:
    path = make_workbook()
    content, expected = path.read_bytes(), read_table(path)
    for position in range(0, len(content), 41):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0x55]) + content[position + 1 :])
        try:
            made = read_table(path)
        except GeneralLevelError:
            continue
        assert made == expected, position


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
            "an old .xls workbook or one with a password. Save it as .xlsx",
        ),
        (b"task,score\na,1\n", "is not an .xlsx workbook, which is a zip archive. Is it a CSV file of another name"),
        (b"PK\x03\x04" + bytes(100), "not a whole .xlsx workbook"),
        (b"", "is empty"),
    ],
)
def test_other_files_of_that_name(save: Callable[[str, bytes], Path], content: bytes, message: str) -> None:
    refused(save("t.xlsx", content), BadTable, message)


def archive(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def test_other_archives(save: Callable[[str, bytes], Path]) -> None:
    refused(save("t.xlsx", archive({"a.txt": b"hello"})), BadTable, "is a zip archive but no .xlsx workbook")
    refused(save("t.xlsx", archive({"xl/workbook.xml": b"<a/>"}, zipfile.ZIP_BZIP2)), BadTable, "packed by method 12")
    many = archive({f"{i}.xml": b"" for i in range(300)})
    refused(save("t.xlsx", many), UnsafeFile, "more than 256 parts")
    twins = archive({"xl/workbook.xml": b"<a/>", "XL/Workbook.xml": b"<b/>"})
    refused(save("t.xlsx", twins), UnsafeFile, "two parts called 'XL/Workbook.xml'")


def test_an_encrypted_archive(make_workbook: Make) -> None:
    path = make_workbook()
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    refused(path, BadTable, "is encrypted. Save it without a password")


def test_what_no_score_stands_in_is_left_behind(make_workbook: Make) -> None:
    """A large picture is no reason to refuse a workbook, and nobody inflates it."""
    path = make_workbook()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/image1.png", bytes(32 * 2**20))
    assert len(read_table(path)) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="reads ru_maxrss in kilobytes")
def test_deep_nesting_is_bounded(make_workbook: Make) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    deep = b"<a>" * 500_000 + b"</a>" * 500_000
    refused(
        make_workbook(edit={SHEET: lambda xml: xml.replace(b"<sheetData>", deep + b"<sheetData>")}),
        UnsafeFile,
        "inflates",
    )
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
