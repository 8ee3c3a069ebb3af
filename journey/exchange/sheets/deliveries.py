"""Deliveries (leverancer) compared with what was taken of their source before: what is recorded, in which order, and what is refused
(domain.md section 10, rules 3 to 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from msgspec import Struct

from journey.events import Withdrawn
from journey.exchange.comparison import newest_versions
from journey.exchange.sheets.compared import Change, KnownEvent, KnownRow, RowComparison, gone_changes
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.names import row_event
from journey.exchange.sheets.rows import BadRow, GivenRow
from journey.history import COPENHAGEN, Recorded
from journey.log.stored import Entry
from journey.problem import thousands
from journey.refusals import Refused

MAY_GO = 5
"""How many rows may go, and how many in a hundred, before a delivery is refused."""

RowKey = tuple[str, str]
"""A row of a source: its sheet and its name."""


class DeliveryComparison(NamedTuple):
    """A delivery compared: what is recorded, in its order; how many events of each outcome; and the rows that are gone."""

    entries: list[Entry]
    counts: Counter[str]
    """By outcome: new, corrected, withdrawn, known."""
    listed: list[RowKey]
    """The rows that are gone and stay, under `keep`: a finding until they are back or withdrawn."""
    withdrawn: list[RowKey]
    """The rows of which everything is withdrawn."""


class Delivered(Struct, frozen=True):
    """A delivery, read: its rows, the bad ones that are skipped, and how many rows each sheet had; None for a sheet that is missing."""

    taken_at: datetime
    given: Sequence[GivenRow]
    bad: Sequence[BadRow]
    rows: Mapping[str, int | None]


def known_rows(histories: Mapping[str, Sequence[Recorded]], source: str) -> dict[RowKey, dict[str, KnownEvent]]:
    """Events that each row of the source gave before, by the histories of the register's cases."""
    known: dict[RowKey, dict[str, KnownEvent]] = {}
    for case, history in histories.items():
        for source_id, version in newest_versions(history, source).items():
            of_row = row_event(source_id)
            if of_row is None:
                continue
            row = known.setdefault(of_row[:2], {})
            if source_id not in row or row[source_id].version.n < version.n:  # a corrected case: the newest stands in another
                row[source_id] = KnownEvent(case, version)
    return known


def compared(
    delivered: Delivered,
    file: SheetsFile,
    known: Mapping[RowKey, KnownRow],
    *,
    newest: datetime | None = None,
    filled: Collection[str] | None = None,
    allow_gone: int | None = None,
) -> DeliveryComparison:
    """The delivery compared with what its source gave before.

    `newest` is the moment of the source's newest delivery, and `filled` the sheets that had rows in it (else those with known rows).
    Raises Refused (`older_delivery`, `too_many_gone`).
    """
    refuse_older(delivered.taken_at, newest)
    sheets = {sheet.name: sheet for sheet in file.sheets}
    of_source = [row for row, events in known.items() if row_stands(events)]
    standing = {row for row in of_source if row[0] in sheets}
    changes: list[_PlacedChange] = []
    present = {(file.sheets[row.place.sheet].name, row.name) for row in delivered.given}
    rows = RowComparison(file.source, delivered.taken_at.astimezone(COPENHAGEN).date())
    withdrawn: list[RowKey] = []
    for nth, row in enumerate(delivered.given):
        sheet = file.sheets[row.place.sheet]
        key = (sheet.name, row.name)
        found = list(rows.changes(row, sheet, known.get(key, {})))
        changes += [_PlacedChange((row.place.sheet, nth, change.nth), change) for change in found]
        if key in standing and found and all(change.outcome == "withdrawn" for change in found):
            withdrawn.append(key)
    gone = sorted(standing - present - _of_bad_rows(delivered.bad, file, standing))
    places = {sheet.name: nth for nth, sheet in enumerate(file.sheets)}
    for nth, key in enumerate(gone, len(delivered.given)):
        if sheets[key[0]].gone == "withdraw":
            withdrawn.append(key)
            changes += [_PlacedChange((places[key[0]], nth, 0), change) for change in gone_changes(known[key])]
    listed = [key for key in gone if sheets[key[0]].gone == "keep"]
    emptied = emptied_sheets(delivered.rows, {row[0] for row in standing} if filled is None else filled)
    may_not_stay = [key for key in listed if key[0] in emptied]
    refuse_gone(Counter(sheet for sheet, _ in (*withdrawn, *may_not_stay)), len(withdrawn), emptied, len(of_source), allow_gone)
    return DeliveryComparison(list(_in_order(changes)), Counter(change.outcome for _, change in changes), listed, withdrawn)


