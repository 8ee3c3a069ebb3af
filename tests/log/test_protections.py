"""Protected cases as the database keeps them: who is shown which case by row security alone, what follows a link or a merge, and that
nothing of it is changed."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from journey.access.reader import LOCAL, Reader
from journey.log import protections as stored
from journey.log.login import as_role
from journey.log.migrate import APPEND, PROJECT, PROTECT, READ
from journey.log.reading import read_as
from tests.conftest import Database
from tests.support.waiting import until_waiting_for_the_lock

pytestmark = pytest.mark.long

UI, ALL = Reader("sb-1", "caseworker", "units", ("ui",)), Reader("r-1", "auditor", "all")
LATER = datetime.now(UTC) + timedelta(days=1)
PLACES = {"A": "ui", "B": "ui", "C": "unge", "D": "", "E": "ui"}


@pytest.fixture
def cases(database: Database) -> Database:
    place(database, PLACES)
    return database


def place(database: Database, units: dict[str, str]) -> None:
    with connected(database, PROJECT) as conn:
        conn.execute(
            "insert into access.cases (case_id, unit) select * from unnest(%s::text[], %s::text[]) on conflict (case_id) do nothing",
            (list(units), list(units.values())),
        )


def connected(database: Database, role: str) -> psycopg.Connection[Any]:
    return psycopg.connect(as_role(database.app_url, role), autocommit=True)


def shown(database: Database, reader: Reader) -> str:
    """The references of the cases that the database shows the reader."""
    with connected(database, READ) as conn, read_as(conn, reader):
        return "".join(case for (case,) in conn.execute("select case_id from access.cases order by 1"))


def protect(database: Database, case: str) -> None:
    with connected(database, PROTECT) as conn:
        stored.protect(conn, case, "name_and_address", "CPR", date(2025, 1, 1), "l-1")


def link(database: Database, case: str, other: str) -> None:
    with connected(database, PROTECT) as conn:
        stored.link(conn, case, other, "parent", "l-1")


def end(database: Database, what: Any, case: str) -> None:
    with connected(database, PROTECT) as conn:
        found = {"protection": stored.protections, "grant": stored.grants, "block": stored.blocks, "link": stored.links}[what]
        for each in found(conn, [case]):
            assert stored.end(conn, what, each.id, [case], "l-2")
            assert not stored.end(conn, what, each.id, [case], "l-2")


def test_a_protected_case_is_shown_to_whom_it_is_granted_only(cases: Database) -> None:
    assert (shown(cases, UI), shown(cases, ALL), shown(cases, LOCAL)) == ("ABE", "ABCDE", "ABCDE")

    protect(cases, "A")
    assert (shown(cases, UI), shown(cases, ALL), shown(cases, LOCAL)) == ("BE", "BCDE", "ABCDE")

    with connected(cases, PROTECT) as conn:
        stored.grant(conn, "A", "sb-1", "afløsning", LATER, "l-1")
        stored.grant(conn, "C", "sb-1", "afløsning", LATER, "l-1")
    assert (shown(cases, UI), shown(cases, ALL)) == ("ABCE", "BCDE")

    end(cases, "grant", "A")
    end(cases, "grant", "C")
    assert shown(cases, UI) == "BE"

    end(cases, "protection", "A")
    assert shown(cases, UI) == "ABE"


def test_a_grant_shows_nothing_to_a_role_that_sees_no_cases(cases: Database) -> None:
    with connected(cases, PROTECT) as conn:
        stored.grant(conn, "A", "m-1", "afløsning", LATER, "l-1")

    assert shown(cases, Reader("m-1", "management")) == ""


def test_a_person_is_never_shown_a_case_they_are_blocked_from(cases: Database) -> None:
    with connected(cases, PROTECT) as conn:
        stored.grant(conn, "A", "sb-1", "afløsning", LATER, "l-1")
        stored.open_emergency(conn, "A", "sb-1", "danger", "", "ui", 4)
        stored.block(conn, "A", "sb-1", "own", "l-1")
        stored.block(conn, "A", "r-1", "relative", "l-1")
    assert (shown(cases, UI), shown(cases, ALL)) == ("BE", "BCDE")

    end(cases, "block", "A")
    assert (shown(cases, UI), shown(cases, ALL)) == ("ABE", "ABCDE")


def test_an_emergency_access_ends_by_itself(cases: Database) -> None:
    with connected(cases, PROTECT) as conn:
        until = stored.open_emergency(conn, "C", "sb-1", "danger", "", "unge", 1)
    assert shown(cases, UI) == "ABCE"

    with psycopg.connect(cases.admin_url, autocommit=True) as conn:
        conn.execute("alter table access.grants disable trigger user")
        conn.execute("alter table access.grants disable trigger refuse_change, disable trigger refuse_row_change")
        conn.execute("update access.grants set from_at = from_at - interval '2 hours', until = until - interval '2 hours'")

    assert shown(cases, UI) == "ABE"
    assert until > datetime.now(UTC)


def test_linked_cases_are_protected_alike_through_others_too(cases: Database) -> None:
    link(cases, "A", "B")
    link(cases, "C", "B")
    protect(cases, "C")
    assert (shown(cases, UI), shown(cases, ALL)) == ("E", "DE")

    link(cases, "E", "A")
    assert shown(cases, UI) == ""

    end(cases, "link", "C")
    assert (shown(cases, UI), shown(cases, ALL)) == ("ABE", "ABDE")


def test_a_case_that_comes_later_is_protected_from_its_first_row(cases: Database) -> None:
    protect(cases, "F")
    link(cases, "F", "G")

    place(cases, {"F": "ui", "G": "ui", "H": "ui"})

    assert shown(cases, UI) == "ABEH"


def test_merged_cases_are_linked_by_the_log(cases: Database) -> None:
    """Of one citizen's two cases neither may be open while the other is protected; a withdrawn merge leaves the link, on the safe side."""
    protect(cases, "B")
    with connected(cases, APPEND) as conn:
        conn.execute(
            "insert into log.events (originator_id, originator_version, topic, state) values ('A', 1, 'merged_into', %s)",
            (b'{"valid_at":"2025-01-01","source":"journey","source_id":"x","data":{"case":"B"}}',),
        )

    assert shown(cases, UI) == "E"
    with connected(cases, PROTECT) as conn:
        assert [(each.case, each.other, each.kind, each.set_by) for each in stored.links(conn, ["B"])] == [
            ("A", "B", "merged", "journey")
        ]


