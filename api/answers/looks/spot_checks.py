"""Answers of the spot checks (stikprøver) of the log of looks: as they stand, a new one drawn, and a look of one reviewed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from api.answers.looks.finding import Write, reading
from api.register.register import Register
from journey.access.looks import LoggedLook, Outcome, drawn, is_overdue
from journey.access.reader import Reader
from journey.log.look_reading import (
    SpotCheck,
    first_look,
    looks_numbered,
    numbers_between,
    record_outcome,
    record_spot_check,
    spot_checks,
)
from journey.log.looks import Look
from journey.refusals import Refused

PERIOD = timedelta(days=31)
"""The days back that a spot check draws from, where none was drawn before."""


class SpotCheckState(Struct, frozen=True):
    """The spot checks, newest first, each with the looks it drew that are still there; and whether one is overdue."""

    checks: Sequence[SpotCheck]
    looks: dict[int, LoggedLook]
    overdue: bool


def spot_check_state(register: Register, reader: Reader, now: datetime, days: int, write: Write) -> SpotCheckState:
    """The spot checks as they stand."""
    with reading(register, reader) as conn:
        checks = spot_checks(conn)
        looks = {look.number: look for look in looks_numbered(conn, [number for check in checks for number in check.looks])}
        overdue = is_overdue(checks[0].at if checks else None, first_look(conn), now, days)
    write([Look("read_log", None, None, len(looks))])
    return SpotCheckState(checks, looks, overdue)


def draw_spot_check(register: Register, reader: Reader, now: datetime) -> None:
    """Draw a spot check of the looks since the last one, by a seed of chance that is recorded with it."""
    with reading(register, reader) as conn:
        before = spot_checks(conn)
        first = max(before[0].until, now - 6 * PERIOD) if before else now - PERIOD
        numbers = numbers_between(conn, first, now)
        seed = secrets.token_hex(16)
        record_spot_check(conn, reader.person, (first, now), seed, len(numbers), drawn(seed, numbers))


def review_look(register: Register, reader: Reader, check: int, number: int, outcome: Outcome) -> None:
    """Record what a look of a spot check came to. Raises Refused (`bad_parameter`) for one's own, and one that was not drawn."""
    with reading(register, reader) as conn:
        found = next((each for each in spot_checks(conn) if each.id == check and number in each.looks), None)
        look = next(iter(looks_numbered(conn, [number])), None)
        if found is None or look is None:
            raise Refused("bad_parameter", "Opslaget er ikke i stikprøven, eller dets frist er udløbet.", place="look")
        if look.person == reader.person:
            refused = Refused("bad_parameter", "Ingen bedømmer sine egne opslag.", place="look")
            refused.remedy = "Lad en anden med ret til det bedømme opslaget."
            raise refused
        record_outcome(conn, check, number, reader.person, outcome)
