"""A figure's cells as a table that a committee secretary can print: words, Danish numbers, and what must stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dashboards.danish import DIMENSIONS, SCOPES, day, moment, number, word
from dashboards.figure import Cell, Figure
from dashboards.question import PARAMETERS, Question
from journey.codes import CodeLists
from journey.history import FOREVER

FEW_NOTE = "–: for få observationer (under 20) til procent, rate, median eller percentil."
EMPTY_NOTE = "Der er intet at tælle her."
NOTHING_KNOWN = (
    "Registret kendte ingen hændelser. Er det tomt, så indlæs dine egne med journey import, eller et prøveregister med "
    "journey sample."
)


class Table(Struct, frozen=True):
    """Title, column heads (none where all are empty), rows of text, and the notes below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def table_of(figure: Figure, question: Question, cells: Sequence[Cell], known_at: str) -> Table:
    """The figure's cells, one row a cell, those of a measure together; the notes say both times, all that was asked, the
    counting rule and the source."""
    dimensions = list(dict.fromkeys(name for cell in cells for name in cell if name not in ("value", "why")))
    whole = figure.unit == "kroner"
    rows = [
        (
            *(word(name, cell[name], question.codes) if name in cell else "" for name in dimensions),
            number(cell["value"], whole=whole),
        )
        for cell in _together(cells, dimensions[:1])
    ]
    notes = [times(question, figure, known_at), scope(question, figure, dimensions)]
    if any(cell.get("why") == "few" for cell in cells):
        notes.append(FEW_NOTE)
    if question.position == 0:
        notes.append(NOTHING_KNOWN)
    elif not cells:
        notes.append(EMPTY_NOTE)
    return Table(
        figure.title_da,
        (*(DIMENSIONS[name] for name in dimensions), _counted(figure, question, dimensions)),
        said_once(rows, len(dimensions) - 1),
        tuple(note for note in (*notes, f"Opgørelse: {figure.rule}", figure.source) if note),
    )


def _together(cells: Sequence[Cell], first: Sequence[str]) -> Sequence[Cell]:
    """The cells in their order, but those alike in the first dimension together."""
    alike: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in cells:
        alike.setdefault(tuple(cell.get(name) for name in first), []).append(cell)
    return [cell for group in alike.values() for cell in group]


def said_once(rows: Sequence[tuple[str, ...]], columns: int) -> tuple[tuple[str, ...], ...]:
    """The rows, with what the first columns repeat from the row above left out."""
    out: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for row in rows:
        same = next((at for at in range(max(columns, 0)) if row[at] != before[at : at + 1][0]), columns) if before else 0
        out.append((*[""] * same, *row[same:]))
        before = row
    return tuple(out)


def _counted(figure: Figure, question: Question, dimensions: Sequence[str]) -> str:
    """The head of the numbers: what they count, where it is the same in every row."""
    if "measure" in dimensions:
        return "Tal"
    if figure.unit == "kroner":
        return "Kroner"
    return "Antal borgere" if question.count == "citizens" else f"Antal {figure.unit}"


def times(question: Question, figure: Figure, known_at: str) -> str:
    """Both times in words: what day or period the numbers are true of, and what the register knew."""
    if figure.takes.has_period and (question.from_day, question.to_day) != (date.min, FOREVER):
        last = date.fromordinal(question.to_day.toordinal() - 1)
        true = f"{day(question.from_day)} – {day(last)}"
        if question.valid_at:
            true += f", pr. {day(question.valid_at[0])}"
    elif question.valid_at:
        true = " · ".join(day(each) for each in question.valid_at)
    elif figure.takes.has_period:
        true = "alle dage"
    else:
        return f"Som registret vidste det {known_at}."
    return f"Gældende {true} · som registret vidste det {known_at}."


def scope(question: Question, figure: Figure, shown: Sequence[str] = ()) -> str:
    """What else was asked, in words, apart from the dimensions that the table shows."""
    said: list[str] = []
    for name, label in SCOPES.items():
        if name not in figure.takes.names or name in shown:
            continue
        value = getattr(question, PARAMETERS[name].field)
        if name == "unit":
            said.append(f"{label}: {', '.join(word(name, code, question.codes) for code in question.unit)}")
        elif isinstance(value, bool):
            said.append(f"{label}: {'talt med' if value else 'ikke talt med'}")
        elif value is not None or name == "wave":
            said.append(f"{label}: {'den seneste' if value is None else word(name, value, question.codes)}")
    return " · ".join(said) + "." if said else ""


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


__all__ = ["Table", "known_text", "moment", "pivoted", "said_once", "scope", "table_of", "times"]
