"""What a committee paper is made of. Every number in it knows the cell it comes from, so that it can be checked and counted again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dashboards.drawing.charts import Drawn
from dashboards.pack.occasion import Occasion
from dashboards.view import FigureCells
from dashboards.words.danish import number


class Note(Struct, frozen=True):
    """A footnote, and what it is about where a trap looks for it."""

    text: str
    about: str = ""


class Value(Struct, frozen=True):
    """A number: the answer and the cell of it that it stands for, what it counts, and its footnote."""

    told: FigureCells
    dimensions: Mapping[str, Any]
    unit: str
    """What is counted: sager, borgere, kroner, procent …"""
    number: float | int | None
    why: str | None = None
    """Why there is no number; `few` below 20 observations."""
    of: int | None = None
    """How many observations a percent, rate or median is made of, where it is one."""
    note: Note | None = None

    @property
    def text(self) -> str:
        return "for få" if self.number is None and self.why == "few" else number(self.number, whole=self.unit == "kroner")


def one_or(value: Value, one: str, many: str) -> str:
    """The word that goes with the number."""
    return one if value.number == 1 else many


def value(told: FigureCells, counted: str | None = None, /, *, of: int | None = None, **dimensions: Any) -> Value:
    """The one cell of an answer with these dimensions, as a number of the paper."""
    question = told.ask.question
    unit = counted or ("borgere" if question.count == "citizens" else told.ask.figure.unit)
    return Value(told, dimensions, unit, told.value(**dimensions), told.why(**dimensions), of)


Piece = str | Value | Note
Said = tuple[Piece, ...]
"""Running text: words, numbers and footnotes in their order."""


class Heading(Struct, frozen=True):
    level: int
    text: str


class Paragraph(Struct, frozen=True):
    """Running text; `draft` where the words are ours and the secretary's to change."""

    said: Said
    draft: bool = False


class Prompt(Struct, frozen=True):
    """What the secretary must write here."""

    asks: str


class Steps(Struct, frozen=True):
    """A numbered list, the secretary's to change."""

    items: tuple[str, ...]


class Sum(Struct, frozen=True):
    """Parts that are to give a whole, less what is to be taken from it."""

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
    notes: tuple[Note, ...] = ()
    sums: tuple[Sum, ...] = ()
    source: str = "Kilde: egne tal."
    key: bool = False
    """Whether its numbers are those that a reader quotes."""
    last_is_total: bool = False
    again: bool = False
    """Whether its numbers stand in the paper already."""

    @property
    def values(self) -> Iterator[Value]:
        """The table's numbers, row by row."""
        return (entry for row in self.rows for entry in row if isinstance(entry, Value))


class Drawing(Struct, frozen=True):
    """A figure: title, what it shows in words, how it is drawn, and its picture (PNG) where one could be made."""

    id: str
    title: str
    says: str
    drawn: Drawn
    png: bytes | None = None
    data: Grid | None = None
    """Its numbers, where no table of the paper has them."""
    table: str = ""
    """The table that has its numbers, where one has."""
    breaks: tuple[str, ...] = ()
    """The reasons of the numbered breaks in it."""
    source: str = "Kilde: egne tal"

    @property
    def origin(self) -> str:
        """What stands below it: where its numbers are from, and where they stand."""
        return f"{self.source}; tallene står i {self.table or f'regnearkets ark {self.id}'}."


Part = Heading | Paragraph | Prompt | Steps | Grid | Drawing


class Paper(Struct, frozen=True):
    """A paper: its title, what it is a status of, and its parts in their order."""

    title: str
    of: Occasion
    parts: tuple[Part, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(part for part in self.parts if isinstance(part, Grid))

    @property
    def counted(self) -> tuple[Grid, ...]:
        """The tables whose numbers are the paper's own, and those of figures that no table has the numbers of."""
        found = (part.data if isinstance(part, Drawing) else part for part in self.parts)
        return tuple(grid for grid in found if isinstance(grid, Grid) and not grid.again)

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        return tuple(part for part in self.parts if isinstance(part, Drawing))

    @property
    def values(self) -> Iterator[tuple[str, Value]]:
        """Every number of the paper, once, with where it stands: the table's name, or the heading it stands under."""
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
                    yield from ((heading, piece) for piece in part.said if isinstance(piece, Value))
                case _:
                    pass


def numbered(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with `Tabel 1.`, `Figur 1.` … before the titles, in the order they stand in; a figure drawn of a table follows it."""
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
