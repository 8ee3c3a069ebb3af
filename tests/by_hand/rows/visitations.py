"""By hand: visitations, refusals, the rehabilitation team, expected pensions."""

from __future__ import annotations

from tests.by_hand.events import AM, SOCIAL, UI, closed, on, referred, transferred
from tests.by_hand.rows.row import HALF_YEAR, Row, by, known_at_once, measures

REASONS = ("botilbud", "psyk_misbrug", "fleksjob", "forsikret", "integration", "foertidspension", "declined", "other")


def visited(valid_at: str, case: str = "c1") -> dict:
    return on(valid_at, "visited", case, forum="kv_udvalg")


def rejected(valid_at: str, reason: str, case: str = "c1") -> dict:
    return on(valid_at, "rejected", case, forum="kv_udvalg", reason=reason)


def refused(valid_at: str, support: str, case: str = "c1") -> dict:
    return on(valid_at, "support_refused", case, support=support)


def visitations(title: str, visits: int, rejections: dict[str, int], *events: dict, unit: str = UI) -> Row:
    cells = measures(visited=visits) + by("reason", dict.fromkeys(REASONS, 0) | rejections, measure="rejected")
    return Row(title, known_at_once(*events), "visitations", {**HALF_YEAR, "unit": [unit]}, cells)


def refusals(title: str, expected: dict[str, int], *events: dict, unit: str = UI) -> Row:
    return Row(title, known_at_once(*events), "refused_supports", {**HALF_YEAR, "unit": [unit]}, by("support", expected))


ANEW = [
    referred("2024-01-01"),
    rejected("2024-03-01", "other"),
    referred("2024-03-01", AM),
    visited("2024-03-01"),
]
REFUSED = [
    refused("2023-12-31", "botilbud"),  # not referred yet
    referred("2024-01-01"),
    refused("2024-02-01", "bostoette_85"),
    refused("2024-02-01", "bostoette_85"),
    refused("2024-02-02", "mentor"),
    transferred("2024-02-02", AM),
    transferred("2024-02-03", UI),
    refused("2024-03-01", "efterskole"),
    closed("2024-03-01"),
    refused("2024-03-01", "ungestoette"),  # closed by then
    refused("2024-03-02", "ungestoette"),
]


def once_a_case(kind: str) -> list[dict]:
    """Events of the kind: twice in a case, on a closed one, before a referral, on a day of transfer, after the period."""
    return [
        on("2023-12-31", kind, "c4"),
        *(referred("2024-01-01", case=f"c{number}") for number in range(1, 6)),
        on("2024-02-01", kind, "c1"),
        on("2024-03-01", kind, "c1"),
        closed("2024-02-01", "c2"),
        on("2024-02-01", kind, "c2"),
        on("2024-02-01", kind, "c3"),
        transferred("2024-02-01", SOCIAL, "c3"),
        on("2024-07-01", kind, "c5"),
    ]


ROWS = [
    visitations(
        "every event counts, not every case",
        2,
        {"botilbud": 1},
        referred("2024-01-01"),
        visited("2024-02-01"),
        visited("2024-03-01"),
        rejected("2024-04-01", "botilbud"),
    ),
    visitations(
        "a visitation belongs to the unit of the evening before",
        1,
        {},
        referred("2024-01-01"),
        transferred("2024-02-01", AM),
        visited("2024-02-01"),
    ),
    visitations(
        "and not to the one it is transferred to that day",
        0,
        {},
        referred("2024-01-01"),
        transferred("2024-02-01", AM),
        visited("2024-02-01"),
        unit=AM,
    ),
    visitations(
        "on the day of its referral to the unit referred to",
        1,
        {"declined": 1},
        referred("2024-01-01"),
        transferred("2024-01-01", AM),
        visited("2024-01-01"),
        rejected("2024-01-01", "declined"),
    ),
    visitations(
        "before a referral and after a closing it changes nothing",
        0,
        {},
        visited("2024-01-01"),
        referred("2024-01-02"),
        closed("2024-02-01"),
        visited("2024-02-02"),
        rejected("2024-02-03", "other"),
    ),
    visitations(
        "on the day of a reopening to the unit of the evening before",
        1,
        {},
        referred("2023-01-01"),
        transferred("2023-02-01", AM),
        closed("2023-03-01"),
        on("2024-01-05", "reopened"),
        transferred("2024-01-05", UI),
        visited("2024-01-05"),
        unit=AM,
    ),
    visitations(
        "rejected, and referred to another unit the same day: the rejection is the first one's", 0, {"other": 1}, *ANEW
    ),
    visitations("and the visitation after it the other's", 1, {}, *ANEW, unit=AM),
    refusals("refusals count by their event on a case open at its place", {"bostoette_85": 2, "efterskole": 1}, *REFUSED),
    refusals("and belong to the unit of the evening", {"mentor": 1}, *REFUSED, unit=AM),
    refusals("only what occurs is there", {}, *REFUSED, unit=SOCIAL),
    Row(
        "a case sent to the rehabilitation team twice is one case",
        known_at_once(*once_a_case("sent_to_rehabilitation")),
        "rehabilitation",
        HALF_YEAR,
        [{"value": 1}],
    ),
    Row(
        "of the unit of the evening",
        known_at_once(*once_a_case("sent_to_rehabilitation")),
        "rehabilitation",
        {**HALF_YEAR, "unit": [SOCIAL]},
        [{"value": 1}],
    ),
    Row(
        "the period is half-open",
        known_at_once(*once_a_case("sent_to_rehabilitation")),
        "rehabilitation",
        {**HALF_YEAR, "to": "2024-07-02"},
        [{"value": 2}],
    ),
    Row(
        "a pension expected twice is one case",
        known_at_once(*once_a_case("disability_pension_expected")),
        "expected_pensions",
        HALF_YEAR,
        [{"value": 1}],
    ),
    Row("none is nought", known_at_once(referred("2024-01-01")), "expected_pensions", HALF_YEAR, [{"value": 0}]),
]
