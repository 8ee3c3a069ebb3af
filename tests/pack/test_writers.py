"""The three files opened again: their tables are the paper's cells, and they can be read by those who do not see them."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import time
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx as python_docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn
from msgspec.structs import replace

from dashboards.drawing.likert import LOOKS
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.pack.chapters import survey
from dashboards.pack.paper import Drawing, Footnote, Grid, Heading, Paragraph, Prompt, StatusPaper, Value, numbered
from dashboards.pack.status import checked
from dashboards.pack.writers import word as word_writer
from dashboards.pack.writers.layout import DRAFT_STYLE, LEGEND, LINE, NO_PICTURE, column_widths, under
from dashboards.pack.writers.sheets import xlsx
from dashboards.pack.writers.typeset import pdf
from dashboards.pack.writers.word import docx
from dashboards.view import FigureCells
from dashboards.words.language import DANISH
from journey.exchange.cells import harmless

UI = "ungeindsatsen"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    + _chunk(b"IEND", b"")
)
"""One pixel."""


@pytest.fixture(scope="module")
def paper(papers: Mapping[int, StatusPaper]) -> StatusPaper:
    """The pack of 2025, checked, with pictures."""
    shown = checked(papers[2025])
    parts = (replace(part, png=PNG) if isinstance(part, Drawing) else part for part in shown.parts)
    return replace(shown, parts=tuple(parts))


@pytest.fixture(scope="module")
def word(paper: StatusPaper) -> Any:
    return python_docx.Document(io.BytesIO(docx(paper)))


@pytest.fixture(scope="module")
def printed(paper: StatusPaper) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(paper)))


def texts(grid: Grid) -> list[list[str]]:
    return [list(grid.heads), *([each.text if isinstance(each, Value) else each for each in row] for row in grid.rows)]


def headings(paper: StatusPaper) -> list[tuple[int, str]]:
    return [(part.level, part.text) for part in paper.parts if isinstance(part, Heading)]


# Word


def test_words_tables_are_the_papers_cells(word: Any, paper: StatusPaper) -> None:
    assert len(word.tables) == len(paper.grids)
    for table, grid in zip(word.tables, paper.grids, strict=True):
        assert [[cell.text for cell in row.cells] for row in table.rows] == texts(grid)


def test_words_headings_title_and_captions_are_its_own_styles(word: Any, paper: StatusPaper) -> None:
    found = [(int(one.style.name[-1]), one.text) for one in word.paragraphs if one.style.name.startswith("Heading")]
    captions = [one.text for one in word.paragraphs if one.style.name == "Caption"]

    assert [one.text for one in word.paragraphs if one.style.name == "Title"] == [f"{paper.title} 2025"]
    assert found == headings(paper)
    assert all(after - before <= 1 for (before, _), (after, _) in pairwise(found))
    assert len(captions) == len(paper.grids) + len(paper.drawings)
    fields = [field.get(qn("w:instr")) for field in word.element.iter(qn("w:fldSimple"))]
    assert sum(each.startswith("SEQ Tabel") for each in fields) == len(paper.grids)
    assert sum(each.startswith("SEQ Figur") for each in fields) == len(paper.drawings)


def test_words_tables_repeat_their_heads_and_describe_themselves(word: Any) -> None:
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))


def test_words_pictures_have_alternative_texts(word: Any, paper: StatusPaper) -> None:
    said = [each.get("descr") for each in word.element.iter(qn("wp:docPr"))]

    assert said == [drawing.description for drawing in paper.drawings]
    assert all(len(each) > 40 for each in said)


def test_the_word_document_is_danish_and_says_what_it_is(word: Any) -> None:
    languages = {each.get(qn("w:val")) for each in word.styles.element.iter(qn("w:lang"))}

    assert languages == {"da-DK"}
    assert word.core_properties.language == "da-DK"
    assert word.core_properties.title == "Status på helhedsorienteret sagsbehandling 2025"
    assert "position" in word.core_properties.subject


def test_words_footnotes_are_the_papers_notes_each_referred_to_once(word: Any, paper: StatusPaper) -> None:
    (part,) = [each.target_part for each in word.part.rels.values() if each.reltype.endswith("/footnotes")]
    xml = part.blob.decode()
    notes = [note.text for each in paper.parts if isinstance(each, Grid) for note in each.notes]
    notes += [
        note.text for each in paper.parts if isinstance(each, Paragraph) for note in each.text if isinstance(note, Footnote)
    ]
    referred = [each.get(qn("w:id")) for each in word.element.iter(qn("w:footnoteReference"))]

    assert len(referred) == len(set(referred)) == len(notes)
    assert xml.count("<w:footnote ") == len(notes) + 2
    for note in notes:
        assert note.replace("&", "&amp;").replace("<", "&lt;") in xml


def test_our_own_words_are_marked_for_the_secretary(word: Any, paper: StatusPaper) -> None:
    marked = [one.text for one in word.paragraphs if one.style.name == DRAFT_STYLE]
    shade = word.styles[DRAFT_STYLE].element.pPr.find(qn("w:shd"))

    assert shade.get(qn("w:fill")) == "FFF3CD"
    assert marked[0] == LEGEND
    assert len(marked) == 1 + sum(
        isinstance(part, Prompt) or (isinstance(part, Paragraph) and part.draft) for part in paper.parts
    )
    assert sum(text.startswith("[Til redigering: ") for text in marked) >= 5


# PDF


def test_the_pdf_is_tagged_danish_and_titled(printed: pypdf.PdfReader) -> None:
    root = printed.trailer["/Root"]

    assert root["/Lang"] == "da-DK"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert printed.metadata.title == "Status på helhedsorienteret sagsbehandling 2025"


def tags(printed: pypdf.PdfReader) -> list[Any]:
    """The elements of the structure tree, in the order they are read in."""
    out: list[Any] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                out.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(printed.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return out


def test_the_pdf_has_headings_header_cells_and_alternative_texts(printed: pypdf.PdfReader, paper: StatusPaper) -> None:
    found = tags(printed)
    kinds = [each["/S"] for each in found]

    assert [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H\d", kind)] == [level for level, _ in headings(paper)]
    assert kinds.count("/Table") == len(paper.grids)
    assert kinds.count("/TH") == sum(len(grid.heads) + len(grid.rows) for grid in paper.grids)
    assert kinds.count("/Note") + kinds.count("/FENote") >= 20
    said = [each["/Alt"] for each in found if each["/S"] == "/Figure" and "/Alt" in each]
    assert said == [drawing.description for drawing in paper.drawings]


def test_the_pdf_says_every_number_of_the_paper(printed: pypdf.PdfReader, paper: StatusPaper) -> None:
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in printed.pages))

    for grid in paper.grids[:3]:
        for row in texts(grid)[1:]:
            assert " ".join(row) in text, row


def test_below_each_figure_stand_its_breaks_and_where_its_numbers_are(
    word: Any, printed: pypdf.PdfReader, book: Any, paper: StatusPaper
) -> None:
    over_time = next(drawing for drawing in paper.drawings if drawing.breaks)
    words = [one.text for one in word.paragraphs if one.style.name == "Kilde"]
    pages = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in printed.pages))
    contents = [[cell.value for cell in row] for row in book["Indhold"].iter_rows(min_row=5)]

    for drawing in paper.drawings:
        for line in under(drawing):
            assert line in words
            assert line in pages
        assert any(row[0] == drawing.id and drawing.title in row[1] for row in contents)
    assert under(over_time)[-1] == f"Kilde: egne tal; tallene står i regnearkets ark {over_time.id}."
    assert under(over_time)[-2].startswith("Brud 4, 1. januar 2025: Nyt it-system i Ungeindsatsen")


# The workbook


@pytest.fixture(scope="module")
def book(paper: StatusPaper) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx(paper)))


def test_a_sheet_for_each_table_with_numbers_as_numbers(book: Any, paper: StatusPaper) -> None:
    figure = next(drawing.data for drawing in paper.drawings if drawing.data)
    names = [part.id for part in paper.parts if isinstance(part, Grid) or (isinstance(part, Drawing) and part.data)]
    assert book.sheetnames == ["Indhold", *names]
    assert figure.id in names
    for grid in (*paper.grids, figure):
        sheet = book[grid.id]
        for nth, row in enumerate(grid.rows, start=4):
            for column, entry in enumerate(row, start=1):
                told = sheet.cell(nth, column).value
                if isinstance(told, datetime):
                    assert sheet.cell(nth, column).number_format == "[$-406]d. mmmm yyyy"
                    assert DANISH.day(told.date()) == entry
                elif isinstance(entry, Value):
                    assert told == (entry.text if entry.number is None else pytest.approx(entry.number))
                else:
                    assert (told or "") == harmless(entry)


def test_the_days_of_a_series_are_days_that_can_be_sorted(book: Any, paper: StatusPaper) -> None:
    figure = next(drawing.data for drawing in paper.drawings if drawing.data)
    for grid in (paper.grids[0], paper.grids[1], figure):
        days = [book[grid.id].cell(nth, 1).value for nth in range(4, 4 + len(grid.rows))]
        assert all(isinstance(each, datetime) for each in days)
        assert days == sorted(days)


def test_each_sheet_says_both_times_position_definition_and_source(book: Any, paper: StatusPaper) -> None:
    for grid in paper.counted:
        if not list(grid.values):
            continue
        said = " ".join(str(cell.value) for row in book[grid.id].iter_rows() for cell in row if cell.value)
        for text in ("Opgørelse: ", "som registret vidste det", "Position i loggen: 19.108", grid.source):
            assert text.lower() in said.lower(), (grid.id, text)


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"]


def test_what_a_spreadsheet_would_run_is_text(paper: StatusPaper) -> None:
    planted = Grid(
        "",
        DANGEROUS[0],
        (DANGEROUS[0], "Antal"),
        tuple((text, "x") for text in DANGEROUS),
        (Footnote(DANGEROUS[5]),),
        source="=1",
    )
    planted = replace(planted, id="Tabel 1")

    content = xlsx(replace(paper, title="=1+1", parts=(planted,)))

    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t"))
    files = zipfile.ZipFile(io.BytesIO(content))
    assert not any(b"<f>" in files.read(name) for name in files.namelist())


# What holds for all of them


def test_words_are_text_and_never_mark_up(paper: StatusPaper) -> None:
    planted = 'x #panic("y") \\ " $ * _ @z <b> & ]]> {1}'
    grid = Grid("Tabel 1", planted, (planted,), ((planted,),))
    shown = replace(paper, title=planted, parts=(Heading(1, planted), Paragraph((planted, Footnote(planted))), grid))

    assert planted in python_docx.Document(io.BytesIO(docx(shown))).tables[0].rows[1].cells[0].text
    assert "panic" in pypdf.PdfReader(io.BytesIO(pdf(shown))).pages[0].extract_text()
    assert openpyxl.load_workbook(io.BytesIO(xlsx(shown)))["Tabel 1"]["A4"].value == planted


def test_without_a_browser_the_papers_say_so_and_have_their_tables(papers: Mapping[int, StatusPaper]) -> None:
    shown = papers[2023]

    words = "\n".join(each.text for each in python_docx.Document(io.BytesIO(docx(shown))).paragraphs)
    pages = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf(shown))).pages)

    assert NO_PICTURE in words
    assert "Figuren er ikke tegnet" in re.sub(r"\s+", " ", pages)


@pytest.mark.parametrize("writer", [docx, pdf, xlsx])
def test_the_same_paper_gives_the_same_bytes_whenever_it_is_written(paper: StatusPaper, writer: Any, monkeypatch: Any) -> None:
    first = writer(paper)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))

    assert writer(paper) == first


def test_twin_the_moment_of_packing_would_be_seen(paper: StatusPaper, monkeypatch: Any) -> None:
    monkeypatch.setattr(word_writer, "undated", lambda content: content)
    first = docx(paper)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))

    assert docx(paper) != first


def test_no_table_has_a_column_without_a_head_or_a_row_without_words(papers: Mapping[int, StatusPaper]) -> None:
    for shown in map(checked, papers.values()):
        for grid in shown.grids:
            assert all(head.strip() for head in grid.heads), grid.id
            assert all(str(row[0]).strip() for row in grid.rows), grid.id


@pytest.mark.parametrize("planted", DANGEROUS)
def test_names_that_a_spreadsheet_would_run_are_text_wherever_they_come_from(
    papers: Mapping[int, StatusPaper], planted: str
) -> None:
    """A unit, a survey's statement and a paper's case number are a municipality's own words."""
    of = papers[2025].of
    units = of.codes["units"]
    named = replace(units, codes={**units.codes, UI: replace(units.codes[UI], da=planted)})
    codes = replace(of.codes, lists={**of.codes.lists, "units": named})
    shown = replace(of, codes=codes)
    asked = Ask(FIGURES["survey"], shown.ask("survey", wave=["2025"]).question)
    cells = [{"statement": planted, "answer": answer, "value": 1} for answer in LOOKS]
    told = FigureCells(asked, [*cells, {"statement": planted, "measure": "n", "value": 5}])
    beside = {f"{of} {unit}": told for unit in shown.days for of in ("together", "uncovered")}
    case = Grid("Tabel 9", "Papir", ("Papir", shown.unit(UI)), ((planted, "96"),))

    content = xlsx(replace(papers[2025], of=shown, parts=numbered([*survey.parts(shown, {"survey": told, **beside}), case])))

    said = [
        cell for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets for row in sheet.iter_rows() for cell in row
    ]
    assert sum(planted.strip() in str(cell.value) for cell in said) >= 3
    assert not any(cell.data_type == "f" or str(cell.value or "").startswith(("=", "+", "-", "@", "\t")) for cell in said)


def test_libreoffice_opens_the_word_document(paper: StatusPaper, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("there is no LibreOffice on this machine")
    (tmp_path / "status.docx").write_bytes(docx(paper))

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "status.docx")]
    subprocess.run(words, check=True, capture_output=True, timeout=120)

    opened = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "status.pdf").pages)
    assert "Tabel 1. Udvikling" in re.sub(r"\s+", " ", opened)
    assert "Talt efter figuren »Sager under helhedsorienteret indsats«, udgave 1" in re.sub(r"\s+", " ", opened)


def test_a_line_too_short_for_its_longest_words_hyphenates_them_and_never_a_number(word: Any) -> None:
    long = "Arbejdsmarkedsafdelingens ressourceforløbsmodtagere"
    heads = ("Papir", "Tal", "Trykt", "Talt her", "Stemmer", "Bemærkning")
    row = ("22/5547", long, "1.150.000", "1.150.000", "stemmer", long)
    widths = column_widths(Grid("Tabel 1", "Tal", heads, (row,)))

    assert [text for text, width in zip(row, widths, strict=True) if width <= len(text)] == [long, long]
    assert sum(widths) <= LINE
    assert word.settings.element.find(qn("w:autoHyphenation")) is not None
