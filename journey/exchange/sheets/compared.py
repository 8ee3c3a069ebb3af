"""A row compared with what it gave before: its withdrawals and what it gives anew (domain.md section 10, rules 3 and 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple

from msgspec.structs import replace

from journey.events import Event
from journey.exchange.comparison import CORRECTED, REMOVED, Version, same_content, version_id, withdrawal
from journey.exchange.sheets.declarations import SheetForm
from journey.exchange.sheets.events import FollowedValue, GivenEvent
from journey.exchange.sheets.names import event_id, row_event
from journey.exchange.sheets.rows import GivenRow
from journey.log.stored import Entry


class KnownEvent(NamedTuple):
    """The newest version of an event that a row gave, with the case it is of."""

    case: str
    version: Version


KnownRow = Mapping[str, KnownEvent]
"""What a row gave before, by source_id without `#n`."""

Outcome = Literal["new", "corrected", "withdrawn", "known"]


class Change(NamedTuple):
    """Change of one event of a row: its outcome, the withdrawal that belongs to it, and what is recorded."""

    outcome: Outcome
    nth: int
    withdrawal: Entry | None = None
    entry: Entry | None = None


class RowComparison:
    """Comparison of one source's rows, for the delivery of one day."""

    def __init__(self, source: str, day: date) -> None:
        self._source, self._day = source, day

    def changes(self, row: GivenRow, sheet: SheetForm, known: KnownRow) -> Iterator[Change]:
        """Changes that the row's events make."""
        given: set[str] = set()
        for event in row.events:
            if isinstance(event, GivenEvent):
                source_id = event_id(sheet.name, row.name, event.name)
                given.add(source_id)
                entry = self._entry(row, event.valid_at, source_id, event.event, event.known_at)
                yield self._change(event.nth, source_id, entry, known.get(source_id))
            else:
                yield from self._follow(event, row, sheet, known)
        if known:
            following = {form.id_name for form in sheet.events if form.follows is not None}
            yield from _no_longer_given(known, given, following)

    def _entry(self, row: GivenRow, day: date, source_id: str, event: Event, known_at: datetime | None) -> Entry:
        return Entry(row.case, day, self._source, source_id, event, known_at, source_case=row.source_case)

    @staticmethod
    def _change(nth: int, source_id: str, entry: Entry, known: KnownEvent | None) -> Change:
        """What one event given under an id changes: nothing, itself anew, or what stands."""
        if known is None:
            return Change("new", nth, entry=entry)
        case, version = known
        same = case == entry.stream and same_content(entry, version.recorded)
        if version.standing != "removed" and same:
            return Change("known", nth)  # what a person annulled stays annulled
        anew = replace(entry, source_id=version_id(source_id, version.n + 1))
        if version.standing != "stands":
            return Change("new", nth, entry=anew)
        before = withdrawal(case, source_id, version, CORRECTED)
        return Change("corrected", nth, replace(before, known_at=entry.known_at), anew)

    def _follow(self, followed: FollowedValue, row: GivenRow, sheet: SheetForm, known: KnownRow) -> Iterator[Change]:
        """Rule 4: the first value on its own day, and each other one on the day of its delivery."""
        first_id = event_id(sheet.name, row.name, followed.name)
        chain = {
            source_id: each
            for source_id, each in known.items()
            if source_id.partition("@")[0] == first_id and each.version.standing != "removed"
        }
        first = chain.pop(first_id, None)
        if first is None:
            if followed.on is not None:
                entry = self._entry(row, followed.on, first_id, followed.first, followed.known_at)
                yield self._change(followed.nth, first_id, entry, known.get(first_id))
            return
        of_first, of_later = followed.fields
        day = followed.on or first.version.recorded.valid_at
        event = _event_of(row, first, followed.first, of_first)
        yield self._change(followed.nth, first_id, self._entry(row, day, first_id, event, followed.known_at), first)
        # A first one whose day was corrected is recorded later than what came after it.
        latest = max((each.version.recorded for each in chain.values()), key=lambda recorded: recorded.position, default=None)
        value = getattr(latest.event, of_later) if latest else getattr(first.version.recorded.event, of_first)
        changed_on = followed.changed_on or self._day
        changed_id = event_id(sheet.name, row.name, followed.name, changed_on) if followed.value != value else None
        for source_id, each in chain.items():
            if each.case != row.case and source_id != changed_id:
                event = _event_of(row, each, followed.event, of_later)
                entry = self._entry(row, each.version.recorded.valid_at, source_id, event, followed.known_at)
                yield self._change(followed.nth, source_id, entry, each)
        if changed_id is not None:
            entry = self._entry(row, changed_on, changed_id, followed.event, followed.known_at)
            yield self._change(followed.nth, changed_id, entry, known.get(changed_id))


def _event_of(row: GivenRow, known: KnownEvent, given: Event, field: str) -> Event:
    """The event that a known one of a followed column stays: its value is not compared again.

    Where the row is another case's now, what is said of that is the row's, and the value is still what it was.
    """
    recorded = known.version.recorded.event
    if known.case == row.case or type(recorded) is not type(given):
        return recorded
    return replace(given, **{field: getattr(recorded, field)})


def gone_changes(known: KnownRow) -> Iterator[Change]:
    """The withdrawal of everything that stands of a row that is gone."""
    return _no_longer_given(known, frozenset(), frozenset())


def _no_longer_given(known: KnownRow, given: Collection[str], following: Collection[str]) -> Iterator[Change]:
    for source_id, (case, version) in known.items():
        of_row = row_event(source_id)
        follows = of_row is not None and of_row.name.partition("@")[0] in following
        if version.standing == "stands" and source_id not in given and not follows:
            yield Change("withdrawn", 0, withdrawal(case, source_id, version, REMOVED))
