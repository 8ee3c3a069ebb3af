"""A case's story as a row of small scenes, each of them something the law of counting has a rule about.

Everything here is synthetic: covers of exactly 29, 30 and 31 days, closings and reopenings on one day, grants that end before they
start, events withdrawn twice, and so on.
"""

import random
from datetime import timedelta

from tests.support.course import (
    ACTIVITIES,
    BENEFITS,
    CLOSE_REASONS,
    EDGES,
    ENDINGS,
    FIRST_DAY,
    FORUMS,
    GRANT_ENDINGS,
    METHODS,
    OUTCOMES,
    PERFORMERS,
    PLANS,
    PURPOSES,
    REJECT_REASONS,
    ROLES,
    SUPPORTS,
    TRACKS,
    TRANSFER_REASONS,
    UNITS,
    WORKERS,
    Course,
)


def referral(c: Course) -> None:
    if c.rng.random() < 0.9:
        c.unit = c.pick("ungeindsatsen", "ungeindsatsen", "arbejdsmarked", "arbejdsmarked", *UNITS)
    elif c.events:
        c.pass_days(c.pick(0, 40))
    year, month = c.rng.randint(1990, 2008), c.rng.randint(1, 12)
    c.write(
        "referred",
        unit=c.unit,
        citizen=f"citizen-{int(c.case[-3:]) // c.pick(1, 1, 1, 1, 2)}",
        born=None if c.rng.random() < 0.25 else f"{year}-{month:02d}",
        channel=c.pick(None, "application", "internal", "taken_over"),
        in_scope=c.pick(None, None, True, False),
    )


def reopening(c: Course) -> None:
    c.write("reopened")


def before_referral(c: Course) -> None:
    """What often precedes a referral, and what should not."""
    for _ in range(c.rng.randint(0, 3)):
        c.pick(benefit, presentation, complaint, visitation, single_assignment, money, activity)(c)
        c.pass_days(c.pick(0, 0, 5, 30))


def benefit(c: Course) -> None:
    c.write("benefit_changed", benefit=c.pick(*BENEFITS))


def presentation(c: Course) -> None:
    matter = c.pick("visitation", "plan_change", "caseworker_change", "follow_up", "sparring")
    c.write("presented", forum=c.pick(*FORUMS), by=c.pick("leader", "caseworker"), matter=matter)


def visitation(c: Course) -> None:
    if c.rng.random() < 0.6:
        c.write("assessment_opened", method=c.pick(*METHODS))
    if c.rng.random() < 0.4:
        presentation(c)
    if c.rng.random() < 0.12:
        c.write("rejected", c.pick(0, 14), forum=c.pick(*FORUMS), reason=c.pick(*REJECT_REASONS))
    else:
        c.write("visited", c.pick(0, 7, 30, 31, 90, 91, 185), forum=c.pick(*FORUMS), layer=c.pick(None, "1", "2", "3"))
    if c.rng.random() < 0.4:
        c.write("assessment_closed", c.pick(0, 0, 20))


def grants(c: Course) -> None:
    """Few grant ids: granted twice, ended without start, ended and granted again under the same id."""
    grant = c.pick("g1", "g1", "g2", "g3")
    for _ in range(c.rng.randint(1, 3)):
        if c.rng.random() < 0.7:
            c.write(
                "support_granted",
                c.pick(0, 0, 10, 60),
                grant=grant,
                support=c.pick(*SUPPORTS),
                yearly_amount=c.pick(None, 0, 1, 36_500, 36_600, 120_000, 99_999),
                forum=c.pick(None, None, *FORUMS),
            )
        else:
            c.write("support_ended", c.pick(0, 0, 30, 90), grant=grant, reason=c.pick(None, *GRANT_ENDINGS))


def single_assignment(c: Course) -> None:
    c.hold(c.pick(*ROLES), c.pick(*WORKERS), changed=c.rng.random() < 0.3)


def cover(c: Course) -> None:
    """A, then B, then A again after about a month; now and then B and C take turns, or there are days between."""
    role = c.pick(*ROLES)
    first = c.held.get(role) or c.pick(*WORKERS)
    second = c.other_than(first)
    if role not in c.held:
        c.hold(role, first, changed=False)
    c.hold(role, second, c.pick(0, 5, 40))
    if c.rng.random() < 0.25:
        c.write("caseworker_ended", c.pick(*EDGES), role=role)
    c.hold(role, first, c.pick(*EDGES), changed=c.rng.random() < 0.8)
    if c.rng.random() < 0.3:
        c.hold(role, second, c.pick(*EDGES))


