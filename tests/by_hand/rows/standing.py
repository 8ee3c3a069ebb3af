"""By hand: assessments by method, plans, layers; the days without a caseworker; complaints and their opening row."""

from __future__ import annotations

from tests.by_hand.events import AM, UI, assigned, closed, granted, on, referred, transferred
from tests.by_hand.rows.row import MIDSUMMER, Row, by, known_at_once, measures

START = referred("2024-01-01")
JANUARY = {"unit": [UI], "from": "2024-01-01", "to": "2024-02-01"}


def opened(valid_at: str, method: str, case: str = "c1") -> dict:
    return on(valid_at, "assessment_opened", case, method=method)


def agreed(valid_at: str, plan: str, case: str = "c1") -> dict:
    return on(valid_at, "plan_agreed", case, plan=plan)


def visited(valid_at: str, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "visited", case, forum="kv_udvalg", **data)


def ended(valid_at: str) -> dict:
    return on(valid_at, "caseworker_ended", role="authority")


def assessments(title: str, expected: tuple[int, int, int], *events: dict) -> Row:
    cells = by("method", dict(zip(("vum", "child", "application"), expected, strict=True)))
    return Row(title, known_at_once(*events), "assessments", MIDSUMMER, cells)


def plans(title: str, expected: tuple[int, int, int, int], *events: dict) -> Row:
    """Expected of ungeplan, samlet, indsatsmaal, none."""
    cells = by("plan", dict(zip(("ungeplan", "samlet", "indsatsmaal", None), expected, strict=True)))
    return Row(title, known_at_once(*events), "plans", MIDSUMMER, cells)


def layers(title: str, expected: tuple[int, int, int, int], *events: dict) -> Row:
    cells = by("layer", dict(zip(("1", "2", "3", "unknown"), expected, strict=True)))
    return Row(title, known_at_once(*events), "layers", MIDSUMMER, cells)


def uncovered(title: str, start: tuple[int, int], between: tuple[int, int], both: tuple[int, int], *events: dict) -> Row:
    """Expected case-days and cases, each in January."""
    whens = {"start": start, "between": between, None: both}
    cells = by("when", {when: days for when, (days, _) in whens.items()}, measure="case_days")
    cells += by("when", {when: cases for when, (_, cases) in whens.items()}, measure="cases")
    return Row(title, known_at_once(*events), "uncovered_days", JANUARY, cells)


def complained(case: str, *rows: tuple[str, str, str | None]) -> list[dict]:
    """A case with rows of day, what, outcome, all of one complaint."""
    events = [referred("2024-01-01", UI, case)]
    for day, what, outcome in rows:
        events.append(on(day, f"complaint_{what}", case, complaint="k1", **({"outcome": outcome} if outcome else {})))
    return events


COMPLAINTS = [
    *complained("c1", ("2024-01-10", "received", None)),
    *complained("c2", ("2024-01-10", "received", None), ("2024-01-31", "decided", "upheld")),
    *complained("c3", ("2024-01-10", "received", None), ("2024-02-01", "decided", "changed")),
    *complained("c4", ("2024-01-15", "received", None), ("2024-02-10", "reassessed", "accommodated")),
    *complained("c5", ("2024-02-05", "received", None), ("2024-02-20", "reassessed", "maintained")),
    *complained("c6", ("2024-02-28", "received", None), ("2024-03-01", "decided", "dismissed")),
    *complained("c7", ("2024-01-10", "received", None), ("2024-01-12", "received", None)),  # a second receipt is none
    transferred("2024-01-11", AM, "c7"),  # after the first receipt: it is the first unit's
    *complained("c8", ("2024-02-02", "reassessed", "maintained")),  # of no complaint
]

