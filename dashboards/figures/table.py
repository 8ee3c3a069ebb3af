"""A figure's cells as a table that a committee secretary can print: words, Danish numbers, and what must stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from dashboards.figures.decimals import shown
from dashboards.figures.figure import Ask, Cell, Figure
from dashboards.figures.parameters import IN_NOTES, PARAMETERS
from dashboards.figures.question import FigureQuestion
from dashboards.words.danish import DIMENSIONS, moment, word
from dashboards.words.language import DANISH, Language, later

MANY = 12
"""More days than so many are said by the first and the last."""
UNKNOWN = later("ikke kendt")
"""What stands for a number of days before anything was known."""
FEW_NOTE = later("–: for få observationer (under 20) til procent, rate, median eller percentil.")
EMPTY_NOTE = later("Der er intet at tælle her.")
CAUTION = later(
    "Det tidspunkt, der er spurgt om, er ikke forbi endnu. Svaret er, som registret er kendt nu, og det samme spørgsmål kan få et "
    "andet svar, når der er registreret mere. Spørg om en position for et svar, der ikke flytter sig."
)
EARLY_NOTE = later("Ikke kendt: dagene er uden for dem, registret er dækket.")
NOTHING_KNOWN = later(
    "Registret kendte ingen hændelser. Er det tomt, så indlæs dine egne med journey import, eller et prøveregister med "
    "journey sample."
)


class Number(str):
    """A number as it is shown in a table, that still knows its value and, where it is a cell of an answer, which."""

    value: float | int | None
    ask: Ask | None
    cell: Cell

    __slots__ = ("ask", "cell", "value")

    def __new__(cls, text: str, value: float | None, ask: Ask | None = None, cell: Cell | None = None) -> Number:
        made = super().__new__(cls, text)
        made.value, made.ask, made.cell = value, ask, cell or {}
        return made


class Table(Struct, frozen=True):
    """Title, column heads (none where all are empty), rows of text, and the notes below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def table_of(
    figure: Figure,
    question: FigureQuestion,
    cells: Sequence[Cell],
    known_at: str,
    translate: Language = DANISH,
    *,
    nothing: str = EMPTY_NOTE,
) -> Table:
    """The figure's cells, one row a cell, those of a measure together; the notes say both times, all that was asked, the
    counting rule and the source, and `nothing` where there is no cell."""
    dimensions = list(dict.fromkeys(name for cell in cells for name in cell if name not in ("value", "why")))
    rows = [
        (
            *(word(name, cell[name], question.codes, translate) if name in cell else "" for name in dimensions),
            Number(_shown(figure, cell, translate), cell["value"], Ask(figure, question), cell),
        )
        for cell in _grouped(cells, dimensions[:1])
    ]
    notes = [times(question, figure, known_at, translate), scope(question, figure, dimensions, translate)]
    if any(cell.get("why") == "few" for cell in cells):
        notes.append(translate(FEW_NOTE))
    if question.position == 0:
        notes.append(translate(NOTHING_KNOWN))
    elif not cells:
        notes.append(translate(nothing))
    return Table(
        figure.title(translate),
        (*(translate(DIMENSIONS[name]) for name in dimensions), _counted(figure, question, dimensions, translate)),
        without_repeats(rows, len(dimensions) - 1),
        tuple(
            note
            for note in (*notes, translate("Opgørelse: {rule}", rule=translate(figure.rule)), translate(figure.source))
            if note
        ),
    )


def _shown(figure: Figure, cell: Cell, translate: Language) -> str:
    return translate(UNKNOWN) if cell.get("why") == "unknown" else shown(cell["value"], figure.unit, cell, translate)


def sum_of(numbers: Sequence[Number], translate: Language) -> Number:
    """The sum of numbers of one table; not known where one of them is not."""
    if translate(UNKNOWN) in numbers:
        return Number(translate(UNKNOWN), None)
    total = sum(int(each.value or 0) for each in numbers)
    return Number(translate.number(total), total)


def _grouped(cells: Sequence[Cell], first: Sequence[str]) -> Sequence[Cell]:
    """The cells in their order, but those alike in the first dimension together."""
    groups: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(tuple(cell.get(name) for name in first), []).append(cell)
    return [cell for group in groups.values() for cell in group]


def without_repeats(rows: Sequence[tuple[str, ...]], columns: int) -> tuple[tuple[str, ...], ...]:
    """The rows, with what the first columns repeat from the row above left out."""
    out: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for row in rows:
        same = next((at for at in range(max(columns, 0)) if row[at] != before[at : at + 1][0]), columns) if before else 0
        out.append((*[""] * same, *row[same:]))
        before = row
    return tuple(out)


def _counted(figure: Figure, question: FigureQuestion, dimensions: Sequence[str], translate: Language) -> str:
    """The head of the numbers: what they count, where it is the same in every row."""
    if "measure" in dimensions:
        return translate("Tal")
    if figure.unit == "kroner":
        return translate("Kroner")
    return translate("Antal {unit}", unit=translate("borgere" if question.count == "citizens" else figure.unit))


def times(question: FigureQuestion, figure: Figure, known_at: str, translate: Language = DANISH) -> str:
    """Both times in words: what day or period the numbers are true of, and what the register knew."""
    if figure.takes.has_period:
        true = translate.period(question.from_day, question.to_day)
        if question.valid_at:
            true += translate(", pr. {day}", day=translate.day(question.valid_at[0]))
    elif len(question.valid_at) > MANY:
        ends = translate.day(min(question.valid_at)), translate.day(max(question.valid_at))
        true = translate("{n} dage fra {first} til {last}", n=len(question.valid_at), first=ends[0], last=ends[1])
    elif question.valid_at:
        true = " · ".join(translate.day(each) for each in question.valid_at)
    else:
        return translate("Som registret vidste det {known}.", known=known_at)
    return translate("Gældende {true} · som registret vidste det {known}.", true=true, known=known_at)


def scope(question: FigureQuestion, figure: Figure, shown: Sequence[str] = (), translate: Language = DANISH) -> str:
    """The other parameters of the question, in words, apart from the dimensions that the table shows."""
    notes: list[str] = []
    for name in IN_NOTES:
        if name not in figure.takes.names or name in shown:
            continue
        parameter = PARAMETERS[name]
        value = getattr(question, parameter.field)
        if name == "unit":
            text = ", ".join(word(name, code, question.codes, translate) for code in question.unit)
        elif parameter.flag:
            text = translate(parameter.options[str(value).lower()])
        elif value is not None:
            text = word(name, value, question.codes, translate)
        elif name == "wave":
            text = translate("den seneste")
        else:
            continue
        notes.append(f"{translate(parameter.label)}: {text}")
    return " · ".join(notes) + "." if notes else ""


def known_text(position: int, known: str, translate: Language = DANISH) -> str:
    return f"{known} (position {translate.number(position)})"


__all__ = ["Number", "Table", "known_text", "moment", "scope", "sum_of", "table_of", "times", "without_repeats"]
