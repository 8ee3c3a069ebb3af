"""By hand: what happened to a case between 1 January and 1 July 2024, and how the page tells it."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.by_hand.events import AM, SOCIAL, assigned, closed, granted, on, referred, transferred


class Told(NamedTuple):
    """What happened to one case, and what the page says of it from 1 January to 1 July 2024."""

    title: str
    figure: str
    events: list[dict[str, Any]]
    way: str
    cells: str
    cause: str
    day: str


def told(title: str, figure: str, *events: dict[str, Any], way: str, cells: str, cause: str, day: str) -> Told:
    return Told(title, figure, [*events], way, cells, cause, day)


ROWS = [
    told(
        "closed",
        "caseload",
        referred("2023-12-01"),
        closed("2024-02-10"),
        way="left",
        cells="Ungeindsatsen",
        cause="afsluttet: Uddannelse",
        day="2024-02-10",
    ),
    told(
        "closed, reopened, and closed again: the last counts",
        "caseload",
        referred("2023-12-01"),
        closed("2024-02-10"),
        on("2024-03-01", "reopened"),
        on("2024-05-05", "closed", reason="moved"),
        way="left",
        cells="Ungeindsatsen",
        cause="afsluttet: Fraflyttet",
        day="2024-05-05",
    ),
    told(
        "reopened and closed on one day, after it had left: that closing is the last event at which it left",
        "caseload",
        referred("2023-12-01"),
        closed("2024-02-10"),
        on("2024-05-05", "reopened"),
        on("2024-05-05", "closed", reason="moved"),
        way="left",
        cells="Ungeindsatsen",
        cause="afsluttet: Fraflyttet",
        day="2024-05-05",
    ),
    told(
        "transferred and then closed by the other unit: the transfer took it out",
        "caseload",
        referred("2023-12-01"),
        transferred("2024-02-10", SOCIAL),
        closed("2024-02-10"),
        way="left",
        cells="Ungeindsatsen",
        cause="overdraget: Socialområdet, Overdragelse",
        day="2024-02-10",
    ),
    told(
        "referred",
        "caseload",
        referred("2024-03-04"),
        assigned("2024-03-05", "w-1"),
        way="came",
        cells="Ungeindsatsen",
        cause="henvist / ansøgning modtaget: Ungeindsatsen, Ansøgning",
        day="2024-03-04",
    ),
    told(
        "moved to the other unit that is asked about: in both",
        "caseload",
        referred("2023-12-01"),
        transferred("2024-02-10", AM),
        way="moved",
        cells="fra Ungeindsatsen til Arbejdsmarkedsafdelingen",
        cause="overdraget: Arbejdsmarkedsafdelingen, Overdragelse",
        day="2024-02-10",
    ),
    told(
        "away and back again: unchanged",
        "caseload",
        referred("2023-12-01"),
        closed("2024-02-10"),
        on("2024-03-01", "reopened"),
        way="stayed",
        cells="Ungeindsatsen",
        cause="",
        day="",
    ),
    told(
        "from one support to another",
        "caseload_by_support",
        referred("2023-12-01"),
        granted("2023-12-10", "bostoette_85"),
        granted("2024-04-01", "efterskole", "g2"),
        way="moved",
        cells="fra Bostøtte til Økonomisk støtte til efterskole",
        cause="støtte bevilget: Økonomisk støtte til efterskole",
        day="2024-04-01",
    ),
    told(
        "a birthday is no event, even where there is one on that day",
        "age_bands",
        referred("2023-12-01", born="1999-05"),
        assigned("2024-05-01", "w-1"),
        way="moved",
        cells="fra 18-24 til 25-29",
        cause="fyldte 25 år",
        day="2024-05-01",
    ),
    told(
        "a due day that passed",
        "overdue_follow_ups",
        referred("2023-12-01"),
        on("2023-12-05", "follow_up_agreed", due="2024-06-10"),
        way="came",
        cells="Opfølgninger, 1-30 · Sager",
        cause="en frist løb ud",
        day="2024-06-11",
    ),
    told(
        "a follow-up that was held",
        "overdue_follow_ups",
        referred("2023-10-01"),
        on("2023-10-05", "follow_up_agreed", due="2023-12-20"),
        on("2024-02-01", "follow_up_held", outcome="continue"),
        way="left",
        cells="Opfølgninger, 1-30 · Sager",
        cause="opfølgning holdt: Fortsæt",
        day="2024-02-01",
    ),
    told(
        "a meeting that is no longer among the last ninety days",
        "contact_surface",
        referred("2023-12-01"),
        on("2023-12-15", "activity_recorded", activity="moede", worker="w-1"),
        way="moved",
        cells="fra 1 til 0",
        cause="en fagperson gled ud af 90-dages-vinduet",
        day="2024-03-14",
    ),
]
