"""Access that ends by itself: the roles of an open session are asked for at each request, and end on their day or with the next file."""

from __future__ import annotations

from datetime import date

import pytest

from api.web.access.oidc.roles_of_claims import FRESH_FOR, NOT_SAVED, RolesOfClaims
from journey.codes import standard
from journey.log.migrate import ACCESS_ROLES
from journey.log.roles import RoleSigner, propose, sign
from journey.refusals import Refused
from tests.conftest import Database
from tests.log.test_roles import DPO, FORMS, HEAD, LEADER, TODAY, connected, first

pytestmark = pytest.mark.long

FILE = (
    HEAD
    + """
[[grant]]
name = "revision"
claim = "groups"
value = "revision"
role = "auditor"
external = true
until = 2027-06-30
[[deputy]]
name = "vikar"
person = "v7"
stands_in_for = "l1"
role = "unit_leader"
units = ["ui"]
from = 2026-12-24
until = 2027-01-02
"""
)


class Clock:
    """The day it is and the seconds that have gone."""

    def __init__(self) -> None:
        self.day, self.seconds = TODAY, 0.0


def roles_of(database: Database, clock: Clock) -> RolesOfClaims:
    return RolesOfClaims(
        lambda: connected(database, ACCESS_ROLES),
        standard()["units"],
        day=lambda: clock.day,
        clock=lambda: clock.seconds,
    )


def test_an_external_auditor_and_a_deputy_have_their_role_on_their_days_alone(database: Database) -> None:
    clock = Clock()
    roles = roles_of(database, clock)
    with connected(database) as conn:
        first(database, conn, FILE)
    auditor, deputy = {"sub": "rev7", "groups": ["revision"]}, {"sub": "v7"}

    for day, auditors, deputies in (
        (date(2026, 12, 23), 1, 0),
        (date(2026, 12, 24), 1, 1),
        (date(2027, 1, 1), 1, 1),
        (date(2027, 1, 2), 1, 0),
        (date(2027, 6, 29), 1, 0),
        (date(2027, 6, 30), 0, 0),
    ):
        clock.day = day
        assert (len(roles.of(auditor).roles), len(roles.of(deputy).roles)) == (auditors, deputies), day


def test_whoever_is_blocked_has_no_role_within_seconds_of_the_file_s_coming_into_force(database: Database) -> None:
    clock = Clock()
    roles, auditor = roles_of(database, clock), {"sub": "rev7", "groups": ["revision"]}
    with connected(database) as conn:
        first(database, conn, FILE)
        assert len(roles.of(auditor).roles) == 1
        number = propose(conn, FILE + '[[blocked]]\nperson = "rev7"\n', DPO, FORMS, TODAY)
        sign(conn, number, LEADER, FORMS, TODAY)
    clock.seconds += FRESH_FOR

    assert roles.of(auditor).roles == ()


def test_what_a_session_does_not_save_hides_no_gain_from_the_register(database: Database) -> None:
    hidden = FILE.replace('claim = "groups"\nvalue = "revision"', 'claim = "email"\nvalue = "l1@k.dk"')
    leader = RoleSigner("l1", {"sub": "l1", "groups": ["leder"]}, not_held=NOT_SAVED)
    with connected(database) as conn:
        first(database, conn, FILE)
        with pytest.raises(Refused) as refused:
            propose(conn, hidden, leader, FORMS, TODAY)

        assert refused.value.code == "gains_right"
        propose(conn, hidden, RoleSigner("l1", leader.claims), FORMS, TODAY)  # the twin: who is known to have no such claim
