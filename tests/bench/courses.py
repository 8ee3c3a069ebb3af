"""Plausible casework from a seed: cases of about as many events as asked for, each event with the moment it became known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from journey import events as e
from journey.log.stored import Entry

FIRST_DAY = date(2019, 1, 1)
LAST_START = date(2022, 12, 31)
LONGEST = 1_000
"""Days that a course may take from its first event to its last, roughly."""
SOURCE = "bench"
HOI = ("ungeindsatsen", "arbejdsmarked")
_STARTS = (LAST_START - FIRST_DAY).days
_ROLES = ("authority", "employment", "continuous")
_FORUMS = ("samarbejdsforum_30", "samarbejdsforum_ung", "kv_udvalg")
_MAIN = ("bostoette_85", "bostoette_82b", "ungestoette", "efterskole", "kontaktperson_32")
_MINOR = ("mentor", "befordring", "enkeltydelse", "botilbud")
_BENEFITS = ("kontanthjaelp_aktivitetsparat", "ressourceforloeb", "jobafklaring", "uddannelseshjaelp", "sygedagpenge")
_ENDS = ("education", "employment", "disability_pension", "moved", "income_settled")


def courses(seed: int, cases: int, length: int) -> Iterator[Entry]:
    """All events of so many cases in the order in which they became known, each with its moment as `known_at`."""
    rng = random.Random(seed)
    told = [
        (_known(rng, nth, day), case, day, event)
        for case in range(cases)
        for nth, (day, event) in enumerate(_Course(rng, case, length).events)
    ]
    told.sort(key=lambda one: one[:2])
    for at, (moment, case, day, event) in enumerate(told):
        yield Entry(stream(case), day, SOURCE, f"e{at}", event, moment)


def stream(case: int) -> str:
    return f"c{case:06}"


def _known(rng: random.Random, nth: int, day: date) -> datetime:
    """Most is written down on its day or in the week, a twentieth weeks later; what has one day and lag keeps its order."""
    share = rng.random()
    lag = 0 if share < 0.7 else rng.randint(1, 4) if share < 0.95 else rng.randint(10, 60)
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC) + timedelta(days=lag, minutes=nth, seconds=rng.randrange(60))


class _Course:
    """One case in the making."""

    def __init__(self, rng: random.Random, case: int, length: int) -> None:
        self.rng, self.case = rng, case
        self.day = FIRST_DAY + timedelta(days=rng.randrange(_STARTS))
        self.unit = rng.choice((*HOI, *HOI, *HOI, "social"))
        self.events: list[tuple[date, e.Event]] = []
        self.grants: list[str] = []
        self.performers: list[str] = []
        self.due: date | None = None
        self.framed = self.complained = 0
        self._open()
        gap = LONGEST // length
        kinds = rng.choices(_MIDDLE, [weight for _, weight in _WEIGHTS], k=length - len(self.events) - 1)
        for kind in kinds:
            self.put(kind(self), rng.randint(0, gap))
        closes = rng.random() < 0.6
        self.put(e.Closed(rng.choice(_ENDS)) if closes else self.activity(), rng.randint(0, gap))

    def put(self, event: e.Event, days: int = 0) -> None:
        self.day += timedelta(days=days)
        self.events.append((self.day, event))

    def worker(self) -> str:
        return f"w{self.rng.randrange(400)}"

    def _open(self) -> None:
        rng, forum = self.rng, self.rng.choice(_FORUMS)
        born = f"{rng.randint(1958, 2004)}-{rng.randint(1, 12):02}" if rng.random() < 0.95 else None
        self.put(e.Referred(self.unit, f"b{self.case}", born, in_scope=rng.random() < 0.9))
        self.put(e.BenefitChanged(rng.choice(_BENEFITS)))
        self.put(e.CaseworkerAssigned("authority", self.worker()), rng.randint(0, 10))
        self.put(e.AssessmentOpened("vum"), rng.randint(0, 14))
        self.put(e.Presented(forum, "leader", "visitation"), rng.randint(5, 40))
        self.put(e.Visited(forum, rng.choice(("1", "2", "3", None))))
        self.put(self.support(), rng.randint(0, 30))
        self.put(e.AssessmentClosed())

    def activity(self) -> e.Event:
        return e.ActivityRecorded(self.rng.choice(("moede", "hjemmebesoeg", "telefon")), self.worker())

    def caseworker(self) -> e.Event:
        return e.CaseworkerChanged(
            self.rng.choice(_ROLES), self.worker(), self.rng.choice(("leave", "cover", "reorganisation"))
        )

    def follow_up(self) -> e.Event:
        if self.due is not None:
            self.due = None
            return e.FollowUpHeld(self.rng.choice(("continue", "adjust")))
        self.due = self.day + timedelta(days=self.rng.randint(20, 60))
        return e.FollowUpAgreed(self.due)

    def support(self) -> e.Event:
        if self.grants and self.rng.random() < 0.4:
            return e.SupportEnded(self.grants.pop(0))
        self.grants.append(f"g{len(self.events)}")
        support = self.rng.choice((*_MAIN, *_MINOR))
        return e.SupportGranted(self.grants[-1], support, self.rng.choice((None, self.rng.randint(5, 200) * 1_000)))

    def performer(self) -> e.Event:
        if self.performers and self.rng.random() < 0.5:
            return e.PerformerEnded(self.performers.pop())
        self.performers.append(f"p{self.rng.randrange(300)}-{len(self.events)}")
        return e.PerformerMatched(self.performers[-1])

    def benefit(self) -> e.Event:
        return e.BenefitChanged(self.rng.choice(_BENEFITS))

    def plan(self) -> e.Event:
        return e.PlanRevised("samlet", self.rng.choice((True, False, None)))

    def presented(self) -> e.Event:
        return e.Presented(self.rng.choice(_FORUMS), "caseworker", self.rng.choice(("follow_up", "plan_change", "sparring")))

    def frame(self) -> e.Event:
        self.framed += 1
        return e.FrameAgreed(20_000) if self.framed % 3 == 1 else e.FrameDrawn(self.rng.randint(1, 9) * 1_000, "hjaelpemiddel")

    def transfer(self) -> e.Event:
        self.unit = self.rng.choice([unit for unit in (*HOI, "social") if unit != self.unit])
        return e.Transferred(self.unit, self.rng.choice(("handover", "age", "other")))

    def complaint(self) -> e.Event:
        self.complained += 1
        if self.complained % 2:
            return e.ComplaintReceived(f"k{self.complained}")
        return e.ComplaintDecided(f"k{self.complained - 1}", self.rng.choice(("upheld", "changed", "remitted")))


_WEIGHTS: Sequence[tuple[Callable[[_Course], e.Event], float]] = (
    (_Course.activity, 42),
    (_Course.follow_up, 16),
    (_Course.caseworker, 10),
    (_Course.support, 9),
    (_Course.presented, 6),
    (_Course.plan, 5),
    (_Course.performer, 5),
    (_Course.benefit, 3),
    (_Course.transfer, 1.5),
    (_Course.frame, 1.5),
    (_Course.complaint, 1),
)
_MIDDLE = [kind for kind, _ in _WEIGHTS]
"""What happens between a case's opening and its end, and how often."""
