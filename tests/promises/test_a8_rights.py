"""Nobody sees what is not theirs: every role with every unit at every route of a case in every state, and requests for others' cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count, product
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from fastapi.routing import APIRoute
from psycopg.sql import SQL, Identifier

from api.web.access.caller import Caller
from api.web.app import routers
from api.web.dependencies import Requires
from journey.access.rules import WHOLE, CaseAccess, allows, rules
from journey.codes import standard
from journey.log.migrate import PROTECT
from tests.conftest import Database, fresh_database
from tests.promises.conftest import Figures
from tests.support.callers import AnyCaller, sent_by
from tests.support.registers import load, register_on
from tests.support.serving import Running, referred, running
from tests.support.sizes import by_size
from tests.support.waiting import until

PROMISE = (
    "A8: every cell of role, unit, route and state of a case is answered as the table of rules says; requests for others' cases"
    " give nothing, by the program's checks alone and by row security alone"
)

pytestmark = pytest.mark.long

UNIT, OTHER_UNIT = "ungeindsatsen", "arbejdsmarked"
PERSON = "p-1"
REQUESTS = by_size(200, 2_000, 2_000)
STATES: Mapping[str, CaseAccess | None] = {
    "G-own": CaseAccess(UNIT),
    "G-other": CaseAccess(OTHER_UNIT),
    "G-protected": CaseAccess(UNIT, protected=True),
    "G-linked": CaseAccess(UNIT, protected=True),
    "G-granted": CaseAccess(OTHER_UNIT, granted=True),
    "G-protected-granted": CaseAccess(UNIT, protected=True, granted=True),
    "G-emergency": CaseAccess(OTHER_UNIT, granted=True),
    "G-blocked": CaseAccess(UNIT, blocked=True),
    "G-blocked-granted": CaseAccess(UNIT, granted=True, blocked=True),
    "G-merged": CaseAccess(UNIT),
    "G-no-unit": CaseAccess(""),
    "G-unknown": None,
}
"""Cases by their state, as the table of rules sees each for the person."""
FOREIGN = 40
"""Cases of the other unit, each with ids that stand in nothing else."""
MARK = re.compile(r"(?:citizen|worker|row|number)-of-\d+")
"""What stands in a foreign case and in no request for it."""
TABLES = "select schemaname, tablename from pg_policies where 'journey_read' = any(roles) group by 1, 2"


def act(case: str) -> dict[str, Any]:
    return {"json": {"kind": "activity_recorded", "valid_at": "2025-03-01", "data": {"activity": "moede"}}, **idempotent(case)}


def idempotent(case: str) -> dict[str, Any]:
    return {"headers": {"Idempotency-Key": f"{case}-{next(KEYS)}"}}


KEYS = count()

ROUTES: Mapping[tuple[str, str], str] = {
    ("GET", "/api/cases/{case}"): "read_case",
    ("POST", "/api/cases/{case}/events"): "record_event",
    ("GET", "/sag/{case}"): "read_case",
    ("GET", "/sagsmappe/{case}"): "export_case",
    ("GET", "/adgang/{case}"): "protect_case",
    ("POST", "/adgang/{case}"): "protect_case",
}
"""The routes with a case in their address, each with its action."""


def line(nth: int, case: str, event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"case": case, "source": "f", "source_id": f"row-of-{nth}", **event, **more}


def lines() -> list[dict[str, Any]]:
    made = [
        line(1000 + nth, case, referred(f"b-{nth}", unit=facts.unit))
        for nth, (case, facts) in enumerate(STATES.items())
        if facts and facts.unit
    ]
    made.append(
        line(
            900,
            "G-no-unit",
            {"kind": "activity_recorded", "valid_at": "2025-01-02", "data": {"activity": "moede", "worker": "w1"}},
        )
    )
    made.append(line(901, "G-into", referred("b-901", unit=UNIT)))
    made.append(line(902, "G-merged", {"kind": "merged_into", "valid_at": "2025-02-01", "data": {"case": "G-into"}}))
    made.append(line(903, "G-parent", referred("b-903", unit=OTHER_UNIT)))
    for nth in range(FOREIGN):
        begun = referred(f"citizen-of-{nth}", unit=OTHER_UNIT)
        held = {"role": "authority", "worker": f"worker-of-{nth}"}
        made.append(line(nth, f"F-{nth:03}", begun, source_case=f"number-of-{nth}"))
        made.append(line(100 + nth, f"F-{nth:03}", {"kind": "caseworker_assigned", "valid_at": "2025-01-03", "data": held}))
    return made


@pytest.fixture(scope="module")
def walled(server: Database, template: Database) -> Iterator[Database]:
    with fresh_database(server, template.name) as database:
        yield database


@pytest.fixture(scope="module")
def site(walled: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    register = register_on(walled, tmp_path_factory.mktemp("keys"))
    every = lines()
    load(register, every)
    register.believe()
    with register.connected(PROTECT) as conn:
        arrange(conn)
    with running(register.settings, AnyCaller("token", 1)) as made:
        until(lambda: made.register.follower.position == len(every))
        yield made


def arrange(conn: psycopg.Connection[Any]) -> None:
    """Give the cases their states, by the rows that the pages write."""
    protected = "insert into access.protections (case_id, kind, source, since, set_by) values (%s, 'sensitive', 'x', '2025-01-01', 'l-9')"
    granted = (
        "insert into access.grants (case_id, person, kind, purpose, granted_by, until)"
        " values (%s, %s, 'grant', 'x', 'l-9', now() + interval '1 day')"
    )
    for case in ("G-protected", "G-protected-granted", "G-parent"):
        conn.execute(protected, (case,))
    conn.execute(
        "insert into access.links (case_id, other_case, kind, set_by) values ('G-linked', 'G-parent', 'parent', 'l-9')"
    )
    for case in ("G-granted", "G-protected-granted", "G-blocked-granted"):
        conn.execute(granted, (case, PERSON))
    for case in ("G-blocked", "G-blocked-granted"):
        conn.execute(
            "insert into access.blocked_persons (case_id, person, kind, set_by) values (%s, %s, 'own', 'l-9')", (case, PERSON)
        )
    conn.execute(
        "insert into access.grants (case_id, person, kind, purpose, granted_by, until, unit, reason, review_due)"
        " values ('G-emergency', %s, 'emergency', '', %s, now() + interval '4 hours', %s, 'danger', now() + interval '3 days')",
        (PERSON, PERSON, OTHER_UNIT),
    )


def asked(site: Running, caller: Caller, method: str, path: str, **sent: Any) -> httpx.Response:
    headers = {**sent.pop("headers", {}), **sent_by(caller.person, caller.role, *caller.units), "Accept": "text/html"}
    if method == "POST" and "json" not in sent:
        headers |= {"Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    return site.client.request(method, path, headers=headers, **sent)


def of_case(site: Running, caller: Caller, method: str, route: str, case: str) -> httpx.Response:
    sent: dict[str, Any] = {}
    if route.endswith("/events"):
        sent = act(case)
    elif method == "POST":
        sent = {"data": {"act": "block", "kind": "own", "person": "x-1"}}
    return asked(site, caller, method, route.replace("{case}", quote(case, safe="")), **sent)


def callers() -> list[Caller]:
    return [Caller(PERSON, role, units) for role, units in product(rules().role, ((UNIT,), WHOLE))]


def test_every_route_with_a_case_in_its_address_is_in_the_grid() -> None:
    every = [route for router in routers(standard()) for route in router.routes if isinstance(route, APIRoute)]
    found = {
        (method, route.path.replace(":path", "")): mark.call.action
        for route in every
        if "{case" in route.path
        for method in (route.methods or set()) - {"HEAD"}
        for mark in route.dependant.dependencies
        if isinstance(mark.call, Requires)
    }

    assert found == dict(ROUTES)


def test_every_cell_is_answered_as_the_table_of_rules_says(site: Running, figures: Figures) -> None:
    wrong, cells = [], 0
    for caller, ((method, route), action), (case, facts) in product(callers(), ROUTES.items(), STATES.items()):
        expected = facts is not None and allows(caller.role, caller.units, action, facts)
        status = of_case(site, caller, method, route, case).status_code
        cells += 1
        if (status < 400) != expected or (not expected and status != 404):
            wrong.append((caller.role, caller.units, method, route, case, status))
    figures(PROMISE, cells=cells, wrong=len(wrong))

    assert wrong == []


OWN = Caller(PERSON, "caseworker", (UNIT,))
LEADER = Caller("l-1", "unit_leader", (UNIT,))


def forms_of(case: str) -> list[tuple[Caller, str, str, dict[str, Any]]]:
    """Every way to ask for a case that is not the caller's."""
    merged = {"kind": "merged_into", "valid_at": "2025-02-01", "data": {"case": case}}
    page = quote(case, safe="")
    return [
        *(
            (caller, method, route.replace("{case}", page), {})
            for caller in (OWN, LEADER)
            for method, route in ROUTES
            if method == "GET"
        ),
        (OWN, "POST", f"/api/cases/{page}/events", act(case)),
        (OWN, "GET", f"/sag/G-own?ved={page}", {}),
        (OWN, "GET", f"/sag?sag={page}", {}),
        (OWN, "GET", f"/sag/{page}?ved=G-own", {}),
        (OWN, "GET", f"/sagsmappe/{page}?redigeret=ja&modtager=x&formaal=y", {}),
        (OWN, "GET", f"/sag/{page}?known_at=1", {}),
        (OWN, "GET", f"/api/cases/{page}?known_at=1&valid_at=2025-02-01", {}),
        (LEADER, "POST", f"/adgang/{page}", {"data": {"act": "grant", "person": "x-1", "purpose": "y", "last": "2099-01-01"}}),
        (LEADER, "POST", "/adgang/G-own", {"data": {"act": "link", "kind": "parent", "other": case}}),
        (LEADER, "POST", "/sammenlaegning", {"data": {"case": "G-own", "into": case}}),
        (LEADER, "POST", "/sammenlaegning", {"data": {"case": case, "into": "G-own"}}),
        (LEADER, "POST", "/sammenlaegning", {"data": {"case": case, "into": "G-own", "confirmed": "yes"}}),
        (LEADER, "POST", "/api/cases/G-own/events", {"json": merged, **idempotent(case)}),
    ]


