"""Protection of a case (beskyttelse): why it is protected, which cases are linked, whom it is granted to or kept from, and emergency
access (nødadgang); what a person may write of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from journey.personal import has_personal_number, is_clean, is_person_id
from journey.refusals import Refused

PROTECTIONS = ("name_and_address", "employee_or_relative", "sensitive")
"""The kinds of protection: of name and address (navne- og adressebeskyttelse), of an employee's own case or a relative's, and of what is
particularly sensitive (særligt følsom)."""
BLOCKS = ("own", "relative")
"""Why a person is blocked from a case: it is their own, or a relative's."""
LINKS = ("parent", "household")
"""The kinds of link between two cases that a person makes; the log itself links two that are merged."""
REASONS = ("danger", "citizen_waits", "deadline", "other")
"""The reasons of an emergency access."""
OUTCOMES = ("justified", "not_justified")
"""What a review of an emergency access finds."""
What = Literal["protection", "block", "link", "grant"]
"""What can be ended."""

LONGEST_LABEL = 80
LONGEST_REFERENCE = 64
LONGEST_GRANT = 366
"""Days that a grant runs, at most."""
HOURS, MOST_HOURS = 4, 24
"""Hours of an emergency access: where nothing else is said, and at most."""
DAYS_TO_REVIEW = 3
MOST_OPEN = 5
"""Emergency accesses that one person has at once, at most."""


class CaseGrant(Struct, frozen=True):
    """Grant of a case to a named person (bevilling af adgang)."""

    id: int
    case: str
    person: str
    purpose: str
    granted_by: str
    from_at: datetime
    until: datetime


class Emergency(Struct, frozen=True):
    """Emergency access (nødadgang) of a person to a case: why, until when, whose leader reviews it by when, and what came of that."""

    id: int
    case: str
    person: str
    reason: str
    remark: str
    unit: str
    from_at: datetime
    until: datetime
    review_due: datetime
    outcome: str | None = None
    reviewed_by: str | None = None
    known: bool = True
    """Whether there is such a case."""


class Protection(Struct, frozen=True):
    """Protection of a case that runs: why, who says so, from which day, and who set it."""

    id: int
    case: str
    kind: str
    source: str
    since: date
    set_by: str


class CaseBlock(Struct, frozen=True):
    """Block of a person from a case that runs."""

    id: int
    case: str
    person: str
    kind: str
    set_by: str


class CaseLink(Struct, frozen=True):
    """Link of a case to another that runs."""

    id: int
    case: str
    other: str
    kind: str
    set_by: str


def chosen(codes: Collection[str], text: str, place: str) -> str:
    """The code. Raises Refused (`bad_value`) for one that the list has not."""
    if text not in codes:
        raise Refused("bad_value", "vælg en af mulighederne", place=place)
    return text


def label(text: str, place: str, *, required: bool = True) -> str:
    """The short text, spaces as one. Raises Refused (`bad_value`, `personal_number`) where it may not stand in the register."""
    text = " ".join(text.split())
    if has_personal_number(text):
        raise Refused("personal_number", place=place)
    if (required and not text) or len(text) > LONGEST_LABEL or not is_clean(text):
        raise Refused("bad_value", f"skriv højst {LONGEST_LABEL} synlige tegn, og ingen navne eller adresser", place=place)
    return text


def reference(text: str, place: str) -> str:
    """The reference of a case as it is typed. Raises Refused (`bad_value`, `personal_number`)."""
    text = text.strip()
    if has_personal_number(text):
        raise Refused("personal_number", "Her skrives sagens reference, ikke et CPR-nummer.", place=place)
    if not text or len(text) > LONGEST_REFERENCE or not is_clean(text):
        raise Refused("bad_value", "skriv sagens reference", place=place)
    return text


def person_id(text: str, place: str) -> str:
    """The id of a person of the municipality. Raises Refused (`not_an_id`, `personal_number`)."""
    text = text.strip()
    if has_personal_number(text):
        raise Refused("personal_number", place=place)
    if len(text) > LONGEST_LABEL or not is_person_id(text):
        raise Refused("not_an_id", place=place)
    return text


def since_day(day: date | None, today: date) -> date:
    """The day from which a case is protected. Raises Refused (`bad_value`) for none or one to come."""
    if day is None or day > today:
        raise Refused("bad_value", "skriv den dag, beskyttelsen gælder fra, senest i dag", place="since")
    return day


def last_day(day: date | None, today: date) -> date:
    """The last day of a grant. Raises Refused (`bad_value`) for none, a past one, or one too far away."""
    if day is None or not today <= day <= today + timedelta(days=LONGEST_GRANT):
        raise Refused("bad_value", "skriv den sidste dag: fra i dag og højst et år frem", place="last")
    return day


def hours_of(text: str) -> int:
    """The hours of an emergency access. Raises Refused (`bad_value`)."""
    if not text:
        return HOURS
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_HOURS)) and 1 <= int(text) <= MOST_HOURS):
        raise Refused("bad_value", f"skriv et antal timer fra 1 til {MOST_HOURS}", place="hours")
    return int(text)


def not_oneself(person: str, other: str, place: str) -> None:
    """Check that what takes two people has two. Raises Refused (`own_access`)."""
    if person == other:
        raise Refused("own_access", place=place)
