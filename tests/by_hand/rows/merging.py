"""By hand: cases merged, and citizens joined."""

from __future__ import annotations

from tests.by_hand.events import AM, SOCIAL, UI, closed, granted, on, referred, transferred
from tests.by_hand.rows.follow_ups import merged, rejected
from tests.by_hand.rows.row import HALF_YEAR, MIDSUMMER, Row, by, known_at_once, measures

DAY = "2024-02-01"
ENTRIES = {"referred": 0, "reopened": 0, "transferred_in": 0}


def flow(title: str, totals: tuple[int, int, int, int], exits: list[dict], *events: dict, **entries: int) -> Row:
    named = zip(("opening", "entries", "exits", "closing"), totals, strict=True)
    cells = [{"measure": name, "cause": None, "value": value} for name, value in named]
    cells += by("cause", {**ENTRIES, **entries}, measure="entries") + exits
    return Row(title, known_at_once(*events), "stock_flow", HALF_YEAR, cells)


def out(**values: int) -> list[dict]:
    return by("cause", values, measure="exits")


def citizens(title: str, expected: int, *events: dict, position: int | None = None, day: str = DAY) -> Row:
    cells = [{"unit": UI, "valid_at": day, "value": expected}]
    asked = {"unit": [UI], "valid_at": [day], "count": "citizens"}
    return Row(title, known_at_once(*events), "caseload", asked, cells, position)


def of(case: str, citizen: str, valid_at: str = "2024-01-01") -> dict:
    return referred(valid_at, UI, case, citizen=citizen)


def withdrawn(position: int, case: str) -> dict:
    return on("2024-06-01", "withdrawn", case, source_id=f"s{position}", reason="fejl")


TWO = [referred("2023-12-01", case="c1"), referred("2023-12-01", case="c2")]
THREE_CASES = [of("c1", "p1"), of("c2", "p2"), of("c3", "p1"), merged("2024-05-01", "c1", "c2")]
CIRCLE = [of(f"c{number}", f"p{number}") for number in (1, 2, 3, 4)]
CIRCLE += [merged("2024-05-01", "c1", "c2"), merged("2024-05-02", "c2", "c3"), merged("2024-05-03", "c3", "c1")]

