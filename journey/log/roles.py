"""Roles in force: role files are proposed, signed by two people and taken into force as an act of the register, and read from there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from re import Pattern
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.access.role_faults import faults_on, parse_role_file
from journey.access.role_form import RoleFile
from journey.access.rules import rules
from journey.access.widening import Gain, gains
from journey.codes import CodeList, folded
from journey.log.acts import LOCK, Act, acts, moment_of_act, record_act
from journey.log.role_tokens import usable_token
from journey.problem import refuse_problems
from journey.refusals import Refused

KIND = "roles_in_force"


class RolesInForce(Struct, frozen=True):
    """A role file taken into force: by which act, when, by whose signatures, and its text."""

    act: int
    moment: datetime
    who: tuple[str, ...]
    proposal: int
    text: str
    by_tokens: bool
    """Whether one-time tokens stood in for the rights of those who signed."""


class RoleSignature(Struct, frozen=True):
    """Signature of a proposal: the person, when, and whether a one-time token stood in for a right."""

    person: str
    moment: datetime
    by_token: bool


class Proposal(Struct, frozen=True):
    """A role file proposed, with its signatures; `act` is the one it was taken into force by."""

    number: int
    moment: datetime
    person: str
    based_on: int
    text: str
    signatures: tuple[RoleSignature, ...]
    withdrawn_by: str | None
    act: int | None

    def is_open(self, in_force: int) -> bool:
        """Whether it waits for signatures, by the act of the file in force, 0 where there is none."""
        return self.act is None and self.withdrawn_by is None and self.based_on == in_force


class RoleSigner(Struct, frozen=True):
    """A person who proposes or signs: their id, and either what the sign-in says of them or a one-time token."""

    person: str
    claims: Mapping[str, Any] | None = None
    token: str | None = None
    not_held: frozenset[str] = frozenset()
    """The claims of the sign-in that a session does not save."""


class Forms(Struct, frozen=True):
    """Forms that a role file is held to: the codes of units, and the municipality's form of the ids of persons."""

    units: CodeList
    person_ids: Pattern[str] | None = None

    def parse(self, text: str) -> RoleFile:
        """The role file. Raises Refused (`bad_roles`)."""
        return parse_role_file(text, self.units, self.person_ids)

    def readable(self, text: str) -> RoleFile | None:
        """The role file; None for one that was valid once and is so no more, as where a unit is gone from the codes."""
        try:
            return self.parse(text)
        except Refused:
            return None


def roles_history(conn: Connection[Any]) -> list[RolesInForce]:
    """Every role file that has been in force, in their order. Raises BrokenActs."""
    return [_in_force(act) for act in acts(conn) if act.kind == KIND]


def roles_in_force(conn: Connection[Any]) -> RolesInForce | None:
    """The role file in force; None where none has been."""
    history = roles_history(conn)
    return history[-1] if history else None


def proposals(conn: Connection[Any]) -> list[Proposal]:
    """Every proposal, the newest first. For the role `journey_roles`."""
    cursor = conn.cursor(row_factory=tuple_row)
    act_of = {each.proposal: each.act for each in roles_history(conn)}
    signed: dict[int, list[RoleSignature]] = {}
    for number, person, at, by_token in cursor.execute(
        "select proposal, person, at, token is not null from access.role_signatures order by at, person"
    ).fetchall():
        signed.setdefault(number, []).append(RoleSignature(person, at, by_token))
    rows = cursor.execute(
        "select p.number, p.at, p.person, p.based_on, p.file, w.person"
        " from access.role_proposals p left join access.role_withdrawals w on w.proposal = p.number order by p.number desc"
    ).fetchall()
    return [
        Proposal(number, at, person, based_on, text, tuple(signed.get(number, ())), withdrawn_by, act_of.get(number))
        for number, at, person, based_on, text, withdrawn_by in rows
    ]


