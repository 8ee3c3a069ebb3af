"""The daily work in a case: plans, follow-ups, frames, meetings and notes."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .forums import Calendar
from .moments import after, working_day
from .opening import FORUM
from .staff import Office, team_of

Matches = list[tuple[date, date, str]]

_NOTES = (
    "Borgeren fortæller, at hverdagen går bedre, og at morgenerne er blevet lettere.",
    "Aftalt, at bostøtten deltager i næste møde.",
    "Borgeren ønsker at blive ringet op om eftermiddagen.",
    "Der er talt om fritidsinteresser og om lysten til at komme i gang med uddannelse.",
    "Mødet blev flyttet en uge efter ønske fra borgeren.",
    "Målene i planen er gennemgået sammen og står fast.",
    "Der er sendt en invitation til netværksmøde.",
    "Borgeren har fået vist busforbindelsen til værkstedet.",
    "Godt samarbejde med bostøtten om de små skridt.",
    "Planen er læst op og godkendt af borgeren.",
)
_PURPOSES = ("mentor", "befordring", "enkeltydelse", "enkeltydelse", "hjaelpemiddel", "other", "bostoette")
OUTCOMES = ("continue",) * 6 + ("adjust", "adjust", "revisit")


def add_plans(rng: Random, case: CaseDraft, unit: str, started: date, first: date, until: date) -> None:
    """R10: the goals should be there when the support begins, and are not always."""
    goals = working_day(started + timedelta(days=rng.randint(-18, 0) if rng.random() < 0.72 else rng.randint(1, 45)))
    if first <= goals < until:
        case.add(goals, "plan_agreed", plan="indsatsmaal")
    plan = "ungeplan" if unit == "ungeindsatsen" and rng.random() < 0.7 else "samlet"
    day = after(rng, max(first, started), 0, 60)
    if day >= until:
        return
    case.add(day, "plan_agreed", plan=plan)
    while (day := after(rng, day, 150, 420)) < until:
        case.add(day, "plan_revised", plan=plan, material=rng.random() < 0.2)


def add_follow_ups(rng: Random, case: CaseDraft, track: str, every: int, first: date, until: date) -> None:
    """Follow-ups of one track, agreed and held; some late, some moved, and the last one of a few never held (R9)."""
    agreed = after(rng, first, 10, 40)
    while agreed < until:
        due = after(rng, agreed, every - 20, every + 20)
        case.add(agreed, "follow_up_agreed", due=due.isoformat(), track=track)
        luck = rng.random()
        if luck < 0.06:
            moved, again = due - timedelta(days=rng.randint(2, 20)), after(rng, due, 14, 45)
            if agreed < moved < until:
                case.add(moved, "follow_up_agreed", due=again.isoformat(), track=track, moved_from=due.isoformat())
                due = again
        elif luck < 0.10:
            return
        if luck < 0.80:
            held = max(agreed + timedelta(days=1), due - timedelta(days=rng.randint(0, 10)))
        else:
            held = due + timedelta(days=rng.randint(1, 35) if luck < 0.96 else rng.randint(40, 110))
        held = working_day(held)
        if held >= until:
            return
        case.add(held, "follow_up_held", outcome=rng.choice(OUTCOMES), track=track)
        agreed = held


def add_frame(rng: Random, case: CaseDraft, first: date, until: date) -> None:
    """R6: a frame of "f.eks. 25.000 - 50.000 kr." (S4); a few draw more than was agreed."""
    if (until - first).days < 200 or rng.random() > 0.33:
        return
    day = after(rng, first, 15, 60)
    amount = rng.randrange(25_000, 50_001, 5_000)
    case.add(day, "frame_agreed", amount=amount)
    left, overdraws = amount, rng.random() < 0.1
    for _ in range(rng.randint(1, 5)):
        day = after(rng, day, 20, 130)
        if day >= until:
            return
        drawn = min(left, rng.randint(4, 24) * 500)
        if overdraws and left < amount:
            drawn = left + rng.randint(2, 12) * 500
        if drawn <= 0:
            return
        left -= drawn
        case.add(day, "frame_drawn", amount=drawn, purpose=rng.choice(_PURPOSES))
        if left < 0:
            return


def add_activities(rng: Random, case: CaseDraft, unit: str, matches: Matches, first: date, until: date) -> None:
    """Meetings, visits and calls, of the caseworkers and of whoever performs the support; more of them in the beginning."""
    day = after(rng, first, 1, 12)
    while day < until:
        authority, employment = case.holder("authority", day), case.holder("employment", day)
        performer = next((worker for start, end, worker in matches if start <= day < end), "")
        kind = rng.random()
        if kind < 0.30 and performer:
            activity, worker = ("hjemmebesoeg" if rng.random() < 0.7 else "telefonsamtale"), performer
        elif kind < 0.48 and employment:
            activity, worker = "samtale_jobcenter", employment
        elif kind < 0.56:
            activity, worker = "netvaerksmoede", authority or employment
        else:
            activity, worker = ("moede" if rng.random() < 0.45 else "telefonsamtale"), authority or employment
        data: dict[str, object] = {"activity": activity}
        if worker:
            data["worker"] = worker
        case.add(day, "activity_recorded", **data)
        if rng.random() < 0.011:
            case.add(day, "note_added", text=rng.choice(_NOTES))
        busy = (day - first).days < 90
        gap = (5, 26) if busy else (12, 55) if unit in FORUM else (60, 150)
        day = after(rng, day, *gap)


def add_committee(rng: Random, case: CaseDraft, office: Office, calendar: Calendar, first: date, until: date) -> None:
    """S4's proposal, tried on a few: the committee hears the case and one caseworker follows it throughout."""
    day = calendar.place("kv_udvalg", case.reference, first, min(until, first + timedelta(days=120)) - timedelta(days=1))
    if day is None:
        return
    worker = case.holder("employment", day) or case.holder("authority", day)
    if not worker:
        return
    case.add(day, "presented", forum="kv_udvalg", by="leader", matter="visitation")
    office.hold(case, ("continuous",), (team_of(worker),), day, until, worker)
    again = calendar.place("kv_udvalg", case.reference, day + timedelta(days=110), until - timedelta(days=1))
    case.add(day, "follow_up_agreed", due=(again or after(rng, day, 150, 210)).isoformat(), track="forum")
    if again is not None:
        case.add(again, "presented", forum="kv_udvalg", by="caseworker", matter="follow_up")
        case.add(again, "follow_up_held", outcome=rng.choice(OUTCOMES), track="forum")