def gap(c: Course) -> None:
    """Nobody for about a month, then another, or the same again."""
    role = c.pick(*ROLES)
    first = c.held.get(role) or c.pick(*WORKERS)
    if role not in c.held:
        c.hold(role, first, changed=False)
    c.write("caseworker_ended", c.pick(0, 10, 40), role=role)
    worker = first if c.rng.random() < 0.3 else c.other_than(first)
    c.hold(role, worker, c.pick(0, *EDGES), changed=c.rng.random() < 0.5)


def samling(c: Course) -> None:
    """Two roles of two workers become one worker's; sometimes after days without, or with a third role moving too."""
    one, other, third = c.rng.sample(ROLES, 3)
    keeper = c.held.get(other) or c.pick(*WORKERS)
    c.hold(other, keeper, changed=False)
    c.hold(one, c.other_than(keeper), changed=False)
    if c.rng.random() < 0.3:
        c.write("caseworker_ended", c.pick(1, 20), role=one)
    c.hold(one, keeper, c.pick(0, 1, 20, 30))
    if c.rng.random() < 0.3:
        c.hold(third, c.pick(*WORKERS))


def flips(c: Course) -> None:
    """Several holders of one role within a day, some of them the same."""
    role = c.pick(*ROLES)
    for _ in range(c.rng.randint(2, 4)):
        c.hold(role, c.pick(*WORKERS[:3]), changed=c.rng.random() < 0.8)


def pause(c: Course) -> None:
    """Closed, rejected or merged, then opened again: the same day, within 30 days, or later."""
    held = dict(c.held)
    ending(c)
    if c.rng.random() < 0.4:  # on a case that is closed
        c.pick(benefit, single_assignment, grants, follow_up, moves, activity, complaint, refusal, plan, handover, merging)(c)
    c.pass_days(c.pick(0, 0, 0, 1, 10, 29, 30, 31, 90))
    if c.rng.random() < 0.5:
        c.write("reopened")
    else:
        c.unit = c.pick(c.unit, *UNITS)
        referral(c)
    for role, worker in held.items():
        if c.rng.random() < 0.7:
            c.hold(role, c.pick(worker, c.other_than(worker)), c.pick(0, 0, 0, 29, 31), changed=False)


def ending(c: Course) -> None:
    """What ends a case, most often a closing."""
    how = c.rng.random()
    if how < 0.7:
        c.write("closed", reason=c.pick(*CLOSE_REASONS))
    elif how < 0.88 or not c.others:
        c.write("rejected", forum=c.pick(*FORUMS), reason=c.pick(*REJECT_REASONS))
    else:
        merging(c)
    c.held.clear()


def merging(c: Course) -> None:
    """Merged into another case, also when closed already: often the same few or a partner, so there are chains and cycles."""
    if c.others:
        number = int(c.case[-3:])
        partner = c.others[(number - number % 2) % len(c.others)]
        c.write("merged_into", case=c.pick(partner, c.pick(*c.others[:3]), c.pick(*c.others)))


def moves(c: Course) -> None:
    """Transfers, several a day, to the same unit too."""
    for _ in range(c.pick(1, 1, 1, 2, 3)):
        c.unit = c.pick(c.unit, "ungeindsatsen", "arbejdsmarked", *UNITS)
        c.write("transferred", c.pick(0, 0, 0, 10), to=c.unit, reason=c.pick(*TRANSFER_REASONS))


def follow_up(c: Course) -> None:
    """Agreed, sometimes moved (rightly or not), held early, on the day, late or never, or closed on the due day."""
    track, days = c.pick(*TRACKS), c.pick(0, 1, 14, 30, 90, -5)
    due = c.day + timedelta(days=days)
    c.write("follow_up_agreed", due=due.isoformat(), track=track)
    if c.rng.random() < 0.35:
        wrong = c.rng.random() < 0.3
        moved_from = (due + timedelta(days=1)).isoformat() if wrong else due.isoformat()
        due += timedelta(days=c.pick(0, 7, 30))
        c.write("follow_up_agreed", c.pick(0, 3), due=due.isoformat(), track=track, moved_from=moved_from)
    ending = c.rng.random()
    if ending < 0.6:
        outcome = c.pick(*OUTCOMES)
        held = max(c.day, due + timedelta(days=c.pick(-10, -1, 0, 0, 1, 40)))
        other = c.pick(*TRACKS) if c.rng.random() < 0.15 else track
        c.write("follow_up_held", (held - c.day).days, outcome=outcome, track=other)
    elif ending < 0.75:
        c.write("closed", max(0, (due - c.day).days + c.pick(0, 0, -1, 1)), reason=c.pick(*CLOSE_REASONS))
        c.held.clear()
        if c.rng.random() < 0.7:
            c.write("reopened", c.pick(0, 0, 1, 30))


