"""Deliveries taken into a served register: the report before with what it does to the figures, the taking, and the undoing of one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from api.answers.preview import DeliveryPreview
from api.clock import now
from api.register.register import Register
from api.register.request_rejected import RequestRejected
from dashboards.comparing.preview import FigurePreview
from dashboards.figures.spreadsheet import DANISH_CSV, ENGLISH_CSV, harmless
from dashboards.words.language import Language
from journey.exchange.deliveries.comparing import DeliveryOptions
from journey.exchange.deliveries.report import DeliveryReport
from journey.exchange.deliveries.taking import take_delivery
from journey.exchange.deliveries.undoing import undo_delivery
from journey.exchange.importing import Progress
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.mapping import SheetsMapping
from journey.log.deliveries import StoredDelivery, deliveries
from journey.log.migrate import READ
from journey.refusals import Refused

COUNTING = "Venter på, at tallene gøres klar"
MOST_WAITS = 300
"""How often a report waits for the rows, a few seconds each."""


class DeliveryOrder(Struct, frozen=True):
    """A delivery as it is handed over: the mapping, the files and what the person says of it."""

    mapping: SheetsMapping
    files: Sequence[DeliveryFile]
    options: DeliveryOptions


class ReportBefore(NamedTuple):
    """The report of a delivery that is not taken in yet (domain.md section 10, rule 9): its numbers, and the figures that it gives."""

    report: DeliveryReport
    figures: FigurePreview | None


def stored_deliveries(register: Register) -> list[StoredDelivery]:
    """Every delivery, the newest first."""
    with register.connected(READ) as conn:
        return deliveries(conn)


def report_before(register: Register, order: DeliveryOrder, moved: Progress) -> ReportBefore:
    """Report of what taking the delivery in would do; nothing is recorded. Raises Refused as `take_delivery` does."""
    _await_rows(register, moved)
    preview = DeliveryPreview(register)
    options = replace(order.options, dry_run=True)
    report = take_delivery(
        register.url,
        order.mapping,
        order.files,
        register.delivery_setting(),
        options,
        now=now(),
        preview=preview.take,
        progress=moved,
    )
    return ReportBefore(report, preview.result)


def take_in(register: Register, order: DeliveryOrder, moved: Progress) -> DeliveryReport:
    """Take the delivery in, whole or not at all. Raises Refused as `take_delivery` does."""
    return take_delivery(
        register.url, order.mapping, order.files, register.delivery_setting(), order.options, now=now(), progress=moved
    )


def bad_rows_csv(report: DeliveryReport, translate: Language) -> bytes:
    """The bad rows as CSV, without any cell of theirs that a reason does not repeat."""
    dialect = DANISH_CSV if translate.code == "da" else ENGLISH_CSV
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow(
        [translate("Ark"), translate("Fil"), translate("Linje"), translate("Kolonne"), translate("Hvad der er galt")]
    )
    for bad in report.bad:
        writer.writerow([bad.sheet, harmless(bad.file), bad.line, harmless(bad.column), harmless(bad.reason)])
    return out.getvalue().encode("utf-8-sig")


def report_before_undoing(register: Register, delivery: int, who: str, moved: Progress) -> ReportBefore:
    """Report of what undoing the delivery would do. Raises Refused (`bad_parameter`) for one that is not its source's newest."""
    _await_rows(register, moved)
    preview = DeliveryPreview(register, undo=True)
    source = undoable(stored_deliveries(register), delivery).source
    report = undo_delivery(
        register.url,
        source,
        who=who,
        now=now(),
        delivery=delivery,
        dry_run=True,
        preview=preview.take,
        progress=moved,
    )
    return ReportBefore(report, preview.result)


def undo(register: Register, delivery: int, who: str, moved: Progress) -> DeliveryReport:
    """Undo the delivery by corrections. Raises Refused (`bad_parameter`) for one that is not its source's newest."""
    source = undoable(stored_deliveries(register), delivery).source
    return undo_delivery(register.url, source, who=who, now=now(), delivery=delivery, progress=moved)


def _await_rows(register: Register, moved: Progress) -> None:
    """Wait until the rows have reached the log's end, which a report counts from: what was just taken in is many events.

    Raises Refused and RequestRejected as `believe` does, after some minutes also `rows_behind`.
    """
    end, _ = register.head()
    for tries in range(MOST_WAITS, 0, -1):
        try:
            register.believe(end)
        except RequestRejected as rejected:
            if rejected.code != "rows_behind" or tries == 1:
                raise
            moved(COUNTING, 0, 0)
        else:
            return


def undoable(stored: Sequence[StoredDelivery], delivery: int) -> StoredDelivery:
    """The delivery, which can be undone. Raises Refused (`bad_parameter`)."""
    found = next((each for each in undoable_deliveries(stored) if each.id == delivery), None)
    if found is None:
        refused = Refused("bad_parameter", "Leverancen er ikke sin kildes nyeste, eller den er fortrudt.", place=str(delivery))
        refused.remedy = "Se listen over leverancer igen: kun en kildes nyeste kan fortrydes, og så er den før den nyeste."
        raise refused
    return found


def undoable_deliveries(stored: Sequence[StoredDelivery]) -> list[StoredDelivery]:
    """The newest delivery of each source, by the moment that it was taken out at, of those that are not undone."""
    newest: dict[str, StoredDelivery] = {}
    for each in stored:
        if each.undoes is None and each.undone_by is None and _moment(each) > _moment(newest.get(each.source)):
            newest[each.source] = each
    return [*newest.values()]


def _moment(delivery: StoredDelivery | None) -> tuple[datetime, int] | tuple[()]:
    return (delivery.taken_at, delivery.id) if delivery else ()
