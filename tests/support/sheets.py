"""Deliveries of a municipality's own sheets, taken into a register that is a plain list in memory."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import pytest
from msgspec import structs

from journey.codes import standard
from journey.events import Withdrawn
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.deliveries import Delivered, DeliveryComparison, compared, known_rows
from journey.exchange.sheets.delivery_files import DeliveryFile, sheet_tables
from journey.exchange.sheets.getters import DeliveryContext
from journey.exchange.sheets.identities import Identities
from journey.exchange.sheets.mapping import parse_sheets
from journey.exchange.sheets.rows import BadRow, GivenRow, UnknownWord, read_tables
from journey.exchange.sheets.tables import SheetRow, SheetTable, csv_sheet, sheet_table
from journey.exchange.sheets.values import Cell
from journey.history import COPENHAGEN, Recorded, in_order
from journey.log.stored import Entry
from journey.refusals import Refused

KEY = b"an identity key of no register.."
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)

ACCEPTED = """
format = "sheets"
source = "fagsystem-a"
[[sheet]]
name = "bevillinger"
file = "bevillinger*.csv"
key = ["Sagsnr", "Bevillingsnr"]
case = { cpr = "CPR" }
ignore = ["Navn"]
skip = [{ column = "Ydelse", starts = "Indberetning" }]
  [[sheet.event]]
  name = "bevilget"
  kind = "support_granted"
  on = "Startdato"
  when = { column = "Status", in = ["Bevilliget", "Iværksat"] }
    [sheet.event.data]
    grant = "Bevillingsnr"
    support = { column = "Ydelse", codes = "ydelser" }
    yearly_amount = { column = "Beløb pr. måned", times = 12, round = true }
  [[sheet.event]]
  kind = "support_ended"
  on = { column = "Slutdato", inclusive = true }
  data = { grant = "Bevillingsnr", reason = { is = "udloebet" } }
[[sheet]]
name = "sager"
file = "sager*.csv"
key = ["CPR"]
case = { cpr = "CPR" }
gone = "withdraw"
  [[sheet.event]]
  kind = "referred"
  on = "Henvist"
  data = { citizen = { cpr = "CPR" }, born = { birth_month_of = "CPR" }, unit = { column = "Enhed", codes = "enheder" } }
  [[sheet.event]]
  kind = "caseworker_changed"
  follows = "Sagsbehandler"
  first = "caseworker_assigned"
  on = "Henvist"
  data = { role = { is = "authority" }, worker = "Sagsbehandler", reason = { is = "other" } }
[[sheet]]
name = "ydelser"
file = "ydelser*.csv"
key = ["CPR", "Fra"]
case = { cpr = "CPR" }
  [[sheet.event]]
  kind = "benefit_changed"
  on = "Fra"
  data = { benefit = "Ydelse" }
[codes.ydelser]
"Bostøtte § 85" = "bostoette_85"
"Efterskole" = "efterskole"
[codes.enheder]
"Ungeindsatsen" = "ungeindsatsen"
"Jobcenter" = "arbejdsmarked"
"""
"""The law's own example, with a third sheet."""


def mapping(text: str = ACCEPTED) -> SheetsFile:
    """A mapping file that must be valid."""
    return parse_sheets(text, standard())


def faults(text: str) -> str:
    """What a mapping file is refused with."""
    with pytest.raises(Refused) as refused:
        parse_sheets(text, standard())
    assert refused.value.code == "bad_mapping"
    return str(refused.value)


def context(file: SheetsFile, workers: dict[str, str] | None = None, cases: Mapping[str, str] | None = None) -> DeliveryContext:
    return DeliveryContext(standard(), file.codes, Identities(KEY), {} if workers is None else workers, cases)


def csv_table(file: SheetsFile, nth: int, text: str | bytes, name: str = "") -> SheetTable:
    sheet = file.sheets[nth]
    raw = text if isinstance(text, bytes) else text.encode()
    return csv_sheet(io.BytesIO(raw), name or f"{sheet.name}.csv", f"sheet[{nth + 1}]", sheet, file.settings(sheet))


