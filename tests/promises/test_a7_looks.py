"""A7, every look at a case is logged: its rows are committed before the first byte leaves, and with the log broken nothing leaves.

Every route of cases is asked over TCP through a proxy that holds the first byte and asks the database, by a connection of its own, what is
committed of it. Whatever reference of a case stands in an answer must be among the looks of that request.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from fastapi.routing import APIRoute
from starlette.types import Message, Receive, Scope, Send

from api.web import app as app_module
from api.web.access.looks import Looks
from api.web.app import routers
from api.web.look_check import LookCheck, is_looking
from journey.codes import standard
from tests.conftest import Database, Sample
from tests.support.look_watch import LookWatch, Watched
from tests.support.serving import Running, by_token, referred, running_sample
from tests.support.uploads import press, send, sheets, taking_uploads

CELL = "unit=ungeindsatsen&valid_at=2025-02-01"
OF_CELL = f"{CELL}&cell.unit=ungeindsatsen&cell.valid_at=2025-02-01"
EXAMPLES = {"N-2023-0042", "N-2022-0042"}
"""The references that the search field and the API's description have for examples."""
Ask = tuple[str, str, dict[str, Any]]
"""Method, address, and what is sent."""


def route_names() -> set[str]:
    """Every route whose answers are looks, as method and path."""
    found = [route for router in routers(standard()) for route in router.routes if isinstance(route, APIRoute)]
    return {f"{min(route.methods or ())} {route.path_format}" for route in found if is_looking(route)}


def asked(case: str, other: str, position: int, register_url: str) -> dict[str, Ask]:
    """A request of each route of cases, but those of uploads; the answer is one that shows what the route can show."""
    form = {"case": case, "into": other, "valid_at": "2025-06-01"}
    sent = {"headers": {"Origin": register_url}, "data": form}

    def form_of(**fields: str) -> dict[str, Any]:
        return {"headers": {"Origin": register_url}, "data": fields}

    event = {"headers": {"Idempotency-Key": "a7-1"}, "json": referred("b-9", "2025-01-01")}
    return {
        "POST /api/cases/{case}/events": ("POST", "/api/cases/a7-new/events", event),
        "GET /api/cases/{case}": ("GET", f"/api/cases/{quote(case)}", {}),
        "GET /api/figures/{figure}/cases": ("GET", f"/api/figures/caseload/cases?{OF_CELL}", {}),
        "GET /api/figures/{figure}/why": ("GET", f"/api/figures/caseload/why?{CELL}&valid_from=2024-02-01", {}),
        "GET /api/findings": ("GET", "/api/findings", {}),
        "GET /api/receipts/{position}": ("GET", f"/api/receipts/{position}", {}),
        "GET /tile/{path}": ("GET", "/tile/entries/000", {}),
        "GET /figur/{figure}/sager": ("GET", f"/figur/caseload/sager?{OF_CELL}", {}),
        "GET /figur/{figure}/sager.{form}": ("GET", f"/figur/caseload/sager.xes?{OF_CELL}", {}),
        "GET /hvorfor": ("GET", f"/hvorfor?figure=caseload&{CELL}&valid_from=2024-02-01", {}),
        "GET /sag": ("GET", f"/sag?sag={quote(case[:-1])}", {}),
        "GET /sag/{case}": ("GET", f"/sag/{quote(case)}?ved={quote(other)}", {}),
        "GET /sagsmappe/{case}": ("GET", f"/sagsmappe/{quote(case)}", {}),
        "GET /sammenlaegning": ("GET", "/sammenlaegning", {}),
        "POST /sammenlaegning": ("POST", "/sammenlaegning", sent),
        "POST /adgang/{case}": (
            "POST",
            f"/adgang/{quote(case)}",
            form_of(act="protect", kind="sensitive", source="leder", since="2025-01-01"),
        ),
        "GET /adgang/{case}": ("GET", f"/adgang/{quote(case)}", {}),
        "GET /find-borger": ("GET", "/find-borger", {}),
        "POST /find-borger": ("POST", "/find-borger", form_of(number="010190-0000")),
        "GET /noedadgang": ("GET", "/noedadgang", {}),
        "POST /noedadgang": ("POST", "/noedadgang", form_of(case=case, reason="danger", hours="1")),
        "POST /noedadgang/efterse": ("POST", "/noedadgang/efterse", form_of(emergency="0", outcome="justified")),
        "GET /adgang": ("GET", "/adgang", {}),
    }