def leaks(site: Running, many: int) -> tuple[int, list[str]]:
    """So many requests for others' cases; those whose answer shows anything of one, or is another than that of a case there is not."""
    found, sent = list[str](), 0
    nowhere = [asked(site, caller, method, path, **more) for caller, method, path, more in forms_of("F-none")]
    plain = [_plain(answer, "F-none") for answer in nowhere]
    for nth in range(many):
        case = f"F-{nth % FOREIGN:03}"
        for (caller, method, path, more), unknown in zip(forms_of(case), plain, strict=True):
            answer = asked(site, caller, method, path, **more)
            sent += 1
            if MARK.search(answer.text) or _plain(answer, case) != unknown:
                found.append(f"{method} {path} {answer.status_code}")
            if sent >= many:
                return sent, found
    return sent, found


def _plain(answer: httpx.Response, case: str) -> tuple[Any, ...]:
    """What an answer says, but for the reference that was asked for and what names the request."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id", "content-length")}
    text = re.sub(r'"request_id":"[^"]*"|name="key" value="[^"]*"', "", answer.text)
    return answer.status_code, headers, text.replace(case, "CASE")


def test_requests_for_others_cases_are_answered_as_for_cases_there_are_not(site: Running, figures: Figures) -> None:
    sent, found = leaks(site, REQUESTS)
    figures(PROMISE, requests=sent, leaks=len(found))

    assert found == []


LISTS = (
    "/api/figures/caseload/cases?valid_at=2025-06-01&cell.unit=arbejdsmarked",
    "/figur/caseload/sager?valid_at=2025-06-01&cell.unit=arbejdsmarked",
    "/figur/caseload/sager.csv?valid_at=2025-06-01&cell.unit=arbejdsmarked",
    "/api/findings",
    "/sag?sag=F-",
    *(f"/api/receipts/{position}" for position in (20, 40, 60)),
)


def test_no_list_names_others_cases(site: Running) -> None:
    answers = {path: asked(site, OWN, "GET", path).text for path in LISTS}

    assert {path for path, text in answers.items() if MARK.search(text) or re.search(r"F-\d{3}", text)} == set()


@pytest.fixture
def no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's checks off: every role may do everything with every case."""
    for place in ("api.web.access.reach", "api.web.access.caller"):
        monkeypatch.setattr(f"{place}.allows", lambda *_: True)


