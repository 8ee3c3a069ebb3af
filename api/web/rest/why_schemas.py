"""The shapes of the answers about what moved a number, for the API's description of itself."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from api.web.rest.schemas import Coverage, Known


class MovingEvent(Struct, frozen=True):
    """An event that moved what a case counts with."""

    case: str
    position: int
    kind: str
    withdraws: str | None
    """The kind of the event that it withdraws."""
    valid_at: str
    """Of the event, or of that which it withdraws."""
    known_at: str
    how: str
    """`late`, `corrected`, `withdrawn` or `new`."""
    delta: float | None
    """None where the cell is no sum over cases."""


class MovedCell(Struct, frozen=True):
    """A cell that moved; where it is a sum over cases, the deltas of its events are the whole difference."""

    cell: dict[str, Any]
    before: float | None
    after: float | None
    adds_up: bool
    events: list[MovingEvent]


class CellBetween(Struct, frozen=True):
    """A cell on both days: `first` - `left` - `gone` + `changed` + `new` + `came` = `last` where it is a sum over cases."""

    cell: dict[str, Any]
    first: float | None
    left: float
    """Of cases that are in the figure no more."""
    gone: float
    """Of cases that went to another cell."""
    changed: float
    """By how much those that stayed count with more."""
    new: float
    """Of cases that came from another cell."""
    came: float
    last: float | None
    adds_up: bool


class CauseEvent(Struct, frozen=True):
    """The last event at which the case left, came or changed."""

    position: int
    kind: str
    valid_at: str
    known_at: str
    codes: dict[str, Any]
    """What its coded fields say."""


class CaseBetween(Struct, frozen=True):
    """A case that counted on one of the days or both."""

    case: str
    way: str
    """`left`, `came`, `moved`, `changed` or `stayed`."""
    first: list[dict[str, Any]]
    """The cells that it counted in on the earlier day, with what it counted."""
    last: list[dict[str, Any]]
    day: str | None
    """The day on which it did so."""
    cause: str | None
    """What did it, in Danish: the event, or what time alone did."""
    event: CauseEvent | None


class BetweenAnswer(Struct, frozen=True):
    """A figure on two days as known at `known_at`: `first` - `left` + `came` = `last`, all in cases."""

    valid_from: str
    valid_at: str
    covered: Coverage
    cell: dict[str, Any] | None
    """The one cell that was asked about."""
    first: int
    left: int
    came: int
    last: int
    cells: list[CellBetween]
    cases: list[CaseBetween]


class WhyAnswer(Struct, frozen=True):
    """The cells that moved between two moments of knowledge, and the cases that left and came between two days.

    Where there are two days, `moved` is of the earlier.
    """

    figure: str
    version: int
    parameters: dict[str, Any]
    known_from: Known
    known_at: Known
    moved: list[MovedCell]
    days: BetweenAnswer | None
    """None where only what was known is compared."""
    cautions: list[str] | UnsetType = UNSET
    """As a figure's answer has them."""
