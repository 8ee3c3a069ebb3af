"""Three months of a made-up municipality, in four dialects: the events that each gives, and the figures after it, as counted by hand.

The tables are data/deliveries/deliveries.toml and figures.toml, which a caseworker can read. Here they are held against the comparison in
memory and the oracle; test_months_taken.py holds them against the register.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
import pytest

from journey.codes import standard
from journey.events import NAMES as EVENT_KINDS
from journey.events import Withdrawn
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.deliveries import DeliveryComparison
from journey.exchange.sheets.mapping import parse_sheets
from journey.exchange.sheets.names import row_name
from journey.exchange.sheets.pseudonyms import citizen_pseudonym, worker_pseudonym
from journey.history import Recorded
from journey.log.stored import Entry
from tests.oracle import answer
from tests.support.municipality import (
    CP1252,
    DIALECTS,
    FIGURES,
    MOMENTS,
    NUMBERS,
    SOURCES,
    SPEC,
    TEXTS,
    XLSX,
    Dialect,
    taken_at,
)
from tests.support.sheets import KEY, Register, tables_of

NAMES = {citizen_pseudonym(KEY, digits): name for name, digits in NUMBERS.items()} | {
    worker_pseudonym(KEY, spelled): name for name, spelled in SPEC["caseworkers"].items()
}
"""Whose a pseudonym is, here where the key is known."""


pytestmark = pytest.mark.outside  # a workbook is read by a process of its own


@cache
def mapping_of(dialect: Dialect, source: str) -> SheetsFile:
    return parse_sheets(dialect.mapping(source), standard())


class Municipality:
    """A register in memory that takes the deliveries of both sources."""

    def __init__(self) -> None:
        self.register = Register(mapping_of(CP1252, SOURCES[0]))
        self.newest: dict[str, datetime] = {}
        self.after: dict[str, int] = {}
        """The log's end after each moment."""

    def take(self, moment: str, source: str, dialect: Dialect = CP1252) -> DeliveryComparison:
        """Take a source's delivery."""
        register, file, at = self.register, mapping_of(dialect, source), taken_at(moment)
        register.file, register.newest = file, self.newest.get(source)
        result = register.compare(at, tables_of(file, dialect.files(moment, source)))
        for entry in result.entries:
            register.record(entry, at)
        self.newest[source], self.after[moment] = at, register.length
        return result

    @property
    def log(self) -> list[Recorded]:
        return sorted(
            (each for history in self.register.histories.values() for each in history), key=lambda each: each.position
        )

    def lines(self) -> list[dict[str, Any]]:
        """The log as the oracle reads it."""
        case = {id(each): case for case, history in self.register.histories.items() for each in history}
        return [
            {
                "case": case[id(each)],
                "kind": EVENT_KINDS[type(each.event)],
                "valid_at": each.valid_at.isoformat(),
                "known_at": each.known_at.isoformat(),
                "source": each.source,
                "source_id": each.source_id,
                "data": {name: value for name, value in msgspec.to_builtins(each.event).items() if value is not None},
            }
            for each in self.log
        ]


def as_line(entry: Entry, kinds: dict[str, str]) -> str:
    """A recorded entry as the spec writes it; `kinds` has the kind of each event by its id."""
    who = NAMES[entry.stream]
    if isinstance(entry.event, Withdrawn):
        return f"- {entry.valid_at} {who} {kinds[entry.event.source_id]} {entry.event.reason}"
    kinds[entry.source_id] = entry.kind
    fields = ((name, getattr(entry.event, name)) for name in entry.event.__struct_fields__)
    shown = [
        f"{name}={NAMES.get(value, value)}"
        for name, value in fields
        if value is not None and name not in ("citizen", "channel", "in_scope")
    ]
    version = entry.source_id.partition("#")[2]
    return " ".join([f"+ {entry.valid_at} {who} {entry.kind}{f'#{version}' if version else ''}", *shown])


def row_names() -> dict[str, str]:
    """The name of each row by its hash: the key as the spec writes it."""
    keys = [*NUMBERS, *(str(nr) for nr in range(1001, 1013)), *(f"{nr:03}" for nr in range(1, 14))]
    return {row_name([citizen_pseudonym(KEY, NUMBERS[key]) if key in NUMBERS else key]): key for key in keys}


