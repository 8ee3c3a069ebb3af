"""Taking of a delivery into the log, whole or not at all: read, compared with what its source gave before, laid out in order, recorded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import cast

from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Literal

from journey.codes import CodesUsed
from journey.exchange.deliveries.comparing import DeliveryOptions, DeliverySetting, DeliveryWork, GoneRows, compare
from journey.exchange.deliveries.report import BadRows, DeliveryReport
from journey.exchange.deliveries.staging import (
    TABLES,
    RowTotals,
    laid_out,
    lay_out,
)
from journey.exchange.importing import RECORDING, SETTINGS, earlier, sha256_of
from journey.exchange.recording import write_accepted
from journey.exchange.sheets.deliveries import refuse_older
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.files import files_of
from journey.exchange.sheets.mapping import SheetsMapping
from journey.exchange.staging import TABLES as STAGED
from journey.history import Recorded
from journey.log import reading as log
from journey.log.deliveries import (
    DeliveredFile,
    DeliveryNumbers,
    NewDelivery,
    SheetNumbers,
    StoredDelivery,
    newest_delivery,
    store_delivery,
)
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import IMPORT
from journey.log.receipts import CODES_USED
from journey.log.recorder import APPEND_LOCK
from journey.log.stored import decoded
from journey.personal import excerpt
from journey.refusals import Refused

Preview = Callable[[int, Iterator[tuple[str, list[Recorded]]]], object]
"""Called in a dry run with the log's position, and stream by stream in order the events that would be recorded."""

LOCK = SQL("select set_config('lock_timeout', '0', true), pg_advisory_xact_lock({})").format(Literal(APPEND_LOCK))

_TOUCHED = """
select exists (select from log.event_ids where source = %(source)s and position > %(position)s)
    or exists (
        select from log.events where notification_id > %(position)s and topic = 'withdrawn'
            and convert_from(state, 'UTF8')::json -> 'data' ->> 'source' = %(source)s
    )
    or coalesce((select max(id) from log.deliveries where source = %(source)s), 0) <> %(delivery)s
"""
"""Whether what a delivery was compared with has changed since: an event of its source, the annulment of one, or another delivery."""


def take_delivery(
    url: str,
    mapping: SheetsMapping,
    files: Sequence[DeliveryFile],
    setting: DeliverySetting,
    options: DeliveryOptions,
    *,
    now: datetime,
    preview: Preview | None = None,
    progress: Callable[[str, int, int], object] = lambda _phase, _done, _of: None,
) -> DeliveryReport:
    """Take the delivery into the log (domain.md section 10), or with `dry_run` say what that would do, without a lock.

    Raises BadRows where rows are bad and are not to be skipped (a dry run reports them), and Refused (`bad_file`, `older_delivery`,
    `too_many_gone`, `bad_parameter`).
    """
    if options.taken_at is not None and options.taken_at > now:
        raise Refused("bad_parameter", "Udtrækkets tidspunkt ligger i fremtiden. Ret det, eller udelad det.", place="taken_at")
    with DatabaseSession.connect(as_role(url, IMPORT), autocommit=True) as conn:
        conn.execute(SETTINGS)
        now = earlier(conn, now)
        hashes = [DeliveredFile(_sha256(each), each.size) for each in files]
        with conn.transaction(force_rollback=options.dry_run):
            conn.execute(STAGED + TABLES)
            before = newest_delivery(conn, mapping.file.source)
            if before is not None and _is_the_same(before, hashes, mapping, options):
                return _repetition(before, dry_run=options.dry_run)
            while True:
                position = log.head(conn)[0]
                latest = _latest(conn, mapping.file.source)
                before = newest_delivery(conn, mapping.file.source)
                work = DeliveryWork(conn, mapping, files, setting, options, now, progress, CodesUsed(setting.codes, set()))
                refuse_older(work.taken_at, before and before.taken_at)
                gone, summed = compare(work, before)
                if not work.read and options.allow_gone is None:
                    raise _no_sheet(mapping)
                report = _report(work, gone, summed)
                if report.bad_rows and not (options.skip_bad or options.dry_run):
                    raise BadRows(report)
                if options.dry_run:
                    return _would_be(work, report, preview)
                conn.execute(LOCK)
                values = {"source": mapping.file.source, "position": position, "delivery": latest}
                (touched,) = cast(TupleRow, conn.execute(_TOUCHED, values).fetchone())
                if not touched:
                    return _record(work, report, gone, hashes)
                conn.execute("truncate sheet_rows, sheet_events")


def _sha256(file: DeliveryFile) -> str:
    with file.open() as opened:
        return sha256_of(opened).hex()


def _mapping_hash(mapping: SheetsMapping) -> bytes:
    return hashlib.sha256(mapping.without_cases.encode()).digest()


