"""The course of a random case, as it is being written, and the words that random registers choose among."""

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
SUPPORTS = MAIN * 2 + ["botilbud", "botilbud", "bostoette_85a", "mentor", "befordring", "hjaelpemiddel", "enkeltydelse"]
BENEFITS = ["kontanthjaelp_aktivitetsparat", "ressourceforloeb", "jobafklaring", "kontanthjaelp_jobparat"]
BENEFITS += ["uddannelseshjaelp", "sygedagpenge", "foertidspension", "fleksjob", "ingen"]
BENEFITS += ["kontanthjaelp_uddannelsesparat", "ledighedsydelse", "revalidering", "dagpenge", "su"]
CHANGE_REASONS = ["reorganisation", "reorganisation", "cover", "leave", "citizen_wish", "transition", "other"]
CLOSE_REASONS = ["education", "employment", "income_settled", "disability_pension", "moved", "died", "declined"]
CLOSE_REASONS += ["out_of_target_group", "other"]
REJECT_REASONS = ["botilbud", "psyk_misbrug", "fleksjob", "forsikret", "integration", "foertidspension", "declined"]
REJECT_REASONS += ["other"]
TRANSFER_REASONS = ["handover", "disability_pension", "age", "other"]
TRACKS = [None, None, "social", "employment", "forum"]
METHODS = ["vum", "child", "application"]
PLANS = ["ungeplan", "samlet", "indsatsmaal"]
OUTCOMES = ["continue", "adjust", "revisit", "end"]
ACTIVITIES = ["moede", "netvaerksmoede", "hjemmebesoeg", "telefon", "telefonsamtale", "samtale_jobcenter", "other"]
GRANT_ENDINGS = ["bevilling_udloebet", "maal_naaet", "andet_tilbud", "flyttet", "borgerens_oenske", "udloebet"]
GRANT_ENDINGS += ["skoleaar_slut", "other"]
PURPOSES = ["mentor", "bostoette", "befordring", "hjaelpemiddel", "enkeltydelse", "other"]
WITHDRAWALS = ["fejl", "forkert_dato", "forkert_beloeb", "forkert_borger", "dobbelt", "dobbelt_registreret", "other"]
EDGES = [1, 28, 29, 29, 30, 30, 31, 31, 32]
SOURCES = ["fagsystem-a", "fagsystem-b", "regneark"]


ENDINGS = ("closed", "rejected", "merged_into")


@dataclass
class Course:
    """A case being written: where the story stands, and its events so far."""

    rng: random.Random
    case: str
    day: date
    others: list[str] = field(default_factory=list)
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