def cells_table(file: SheetsFile, nth: int, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> SheetTable:
    """A table as a workbook gives it."""
    sheet = file.sheets[nth]
    every = iter([SheetRow(line, row) for line, row in enumerate([columns, *rows], 1)])
    return sheet_table(every, f"{sheet.name}.xlsx", f"sheet[{nth + 1}]", sheet, file.settings(sheet))


def tables_of(file: SheetsFile, files: Mapping[str, bytes]) -> list[SheetTable]:
    """The tables of a delivery's files, read whole, as a register takes them."""
    handed = [DeliveryFile(name, len(raw), lambda raw=raw: io.BytesIO(raw)) for name, raw in files.items()]
    return [structs.replace(table, rows=iter(list(table.rows))) for _, table in sheet_tables(file, handed)]


class Reading(NamedTuple):
    """What the rows of some tables gave."""

    given: list[GivenRow]
    bad: list[BadRow]
    unknown: list[UnknownWord]

    @property
    def problems(self) -> list[tuple[int, str, str]]:
        """Line, column and reason of everything that is wrong."""
        return [(row.place.line, each.field, each.reason) for row in self.bad for each in row.problems]

    @property
    def events(self) -> list[tuple[str, str]]:
        """Day and kind of each event."""
        return [(str(event.valid_at), event.name) for row in self.given for event in row.events if hasattr(event, "valid_at")]


def read(file: SheetsFile, *tables: tuple[int, SheetTable], workers: dict[str, str] | None = None) -> Reading:
    return Reading(*read_tables(tables, file, context(file, workers), NOW))


class Register:
    """A register in memory, which takes deliveries of one source one after the other."""

    def __init__(self, file: SheetsFile) -> None:
        self.file = file
        self.histories: dict[str, list[Recorded]] = {}
        self.length = 0
        self.newest: datetime | None = None
        self.workers: dict[str, str] = {}

    def take(
        self, taken_at: datetime, sheets: Mapping[str, str | None], *, allow_gone: int | None = None
    ) -> DeliveryComparison:
        """Take the sheets' CSV texts, the bad rows skipped; None is a sheet that is missing, and so is one left out."""
        names = [sheet.name for sheet in self.file.sheets]
        tables = [csv_table(self.file, nth, text) for nth, name in enumerate(names) if (text := sheets.get(name))]
        counted = {name: len(text.splitlines()) - 1 if (text := sheets.get(name)) else None for name in names}
        result = self.compare(taken_at, tables, counted, allow_gone=allow_gone)
        for entry in result.entries:
            self.record(entry, taken_at)
        self.newest = taken_at
        return result

    def compare(
        self,
        taken_at: datetime,
        tables: Sequence[SheetTable],
        counted: Mapping[str, int | None] | None = None,
        *,
        allow_gone: int | None = None,
    ) -> DeliveryComparison:
        """What taking the tables would record; nothing is."""
        names = [sheet.name for sheet in self.file.sheets]
        placed = [(names.index(re.split(r"[ .]", table.file)[0]), table) for table in tables]
        found = read(self.file, *placed, workers=self.workers)
        return compared(
            Delivered(taken_at, found.given, found.bad, counted or {}),
            self.file,
            known_rows(self.histories, self.file.source),
            newest=self.newest,
            allow_gone=allow_gone,
        )

    def record(self, entry: Entry, known_at: datetime) -> None:
        self.length += 1
        history = self.histories.setdefault(entry.stream, [])
        ids = {each.source_id for each in history}
        if isinstance(entry.event, Withdrawn):
            assert entry.event.source_id in ids, "a withdrawal names an event that stands earlier in the case"
        assert entry.source_id not in {each.source_id for many in self.histories.values() for each in many}
        day = known_at.astimezone(COPENHAGEN).date()
        history.append(
            Recorded(
                self.length, len(history) + 1, entry.valid_at, known_at, day, entry.source, entry.source_id, entry.event,
                source_case=entry.source_case,
            )
        )  # fmt: skip

    def standing(self) -> list[str]:
        """What stands, in the order of each case, as it is written here."""
        return [
            shown(each.valid_at.isoformat(), each.event)
            for case in sorted(self.histories)
            for each in in_order(self.histories[case])
        ]


def shown(day: str, event: msgspec.Struct) -> str:
    """An event on one line: its day, kind and fields."""
    fields = ((name, getattr(event, name)) for name in event.__struct_fields__)
    written = " ".join(
        f"{name}={value}" for name, value in fields if value is not None and name not in ("citizen", "in_scope", "channel")
    )
    return f"{day} {type(event).__name__} {written}".strip()


def lines(result: DeliveryComparison) -> list[str]:
    """What a delivery recorded, in its order: + what came, - what was withdrawn."""
    return [
        f"- {entry.valid_at} {entry.event.reason}"
        if isinstance(entry.event, Withdrawn)
        else f"+ {shown(str(entry.valid_at), entry.event)}"
        for entry in result.entries
    ]


def moment(day: str, clock: str = "06:00") -> datetime:
    """A moment of a day in Copenhagen."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=COPENHAGEN)