OF_UPLOADS = {
    "GET /indlaes",
    "POST /indlaes",
    "GET /indlaes/{upload}",
    "POST /indlaes/{upload}/rapport",
    "POST /indlaes/{upload}/tag",
    "POST /indlaes/{upload}/fortryd",
    "GET /indlaes/{upload}/{file}",
    "GET /leverancer/{delivery}/vaek",
    "POST /leverancer/{delivery}/fortryd",
}
"""The routes that are asked in a register that takes files in."""
OF_THE_LOG = {"GET /opslag", "GET /opslag/udtraek.csv", "POST /opslag/stikproeve", "POST /opslag/stikproeve/{check}"}
"""The routes of the log of looks itself, which tests/promises/test_a7_page.py asks."""
REFUSED = {"POST /find-borger": 404, "POST /noedadgang": 400, "POST /noedadgang/efterse": 400}
"""The routes that are asked for what is not there, or by whoever sees every case already."""
SHOWS_NONE = {
    "GET /sammenlaegning",
    "GET /find-borger",
    "GET /noedadgang",
    "POST /noedadgang",
    "POST /noedadgang/efterse",
    "GET /adgang",
}
"""The routes whose answers have no case: forms, and a list that is empty in the sample."""


@pytest.fixture(scope="module")
def app(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("looks")) as made:
        with psycopg.connect(made.register.settings.owner_url or "") as conn:
            head = conn.execute("select max(notification_id) from log.events").fetchone()
        deadline = time.monotonic() + 60
        while made.register.sealer.health().sealed < 300 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert head
        yield made


@pytest.fixture(scope="module")
def references(app: Running) -> set[str]:
    """Every case of the register."""
    with psycopg.connect(app.register.settings.owner_url or "") as conn:
        rows = conn.execute("select distinct originator_id from log.events where originator_id not like 'stream:%'").fetchall()
    return {case for (case,) in rows}


@pytest.fixture(scope="module")
def requests(app: Running) -> dict[str, Ask]:
    """The request of each route, for two cases of the sample."""
    with psycopg.connect(app.register.settings.owner_url or "") as conn:
        query = "select originator_id, notification_id from log.events where topic = 'referred' order by 2 limit 2"
        (case, position), (other, _) = conn.execute(query).fetchall()
    return asked(case, other, position, app.url)


@contextmanager
def watching(app: Running) -> Iterator[Callable[[Ask], Watched]]:
    """What asks the app through the proxy."""
    with LookWatch(app.url, app.register.settings.owner_url or "") as watch:

        def ask(request: Ask) -> Watched:
            method, path, sent = request
            more = {name: value for name, value in sent.items() if name != "headers"}
            return watch.ask(method, path, {**by_token(app.token), **sent.get("headers", {})}, **more)

        yield ask


def named_in(answer: Watched, references: set[str]) -> set[str]:
    """The cases that an answer names, in whatever form it is."""
    return references & set(re.findall(r"[A-Za-z]+-[0-9]+(?:-[0-9]+)*", answer.response.text)) - EXAMPLES


def test_the_requests_are_of_every_route_of_cases(requests: dict[str, Ask]) -> None:
    assert {*requests} | OF_UPLOADS | OF_THE_LOG == route_names()


def test_before_the_first_byte_every_look_is_committed(
    app: Running, references: set[str], requests: dict[str, Ask], record_property: Callable[[str, object], None]
) -> None:
    unlogged: dict[str, set[str]] = {}
    rows = 0
    with watching(app) as ask:
        for name, request in requests.items():
            answer = ask(request)
            assert answer.response.status_code in (200, 201, REFUSED.get(name)), (name, answer.response.text[:300])
            assert bool(answer.looks) == (name not in SHOWS_NONE), name
            if missing := named_in(answer, references) - answer.cases:
                unlogged[name] = missing
            rows += len(answer.looks)
    assert unlogged == {}
    assert rows > len(requests)
    record_property("figures", f"A7: {len(requests)} routes of cases over TCP, {rows} looks committed before the first byte")


def test_an_answer_of_another_mark_names_no_case_that_is_not_logged(app: Running, references: set[str]) -> None:
    """Numbers over cases, and what everybody may see: a figure that has the case among its dimensions is a look too."""
    found = [route for router in routers(standard()) for route in router.routes if isinstance(route, APIRoute)]
    paths = {
        route.path for route in found if "GET" in (route.methods or ()) and "{" not in route.path and not is_looking(route)
    }
    more = {
        "/figur/dotted_chart?unit=ungeindsatsen&from=2024-01-01&to=2025-01-01",
        "/api/figures/dotted_chart?from=2024-01-01&to=2025-01-01",
    }
    with watching(app) as ask:
        for path in sorted((paths | more) - {"/metrics"}):
            answer = ask(("GET", f"{path}?seconds=0" if path == "/api/changes" else path, {}))
            if answer.response.status_code == 200:
                assert named_in(answer, references) <= answer.cases, path


