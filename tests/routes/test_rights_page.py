"""The page about rights says the rules and what is in force; who answers for a right does it once, for their own only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import httpx
import psycopg
import pytest

from api.answers.roles import attestations_of, propose_roles, roles_standing, sign_roles
from api.clock import today
from api.web.access.caller import Caller
from api.web.dependencies import current_caller
from dashboards.words.language import DANISH
from journey.access.rules import rules
from journey.log.roles import RoleSigner, make_tokens
from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.serving import Running, running

pytestmark = pytest.mark.long

FILE = """
[[grant]]
name = "Tilsyn"
claim = "groups"
value = "dpo"
role = "privacy_officer"
[[grant]]
name = "Ledere"
claim = "groups"
value = "leder"
role = "unit_leader"
units = ["ui"]
[[grant]]
name = "Sagsbehandlere"
claim = "groups"
value = "hemmelig-gruppe"
role = "caseworker"
units = ["ui", "social"]
[[blocked]]
person = "sb-9"
"""
LEADER, DPO = Caller("lb-3", "unit_leader", ("ungeindsatsen",)), Caller("d-1", "privacy_officer")


@pytest.fixture
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        with running(register.settings) as made:
            assert "Der er ingen rollefil i kraft" in made.client.get("/om/rettigheder").text
            assert roles_standing(made.register, today()) is None
            with psycopg.connect(database.owner_url, autocommit=True) as conn:
                tokens = make_tokens(conn, "machine:x", datetime.now(UTC))
            number = propose_roles(made.register, FILE, RoleSigner("machine:x"), today())
            for person, token in zip(("d-1", "lb-3"), tokens, strict=True):
                sign_roles(made.register, number, RoleSigner(person, token=token), today())
            yield made


def as_caller(site: Running, caller: Caller) -> None:
    site.app.dependency_overrides[current_caller] = lambda: caller


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def forms(answer: httpx.Response) -> list[dict[str, str]]:
    found = re.findall(r'<form method="post" action="/om/rettigheder/bekraeft">(.*?)</form>', answer.text, re.DOTALL)
    return [
        {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}
        for form in found
    ]


def send(site: Running, fields: dict[str, str], origin: str | None = None) -> httpx.Response:
    headers = {"Origin": origin or site.url, "Sec-Fetch-Site": "cross-site" if origin else "same-origin"}
    return site.client.post("/om/rettigheder/bekraeft", data=fields, headers=headers)


def test_the_page_says_every_rule_and_what_is_in_force_but_not_to_whom(site: Running) -> None:
    text = text_of(site.client.get("/om/rettigheder"))

    assert all(action.danish in text for action in rules().action.values())
    assert all(role.danish in text and role.does in text for role in rules().role.values())
    assert "ved d-1 og lb-3 (registrets handling 1). De underskrev med engangskoder." in text
    assert "Sagsbehandlere Sagsbehandler Ungeindsatsen, Socialområdet –" in text
    assert "hemmelig-gruppe" not in text
    assert "sb-9" not in text
    assert "én person på den maskine" in text
    english = text_of(site.client.get("/om/rettigheder?lang=en"))
    assert all(action.english in english for action in rules().action.values())


def test_each_answers_for_their_own_and_an_answer_is_listed_with_name_and_day(site: Running) -> None:
    assert site.client.get("/om/rettigheder/bekraeft").status_code == 404  # nobody alone answers for anything
    as_caller(site, LEADER)
    mine = forms(site.client.get("/om/rettigheder/bekraeft"))
    assert [(form["name"], form["unit"]) for form in mine] == [("Tilsyn", ""), ("Sagsbehandlere", "ungeindsatsen")]
    made = send(site, {**mine[1], "verdict": "right"})
    assert (made.status_code, "Svaret er gemt." in made.text) == (201, True)

    as_caller(site, DPO)
    theirs = forms(site.client.get("/om/rettigheder/bekraeft"))
    assert [(form["name"], form["unit"]) for form in theirs] == [("Ledere", "ungeindsatsen")]
    assert send(site, {**mine[1], "verdict": "right"}).status_code == 400  # another's
    assert send(site, {**theirs[0], "verdict": "take_away"}).status_code == 201
    assert send(site, {**theirs[0], "verdict": "maybe"}).status_code == 400
    assert send(site, {**theirs[0], "hash": "00", "verdict": "right"}).status_code == 400
    assert send(site, {**theirs[0], "verdict": "right"}, origin="https://evil.example").status_code == 403

    text = text_of(site.client.get("/om/rettigheder"))
    day = DANISH.short(today())
    assert f"stadig rigtig, {day}, lb-3" in text
    assert f"skal fjernes, {day}, d-1" in text
    assert "Der er 1 ret, som er besvaret med, at den skal fjernes" in text
    standing = roles_standing(site.register, today())
    assert standing is not None
    assert (standing.act, standing.valid, standing.overdue) == (1, True, 1)


def test_what_is_not_answered_in_time_is_marked(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    late = max(each.due for each in attestations_of(site.register, today())).replace(year=today().year + 2)
    monkeypatch.setattr("api.web.pages.rights.today", lambda: late)
    as_caller(site, LEADER)

    assert "Der er 4 rettigheder, som ikke er besvaret i tide." in text_of(site.client.get("/om/rettigheder"))
    assert site.client.get("/om/rettigheder/bekraeft").text.count("– over tiden</strong>") == 2
    standing = roles_standing(site.register, late)
    assert standing is not None
    assert standing.overdue == 4


@pytest.mark.parametrize("role", ["caseworker", "management", "secretary", "auditor", "operator"])
def test_who_answers_for_nothing_finds_no_page(site: Running, role: str) -> None:
    as_caller(site, Caller("p-1", role, ("ungeindsatsen",)))

    assert site.client.get("/om/rettigheder/bekraeft").status_code == 404
    assert send(site, {"name": "Tilsyn", "unit": "", "hash": "", "verdict": "right"}).status_code == 404
