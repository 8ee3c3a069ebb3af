"""The page /indlaes: a delivery's files are chosen, its report is read, it is taken in, and what happened; without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.answers.deliveries import bad_rows_csv, report_before, take_in, undo
from api.register.served import Served
from api.web.access.access import Access, LocalAccess
from api.web.dependencies import SHOWS_NO_CASE, TAKES_FILE, AccessDep, CallerDep, LooksDep, RegisterDep, UploadsDep, may
from api.web.pages.intake_report import IntakeReport, choices_in, form_values
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import status_of
from api.web.problems import HttpProblem
from api.web.query import checked_words
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from api.web.same_origin import is_same_origin
from api.web.uploads.delivery_form import (
    CHOICE,
    FILES,
    LONGEST_MAPPING,
    MAPPING,
    TEXTS,
    order_of,
    text_of_mapping,
)
from api.web.uploads.form_stream import SentForm, read_form
from api.web.uploads.own_names import is_by_own_name
from api.web.uploads.uploads import AT_WORK, MINUTES, Upload, Uploads
from api.web.view_query import page_words
from dashboards import site
from journey.exchange.sheets.code_choices import with_choices
from journey.exchange.sheets.tables import MOST_BYTES
from journey.refusals import Refused

REFRESH = {"Refresh": "1"}
"""The header by which a browser asks again, while long work is under way: it needs no script, and stands in no page's text."""

router = APIRouter(include_in_schema=False, dependencies=[may("take_delivery")])


async def open_uploads(request: Request, access: AccessDep, uploads: UploadsDep) -> Uploads:
    """The uploads, where they are taken in and the request came by this machine's own name.

    Raises HttpProblem (`uploads_closed`).
    """
    if uploads is None or not is_by_own_name(request, access):
        raise HttpProblem("uploads_closed")
    return uploads


OpenUploadsDep = Annotated[Uploads, Depends(open_uploads)]


@router.get(site.INTAKE.address, dependencies=[SHOWS_NO_CASE])
def intake(request: Request, register: RegisterDep, access: AccessDep, uploads: UploadsDep) -> HTMLResponse:
    """The form; or why there is none, and what to do."""
    try:
        page_words(request, register.codes)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return _form(request, access, uploads)


@router.post(site.INTAKE.address, dependencies=[TAKES_FILE, SHOWS_NO_CASE])
async def send_files(
    request: Request, register: RegisterDep, caller: CallerDep, access: AccessDep, uploads: OpenUploadsDep
) -> Response:
    """Take the files up, and begin their report."""
    form = SentForm()
    try:
        form = await _sent(request, uploads)
        upload = _held(uploads, form)
    except PAGE_ERRORS as error:
        form.close()
        return _form(request, access, uploads, form.texts, error)
    except BaseException:
        form.close()
        raise
    await run_in_threadpool(_begin_report, register, uploads, upload, caller.person)
    return to_upload(request, upload)


@router.get(site.UPLOAD_ROUTE)
def show_upload(request: Request, upload: str, register: RegisterDep, looks: LooksDep, uploads: OpenUploadsDep) -> HTMLResponse:
    """The progress of an upload's work, its report, what happened, or why it was refused."""
    try:
        checked_words(request, ("lang",))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    at_work, found = uploads.at_work, uploads.seen(upload)
    if found is None:
        looks.nothing()
        return _gone(request)
    looks.several("import", _rows(found))
    answer = rendered(
        request,
        "upload.html.j2",
        upload=found,
        page=IntakeReport(found, register.codes, language_of(request)),
        waits=found.step in AT_WORK and not (at_work and at_work.id == found.id),
        minutes=MINUTES,
        **form_values(found.fields, found.refused),
    )
    if found.step in AT_WORK:
        answer.headers.update(REFRESH)
    return answer


@router.post(site.UPLOAD_REPORT_ROUTE, dependencies=[SHOWS_NO_CASE])
async def report_again(
    request: Request, upload: str, register: RegisterDep, caller: CallerDep, uploads: OpenUploadsDep
) -> Response:
    """Make the report again: with other fields, another mapping file, or codes chosen for unknown words."""
    found = uploads.find(upload)
    if found is None:
        return _gone(request)
    form = SentForm()
    try:
        form = await _sent(request, uploads)
        if found.step not in (*AT_WORK, "done") and found.undoes is None:
            await run_in_threadpool(_change, register, found, form)
            await run_in_threadpool(_begin_report, register, uploads, found, caller.person)
    except Refused as refused:
        uploads.refuse(found, refused)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    finally:
        form.close()
    return to_upload(request, found)


@router.post(site.UPLOAD_TAKE_ROUTE, dependencies=[SHOWS_NO_CASE])
async def take(request: Request, upload: str, register: RegisterDep, caller: CallerDep, uploads: OpenUploadsDep) -> Response:
    """Take the upload in, or undo the delivery that it is about."""
    found = uploads.find(upload)
    if found is None:
        return _gone(request)
    try:
        await sent_form(request)
        order, undoes = found.order, found.undoes
        if undoes is not None:
            uploads.begin_taking(found, lambda moved: undo(register, undoes, caller.person, moved))
        elif order is not None and found.may_take:
            uploads.begin_taking(found, lambda moved: take_in(register, order, moved))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return to_upload(request, found)


@router.post(site.UPLOAD_REMOVE_ROUTE, dependencies=[SHOWS_NO_CASE])
async def remove(request: Request, upload: str, uploads: OpenUploadsDep) -> Response:
    """Throw the upload away."""
    found = uploads.find(upload)
    try:
        await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    if found is not None:
        uploads.remove(found)
    back = site.DELIVERIES if found is not None and found.undoes is not None else site.INTAKE
    return RedirectResponse(_with_language(request, back.address), 303)


