"""The pack as .docx in Word's own styles: headings, captions that number themselves, tables with repeated heads, footnotes."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from dashboards.pack.paper import (
    Drawing,
    Entry,
    Footnote,
    Grid,
    Heading,
    Paragraph,
    Part,
    Prompt,
    StatusPaper,
    Steps,
    Text,
    Value,
)
from dashboards.pack.writers.footnotes import Footnotes
from dashboards.pack.writers.layout import (
    DRAFT_STYLE,
    LEGEND,
    NO_PICTURE,
    UNBROKEN_ROWS,
    column_widths,
    mark_of,
    numeric_columns,
    prompt_text,
    under,
)
from dashboards.pack.writers.ooxml import element, undated
from dashboards.pack.writers.word_styles import DRAFT_FILL, SOURCE_STYLE, blank, field

WIDE = Cm(16.4)


def docx(paper: StatusPaper) -> bytes:
    """The paper as a Word document."""
    document = blank(paper)
    notes = Footnotes(document)
    document.add_paragraph(f"{paper.title} {paper.of.year}", "Title")
    if mark := mark_of(paper):
        document.add_paragraph().add_run(mark).bold = True
    document.add_paragraph(LEGEND, DRAFT_STYLE)
    for part in paper.parts:
        _write(document, part, notes)
    notes.save()
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue())


def _write(document: Any, part: Part, notes: Footnotes) -> None:
    match part:
        case Heading():
            document.add_paragraph(part.text, f"Heading {part.level}")
        case Paragraph():
            _write_text(document.add_paragraph(style=DRAFT_STYLE if part.draft else None), part.text, notes)
        case Prompt():
            document.add_paragraph(style=DRAFT_STYLE).add_run(prompt_text(part)).italic = True
        case Steps():
            for item in part.items:
                properties = document.add_paragraph(item, "List Number")._p.get_or_add_pPr()
                properties.append(element("shd", val="clear", color="auto", fill=DRAFT_FILL))
        case Grid():
            _grid(document, part, notes)
        case Drawing():
            _drawing(document, part)


def _write_text(paragraph: Any, text: Text, notes: Footnotes) -> None:
    for before, piece in pairwise((None, *text)):
        if isinstance(piece, Footnote):
            if isinstance(before, Footnote):
                paragraph.add_run(",").font.superscript = True
            notes.refer(paragraph, piece.text)
        elif piece is not None:
            paragraph.add_run(piece if isinstance(piece, str) else piece.text)


def _caption(document: Any, part: Grid | Drawing) -> Any:
    """A caption whose number is a field, so that it follows when tables are moved."""
    kind, nth = part.id.split()
    paragraph = document.add_paragraph(f"{kind} ", "Caption")
    field(paragraph, f"SEQ {kind} \\* ARABIC", nth)
    paragraph.add_run(f". {part.title}")
    return paragraph


def _grid(document: Any, grid: Grid, notes: Footnotes) -> None:
    _write_text(_caption(document, grid), grid.notes, notes)
    table = document.add_table(rows=1, cols=len(grid.heads), style="Table Grid")
    _describe(table, grid)
    right = numeric_columns(grid)
    _row(table.rows[0], grid.heads, right, notes, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
    for nth, row in enumerate(grid.rows, start=1):
        total = grid.last_is_total and nth == len(grid.rows)
        _row(table.add_row(), row, right, notes, bold=total)
    _widen(table, column_widths(grid))
    for row in table.rows:
        if len(grid.rows) <= UNBROKEN_ROWS:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    document.add_paragraph(grid.source, SOURCE_STYLE)


def _widen(table: Any, column_widths: tuple[int, ...]) -> None:
    table.autofit = False
    for column, share in zip(table.columns, column_widths, strict=True):
        column.width = WIDE * share // sum(column_widths)
        for cell in column.cells:
            cell.width = column.width


def _row(row: Any, entries: tuple[Entry, ...], right: tuple[bool, ...], notes: Footnotes, *, bold: bool) -> None:
    for cell, entry, to_right in zip(row.cells, entries, right, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
        run = paragraph.add_run(entry if isinstance(entry, str) else entry.text)
        run.bold, run.font.size = bold, Pt(9.5)
        if to_right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if isinstance(entry, Value) and entry.note:
            notes.refer(paragraph, entry.note.text)


def _describe(table: Any, grid: Grid) -> None:
    """Alternative title and text, and which row and column are heads."""
    properties = table._tbl.tblPr
    heads = ", ".join(head for head in grid.heads if head)
    properties.append(element("tblCaption", val=grid.title))
    properties.append(element("tblDescription", val=f"{len(grid.rows)} rækker: {heads}. {grid.source}"))
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")


def _drawing(document: Any, drawing: Drawing) -> None:
    if drawing.png is None:
        document.add_paragraph(f"{drawing.id}. {drawing.title}. {NO_PICTURE}")
    else:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(BytesIO(drawing.png), width=WIDE)
        properties = picture._inline.docPr
        properties.set("descr", drawing.description)
        properties.set("title", drawing.title)
        _caption(document, drawing)
    *breaks, origin = under(drawing)
    for why in breaks:
        paragraph = document.add_paragraph(why, SOURCE_STYLE)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = Pt(0)
    document.add_paragraph(origin, SOURCE_STYLE)
