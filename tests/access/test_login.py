"""The municipality's own login, with a real provider: who is let in, what a forged answer gets, and how it ends from both sides."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from api.cli.main import application
from api.web.access.oidc.emergency import make
from api.web.access.oidc.oidc_access import BROWSER_COOKIE, COOKIE, ON_BEHALF_OF
from api.web.access.oidc.provider import PAUSE
from api.web.access.oidc.stored_sessions import PendingSignIn
from journey.log.acts import acts
from journey.log.login import as_role
from journey.log.migrate import READ, SESSION
from journey.refusals import Refused
from tests.conftest import Database, fresh_database
from tests.support.identity_provider import SignedInSite, site_with_provider
from tests.support.registers import register_on
from tests.support.serving import referred
from tests.support.visitor import Visitor
from tests.support.waiting import PATIENCE, until

pytestmark = pytest.mark.long

ACCOUNTS = {
    "az1234": {"groups": ["sag-unge"]},
    "rev7": {"groups": ["revision"]},
    "to2": {"groups": ["sag-unge", "revision"]},
    "ingen0": {"groups": ["kantine"]},
    "Hans Hansen": {"groups": ["revision"]},
}


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedInSite]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        with site_with_provider(register.settings) as made:
            made.provider.set(accounts=ACCOUNTS)
            yield made


@pytest.fixture
def visitor(site: SignedInSite) -> Visitor:
    return Visitor(site)


def with_words(address: str, **words: str | None) -> str:
    """The address with other words in its query; a word that is None is left out."""
    given = {name: texts[0] for name, texts in parse_qs(urlsplit(address).query).items()}
    whole = {name: text for name, text in {**given, **words}.items() if text is not None}
    return str(httpx.URL(address).copy_with(params=whole))


def refused(visitor: Visitor, answer: httpx.Response, status: int = 401) -> str:
    """The reason in the log that nobody was let in by the answer."""
    assert answer.status_code == status, answer.text
    assert COOKIE not in visitor.cookies
    assert visitor.ask("/sager").status_code == 401
    lines = [line for line in visitor.site.site.log_lines() if line.get("kind") == "sign_in_refused"]
    return lines[-1]["reason"]


def test_a_person_signs_in_and_comes_to_the_page_they_asked_for(visitor: Visitor) -> None:
    locked = visitor.ask("/sager?valid_at=2025-02-01")
    assert locked.status_code == 401
    assert "/log-ind/start?side=%2Fsager%3Fvalid_at%3D2025-02-01" in locked.text

    back = visitor.at_login(visitor.to_login("/sager?valid_at=2025-02-01".replace("?", "%3F")), "az1234")
    answer = visitor.ask(back)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sager?valid_at=2025-02-01")
    assert set(visitor.cookies) == {COOKIE}
    [cookie] = [line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}=")]
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    page = visitor.ask("/sager")
    assert page.status_code == 200
    assert "Sagsbehandler" in page.text
    assert visitor.ask("/log-ind").headers["location"] == "/"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA", "PS256"])
def test_every_algorithm_that_is_allowed_signs_a_person_in_with_keys_that_are_new(
    site: SignedInSite, visitor: Visitor, algorithm: str
) -> None:
    site.provider.set(algorithm=algorithm)
    site.clock.seconds += PAUSE

    assert visitor.sign_in("az1234").status_code == 303


def test_keys_of_an_unknown_id_are_asked_for_once_in_a_while_only(site: SignedInSite, visitor: Visitor) -> None:
    site.clock.seconds += PAUSE
    assert visitor.sign_in("az1234").status_code == 303
    site.provider.set(rotate=True)
    site.access.connection.keys("no key of theirs")
    site.provider.set(rotate=True)

    assert refused(Visitor(site), Visitor(site).sign_in("az1234")) == "bad_token"
    site.clock.seconds += PAUSE
    assert Visitor(site).sign_in("az1234").status_code == 303


def test_an_answer_is_good_once(site: SignedInSite, visitor: Visitor) -> None:
    back = visitor.at_login(visitor.to_login(), "az1234")
    assert visitor.ask(back).status_code == 303
    other = Visitor(site)
    other.to_login()

    assert visitor.ask(back).status_code == 401
    assert refused(other, other.ask(back)) == "bad_state"


def test_a_code_is_good_once_and_in_the_sign_in_that_it_was_given_in(site: SignedInSite, visitor: Visitor) -> None:
    code = parse_qs(urlsplit(visitor.at_login(visitor.to_login(), "az1234")).query)["code"][0]
    other = Visitor(site)
    back = other.at_login(other.to_login(), "rev7")

    assert refused(other, other.ask(with_words(back, code=code))) == "bad_code"
    assert refused(other, other.ask(back)) == "bad_state", "and the sign-in is used up"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"state": "s" * 43}, "bad_state"),
        ({"state": None}, "bad_state"),
        ({"iss": "https://evil.example"}, "bad_issuer"),
        ({"iss": None}, "bad_issuer"),
        ({"iss": ""}, "bad_issuer"),
        ({"code": "c" * 43}, "bad_code"),
        ({"code": None}, "refused"),
        ({"error": "access_denied"}, "refused"),
    ],
)
def test_an_answer_that_is_not_the_provider_s_to_this_sign_in_lets_nobody_in(
    visitor: Visitor, words: dict[str, Any], reason: str
) -> None:
    back = visitor.at_login(visitor.to_login(), "az1234")

    assert refused(visitor, visitor.ask(with_words(back, **words))) == reason


def test_a_word_that_stands_twice_is_none(visitor: Visitor) -> None:
    back = visitor.at_login(visitor.to_login(), "az1234")

    assert refused(visitor, visitor.ask(f"{back}&iss=https%3A%2F%2Fevil.example")) == "bad_issuer"


def test_another_browser_s_answer_lets_nobody_in(site: SignedInSite, visitor: Visitor) -> None:
    """Or somebody could have another work in their name."""
    back = visitor.at_login(visitor.to_login(), "az1234")
    other = Visitor(site)

    assert refused(other, other.ask(back)) == "bad_state"
    other.to_login()
    assert refused(other, other.ask(back)) == "bad_state"
    assert visitor.ask(back).status_code == 303


@pytest.mark.parametrize(
    ("nonce", "verifier", "reason"), [(False, True, "bad_token"), (True, False, "bad_code"), (True, True, None)]
)
def test_the_nonce_and_the_verifier_are_those_of_the_sign_in(
    site: SignedInSite, visitor: Visitor, nonce: bool, verifier: bool, reason: str | None
) -> None:
    real = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    pending = PendingSignIn(real["nonce"] if nonce else "n" * 43, real["verifier"] if verifier else "v" * 43, "/")
    browser = secrets.token_urlsafe(32)
    site.access.sessions.begin(browser, real["state"], pending)
    visitor.cookies[BROWSER_COOKIE] = browser

    answer = visitor.ask(visitor.at_login(site.access.connection.authorization(**real), "az1234"))

    if reason is None:
        assert answer.status_code == 303, "the same by hand, with everything right"
    else:
        assert refused(visitor, answer) == reason


@pytest.mark.parametrize(("seconds", "reason"), [(50, None), (-50, None), (600, "bad_token"), (-900, "bad_token")])
def test_a_clock_that_is_a_minute_off_lets_in_and_more_does_not(
    site: SignedInSite, visitor: Visitor, seconds: int, reason: str | None
) -> None:
    back = visitor.at_login(visitor.to_login(), "az1234")
    site.provider.set(clock=seconds)
    try:
        answer = visitor.ask(back)
    finally:
        site.provider.set(clock=0)

    if reason is None:
        assert answer.status_code == 303
    else:
        assert refused(visitor, answer) == reason


@pytest.mark.parametrize(
    ("account", "reason", "text"), [("ingen0", "no_role", "ingen rolle"), ("Hans Hansen", "no_person", "bruger-id")]
)
def test_who_has_no_role_or_no_id_that_may_be_held_is_not_let_in(
    visitor: Visitor, account: str, reason: str, text: str
) -> None:
    answer = visitor.sign_in(account)

    assert text in answer.text
    assert account not in answer.text
    assert refused(visitor, answer, 403) == reason


def test_a_person_of_several_roles_chooses_one_and_can_change_it(visitor: Visitor) -> None:
    answer = visitor.sign_in("to2")
    assert answer.headers["location"] == "/log-ind/rolle"
    assert visitor.ask("/sager").headers["location"] == "/log-ind/rolle", "until then there is nothing to see"
    assert visitor.ask("/api/figures/caseload").status_code == 403
    page = visitor.ask("/log-ind/rolle").text
    assert "Sagsbehandler: Ungeindsatsen" in page
    assert "Revisor" in page

    assert visitor.ask("/log-ind/rolle", "POST", rolle="management").headers["location"] == "/log-ind/rolle"
    assert visitor.ask("/sager").status_code == 303
    assert visitor.ask("/log-ind/rolle", "POST", rolle="auditor").headers["location"] == "/"
    assert "Revisor" in visitor.ask("/sager").text
    assert visitor.ask("/sammenlaegning").status_code == 404
    visitor.ask("/log-ind/rolle", "POST", rolle="caseworker")
    assert "Sagsbehandler" in visitor.ask("/sager").text


def test_signing_out_ends_the_session_and_leads_to_the_login_s_own_end(visitor: Visitor) -> None:
    visitor.sign_in("az1234")
    before = dict(visitor.cookies)

    answer = visitor.ask("/log-ud", "POST")

    assert answer.status_code == 200
    assert COOKIE not in visitor.cookies
    leave = answer.headers["refresh"].removeprefix("0; url=")
    assert leave.startswith(f"{visitor.site.provider.issuer}/session/end?id_token_hint=ey")
    visitor.cookies = before
    assert visitor.ask("/sager").status_code == 401, "the cookie alone opens nothing again"
    visitor.leave_login(leave)
    assert visitor.at_login(visitor.to_login(), "rev7"), "the login asks who it is, and is told another"


def test_another_site_s_form_signs_nobody_out(visitor: Visitor) -> None:
    visitor.sign_in("az1234")
    headers = {"Cookie": f"{COOKIE}={visitor.cookies[COOKIE]}", "Sec-Fetch-Site": "cross-site"}

    for address in ("/log-ud", "/log-ind/rolle", "/log-ind/noedadgang"):
        assert httpx.post(visitor.site.url + address, headers=headers, trust_env=False).status_code == 403
    assert visitor.ask("/sager").status_code == 200


def test_who_signs_out_at_the_login_is_out_here_before_the_next_byte(site: SignedInSite, visitor: Visitor) -> None:
    visitor.sign_in("az1234")
    cookie = {"Cookie": f"{COOKIE}={visitor.cookies[COOKIE]}"}
    with (
        httpx.Client(timeout=PATIENCE, trust_env=False) as http,
        http.stream("GET", f"{site.url}/api/changes", headers=cookie) as stream,
    ):
        parts = stream.iter_text()
        assert "retry" in next(parts)

        visitor.leave_login(f"{site.provider.issuer}/session/end")

        until(lambda: visitor.ask("/sager").status_code == 401)
        site_moves(site)
        with pytest.raises(httpx.RemoteProtocolError):
            next(parts)


def site_moves(site: SignedInSite) -> None:
    """Have something to send: a case begins."""
    token = site.provider.token(site.url)
    headers = {"Authorization": f"Bearer {token}", ON_BEHALF_OF: "az1234", "Idempotency-Key": secrets.token_hex(8)}
    answer = httpx.post(
        f"{site.url}/api/cases/N-{secrets.token_hex(4)}/events",
        json=[referred(f"b-{secrets.randbelow(10**6)}")],
        headers=headers,
        trust_env=False,
    )
    assert answer.status_code in (200, 201), answer.text


def test_no_forged_logout_ends_a_session(site: SignedInSite, visitor: Visitor) -> None:
    visitor.sign_in("az1234")

    for token in ("", "a.b.c", site.provider.token(site.url), "x" * 15_000):
        answer = httpx.post(f"{site.url}/log-ud/fra-login", data={"logout_token": token}, trust_env=False)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
        assert answer.headers["cache-control"] == "no-store"
    assert visitor.ask("/sager").status_code == 200


def test_a_program_reads_in_its_own_name_and_changes_on_a_persons_behalf_only(site: SignedInSite) -> None:
    token = site.provider.token(site.url)
    headers = {"Authorization": f"Bearer {token}"}
    http = httpx.Client(base_url=site.url, timeout=PATIENCE, trust_env=False, headers=headers)
    post = {"url": "/api/cases/N-2025-1/events", "json": [referred()]}

    assert http.get("/api/figures/caseload").status_code == 200
    nobody = http.post(**post, headers={"Idempotency-Key": "k-1"})
    assert (nobody.status_code, nobody.json()["code"]) == (400, "on_behalf_of_nobody")
    for wrong in ("Hans Hansen", "010203-1234", "", "a b"):
        answer = http.post(**post, headers={"Idempotency-Key": "k-1", ON_BEHALF_OF: wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_header")
    for_one = {"Idempotency-Key": "k-1", ON_BEHALF_OF: "az1234"}
    another = http.post(post["url"], json=[{**referred(), "by": "to2"}], headers=for_one)
    assert (another.status_code, another.json()["place"]) == (422, "[0].by")
    made = http.post(**post, headers=for_one)
    assert made.status_code in (200, 201), made.text
    until(lambda: http.get("/api/cases/N-2025-1").status_code == 200)
    assert [event["by"] for event in http.get("/api/cases/N-2025-1").json()["events"]] == ["az1234"]
    assert http.get("/health", headers={"Authorization": f"Bearer {token}x"}).status_code == 401
    other = site.provider.token("https://another.example.dk")
    assert http.get("/health", headers={"Authorization": f"Bearer {other}"}).status_code == 401


def test_while_the_login_is_down_who_is_in_goes_on_and_two_people_open_the_emergency_account(
    server: Database, template: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        fresh_database(server, template.name) as database,
        site_with_provider(register_on(database, tmp_path).settings) as site,
    ):
        site.provider.set(accounts=ACCOUNTS)
        inside, outside = Visitor(site), Visitor(site)
        inside.sign_in("az1234")
        with psycopg.connect(as_role(database.app_url, SESSION), autocommit=True) as conn:
            void = make(conn, ("a1", "b2"), site.access.sessions.moment())
        monkeypatch.setenv("JOURNEY_DATABASE_URL", database.app_url)
        monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
        command = ["emergency", "make", "--half", "a1", str(tmp_path / "a1"), "--half", "b2", str(tmp_path / "b2")]
        application()(command, standalone_mode=False)
        assert all((tmp_path / person).stat().st_mode & 0o777 == 0o600 for person in ("a1", "b2"))
        first, second = ((tmp_path / person).read_text().strip() for person in ("a1", "b2"))
        with pytest.raises(Refused):
            application()(command, standalone_mode=False)  # the files are there: nothing is written over
        early = outside.ask("/log-ind/noedadgang", "POST", first=first, second=second)
        assert refused(outside, early, 403) == "login_up"

        site.provider.stop()
        site.clock.seconds += 10
        assert inside.ask("/sager").status_code == 200
        assert "svarer ikke lige nu" in outside.ask("/log-ind").text
        down = outside.ask("/log-ind/start")
        assert refused(outside, down, 503) == "login_down"

        for halves in ((first, first), (first, void[1]), void, (first, ""), ("", "")):
            answer = outside.ask("/log-ind/noedadgang", "POST", first=halves[0] or "-", second=halves[1] or "-")
            assert refused(outside, answer) == "bad_halves"
        answer = outside.ask("/log-ind/noedadgang", "POST", first=first.lower().replace("-", " "), second=second)
        assert answer.status_code == 303
        assert "Nødadgang" in outside.ask("/sager").text
        again = Visitor(site)
        assert refused(again, again.ask("/log-ind/noedadgang", "POST", first=first, second=second)) == "bad_halves"
        with psycopg.connect(as_role(database.app_url, READ)) as conn:
            assert [(act.kind, act.who) for act in acts(conn)][-1] == ("emergency_sign_in", ("a1", "b2"))
