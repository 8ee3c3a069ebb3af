"""By hand: follow-ups, the overdue and the upcoming."""

from __future__ import annotations

from tests.by_hand.events import AM, closed, on, referred, transferred
from tests.by_hand.rows.row import HALF_YEAR, MIDSUMMER, Row, by, known_at_once, measures

START = referred("2024-01-01")


def agreed(valid_at: str, due: str, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "follow_up_agreed", case, due=due, **data)


def held(valid_at: str, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "follow_up_held", case, outcome="continue", **data)


def rejected(valid_at: str, case: str) -> dict:
    return on(valid_at, "rejected", case, forum="kv_udvalg", reason="other")


def merged(valid_at: str, case: str, into: str) -> dict:
    return {**on(valid_at, "merged_into", case), "data": {"case": into}}


def due(*days: str) -> list[dict]:
    """Follow-ups without a track, agreed on 2 January in this order."""
    return [agreed("2024-01-02", day) for day in days]


def counted(title: str, expected: tuple[int, int, int, int], *events: dict, **more: object) -> Row:
    names = ("due", "held_on_time", "held_late", "not_held")
    cells = measures(**dict(zip(names, expected, strict=True)))
    return Row(title, known_at_once(*events), "follow_ups", {**HALF_YEAR, **more}, cells)


def overdue(title: str, expected: tuple[int, int, int, int], *events: dict, **more: object) -> Row:
    bands = by("band", dict(zip(("1-30", "31-90", "91+"), expected[:3], strict=True)), measure="follow_ups")
    cells = bands + measures(cases=expected[3])
    return Row(title, known_at_once(*events), "overdue_follow_ups", {**MIDSUMMER, **more}, cells)


def upcoming(title: str, expected: tuple[int, int, int, int], *events: dict, **more: object) -> Row:
    """Expected of social, employment, forum, none."""
    cells = by("track", dict(zip(("social", "employment", "forum", "none"), expected, strict=True)))
    return Row(title, known_at_once(*events), "upcoming_follow_ups", {**MIDSUMMER, **more}, cells)


CLOSINGS = [
    *(referred("2024-01-01", case=f"c{number}") for number in range(1, 7)),
    *(agreed("2024-01-02", "2024-03-01", f"c{number}") for number in range(1, 6)),
    closed("2024-03-01", "c1"),  # on the due day: not counted
    rejected("2024-03-02", "c2"),  # after it: not held
    merged("2024-03-01", "c3", "c6"),
    merged("2024-03-02", "c4", "c6"),
    closed("2024-02-29", "c5"),
]

