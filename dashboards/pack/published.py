"""Published numbers beside the paper: those of its year, each with the number of the paper that counts the same cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from dashboards.figures.question import parameters_of
from dashboards.pack.paper import Entry, Footnote, Grid, Paragraph, Part, Piece, StatusPaper, Value
from dashboards.published.ledger import agrees
from dashboards.published.statements import statement_of
from dashboards.published.status_days import Printed
from dashboards.words.danish import day


def of_year(ledger: Iterable[Printed], year: int) -> tuple[Printed, ...]:
    """The numbers published in the year, and those published later of a status day in it."""
    return tuple(each for each in ledger if each.published.paper.date.year == year or year in _years(each.published.parameters))


def _years(parameters: dict[str, Any]) -> set[int]:
    value = parameters.get("valid_at")
    days = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType] -- what JSON holds
    return {int(each[:4]) for each in days if isinstance(each, str) and each[:4].isdigit()}  # pyright: ignore[reportUnknownVariableType] -- as above


def is_same_cell(value: Value, printed: Printed) -> bool:
    """Whether a number of the paper is the published cell: the same figure, question and dimensions."""
    figure, question = value.answer.ask.figure, value.answer.ask.question
    if figure.id != printed.published.figure or dict(value.dimensions) != printed.published.cell:
        return False
    parameters = parameters_of(figure.takes, question)
    defaults = {"include_assessing": True, "include_out_of_scope": True, "count": "cases", **figure.takes.defaults}
    for name, counted in parameters.items():
        published = printed.published.parameters.get(name, defaults.get(name))
        published = published.isoformat() if isinstance(published, date) else published
        if counted is None and printed.published.cell.get(name) == published:
            continue
        if name == "valid_at":
            if printed.published.cell.get("valid_at", _first(published)) not in _as_list(counted):
                return False
        elif name == "unit":
            if sorted(_as_list(counted)) != sorted(_as_list(published)):
                return False
        elif counted != published and published is not None:
            return False
    return True


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] -- what JSON holds


def _first(value: Any) -> Any:
    return next(iter(_as_list(value)), None)


def recounted(paper: StatusPaper, printed: Printed) -> Value | None:
    """The paper's own number of a published cell; None where the paper has none.

    A survey's statement that was printed more than once stands in the paper once.
    """
    exact = next((each for _, each in paper.values if is_same_cell(each, printed)), None)
    if exact is not None or printed.published.figure != "survey":
        return exact
    wave, cell = printed.published.parameters.get("wave"), _cell(printed.published.cell, paper)
    answers = (each for _, each in paper.values if each.unit == "svar" and each.answer.ask.question.wave == wave)
    return next((each for each in answers if _cell(each.dimensions, paper) == cell), None)


def _cell(dimensions: Mapping[str, Any], paper: StatusPaper) -> dict[str, Any]:
    """A survey's cell with its statement by code."""
    statement = statement_of(str(dimensions.get("statement")), paper.of.codes)
    return {**dimensions, "statement": statement.code or statement.wording}


def with_printed_numbers(paper: StatusPaper) -> StatusPaper:
    """The paper with a footnote to each published number that the register counts otherwise here."""
    ledger = [each for each in paper.of.ledger if each.published.figure is not None]
    return replace(paper, parts=tuple(_part(part, ledger) for part in paper.parts))


def _part(part: Part, ledger: Sequence[Printed]) -> Part:
    match part:
        case Grid():
            return replace(part, rows=tuple(tuple(_noted(entry, ledger) for entry in row) for row in part.rows))
        case Paragraph():
            pieces: list[Piece] = []
            for piece in part.text:
                marked = _noted(piece, ledger) if isinstance(piece, (str, Value)) else piece
                pieces.append(marked)
                if isinstance(marked, Value) and marked.note:
                    pieces.append(marked.note)
            return replace(part, text=tuple(pieces))
        case _:
            return part


def _noted(entry: Entry, ledger: Sequence[Printed]) -> Entry:
    if not isinstance(entry, Value):
        return entry
    moved = next((each for each in ledger if is_same_cell(entry, each) and not agrees(each.published, entry.counted)), None)
    return replace(entry, note=Footnote(difference_text(moved, entry))) if moved else entry


def difference_text(printed: Printed, value: Value) -> str:
    """The footnote of a published number that is counted otherwise here: both numbers, and why where it is known."""
    source, figure, question = printed.published.paper, value.answer.ask.figure, value.answer.ask.question
    frozen = printed.published.frozen
    if frozen is not UNSET and frozen.version != figure.version:
        why = f"Figuren er trykt efter udgave {frozen.version} og her talt efter udgave {figure.version}."
    elif frozen is not UNSET and frozen.position > question.position:
        why = "Hændelser er registreret eller rettet mellem det, registret vidste her, og det, det vidste dengang."
    elif frozen is not UNSET:
        why = "Hændelser er registreret eller rettet siden."
    else:
        why = "Det kan skyldes hændelser, der er registreret eller rettet siden."
    return f"Trykt {printed.value} i {source.case} ({day(source.date)}). Registret giver her {value.text}. {why}"
