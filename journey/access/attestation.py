"""Attestation (genbekræftelse): every half year somebody answers for each right of the role file in force that it is still right."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct

from journey.access.role_form import ClaimGrant, Deputy, RoleFile
from journey.access.rules import WHOLE

MONTHS = 6
"""The most months between two attestations of a right."""

Verdict = Literal["right", "take_away"]
VERDICTS: Mapping[Verdict, str] = {"right": "stadig rigtig", "take_away": "skal fjernes"}
"""What may be answered about a right, each with its Danish words."""


class Right(Struct, frozen=True):
    """A right of a role file in one unit, as it is attested; `unit` is empty where the role has none or all of them."""

    name: str
    role: str
    unit: str
    until: date | None
    hash: bytes
    """The SHA-256 of the whole grant: one that is changed is another right."""

    @property
    def key(self) -> tuple[str, str, bytes]:
        return self.name, self.unit, self.hash


class Attested(Struct, frozen=True):
    """An answer about a right: who gave it, and on which day."""

    key: tuple[str, str, bytes]
    answer: Verdict
    person: str
    day: date


class Attestation(Struct, frozen=True):
    """A right of the file in force: since when it has stood there unchanged, the last answer about it, and the day the next is due."""

    right: Right
    since: date
    last: Attested | None
    due: date

    def is_overdue(self, today: date) -> bool:
        """Whether the day to answer has passed."""
        return self.due < today

    @property
    def is_no_longer_right(self) -> bool:
        """Whether the last answer was that it is no longer right, while it still stands in the file."""
        return self.last is not None and self.last.answer == "take_away"


def rights_of(file: RoleFile) -> list[Right]:
    """Every right of a file, unit by unit."""
    return [right for grant in (*file.grants, *file.deputies) for right in _rights(grant)]


def may_attest(role: str, units: Sequence[str], right: Right) -> bool:
    """Whether a person in the role answers for the right: the leader of its unit; the privacy officer for a leader's right and for one
    without a unit; any leader for the privacy officer's own. Nobody answers for their own role."""
    if right.role == "privacy_officer":
        return role == "unit_leader"
    if right.role == "unit_leader" or not right.unit:
        return role == "privacy_officer"
    return role == "unit_leader" and (right.unit in units or tuple(units) == WHOLE)


def attestations(history: Sequence[tuple[date, RoleFile]], answers: Iterable[Attested], today: date) -> list[Attestation]:
    """Each right in force today, with what was answered last and when the next answer is due.

    `history` is the files that have been in force, oldest first, each with its day. Two people have looked at a right when it came into
    force, so the first answer is due half a year after.
    """
    if not history:
        return []
    since: dict[tuple[str, str, bytes], date] = {}
    for day, file in history:
        since = {right.key: since.get(right.key, day) for right in rights_of(file)}
    last: dict[tuple[str, str, bytes], Attested] = {}
    for answer in answers:
        if answer.key in since and answer.day >= since[answer.key]:
            last[answer.key] = answer
    return [
        Attestation(right, since[right.key], last.get(right.key), _later(_looked_at(since[right.key], last.get(right.key))))
        for right in rights_of(history[-1][1])
        if right.until is None or today < right.until
    ]


def _looked_at(since: date, last: Attested | None) -> date:
    return since if last is None else last.day


def _rights(grant: ClaimGrant | Deputy) -> Iterable[Right]:
    content = json.dumps(msgspec.to_builtins(grant), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    mapped = grant.units_from if isinstance(grant, ClaimGrant) else None
    units = dict.fromkeys(mapped.map.values() if mapped else grant.units or [""])
    for unit in units:
        yield Right(grant.name, grant.role, "" if unit in WHOLE else unit, grant.until, sha256(content.encode()).digest())


def _later(day: date) -> date:
    """The day half a year later, or the last of its month where that month is shorter."""
    years, month = divmod(day.month - 1 + MONTHS, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
