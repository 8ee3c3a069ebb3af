"""What a section of a page is made of: charts and tables side by side, with their definitions, caveats and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dashboards.charts import Drawn
from dashboards.danish import SCOPES, day, number, word
from dashboards.question import PARAMETERS, Question
from dashboards.table import Table
from dashboards.view import Told


class Chart(Struct, frozen=True):
    """A drawing, and the words that say its main numbers."""

    id: str
    title: str
    drawn: Drawn
    says: str


class Definition(Struct, frozen=True):
    """How a figure is counted, as it was asked here."""

    figure: str
    version: int
    title: str
    rule: str
    parameters: tuple[str, ...]


class Part(Struct, frozen=True):
    """Tables that belong together, with the chart of them where there is one."""

    tables: tuple[Table, ...]
    chart: Chart | None = None


class Section(Struct, frozen=True):
    """A heading's worth of the page."""

    id: str
    title: str
    lead: str
    parts: tuple[Part, ...]
    definitions: tuple[Definition, ...]
    caveats: tuple[str, ...]
    breaks: tuple[str, ...] = ()
    """The reasons of the numbered breaks in the section's chart."""
    source: str = "Kilde: egne tal."


SHOWN = 6
"""Up to so many values of a parameter are listed; more are said by the first and the last."""


def definitions(told: Sequence[Told]) -> tuple[Definition, ...]:
    """The definition of each figure that was asked, with the values its parameters had."""
    figures = {one.ask.figure.id: one.ask.figure for one in told}
    return tuple(
        Definition(
            figure.id,
            figure.version,
            figure.title_da,
            figure.rule,
            _parameters([one.ask.question for one in told if one.ask.figure.id == figure.id], figure.takes.names),
        )
        for figure in figures.values()
    )


def _parameters(questions: Sequence[Question], names: Sequence[str]) -> tuple[str, ...]:
    lines: list[str] = []
    for name in names:
        values: dict[Any, str] = {}
        for question in questions:
            value = getattr(question, PARAMETERS[name].field)
            for each in value if isinstance(value, tuple) and name != "bands" else (value,):  # pyright: ignore[reportUnknownVariableType] -- a tuple of days or codes
                values[each] = _in_words(name, each, question)
        if set(values) != {None}:
            lines.append(f"{SCOPES.get(name) or _TIMES[name]}: {_listed(values, 'dage' if name == 'valid_at' else 'værdier')}")
    return tuple(lines)


_TIMES = {"valid_at": "Pr.", "from": "Fra", "to": "Til og med dagen før", "bands": "Aldersgrænser"}


def _in_words(name: str, value: Any, question: Question) -> str:
    match value:
        case bool():
            return "talt med" if value else "ikke talt med"
        case date():
            return day(value)
        case str():
            return word(name, value, question.codes)
        case _:
            return str(value)


def _listed(values: Mapping[Any, str], what: str) -> str:
    if len(values) <= SHOWN:
        return " / ".join(values.values())
    ordered = [values[each] for each in sorted(values)]
    return f"{number(len(values))} {what} fra {ordered[0]} til {ordered[-1]}"


def numeric(table: Table) -> tuple[bool, ...]:
    """For each column whether it holds numbers only, so that they can stand to the right."""
    return tuple(bool(table.rows) and all(_is_number(row[at]) for row in table.rows) for at in range(len(table.columns)))


def _is_number(text: str) -> bool:
    return text in ("", "–", FEW) or text.replace(".", "").replace(",", "").lstrip("-").isdigit()


FEW = "for få"


def or_why(told: Told, **dimensions: Any) -> str:
    """A cell's number, or why there is none."""
    value = told.value(**dimensions)
    return FEW if value is None and told.why(**dimensions) == "few" else number(value)