def test_a_case_is_not_added_beside_a_protection_that_does_not_see_it(cases: Database) -> None:
    """Else a case that the follower adds in the same moment would stand open."""
    with connected(cases, PROTECT) as protecting, connected(cases, PROJECT) as following:
        adding = threading.Thread(
            target=following.execute, args=("insert into access.cases (case_id, unit) values ('N', 'ui')",)
        )
        with protecting.transaction():
            stored.protect(protecting, "N", "sensitive", "leder", date(2025, 1, 1), "l-1")
            adding.start()
            until_waiting_for_the_lock(cases, 1)
        adding.join()

    assert "N" not in shown(cases, UI)


EMERGENCY = "grants (case_id, person, kind, purpose, granted_by, until, reason, review_due) values ('A', %s, 'emergency', '', %s, now() + "
GRANT = "grants (case_id, person, kind, purpose, granted_by, until) values ('A', %s, "
REFUSED = {
    "a grant to oneself": (GRANT + "'grant', 'x', %s, now() + '1 day')", ("p", "p")),
    "an emergency access for another": (EMERGENCY + "'4 hours', 'danger', now())", ("p", "q")),
    "a long one": (EMERGENCY + "'25 hours', 'danger', now())", ("p", "p")),
    "one that nobody reviews": (GRANT + "'emergency', '', %s, now() + '1 hour')", ("p", "p")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_itself_refuses_what_takes_two_people_or_a_review(cases: Database, name: str) -> None:
    statement, values = REFUSED[name]
    with connected(cases, PROTECT) as conn, pytest.raises(psycopg.errors.CheckViolation):
        conn.execute(f"insert into access.{statement}".encode(), values)


def test_an_emergency_access_is_reviewed_once_and_by_another(cases: Database) -> None:
    with connected(cases, PROTECT) as conn:
        stored.open_emergency(conn, "C", "sb-1", "danger", "", "unge", 1)
        [opened] = stored.emergencies(conn)
        with pytest.raises(psycopg.errors.CheckViolation):
            stored.review(conn, opened.id, "justified", "", "sb-1")
        assert stored.review(conn, opened.id, "justified", "", "l-1")
        assert not stored.review(conn, opened.id, "not_justified", "", "l-1")
        [reviewed] = stored.emergencies(conn)

    assert (opened.outcome, opened.known, reviewed.outcome, reviewed.reviewed_by) == (None, True, "justified", "l-1")


def test_waiting_reviews_are_counted_for_the_units_and_not_for_their_own_person(cases: Database) -> None:
    with connected(cases, PROTECT) as conn:
        for unit in ("ui", "unge", ""):
            stored.open_emergency(conn, "C", "l-1", "danger", "", unit, 1)

    with connected(cases, READ) as conn:
        counted = [stored.reviews_waiting(conn, *of) for of in ((["ui"], "l-2"), (None, "l-2"), (None, "l-1"), ([], "l-2"))]

    assert counted == [(1, 0), (3, 0), (0, 0), (0, 0)]


def test_nothing_of_it_is_changed_and_nobody_else_adds_to_it(cases: Database) -> None:
    protect(cases, "A")
    with psycopg.connect(cases.owner_url, autocommit=True) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("delete from access.protections")
    for role in (READ, APPEND, PROJECT):
        with connected(cases, role) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            stored.protect(conn, "A", "sensitive", "x", date(2025, 1, 1), "l-1")
    with connected(cases, PROTECT) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("update access.cases set protected = false")


def test_facts_of_a_case_are_those_that_row_security_goes_by(cases: Database) -> None:
    protect(cases, "A")
    with connected(cases, PROTECT) as conn:
        stored.grant(conn, "B", "sb-1", "x", LATER, "l-1")
        stored.block(conn, "C", "sb-1", "own", "l-1")
    with connected(cases, READ) as conn:
        facts = {case: stored.case_facts(conn, case, "sb-1") for case in (*PLACES, "Z")}

    assert {
        case: (each.unit, each.protected, each.granted, each.blocked) if each else None for case, each in facts.items()
    } == {
        "A": ("ui", True, False, False),
        "B": ("ui", False, True, False),
        "C": ("unge", False, False, True),
        "D": ("", False, False, False),
        "E": ("ui", False, False, False),
        "Z": None,
    }
