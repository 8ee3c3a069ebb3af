"""Roles in force: a file takes two people, neither of whom gains by it; it stands in the register's acts, and nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from journey.codes import standard
from journey.log.acts import acts, record_act
from journey.log.login import as_role
from journey.log.migrate import ACCESS_ROLES, APPEND, ROLES
from journey.log.role_answers import answer, answers, attestations_on
from journey.log.role_tokens import make_tokens
from journey.log.roles import KIND, Forms, RoleSigner, proposals, propose, roles_in_force, sign, withdraw
from journey.refusals import Refused
from tests.conftest import Database

FORMS, TODAY, NOW = Forms(standard()["units"]), date(2026, 11, 29), datetime.now(UTC)
HEAD = """
[[grant]]
name = "tilsyn"
claim = "groups"
value = "dpo"
role = "privacy_officer"
[[grant]]
name = "ledere"
claim = "groups"
value = "leder"
role = "unit_leader"
units = ["ui"]
"""
MORE = HEAD + '[[grant]]\nname = "sagsbehandlere"\nclaim = "groups"\nvalue = "sb"\nrole = "caseworker"\nunits = ["ui"]\n'
DPO, LEADER = (
    RoleSigner("d1", {"sub": "d1", "groups": ["dpo"]}),
    RoleSigner("l1", {"sub": "l1", "groups": ["leder"]}),
)


@contextmanager
def connected(database: Database, role: str = ACCESS_ROLES) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(as_role(database.app_url, role), autocommit=True) as conn:
        yield conn


def tokens(database: Database) -> tuple[str, str]:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        return make_tokens(conn, "machine:drift", NOW)


def refusal(conn: psycopg.Connection[Any], number: int, signer: RoleSigner) -> str:
    with pytest.raises(Refused) as refused:
        sign(conn, number, signer, FORMS, TODAY)
    return refused.value.code


def first(database: Database, conn: psycopg.Connection[Any], text: str = HEAD) -> None:
    """Take a first file into force by two tokens."""
    one_token, other_token = tokens(database)
    number = propose(conn, text, RoleSigner("machine:drift"), FORMS, TODAY)
    assert sign(conn, number, RoleSigner("d1", token=one_token), FORMS, TODAY) is None
    assert sign(conn, number, RoleSigner("l1", token=other_token.lower().replace("-", " ")), FORMS, TODAY) is not None


def test_the_first_file_takes_two_tokens_of_two_people_and_stands_in_the_acts(database: Database) -> None:
    one_token, other_token = tokens(database)
    with connected(database) as conn:
        assert roles_in_force(conn) is None
        number = propose(conn, HEAD, RoleSigner("machine:drift"), FORMS, TODAY)
        assert refusal(conn, number, RoleSigner("d1", {"sub": "d1"})) == "bad_token"  # a sign-in alone is no token
        assert refusal(conn, number, RoleSigner("d1", token="AAAA-BBBB")) == "bad_token"
        assert sign(conn, number, RoleSigner("d1", token=one_token), FORMS, TODAY) is None
        assert roles_in_force(conn) is None
        assert refusal(conn, number, RoleSigner("D1", token=other_token)) == "signed_already"
        assert refusal(conn, number, RoleSigner("l1", token=one_token)) == "bad_token"  # used
        act = sign(conn, number, RoleSigner("l1", token=other_token), FORMS, TODAY)

        in_force = roles_in_force(conn)
        assert act is not None
        assert in_force is not None
        assert (in_force.act, in_force.who, in_force.text, in_force.by_tokens) == (act.number, ("d1", "l1"), HEAD, True)
        assert (in_force.proposal, proposals(conn)[0].act) == (number, act.number)
        assert refusal(conn, number, DPO) == "no_proposal"
    with psycopg.connect(database.owner_url) as conn:
        stored = conn.execute("select string_agg(encode(token, 'escape'), '') from access.role_tokens").fetchone()
    assert stored is not None
    assert one_token.replace("-", "") not in stored[0]


@pytest.mark.long
def test_a_token_too_old_is_none(database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        conn.execute(
            "insert into access.role_tokens (token, pair, made_by, at, until)"
            " values (sha256('AAAA'), 1, 'x', now() - interval '31 days', now() - interval '1 second')"
        )
    with connected(database) as conn:
        number = propose(conn, HEAD, RoleSigner("machine:drift"), FORMS, TODAY)
        assert refusal(conn, number, RoleSigner("d1", token="AAAA")) == "bad_token"


def test_a_later_file_takes_two_people_neither_of_whom_gains_by_it(database: Database) -> None:
    with connected(database) as conn:
        first(database, conn)
        number = propose(conn, MORE, DPO, FORMS, TODAY)
        assert refusal(conn, number, DPO) == "signed_already"
        assert refusal(conn, number, RoleSigner("l1")) == "bad_token"  # an id alone is nobody's signature
        gaining = RoleSigner("l2", {"sub": "l2", "groups": ["leder", "sb"]})
        assert refusal(conn, number, gaining) == "gains_right"
        act = sign(conn, number, LEADER, FORMS, TODAY)

        assert act is not None
        assert act.who == ("d1", "l1")
        assert roles_in_force(conn).text == MORE  # pyright: ignore[reportOptionalMemberAccess] -- there is one


@pytest.mark.long
@pytest.mark.parametrize(
    "change",
    [
        'units = ["ui"]|units = ["*"]',
        'units = ["ui"]|units = ["ui", "social"]',
        'role = "privacy_officer"|role = "management"',
        'role = "privacy_officer"|role = "auditor"\nexternal = false',
        "\n[[blocked]]|" + '\n[[deputy]]\nname = "d"\nperson = "l1"\nstands_in_for = "x2"\nrole = "management"\n'
        "from = 2027-03-01\nuntil = 2027-04-01\n[[blocked]]",
    ],
)
def test_nobody_gives_themselves_a_right_by_proposing(database: Database, change: str) -> None:
    was, becomes = change.split("|")
    before = HEAD + '\n[[blocked]]\nperson = "b1"\n'
    both = RoleSigner("l1", {"sub": "l1", "groups": ["leder", "dpo"]})
    with connected(database) as conn:
        first(database, conn, before)
        with pytest.raises(Refused) as refused:
            propose(conn, before.replace(was, becomes), both, FORMS, TODAY)
        assert refused.value.code == "gains_right"
        assert len(proposals(conn)) == 1  # nothing of it is left
        other = RoleSigner("k1", {"sub": "k1", "groups": ["none"]})
        propose(conn, before.replace(was, becomes), other, FORMS, TODAY)  # the twin: somebody who gains nothing


@pytest.mark.long
def test_blocked_people_are_let_in_again_by_others(database: Database) -> None:
    blocked = RoleSigner("l9", {"sub": "l9", "groups": ["leder"]})
    with connected(database) as conn:
        first(database, conn, HEAD + '[[blocked]]\nperson = "l9"\n')
        with pytest.raises(Refused) as refused:
            propose(conn, HEAD, blocked, FORMS, TODAY)
        assert "rollen Leder (ledere) fra 29.11.2026, og så meget" in refused.value.message


@pytest.mark.long
def test_a_proposal_is_for_the_file_it_was_made_over_and_may_be_taken_back(database: Database) -> None:
    with connected(database) as conn:
        first(database, conn)
        stale = propose(conn, HEAD + "# ældre\n", DPO, FORMS, TODAY)
        back = propose(conn, HEAD + "# fortrudt\n", DPO, FORMS, TODAY)
        withdraw(conn, back, "d1")
        assert refusal(conn, back, LEADER) == "no_proposal"
        newer = propose(conn, MORE, DPO, FORMS, TODAY)
        assert sign(conn, newer, LEADER, FORMS, TODAY) is not None
        assert refusal(conn, stale, LEADER) == "no_proposal"
        with pytest.raises(Refused, match="som den er"):
            propose(conn, MORE, DPO, FORMS, TODAY)


def forged(proposal: int, text: str) -> dict[str, Any]:
    return {"proposal": proposal, "sha256": sha256(text.encode()).hexdigest(), "by_tokens": False, "file": text}


def test_whoever_may_add_acts_takes_no_file_into_force_alone(database: Database) -> None:
    with connected(database) as conn:
        first(database, conn)
        number = propose(conn, MORE, DPO, FORMS, TODAY)
    for role in (APPEND, ACCESS_ROLES):
        with connected(database, role) as conn:
            for who, what in (
                (["d1", "l1"], forged(number, MORE)),
                (["d1"], forged(number, MORE)),
                (["d1", "d1"], forged(number, MORE)),
                (["d1", "l1"], forged(1, HEAD)),
                (["d1", "l1"], {}),
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    record_act(conn, KIND, who, what)
            assert len(acts(conn)) == 1
    with connected(database) as conn:
        conn.execute("insert into access.role_signatures (proposal, person) values (%s, 'l1')", (number,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            record_act(conn, KIND, ["d1", "l1"], forged(number, MORE + "\n"))
        record_act(conn, KIND, ["d1", "l1"], forged(number, MORE))  # the twin: what they signed


TABLES = ("role_proposals", "role_tokens", "role_signatures", "role_withdrawals", "role_answers")


@pytest.mark.long
def test_nothing_is_changed_and_one_role_reads(database: Database) -> None:
    with connected(database) as conn:
        first(database, conn)
    for table in TABLES:
        with psycopg.connect(database.owner_url, autocommit=True) as conn:
            for change in (f"delete from access.{table}", f"truncate access.{table} cascade"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    conn.execute(change.encode())
        for role in set(ROLES) - {ACCESS_ROLES}:
            with connected(database, role) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"select from access.{table}".encode())
    with connected(database) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(
                "insert into access.role_tokens (token, pair, made_by, until) values (sha256('x'), 1, 'x', 'infinity')"
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select from log.events")


@pytest.mark.long
def test_attestations_are_due_half_a_year_after_and_answers_stay(database: Database) -> None:
    with connected(database) as conn:
        first(database, conn)
        since = roles_in_force(conn).moment.date()  # pyright: ignore[reportOptionalMemberAccess] -- there is one
        due = attestations_on(conn, FORMS, since)
        assert [(each.right.name, each.right.unit, each.last) for each in due] == [
            ("tilsyn", "", None),
            ("ledere", "ungeindsatsen", None),
        ]
        answer(conn, due[0].right, "take_away", "l1")
        assert [(each.answer, each.person) for each in answers(conn)] == [("take_away", "l1")]
        assert [each.is_no_longer_right for each in attestations_on(conn, FORMS, since)] == [True, False]


@pytest.mark.long
def test_a_file_of_the_largest_size_is_recorded(database: Database) -> None:
    text = HEAD + "#" + "æ" * (50_000 - len(HEAD) - 2) + "\n"
    with connected(database) as conn:
        first(database, conn, text)
        assert json.loads(acts(conn)[0].line.split("\t")[0])["what"]["file"] == text
