"""Workbooks and zips made for a test, as a spreadsheet writes them and as none does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet as WrittenSheet

from journey.exchange.sheets.delivery_files import DeliveryFile, delivery_files
from journey.exchange.sheets.values import Cell
from journey.exchange.sheets.workbooks.frames import FRAME, WorkbookRefused, WorkbookRequest, WorkbookRow, write_frame
from journey.exchange.sheets.workbooks.process import worksheet_frames

_FORMATS = {date: "dd-mm-yyyy", datetime: "dd-mm-yyyy hh:mm", time: "hh:mm", timedelta: "[h]:mm"}


def workbook(
    write: Sequence[Sequence[Cell]] | Callable[[WrittenSheet, xlsxwriter.Workbook], object],
    *,
    worksheet: str = "Ark1",
    epoch: int = 1900,
    others: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook with the rows, or what the function writes, in a worksheet; `others` and `hidden` are further ones."""
    raw = io.BytesIO()
    made = xlsxwriter.Workbook(raw, {"in_memory": True, "date_1904": epoch == 1904, "strings_to_formulas": False})
    sheet = made.add_worksheet(worksheet)
    for name in others:
        made.add_worksheet(name)
    for name in hidden:
        made.add_worksheet(name).hide()
    if worksheet in hidden:
        raise ValueError("the first worksheet cannot be hidden")
    if callable(write):
        write(sheet, made)
    else:
        formats = {kind: made.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        for at, row in enumerate(write):
            for column, cell in enumerate(row):
                write_cell(sheet, at, column, cell, formats)
    made.close()
    return raw.getvalue()


def write_cell(sheet: WrittenSheet, row: int, column: int, cell: Cell, formats: Mapping[type, object]) -> None:
    match cell:
        case "":
            pass
        case str():
            sheet.write_string(row, column, cell)
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float():
            sheet.write_number(row, column, cell)
        case _:
            sheet.write_datetime(row, column, cell, formats[type(cell)])


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = {
    "[Content_Types].xml": _TYPES,
    "_rels/.rels": _RELATIONS.format(f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _RELATIONS.format(
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    ),
}


def raw_workbook(rows: str = "", parts: Mapping[str, str | bytes] | None = None, before: str = "") -> bytes:
    """A workbook of the XML of its rows, with `parts` in place of those that it has or beside them."""
    sheet = f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return zipped({**PARTS, "xl/worksheets/sheet1.xml": sheet, **(parts or {})})


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return raw.getvalue()


def rows_of(
    raw: bytes, worksheet: str | None = None, *, header: int = 1, multiline: bool = False
) -> list[tuple[int, list[Cell], str | None]]:
    """The rows that the reader's process would send, read in this one; a refusal is raised as AssertionError."""
    request = WorkbookRequest("f.xlsx", len(raw), worksheet, header, multiline)
    found = list(worksheet_frames(io.BytesIO(raw), request))
    assert not isinstance(found[-1], WorkbookRefused), found[-1]
    sent = [_as_received(frame) for frame in found if isinstance(frame, WorkbookRow)]
    return [(row.line, row.cells, row.fault) for row in sent]


def _as_received(frame: WorkbookRow) -> WorkbookRow:
    wire = io.BytesIO()
    write_frame(wire, frame)
    received = FRAME.decode(wire.getvalue()[4:])
    assert isinstance(received, WorkbookRow)
    return received


def refusal_of(raw: bytes, worksheet: str | None = None) -> str:
    """What the workbook is refused with; empty for one that is read."""
    found = list(worksheet_frames(io.BytesIO(raw), WorkbookRequest("f.xlsx", len(raw), worksheet, 1, False)))
    return found[-1].message if isinstance(found[-1], WorkbookRefused) else ""


def delivered(folder: Path, files: Mapping[str, str | bytes]) -> list[DeliveryFile]:
    """The files of a folder that holds these."""
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return delivery_files([folder])