@cache
def taken(dialect: Dialect) -> tuple[Municipality, dict[tuple[str, str], DeliveryComparison]]:
    """All months taken in."""
    municipality = Municipality()
    months = [(each["moment"], each["source"]) for each in SPEC["delivery"]]
    return municipality, {month: municipality.take(*month, dialect) for month in months}


def events_of_months(dialect: Dialect) -> list[list[str]]:
    kinds: dict[str, str] = {}
    return [[as_line(entry, kinds) for entry in result.entries] for result in taken(dialect)[1].values()]


@pytest.mark.parametrize("dialect", [*TEXTS, pytest.param(XLSX, marks=pytest.mark.long)], ids=str)
def test_each_month_gives_the_events_written_down_by_hand(dialect: Dialect) -> None:
    assert events_of_months(dialect) == [each["events"].strip().splitlines() for each in SPEC["delivery"]]


@pytest.mark.parametrize(
    "nth", range(len(SPEC["delivery"])), ids=lambda nth: "{moment} {source}".format(**SPEC["delivery"][nth])
)
def test_each_month_is_told_apart_by_number_and_its_gone_rows_are_named(nth: int) -> None:
    by_hand = SPEC["delivery"][nth]
    result = taken(CP1252)[1][by_hand["moment"], by_hand["source"]]
    names = row_names()

    assert result.counts == by_hand["counts"]
    assert [f"{sheet} {names[row]}" for sheet, row in result.listed] == by_hand.get("listed", [])
    assert [f"{sheet} {names[row]}" for sheet, row in result.withdrawn] == by_hand.get("withdrawn", [])


@pytest.mark.long
def test_four_dialects_give_one_log_to_the_byte() -> None:
    logs = [
        [
            (each.source, each.source_id, each.valid_at, EVENT_KINDS[type(each.event)], msgspec.json.encode(each.event))
            for each in taken(dialect)[0].log
        ]
        for dialect in DIALECTS
    ]

    assert len(logs[0]) == sum(len(each["events"].strip().splitlines()) for each in SPEC["delivery"])
    assert logs[1:] == [logs[0]] * (len(DIALECTS) - 1)


def test_the_same_month_again_changes_nothing_in_whatever_dialect() -> None:
    municipality = Municipality()
    for moment in MOMENTS:
        for source in SOURCES:
            municipality.take(moment, source)
        assert [municipality.take(moment, source, dialect).entries for source in SOURCES for dialect in TEXTS] == [
            [] for _ in range(len(SOURCES) * len(TEXTS))
        ]


def difference(found: list[dict[str, Any]], by_hand: list[dict[str, Any]]) -> list[str]:
    """The cells that differ from those by hand, where what is not written is 0 or null; a case-year is a case's days again."""

    def place(cell: dict[str, Any]) -> str:
        dimensions = {name: value for name, value in cell.items() if name not in ("value", "why") and value is not None}
        return json.dumps(dimensions, sort_keys=True, ensure_ascii=False)

    cells = {place(cell): cell["value"] for cell in found if cell.get("measure") != "case_years"}
    written = {place(cell): cell["value"] for cell in by_hand}
    assert len(written) == len(by_hand), "a cell is written twice"
    return [
        f"{where}: {cells.get(where)} is {written.get(where)} by hand"
        for where in sorted({*cells, *written})
        if (cells.get(where) or 0) != written.get(where, 0)
    ]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['figure']} {row['known']}")
def test_the_figures_after_each_month_are_those_counted_by_hand(row: dict[str, Any]) -> None:
    municipality, _ = taken(CP1252)
    found = answer(municipality.lines(), row["figure"], row["parameters"], municipality.after[row["known"]])

    assert difference(found, row["cells"]) == []


def test_the_figures_by_hand_bite() -> None:
    """The twin: a register that takes the last month alone does not know what was true in March by March's lists."""
    municipality = Municipality()
    for source in SOURCES:
        municipality.take(MOMENTS[-1], source)
    wrong = [
        row["figure"]
        for row in FIGURES
        if difference(answer(municipality.lines(), row["figure"], row["parameters"]), row["cells"])
    ]

    assert {"caseload", "caseload_by_support", "caseload_by_benefit", "caseworker_changes", "visitations", "membership"} <= {
        *wrong
    }