ROWS = [
    flow(
        "a merged case leaves by that cause, the other goes on",
        (2, 0, 1, 1),
        out(rejected=0, merged=1),
        *TWO,
        merged("2024-02-01", "c1", "c2"),
    ),
    flow(
        "on a closed case it takes nothing out",
        (2, 0, 1, 1),
        [*out(rejected=0, merged=0), {"measure": "exits", "cause": "closed", "reason": "education", "value": 1}],
        *TWO,
        closed("2024-01-15", "c1"),
        merged("2024-02-01", "c1", "c2"),
    ),
    flow(
        "a merged case may be reopened",
        (2, 1, 1, 2),
        out(rejected=0, merged=1),
        *TWO,
        merged("2024-02-01", "c1", "c2"),
        on("2024-03-01", "reopened", "c1"),
        reopened=1,
    ),
    flow(
        "before its referral it changes nothing",
        (1, 1, 0, 2),
        out(rejected=0, merged=0),
        TWO[1],
        merged("2023-12-01", "c1", "c2"),
        of("c1", "p1"),
        referred=1,
    ),
    flow("into itself it changes nothing", (2, 0, 0, 2), out(rejected=0, merged=0), *TWO, merged("2024-02-01", "c1", "c1")),
    flow(
        "into a case that nobody knows it is closed all the same",
        (2, 0, 1, 1),
        out(rejected=0, merged=1),
        *TWO,
        merged("2024-02-01", "c1", "c9"),
    ),
    Row(
        "merging ends what closing ends",
        known_at_once(
            *TWO,
            granted("2023-12-02", "bostoette_85", case="c1"),
            on("2023-12-02", "assessment_opened", "c1", method="vum"),
            merged("2024-02-01", "c1", "c2"),
            on("2024-03-01", "reopened", "c1"),
        ),
        "caseload_by_support",
        MIDSUMMER,
        by(
            "support",
            dict.fromkeys(("bostoette", "ungestoette", "efterskole", "kontaktperson", "other", "assessing"), 0)
            | {"waiting": 2},
        ),
    ),
    Row(
        "nothing of it moves to the case that goes on",
        known_at_once(*TWO, on("2023-12-02", "frame_agreed", "c1", amount=100), merged("2024-02-01", "c1", "c2")),
        "frames",
        MIDSUMMER,
        measures(agreed=0, drawn=0, cases=0, overdrawn_cases=0),
    ),
    citizens("the citizens are joined on a day before the merging, and in every case of either", 1, *THREE_CASES),
    citizens("until the merging is known", 2, *THREE_CASES, position=3),
    citizens("and from the position of its withdrawal", 2, *THREE_CASES, withdrawn(4, "c1")),
    Row(
        "cases are counted as they are",
        known_at_once(*THREE_CASES),
        "caseload",
        {"unit": [UI], "valid_at": [DAY]},
        [{"unit": UI, "valid_at": DAY, "value": 3}],
    ),
    citizens("a chain and a circle join all that are in them", 2, *CIRCLE),
    citizens("a circle has closed all its cases", 1, *CIRCLE, day="2024-06-01"),
    citizens(
        "two merged into one, and one merged into two, join transitively",
        1,
        of("c1", "p1"),
        of("c2", "p2"),
        of("c3", "p3"),
        of("c4", "p4"),
        of("c5", "p1"),
        merged("2024-05-01", "c1", "c2"),
        merged("2024-05-01", "c3", "c4"),
        merged("2024-05-02", "c5", "c4"),  # p1 again
    ),
    citizens(
        "on a closed case it joins the citizens",
        1,
        of("c1", "p1"),
        closed("2024-01-15", "c1"),
        of("c2", "p2"),
        of("c3", "p1"),
        merged("2024-05-01", "c1", "c2"),
    ),
    citizens(
        "on a rejected one too",
        1,
        of("c1", "p1"),
        rejected("2024-01-15", "c1"),
        of("c2", "p2"),
        of("c3", "p1"),
        merged("2024-05-01", "c1", "c2"),
    ),
    citizens("before its referral it joins nothing", 2, merged("2023-12-01", "c1", "c2"), of("c1", "p1"), of("c2", "p2")),
    citizens(
        "with a case that was never referred it joins nothing",
        1,
        of("c1", "p1"),
        on("2024-01-01", "benefit_changed", "c2", benefit="su"),
        merged("2024-05-01", "c1", "c2"),
    ),
    citizens(
        "the citizen last said of the case that goes on is the one joined",
        1,
        of("c1", "p1"),
        of("c2", "p2"),
        of("c3", "p1"),
        of("c4", "p5"),
        merged("2024-01-10", "c1", "c2"),
        closed("2024-01-10", "c2"),
        of("c2", "p5", "2024-03-01"),  # so p1 and p5 are one
    ),
    citizens(
        "the citizen of the merged case is the one said of it at that place",
        1,
        of("c1", "p1"),
        of("c2", "p2"),
        of("c3", "p1"),
        merged("2024-01-10", "c1", "c2"),
        of("c1", "p4", "2024-03-01"),  # referred anew as another: p1 and p2 are one all the same
    ),
    Row(
        "transfers count joined citizens once",
        known_at_once(
            referred("2024-01-01", AM, "c1"),
            referred("2024-01-01", AM, "c2"),
            referred("2024-01-01", AM, "c3"),
            *(transferred("2024-02-01", SOCIAL, f"c{number}") for number in (1, 2, 3)),
            merged("2024-05-01", "c1", "c2"),
        ),
        "transfers",
        {"from": "2024-01-01", "to": "2024-07-01"},
        [{"from_unit": AM, "to_unit": SOCIAL, "reason": "handover", "value": 2}],
    ),
]
