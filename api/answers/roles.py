"""Roles of the register: the file in force with what it gives, what is proposed, and what is to be answered for."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from api.register.register import Register
from journey.access.attestation import Attestation, Right, Verdict
from journey.access.role_form import RoleFile
from journey.log.acts import Act, BrokenActs
from journey.log.migrate import ACCESS_ROLES
from journey.log.role_answers import answer, attestations_on
from journey.log.roles import Forms, Proposal, RoleSigner, RolesInForce, proposals, propose, roles_in_force, sign, withdraw
from journey.proof.reading import SealBroken
from journey.refusals import Refused


class RolesState(Struct, frozen=True):
    """The role file in force with the act by which it is, and the proposals that wait for signatures."""

    in_force: RolesInForce | None
    file: RoleFile | None
    """None where none is in force, and where the one in force is valid no more: then nobody has a role."""
    waiting: tuple[Proposal, ...]


def forms_of(register: Register) -> Forms:
    """The forms that a role file of the register is held to."""
    return Forms(register.codes["units"], register.settings.person_ids)


def roles_state(register: Register) -> RolesState:
    """The state of the register's roles. Raises SealBroken where the acts are not those that were recorded."""
    with register.connected(ACCESS_ROLES) as conn:
        try:
            found = roles_in_force(conn)
        except BrokenActs:
            raise SealBroken(1, "registrets handlinger (register_acts) er ændret") from None
        newest = found.act if found else 0
        waiting = tuple(each for each in proposals(conn) if each.is_open(newest))
    return RolesState(found, forms_of(register).readable(found.text) if found else None, waiting)


def propose_roles(register: Register, text: str, signer: RoleSigner, today: date) -> int:
    """Propose a role file; gives its number. Raises Refused."""
    with register.connected(ACCESS_ROLES) as conn:
        return propose(conn, text, signer, forms_of(register), today)


def sign_roles(register: Register, number: int, signer: RoleSigner, today: date) -> Act | None:
    """Sign a proposal; gives the act by which its file came into force, None where one more must sign. Raises Refused."""
    with register.connected(ACCESS_ROLES) as conn:
        return sign(conn, number, signer, forms_of(register), today)


def withdraw_roles(register: Register, number: int, person: str) -> None:
    """Take a proposal back. Raises Refused."""
    with register.connected(ACCESS_ROLES) as conn:
        withdraw(conn, number, person)


def attestations_of(register: Register, today: date) -> list[Attestation]:
    """The rights in force with their attestations; none where the file in force is valid no more."""
    with register.connected(ACCESS_ROLES) as conn:
        try:
            return attestations_on(conn, forms_of(register), today)
        except Refused:
            return []


def attest(register: Register, right: Right, given: Verdict, person: str) -> None:
    """Record what a person answered about a right in force."""
    with register.connected(ACCESS_ROLES) as conn:
        answer(conn, right, given, person)


class RolesStanding(Struct, frozen=True):
    """Standing of the register's roles, in figures: the act of the file in force with its moment, and the attestations that are overdue."""

    act: int
    since: datetime
    valid: bool
    overdue: int
    """Rights that nobody has answered for in time, and those that were answered to be wrong and still stand there."""


def roles_standing(register: Register, today: date) -> RolesStanding | None:
    """The standing of the register's roles; None where no role file is in force."""
    state = roles_state(register)
    if state.in_force is None:
        return None
    due = [each for each in attestations_of(register, today) if each.is_overdue(today) or each.is_no_longer_right]
    return RolesStanding(state.in_force.act, state.in_force.moment, state.file is not None, len(due))
