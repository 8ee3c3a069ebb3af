"""What a person reads of a paper or a file that is taken away: its texts, and its tables as they are shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import qn


def texts_of_docx(content: bytes) -> Iterator[str]:
    """Each paragraph of a Word document without its raised marks, those of tables and footnotes too, and the words for who does not see
    a drawing."""
    document: Any = docx.Document(io.BytesIO(content))
    roots = [document.element, *(part.blob for part in document.part.package.iter_parts() if "footnotes" in str(part.partname))]
    for root in roots:
        element: Any = parse_xml(root) if isinstance(root, bytes) else root
        for paragraph in element.iter(qn("w:p")):
            runs = [run for run in paragraph.iter(qn("w:r")) if run.find(f".//{qn('w:vertAlign')}") is None]
            yield "".join(node.text or "" for run in runs for node in run.iter(qn("w:t")))
        for drawing in element.iter(qn("wp:docPr")):
            yield drawing.get("descr") or ""


def tables_of_docx(content: bytes) -> list[list[list[str]]]:
    """The tables of a Word document."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(io.BytesIO(content)).tables]


def texts_of_xlsx(content: bytes) -> Iterator[str]:
    """Each text of a workbook, and the names of its sheets."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        yield sheet.title
        yield from (cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str))


def formats_of_xlsx(content: bytes) -> Iterator[tuple[str, float, str]]:
    """Each number of a workbook: where it is, what it is, and the format that it is shown in."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    yield f"{sheet.title}!{cell.coordinate}", cell.value, cell.number_format


def texts_of_csv(content: bytes) -> Iterator[str]:
    """Each cell of a CSV file of tables that is no number."""
    text = content.decode("utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[1] else ","
    for row in csv.reader(io.StringIO(text), delimiter=delimiter):
        yield from (cell for cell in row if cell and not cell.replace(",", "").replace(".", "").lstrip("-").isdigit())
