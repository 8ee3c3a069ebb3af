"""The addresses of the site: its pages, and those of a figure, a cell, a case and a download. No other file writes one."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from dashboards.words.language import later


class SitePage(Struct, frozen=True):
    """A page: its id, the address at which it answers without parameters, and its title in the menu."""

    id: str
    address: str
    title: str
    """In Danish, said through a `Language`."""
    menu: Literal["top", "beside", "foot"] = "top"
    """The menu that links to it from every page: the pages of numbers, those beside them, or the foot."""


OVERVIEW = SitePage("overblik", "/", later("Overblik"))
CASES = SitePage("sager", "/sager", later("Sager"))
CASEWORKERS = SitePage("sagsbehandlere", "/sagsbehandlere", later("Sagsbehandlere"))
JOURNEYS = SitePage("forloeb", "/forloeb", later("Forløb"))
MONEY = SitePage("klager", "/klager", later("Klager og økonomi"))
FOLLOW_UP = SitePage("opfoelgning", "/opfoelgning", later("Opfølgning"))
EXPERIENCE = SitePage("oplevelse", "/oplevelse", later("Borgernes oplevelse"))
QUALITY = SitePage("datakvalitet", "/datakvalitet", later("Datakvalitet"))
CASE = SitePage("sag", "/sag", later("Sag"))
REPORT = SitePage("rapport", "/rapport", later("Rapport"), "beside")
LEDGER = SitePage("offentliggjort", "/offentliggjort", later("Offentliggjort"), "beside")
WHY = SitePage("hvorfor", "/hvorfor", later("Hvorfor ændret?"), "beside")
INTAKE = SitePage("indlaes", "/indlaes", later("Indlæs"), "beside")
DELIVERIES = SitePage("leverancer", "/leverancer", later("Leverancer"), "beside")
SEAL = SitePage("ubrudt", "/ubrudt", later("Ubrudt?"), "beside")
RIGHTS = SitePage("rettigheder", "/om/rettigheder", later("Rettigheder"), "foot")
STATEMENT = SitePage("tilgaengelighed", "/tilgaengelighed", later("Tilgængelighedserklæring"), "foot")

PAGES: tuple[SitePage, ...] = (
    *(OVERVIEW, CASES, CASEWORKERS, JOURNEYS, MONEY, FOLLOW_UP, EXPERIENCE, QUALITY),
    *(CASE, REPORT, LEDGER, WHY, INTAKE, DELIVERIES, SEAL, RIGHTS, STATEMENT),
)
"""In the order in which the menus show them."""

SIGN_IN = "/log-ind"
"""The page of a one-time link, which opens the register for a browser, or of the municipality's own login."""
SIGN_IN_START, SIGN_IN_ANSWER, SIGN_IN_ROLE = "/log-ind/start", "/log-ind/svar", "/log-ind/rolle"
"""The way to the municipality's login and back, and the choice of one's role."""
EMERGENCY_SIGN_IN = "/log-ind/noedadgang"
"""The form of the emergency account, while the login is down."""
SIGN_OUT, LOGIN_ENDED = "/log-ud", "/log-ud/fra-login"
"""The form that signs out, and the address at which the login says that somebody has signed out of it."""
UNUSED_BY_PEOPLE = frozenset({"/api/changes"})
"""What an open page follows by itself: no session stays open by it."""
PUBLISH = "/offentliggoer"
"""The form that publishes a figure."""
ADOPT = "/vedtagelser"
"""The definitions with the bodies that adopted them, and the form that records an adoption."""
LOOKS = "/opslag"
"""The log of looks, and its spot checks."""
LOOKS_EXTRACT, SPOT_CHECK = f"{LOOKS}/udtraek.csv", f"{LOOKS}/stikproeve"
"""The extract for the citizen, and the form that draws a spot check."""
SPOT_CHECK_ROUTE = f"{SPOT_CHECK}/{{check}}"
MERGE = "/sammenlaegning"
"""The form that merges two cases of one citizen."""
ATTEST = f"{RIGHTS.address}/bekraeft"
"""The rights that somebody answers for every half year, and the form of an answer."""
ROLE_FILE = f"{RIGHTS.address}/rollefil"
"""The role files that are proposed, and the forms that propose one, sign it or take it back."""
SIGN_ROLE_FILE, WITHDRAW_ROLE_FILE = f"{ROLE_FILE}/underskriv", f"{ROLE_FILE}/traek"
ACCESS = SitePage("adgang", "/adgang", later("Adgang"), "beside")
"""Who may see which case: what is protected, granted or opened in an emergency; in the menu of whoever reviews that."""
CASE_ACCESS_ROUTE = f"{ACCESS.address}/{{case:path}}"
EMERGENCY = "/noedadgang"
"""The form that opens a case in an emergency."""
REVIEW_EMERGENCY = f"{EMERGENCY}/efterse"
"""Address that the review of an emergency access is sent to."""
FIND_CITIZEN = "/find-borger"
"""The form that finds a citizen's case by the CPR number, which is never in an address."""
STATEMENT_SHORT = "/was"
"""The short address of the accessibility statement, which a public body's site must have."""