@pytest.fixture
def no_row_security(walled: Database) -> Iterator[None]:
    """Row security off, which nobody can do but the owner."""
    with psycopg.connect(walled.admin_url, autocommit=True) as conn:
        names = [SQL(".").join(map(Identifier, row)) for row in conn.execute(TABLES)]
        for name in names:
            conn.execute(SQL("alter table {} disable row level security").format(name))
        yield
        for name in names:
            conn.execute(SQL("alter table {} enable row level security").format(name))


READS = [(method, route) for method, route in ROUTES if method == "GET" and not route.startswith("/adgang")]
"""The routes that read a case's rows; who may see a case is told by a table of its own, which the pages of that check alone."""


OTHERS = [*(f"F-{nth:03}" for nth in range(FOREIGN)), "G-protected", "G-linked", "G-blocked", "G-blocked-granted"]


def read_by_others(site: Running, many: int) -> list[str]:
    """Requests for others' cases that read, answered with anything of them."""
    found: list[str] = []
    for nth in range(many):
        method, route = READS[nth % len(READS)]
        case = OTHERS[nth % len(OTHERS)]
        answer = of_case(site, OWN, method, route, case)
        if answer.status_code != 404 or MARK.search(answer.text):
            found.append(f"{route} {case} {answer.status_code}")
    return found


@pytest.mark.usefixtures("no_checks")
def test_row_security_alone_gives_nothing_of_others_cases(site: Running, figures: Figures) -> None:
    found = read_by_others(site, REQUESTS)
    figures(PROMISE, requests_without_checks=REQUESTS, leaks=len(found))

    assert found == []


@pytest.mark.usefixtures("no_row_security")
def test_the_program_s_checks_alone_give_nothing_of_others_cases(site: Running, figures: Figures) -> None:
    found = read_by_others(site, REQUESTS)
    figures(PROMISE, requests_without_row_security=REQUESTS, leaks=len(found))

    assert found == []


@pytest.mark.usefixtures("no_checks", "no_row_security")
def test_with_both_walls_down_it_leaks_and_is_seen(site: Running) -> None:
    """The twin."""
    assert len(read_by_others(site, len(READS) * 4)) == len(READS) * 4
