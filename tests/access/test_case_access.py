"""The pages of who may see a case: protecting, granting, blocking and linking, emergency access with its review, and finding a citizen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import psycopg
import pytest

from api.web.access.caller import Caller
from journey.exchange.sheets.pseudonyms import citizen_pseudonym
from journey.log.identity_vault import store_numbers
from journey.log.migrate import IMPORT
from tests.conftest import Database, fresh_database
from tests.support.callers import AnyCaller, sent_by
from tests.support.registers import load, register_on
from tests.support.serving import Running, referred, running
from tests.support.waiting import until

pytestmark = pytest.mark.long

UI, AM = "ungeindsatsen", "arbejdsmarked"
WORKER, OTHER_WORKER = Caller("sb-1", "caseworker", (UI,)), Caller("sb-2", "caseworker", (AM,))
LEADER, OTHER_LEADER = Caller("l-1", "unit_leader", (UI,)), Caller("l-2", "unit_leader", (AM,))
OFFICER, HEAD = Caller("dpo-1", "privacy_officer", ("*",)), Caller("m-1", "management", ("*",))
LAST = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
NUMBER, OTHERS_NUMBER, NOBODYS_NUMBER = "0107951234", "0207951234", "0307951234"


@pytest.fixture(scope="module")
def walled(server: Database, template: Database) -> Iterator[Database]:
    with fresh_database(server, template.name) as database:
        yield database


@pytest.fixture(scope="module")
def site(walled: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    register = register_on(walled, tmp_path_factory.mktemp("keys"))
    key = register.identity_key()
    citizens = {citizen_pseudonym(key, number): number for number in (NUMBER, OTHERS_NUMBER)}
    with register.connected(IMPORT) as conn:
        store_numbers(conn, key, citizens)
    mine, others = citizens
    events = {
        **{f"N-{nth}": referred(f"b-{nth}", unit=UI) for nth in range(9)},
        **{f"O-{nth}": referred(f"o-{nth}", unit=AM) for nth in range(9)},
        mine: referred(mine, unit=UI),
        others: referred(others, unit=AM),
    }
    lines = [
        {"case": case, "source": "fagsystem", "source_id": f"r{nth}", "source_case": f"2024-{nth:04}", **event}
        for nth, (case, event) in enumerate(events.items())
    ]
    load(register, lines)
    with running(register.settings, AnyCaller("token", 1)) as made:
        until(lambda: made.register.follower.position == len(lines))
        yield made


def get(site: Running, caller: Caller, address: str) -> httpx.Response:
    headers = {**sent_by(caller.person, caller.role, *caller.units), "Accept": "text/html"}
    return site.client.get(address, headers=headers)


def send(site: Running, caller: Caller, address: str, **fields: str) -> httpx.Response:
    headers = {
        **sent_by(caller.person, caller.role, *caller.units),
        "Origin": site.url,
        "Sec-Fetch-Site": "same-origin",
        "Accept": "text/html",
    }
    return site.client.post(address, data=fields, headers=headers)


def change(site: Running, caller: Caller, case: str, **fields: str) -> httpx.Response:
    """Send the form and what confirms it."""
    shown = send(site, caller, f"/adgang/{case}", **fields)
    if shown.status_code != 200:
        return shown
    form = shown.text.split('id="words"')[1].split("</form>")[0]
    hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}
    return send(site, caller, f"/adgang/{case}", **hidden)


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def sees(site: Running, caller: Caller, case: str) -> bool:
    status = get(site, caller, f"/sag/{case}").status_code
    assert status in (200, 404)
    return status == 200


def numbers(site: Running, case: str, kind: str) -> list[str]:
    """The numbers of what can be ended on the page."""
    text = get(site, OFFICER, f"/adgang/{case}").text
    return re.findall(rf'name="kind" value="{kind}"><input type="hidden" name="number" value="(\d+)"', text)


def caseload(site: Running) -> Any:
    headers = sent_by(WORKER.person, WORKER.role, UI)
    answer = site.client.get(f"/api/figures/caseload?unit={UI}&valid_at=2025-06-01", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["cells"]


PROTECT = {"act": "protect", "kind": "name_and_address", "source": "CPR", "since": "2025-02-01"}


def test_a_protected_case_is_shown_to_those_named_and_counted_all_the_same(site: Running) -> None:
    before = caseload(site)
    assert sees(site, WORKER, "N-0")

    asked = send(site, LEADER, "/adgang/N-0", **PROTECT)
    assert "navne- og adressebeskyttelse, siger »CPR«, fra 1. februar 2025" in words(asked)
    assert sees(site, WORKER, "N-0")
    assert change(site, LEADER, "N-0", **PROTECT).status_code == 303

    assert not sees(site, WORKER, "N-0")
    assert not sees(site, LEADER, "N-0")
    assert "N-0" not in get(site, WORKER, "/sag?sag=N-").text
    assert caseload(site) == before
    assert 'href="/adgang/N-0"' in get(site, LEADER, "/adgang").text
    assert "N-0" not in get(site, OTHER_LEADER, "/adgang").text

    assert change(site, LEADER, "N-0", act="grant", person="sb-1", purpose="afløsning", last=LAST).status_code == 303
    assert sees(site, WORKER, "N-0")

    (grant,), (protection,) = numbers(site, "N-0", "grant"), numbers(site, "N-0", "protection")
    assert change(site, LEADER, "N-0", act="end", kind="grant", number=grant).status_code == 303
    assert not sees(site, WORKER, "N-0")
    assert change(site, OFFICER, "N-0", act="end", kind="protection", number=protection).status_code == 303
    assert sees(site, WORKER, "N-0")
    again = change(site, OFFICER, "N-0", act="end", kind="protection", number=protection)
    assert "ophørt i forvejen" in words(again)


def test_linked_cases_are_protected_with_it_and_a_foreign_one_is_not_named(site: Running) -> None:
    link = {"act": "link", "kind": "parent", "other": "O-1"}
    assert change(site, LEADER, "N-1", **link).status_code == 400  # another unit's case is as none
    assert change(site, OFFICER, "N-1", **link).status_code == 303
    assert change(site, OFFICER, "O-1", **PROTECT).status_code == 303

    assert not sees(site, WORKER, "N-1")
    shown = words(get(site, LEADER, "/adgang/N-1"))
    assert "En sag i en anden enhed" in shown
    assert "O-1" not in shown
    assert "Sag O-1" in words(get(site, OFFICER, "/adgang/N-1"))


def test_a_blocked_person_sees_their_own_case_in_no_way(site: Running) -> None:
    assert change(site, LEADER, "N-2", act="block", kind="own", person="sb-1").status_code == 303
    assert change(site, LEADER, "N-2", act="grant", person="sb-1", purpose="x", last=LAST).status_code == 303
    assert send(site, WORKER, "/noedadgang", case="N-2", reason="danger").status_code == 200

    assert not sees(site, WORKER, "N-2")
    assert sees(site, Caller("sb-3", "caseworker", (UI,)), "N-2")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"act": "grant", "person": "l-1", "purpose": "x", "last": LAST}, "for sig selv"),
        ({"act": "grant", "person": "Hanne Jensen", "purpose": "x", "last": LAST}, "pseudonym"),
        ({"act": "grant", "person": "sb-9", "purpose": "x", "last": "2030-12-31"}, "højst et år frem"),
        ({"act": "grant", "person": "sb-9", "purpose": f"om {NUMBER}", "last": LAST}, "CPR"),
        ({"act": "protect", "kind": "secret", "source": "x", "since": "2025-01-01"}, "vælg en af mulighederne"),
        ({"act": "protect", "kind": "sensitive", "source": "x", "since": "2099-01-01"}, "senest i dag"),
        ({"act": "protect", "kind": "sensitive", "source": "", "since": "2025-01-01"}, "80 synlige tegn"),
        ({"act": "link", "kind": "parent", "other": "N-3"}, "en anden sag"),
        ({"act": "link", "kind": "parent", "other": "Q-none"}, "kendte ikke sagen"),
        ({"act": "end", "kind": "grant", "number": "x"}, "vælg det, der skal ophøre"),
        ({"act": "other"}, "vælg en af mulighederne"),
    ],
)
def test_what_is_wrong_is_refused_with_a_reason_and_never_repeated(site: Running, fields: dict[str, str], why: str) -> None:
    answer = send(site, LEADER, "/adgang/N-3", **fields)

    assert answer.status_code == 400
    assert why in words(answer)
    assert NUMBER not in answer.text


def test_an_emergency_access_opens_at_once_and_is_told_and_reviewed(site: Running) -> None:
    assert not sees(site, WORKER, "O-4")
    opened = send(site, WORKER, "/noedadgang", case="O-4", reason="danger", remark="ringer nu", hours="2")
    assert opened.status_code == 200
    assert sees(site, WORKER, "O-4")
    assert get(site, WORKER, "/adgang/O-4").status_code == 404  # it gives no right to look after access

    assert "Adgang: 1 nødadgang skal efterses" in words(get(site, OTHER_LEADER, "/"))
    assert "skal efterses" not in words(get(site, HEAD, "/"))
    waiting = get(site, OTHER_LEADER, "/adgang")
    assert "»ringer nu«" in words(waiting)
    assert "O-4" not in get(site, LEADER, "/adgang").text
    number = re.search(r'name="emergency" value="(\d+)"', waiting.text)
    assert number
    review = {"emergency": number[1], "outcome": "justified", "remark": "set"}

    assert send(site, LEADER, "/noedadgang/efterse", **review).status_code == 400
    assert send(site, OTHER_LEADER, "/noedadgang/efterse", **review).status_code == 303
    assert send(site, OTHER_LEADER, "/noedadgang/efterse", **review).status_code == 400
    assert "Berettiget" in words(get(site, OTHER_LEADER, "/adgang"))
    assert "skal efterses" not in words(get(site, OTHER_LEADER, "/"))
    lines = [line for line in site.log_lines() if line.get("kind", "").startswith("emergency")]
    assert [line["kind"] for line in lines][-2:] == ["emergency_opened", "emergency_reviewed"]
    assert not any("O-4" in str(line) or "ringer" in str(line) for line in site.log_lines())


def test_what_waits_too_long_is_marked_until_it_is_done(site: Running, walled: Database) -> None:
    assert send(site, OTHER_WORKER, "/noedadgang", case="N-4", reason="citizen_waits").status_code == 200
    assert "over fristen" not in words(get(site, LEADER, "/"))
    with psycopg.connect(walled.admin_url, autocommit=True) as conn:
        for name in ("refuse_change", "refuse_row_change"):
            conn.execute(f"alter table access.grants disable trigger {name}".encode())
        conn.execute("update access.grants set review_due = now() where case_id = 'N-4'")
        for name in ("refuse_change", "refuse_row_change"):
            conn.execute(f"alter table access.grants enable always trigger {name}".encode())

    assert re.search(r"\d nødadgange? skal efterses, 1 over fristen", words(get(site, LEADER, "/")))
    assert "(fristen er overskredet)" in words(get(site, LEADER, "/adgang"))


def test_nobody_reviews_their_own(site: Running) -> None:
    leader = Caller("l-5", "unit_leader", (UI, AM))
    assert send(site, leader, "/noedadgang", case="O-5", reason="deadline").status_code == 200
    shown = get(site, leader, "/adgang")
    number = re.search(r"id=\"nod(\d+)\"", shown.text)
    assert number
    assert "En anden end den, der åbnede sagen" in words(shown)

    answer = send(site, leader, "/noedadgang/efterse", emergency=number[1], outcome="justified")

    assert answer.status_code == 400
    assert send(site, OFFICER, "/noedadgang/efterse", emergency=number[1], outcome="justified").status_code == 303


def test_the_answer_is_the_same_where_there_is_no_such_case(site: Running) -> None:
    worker = Caller("sb-7", "caseworker", (UI,))
    answers = [send(site, worker, "/noedadgang", case=case, reason="danger") for case in ("O-7", "Q-7")]
    plain = [re.sub(r"[OQ]-7|kl\. \d\d\.\d\d", "", answer.text) for answer in answers]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert plain[0] == plain[1]
    assert "Der er ingen sag med den reference" in words(get(site, OFFICER, "/adgang"))
    assert get(site, worker, "/sag/Q-7").status_code == 404


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"case": "O-8", "reason": "other"}, "80 synlige tegn"),
        ({"case": "O-8", "reason": "danger", "hours": "25"}, "fra 1 til 24"),
        ({"case": "O-8", "reason": "danger", "remark": f"{NUMBER}"}, "CPR"),
        ({"case": NUMBER, "reason": "danger"}, "sagens reference"),
        ({"case": "O-8", "reason": "curious"}, "vælg en af mulighederne"),
        ({"case": "", "reason": "danger"}, "sagens reference"),
    ],
)
def test_an_emergency_access_without_a_reason_is_none(site: Running, fields: dict[str, str], why: str) -> None:
    answer = send(site, WORKER, "/noedadgang", **fields)

    assert answer.status_code == 400
    assert why in words(answer)
    assert NUMBER not in answer.text
    assert not sees(site, WORKER, "O-8")


def test_a_person_has_five_at_once_at_most(site: Running) -> None:
    person = Caller("sb-6", "caseworker", (UI,))
    codes = [send(site, person, "/noedadgang", case=f"O-{nth}", reason="danger").status_code for nth in range(6)]

    assert codes == [200] * 5 + [400]


def test_a_citizen_is_found_by_the_number_where_the_case_is_the_caller_s(site: Running) -> None:
    found = send(site, WORKER, "/find-borger", number=f"{NUMBER[:6]}-{NUMBER[6:]}")
    assert found.status_code == 303
    page = get(site, WORKER, found.headers["location"])
    assert page.status_code == 200
    assert "Fagsystemets sagsnummer: 2024-" in words(page)

    not_mine, nobodys = (send(site, WORKER, "/find-borger", number=number) for number in (OTHERS_NUMBER, NOBODYS_NUMBER))
    assert (not_mine.status_code, not_mine.text) == (404, nobodys.text)
    wrong = send(site, WORKER, "/find-borger", number="12345")
    assert wrong.status_code == 400
    every = [found, page, not_mine, nobodys, wrong]
    assert not any(number[:6] in answer.text for answer in every for number in (NUMBER, OTHERS_NUMBER, NOBODYS_NUMBER))
    assert get(site, WORKER, f"/find-borger?number={NUMBER}").status_code == 400
    assert not any(NUMBER in str(line) or OTHERS_NUMBER in str(line) for line in site.log_lines())
    assert get(site, HEAD, "/find-borger").status_code == 404


def test_what_is_looked_for_and_shown_is_logged(site: Running, server: Database) -> None:
    def looks() -> list[Any]:
        with psycopg.connect(site.register.settings.owner_url or "") as conn:
            return conn.execute("select action, case_id, person, hits from access.looks order by number").fetchall()

    before = len(looks())
    send(site, WORKER, "/find-borger", number=NOBODYS_NUMBER)
    get(site, LEADER, "/adgang/N-3")
    get(site, WORKER, "/sag/O-3")
    send(site, Caller("sb-8", "caseworker", (UI,)), "/noedadgang", case="O-8", reason="danger")

    assert looks()[before:] == [
        ("search", None, "sb-1", 0),
        ("read", "N-3", "l-1", None),
        ("denied", None, "sb-1", 0),
        ("search", None, "sb-8", 0),
    ]


def test_roles_without_the_right_find_no_such_page(site: Running) -> None:
    for caller in (HEAD, WORKER, Caller("a-1", "auditor", (UI,)), Caller("o-1", "operator", (UI,))):
        assert get(site, caller, "/adgang").status_code == 404
        assert send(site, caller, "/adgang/N-3", act="block", kind="own", person="x-1").status_code == 404
        assert send(site, caller, "/noedadgang/efterse", emergency="1", outcome="justified").status_code == 404
    assert get(site, HEAD, "/noedadgang").status_code == 404


def record(site: Running, caller: Caller, case: str, key: str, event: dict[str, Any]) -> httpx.Response:
    headers = {**sent_by(caller.person, caller.role, *caller.units), "Idempotency-Key": key}
    return site.client.post(f"/api/cases/{case}/events", json=event, headers=headers)


def test_a_case_is_begun_in_the_caller_s_own_unit_and_gone_on_with(site: Running) -> None:
    met = {"kind": "activity_recorded", "valid_at": "2025-03-01", "data": {"activity": "moede"}}
    begun = [record(site, WORKER, "B-1", "b-1", referred("b-1", unit=UI)) for _ in range(2)]

    assert [answer.status_code for answer in begun] == [201, 201], begun[0].text
    assert record(site, WORKER, "B-1", "b-2", met).status_code == 201
    assert record(site, OTHER_WORKER, "B-1", "b-3", met).status_code == 404
    assert record(site, OTHER_WORKER, "B-1", "b-4", referred("b-2", unit=AM)).status_code == 404
    assert record(site, WORKER, "B-2", "b-5", referred("b-2", unit=AM)).status_code == 404
    assert record(site, WORKER, "B-2", "b-6", met).status_code == 404
    wrong = [record(site, WORKER, case, "b-7", {"kind": "no such"}).json() for case in ("B-2", "O-6")]
    assert [{**each, "request_id": ""} for each in wrong] == [{**wrong[0], "request_id": ""}] * 2
