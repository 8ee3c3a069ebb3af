"""By hand: who was in the stock on both of two days, who left and who came."""

from __future__ import annotations

from tests.by_hand.events import AM, SOCIAL, UI, closed, on, referred, transferred
from tests.by_hand.rows.follow_ups import merged, rejected
from tests.by_hand.rows.row import Row, by, known_at_once, measures

CAME = {"referred": 0, "reopened": 0, "transferred_in": 0}
LEFT = {"rejected": 0, "merged": 0}


def membership(
    title: str,
    stayed: int,
    came: dict,
    left: dict,
    *events: dict,
    others: tuple[dict, ...] = (),
    units: tuple[str, ...] = (UI,),
) -> Row:
    cells = measures(stayed=stayed) + by("cause", CAME | came, measure="came") + by("cause", LEFT | left, measure="left")
    cells += [{"measure": "left", **other} for other in others]
    return Row(
        title, known_at_once(*events), "membership", {"unit": list(units), "valid_at": ["2024-01-01", "2024-07-01"]}, cells
    )


def education(value: int) -> dict:
    return {"cause": "closed", "reason": "education", "value": value}


def gone_to(unit: str, value: int) -> dict:
    return {"cause": "transferred_out", "to_unit": unit, "value": value}


EARLIER = [referred("2023-12-01", case=f"c{number}") for number in range(1, 6)]

ROWS = [
    membership(
        "each cause in its cell",
        1,
        {"referred": 1, "transferred_in": 1, "reopened": 1},
        {"merged": 1, "rejected": 1},
        *EARLIER,
        referred("2023-12-01", AM, "c7"),
        referred("2023-12-01", UI, "c8"),
        closed("2023-12-31", "c8"),
        closed("2024-02-01", "c2"),
        referred("2024-02-01", UI, "c6"),
        transferred("2024-03-01", AM, "c3"),
        transferred("2024-03-01", UI, "c7"),
        merged("2024-04-01", "c4", "c1"),
        rejected("2024-05-01", "c5"),
        on("2024-05-01", "reopened", "c8"),
        others=(education(1), gone_to(AM, 1)),
    ),
    membership("who left and returned has stayed", 1, {}, {}, EARLIER[0], closed("2024-02-01"), on("2024-03-01", "reopened")),
    membership("who came and left between is in none", 0, {}, {}, referred("2024-02-01"), closed("2024-03-01")),
    membership(
        "the last event at which it left",
        0,
        {},
        {},
        EARLIER[0],
        transferred("2024-02-01", SOCIAL),
        transferred("2024-03-01", UI),
        closed("2024-04-01"),
        on("2024-05-01", "reopened"),
        transferred("2024-05-01", AM),  # in and out on one day: it left at last by this
        others=(gone_to(AM, 1),),
    ),
    membership(
        "the last event at which it came",
        0,
        {"reopened": 1},
        {},
        referred("2024-02-01"),
        closed("2024-03-01"),
        on("2024-04-01", "reopened"),
        transferred("2024-04-01", UI),  # no transfer
    ),
    membership(
        "what happens to it after it left is no leaving",
        0,
        {},
        {},
        EARLIER[0],
        transferred("2024-02-01", AM),
        closed("2024-03-01"),
        others=(gone_to(AM, 1),),
    ),
    membership(
        "nor is what comes after the second day",
        0,
        {},
        {},
        EARLIER[0],
        closed("2024-02-01"),
        on("2024-08-01", "reopened"),
        rejected("2024-09-01", "c1"),
        others=(education(1),),
    ),
    membership("units asked together are one pool", 1, {}, {}, EARLIER[0], transferred("2024-02-01", AM), units=(UI, AM)),
    membership(
        "each day is taken at its end",
        1,
        {},
        {},
        referred("2024-01-01", UI, "c1"),
        referred("2024-01-01", UI, "c2"),
        closed("2024-07-01", "c2"),
        referred("2024-07-02", UI, "c3"),
        others=(education(1),),
    ),
]
