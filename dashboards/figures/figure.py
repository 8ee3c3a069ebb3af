"""A figure: one function that gives a query and runs nothing, dressed with all that a reader must know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dashboards.figures.question import FigureQuestion, Takes
from dashboards.words.language import Language
from projections.engine.as_known import as_known

Cell = dict[str, Any]
Counted = Sequence[tuple[Any, ...]]


class Query(Struct, frozen=True):
    """SQL over the row tables, the values it names, and how the rows it gives become cells."""

    sql: str
    values: Mapping[str, Any]
    cells: Callable[[Counted], list[Cell]]
    by_case: str = ""
    """The same SQL for every case at once, each row with its case before it and none where a case counts nothing; may be left out."""
    nameless: str = ""
    """The same SQL with a number in place of each case's reference, where it gives any: what is counted for whoever may read no case."""

    @property
    def counted(self) -> str:
        """The SQL that gives no case's reference."""
        return self.nameless or self.sql


EVENTS = "hændelser"
"""The unit of what counts events, which are there for ever from their day on."""


class Figure(Struct, frozen=True):
    """A figure (domain.md section 6): how it is counted, and the words that are printed with it."""

    id: str
    version: int
    title_da: str
    title_en: str
    rule: str
    """The counting rule in plain Danish."""
    unit: str
    """What is counted."""
    takes: Takes
    query: Callable[[FigureQuestion], Query]
    source: str = "Kilde: egne tal."
    by_time: Mapping[str, str] = {}
    """What time alone does to a case's part, without an event of it: a sentence for each way of `comparing.between` or, under
    `moved`, for any; in Danish, said through a `Language`."""

    @property
    def is_stock(self) -> bool:
        """Whether it counts cases, or something of theirs, that are there on a day."""
        return "valid_at" in self.takes.names and self.takes.days is None and self.unit != EVENTS

    def title(self, translate: Language) -> str:
        """Its title in a language."""
        return self.title_da if translate.code == "da" else self.title_en


class Ask(Struct, frozen=True):
    """A figure and the question put to it."""

    figure: Figure
    question: FigureQuestion


FIGURES: dict[str, Figure] = {}
"""Every figure by its id."""


def figure(
    *,
    title_da: str,
    title_en: str,
    rule: str,
    unit: str,
    takes: Takes,
    version: int = 1,
    by_time: Mapping[str, str] | None = None,
) -> Callable[[Callable[[FigureQuestion], Query]], Callable[[FigureQuestion], Query]]:
    """Make a counting function a figure; its name is the figure's id."""

    def dress(query: Callable[[FigureQuestion], Query]) -> Callable[[FigureQuestion], Query]:
        FIGURES[query.__name__] = Figure(
            query.__name__, version, title_da, title_en, rule, unit, takes, query, by_time=by_time or {}
        )
        return query

    return dress


def dimensions_of(cell: Cell) -> Cell:
    """The dimensions of a cell, which tell it from the figure's others."""
    return {name: value for name, value in cell.items() if name not in ("value", "why")}


def cases_named(cells: Iterable[Cell]) -> list[str]:
    """The cases that cells name, each once: a figure may have the case itself among its dimensions."""
    return [*dict.fromkeys(cell["case"] for cell in cells if cell.get("case"))]


def the_cell(cells: Sequence[Cell], dimensions: Mapping[str, Any]) -> float | int | None:
    """The value of the one cell with these dimensions; None where there is none, or more than one."""
    found = [cell for cell in cells if dimensions_of(cell) == dimensions]
    return found[0]["value"] if len(found) == 1 else None


def known(table: str, alias: str = "") -> str:
    """The rows of a table that were believed at the position asked at, to stand in a FROM."""
    return f"(SELECT * FROM {table} WHERE {as_known()}) AS {alias or table}"


FEW = 20
"""Below so many observations no percent, rate, median or percentile is given (domain.md section 5)."""

BANDS: Mapping[str, int] = {"0-30": 30, "31-90": 90, "91-180": 180}
LAST_BAND = "181+"


def unless_few(value: float | None, observations: int) -> Cell:
    """A cell's value, or null and why."""
    return {"value": None, "why": "few"} if observations < FEW else {"value": plain(value)}


def plain(value: Any) -> Any:
    """A number as JSON has it: whole where it is whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Days = Mapping[int, int]
"""How many observations there are of each number of days."""


def in_bands(dimensions: Cell, days: Days) -> list[Cell]:
    """The counts of days by band, for what is too little to have a median of."""
    counts = dict.fromkeys((*BANDS, LAST_BAND), 0)
    for day, count in days.items():
        counts[next((band for band, last in BANDS.items() if day <= last), LAST_BAND)] += count
    return [{**dimensions, "band": band, "value": count} for band, count in counts.items()]


def _nth(days: Days, nth: int) -> int:
    """The nth smallest, from 1."""
    for day in sorted(days):
        nth -= days[day]
        if nth <= 0:
            return day
    raise IndexError(nth)


def median(days: Days) -> float:
    """The middle of all observations; of an even number the mean of the middle two."""
    n = sum(days.values())
    return (_nth(days, (n + 1) // 2) + _nth(days, n // 2 + 1)) / 2


def percentile(days: Days, of_a_hundred: int) -> int:
    """A percentile of all observations by nearest rank."""
    return _nth(days, -(-sum(days.values()) * of_a_hundred // 100))


def spread(dimensions: Cell, days: Days) -> list[Cell]:
    """Number, median and 90th percentile of some days, in bands where they are few."""
    n = sum(days.values())
    cells = [
        {**dimensions, "measure": "n", "value": n},
        {**dimensions, "measure": "median", **unless_few(median(days) if n else None, n)},
        {**dimensions, "measure": "p90", **unless_few(percentile(days, 90) if n else None, n)},
    ]
    return cells if n >= FEW else [*cells, *in_bands({**dimensions, "measure": "days"}, days)]
