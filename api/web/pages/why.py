"""Hvorfor er tallet ændret, hvem gik, og hvem kom? One page with one form: two days, and two moments of knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.answers.publications import publications
from api.answers.why import Comparison
from api.clock import today
from api.register.answer import position_or_moment
from api.register.served import Served
from api.web.access.looks import Looks
from api.web.dependencies import LooksDep, RegisterDep, may
from api.web.figure_query import FigureQuery, figure_words
from api.web.pages.drilldown import shared_values
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.problems import HttpProblem
from api.web.query import Words, checked_words, first, page_day, with_days_read
from api.web.rest.drilldown import requested_comparison
from api.web.view_query import check_shared
from dashboards import site
from dashboards.comparing.lists import between_values
from dashboards.drilldown.cell import OF_CELL
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Figure
from dashboards.pages.figure_page import OfFigure
from dashboards.published.status_days import Printed, stock_of
from dashboards.words.danish import DIMENSIONS
from dashboards.words.language import Language, later
from journey.history import COPENHAGEN
from journey.log.migrate import READ
from journey.log.reading import moment_of
from journey.refusals import Refused

DAYS, MOMENTS = ("valid_from", "valid_at"), ("known_from", "known_at")
"""The fields of the form for the earlier and the later day, and for the earlier and the later knowledge."""
CELL = tuple(f"{OF_CELL}{name}" for name in DIMENSIONS if name != "valid_at")
MONTH = timedelta(days=30)

router = APIRouter(include_in_schema=False, dependencies=[may("list_cases")])


@router.get(site.WHY.address)
def why_page(request: Request, register: RegisterDep, looks: LooksDep) -> HTMLResponse:
    """The comparison; the form alone while a figure, or what to compare it with, is missing. What cannot be read is said at its field."""
    name = request.query_params.get("figure")
    looks.nothing()  # but for what is found
    try:
        if name is None:
            words = checked_words(request, (*DAYS, *MOMENTS, "lang"), blank=(*DAYS, *MOMENTS))
            check_shared(words, register.codes)
            errors, written = _unreadable(words), {name: first(words, name) for name in words}
            figures = FIGURES.values()
            return rendered(request, "why.html.j2", 400 if errors else 200, figures=figures, written=written, errors=errors)
        if name not in FIGURES:
            raise HttpProblem("no_page")
        figure = FIGURES[name]
        blank = (*DAYS, *MOMENTS, *figure.takes.names)
        words = figure_words(request, figure, ("figure", *DAYS, *MOMENTS, "lang", *CELL), blank=blank)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return _page(request, register, looks, figure, words)


def _page(request: Request, register: Served, looks: Looks, figure: Figure, words: Words) -> HTMLResponse:
    """The page of a figure: its form, and what was asked for where it could be read."""
    translate, errors = language_of(request), _unreadable(words)
    values: dict[str, Any] = {
        "figure": figure,
        "fields": _fields(register, figure, words, translate),
        **_written(words),
        "errors": errors,
    }
    if errors:
        return rendered(request, "why.html.j2", 400, **values)
    try:
        read = with_days_read(words, DAYS)
        query = _query(register, figure, read)
        values |= _form(register, query, translate)
        if not any(name in read for name in ("valid_from", "known_from")):
            return rendered(request, "why.html.j2", **values)
        found = requested_comparison(register, query, page_day(read, "valid_from"))
    except Refused as refused:
        if refused.place not in (*DAYS, *MOMENTS):
            return wrong(request, refused)
        return rendered(request, "why.html.j2", 400, **{**values, "errors": {refused.place: refused.message}})
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.saw("list", *found.cases)
    return rendered(request, "why.html.j2", **{**values, **_found(request, query, found)})


def _unreadable(words: Words) -> dict[str, str]:
    """What is wrong with each of the form's own fields, by its name."""
    errors: dict[str, str] = {}
    for name in (*DAYS, *MOMENTS):
        try:
            if name in DAYS:
                page_day({name: words.get(name, [])[-1:]} if name in words else {}, name)
            elif name in words:
                position_or_moment(with_days_read(words, ())[name][0])
        except Refused as refused:
            errors[name] = refused.message
    return errors


