"""The rendering of every page: its template, its language, the links to the other pages, and the page of an error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jinja2
import psycopg
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace
from psycopg_pool import PoolTimeout

from api.register.answer import caution_of
from api.register.request_rejected import RequestRejected
from api.web.access.caller import NOBODY, Caller
from api.web.problem_types import PROBLEMS, status_of
from api.web.problems import HttpProblem
from api.web.static_files import PLOTLY, asset, injected
from dashboards import site
from dashboards.drawing.theme import DARK
from dashboards.drilldown.cell import address_of, has_cases
from dashboards.figures import FIGURES
from dashboards.figures.decimals import shown
from dashboards.figures.table import CAUTION, Number
from dashboards.sections.section import long, numeric, wordy
from dashboards.view import SAMPLE
from dashboards.words.danish import day_in
from dashboards.words.language import DANISH, LANGUAGES, Language
from journey.access.rules import rules
from journey.refusals import Refused

PAGE_ERRORS = (Refused, RequestRejected, HttpProblem, PoolTimeout, psycopg.OperationalError)
"""The errors that a page answers with `wrong`."""

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
    """The template as a page of the site: it may use `translate` (the language), `lang`, `asset(name)`, `to(address, name=value …)`, and
    `may(action)`: whether whoever asks may do that."""
    translate = language_of(request)

    def to(address: str, **more: Any) -> str:
        return _to(request, address, **more)

    may = request.scope.get("caller", NOBODY).may

    def cases_address(shown: str) -> str:
        return _cases_address(shown, translate) if may("list_cases") else ""

    html = (
        _templates()
        .get_template(template)
        .render(
            translate=translate,
            lang=translate.code,
            menus={menu: _menu(request, menu, translate) for menu in MENUS},
            in_other_language=_in_other_language(request, translate),
            caution=_caution(request, translate),
            sample=_sample(request, translate),
            role_here=_role(request, translate),
            to=to,
            may=may,
            behind=cases_address,
            status=status,
            **values,
        )
    )
    return HTMLResponse(html, status, {"Retry-After": "5"} if status == 503 else None)


def _menu(request: Request, menu: str, translate: Language) -> list[MenuLink]:
    """The links of a menu; that to the accesses, for whoever reviews them, says how many wait."""
    links = [_menu_link(request, page, translate) for page in _pages(request, menu)]
    found: tuple[int, int] | None = getattr(request.state, "reviews_waiting", None)
    if found is None or menu != site.ACCESS.menu:
        return links
    access, (waiting, overdue) = _menu_link(request, site.ACCESS, translate), found
    marks = [translate.counted(waiting, "1 nødadgang skal efterses", "{n} nødadgange skal efterses")] if waiting else []
    late = [translate.counted(overdue, "1 over fristen", "{n} over fristen")] if overdue else []
    return [*links, replace(access, title=": ".join([access.title, *([", ".join([*marks, *late])] if marks else [])]))]


def _pages(request: Request, menu: str) -> list[site.SitePage]:
    """The pages of a menu, without that of uploads where there are none."""
    takes_uploads = getattr(request.state, "takes_uploads", False)
    return [page for page in site.PAGES if page.menu == menu and (takes_uploads or page != site.INTAKE)]


def _sample(request: Request, translate: Language) -> str:
    """The mark of a sample register; empty where the register is none, or the page is shown before it is known who asks."""
    return translate(SAMPLE) if getattr(request.state, "is_sample", False) else ""


def _role(request: Request, translate: Language) -> str:
    """The name of the role that the person of a session acts in; empty where there is no session, or no role in it."""
    caller: Caller = request.scope.get("caller", NOBODY)
    role = rules().role.get(caller.role)
    if caller.session is None or caller.role == NOBODY.role:
        return ""
    if role is None:
        return translate("Nødadgang")
    return role.english if translate.code == "en" else role.danish


def _caution(request: Request, translate: Language) -> str:
    """The caution about a known time that is not past yet; empty where there is none."""
    times = (text for name in ("known_at", "known_from") for text in request.query_params.getlist(name))
    return translate(CAUTION) if any(map(caution_of, times)) else ""


def wrong(request: Request, error: Exception) -> HTMLResponse:
    """The page of an error: a question that cannot be asked, nothing at the address, or a register that does not answer."""
    status, refused = _status_and_refusal(error)
    request.scope.setdefault("problem", getattr(error, "code", "no_database"))
    answer = rendered(request, "wrong.html.j2", status, wrong=refused)
    if status == 429 and isinstance(error, HttpProblem):
        answer.headers.update(error.headers)
    return answer


def _status_and_refusal(error: Exception) -> tuple[int, Refused | None]:
    match error:
        case Refused(code="unknown_case" | "rows_stopped"):
            return status_of(error.code), error
        case Refused():
            return 400, error
        case HttpProblem(code="too_many_requests"):
            return 429, Refused("bad_parameter", f"{error.detail} {error.remedy}")
        case RequestRejected() | HttpProblem() if status_of(error.code) < 500:
            return status_of(error.code), Refused("bad_parameter", error.detail or PROBLEMS[error.code].meaning)
        case _:
            return 503, None


def _cases_address(shown: str, translate: Language) -> str:
    """The address of the cases in a number of a table; empty where it is no figure's cell, or none of cases."""
    if not isinstance(shown, Number) or shown.ask is None or shown.value is None or not has_cases(shown.ask):
        return ""
    return address_of(shown.ask, shown.cell, translate.code)