def test_a_case_that_is_not_there_is_logged_by_its_keyed_form(app: Running) -> None:
    with watching(app) as ask:
        answers = [
            ask(("GET", path, {})) for path in ("/api/cases/N-none", "/sag/N-none", "/sagsmappe/N-none", "/sag?sag=N-none")
        ]

    assert [answer.response.status_code for answer in answers] == [404] * 4
    assert [action for answer in answers for action, _ in answer.looks] == ["denied", "search", "denied", "search"]
    with psycopg.connect(app.register.settings.owner_url or "") as conn:
        terms = conn.execute(
            "select term from access.looks where action in ('denied', 'search') and hits = 0 group by term having count(*) >= 4"
        ).fetchall()
        assert len(terms) == 1
        assert conn.execute("select from access.looks where case_id like '%none%'").fetchall() == []


# The log broken, at each step


def trigger(body: str, when: str, *, at_commit: bool = False) -> tuple[str, str]:
    """The statements that break the log by a trigger, and that mend it."""
    kind, each = ("constraint trigger", "deferrable initially deferred for each row") if at_commit else ("trigger", "")
    function = f"create function access.broken() returns trigger language plpgsql as $$ begin {body}; return null; end $$"
    return (
        f"{function}; create {kind} broken {when} insert on access.looks {each} execute function access.broken()",
        "drop function access.broken() cascade",
    )


COLUMNS = "(request, person, client, units, role, purpose, action, case_id, term, hits)"
KILL = "perform pg_terminate_backend(pg_backend_pid())"
BROKEN = {
    "the right is revoked": (
        f"revoke insert {COLUMNS} on access.looks from journey_look",
        f"grant insert {COLUMNS} on access.looks to journey_look",
    ),
    "the disk is full": trigger("raise exception 'no space left' using errcode = '53100'", "before"),
    "killed before it is written": trigger(KILL, "before"),
    "killed as it is written": trigger(KILL, "after"),
    "killed as it is committed": trigger(KILL, "after", at_commit=True),
}


def refused_with_nothing(answer: Watched, references: set[str]) -> None:
    """Hold that an answer is the refusal, and has nothing of a case in it."""
    assert answer.response.status_code == 503, answer.response.text[:200]
    assert answer.response.json()["code"] == "look_not_logged"
    assert named_in(answer, references) == set()
    assert len(answer.response.content) < 600


@pytest.mark.parametrize("how", BROKEN)
def test_with_the_log_broken_nothing_leaves(app: Running, references: set[str], requests: dict[str, Ask], how: str) -> None:
    breaks, mends = BROKEN[how]
    with psycopg.connect(app.register.settings.owner_url or "", autocommit=True) as conn, watching(app) as ask:
        conn.execute(breaks.encode())
        try:
            for name, request in requests.items():
                if name not in SHOWS_NONE:
                    refused_with_nothing(ask(request), references)
        finally:
            conn.execute(mends.encode())
        assert ask(requests["GET /api/cases/{case}"]).response.status_code == 200


def test_while_the_log_is_locked_nothing_leaves(app: Running, references: set[str], requests: dict[str, Ask]) -> None:
    with psycopg.connect(app.register.settings.owner_url or "") as conn, watching(app) as ask:
        conn.execute("lock table access.looks in share mode")
        refused_with_nothing(ask(requests["GET /api/cases/{case}"]), references)


# The twin, and what a route forgets


class SendsFirst(LookCheck):
    """The middleware as it must not be: the answer leaves, and then it is logged."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        looks = scope["looks"] = Looks()

        async def sent(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await asyncio.sleep(1)  # the proxy has asked the database by then, however busy the machine is
                await self._written(scope, looks, None)

        await self._app(scope, receive, sent)


def test_a_log_that_is_written_after_the_answer_is_seen(
    server: Database, sample_template: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "LookCheck", SendsFirst)
    with running_sample(server, sample_template, tmp_path) as made, watching(made) as ask:
        with psycopg.connect(made.register.settings.owner_url or "") as conn:
            ((case,),) = conn.execute("select originator_id from log.events where topic = 'referred' limit 1").fetchall()
        answer = ask(("GET", f"/api/cases/{quote(case)}", {}))

    assert (answer.response.status_code, answer.looks) == (200, [])


def test_a_delivery_by_the_pages_is_logged(server: Database, template: Database, tmp_path: Path) -> None:
    with taking_uploads(server, template, tmp_path) as made:
        sent = send(made, sheets())
        page = sent.headers["location"].partition("?")[0]
        with watching(made) as ask:
            deadline = time.monotonic() + 60
            while "refresh" in (shown := ask(("GET", page, {}))).response.headers and time.monotonic() < deadline:
                time.sleep(0.2)
            file = ask(("GET", f"{page}/daarlige-raekker.csv", {}))
            press(made, f"{page}/tag")
            time.sleep(0.5)
            gone = ask(("GET", "/leverancer/1/vaek", {}))
            form = ask(("GET", "/indlaes", {}))

    assert [action for action, _ in shown.looks] == ["import"]
    assert shown.response.status_code == 200
    assert file.response.status_code in (200, 404)
    assert (gone.response.status_code, gone.looks) == (200, [])
    assert (form.response.status_code, form.looks) == (200, [])