ROWS = [
    assessments(
        "the method is that of the assessment opened last",
        (0, 1, 0),
        START,
        opened("2024-02-01", "vum"),
        opened("2024-03-01", "child"),
    ),
    assessments(
        "also after one that is closed",
        (0, 0, 1),
        START,
        opened("2024-02-01", "child"),
        on("2024-03-01", "assessment_closed"),
        opened("2024-04-01", "application"),
    ),
    assessments("closed is none", (0, 0, 0), START, opened("2024-02-01", "vum"), on("2024-03-01", "assessment_closed")),
    assessments(
        "one who has a support is not under assessment",
        (0, 0, 0),
        START,
        opened("2024-02-01", "vum"),
        granted("2024-03-01", "bostoette_85"),
    ),
    assessments(
        "an accessory is no such support", (1, 0, 0), START, opened("2024-02-01", "vum"), granted("2024-03-01", "mentor")
    ),
    assessments(
        "closing ends it",
        (0, 0, 0),
        START,
        opened("2024-02-01", "vum"),
        closed("2024-03-01"),
        opened("2024-03-01", "child"),
        on("2024-03-02", "reopened"),
    ),
    plans(
        "a case counts under each kind it has, and once in each",
        (1, 1, 0, 1),
        START,
        agreed("2024-02-01", "ungeplan"),
        agreed("2024-03-01", "samlet"),
        agreed("2024-04-01", "ungeplan"),
        referred("2024-01-01", UI, "c2"),
    ),
    plans("revised is not agreed", (0, 0, 0, 1), START, on("2024-02-01", "plan_revised", plan="indsatsmaal")),
    plans(
        "only since it last opened",
        (0, 0, 1, 0),
        START,
        agreed("2024-02-01", "ungeplan"),
        closed("2024-03-01"),
        agreed("2024-03-01", "samlet"),  # closed
        on("2024-03-01", "reopened"),
        agreed("2024-03-01", "indsatsmaal"),
    ),
    plans(
        "a transfer ends no plan, and it is of active cases only",
        (1, 0, 0, 0),
        referred("2024-01-01", AM),
        agreed("2024-02-01", "ungeplan"),
        transferred("2024-03-01", UI),
        referred("2024-01-01", AM, "c2"),
    ),
    layers(
        "as last said, and kept over a closing",
        (0, 1, 0, 1),
        START,
        visited("2024-02-01", layer="1"),
        visited("2024-03-01", layer="2"),
        visited("2024-03-02"),
        closed("2024-04-01"),
        visited("2024-04-02", layer="3"),  # closed
        on("2024-05-01", "reopened"),
        referred("2024-01-01", UI, "c2"),
    ),
    layers("of no case", (0, 0, 0, 0), START, closed("2024-02-01")),
    uncovered(
        "before the first caseworker and between two",
        (5, 1),
        (2, 1),
        (7, 1),
        referred("2024-01-10"),
        assigned("2024-01-15", "w1"),
        ended("2024-01-20"),
        closed("2024-01-22"),
    ),
    uncovered(
        "a reopening begins anew",
        (2, 1),
        (0, 0),
        (2, 1),
        referred("2023-12-01"),
        assigned("2023-12-01", "w1"),
        closed("2024-01-05"),
        on("2024-01-10", "reopened"),
        assigned("2024-01-12", "w1"),
    ),
    uncovered(
        "so does one on the day of the closing",
        (22, 1),
        (0, 0),
        (22, 1),
        referred("2023-12-01"),
        assigned("2023-12-01", "w1"),
        closed("2024-01-10"),
        on("2024-01-10", "reopened"),
    ),
    uncovered(
        "a caseworker who ended no day is none",
        (4, 1),
        (0, 0),
        (4, 1),
        START,
        assigned("2024-01-03", "w1"),
        ended("2024-01-03"),
        assigned("2024-01-05", "w2"),
    ),
    uncovered(
        "a caseworker in another unit was one",
        (0, 0),
        (27, 1),
        (27, 1),
        referred("2024-01-01", AM),
        assigned("2024-01-01", "w1"),
        ended("2024-01-05"),
        transferred("2024-01-05", UI),
    ),
    uncovered(
        "one assigned before the referral has been there from the first day",
        (2, 1),
        (17, 1),
        (19, 2),
        assigned("2023-12-20", "w1"),
        referred("2024-01-10"),
        ended("2024-01-15"),
        referred("2024-01-30", UI, "c2"),
    ),
    uncovered(
        "before the period counts for what came first",
        (0, 0),
        (31, 1),
        (31, 1),
        referred("2023-12-01"),
        assigned("2023-12-05", "w1"),
        ended("2023-12-10"),
    ),
    Row(
        "opening and received are accommodated, decided and pending",
        known_at_once(*COMPLAINTS),
        "complaints",
        {"unit": [UI], "from": "2024-02-01", "to": "2024-03-01"},
        [
            *measures(opening=4, received=2, overturned=1, pending=4),
            *by("outcome", {"maintained": 1, "accommodated": 1}, measure="reassessed"),
            *by("outcome", {"upheld": 0, "changed": 1, "remitted": 0, "dismissed": 0}, measure="decided"),
            {"measure": "overturned_percent", "value": None, "why": "few"},
        ],
    ),
    Row(
        "the unit of a complaint is that of its first receipt's day",
        known_at_once(*COMPLAINTS),
        "complaints",
        {"unit": [AM], "from": "2024-02-01", "to": "2024-03-01"},
        [
            *measures(opening=0, received=0, overturned=0, pending=0),
            *by("outcome", {"maintained": 0, "accommodated": 0}, measure="reassessed"),
            *by("outcome", {"upheld": 0, "changed": 0, "remitted": 0, "dismissed": 0}, measure="decided"),
            {"measure": "overturned_percent", "value": None, "why": "few"},
        ],
    ),
]