ROWS = [
    counted(
        "one is missed and the three after it are held on the very day",
        (4, 3, 0, 1),
        START,
        *due("2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01"),
        held("2024-03-01"),  # 29 days from the first, none from the second: the first is overtaken
        held("2024-04-01"),
        held("2024-05-01"),
    ),
    counted(
        "of two as near the earlier is answered, and the later stays unanswered",
        (2, 0, 1, 1),
        START,
        *due("2024-02-11", "2024-02-01"),
        held("2024-02-06"),
    ),
    counted(
        "the later one is the nearer, and is answered before its day",
        (2, 1, 0, 1),
        START,
        *due("2024-02-01", "2024-02-11"),
        held("2024-02-07"),
    ),
    counted(
        "what is overtaken is not held for good: a further meeting answers nothing",
        (2, 1, 0, 1),
        START,
        *due("2024-02-01", "2024-02-11"),
        held("2024-02-07"),
        held("2024-02-08"),
    ),
    counted(
        "an early meeting answers the nearest of those ahead and overtakes none",
        (2, 1, 1, 0),
        START,
        *due("2024-03-01", "2024-03-10"),
        held("2024-02-20"),
        held("2024-03-11"),
    ),
    counted(
        "of two with one due day a meeting answers one and overtakes neither",
        (2, 1, 1, 0),
        START,
        *due("2024-03-01", "2024-03-01"),
        held("2024-03-01"),
        held("2024-03-02"),
    ),
    counted(
        "no track is a track of its own: another's is neither answered nor overtaken",
        (2, 1, 1, 0),
        START,
        agreed("2024-01-02", "2024-02-01", track="social"),
        agreed("2024-01-02", "2024-03-01"),
        held("2024-03-01"),
        held("2024-03-05", track="social"),
    ),
    counted(
        "a moved one is not counted where it was",
        (1, 1, 0, 0),
        START,
        *due("2024-03-01"),
        agreed("2024-02-20", "2024-03-10", moved_from="2024-03-01"),
        held("2024-03-10"),
    ),
    counted(
        "an overtaken one cannot be moved: the new one is simply agreed",
        (3, 1, 0, 2),
        START,
        *due("2024-02-01", "2024-03-01"),
        held("2024-03-01"),
        agreed("2024-03-02", "2024-04-01", moved_from="2024-02-01"),
    ),
    counted(
        "of two with one due day a move replaces one",
        (2, 0, 0, 2),
        START,
        *due("2024-03-01", "2024-03-01"),
        agreed("2024-02-20", "2024-04-01", moved_from="2024-03-01"),
    ),
    counted(
        "one moved to its own day is one",
        (1, 0, 0, 1),
        START,
        *due("2024-03-01"),
        agreed("2024-02-20", "2024-03-01", moved_from="2024-03-01"),
    ),
    counted(
        "moved from a day that none has, it is simply agreed",
        (2, 0, 0, 2),
        START,
        *due("2024-03-01"),
        agreed("2024-02-01", "2024-04-01", moved_from="2024-03-02"),
    ),
    counted(
        "so it is when moved from another track's, or from one that is held",
        (3, 1, 0, 2),
        START,
        *due("2024-03-01"),
        agreed("2024-02-01", "2024-04-01", moved_from="2024-03-01", track="forum"),
        held("2024-02-02"),
        agreed("2024-02-03", "2024-04-01", moved_from="2024-03-01"),
    ),
    counted("a meeting before the agreement answers nothing", (1, 0, 0, 1), START, held("2024-01-01"), *due("2024-03-01")),
    counted(
        "one that is held stays held when the case closes",
        (1, 1, 0, 0),
        START,
        *due("2024-03-01"),
        held("2024-02-01"),
        closed("2024-02-10"),
    ),
    counted("closed, rejected or merged by the due day is not counted, after it is not held", (2, 0, 0, 2), *CLOSINGS),
    counted(
        "an overtaken one is not held, also where the case closes the same day",
        (2, 1, 0, 1),
        START,
        *due("2024-02-01", "2024-03-10"),
        held("2024-03-09"),
        closed("2024-03-09"),
    ),
    counted(
        "what a closing ended is not answered after the reopening",
        (1, 1, 0, 0),
        START,
        *due("2024-03-01"),
        closed("2024-02-01"),
        on("2024-02-10", "reopened"),
        agreed("2024-02-10", "2024-03-05"),
        held("2024-03-01"),  # four days before the only one unanswered
    ),
    counted(
        "agreed on a case that is closed is nothing, and held on one is nothing",
        (1, 0, 0, 1),
        START,
        *due("2024-01-15"),
        closed("2024-02-01"),
        held("2024-02-02"),
        agreed("2024-02-02", "2024-03-01"),
    ),
    counted(
        "a due day before the referral is the unit's that it was referred to",
        (1, 0, 0, 1),
        referred("2024-02-01"),
        agreed("2024-02-01", "2024-01-15"),
        transferred("2024-02-01", AM),
    ),
    counted(
        "it belongs to the unit at the end of its due day",
        (0, 0, 0, 0),
        START,
        *due("2024-03-01"),
        transferred("2024-03-01", AM),
    ),
    counted("and is counted there", (1, 0, 0, 1), START, *due("2024-03-01"), transferred("2024-03-01", AM), unit=[AM]),
    counted("held after the period is held late", (1, 0, 1, 0), START, *due("2024-06-30"), held("2024-07-05")),
    counted("the period is half-open", (1, 0, 0, 1), START, *due("2023-12-31", "2024-01-01", "2024-07-01")),
    overdue(
        "the bands begin with a day",
        (2, 2, 1, 1),
        START,
        *due("2024-06-30", "2024-06-01", "2024-05-31", "2024-04-02", "2024-04-01", "2024-07-01"),  # 1 30 31 90 91 0 days
    ),
    overdue("a closed case has none", (0, 0, 0, 0), START, *due("2024-05-01"), closed("2024-06-01")),
    overdue(
        "nor has it when it is open again",
        (0, 0, 0, 0),
        START,
        *due("2024-05-01"),
        closed("2024-05-20"),
        on("2024-05-21", "reopened"),
    ),
    overdue(
        "a merged case has none",
        (0, 0, 0, 0),
        START,
        referred("2024-01-01", case="c2"),
        *due("2024-05-01"),
        merged("2024-06-01", "c1", "c2"),
    ),
    overdue("it follows the case out of the unit", (0, 0, 0, 0), START, *due("2024-05-01"), transferred("2024-06-01", AM)),
    overdue("and into the other", (0, 1, 0, 1), START, *due("2024-05-01"), transferred("2024-06-01", AM), unit=[AM]),
    overdue("one held the day after is overdue still", (1, 0, 0, 1), START, *due("2024-06-15"), held("2024-07-02")),
    overdue("and is no more on that day", (0, 0, 0, 0), START, *due("2024-06-15"), held("2024-07-02"), valid_at=["2024-07-02"]),
    overdue("an overtaken one is not overdue", (0, 0, 0, 0), START, *due("2024-02-01", "2024-06-15"), held("2024-06-16")),
    overdue(
        "a moved one is overdue by its new day alone",
        (1, 0, 0, 1),
        START,
        *due("2024-03-01"),
        agreed("2024-02-20", "2024-06-20", moved_from="2024-03-01"),
    ),
    upcoming(
        "the window begins with the day and is half-open",
        (0, 0, 0, 2),
        START,
        *due("2024-06-30", "2024-07-01", "2024-07-30", "2024-07-31"),
    ),
    upcoming("a window of a day", (0, 0, 0, 1), START, *due("2024-07-01", "2024-07-02"), window=1),
    upcoming(
        "each by its track",
        (2, 1, 1, 0),
        START,
        agreed("2024-01-02", "2024-07-05", track="social"),
        agreed("2024-01-02", "2024-07-06", track="social"),
        agreed("2024-01-02", "2024-07-07", track="employment"),
        agreed("2024-01-02", "2024-07-08", track="forum"),
        agreed("2024-07-02", "2024-07-10"),  # not agreed yet
    ),
    upcoming("one held before its day is no more to come", (0, 0, 0, 0), START, *due("2024-07-05"), held("2024-06-28")),
    upcoming("a closed case has none", (0, 0, 0, 0), START, *due("2024-07-05"), closed("2024-07-01")),
]