FIGURE_FORMS = frozenset({WHY.address, PUBLISH})
"""The pages about one figure, chosen there or before: the parameters are that figure's own."""

FIGURE_PAGE_IDS = "figur/"
"""The beginning of the id of every figure's page; the figure's own id follows."""
FIGURE_PAGES = f"/{FIGURE_PAGE_IDS}"
"""The beginning of the address of every figure's page, and of what lies below it."""
FIGURE_ROUTE = f"{FIGURE_PAGES}{{figure}}"
CELL_CASES_ROUTE = f"{FIGURE_ROUTE}/sager"
CELL_LOG_ROUTE = f"{CELL_CASES_ROUTE}.{{form}}"
CASE_ROUTE = "/sag/{case:path}"
CASE_FILE_ROUTE = "/sagsmappe/{case:path}"
UPLOAD_ROUTE = f"{INTAKE.address}/{{upload}}"
UPLOAD_REPORT_ROUTE, UPLOAD_TAKE_ROUTE, UPLOAD_REMOVE_ROUTE = (f"{UPLOAD_ROUTE}/{act}" for act in ("rapport", "tag", "fortryd"))
UPLOAD_FILE_ROUTE = f"{UPLOAD_ROUTE}/{{file}}"
UPLOAD_BAD_ROWS, UPLOAD_MAPPING = "daarlige-raekker.csv", "oversaettelse.toml"
"""The files of an upload: its bad rows, and its mapping file with the choices of codes."""
DELIVERIES_CSV = f"{DELIVERIES.address}.csv"
GONE_ROUTE = f"{DELIVERIES.address}/{{delivery}}/vaek"
UNDO_ROUTE = f"{DELIVERIES.address}/{{delivery}}/fortryd"
DOWNLOAD_ROUTE = "/hent/{name:path}/{part}.{form}"
REPORT_FILE_ROUTE = "/rapport/status-{year}.{form}"

SHARED_PARAMETERS = (
    "lang",
    "valid_at",
    "known_at",
    "unit",
    "from",
    "last",
    "include_assessing",
    "include_out_of_scope",
    "count",
)
"""The parameters that a link carries on to another page: language, both times, units, period and reading."""
TIMES_AND_LANGUAGE = ("lang", "valid_at", "known_at")
"""The parameters that a link from a figure's page carries on: the others are the figure's own."""


def spot_check(check: int) -> str:
    """The form by which a look of a spot check is reviewed."""
    return f"{SPOT_CHECK}/{check}"


def figure_page(figure: str) -> str:
    """The page of a figure."""
    return f"{FIGURE_PAGES}{figure}"


def figure_page_id(figure: str) -> str:
    """The id of that page, as its downloads are found by."""
    return f"{FIGURE_PAGE_IDS}{figure}"


def figure_of(page: str) -> str | None:
    """The figure whose page has this id; None where it is not a figure's."""
    return page.removeprefix(FIGURE_PAGE_IDS) if page.startswith(FIGURE_PAGE_IDS) else None


def cell_cases(figure: str) -> str:
    """The list of the cases that a cell of a figure counts; the parameters say which cell."""
    return f"{FIGURE_PAGES}{figure}/sager"


def cell_log(figure: str, form: str) -> str:
    """Address of a cell's cases as an event log in one of its forms."""
    return f"{FIGURE_PAGES}{figure}/sager.{form}"


def case_page(case: str) -> str:
    """The page of a case."""
    return f"{CASE.address}/{quote(case, safe='')}"


def case_access(case: str) -> str:
    """The page of who may see a case."""
    return f"{ACCESS.address}/{quote(case, safe='')}"


def case_file(case: str) -> str:
    """The file of a case, as a zip."""
    return f"/sagsmappe/{quote(case, safe='')}"


def upload_page(upload: str, act: str = "") -> str:
    """The page of an upload, by an id that tells nothing of it; or the address of its form for an act, or of a file of it."""
    return f"{INTAKE.address}/{quote(upload, safe='')}{f'/{act}' if act else ''}"


def gone_page(delivery: int) -> str:
    """The page of the cases whose rows a delivery no longer had."""
    return f"{DELIVERIES.address}/{delivery}/vaek"


def undo_page(delivery: int) -> str:
    """Address that the form of an undoing is sent to."""
    return f"{DELIVERIES.address}/{delivery}/fortryd"


def download(page: str, part: str, form: str) -> str:
    """The tables of one panel of a page; `page` is that page's id."""
    return f"/hent/{page}/{part}.{form}"


def report_file(name: str) -> str:
    """The year's paper as a file."""
    return f"{REPORT.address}/{name}"