class _PlacedChange(NamedTuple):
    """A change with its place in the delivery: the sheet in the mapping, the row, and the event in the sheet."""

    place: tuple[int, int, int]
    change: Change


def row_stands(events: KnownRow) -> bool:
    """Whether anything that the row gave stands."""
    return any(each.version.standing == "stands" for each in events.values())


def _of_bad_rows(bad: Iterable[BadRow], file: SheetsFile, standing: Collection[RowKey]) -> set[RowKey]:
    """The rows that are not gone because a bad row is skipped: its own, or all of its sheet's where its key cannot be read."""
    whole_sheets: set[str] = set()
    found: set[RowKey] = set()
    for row in bad:
        sheet = file.sheets[row.place.sheet].name
        if row.name is None:
            whole_sheets.add(sheet)
        else:
            found.add((sheet, row.name))
    return found | {row for row in standing if row[0] in whole_sheets}


def _in_order(changes: Iterable[_PlacedChange]) -> Iterator[Entry]:
    """Rule 5: withdrawals first, then by (day, sheet in the mapping, row, event in the sheet)."""
    recorded = [
        (isinstance(entry.event, Withdrawn), entry.valid_at, place, entry)
        for place, change in changes
        for entry in (change.withdrawal, change.entry)
        if entry is not None
    ]

    def order(each: tuple[bool, date, tuple[int, int, int], Entry]) -> tuple[bool, date, tuple[int, int, int], str]:
        withdraws, day, place, entry = each
        return not withdraws, day, place, entry.source_id

    return (entry for *_, entry in sorted(recorded, key=order))


def refuse_older(taken_at: datetime, newest: datetime | None) -> None:
    """Rule 7: raises Refused (`older_delivery`) for a delivery taken out before the source's newest."""
    if newest is not None and taken_at < newest:
        day, newest_day = (
            f"{moment.astimezone(COPENHAGEN):%d-%m-%Y} kl. {moment.astimezone(COPENHAGEN):%H.%M}"
            for moment in (taken_at, newest)
        )
        raise Refused("older_delivery", f"Leverancen er fra {day}, og kildens nyeste er fra {newest_day}.", place="taken_at")


def emptied_sheets(rows: Mapping[str, int | None], filled: Collection[str]) -> list[str]:
    """Sheets that are missing or empty, and were not before (`filled`), by how many rows each has."""
    return sorted(sheet for sheet in filled if sheet in rows and not rows[sheet])


def refuse_gone(
    by_sheet: Mapping[str, int], withdrawn: int, emptied: Sequence[str], known: int, allow_gone: int | None
) -> None:
    """Rule 6: a source that was emptied and not filled again is not taken for one whose rows are all gone.

    `by_sheet` counts the rows that would be withdrawn, `withdrawn` in all, and those that are gone from the emptied sheets. Raises
    Refused (`too_many_gone`) unless exactly so many may go.
    """
    many = withdrawn > MAY_GO and 100 * withdrawn > MAY_GO * known
    number = sum(by_sheet.values())
    if not (many or emptied) or allow_gone == number:
        return
    counts = ", ".join(f"{sheet}: {thousands(rows)}" for sheet, rows in sorted(by_sheet.items()))
    what = f"{thousands(number)} af kildens {thousands(known)} rækker ville være væk ({counts})"
    if emptied:
        sheets = f"arket {emptied[0]} mangler eller er tomt, og det var det"
        if len(emptied) > 1:
            sheets = f"arkene {', '.join(emptied)} mangler eller er tomme, og det var de"
        what += f"; {sheets} ikke før"
    if allow_gone is not None:
        what += f"; der er givet lov til {thousands(allow_gone)}"
    raise Refused("too_many_gone", f"{what}. Er det rigtigt, så gentag med --allow-gone {number}.", place="leverancen")
