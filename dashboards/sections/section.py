"""The parts of a section of a page: key numbers, charts and tables side by side, with their definitions, caveats and source."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from dashboards.definitions import FigureDefinition, definitions
from dashboards.drawing.charts import Drawn
from dashboards.figures.table import Number, Table
from dashboards.view import FEW


class Chart(Struct, frozen=True):
    """A drawing, and the words that say its main numbers."""

    id: str
    """Its own on the page, of lower-case letters, digits and hyphens: its downloads are found by it."""
    title: str
    drawn: Drawn
    summary: str


class KeyNumber(Struct, frozen=True):
    """One number at a glance: what it is, what stands beside it, and where there is more."""

    label: str
    value: str
    beside: tuple[str, ...]
    """What it is held against, each on a line: last year, the reference."""
    to: str | None = None
    """An address of this site, or the `#id` of a section of the page; a page's address gets what the view has chosen."""
    chosen: Mapping[str, str] = {}
    """What that page is asked besides, so that it shows the same number."""
    spark: Drawn | None = None
    """A small chart of how it came to be so; its numbers stand in `says`."""
    summary: str = ""


class Panel(Struct, frozen=True):
    """Tables that belong together, with the chart of them where there is one."""

    tables: tuple[Table, ...]
    chart: Chart | None = None
    beside: bool = True
    """Whether the tables stand beside the chart where there is room; wide ones stand below it."""
    folded: str = ""
    """What opens it, where it is long and stands closed."""


class Section(Struct, frozen=True):
    """A heading's worth of the page."""

    id: str
    title: str
    lead: str
    parts: tuple[Panel, ...]
    definitions: tuple[FigureDefinition, ...]
    caveats: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    """The reasons of the numbered breaks in the section's first chart."""
    source: str = "Kilde: egne tal."
    """In Danish, said where it is shown."""
    tiles: tuple[KeyNumber, ...] = ()
    brief: bool = False
    """Whether how it is counted stands closed below a heading that opens it."""
    folded: str = ""
    """What opens its charts and tables, where they stand closed."""
    more: tuple[str, str] | None = None
    """The address and the title of the page that has more of it."""
    scope: tuple[str, ...] = ()
    """Both times and all that was asked, in words, where it is not what was chosen on the page."""


def numeric(table: Table) -> tuple[bool, ...]:
    """For each column whether it holds numbers only, so that they can stand to the right."""
    return tuple(bool(table.rows) and all(_is_number(row[at]) for row in table.rows) for at in range(len(table.columns)))


LONG = 40
"""So many characters stand on one line of a cell at most."""


def long(text: str) -> bool:
    """Whether a cell's text stands on several lines."""
    return len(text) > LONG


def wordy(table: Table) -> bool:
    """Whether the table has sentences in it, so that on a narrow screen its rows are better read one below the other."""
    return any(long(text) for row in table.rows for text in row)


def _is_number(text: str) -> bool:
    return isinstance(text, Number) or text in ("", "–", FEW) or text.replace(".", "").replace(",", "").lstrip("-").isdigit()


__all__ = ["Chart", "FigureDefinition", "KeyNumber", "Panel", "Section", "definitions", "long", "numeric", "wordy"]
