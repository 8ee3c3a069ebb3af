"""Zips from outside: each limit and each damage is seen before or while it is inflated, and its twin just within is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from journey.exchange.sheets.workbooks import archives
from journey.exchange.sheets.workbooks.archives import open_archive, open_entry
from journey.exchange.sheets.workbooks.contents import check_contents
from journey.refusals import Refused
from tests.support.workbooks import raw_workbook, refusal_of, workbook, zipped

SMALL = {"a.csv": "Nr;Slut\n", "b.csv": "1;2\n"}


def contents(raw: bytes) -> dict[str, bytes]:
    """Every entry, read whole; what is refused is raised."""
    with open_archive(io.BytesIO(raw), "f.zip") as archive:
        return {entry.filename: open_entry(archive, entry, "f.zip").read() for entry in archive.infolist()}


def why(raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        contents(raw)
    assert (refused.value.code, refused.value.place) == ("bad_file", "f.zip")
    return refused.value.message


def named(*names: str) -> bytes:
    """A zip with entries of these names, as they are."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for nth, name in enumerate(names):
            entry = zipfile.ZipInfo("x" * len(name.encode()))
            entry.filename = name
            archive.writestr(entry, str(nth))
    return raw.getvalue()


def forged(raw: bytes, *, file_size: int | None = None, crc: int | None = None, flags: int | None = None) -> bytes:
    """The zip of one entry, its directory and the entry's own header saying something else."""
    changed = bytearray(raw)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = raw.index(mark)
        if flags is not None:
            struct.pack_into("<H", changed, begin + at, flags)
        if crc is not None:
            struct.pack_into("<L", changed, begin + at + 8, crc)
        if file_size is not None:
            struct.pack_into("<L", changed, begin + at + 16, file_size)
    return bytes(changed)


def test_an_archive_is_read_as_it_stands() -> None:
    assert contents(zipped(SMALL)) == {name: text.encode() for name, text in SMALL.items()}
    assert contents(zipped(SMALL, zipfile.ZIP_STORED)) == contents(zipped(SMALL))
    assert contents(b"#!/bin/sh\n" + zipped(SMALL)) == contents(zipped(SMALL))
    assert contents(zipped({})) == {}


def test_an_entry_is_read_twice() -> None:
    with (
        open_archive(io.BytesIO(zipped(SMALL)), "f.zip") as archive,
        open_entry(archive, archive.infolist()[0], "f.zip") as file,
    ):
        assert (file.read(), file.seek(0), file.read(2), file.tell(), file.read()) == (b"Nr;Slut\n", 0, b"Nr", 2, b";Slut\n")
        assert (file.seek(0, io.SEEK_END), file.read(), file.seek(-3, io.SEEK_END), file.read()) == (8, b"", 5, b"ut\n")


def test_the_number_of_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 2)

    assert len(contents(zipped(SMALL))) == 2
    assert "mere end 2 dele" in why(zipped({**SMALL, "c.csv": ""}))


def test_the_number_of_entries_is_seen_before_the_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ZipFile", None)

    assert "mere end 1.000 dele" in why(zipped({str(nth): "" for nth in range(1_001)}))


def test_a_directory_of_few_entries_and_many_bytes() -> None:
    raw = bytearray(zipped(SMALL))
    struct.pack_into("<L", raw, raw.rindex(b"PK\x05\x06") + 12, 2_000_000)

    assert "mere end 1.000 dele" in why(bytes(raw))


def test_how_much_it_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_INFLATED", 1024**2)
    within, beyond = ({"a": bytes(512 * 1024), "b": bytes(512 * 1024 + more)} for more in (0, 1))

    assert len(contents(zipped(within))) == 2
    assert "mere end 1 MB pakket ud" in why(zipped(beyond))


def test_how_much_more_than_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "UNJUDGED", 1024**2)

    assert contents(zipped({"a": bytes(1024**2)}))  # however dense: it is small
    assert "mere end 200 gange" in why(zipped({"a": bytes(1024**2 + 1)}))
    noise = zlib.compress(b"x" * 40, 0) * 20_000
    assert contents(zipped({"a": noise}, zipfile.ZIP_STORED))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("size", [0, 10, 999])