def follow_ups(c: Course) -> None:
    """Several on one track, with due days near each other, the same or as far from the day held; some moved or ended."""
    track, start = c.pick(*TRACKS), c.day
    days = [c.pick(10, 20, 30, 31) + c.pick(0, 0, 1, 5, 10) for _ in range(c.rng.randint(2, 4))]
    for after in days:
        other = c.pick(*TRACKS) if c.rng.random() < 0.1 else track
        c.write("follow_up_agreed", c.pick(0, 0, 1), due=(start + timedelta(days=after)).isoformat(), track=other)
    if c.rng.random() < 0.3:
        moved_from = (start + timedelta(days=c.pick(*days))).isoformat()
        due = (start + timedelta(days=c.pick(*days, 50))).isoformat()
        c.write("follow_up_agreed", c.pick(0, 5), due=due, track=track, moved_from=moved_from)
    early, late = min(days), max(days)
    meetings = sorted(c.pick(early - 3, early, (early + late) // 2, *days, late + 1) for _ in range(c.pick(0, 1, 1, 2, 3)))
    for after in meetings:
        c.write("follow_up_held", max(0, (start - c.day).days + after), outcome=c.pick(*OUTCOMES), track=track)
    if c.rng.random() < 0.35:
        c.pass_days(max(0, (start - c.day).days + c.pick(*days) + c.pick(-1, 0, 0, 1)))
        ending(c)
        if c.rng.random() < 0.7:
            c.write("reopened", c.pick(0, 0, 1, 30))
            c.write("follow_up_held", c.pick(0, 5), outcome=c.pick(*OUTCOMES), track=track)


def backlog(c: Course) -> None:
    """One agreed with a due day long past or far ahead, perhaps before the referral, and never held."""
    for _ in range(c.rng.randint(1, 3)):
        days = c.pick(-400, -91, -90, -31, -30, -1, 0, 1, 6, 29, 30, 89, 90, 200)
        c.write("follow_up_agreed", due=c.day_in(days), track=c.pick(*TRACKS))


def money(c: Course) -> None:
    """Frames of a case add up; draws may have no frame."""
    for _ in range(c.rng.randint(1, 3)):
        if c.rng.random() < 0.5:
            c.write("frame_agreed", amount=c.pick(10_000, 25_000, 50_000))
        else:
            c.write("frame_drawn", c.pick(0, 0, 14), amount=c.pick(5_000, 10_000, 30_000), purpose=c.pick(*PURPOSES))


def complaint(c: Course) -> None:
    """Received once or twice, reassessed, decided; also in the wrong order, and after the end."""
    name = c.pick("k1", "k2", "k3", "k4")
    if c.rng.random() < 0.85:
        c.write("complaint_received", complaint=name)
    for _ in range(c.pick(0, 1, 1, 2, 2, 3)):
        if c.rng.random() < 0.35:
            outcome = c.pick("maintained", "maintained", "accommodated")
            c.write("complaint_reassessed", c.pick(0, 10, 28), complaint=name, outcome=outcome)
        else:
            outcome = c.pick("upheld", "upheld", "changed", "remitted", "dismissed")
            c.write("complaint_decided", c.pick(0, 30, 90), complaint=name, outcome=outcome)


def activity(c: Course) -> None:
    worker = c.pick(None, *WORKERS, *PERFORMERS)
    c.write("activity_recorded", c.pick(0, 0, 10), activity=c.pick(*ACTIVITIES), worker=worker)


def contacts(c: Course) -> None:
    """Performers that come and go, twice or without having come."""
    for _ in range(c.rng.randint(1, 3)):
        c.write(c.pick("performer_matched", "performer_matched", "performer_ended"), worker=c.pick(*PERFORMERS))
        c.pass_days(c.pick(0, 0, 5, 89, 90))
    activity(c)


def first_day(c: Course) -> None:
    """Referred and visited, or rejected, on one day, with a transfer before or after; perhaps referred anew the same day."""
    if c.rng.random() < 0.5:
        ending(c)
    referral(c)
    for _ in range(c.rng.randint(1, 3)):
        how = c.rng.random()
        if how < 0.3:
            c.unit = c.pick(*UNITS)
            c.write("transferred", to=c.unit, reason=c.pick(*TRANSFER_REASONS))
        elif how < 0.8:
            c.write("visited", c.pick(0, 0, 1), forum=c.pick(*FORUMS), layer=c.pick(None, "1", "2", "3"))
        else:
            c.write("rejected", forum=c.pick(*FORUMS), reason=c.pick(*REJECT_REASONS))
            c.held.clear()
            c.pick(referral, reopening)(c)


def reassessment(c: Course) -> None:
    """An assessment opened again with another method, or after it was closed."""
    for _ in range(c.rng.randint(1, 3)):
        c.write("assessment_opened", c.pick(0, 10), method=c.pick(*METHODS))
        if c.rng.random() < 0.3:
            c.write("assessment_closed", c.pick(0, 20))


def plan(c: Course) -> None:
    """Plans of one or more kinds, agreed or only revised."""
    for _ in range(c.rng.randint(1, 3)):
        if c.rng.random() < 0.75:
            c.write("plan_agreed", c.pick(0, 0, 30), plan=c.pick(*PLANS))
        else:
            c.write("plan_revised", c.pick(0, 30), plan=c.pick(*PLANS), material=c.pick(None, True, False))


def refusal(c: Course) -> None:
    for _ in range(c.pick(1, 1, 2)):
        c.write("support_refused", support=c.pick(*SUPPORTS))


def rehabilitation(c: Course) -> None:
    """Sent to the rehabilitation team, perhaps twice; a disability pension expected."""
    for _ in range(c.pick(1, 1, 2)):
        c.write(c.pick("sent_to_rehabilitation", "disability_pension_expected"), c.pick(0, 0, 30))


def handover(c: Course) -> None:
    """Proposed, perhaps twice and to two units; accepted, refused, transferred without an answer, or left waiting."""
    to = c.pick(*UNITS)
    c.write("handover_proposed", to=to)
    for _ in range(c.rng.randint(0, 3)):
        unit = c.pick(to, to, to, to, to, *UNITS)
        kind = c.pick("handover_proposed", "handover_accepted", "handover_accepted", "handover_refused", "transferred")
        if kind == "transferred":
            c.unit = unit
            c.write(kind, c.pick(0, 7), to=unit, reason=c.pick(*TRANSFER_REASONS))
        elif kind == "handover_refused":
            c.write(kind, c.pick(0, 7, 30), to=unit, reason=c.pick(None, "kapacitet"))
        else:
            c.write(kind, c.pick(0, 0, 7, 30), to=unit)


def papers(c: Course) -> None:
    """What no figure of the law but the delays of registration looks at."""
    kind = c.pick("background_group_formed", "note_added")
    c.write(kind, **({"text": "Talt med borgeren om planen."} if kind == "note_added" else {"size": c.pick(None, 3, 5)}))


SCENES = [visitation, grants, grants, single_assignment, cover, cover, gap, gap, samling, flips, pause, moves, moves]
SCENES += [
    follow_up,
    follow_ups,
    follow_ups,
    follow_ups,
    backlog,
    money,
    complaint,
    complaint,
    complaint,
    contacts,
    activity,
    benefit,
]
SCENES += [presentation, papers, first_day, reassessment, plan, plan, refusal, rehabilitation, handover, handover, merging]


def course(rng: random.Random, case: str, events: int, others: list[str] | None = None) -> list[dict]:
    """One case's story, in the order it is told; `others` are the cases that it may be merged into."""
    start = FIRST_DAY + timedelta(days=rng.randrange(500))
    c = Course(rng, case, start, others or [])
    before_referral(c)
    if rng.random() < 0.97:
        referral(c)
    if rng.random() < 0.7:
        c.pass_days(c.pick(0, 1, 30, 31, 60))
        c.pick(visitation, visitation, visitation, grants)(c)
    while len(c.events) < events:
        c.pass_days(rng.choice([0, 0, 0, 1, 7, 20, 30, 60, 120]))
        border = [e["kind"] for e in c.events if e["kind"] in ("referred", "reopened", *ENDINGS)]
        if border and border[-1] in ENDINGS and rng.random() < 0.6:
            rng.choice([referral, reopening])(c)
        rng.choice(SCENES)(c)
    if rng.random() < 0.1:
        merging(c)
    if rng.random() < 0.4:
        c.write("closed", c.pick(0, 30), reason=c.pick(*CLOSE_REASONS))
        for _ in range(rng.randint(0, 2)):
            rng.choice(SCENES)(c)
    return c.events