def _menu_link(request: Request, page: site.SitePage, translate: Language) -> MenuLink:
    return MenuLink(page.id, _to(request, page.address), translate(page.title), request.url.path == page.address)


def _to(request: Request, address: str, **more: Any) -> str:
    """An address of this site with the choices carried on from this one, and others in their stead."""
    path, hash_, part = address.partition("#")
    carried = [(name, value) for name, value in _carried(request, path) if name not in more]
    return _joined(path, [*carried, *((name, each) for name, value in more.items() for each in _many(value))]) + hash_ + part


def _carried(request: Request, path: str) -> list[tuple[str, str]]:
    """The choices of this address that go on to another page's.

    To a figure's page only those that the figure takes go on, the end of the period as a figure writes it: the day after.
    """
    of_figure = request.url.path.startswith(site.FIGURE_PAGES) or "figure" in request.query_params
    names = site.TIMES_AND_LANGUAGE if of_figure or path in site.FIGURE_FORMS else site.SHARED_PARAMETERS
    choices = [(name, text) for name, text in request.query_params.multi_items() if text and name in names]
    figure = FIGURES.get(path.removeprefix(site.FIGURE_PAGES))
    if figure is None:
        return choices
    takes = (*site.TIMES_AND_LANGUAGE, *figure.takes.names)
    return [
        each
        for name, text in choices
        for each in ([("to", _day_after(text))] if name == "last" else [(name, text)])
        if each[0] in takes
    ]


def _day_after(text: str) -> str:
    try:
        return (day_in(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):  # a page with it is refused as well
        return text


def _many(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else () if value is None else (value,)  # pyright: ignore[reportUnknownVariableType] -- values of an address


def _in_other_language(request: Request, translate: Language) -> str:
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return _joined(request.url.path, rest if translate.code == "en" else [*rest, ("lang", "en")])


def _joined(path: str, words: Iterable[tuple[str, Any]]) -> str:
    query = urlencode(list(words))
    return f"{path}?{query}" if query else path


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {  # pyright: ignore[reportUnknownMemberType] -- jinja2 leaves the type of a value open
        "numeric": numeric,
        "shown": shown,
        "long": long,
        "wordy": wordy,
        "dark": DARK,
        "plotly": PLOTLY,
        "injected": injected(),
        "asset": asset,
        "site": site,
    }
    environment.filters["parted"] = parted  # pyright: ignore[reportUnknownMemberType] -- as above
    return environment


def parted(text: str) -> Markup:
    """The text with a line break allowed after each slash, so that a narrow column breaks no word: fast/gennemgående."""
    return escape(text).replace("/", Markup("/<wbr>"))
