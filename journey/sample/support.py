"""The support that is granted, refused and performed in a case, in kroner a year."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .courses import Course
from .moments import after, between
from .plan import LAST_VALID
from .staff import PERFORMERS

_KRONER = {
    "bostoette_85": (45, 120),
    "bostoette_82b": (40, 75),
    "ungestoette": (38, 90),
    "efterskole": (38, 72),
    "kontaktperson_32": (42, 95),
    "botilbud": (460, 520),
    "mentor": (14, 32),
    "befordring": (3, 9),
    "hjaelpemiddel": (2, 12),
    "enkeltydelse": (2, 8),
}
"""Thousand kroner a year, least and most; made up, but for the sum of the first efterskole grants."""

_ACCESSORIES = ("mentor", "mentor", "befordring", "befordring", "hjaelpemiddel", "enkeltydelse")
_PERFORMED = ("bostoette_85", "bostoette_82b", "ungestoette", "kontaktperson_32")
_ENDED = ("maal_naaet", "borgerens_oenske", "andet_tilbud", "bevilling_udloebet")


def add_support(rng: Random, case: CaseDraft, course: Course) -> None:
    """The grants with their amounts, those that lie beside them, and what was refused."""
    for grant in course.grants:
        reference = case.next_grant()
        low, high = _KRONER[grant.support]
        amount = grant.amount or rng.randint(low * 2, high * 2) * 500
        data: dict[str, object] = {"grant": reference, "support": grant.support}
        if grant.amount is not None or grant.support == "efterskole" or rng.random() < 0.93:
            data["yearly_amount"] = amount
        if course.unit == "arbejdsmarked" and course.origin == "new" and rng.random() < 0.6:
            data["forum"] = "samarbejdsforum_30"
        granted = case.add(grant.start, "support_granted", **data)
        if grant.support == "efterskole":
            granted.ahead = min(rng.randint(25, 75), max(0, (grant.start - course.referred).days - 21))
        if grant.end is not None and (course.left is None or grant.end < course.left):
            reason = "skoleaar_slut" if grant.support == "efterskole" else rng.choice(_ENDED)
            case.add(grant.end, "support_ended", grant=reference, reason=reason)


def add_accessories(rng: Random, case: CaseDraft, first: date, until: date) -> None:
    """Mentor, transport and the like beside the support, and a refusal now and then."""
    if (until - first).days < 150:
        return
    if rng.random() < 0.17:
        support = rng.choice(_ACCESSORIES)
        low, high = _KRONER[support]
        reference = case.next_grant()
        start = between(rng, first + timedelta(days=30), until - timedelta(days=90))
        case.add(start, "support_granted", grant=reference, support=support, yearly_amount=rng.randint(low * 2, high * 2) * 500)
        end = after(rng, start, 60, 300)
        if end < until:
            case.add(end, "support_ended", grant=reference, reason=rng.choice(_ENDED))
    if rng.random() < 0.08:
        day = between(rng, first + timedelta(days=20), until - timedelta(days=20))
        case.add(day, "support_refused", support=rng.choice((*_ACCESSORIES, "bostoette_85", "bostoette_82b", "botilbud")))


def add_performers(
    rng: Random, case: CaseDraft, course: Course, first: date, until: date, ends: date = LAST_VALID
) -> list[tuple[date, date, str]]:
    """Performers of the support, matched soon after the grant; each with the first day and the first without; the sample `ends`."""
    served = [
        grant for grant in course.grants if grant.support in _PERFORMED and grant.start < until and (grant.end or until) > first
    ]
    if not served:
        return []
    start = after(rng, max(first, served[0].start), 0, 21)
    last = until if served[-1].end is None else min(until, served[-1].end)
    matches: list[tuple[date, date, str]] = []
    team = PERFORMERS[course.unit]
    worker = rng.choice(team)
    while start < last - timedelta(days=14):
        change = start + timedelta(days=60 + int(rng.expovariate(0.28) * 365))
        case.add(start, "performer_matched", worker=worker)
        matches.append((start, min(change, last), worker))
        if change >= last - timedelta(days=14):
            if last < until and last <= ends:
                case.add(last, "performer_ended", worker=worker)
                matches[-1] = (start, last, worker)
            break
        case.add(change, "performer_ended", worker=worker)
        start = after(rng, change, 0, 20)
        worker = rng.choice([other for other in team if other != worker])
    return matches
