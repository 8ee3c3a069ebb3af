"""A row of the tables worked out by hand: a tiny register, a question, and the cells that the law gives it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.by_hand.events import log

MOMENT = "2025-06-02T09:00:00+02:00"
HALF_YEAR = {"unit": ["ungeindsatsen"], "from": "2024-01-01", "to": "2024-07-01"}
MIDSUMMER = {"unit": ["ungeindsatsen"], "valid_at": ["2024-07-01"]}


@dataclass(frozen=True)
class Row:
    """One row; the cells are all there are, in any order."""

    title: str
    lines: list[dict]
    figure: str
    parameters: dict
    cells: list[dict]
    position: int | None = field(default=None)


def known_at_once(*events: dict) -> list[dict]:
    """The events as a log in which all is known at one moment, so that the positions are the order they stand in."""
    return log(*({**event, "known_at": MOMENT} for event in events))


def measures(**values: float | None) -> list[dict]:
    """A cell for each measure."""
    return [{"measure": name, "value": value} for name, value in values.items()]


def by(dimension: str, values: dict, **more: object) -> list[dict]:
    """A cell for each value of the dimension."""
    return [{**more, dimension: name, "value": value} for name, value in values.items()]
