"""A figure's cells as a table that a committee secretary can print: words, Danish numbers, and what must stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from dashboards.danish import DIMENSIONS, day, moment, number, word
from dashboards.figure import Cell, Figure
from dashboards.question import Question
from journey.codes import CodeLists
from journey.history import FOREVER

FEW_NOTE = "For få observationer (under 20) til procent, rate, median eller percentil."
EMPTY_NOTE = "Der er intet at tælle her."


class Table(Struct, frozen=True):
    """Title, column heads, rows of text, and the notes below; the last column holds the numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def table_of(figure: Figure, question: Question, cells: Sequence[Cell], known_at: str) -> Table:
    """The figure's cells as they stand, one row a cell; the notes say both times, the counting rule and the source."""
    dimensions = list(dict.fromkeys(name for cell in cells for name in cell if name not in ("value", "why")))
    rows = tuple(
        (
            *(word(name, cell[name], question.codes) if name in cell else "" for name in dimensions),
            number(cell["value"]),
        )
        for cell in cells
    )
    notes = [times(question, figure, known_at)]
    if any(cell.get("why") == "few" for cell in cells):
        notes.append(FEW_NOTE)
    if not cells:
        notes.append(EMPTY_NOTE)
    return Table(
        figure.title_da,
        (*(DIMENSIONS[name] for name in dimensions), DIMENSIONS["value"]),
        rows,
        (*notes, f"Opgørelse: {figure.rule}", figure.source),
    )


def times(question: Question, figure: Figure, known_at: str) -> str:
    """Both times in words: what day or period the numbers are true of, and what the register knew."""
    if figure.takes.has_period and (question.from_day, question.to_day) != (date.min, FOREVER):
        last = date.fromordinal(question.to_day.toordinal() - 1)
        true = f"{day(question.from_day)} – {day(last)}"
        if question.valid_at:
            true += f", pr. {day(question.valid_at[0])}"
    elif question.valid_at:
        true = " · ".join(day(each) for each in question.valid_at)
    else:
        true = "alle dage"
    return f"Gældende {true} · som registret vidste det {known_at}."


def pivoted(
    title: str, cells: Sequence[Cell], by: str, across: Sequence[str], codes: CodeLists, *, total: bool, notes: tuple[str, ...]
) -> Table:
    """Cells of two dimensions with one of them across, as the papers print Tabel 2; the total sums the columns shown."""
    other = next(name for name in cells[0] if name not in (by, "value", "why"))
    value = {(cell[by], cell[other]): cell["value"] for cell in cells}
    rows: list[tuple[str, ...]] = []
    for row in dict.fromkeys(cell[by] for cell in cells):
        numbers = [value[row, column] for column in across]
        rows.append((word(by, row, codes), *map(number, numbers), *([number(sum(numbers))] if total else [])))
    heads = (DIMENSIONS[by], *(word(other, column, codes) for column in across), *(["Antal i alt"] if total else []))
    return Table(title, heads, tuple(rows), notes)


def known_text(position: int, known: str) -> str:
    return f"{known} (position {number(position)})"


__all__ = ["Table", "known_text", "moment", "pivoted", "table_of", "times"]
