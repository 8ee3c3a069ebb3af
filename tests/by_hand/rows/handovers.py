"""By hand: hand-overs."""

from __future__ import annotations

from tests.by_hand.events import AM, SOCIAL, UI, closed, on, referred, transferred
from tests.by_hand.rows.row import HALF_YEAR, Row, known_at_once, measures

START = referred("2023-12-01")


def proposed(valid_at: str, to: str) -> dict:
    return on(valid_at, "handover_proposed", to=to)


def accepted(valid_at: str, by: str) -> dict:
    return on(valid_at, "handover_accepted", to=by)


def refused(valid_at: str, by: str) -> dict:
    return on(valid_at, "handover_refused", to=by, reason="plads")


def handovers(title: str, expected: tuple[int, int, int, int], *events: dict, unit: str = UI) -> Row:
    cells = measures(**dict(zip(("proposed", "accepted", "refused", "waiting"), expected, strict=True)))
    return Row(title, known_at_once(START, *events), "handovers", {**HALF_YEAR, "unit": [unit]}, cells)


ELSEWHERE = [proposed("2024-02-01", SOCIAL), transferred("2024-03-01", AM)]
SAME_DAY = [proposed("2024-02-01", SOCIAL), transferred("2024-02-01", AM), proposed("2024-02-01", SOCIAL)]

ROWS = [
    handovers(
        "a second proposal while one waits changes nothing",
        (1, 1, 0, 0),
        proposed("2024-02-01", AM),
        proposed("2024-02-10", AM),
        accepted("2024-03-01", AM),
        transferred("2024-03-15", AM),
    ),
    handovers("nor does one to the case's own unit", (0, 0, 0, 0), proposed("2024-02-01", UI), accepted("2024-02-02", UI)),
    handovers(
        "transferred without an answer is neither, and an answer after it is none",
        (1, 0, 0, 0),
        proposed("2024-02-01", AM),
        transferred("2024-03-01", AM),
        accepted("2024-03-02", AM),
    ),
    handovers("transferred elsewhere it waits still, with the unit that proposed it", (1, 0, 0, 1), *ELSEWHERE),
    handovers("and not with the unit the case is in", (0, 0, 0, 0), *ELSEWHERE, unit=AM),
    handovers("an answer after the period is none yet", (1, 0, 0, 1), proposed("2024-06-30", AM), accepted("2024-07-01", AM)),
    handovers(
        "one proposed before the period and answered in it is in neither",
        (0, 0, 0, 0),
        proposed("2023-12-20", AM),
        refused("2024-02-01", AM),
    ),
    handovers("one proposed before it and unanswered waits", (0, 0, 0, 1), proposed("2023-12-20", AM)),
    handovers("one proposed after it is not there", (0, 0, 0, 0), proposed("2024-07-01", AM)),
    handovers(
        "two units may be asked at once, and one anew after its refusal",
        (3, 1, 1, 1),
        proposed("2024-02-01", AM),
        proposed("2024-02-01", SOCIAL),
        refused("2024-02-05", AM),
        proposed("2024-02-10", AM),
        accepted("2024-02-12", SOCIAL),
    ),
    handovers(
        "an answer of a unit that was not asked is none",
        (1, 0, 0, 1),
        proposed("2024-02-01", AM),
        accepted("2024-02-02", SOCIAL),
    ),
    handovers(
        "closing ends it, and a closed case is not handed over",
        (1, 0, 0, 0),
        proposed("2024-02-01", AM),
        closed("2024-03-01"),
        proposed("2024-03-02", SOCIAL),
        on("2024-03-05", "reopened"),
        accepted("2024-03-06", AM),
    ),
    handovers("the proposing unit is that at the proposal's place in the day", (1, 0, 0, 1), *SAME_DAY),
    handovers("and the second, of the next unit, changes nothing while the first waits", (0, 0, 0, 0), *SAME_DAY, unit=AM),
]