def propose(conn: Connection[Any], text: str, signer: RoleSigner, forms: Forms, today: date) -> int:
    """Propose a role file, and sign it where the signer has shown who they are; gives the proposal's number.

    Raises Refused: `bad_roles` for a file with faults, `gains_right` for one by which the signer would gain a right.
    """
    file = forms.parse(text)
    refuse_problems(faults_on(file, today), "bad_roles")
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        before = roles_in_force(conn)
        if before is not None and before.text == text:
            raise Refused("roles_unchanged")
        ((number,),) = conn.cursor(row_factory=tuple_row).execute(
            "insert into access.role_proposals (person, based_on, file) values (%s, %s, %s) returning number",
            (signer.person, before.act if before else 0, text),
        )
        if signer.claims is not None or signer.token is not None:
            _sign(conn, number, signer, _gained(signer, file, before, forms, today))
    return number


def sign(conn: Connection[Any], number: int, signer: RoleSigner, forms: Forms, today: date) -> Act | None:
    """Sign a proposal; the second signature takes its file into force, and gives the act. For the role `journey_roles`.

    Raises Refused: `no_proposal` for one that is not open, `signed_already` for a person who has signed it, `gains_right` for a person who
    would gain by it, `bad_token` for a token that is none, and `bad_roles`.
    """
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        before = roles_in_force(conn)
        proposal = _open(conn, number, before)
        file = forms.parse(proposal.text)
        refuse_problems(faults_on(file, today), "bad_roles")
        _sign(conn, number, signer, _gained(signer, file, before, forms, today))
        signatures = [*proposal.signatures, RoleSignature(signer.person, proposal.moment, signer.token is not None)]
        if len(signatures) < 2:
            return None
        what = {
            "proposal": number,
            "sha256": sha256(proposal.text.encode()).hexdigest(),
            "by_tokens": any(each.by_token for each in signatures),
            "file": proposal.text,
        }
        return record_act(conn, KIND, [each.person for each in signatures], what)


def withdraw(conn: Connection[Any], number: int, person: str) -> None:
    """Take a proposal back. Raises Refused (`no_proposal`) for one that is not open."""
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        _open(conn, number, roles_in_force(conn))
        conn.execute("insert into access.role_withdrawals (proposal, person) values (%s, %s)", (number, person))


def _in_force(act: Act) -> RolesInForce:
    what = act.what
    return RolesInForce(
        act.number, moment_of_act(act), act.who, int(what["proposal"]), str(what["file"]), bool(what.get("by_tokens"))
    )


def _open(conn: Connection[Any], number: int, before: RolesInForce | None) -> Proposal:
    found = next((each for each in proposals(conn) if each.number == number), None)
    if found is None:
        raise Refused("no_proposal", "Der er intet forslag med det nummer.")
    if found.act is not None:
        raise Refused("no_proposal", "Forslaget er trådt i kraft.")
    if found.withdrawn_by is not None:
        raise Refused("no_proposal", "Forslaget er trukket tilbage.")
    if not found.is_open(before.act if before else 0):
        raise Refused("no_proposal", "En anden fil er trådt i kraft, efter at det blev foreslået.")
    return found


def _gained(signer: RoleSigner, file: RoleFile, before: RolesInForce | None, forms: Forms, today: date) -> list[Gain] | None:
    """What the signer would gain by the file; None where none is in force to hold it against."""
    return None if before is None else gains(signer.claims or {}, forms.readable(before.text), file, today, signer.not_held)


def _sign(conn: Connection[Any], number: int, signer: RoleSigner, gained: list[Gain] | None) -> None:
    rows = conn.execute("select person from access.role_signatures where proposal = %s", (number,)).fetchall()
    if folded(signer.person) in {folded(person) for (person,) in rows}:
        raise Refused("signed_already")
    if signer.token is None and signer.claims is None:
        raise Refused(
            "bad_token", "Uden en engangskode kan kun den underskrive, der selv er logget ind gennem kommunens login."
        )
    if signer.token is None and gained is None:
        raise Refused("bad_token", "Der er ingen fil i kraft, så den første underskrives med to engangskoder.")
    if signer.token is None and gained:
        day, grant = gained[0]
        role, since = rules().role[grant.role].danish, f"{day.day}.{day.month}.{day.year}"
        raise Refused(
            "gains_right", f"Filen ville give dig rollen {role} ({grant.name}) fra {since}, og så meget af den har du ikke nu."
        )
    token = None if signer.token is None else usable_token(conn, signer.token)
    conn.execute(
        "insert into access.role_signatures (proposal, person, token) values (%s, %s, %s)", (number, signer.person, token)
    )
