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
from journey.log.role_tokens import make_tokens
from journey.log.roles import RoleSigner
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
ROLE_FILE = "/om/rettigheder/rollefil"
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


def test_who_answers_for_nothing_finds_no_page(site: Running) -> None:
    for role in ("caseworker", "management", "secretary", "auditor", "operator"):
        as_caller(site, Caller("p-1", role, ("ungeindsatsen",)))

        assert site.client.get("/om/rettigheder/bekraeft").status_code == 404
        assert send(site, {"name": "Tilsyn", "unit": "", "hash": "", "verdict": "right"}).status_code == 404
        assert site.client.get(ROLE_FILE).status_code == (200 if role in ("management", "operator") else 404)


NEW = FILE.replace('"Sagsbehandlere"', '"Sagsbehandlere, alle"')
CLAIMS = {"lb-3": {"sub": "lb-3", "groups": ["leder"]}, "d-1": {"sub": "d-1", "groups": ["dpo"]}}


@pytest.fixture
def signing(site: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The site, where the sign-in of each caller says of them what `CLAIMS` has."""
    monkeypatch.setattr(
        "api.web.pages.role_files.signer_of",
        lambda request, access, caller: RoleSigner(caller.person, CLAIMS.get(caller.person)),
    )
    return site


def posted(site: Running, address: str, **fields: str) -> httpx.Response:
    return site.client.post(address, data=fields, headers={"Origin": site.url, "Sec-Fetch-Site": "same-origin"})


def test_a_file_is_looked_over_proposed_and_signed_by_another(signing: Running) -> None:
    as_caller(signing, LEADER)
    looked = posted(signing, ROLE_FILE, text=NEW.replace("\n", "\r\n"))
    assert looked.status_code == 200
    assert '−name = "Sagsbehandlere" +name = "Sagsbehandlere, alle"' in text_of(looked)
    assert "groups = hemmelig-gruppe" in text_of(looked)
    assert "Der er ingen." in text_of(looked)  # nothing is proposed yet
    proposed = posted(signing, ROLE_FILE, text=NEW.replace("\n", "\r\n"), confirmed="yes")
    assert "Forslag 2 er gemt" in text_of(proposed)
    assert "Underskrevet af: lb-3." in text_of(proposed)
    assert "Underskriv forslag 2" not in proposed.text  # nobody signs twice
    again = posted(signing, f"{ROLE_FILE}/underskriv", number="2")
    assert (again.status_code, "Du har underskrevet forslaget." in again.text) == (400, True)

    as_caller(signing, Caller("x-1", "operator"))
    assert posted(signing, f"{ROLE_FILE}/underskriv", number="2").status_code == 404
    as_caller(signing, Caller("m-1", "management"))
    assert "Uden en engangskode" in posted(signing, f"{ROLE_FILE}/underskriv", number="2").text  # no sign-in says who it is
    as_caller(signing, DPO)
    assert "Underskriv forslag 2" in signing.client.get(ROLE_FILE).text
    assert "Forslag 2 er trådt i kraft." in text_of(posted(signing, f"{ROLE_FILE}/underskriv", number="2"))
    assert "Sagsbehandlere, alle" in signing.client.get("/om/rettigheder").text
    standing = roles_standing(signing.register, today())
    assert standing is not None
    assert standing.act == 2


def test_nobody_proposes_what_gives_themselves_more_and_every_fault_is_named(signing: Running) -> None:
    as_caller(signing, LEADER)
    more = FILE.replace('units = ["ui"]', 'units = ["*"]')
    gaining = posted(signing, ROLE_FILE, text=more, confirmed="yes")
    assert (gaining.status_code, "Filen ville give dig rollen Leder (Ledere)" in gaining.text) == (400, True)
    wrong_file = posted(signing, ROLE_FILE, text=FILE.replace('"ui"', '"mars"').replace('"dpo"', "7"), confirmed="yes")
    assert (wrong_file.status_code, wrong_file.text.count("<li><code>grant[")) == (400, 3)
    secret = posted(signing, ROLE_FILE, text=FILE + "# 010203-1234", confirmed="yes")
    assert "har form som et CPR-nummer" in secret.text
    assert "Der er ingen." in text_of(signing.client.get(ROLE_FILE))


def test_a_proposal_is_taken_back_on_the_page(signing: Running) -> None:
    as_caller(signing, LEADER)
    posted(signing, ROLE_FILE, text=NEW, confirmed="yes")

    assert "Forslag 2 er trukket tilbage." in text_of(posted(signing, f"{ROLE_FILE}/traek", number="2"))
    as_caller(signing, DPO)
    for number in ("2", "99", "x", ""):
        assert posted(signing, f"{ROLE_FILE}/underskriv", number=number).status_code == 400
