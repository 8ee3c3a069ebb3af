"""Undoing of a source's newest delivery, as a whole, by corrections: what it brought is withdrawn, what it took away comes back.

Nothing is deleted: the withdrawals and what comes back are events with the next versions of their ids, so that the next delivery is
compared with what stood before the one undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import TupleRow

from journey.exchange.comparison import CORRECTED, REMOVED, Version, base_id, newest_versions, version_id, withdrawal
from journey.exchange.deliveries.report import DeliveryReport
from journey.exchange.deliveries.staging import TABLES, StagedEvent, lay_out, stage
from journey.exchange.deliveries.taking import LOCK, Preview, added_events, write_laid_out
from journey.exchange.importing import SETTINGS
from journey.exchange.staging import TABLES as STAGED
from journey.history import Recorded
from journey.log import reading as log
from journey.log.deliveries import DeliveryNumbers, NewDelivery, StoredDelivery, deliveries, newest_delivery, store_delivery
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import IMPORT
from journey.log.stored import Entry
from journey.refusals import Refused

_STREAMS = "select distinct originator_id from log.events where notification_id between %s and %s"


class _Undoing(NamedTuple):
    """What undoes one id: the withdrawal of what stands, and what comes back."""

    withdrawal: Entry | None
    entry: Entry | None


def undo_delivery(
    url: str,
    source: str,
    *,
    who: str,
    now: datetime,
    delivery: int | None = None,
    dry_run: bool = False,
    preview: Preview | None = None,
    progress: Callable[[str, int, int], object] = lambda _phase, _done, _of: None,
) -> DeliveryReport:
    """Undo the source's newest delivery; the one before is then the newest. What a person annulled since stays annulled.

    `delivery` is the id of the one that is meant. Raises Refused (`bad_parameter`) for a source without a delivery, and where another
    has become the newest.
    """
    with DatabaseSession.connect(as_role(url, IMPORT), autocommit=True) as conn:
        conn.execute(SETTINGS)
        with conn.transaction(force_rollback=dry_run):
            conn.execute(STAGED + TABLES)
            if not dry_run:
                conn.execute(LOCK)
            undone = newest_delivery(conn, source)
            if undone is None:
                raise Refused("bad_parameter", "Kilden har ingen leverance, der kan fortrydes.", place=source)
            if delivery is not None and undone.id != delivery:
                why = f"Leverance {delivery} er ikke kildens nyeste mere; det er leverance {undone.id}. Se listen igen."
                raise Refused("bad_parameter", why, place=source)
            undoings = list(_undoings(conn, undone))
            stage(conn, [], _staged(undoings))
            position, newest = log.head(conn)
            recorded = lay_out(conn, source, position, newest, None)
            report = _report(undone, undoings, now, recorded, dry_run=dry_run)
            if dry_run:
                if preview is not None:
                    preview(position, added_events(conn))
                return report
            first, last = write_laid_out(conn, position, recorded, progress)
            stored = NewDelivery(
                source, now, who, None, None, [], report.numbers, None, position + recorded, first, last, undoes=undone.id
            )
            return replace(report, first_position=first, last_position=last, id=store_delivery(conn, stored))


def _undoings(conn: Connection[TupleRow], undone: StoredDelivery) -> Iterator[_Undoing]:
    """What undoes each id, in the order in which what comes back was recorded first."""
    spans = [  # what has been delivered and undone since, brought back what this one had brought
        range(each.first_position, each.last_position + 1)
        for each in deliveries(conn, undone.source)
        if each.id >= undone.id and each.first_position is not None and each.last_position is not None
    ]
    if undone.first_position is None:
        return

    def of_deliveries(recorded: Recorded) -> bool:
        return recorded.source == undone.source and any(recorded.position in span for span in spans)

    streams = {stream for span in spans for (stream,) in conn.execute(_STREAMS, (span.start, span.stop - 1))}
    histories = dict(log.histories_of(conn, sorted(streams)))
    earlier = {
        stream: [each for each in history if each.position < undone.first_position] for stream, history in histories.items()
    }
    before, after = _newest(earlier, undone.source), _newest(histories, undone.source)
    touched = {base_id(each.source_id): None for history in histories.values() for each in history if of_deliveries(each)}
    found = [
        undoing
        for source_id in touched
        if (undoing := _undoing(source_id, before.get(source_id), after[source_id], of_deliveries)) is not None
    ]
    positions = {entry.source_id: before[base_id(entry.source_id)][1].recorded.position for _, entry in found if entry}
    yield from sorted(found, key=lambda each: positions[each.entry.source_id] if each.entry else 0)


def _newest(histories: Mapping[str, Sequence[Recorded]], source: str) -> dict[str, tuple[str, Version]]:
    """The newest version of each id of the source, with its case, over all cases: an id may have moved from one to another."""
    newest: dict[str, tuple[str, Version]] = {}
    for stream, history in histories.items():
        for source_id, version in newest_versions(history, source).items():
            if source_id not in newest or newest[source_id][1].n < version.n:
                newest[source_id] = stream, version
    return newest


def _undoing(
    source_id: str, before: tuple[str, Version] | None, after: tuple[str, Version], brought: Callable[[Recorded], bool]
) -> _Undoing | None:
    """What undoes the delivery's doing of one id; None where others have done something with it since, or nothing is to be undone."""
    case, now = after
    if now.standing == "annulled" or (now.standing == "stands" and not brought(now.recorded)):
        return None
    comes_back = before is not None and before[1].standing == "stands"
    withdrawn = None
    if now.standing == "stands":
        withdrawn = withdrawal(case, source_id, now, CORRECTED if comes_back else REMOVED)
    if before is None or not comes_back:
        return _Undoing(withdrawn, None) if withdrawn else None
    recorded = before[1].recorded
    entry = Entry(
        before[0],
        recorded.valid_at,
        recorded.source,
        version_id(source_id, now.n + 1),
        recorded.event,
        by=recorded.by,
        source_case=recorded.source_case,
    )
    return _Undoing(withdrawn, entry)


def _staged(undoings: Sequence[_Undoing]) -> Iterator[StagedEvent]:
    for row, undoing in enumerate(undoings):
        for entry in undoing:
            if entry is not None:
                yield StagedEvent(entry, 0, row, 0)


def _report(
    undone: StoredDelivery, undoings: Sequence[_Undoing], now: datetime, recorded: int, *, dry_run: bool
) -> DeliveryReport:
    corrected = sum(each.withdrawal is not None and each.entry is not None for each in undoings)
    new = sum(each.withdrawal is None for each in undoings)
    numbers = DeliveryNumbers({}, new=new, corrected=corrected, withdrawn=len(undoings) - new - corrected)
    return DeliveryReport(undone.source, now, numbers, recorded, None, None, [], [], [], dry_run)
