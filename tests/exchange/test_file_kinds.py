"""Files that are not what they should be: each is named for what it is, with what to do (domain.md section 10)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journey.codes import standard
from journey.exchange.input_events import records
from journey.exchange.lines import NOTHING, line_context
from journey.exchange.mapping import resolve_mapping
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.import_files import rows, taking

CSV = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
ids = "as_given"
activities = "as_given"
delimiter = ";"
[columns]
case = "Sagsnøgle"
time = "tid"
activity = "handling"
worker = "hvem"
"""
XES = 'format = "xes"\nsource = "x"\nunit = "ui"\nrole = "authority"\nids = "as_given"\nactivities = "as_given"\n'
HEADER = "Sagsnøgle;tid;handling;hvem\n"
ROW = "A-1;2024-03-01T10:00:00Z;Møde;w1\n"
EVENT = '<event><string key="concept:name" value="Brev"/><date key="time:timestamp" value="2024-03-01T10:00:00Z"/></event>'
TRACE = f'<trace><string key="concept:name" value="A-1"/>{EVENT}</trace>'


def xlsx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


PAGE = "<!DOCTYPE html>\n<html><body><table><tr><td>Sagsnøgle</td></tr></table></body></html>"
KINDS: dict[str, tuple[str | None, str | bytes, str, str]] = {
    "csv without a mapping": (None, HEADER + ROW, "ligner CSV", "--mapping"),
    "xes without a mapping": (None, f"<log>{TRACE}</log>", "ligner XES", "--mapping"),
    "csv as jsonl": ('format = "jsonl"\nsource = "x"\n', HEADER + ROW, "ligner CSV", "Ret oversættelsesfilen"),
    "json as csv": (CSV, '{"case": "A-1"}\n', "ligner JSON", "Ret oversættelsesfilen"),
    "xes as csv": (CSV, f"<log>{TRACE}</log>", "ligner XES", "Ret oversættelsesfilen"),
    "json as xes": (XES, '[{"case": "A-1"}]', "ligner JSON", "Ret oversættelsesfilen"),
    "an old worksheet": (CSV, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "(xls)", "Gem arket som CSV"),
    "a worksheet": (CSV, xlsx(), "(xlsx)", "Gem arket som CSV"),
    "a pdf": (CSV, b"%PDF-1.7\n", "PDF", "Hent den som CSV"),
    "a page": (CSV, PAGE, "HTML", "gem den som CSV"),
    "a page in utf-16": (CSV, PAGE.encode("utf-16"), "HTML", "gem den som CSV"),
    "a page's table": (CSV, "\r\n<table border=1><tr>", "HTML", "gem den som CSV"),
    "a page as xes": (XES, "<html><body>Log ind</body></html>", "HTML", "gem den som CSV"),
    "a page as jsonl": (None, PAGE, "HTML", "gem den som CSV"),
    "other xml": (XES, '<?xml version="1.0"?><Workbook/>', "<Workbook>", "<log>"),
    "sep": (CSV, "sep=;\n" + HEADER + ROW, "Excel", "header = 2"),
    "rows of titles": (CSV, "Udtræk af sager\nDato;01-03-2024\n\n" + HEADER + ROW, "linje 4", "header = 4"),
    "another delimiter": (CSV, (HEADER + ROW).replace(";", ","), "adskilt af noget andet", 'delimiter = ","'),
    "a header in cp1252": (CSV, (HEADER + ROW).encode("cp1252"), "ikke gyldig utf-8", "cp1252"),
    "a column twice": (CSV, HEADER.replace("hvem", "tid") + ROW, "flere kolonner, der hedder tid", ""),
    "an empty file": (CSV, "", "Filen er tom", "Hent den igen"),
    "an empty file with a mark": (CSV, b"\xef\xbb\xbf", "Filen er tom", "Hent den igen"),
    "blank lines": (CSV, "\n;;;\n\n", "Filen er tom", "Hent den igen"),
    "only names of columns": (CSV, HEADER, "ingen rækker", "Hent den igen"),
    "only rows without values": (CSV, HEADER + ";;;\n - ;;NULL;\n", "ingen rækker", "Hent den igen"),
    "an empty log": (XES, "<log></log>", "uden hændelser", "Hent den igen"),
    "an empty trace": (XES, "<log><trace></trace></log>", "uden hændelser", "Hent den igen"),
    "an event outside a trace": (XES, f"<log>{EVENT}{TRACE}</log>", "<trace>", "Læg den i"),
    "a log of events only": (XES, f"<log>{EVENT}{EVENT}</log>", "<trace>", "Læg den i"),
    "an event in an event": (XES, f"<log>{TRACE.replace('</event>', EVENT + '</event>')}</log>", "i <event>", "Læg den i"),
}


def read(content: str | bytes, text: str | None) -> int:
    """How many records a file gives, by the text of a mapping."""
    mapping = None if text is None else resolve_mapping(text, standard(), str)
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    context = line_context(
        standard(), datetime(2026, 1, 1, tzinfo=UTC), lambda: "own", declared=mapping.declared if mapping else NOTHING
    )
    found = [record.found for record in records(file, mapping and mapping.file, context, lambda _: None).records]
    assert not any(isinstance(each, list) for each in found)
    return len(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_not_what_it_should_be_is_named_for_what_it_is(kind: str) -> None:
    text, content, what, remedy = KINDS[kind]

    with pytest.raises(Refused) as refused:
        read(content, text)

    assert refused.value.code in ("bad_file", "bad_mapping")
    assert what in refused.value.message, refused.value.message
    assert remedy in refused.value.message, refused.value.message


@pytest.mark.parametrize("kind", ["csv without a mapping", "an empty file", "a log of events only", "a column twice"])
def test_nothing_of_such_a_file_is_taken(database: Database, tmp_path: Path, kind: str) -> None:
    text, content, _, _ = KINDS[kind]
    mapping = None if text is None else resolve_mapping(text, standard(), str)
    path = tmp_path / "fil.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    for more in ({}, {"skip_bad": True, "rejects": tmp_path / "rejects"}):
        with pytest.raises(Refused) as refused:
            taking(database, path, mapping=mapping, **more)

        assert refused.value.place
    assert rows(database) == (0, 0, 0, 0, 0)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW,
        (HEADER + ROW).encode("utf-8-sig"),
        (HEADER + ROW).encode("utf-16"),
        HEADER + "\n;;;\n" + ROW + ";;;\n - ;NULL; ;nan\n\n",
        HEADER.replace("hvem", " hvem\N{NO-BREAK SPACE}") + ROW,
        HEADER.strip() + ";note;note\n" + ROW.strip() + ";x;y\n",
    ],
)
def test_what_does_not_matter_is_no_fault(content: str | bytes) -> None:
    assert read(content, CSV) == 1


def test_a_mark_tells_more_than_what_was_declared() -> None:
    for encoding in ("cp1252", "utf-8", "utf-8-sig", "utf-16"):
        assert read((HEADER + ROW).encode(encoding), CSV.replace('"log"', '"log"\nencoding = "cp1252"')) == 1


def test_what_stands_above_the_header_is_passed_over_where_the_mapping_says_so() -> None:
    text = 'sep=;\n"et løst anførselstegn\n' + HEADER + ROW

    assert read(text, CSV.replace('"log"', '"log"\nheader = 3')) == 1
