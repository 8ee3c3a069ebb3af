"""The ledger beside the paper: which numbers were published for the year, and where the paper counts them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from dashboards.figures.question import parameters_of
from dashboards.pack.paper import Entry, Grid, Note, Paper, Paragraph, Part, Piece, Value
from dashboards.published.ledger import agrees
from dashboards.published.statements import statement_of
from dashboards.published.status_days import Printed
from dashboards.words.danish import day


def of_year(ledger: Iterable[Printed], year: int) -> tuple[Printed, ...]:
    """What was published in the year, and what was later published of a status day in it."""
    return tuple(one for one in ledger if one.published.paper.date.year == year or year in _years(one.published.parameters))


def _years(parameters: dict[str, Any]) -> set[int]:
    said = parameters.get("valid_at")
    days = said if isinstance(said, list) else [said]  # pyright: ignore[reportUnknownVariableType] -- what JSON holds
    return {int(each[:4]) for each in days if isinstance(each, str) and each[:4].isdigit()}  # pyright: ignore[reportUnknownVariableType] -- as above


def stands_for(value: Value, one: Printed) -> bool:
    """Whether a number of the paper is the cell that was published: the same figure, asked the same, and the same dimensions."""
    figure, question = value.told.ask.figure, value.told.ask.question
    if figure.id != one.published.figure or dict(value.dimensions) != one.published.cell:
        return False
    asked = parameters_of(figure.takes, question)
    defaults = {"include_assessing": True, "include_out_of_scope": True, "count": "cases", **figure.takes.defaults}
    for name, given in asked.items():
        printed = one.published.parameters.get(name, defaults.get(name))
        printed = printed.isoformat() if isinstance(printed, date) else printed
        if given is None and one.published.cell.get(name) == printed:
            continue
        if name == "valid_at":
            if one.published.cell.get("valid_at", _first(printed)) not in _many(given):
                return False
        elif name == "unit":
            if sorted(_many(given)) != sorted(_many(printed)):
                return False
        elif given != printed and printed is not None:
            return False
    return True


def _many(said: Any) -> list[Any]:
    return list(said) if isinstance(said, (list, tuple)) else [] if said is None else [said]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] -- what JSON holds


def _first(said: Any) -> Any:
    return next(iter(_many(said)), None)


def counted_again(paper: Paper, one: Printed) -> Value | None:
    """The paper's own number of what was published; None where the paper has none.

    A survey's statement that was printed more than once is in the paper once.
    """
    exact = next((each for _, each in paper.values if stands_for(each, one)), None)
    if exact is not None or one.published.figure != "survey":
        return exact
    wave, cell = one.published.parameters.get("wave"), _cell(one.published.cell, paper)
    answers = (each for _, each in paper.values if each.unit == "svar" and each.told.ask.question.wave == wave)
    return next((each for each in answers if _cell(each.dimensions, paper) == cell), None)


def _cell(dimensions: Mapping[str, Any], paper: Paper) -> dict[str, Any]:
    """A survey's cell, the statement by its code."""
    said = statement_of(str(dimensions.get("statement")), paper.of.codes)
    return {**dimensions, "statement": said.code or said.wording}


def with_printed(paper: Paper) -> Paper:
    """The paper, with a footnote to each number that was published and that the register now counts otherwise."""
    ledger = [one for one in paper.of.ledger if one.published.figure is not None]
    return replace(paper, parts=tuple(_part(part, ledger) for part in paper.parts))


def _part(part: Part, ledger: Sequence[Printed]) -> Part:
    match part:
        case Grid():
            return replace(part, rows=tuple(tuple(_noted(entry, ledger) for entry in row) for row in part.rows))
        case Paragraph():
            said: list[Piece] = []
            for piece in part.said:
                marked = _noted(piece, ledger) if isinstance(piece, (str, Value)) else piece
                said.append(marked)
                if isinstance(marked, Value) and marked.note:
                    said.append(marked.note)
            return replace(part, said=tuple(said))
        case _:
            return part


def _noted(entry: Entry, ledger: Sequence[Printed]) -> Entry:
    if not isinstance(entry, Value):
        return entry
    moved = next((one for one in ledger if stands_for(entry, one) and not agrees(one.published, entry.number)), None)
    return replace(entry, note=Note(moved_text(moved, entry))) if moved else entry


def moved_text(one: Printed, value: Value) -> str:
    """That a published number is counted otherwise here, and what is known of why."""
    said, figure, asked = one.published.paper, value.told.ask.figure, value.told.ask.question
    frozen = one.published.frozen
    if frozen is not UNSET and frozen.version != figure.version:
        why = f"Figuren er trykt efter udgave {frozen.version} og her talt efter udgave {figure.version}."
    elif frozen is not UNSET and frozen.position > asked.position:
        why = "Hændelser er registreret eller rettet mellem det, registret vidste her, og det, det vidste dengang."
    elif frozen is not UNSET:
        why = "Hændelser er registreret eller rettet siden."
    else:
        why = "Det kan skyldes hændelser, der er registreret eller rettet siden."
    return f"Trykt {one.value} i {said.case} ({day(said.date)}). Registret giver her {value.text}. {why}"
