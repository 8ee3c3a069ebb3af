"""Given these events, when this is registered, then that follows: all of it as tables that a caseworker can read.

An event stands on a line of its own, in the order that the register came to know it:

    day        | known      | event           | details
    2024-01-10 | 2024-01-12 | referred        | unit=ungeindsatsen citizen=b1
    2024-03-01 |            | support_granted | grant=g1 support=bostoette_85

`known` may be left out: then an event is known on its own day, or on the day of the event before it if that is later. A
column `nr` may count the positions. The events have the source `spec` and their position as `source_id`.

A table of rows begins with the name of its projection. Its columns are those that matter to the reader. `…` is a
beginning or an end that is not there, `-` what was never said.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

import pytest
from msgspec.structs import fields

from journey.codes import standard
from journey.commands import decide, newly_senseless
from journey.history import FOREVER, Recorded, known_by
from journey.log.stored import Entry
from journey.refusals import Refused
from projections.engine.believed import believed
from projections.projections import PROJECTIONS
from tests.support.history_events import COPENHAGEN, recorded

TODAY = date(2025, 6, 1)
CASE = "N-1"


def given(table: str = "") -> Given:
    """A case with this history."""
    return Given(told(table))


class Given:
    """A case's history, to ask what rows follow from it or what may be registered in it."""

    def __init__(self, history: Sequence[Recorded]) -> None:
        self.history = list(history)

    def known_by(self, position: int) -> Given:
        """The case as the register knew it at the position."""
        return Given(known_by(self.history, position))

    def gives(self, table: str) -> Given:
        """Exactly the rows of the table are believed, in the columns that it names."""
        name, *lines = _lines(table)
        header, *expected = [_cells(line) for line in lines]
        row_type = PROJECTIONS[name].row
        assert set(header) <= {field.name for field in fields(row_type)}, f"{name} has no such column: {header}"
        rows = believed(self.history, standard().classes).rows
        actual = [[shown(getattr(row, column)) for column in header] for row in rows if type(row) is row_type]
        if sorted(actual) != sorted(expected):
            raise AssertionError(f"\n{name}, expected:\n{_text(header, expected)}\nfound:\n{_text(header, actual)}")
        return self

    def when(self, table: str, today: date = TODAY) -> When:
        """These events are to be registered, in one transaction."""
        return When(self.history, told(table, len(self.history)), today)


class When:
    """Events on their way into a case's history."""

    def __init__(self, history: Sequence[Recorded], proposed: Sequence[Recorded], today: date) -> None:
        self.history, self.proposed, self.today = history, proposed, today
        self.entries = [Entry(CASE, one.valid_at, one.source, one.source_id, one.event) for one in proposed]

    def then(self, *findings: tuple[int, str]) -> None:
        """They are taken, and make these positions senseless."""
        decide(self.history, self.entries, today=self.today)
        found = newly_senseless([*self.history, *self.proposed], len(self.history) + 1)
        assert [(one.position, one.code) for one in found] == list(findings)

    def refused(self, code: str, place: str | None = None) -> None:
        """They are not taken, for this reason."""
        with pytest.raises(Refused) as refused:
            decide(self.history, self.entries, today=self.today)
        assert refused.value.code == code
        assert place is None or refused.value.place == place


def told(table: str, after: int = 0) -> list[Recorded]:
    """The events of a table, their positions beginning after `after`."""
    lines = [_cells(line) for line in _lines(table)]
    history: list[Recorded] = []
    known = datetime(1900, 1, 1, 9, tzinfo=COPENHAGEN)
    for position, cells in enumerate(lines[1:], start=after + 1):
        said = dict(zip_longest(lines[0], cells[: len(lines[0])], fillvalue=""))
        assert said.get("nr", str(position)) == str(position), f"line {position} says it is {said['nr']}"
        known = _moment(said["known"]) if said.get("known") else max(known, _moment(said["day"]))
        line = {
            "kind": said["event"],
            "valid_at": said["day"],
            "known_at": known.isoformat(),
            "source": "spec",
            "source_id": str(position),
            "data": _details(said["details"]),
        }
        history.append(recorded(line, position, position - 1))
    return history


def days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def shown(value: object) -> str:
    """A cell as a table writes it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, date):
        return "…" if value in (FOREVER, date.min) else value.isoformat()
    return str(value)


def _moment(text: str) -> datetime:
    """A moment written out, or nine in the morning of a day, Danish time."""
    if len(text) == len("2024-01-10"):
        return datetime.combine(date.fromisoformat(text), time(9), COPENHAGEN)
    return datetime.fromisoformat(text)


def _details(text: str) -> dict[str, Any]:
    pairs = [pair.split("=", 1) for pair in shlex.split(text)]
    return {name: json.loads(value) if value[:1] in ("[", "{") else value for name, value in pairs}


def _lines(table: str) -> list[str]:
    return [line.strip() for line in table.splitlines() if line.strip()]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _text(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, *sorted(rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  " + " | ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