@router.get(site.UPLOAD_FILE_ROUTE, dependencies=[TAKES_FILE])
def upload_file(
    request: Request, upload: str, file: str, register: RegisterDep, looks: LooksDep, uploads: OpenUploadsDep
) -> Response:
    """The bad rows as CSV, or the mapping file with the choices of codes."""
    try:
        checked_words(request, ("lang",))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    translate, found = language_of(request), uploads.seen(upload)
    if found is None:
        looks.nothing()
        return _gone(request)
    looks.several("import", _rows(found))
    report = IntakeReport(found, register.codes, translate).report
    if file == site.UPLOAD_MAPPING and found.undoes is None:
        content, kind = found.mapping.encode(), "application/toml; charset=utf-8"
    elif file == site.UPLOAD_BAD_ROWS and report is not None:
        content, kind = bad_rows_csv(report, translate), CSV_TYPE
    else:
        raise HTTPException(404)
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{file}"'})


def _rows(upload: Upload) -> int:
    """Rows of the sheets that a report of the upload is about."""
    report = upload.after or (upload.before.report if upload.before else None)
    return report.numbers.rows if report else 0


def _held(uploads: Uploads, form: SentForm) -> Upload:
    """The form's files, held. Raises Refused (`bad_parameter`) for a form without them, and as `add` does."""
    mapping = _mapping_of(form)
    files = form.of(FILES)
    if not files:
        raise _missing(FILES, "Der er ingen filer. Vælg udtrækkets ark, eller en zip-fil med dem.")
    if mapping is None:
        raise _missing(MAPPING, "Der er ingen oversættelsesfil. Vælg den fil, der siger, hvad kolonnerne betyder.")
    return uploads.add(files, mapping, form.texts)


def to_upload(request: Request, upload: Upload) -> Response:
    """The way on to the page of an upload, by an id that tells nothing of it."""
    return RedirectResponse(_with_language(request, site.upload_page(upload.id)), 303)


def _gone(request: Request) -> HTMLResponse:
    return rendered(request, "upload.html.j2", 404, upload=None, minutes=MINUTES)


async def _sent(request: Request, uploads: Uploads) -> SentForm:
    """The form that was sent. Raises as `sent_form` and `read_form` do."""
    if not is_same_origin(request.headers):
        raise Refused("bad_parameter", "Formularen skal sendes fra registrets egen side.", place="Origin")
    checked_words(request, ("lang",))
    most = {FILES: MOST_BYTES, MAPPING: LONGEST_MAPPING}
    with uploads.receiving():
        return await read_form(request.stream(), request.headers, (*TEXTS, f"{CHOICE}*"), most)


def _mapping_of(form: SentForm) -> str | None:
    """The text of the mapping file that was sent; None where none was."""
    found = form.of(MAPPING)
    if not found:
        return None
    if len(found) > 1:
        raise _missing(MAPPING, "Der er flere oversættelsesfiler. Vælg én, og indlæs hver kilde for sig.")
    with found[0].content.open() as opened:
        text = text_of_mapping(opened.read())
    found[0].content.close()
    form.files.remove(found[0])
    return text


def _missing(place: str, why: str) -> Refused:
    refused = Refused("bad_parameter", why, place=place)
    refused.remedy = "Vælg filerne igen: en browser husker ikke filer fra en formular, der er sendt."
    return refused


def _change(register: Served, upload: Upload, form: SentForm) -> None:
    """Change an upload as the form says: another mapping file, other fields, or chosen codes. Raises Refused (`bad_mapping`)."""
    mapping = _mapping_of(form)
    if mapping is not None:
        upload.mapping, upload.chosen = mapping, 0
    if files := form.of(FILES):
        for file in upload.files:
            file.content.close()
        upload.files = files
        form.files = []  # so that they are not closed with the form
    if any(name in TEXTS for name in form.texts):
        upload.fields = {name: text for name, text in form.texts.items() if name in TEXTS}
    chosen = choices_in(upload, form.texts, register.codes)
    if chosen:
        upload.mapping = with_choices(upload.mapping, chosen, register.codes)
        upload.chosen += len(chosen)


def _begin_report(register: Served, uploads: Uploads, upload: Upload, who: str) -> None:
    try:
        order = order_of(upload, register.codes, who, register.settings.person_ids)
    except Refused as refused:
        uploads.refuse(upload, refused)
        return
    upload.order = order
    uploads.begin_report(upload, lambda moved: report_before(register, order, moved))


def _with_language(request: Request, address: str) -> str:
    code = language_of(request).code
    return address if code == "da" else f"{address}?{urlencode({'lang': code})}"


def _form(
    request: Request,
    access: Access,
    uploads: Uploads | None,
    fields: Mapping[str, str] | None = None,
    error: Exception | None = None,
) -> HTMLResponse:
    """The form, empty or as it was filled in with what is wrong with it; without uploads the reason that there is no form."""
    return rendered(
        request,
        "intake.html.j2",
        200 if error is None else status_of(error.code) if isinstance(error, HttpProblem) else 400,
        is_on=uploads is not None,
        is_open=uploads is not None and is_by_own_name(request, access),
        is_behind_proxy=not isinstance(access, LocalAccess),
        at_work=uploads.at_work if uploads is not None else None,
        most_mb=MOST_BYTES // 1024**2,
        **form_values(fields or {}, error),
    )