def _query(register: Served, figure: Figure, words: Words) -> FigureQuery:
    """The question: on the last covered day where none is given; of a period figure the period of the day that is kept."""
    day, takes = page_day({"valid_at": words["valid_at"][-1:]}, "valid_at") if "valid_at" in words else None, figure.takes
    given = {name: texts for name, texts in words.items() if name in takes.names}
    known_at = first(words, "known_at")
    if day is None:
        position = register.position(known_at)
        with register.connected(READ) as conn:
            day = register.covered(conn, position).opening_day(today())
    if "valid_at" in given and "valid_from" in words:
        given["valid_at"] = given["valid_at"][-1:]
    question = register.question(figure.id, given, known_at, day)
    cell = {name.removeprefix(OF_CELL): texts[0] for name, texts in words.items() if name.startswith(OF_CELL)}
    return FigureQuery(Ask(figure, question), cell, words)


def _written(words: Words) -> dict[str, Any]:
    """What was written in the form's own fields, and the cell that is kept."""
    return {
        "written": {name: words[name][-1] for name in (*DAYS, *MOMENTS) if name in words},
        "cell_words": [(name, texts[0]) for name, texts in words.items() if name.startswith(OF_CELL)],
        "several": words.get("valid_at", ())[:-1],
    }


def _fields(register: Served, figure: Figure, words: Words, translate: Language) -> list[Any]:
    return OfFigure(figure, words).fields(register.codes, translate)


def _form(register: Served, query: FigureQuery, translate: Language) -> dict[str, Any]:
    """The form's values that need the register: the days in words, and the ready choices."""
    question, figure = query.ask.question, query.ask.figure
    written = {name: first(query.words, name) or "" for name in MOMENTS}
    for name in DAYS:
        if name in query.words and (day := page_day({name: query.words[name][-1:]}, name)):
            written[name] = translate.day(day)
    with register.connected(READ) as conn:
        ledger, moment = publications(conn, question.position), moment_of(conn, question.position)
    carried = [(name, text) for name, texts in query.words.items() if name not in (*DAYS, "known_from") for text in texts]
    if figure.is_stock:
        last = question.valid_at[-1]
        written.setdefault("valid_at", translate.day(last))
        carried.append(("valid_at", last.isoformat()))
    else:
        last = moment.astimezone(COPENHAGEN).date() if moment else today()
        carried += [("valid_at", text) for text in query.words.get("valid_at", ())]
    name = "valid_from" if figure.is_stock else "known_from"
    choices = [
        (translate(text, day=translate.day(day)), f"{site.WHY.address}?{urlencode([*carried, (name, day.isoformat())])}")
        for text, day in _ready(ledger, question.unit, last)
    ]
    return {"written": written, "choices": choices}


def _ready(ledger: Sequence[Printed], units: Sequence[str], last: date) -> list[tuple[str, date]]:
    """The ready choices of a day before the last: in Danish with a place for the `{day}`, and the day."""
    stocks = [where for printed in ledger if (where := stock_of(printed))]
    status = [day for unit, day in stocks if unit in units and day < last]
    monday = last - timedelta(days=last.weekday() or 7)
    return [
        (later("siden mandag den {day}"), monday),
        *([(later("siden status {day}"), max(status))] if status else []),
        (later("de seneste 30 dage, fra {day}"), last - MONTH),
    ]


def _found(request: Request, query: FigureQuery, found: Comparison) -> Mapping[str, Any]:
    """The template values of what was found."""
    question, figure = query.ask.question, query.ask.figure
    knowledge, days = found.knowledge, found.days
    moment = knowledge.moment if knowledge else days and days.moment
    address = [
        (name, text)
        for name, texts in query.words.items()
        if name in figure.takes.names and name != "valid_at"
        for text in texts
    ]
    address += [("valid_at", day.isoformat()) for day in question.valid_at]
    if days:
        address.append(("valid_from", days.days[0].isoformat()))
    if knowledge:
        address.append(("known_from", str(knowledge.from_position)))
    address.append(("known_at", str(question.position)))
    cell = [(name, texts[0]) for name, texts in query.words.items() if name.startswith(OF_CELL)]
    lang = [("lang", text) for text in query.words.get("lang", ())]
    shown = query if not days else FigureQuery(days.first, query.cell, query.words)
    return {
        **shared_values(request, shown, moment, found.followed),
        "cautions": found.cautions(language_of(request)),
        "why": knowledge,
        "days": days,
        "pinned": f"{site.WHY.address}?{urlencode([('figure', figure.id), *address, *cell, *lang])}",
        "csv": f"/api/figures/{figure.id}/why?{urlencode([*address, *cell, ('format', 'csv')])}",
        "whole_figure": f"{site.WHY.address}?{urlencode([('figure', figure.id), *address, *lang])}",
        **(between_values(days, knowledge, [("figure", figure.id), *address, *lang], language_of(request)) if days else {}),
    }
