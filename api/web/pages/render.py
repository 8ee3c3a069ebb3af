"""What every page is made with: its template, its language, the way to the other pages, and a page for what goes wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jinja2
import psycopg
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape
from msgspec import Struct
from psycopg_pool import PoolTimeout

from api.register.rejected import Rejected
from api.web.problem_types import PROBLEMS, status_of
from api.web.problems import Problem
from api.web.static_files import PLOTLY, asset, injected
from dashboards import site
from dashboards.drawing.theme import DARK
from dashboards.drilldown.cell import address_of, has_cases
from dashboards.figures import FIGURES
from dashboards.figures.table import Number
from dashboards.sections.section import long, numeric, wordy
from dashboards.words.language import DANISH, LANGUAGES, Language
from journey.refusals import Refused

WRONG = (Refused, Rejected, Problem, PoolTimeout, psycopg.OperationalError)
"""What a page may meet, and `wrong` says."""


MENUS = ("top", "beside", "foot")


class MenuLink(Struct, frozen=True):
    """The link to a page: its address with the shared parameters of this one's, and whether it is this one."""

    id: str
    address: str
    title: str
    here: bool


def language_of(request: Request) -> Language:
    """The language that the address asks for; Danish where it asks for none that there is."""
    return LANGUAGES.get(request.query_params.get("lang", ""), DANISH)


def rendered(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template as a page of the site: it may use `say` (the language), `lang`, `asset(name)`, `to(address, name=value …)`."""
    translate = language_of(request)
    html = (
        _templates()
        .get_template(template)
        .render(
            translate=translate,
            lang=translate.code,
            menus={menu: [_menu_link(request, page, translate) for page in site.PAGES if page.menu == menu] for menu in MENUS},
            in_other_language=_in_other_language(request, translate),
            to=lambda address, **more: _to(request, address, **more),
            behind=lambda shown: _behind(shown, translate),
            status=status,
            **values,
        )
    )
    return HTMLResponse(html, status, {"Retry-After": "5"} if status == 503 else None)


def wrong(request: Request, error: Exception) -> HTMLResponse:
    """The page that says why there is no other: what cannot be asked, what there is not, or a register that does not answer."""
    status, said = _said(error)
    return rendered(request, "wrong.html.j2", status, wrong=said)


def _said(error: Exception) -> tuple[int, Refused | None]:
    match error:
        case Refused(code="unknown_case" | "rows_stopped"):
            return status_of(error.code), error
        case Refused():
            return 400, error
        case Rejected() | Problem() if status_of(error.code) < 500:
            return status_of(error.code), Refused("bad_parameter", error.detail or PROBLEMS[error.code].meaning)
        case _:
            return 503, None


def _behind(shown: str, translate: Language) -> str:
    """Where the cases behind a number in a table are listed; empty where it is no figure's cell, or none of cases."""
    if not isinstance(shown, Number) or shown.ask is None or shown.value is None or not has_cases(shown.ask):
        return ""
    return address_of(shown.ask, shown.cell, translate.code)


def _menu_link(request: Request, page: site.SitePage, translate: Language) -> MenuLink:
    return MenuLink(page.id, _to(request, page.address), translate(page.title), request.url.path == page.address)


def _to(request: Request, address: str, **more: Any) -> str:
    """An address of this site with what is kept of this one's, and more in its stead."""
    path, hash_, part = address.partition("#")
    kept = [(name, value) for name, value in _kept(request, path) if name not in more]
    return _joined(path, [*kept, *((name, each) for name, said in more.items() for each in _many(said))]) + hash_ + part


def _kept(request: Request, path: str) -> list[tuple[str, str]]:
    """What the address of another page keeps of this one's: a figure's page keeps only what the figure takes, its period's end as it
    says it."""
    of_figure = request.url.path.startswith(site.FIGURE_PAGES) or "figure" in request.query_params
    carried = site.TIMES_AND_LANGUAGE if of_figure else site.SHARED_PARAMETERS
    said = [(name, text) for name, text in request.query_params.multi_items() if text and name in carried]
    figure = FIGURES.get(path.removeprefix(site.FIGURE_PAGES))
    if figure is None:
        return said
    takes = (*site.TIMES_AND_LANGUAGE, *figure.takes.names)
    return [
        each
        for name, text in said
        for each in ([("to", _day_after(text))] if name == "last" else [(name, text)])
        if each[0] in takes
    ]


def _day_after(text: str) -> str:
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):  # no page was made of it either
        return text


def _many(said: Any) -> Iterable[Any]:
    return said if isinstance(said, (list, tuple)) else () if said is None else (said,)  # pyright: ignore[reportUnknownVariableType] -- values of an address


def _in_other_language(request: Request, translate: Language) -> str:
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return _joined(request.url.path, rest if translate.code == "en" else [*rest, ("lang", "en")])


def _joined(path: str, given: Iterable[tuple[str, Any]]) -> str:
    words = urlencode(list(given))
    return f"{path}?{words}" if words else path


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "numeric": numeric,
        "long": long,
        "wordy": wordy,
        "dark": DARK,
        "plotly": PLOTLY,
        "injected": injected(),
        "asset": asset,
        "site": site,
    }
    environment.filters["parted"] = parted
    return environment


def parted(text: str) -> Markup:
    """Text that may go to a new line after a slash, so that a narrow column breaks no word: fast/gennemgående."""
    return escape(text).replace("/", Markup("/<wbr>"))
