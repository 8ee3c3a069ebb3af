"""The model of a committee paper. Every number in it holds the cell it comes from, so that it can be checked and counted again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dashboards.drawing.charts import Drawn
from dashboards.figures.decimals import shown
from dashboards.figures.figure import the_cell
from dashboards.pack.occasion import Occasion
from dashboards.view import WHY, FigureCells
from dashboards.words.language import DANISH


class Footnote(Struct, frozen=True):
    """A footnote, and what it is about where a trap looks for it."""

    text: str
    about: str = ""


class Value(Struct, frozen=True):
    """A number: its answer and the cell of it, what it counts, and its footnote."""

    answer: FigureCells
    dimensions: Mapping[str, Any]
    unit: str
    """What is counted: sager, borgere, kroner, procent …"""
    number: float | int | None
    why: str | None = None
    """Why there is no number; `few` below 20 observations, `unknown` of days before anything was known."""
    of: int | None = None
    """How many observations a percent, rate or median is made of, where it is one."""
    note: Footnote | None = None

    @property
    def counted(self) -> float | int | None:
        """The number as the figure counts it, whatever is known of its days: what a published one is held against."""
        return the_cell(self.answer.counted, self.dimensions) if self.why == "unknown" else self.number

    @property
    def text(self) -> str:
        if self.number is None and self.why in WHY:
            return WHY[self.why]
        return shown(self.number, self.unit, dict(self.dimensions), DANISH)


def by_number(value: Value, singular: str, plural: str) -> str:
    """The word in the number that grammar asks for."""
    return singular if value.number == 1 else plural


def value(answer: FigureCells, counted: str | None = None, /, *, of: int | None = None, **dimensions: Any) -> Value:
    """The cell of an answer with these dimensions, as a number of the paper; `counted` is its unit where the figure has several."""
    question = answer.ask.question
    unit = counted or ("borgere" if question.count == "citizens" else answer.ask.figure.unit)
    return Value(answer, dimensions, unit, answer.value(**dimensions), answer.why(**dimensions), of)


Piece = str | Value | Footnote
Text = tuple[Piece, ...]
"""Running text: words, numbers and footnotes, in order."""


class Heading(Struct, frozen=True):
    """A heading of level 1 or 2."""

    level: int
    text: str


class Paragraph(Struct, frozen=True):
    """Running text; `draft` where the secretary is to read and change it."""

    text: Text
    draft: bool = False


class Prompt(Struct, frozen=True):
    """A place where the secretary is to write: what is to stand there."""

    text: str


class Steps(Struct, frozen=True):
    """A numbered list, for the secretary to change."""

    items: tuple[str, ...]


class Sum(Struct, frozen=True):
    """A sum that must hold: the parts, less what is subtracted, give the whole."""

    whole: Value
    parts: tuple[Value, ...]
    less: tuple[Value, ...] = ()


Entry = str | Value


class Grid(Struct, frozen=True):
    """A table: title, heads, rows of words and numbers, the footnotes of the whole, the sums that must hold, and the source."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    notes: tuple[Footnote, ...] = ()
    sums: tuple[Sum, ...] = ()
    source: str = "Kilde: egne tal."
    key: bool = False
    """Whether readers quote its numbers."""
    last_is_total: bool = False
    again: bool = False
    """Whether its numbers stand elsewhere in the paper too."""

    @property
    def values(self) -> Iterator[Value]:
        """The table's numbers, row by row."""
        return (entry for row in self.rows for entry in row if isinstance(entry, Value))


class Drawing(Struct, frozen=True):
    """A figure: title, description in words, chart, and picture (PNG) where a browser could draw one."""

    id: str
    title: str
    description: str
    drawn: Drawn
    png: bytes | None = None
    data: Grid | None = None
    """Its numbers, where no table of the paper has them."""
    table: str = ""
    """The table that has its numbers, where one has."""
    breaks: tuple[str, ...] = ()
    """The reason of each numbered break in it."""
    source: str = "Kilde: egne tal"

    @property
    def origin(self) -> str:
        """The line below it: where its numbers come from, and where they stand."""
        return f"{self.source}; tallene står i {self.table or f'regnearkets ark {self.id}'}."


Part = Heading | Paragraph | Prompt | Steps | Grid | Drawing


class StatusPaper(Struct, frozen=True):
    """A paper: its title, the occasion it reports on, and its parts in order."""

    title: str
    of: Occasion
    parts: tuple[Part, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(part for part in self.parts if isinstance(part, Grid))

    @property
    def counted(self) -> tuple[Grid, ...]:
        """The tables whose numbers stand nowhere else in the paper, and those of figures without a table."""
        grids = (part.data if isinstance(part, Drawing) else part for part in self.parts)
        return tuple(grid for grid in grids if isinstance(grid, Grid) and not grid.again)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        return tuple(part for part in self.parts if isinstance(part, Drawing))

    @property
    def values(self) -> Iterator[tuple[str, Value]]:
        """Every number of the paper once, with its place: the table's id, or the heading it stands under."""
        heading = ""
        for part in self.parts:
            match part:
                case Heading():
                    heading = part.text
                case Grid(again=False) as grid:
                    yield from ((part.id, each) for each in grid.values)
                case Drawing(data=Grid() as grid):
                    yield from ((part.id, each) for each in grid.values)
                case Paragraph():
                    yield from ((heading, piece) for piece in part.text if isinstance(piece, Value))
                case _:
                    pass


def numbered(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with ids (`Tabel 1`, `Figur 1` …) in order; a figure without data of its own refers to the table before it."""
    out: list[Part] = []
    tables = figures = 0
    for part in parts:
        match part:
            case Grid():
                tables += 1
                out.append(replace(part, id=f"Tabel {tables}"))
            case Drawing():
                figures += 1
                name = f"Figur {figures}"
                data = part.data and replace(part.data, id=name)
                out.append(replace(part, id=name, data=data, table="" if data else f"Tabel {tables}"))
            case _:
                out.append(part)
    return tuple(out)
