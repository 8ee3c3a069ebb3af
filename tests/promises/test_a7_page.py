"""A7, the page of the log of looks: nothing without a purpose, reading it is logged first, and a spot check is reviewed there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from journey.log.login import as_role
from journey.log.looks import Viewer, looks_at, record_looks
from journey.log.migrate import LOOK
from tests.conftest import Database, fresh_database
from tests.support.registers import load, register_on
from tests.support.serving import Running, running
from tests.support.uploads import words

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def app(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An app in which somebody has looked at a case thirty times."""
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("looks-page"))
        data = {"unit": "ungeindsatsen", "citizen": "b-1"}
        line = {"kind": "referred", "case": "N-1", "valid_at": "2025-01-01", "source": "fire", "source_id": "1", "data": data}
        load(register, [line])
        with psycopg.connect(as_role(register.url, LOOK), autocommit=True) as conn:
            for nth in range(30):
                viewer = Viewer("sb-1" if nth else "sb-2", "caseworker", ("ungeindsatsen",) if nth else ("social",))
                record_looks(conn, register.looks_key(), f"r-{nth}", viewer, "casework", looks_at("read", ["N-1"]))
        with running(register.settings) as made:
            yield made


def newest(app: Running, count: int = 1) -> list[Any]:
    with psycopg.connect(app.register.settings.owner_url or "") as conn:
        query = "select action, case_id, purpose, hits from access.looks order by number desc limit %s"
        return conn.execute(query, (count,)).fetchall()


def posted(app: Running, address: str, fields: dict[str, str]) -> httpx.Response:
    return app.client.post(address, data=fields, headers={"Origin": app.url, "Content-Type": FORM})


def test_without_a_purpose_nothing_of_the_log_is_shown(app: Running) -> None:
    before = newest(app, 1_000)
    page = app.client.get("/opslag")

    assert page.status_code == 200
    assert "sb-1" not in page.text
    assert newest(app, 1_000) == before
    assert app.client.get("/opslag?formaal=nysgerrighed").status_code == 400


def test_reading_it_is_a_look_for_the_purpose_that_was_stated(app: Running) -> None:
    page = app.client.get("/opslag?formaal=audit&sag=N-1")

    assert page.status_code == 200
    assert "30 opslag" in words(page)
    assert "sb-1" in words(page)
    assert [row[:3] for row in newest(app, 2)] == [("read_log", None, "audit"), ("read_log", "N-1", "audit")]
    english = words(app.client.get("/opslag?formaal=audit&sag=N-1&lang=en"))
    assert "looks" in english
    assert "casework" in english
    assert "opslag" not in english.lower().replace("opslagsloggen", "")


def test_looks_without_a_relation_are_told_apart(app: Running) -> None:
    page = words(app.client.get("/opslag?formaal=data_protection&kun=uden-tilknytning"))

    assert "1 opslag" in page
    assert "sb-2" in page
    assert "sb-1" not in page


def test_the_extract_names_no_employee(app: Running) -> None:
    extract = app.client.get("/opslag/udtraek.csv?sag=N-1&fra=&til=")

    assert (extract.status_code, extract.headers["content-type"].split(";")[0]) == (200, "text/csv")
    assert len(extract.text.splitlines()) >= 31
    assert "sb-" not in extract.text
    assert newest(app) == [("read_log", "N-1", "access_request", len(extract.text.splitlines()) - 1)]
    assert app.client.get("/opslag/udtraek.csv").status_code == 400


def test_a_spot_check_is_drawn_and_reviewed(app: Running) -> None:
    assert posted(app, "/opslag/stikproeve", {}).status_code == 303
    page = app.client.get("/opslag?formaal=data_protection")
    numbers = [int(number) for number in re.findall(r'name="look" value="(\d+)"', page.text)]
    assert len(numbers) > 10

    assert posted(app, "/opslag/stikproeve/1", {"look": str(numbers[0]), "outcome": "breach"}).status_code == 303
    for fields in (
        {"look": "0", "outcome": "ok"},
        {"look": str(numbers[1]), "outcome": "fine"},
        {"look": "x"},
        {"look": "99999", "outcome": "ok"},
    ):
        assert posted(app, "/opslag/stikproeve/1", fields).status_code == 400
    assert posted(app, "/opslag/stikproeve/2", {"look": str(numbers[1]), "outcome": "ok"}).status_code == 400

    after = app.client.get("/opslag?formaal=data_protection")
    assert "brud" in words(after)
    assert f'name="look" value="{numbers[0]}"' not in after.text


def test_with_the_log_broken_the_log_itself_is_not_shown(app: Running) -> None:
    with psycopg.connect(app.register.settings.owner_url or "", autocommit=True) as conn:
        conn.execute("create function access.full() returns trigger language plpgsql as $$ begin raise 'full'; end $$")
        conn.execute("create trigger a_full before insert on access.looks execute function access.full()")
        try:
            ask: Callable[[str], httpx.Response] = app.client.get
            for address in ("/opslag?formaal=audit", "/opslag/udtraek.csv?sag=N-1"):
                refused = ask(address)
                assert (refused.status_code, refused.json()["code"]) == (503, "look_not_logged")
                assert "sb-1" not in refused.text
        finally:
            conn.execute("drop function access.full() cascade")