def test_an_entry_that_fills_more_than_it_says(method: int, size: int) -> None:
    text = b"0123456789" * 100
    honest = zipped({"a": text}, method)

    assert contents(honest) == {"a": text}
    assert "ødelagt" in why(forged(honest, file_size=size))
    assert "ødelagt" in why(forged(honest, file_size=size, crc=zlib.crc32(text[:size])))  # as fits what it says


def test_a_bomb_is_inflated_no_further_than_it_says() -> None:
    bomb = forged(zipped({"a": bytes(9 * 1024**2)}), file_size=100)

    with open_archive(io.BytesIO(bomb), "f.zip") as archive:
        file = open_entry(archive, archive.infolist()[0], "f.zip")
        with pytest.raises(Refused, match="ødelagt"):
            file.read()
        assert file.tell() <= 101


def test_an_entry_that_is_damaged() -> None:
    honest = zipped({"a": b"0123456789" * 100})

    assert "ødelagt" in why(forged(honest, crc=1))
    assert "ødelagt" in why(honest.replace(honest[40:50], bytes(10)))
    assert "ødelagt" in why(honest[:-30])
    assert "ødelagt" in why(honest[40:])
    assert "ødelagt" in why(b"PK\x03\x04")


def test_a_protected_entry() -> None:
    assert "adgangskode" in why(forged(zipped({"a": b"x"}), flags=1))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_way_of_packing(method: int) -> None:
    assert "som almindelig zip" in why(zipped({"a": b"x" * 1000}, method))


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "C:\\a", "..\\a", "\\\\host\\a", "c:/a"])
def test_a_name_that_leads_out(name: str) -> None:
    assert "fører ud af den" in why(named("a", name))


def test_names_that_do_not() -> None:
    assert len(contents(named("a..b", "mappe/a", "mappe\\b", "å.csv", "kl. 8:30.csv", "..."))) == 6


def test_two_entries_of_one_name() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        raw = named("a", "b", "a")

    assert "to dele med samme navn: a" in why(raw)


# --- contents -------------------------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
CSV = b"Nr;Slut\n1;2\n"


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.xlsx", b"", "Filen er tom"),
        ("a.csv", b"", "Filen er tom"),
        ("a.xlsx", CSV, "hedder .xlsx, men er en tekstfil"),
        ("a.XLSX", CSV, "hedder .xlsx, men er en tekstfil"),
        ("a.csv", workbook([["Nr"]]), "giv filen endelsen .xlsx"),
        ("a.csv", zipped({}), "giv filen endelsen .xlsx"),
        ("a.xlsx", OLE, "gamle form (.xls)"),
        ("a.csv", OLE, "gamle form (.xls)"),
        ("a.xlsx", OLE + bytes(70_000) + "EncryptedPackage".encode("utf-16-le") + bytes(9), "beskyttet"),
        ("a.xlsx", OLE + bytes(65_516 - len(OLE)) + "EncryptedPackage".encode("utf-16-le"), "beskyttet"),  # over two pieces
        ("a.csv", b"%PDF-1.7", "en PDF"),
        ("a.csv", b"\x1f\x8b\x08", "en gzip-fil"),
        ("a.xlsx", b"<html><table>", "en webside eller XML"),
        ("a.csv", b"\xef\xbb\xbf\n <?xml version='1.0'?>", "en webside eller XML"),
    ],
)
def test_a_file_that_is_other_than_its_name_says(name: str, raw: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_contents(io.BytesIO(raw), name)
    assert reason in refused.value.message
    assert refused.value.place == name


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.csv", CSV),
        ("a.txt", CSV),
        ("a.csv", CSV.decode().encode("utf-16")),
        ("a.csv", b"PK;Slut\n"),
        ("a.xlsx", workbook([["Nr"]])),
    ],
)
def test_a_file_that_is_what_its_name_says_is_left_at_its_beginning(name: str, raw: bytes) -> None:
    file = io.BytesIO(raw)
    check_contents(file, name)

    assert file.tell() == 0


def test_zips_that_are_no_workbooks() -> None:
    others: Mapping[str, Mapping[str, str | bytes]] = {
        ".xlsb": {"xl/workbook.bin": b"x"},
        ".ods": {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"},
        "en zip, men ikke en Excel-fil": {"word/document.xml": "<x/>"},
    }
    for reason, files in others.items():
        assert reason in refusal_of(zipped(files))
    macros = raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>', {"xl/vbaProject.bin": OLE})
    assert refusal_of(macros) == ""  # macros are not run
