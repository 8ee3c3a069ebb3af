"""Comparing of a delivery with what its source gave before: its tables read, its rows compared, what they record staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count
from re import Pattern
from typing import Any, cast

from msgspec import Struct, field
from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import TupleRow

from journey.codes import CodeLists, CodesUsed
from journey.exchange.deliveries.reading_beside import open_rows
from journey.exchange.deliveries.report import BadCellReport
from journey.exchange.deliveries.staging import (
    RowOutcome,
    RowTotals,
    StagedEvent,
    is_known,
    known_of,
    rows_not_given,
    stage,
    take_out_doubles,
    totals,
)
from journey.exchange.foreign_staging import worker_spellings
from journey.exchange.importing import MOST_NAMED, READ_STEPS, READING
from journey.exchange.lines import Declared
from journey.exchange.sheets.compared import KnownEvent, KnownRow, RowComparison, gone_changes
from journey.exchange.sheets.declarations import SheetForm, SheetsFile
from journey.exchange.sheets.deliveries import RowKey, emptied_sheets, refuse_gone, row_stands
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.getters import DeliveryContext
from journey.exchange.sheets.identities import Identities
from journey.exchange.sheets.kinds import SHEET_FIELDS
from journey.exchange.sheets.mapping import SheetsMapping
from journey.exchange.sheets.reading import DeliveryReading
from journey.exchange.sheets.rows import TWICE, BadRow, GivenRow, UnknownWord
from journey.history import COPENHAGEN
from journey.log.deliveries import StoredDelivery
from journey.log.identity_vault import store_numbers
from journey.personal import excerpt

OF_WORKERS = tuple(kind for kind, fields in SHEET_FIELDS.items() if "worker" in fields)
"""The kinds of event that say a worker: a row of any of them may be the first to spell one."""


class DeliveryOptions(Struct, frozen=True):
    """Options of a delivery, as whoever hands it over chooses them."""

    who: str
    taken_at: datetime | None = None
    """The moment that it was taken out of its source; None for now."""
    dry_run: bool = False
    skip_bad: bool = False
    allow_gone: int | None = None


class DeliverySetting(Struct, frozen=True):
    """The register that a delivery is taken into: its code lists, its identity key, and whether its vault has the CPR numbers."""

    codes: CodeLists
    identity_key: bytes
    keep_numbers: bool = True
    person_ids: Pattern[str] | None = None


class DeliveryWork(Struct):
    """The state of one delivery on its way: of one reading of its files, since it may be read again."""

    conn: Connection[TupleRow]
    mapping: SheetsMapping
    files: Sequence[DeliveryFile]
    setting: DeliverySetting
    options: DeliveryOptions
    now: datetime
    progress: Callable[[str, int, int], object]
    used: CodesUsed
    known: bool = False
    """Whether the log has anything of the source."""
    read: Counter[int] = field(default_factory=Counter[int])
    """The rows with a value of each sheet, those passed over among them; no entry for a sheet that is missing."""
    skipped: Counter[int] = field(default_factory=Counter[int])
    unreadable: set[int] = field(default_factory=set[int])
    """The sheets with a row whose key cannot be read: none of their rows counts as gone."""
    bad: list[BadCellReport] = field(default_factory=list[BadCellReport])
    unknown: list[UnknownWord] = field(default_factory=list[UnknownWord])
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def file(self) -> SheetsFile:
        return self.mapping.file

    @property
    def taken_at(self) -> datetime:
        return self.options.taken_at or self.now


class GoneRows(Struct, frozen=True):
    """Rows that are gone: those that stay, and those of which everything is withdrawn, and how many rows of other sheets stand."""

    listed: list[RowKey]
    withdrawn: list[RowKey]
    stood: int


def compare(work: DeliveryWork, before: StoredDelivery | None) -> tuple[GoneRows, RowTotals]:
    """Read all tables and stage what their rows record. Raises Refused (`too_many_gone`)."""
    work.known = is_known(work.conn, work.file.source)
    _read(work)
    for double in take_out_doubles(work.conn):
        sheet = work.file.sheets[double.sheet]
        _add_bad(work, sheet.name, work.files[double.file].name, double.line, [(" + ".join(sheet.key), TWICE, "bad_value")])
    gone = _stage_gone(work) if work.known else GoneRows([], [], 0)
    summed = totals(work.conn)
    names = [sheet.name for sheet in work.file.sheets]
    filled = {name for name, sheet in before.numbers.sheets.items() if sheet.rows} if before else set[str]()
    emptied = emptied_sheets({name: work.read.get(nth) for nth, name in enumerate(names)}, filled)
    withdrawn = Counter({names[nth]: rows for nth, rows in summed.withdrawn.items() if rows})
    may_not_stay = Counter(sheet for sheet, _ in gone.listed if sheet in emptied)
    refuse_gone(withdrawn + may_not_stay, withdrawn.total(), emptied, summed.stood + gone.stood, work.options.allow_gone)
    return gone, summed


def _read(work: DeliveryWork) -> None:
    size = sum(each.size for each in work.files) or 1
    done = 0
    spelt = worker_spellings(work.conn, work.file.source, OF_WORKERS) if work.known else []
    workers = {worker.lower(): worker for worker in reversed(spelt)}
    identities = Identities(work.setting.identity_key)
    declared = Declared(work.setting.person_ids)
    context = DeliveryContext(work.setting.codes, work.file.codes, identities, workers, work.mapping.cases, declared)
    places = {each.name: place for place, each in enumerate(work.files)}
    comparison = RowComparison(work.file.source, work.taken_at.astimezone(COPENHAGEN).date())
    with open_rows(DeliveryReading(work.file, context, work.now), work.files) as batches:
        for batch in batches:
            if batch.done * READ_STEPS // size > done * READ_STEPS // size:
                work.progress(READING, min(batch.done, size), size)
            done = batch.done
            work.read[batch.sheet] += batch.read
            _put(work, comparison, batch.sheet, places[batch.file], batch.rows)
            if not work.options.dry_run:
                store_numbers(work.conn, work.setting.identity_key, batch.numbers if work.setting.keep_numbers else {})
            work.skipped[batch.sheet] += batch.skipped
            work.unknown += batch.unknown
    work.numbers = count(work.read.total())
    work.progress(READING, size, size)


def _put(
    work: DeliveryWork, comparison: RowComparison, nth: int, file: int, batch: Sequence[tuple[int, GivenRow | BadRow]]
) -> None:
    """Compare rows of one table with what they gave before, and stage what that records."""
    sheet = work.file.sheets[nth]
    known: dict[RowKey, dict[str, KnownEvent]] = {}
    if work.known:
        known = known_of(work.conn, work.file.source, {(sheet.name, row.name) for _, row in batch if row.name is not None})
    outcomes: list[RowOutcome] = []
    events: list[StagedEvent] = []
    for number, row in batch:
        of_row: KnownRow = known.get((sheet.name, row.name), {}) if row.name is not None else {}
        stood = row_stands(of_row)
        if isinstance(row, BadRow):
            if row.name is None:
                work.unreadable.add(nth)
            outcomes.append(RowOutcome(nth, row.name, number, file, row.place.line, bad=True, stood=stood))
            _add_bad(work, sheet.name, row.place.file, row.place.line, [(p.field, p.reason, p.code) for p in row.problems])
        else:
            outcomes.append(_outcome(work, comparison, sheet, row, of_row, (nth, number, file), events))
    stage(work.conn, outcomes, events)


def _outcome(
    work: DeliveryWork,
    comparison: RowComparison,
    sheet: SheetForm,
    row: GivenRow,
    known: KnownRow,
    place: tuple[int, int, int],
    events: list[StagedEvent],
) -> RowOutcome:
    """The outcome of a good row; what it records is added to the events."""
    nth, number, file = place
    new = corrected = withdrawn = same = 0
    for outcome, form, before, entry in comparison.changes(row, sheet, known):
        if outcome == "new":
            new += 1
        elif outcome == "corrected":
            corrected += 1
        elif outcome == "withdrawn":
            withdrawn += 1
        else:
            same += 1
        if before is not None:
            events.append(StagedEvent(before, nth, number, form))
            work.used.see(before.event)
        if entry is not None:
            events.append(StagedEvent(entry, nth, number, form))
            work.used.see(entry.event)
    bad, stood = False, bool(known) and row_stands(known)
    gone = stood and withdrawn > 0 and not (new or corrected or same)
    counts = (new, corrected, withdrawn, same)
    return RowOutcome(nth, row.name, number, file, row.place.line, bad, stood, gone, *counts)


def _add_bad(work: DeliveryWork, sheet: str, file: str, line: int, problems: Sequence[tuple[str, str, str]]) -> None:
    if len(work.bad) < MOST_NAMED:
        work.bad += [BadCellReport(sheet, excerpt(file), line, *problem) for problem in problems]


def _stage_gone(work: DeliveryWork) -> GoneRows:
    """Stage the withdrawal of the rows that are gone, where their sheet says so (rules 3 and 6)."""
    sheets = {sheet.name: nth for nth, sheet in enumerate(work.file.sheets)}
    gone = GoneRows([], [], 0)
    stood = 0
    for keys in rows_not_given(work.conn, work.file.source, list(sheets)):
        known = {key: events for key, events in known_of(work.conn, work.file.source, keys).items() if row_stands(events)}
        outcomes: list[RowOutcome] = []
        events: list[StagedEvent] = []
        for key in keys:
            if key not in known:
                continue
            nth = sheets.get(key[0])
            if nth is None or nth in work.unreadable:
                stood += 1
                continue
            if work.file.sheets[nth].gone == "keep":
                gone.listed.append(key)
                stood += 1
                continue
            gone.withdrawn.append(key)
            number, removed = next(work.numbers), list(gone_changes(known[key]))
            events += [StagedEvent(cast(Any, change.withdrawal), nth, number, 0) for change in removed]
            outcomes.append(RowOutcome(nth, key[1], number, 0, 0, bad=False, stood=True, withdrawn=True, removed=len(removed)))
        stage(work.conn, outcomes, events)
    return replace(gone, stood=stood)
