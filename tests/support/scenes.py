"""A case's story as a row of small scenes, each of them something the law of counting has a rule about.

Everything here is synthetic: covers of exactly 29, 30 and 31 days, closings and reopenings on one day, grants that end before they
start, events withdrawn twice, and so on.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FIRST_DAY, LAST_DAY = date(2022, 1, 1), date(2024, 12, 31)
LATEST_KNOWN = datetime(2025, 12, 31, 12, 0, tzinfo=COPENHAGEN)
NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

UNITS = ["ungeindsatsen", "arbejdsmarked", "social", "boern_familie", "skole"]
ROLES = ["authority", "employment", "continuous"]
WORKERS = ["w1", "w2", "w3", "w4", "w5", "w6"]
PERFORMERS = ["p1", "p2", "p3", "w1"]
FORUMS = ["samarbejdsforum_30", "samarbejdsforum_ung", "kv_udvalg"]
MAIN = ["bostoette_85", "bostoette_82b", "ungestoette", "efterskole", "kontaktperson_32"]
SUPPORTS = MAIN * 2 + ["botilbud", "botilbud", "mentor", "befordring", "hjaelpemiddel", "enkeltydelse"]
BENEFITS = ["kontanthjaelp_aktivitetsparat", "ressourceforloeb", "jobafklaring", "kontanthjaelp_jobparat"]
BENEFITS += ["uddannelseshjaelp", "sygedagpenge", "foertidspension", "fleksjob", "ingen"]
CHANGE_REASONS = ["reorganisation", "reorganisation", "cover", "leave", "citizen_wish", "transition", "other"]
CLOSE_REASONS = ["education", "employment", "income_settled", "disability_pension", "moved", "died", "declined"]
CLOSE_REASONS += ["out_of_target_group", "other"]
REJECT_REASONS = ["botilbud", "psyk_misbrug", "fleksjob", "forsikret", "integration", "foertidspension", "declined"]
REJECT_REASONS += ["other"]
TRANSFER_REASONS = ["handover", "disability_pension", "age", "other"]
TRACKS = [None, None, "social", "employment", "forum"]
EDGES = [1, 28, 29, 29, 30, 30, 31, 31, 32]
SOURCES = ["fagsystem-a", "fagsystem-b", "regneark"]


@dataclass
class Course:
    """A case being written: where the story stands, and its events so far."""

    rng: random.Random
    case: str
    day: date
    unit: str = "ungeindsatsen"
    held: dict[str, str] = field(default_factory=dict)
    events: list[dict] = field(default_factory=list)

    def write(self, kind: str, after: int = 0, **data: object) -> None:
        """An event on the day the story stands at, moved on by `after` days; None leaves an optional field out."""
        self.pass_days(after)
        said = {name: value for name, value in data.items() if value is not None}
        self.events.append({"case": self.case, "kind": kind, "valid_at": self.day.isoformat(), "data": said})

    def pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)
        if self.day > LAST_DAY:  # the rest of the story is told of an earlier time
            self.day = FIRST_DAY + timedelta(days=self.rng.randrange((LAST_DAY - FIRST_DAY).days))

    def day_in(self, days: int) -> str:
        return (self.day + timedelta(days=days)).isoformat()

    def pick(self, *choices: object):
        return self.rng.choice(choices)

    def hold(self, role: str, worker: str, after: int = 0, changed: bool = True) -> None:
        """Give a role to a worker, by a change or by an assignment."""
        self.held[role] = worker
        if changed:
            self.write("caseworker_changed", after, role=role, worker=worker, reason=self.pick(*CHANGE_REASONS))
        else:
            self.write("caseworker_assigned", after, role=role, worker=worker)

    def other_than(self, worker: str | None) -> str:
        return self.pick(*[one for one in WORKERS if one != worker])


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
        c.write("assessment_opened", method=c.pick("vum", "child", "application"))
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
            c.write("support_ended", c.pick(0, 0, 30, 90), grant=grant, reason=c.pick(None, "maal_naaet"))


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
    """Closed or rejected, then opened again: the same day, within 30 days, or later."""
    held = dict(c.held)
    if c.rng.random() < 0.8:
        c.write("closed", reason=c.pick(*CLOSE_REASONS))
    else:
        c.write("rejected", forum=c.pick(*FORUMS), reason=c.pick(*REJECT_REASONS))
    c.held.clear()
    if c.rng.random() < 0.3:
        c.pick(benefit, single_assignment, grants, follow_up, moves, activity, complaint)(c)
    c.pass_days(c.pick(0, 0, 0, 1, 10, 29, 30, 31, 90))
    if c.rng.random() < 0.5:
        c.write("reopened")
    else:
        c.unit = c.pick(c.unit, *UNITS)
        referral(c)
    for role, worker in held.items():
        if c.rng.random() < 0.7:
            c.hold(role, c.pick(worker, c.other_than(worker)), c.pick(0, 0, 0, 29, 31), changed=False)


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
        outcome = c.pick("continue", "adjust", "revisit", "end")
        held = max(c.day, due + timedelta(days=c.pick(-10, -1, 0, 0, 1, 40)))
        other = c.pick(*TRACKS) if c.rng.random() < 0.15 else track
        c.write("follow_up_held", (held - c.day).days, outcome=outcome, track=other)
    elif ending < 0.75:
        c.write("closed", max(0, (due - c.day).days + c.pick(0, 0, -1, 1)), reason=c.pick(*CLOSE_REASONS))
        c.held.clear()
        if c.rng.random() < 0.7:
            c.write("reopened", c.pick(0, 0, 1, 30))


def money(c: Course) -> None:
    """Frames of a case add up; draws may have no frame."""
    for _ in range(c.rng.randint(1, 3)):
        if c.rng.random() < 0.5:
            c.write("frame_agreed", amount=c.pick(10_000, 25_000, 50_000))
        else:
            c.write("frame_drawn", c.pick(0, 0, 14), amount=c.pick(5_000, 10_000, 30_000), purpose="hjaelpemiddel")


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
    c.write("activity_recorded", c.pick(0, 0, 10), activity=c.pick("moede", "hjemmebesoeg"), worker=worker)


def contacts(c: Course) -> None:
    """Performers that come and go, twice or without having come."""
    for _ in range(c.rng.randint(1, 3)):
        c.write(c.pick("performer_matched", "performer_matched", "performer_ended"), worker=c.pick(*PERFORMERS))
        c.pass_days(c.pick(0, 0, 5, 89, 90))
    activity(c)


def papers(c: Course) -> None:
    """What no figure of the law but the delays of registration looks at."""
    kind = c.pick("plan_agreed", "plan_revised", "sent_to_rehabilitation", "note_added", "support_refused")
    data: dict[str, object] = {}
    if kind.startswith("plan_"):
        data["plan"] = c.pick("ungeplan", "samlet", "indsatsmaal")
    elif kind == "note_added":
        data["text"] = "Talt med borgeren om planen."
    elif kind == "support_refused":
        data["support"] = c.pick(*SUPPORTS)
    c.write(kind, **data)


SCENES = [visitation, grants, grants, single_assignment, cover, cover, gap, gap, samling, flips, pause, moves, moves]
SCENES += [follow_up, follow_up, money, complaint, complaint, complaint, contacts, activity, benefit, presentation, papers]


def course(rng: random.Random, case: str, events: int) -> list[dict]:
    """One case's story, in the order it is told."""
    start = FIRST_DAY + timedelta(days=rng.randrange(500))
    c = Course(rng, case, start)
    before_referral(c)
    if rng.random() < 0.97:
        referral(c)
    if rng.random() < 0.7:
        c.pass_days(c.pick(0, 1, 30, 31, 60))
        c.pick(visitation, visitation, visitation, grants)(c)
    while len(c.events) < events:
        c.pass_days(rng.choice([0, 0, 0, 1, 7, 20, 30, 60, 120]))
        border = [e["kind"] for e in c.events if e["kind"] in ("referred", "reopened", "closed", "rejected")]
        if border and border[-1] in ("closed", "rejected") and rng.random() < 0.6:
            rng.choice([referral, reopening])(c)
        rng.choice(SCENES)(c)
    if rng.random() < 0.4:
        c.write("closed", c.pick(0, 30), reason=c.pick(*CLOSE_REASONS))
        for _ in range(rng.randint(0, 2)):
            rng.choice(SCENES)(c)
    return c.events


def surveys(rng: random.Random) -> list[dict]:
    """Survey waves on a stream of their own; a statement may be recorded again."""
    found = []
    for wave in ("2023", "2024"):
        for statement in ("s1", "s2", "s3", rng.choice(["s1", "s2"])):
            answers = [rng.choice([None, 0, 1, 2, 5, 9]) for _ in range(5)]
            day = date(int(wave), 1 + rng.randrange(12), 1 + rng.randrange(28))
            data = {"wave": wave, "statement": statement, "answers": answers, "n": rng.randint(5, 40)}
            if rng.random() < 0.5:
                data["invited"] = 56
            stream = f"survey-{wave}"
            found.append({"stream": stream, "kind": "survey_recorded", "valid_at": day.isoformat(), "data": data})
    return found
