"""The page /leverancer: every delivery that was taken in, the newest first; and the undoing of a source's newest."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.answers.deliveries import report_before_undoing, stored_deliveries, undoable_deliveries
from api.web.dependencies import SHOWS_NO_CASE, TAKES_FILE, AccessDep, CallerDep, LooksDep, RegisterDep, UploadsDep, may
from api.web.pages.intake import OpenUploadsDep, to_upload
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.query import checked_words
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from api.web.uploads.own_names import is_by_own_name
from api.web.view_query import page_words
from dashboards import site
from dashboards.figures.spreadsheet import DANISH_CSV, ENGLISH_CSV, harmless
from journey.history import COPENHAGEN
from journey.log.deliveries import StoredDelivery, gone_cases
from journey.log.migrate import READ

router = APIRouter(include_in_schema=False)
CHANGES = [may("take_delivery")]

HEADS = (
    *(
        "id",
        "source",
        "taken_at",
        "at",
        "who",
        "rows",
        "new",
        "corrected",
        "withdrawn",
        "known",
        "gone_listed",
        "gone_withdrawn",
    ),
    *("bad", "allow_gone", "first_position", "last_position", "undoes", "undone_by", "mapping_sha256", "files_sha256"),
)


MOST_DIGITS = 18


class DeliveryLine(Struct, frozen=True):
    """A delivery as the list shows it."""

    delivery: StoredDelivery
    is_newest: bool
    """Whether it is its source's newest, which can be undone."""

    @property
    def rows(self) -> int | None:
        """Rows of all sheets; None for an undoing."""
        return self.delivery.numbers.rows if self.delivery.numbers.sheets else None

    @property
    def gone(self) -> int | None:
        """Rows that were gone, whether they stay or are withdrawn."""
        numbers = self.delivery.numbers
        return numbers.gone_listed + numbers.gone_withdrawn if numbers.sheets else None

    @property
    def gone_listed(self) -> int:
        """Rows that were gone and stay."""
        return self.delivery.numbers.gone_listed

    @property
    def bad(self) -> int | None:
        """Bad rows that were skipped."""
        return self.delivery.numbers.bad if self.delivery.numbers.sheets else None


@router.get(site.DELIVERIES.address, dependencies=[may("read_deliveries")])
def deliveries(request: Request, register: RegisterDep, access: AccessDep, uploads: UploadsDep) -> Response:
    """Every delivery, the newest first."""
    try:
        page_words(request, register.codes)
        stored = stored_deliveries(register)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    newest = {each.id for each in undoable_deliveries(stored)}
    may_undo = uploads is not None and is_by_own_name(request, access)
    return rendered(
        request,
        "deliveries.html.j2",
        lines=[DeliveryLine(each, each.id in newest) for each in stored],
        takes_uploads=uploads is not None,
        may_undo=may_undo,
        at_work=uploads.at_work if uploads is not None else None,
    )


@router.get(site.DELIVERIES_CSV, dependencies=[may("read_deliveries"), TAKES_FILE])
def deliveries_csv(request: Request, register: RegisterDep) -> Response:
    """The list as CSV."""
    try:
        checked_words(request, ("lang",))
        stored = stored_deliveries(register)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    dialect = DANISH_CSV if language_of(request).code == "da" else ENGLISH_CSV
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow(HEADS)
    for each in stored:
        writer.writerow(["" if cell is None else harmless(str(cell)) for cell in _cells(each)])
    attached = {"Content-Disposition": f'attachment; filename="{site.DELIVERIES.id}.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type=CSV_TYPE, headers=attached)


def _cells(delivery: StoredDelivery) -> tuple[object, ...]:
    line, numbers = DeliveryLine(delivery, is_newest=False), delivery.numbers
    moments = (moment.astimezone(COPENHAGEN).isoformat(timespec="seconds") for moment in (delivery.taken_at, delivery.at))
    return (
        *(delivery.id, delivery.source, *moments, delivery.who, line.rows),
        *(
            numbers.new,
            numbers.corrected,
            numbers.withdrawn,
            numbers.known,
            numbers.gone_listed,
            numbers.gone_withdrawn,
            line.bad,
        ),
        *(delivery.allow_gone, delivery.first_position, delivery.last_position, delivery.undoes, delivery.undone_by),
        delivery.mapping_sha256.hex() if delivery.mapping_sha256 else None,
        " ".join(file.sha256 for file in delivery.files),
    )


@router.get(site.GONE_ROUTE, dependencies=CHANGES)
def gone(request: Request, delivery: str, register: RegisterDep, looks: LooksDep) -> Response:
    """The cases of the rows that a delivery no longer had, and that stay."""
    if not (delivery.isascii() and delivery.isdigit() and len(delivery) < MOST_DIGITS):
        raise HTTPException(404)
    try:
        checked_words(request, ("lang",))
        with register.connected(READ) as conn:
            cases = gone_cases(conn, int(delivery))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.saw("list", *(case for _, case in cases))
    return rendered(request, "gone_rows.html.j2", delivery=int(delivery), cases=cases)


@router.post(site.UNDO_ROUTE, dependencies=[*CHANGES, SHOWS_NO_CASE])
async def undo(request: Request, delivery: str, register: RegisterDep, caller: CallerDep, uploads: OpenUploadsDep) -> Response:
    """Begin the report of what undoing a delivery would do, with the button that does it."""
    if not (delivery.isascii() and delivery.isdigit() and len(delivery) < MOST_DIGITS):
        raise HTTPException(404)
    try:
        await sent_form(request)
        upload = await run_in_threadpool(uploads.add, [], "", {}, undoes=int(delivery))
        uploads.begin_report(upload, lambda moved: report_before_undoing(register, int(delivery), caller.person, moved))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return to_upload(request, upload)
