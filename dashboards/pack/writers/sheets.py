"""The pack as .xlsx: one sheet a table, numbers as numbers, and beside them both times, position, definition and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs] -- xlsxwriter comes without types

from dashboards.figures.decimals import number_format
from dashboards.pack.caveats import both_times
from dashboards.pack.paper import Drawing, Entry, Grid, StatusPaper, Value
from dashboards.pack.writers.layout import mark_of
from dashboards.view import FigureCells
from dashboards.words.danish import day, number
from journey.exchange.cells import harmless

WIDEST = 60


def xlsx(paper: StatusPaper) -> bytes:
    """The tables as a workbook."""
    out = BytesIO()
    book: Any = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {
            "title": f"{paper.title} {paper.of.year}",
            "language": "da-DK",
            "created": datetime.combine(paper.of.made_on, datetime.min.time()),
        }
    )
    looks = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#DDE3E8", "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        **{form: book.add_format({"num_format": form, "valign": "top"}) for form in ("#,##0", "#,##0.0", "#,##0.00")},
        "day": book.add_format({"num_format": "[$-406]d. mmmm yyyy", "valign": "top", "align": "left"}),
    }
    _contents(book.add_worksheet("Indhold"), paper, looks)
    for grid in _shown(paper):
        _sheet(book.add_worksheet(grid.id), grid, paper, looks)
    book.close()
    return out.getvalue()


def _shown(paper: StatusPaper) -> list[Grid]:
    """The tables, and the numbers of the figures that no table has, in the paper's order."""
    found = (part.data if isinstance(part, Drawing) else part for part in paper.parts)
    return [grid for grid in found if isinstance(grid, Grid)]


def _contents(sheet: Any, paper: StatusPaper, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, harmless(f"{paper.title} {paper.of.year}"), looks["title"])
    sheet.write_string(1, 0, f"Som registret vidste det {paper.of.known}.")
    _mark(sheet, paper, 2)
    for row, head in enumerate(("Ark", "Tabel eller figur")):
        sheet.write_string(3, row, head, looks["head"])
    listed = [(grid.id, grid.id, grid.title) for grid in _shown(paper)]
    listed += [(each.id, each.table, f"{each.title}: tallene står i {each.table}") for each in paper.drawings if each.table]
    for nth, (name, sheet_name, title) in enumerate(listed, start=4):
        sheet.write_url(nth, 0, f"internal:'{sheet_name}'!A1", string=name)
        sheet.write_string(nth, 1, harmless(title))


def _sheet(sheet: Any, grid: Grid, paper: StatusPaper, looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, harmless(f"{grid.id}. {grid.title}"), looks["title"])
    for column, head in enumerate(grid.heads):
        sheet.write_string(2, column, harmless(head), looks["head"])
        sheet.set_column(column, column, _width(grid, column))
    for nth, row in enumerate(grid.rows, start=3):
        days = _days(row)
        for column, entry in enumerate(row):
            if isinstance(entry, str) and entry in days:
                sheet.write_datetime(nth, column, days[entry], looks["day"])
            else:
                _write(sheet, nth, column, entry, looks)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    _mark(sheet, paper, 1)
    for nth, line in enumerate(_beside(grid, paper), start=4 + len(grid.rows)):
        sheet.write_string(nth, 0, harmless(line))


def _mark(sheet: Any, paper: StatusPaper, row: int) -> None:
    """Mark the sheet of a sample register's paper: in a row below its title, and at the head of each page that is printed."""
    if mark := mark_of(paper):
        sheet.write_string(row, 0, mark)
        sheet.set_header(f"&L{mark}")


def _days(row: Sequence[Entry]) -> Mapping[str, date]:
    """The days of the row's numbers by their text, so that the head of the row is written as a date."""
    days = (entry.dimensions.get("valid_at") for entry in row if isinstance(entry, Value))
    return {day(found): found for found in (date.fromisoformat(each) for each in days if each)}


def _write(sheet: Any, row: int, column: int, entry: Entry, looks: dict[str, Any]) -> None:
    match entry:
        case str():
            sheet.write_string(row, column, harmless(entry), looks["text"])
        case Value(number=int() | float() as number_):
            sheet.write_number(row, column, number_, looks[number_format(entry.text)])
        case _:
            sheet.write_string(row, column, entry.text, looks["text"])


def _width(grid: Grid, column: int) -> int:
    longest = max(
        (len(entry if isinstance(entry, str) else entry.text) for entry in (row[column] for row in grid.rows)), default=0
    )
    return max(12, min(WIDEST, longest + 2))


def _beside(grid: Grid, paper: StatusPaper) -> Iterator[str]:
    """The lines below a sheet's table: footnotes, rules, times, position and source."""
    yield from (note.text for note in grid.notes)
    yield from (each.note.text for each in grid.values if each.note)
    answers = {
        (each.answer.ask.figure.id, each.answer.ask.question.valid_at, each.answer.ask.question.from_day): each.answer
        for each in grid.values
    }
    for figure in {each.ask.figure.id: each.ask.figure for each in answers.values()}.values():
        yield f"Opgørelse: {figure.title_da}, udgave {figure.version}. {figure.rule}"
    yield from dict.fromkeys(f"{_name(each)}: {both_times(each, paper.of.known)}" for each in answers.values())
    yield f"Position i loggen: {number(paper.of.position)}"
    yield grid.source


def _name(answer: FigureCells) -> str:
    return answer.ask.figure.title_da