def _is_the_same(
    before: StoredDelivery, files: Sequence[DeliveredFile], mapping: SheetsMapping, options: DeliveryOptions
) -> bool:
    """Whether the source's newest delivery is this very one, handed over again."""
    same_files = sorted(each.sha256 for each in files) == sorted(each.sha256 for each in before.files)
    return same_files and before.taken_at == options.taken_at and before.mapping_sha256 == _mapping_hash(mapping)


def _repetition(before: StoredDelivery, *, dry_run: bool) -> DeliveryReport:
    nothing = DeliveryNumbers(before.numbers.sheets, known=before.numbers.new + before.numbers.corrected + before.numbers.known)
    return DeliveryReport(before.source, before.taken_at, nothing, 0, None, None, [], [], [], dry_run, before.id, repeated=True)


def _latest(conn: Connection[TupleRow], source: str) -> int:
    (latest,) = cast(
        TupleRow, conn.execute("select coalesce(max(id), 0) from log.deliveries where source = %s", (source,)).fetchone()
    )
    return latest


def _no_sheet(mapping: SheetsMapping) -> Refused:
    wanted = ", ".join(f"{sheet.name}: {sheet.file}" for sheet in mapping.file.sheets)
    why = f"Ingen af filerne er en, som oversættelsesfilen læser et ark fra ({wanted}). Ret file i den, eller vælg den rigtige mappe."
    return Refused("bad_file", why, place="leverancen")


def _report(work: DeliveryWork, gone: GoneRows, summed: RowTotals) -> DeliveryReport:
    listed, withdrawn = Counter(sheet for sheet, _ in gone.listed), Counter(sheet for sheet, _ in gone.withdrawn)
    sheets = {
        sheet.name: SheetNumbers(
            work.read.get(nth), work.skipped[nth], summed.bad[nth], listed[sheet.name], withdrawn[sheet.name]
        )
        for nth, sheet in enumerate(work.file.sheets)
    }
    outcomes = summed.outcomes
    numbers = DeliveryNumbers(sheets, outcomes["new"], outcomes["corrected"], outcomes["withdrawn"], outcomes["known"])
    read = {name for names in files_of(work.file, [each.name for each in work.files]) for name in names}
    unused = sorted(excerpt(each.name) for each in work.files if each.name not in read)
    bad = sorted(work.bad, key=lambda each: (each.sheet, each.file, each.line))
    return DeliveryReport(
        work.file.source, work.taken_at, numbers, 0, None, None, bad, work.unknown, unused, work.options.dry_run
    )


def _would_be(work: DeliveryWork, report: DeliveryReport, preview: Preview | None) -> DeliveryReport:
    position, newest = log.head(work.conn)
    recorded = lay_out(work.conn, work.file.source, position, newest, work.options.taken_at)
    if preview is not None:
        preview(position, added_events(work.conn))
    return replace(report, recorded=recorded)


def added_events(conn: Connection[TupleRow]) -> Iterator[tuple[str, list[Recorded]]]:
    """Events that are laid out, stream by stream, as they would be recorded."""
    stream, recorded = "", list[Recorded]()
    for row in laid_out(conn):
        if row.stream != stream:
            if recorded:
                yield stream, recorded
            stream, recorded = row.stream, []
        recorded.append(decoded(row.topic, row.state, row.position, row.version, row.known_at, row.known_day))
    if recorded:
        yield stream, recorded


def write_laid_out(
    conn: Connection[TupleRow], position: int, many: int, progress: Callable[[str, int, int], object]
) -> tuple[int | None, int | None]:
    """Write what is laid out after the position, with the append lock held; gives its first and last position, none for nothing."""
    write_accepted(conn, position, many, partial(progress, RECORDING))
    if log.head(conn)[0] != position + many:
        raise RuntimeError("the log did not give the positions that were counted on")
    return (position + 1, position + many) if many else (None, None)


def _record(work: DeliveryWork, report: DeliveryReport, gone: GoneRows, files: list[DeliveredFile]) -> DeliveryReport:
    """Write what is staged to the log, with the append lock held, and the delivery beside it."""
    conn = work.conn
    position, newest = log.head(conn)
    recorded = lay_out(conn, work.file.source, position, newest, work.options.taken_at)
    first, last = write_laid_out(conn, position, recorded, work.progress)
    conn.cursor().executemany(CODES_USED, work.used.rows())
    stored = NewDelivery(
        work.file.source,
        work.taken_at,
        work.options.who,
        work.mapping.without_cases,
        _mapping_hash(work.mapping),
        files,
        report.numbers,
        work.options.allow_gone,
        position + recorded,
        first,
        last,
    )
    number = store_delivery(conn, stored, gone.listed)
    return replace(report, recorded=recorded, first_position=first, last_position=last, id=number)
