"""The traps, one by one: a small paper in which each bites, and its twin in which it must be silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from dashboards.figure import FIGURES
from dashboards.language import DANISH, ENGLISH
from dashboards.pack.caveats import RUN_OFF
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Drawing, Grid, Note, Paper, Paragraph, Sum, Value, value
from dashboards.pack.printed import AgeLimit
from dashboards.pack.traps import TRAPS, findings, gaps
from dashboards.question import asked
from dashboards.status_days import Printed
from dashboards.view import Ask, Told
from journey.codes import parsed, standard, text
from journey.events import FigurePublished
from journey.events import Paper as PaperOf
from tests.pack.conftest import YEARS

UI, AM = "ungeindsatsen", "arbejdsmarked"
TODAY = date(2025, 3, 1)
SAME_DAY = {UI: (date(2025, 2, 1),), AM: (date(2025, 2, 1),)}
QUIET_LAW = parsed(
    text()
    .replace('printed = "§ 99, Barnets Lov"', 'printed = "barnets lov §§ 111-121"')
    .replace(
        'nr. 3-4 barnets lov"', 'nr. 3-4 barnets lov", verified = "barnets lov § 35, stk. 4, nr. 3-4", verified_on = 2025-02-01'
    )
    .replace('nr. 3 barnets lov"', 'nr. 3 barnets lov", verified = "barnets lov § 32, stk. 1, nr. 3", verified_on = 2025-02-01')
    .replace("2026-11-20", "2025-02-01")
)
"""Code lists of which every legal basis is looked up, lately, and as printed."""


def count(
    figure: str,
    number: float | None,
    counted: str | None = None,
    /,
    *,
    of: int | None = None,
    given: Mapping[str, Sequence[str]],
    **cell: Any,
) -> Value:
    """A number of the paper: a figure's cell with the value, as the question gave it."""
    question = asked(FIGURES[figure].takes, given, position=1, today=TODAY, codes=standard())
    why = {"why": "few"} if number is None and of is not None else {}
    return value(Told(Ask(FIGURES[figure], question), [{**cell, "value": number, **why}]), counted, of=of, **cell)


def stock(number: float | None, unit: str = UI, day: str = "2025-02-01", **given: str) -> Value:
    words = {"unit": [unit], "valid_at": [day], **{name: [said] for name, said in given.items()}}
    return count("caseload", number, given=words, unit=unit, valid_at=day)


def grid(*values: Value, key: bool = True, sums: tuple[Sum, ...] = (), notes: tuple[Note, ...] = ()) -> Grid:
    return Grid("Tabel 1", "Sager", ("", "Antal"), tuple(("", each) for each in values), notes, sums, key=key)


def paper(
    *parts: Grid,
    year: int = 2025,
    days: Any = SAME_DAY,
    ledger: Sequence[Printed] = (),
    made_on: date = TODAY,
    moment: Any = None,
) -> Paper:
    of = Occasion(year, days, 1, moment or datetime(2025, 2, 20, tzinfo=UTC), QUIET_LAW, tuple(ledger), made_on)
    return Paper("Status", of, parts)


def published(name: str, value: float | None, day: str = "2025-05-14", case: str = "25/1978", **said: Any) -> Printed:
    given = {"figure": None, "parameters": {}, "cell": {}, "qualifier": "exact", **said}
    return Printed(
        1, 1, 2**62, FigurePublished(id=name, value=value, paper=PaperOf(case, "Status", date.fromisoformat(day)), **given)
    )


def found(shown: Paper) -> set[str]:
    return {each.trap for each in findings(shown, DANISH)}


PERIOD = {"from": ["2024-01-01"], "to": ["2025-01-01"]}
FLOW = {"from": ["2024-02-02"], "to": ["2025-02-02"]}
COHORT = {"from_unit": ["social"], "to_unit": [AM], "from": ["2022-10-01"], "to": ["2022-11-01"], "valid_at": ["2025-02-01"]}
SUPPORT = {"unit": [UI], "valid_at": ["2025-02-01"]}


def moved(number: int, given: Mapping[str, Sequence[str]]) -> Value:
    cell = {"from_unit": AM, "to_unit": "social", "reason": "disability_pension"}
    return count("transfers", number, given={"from_unit": [AM], **given}, **cell)


def flow(number: int) -> Value:
    return count("stock_flow", number, given={"unit": [AM], **FLOW}, measure="opening", cause=None)


def survey(statement: str, n: int) -> Value:
    return count("survey", n, "svar", given={}, statement=statement, measure="n")


def cohort(**numbers: int) -> list[Value]:
    return [count("cohort", number, given=COHORT, measure=measure) for measure, number in numbers.items()]


def benefit(day: str, number: int) -> Value:
    given = {"unit": [AM], "valid_at": [day]}
    return count("caseload_by_benefit", number, given=given, valid_at=day, benefit="ressourceforloeb_jaf")


def support(number: int, group: str = "bostoette") -> Value:
    return count("caseload_by_support", number, given=SUPPORT, support=group)


OF_BOTH = [published("a", 1, "2023-02-23", "22/5547"), published("b", 1, "2025-02-20")]
PRINTED_WHOLE = published(
    "a", 19, "2025-02-20", figure="caseload", parameters=SUPPORT, cell={"unit": UI, "valid_at": "2025-02-01"}
)
PRINTED_PART = published("b", 11, "2025-02-20", figure="caseload_by_support", parameters=SUPPORT, cell={"support": "bostoette"})
ENKELTE = published("enkelte", None, "2025-02-20", qualifier="enkelte", figure="transfers", cell={"reason": "other"})
BREAKS = {UI: (date(2024, 2, 2), date(2025, 2, 1)), AM: (date(2024, 2, 2), date(2025, 2, 1))}
BITES: Mapping[str, tuple[Paper, Paper]] = {
    "sum": (
        paper(grid(stock(20), sums=(Sum(stock(20), (stock(11), stock(8))),))),
        paper(grid(stock(19), sums=(Sum(stock(19), (stock(11), stock(8))), Sum(stock(12), (stock(20),), (stock(8),))))),
    ),
    "procent-af-faa": (
        paper(grid(count("complaints", 50, "procent", of=2, given=PERIOD, measure="overturned_percent"))),
        paper(grid(count("complaints", 50, "procent", of=20, given=PERIOD, measure="overturned_percent"))),
    ),
    "med-uden-udredning": (
        paper(grid(stock(96), stock(17, AM, include_assessing="false"))),
        paper(grid(stock(96), stock(26, AM))),
    ),
    "sager-borgere": (
        paper(grid(stock(96), stock(95, count="citizens"))),
        paper(grid(stock(96), stock(95, AM))),
    ),
    "statusdage": (
        paper(days={UI: (date(2025, 2, 1),), AM: (date(2025, 2, 2),)}),
        paper(),
    ),
    "perioder": (
        paper(grid(flow(20), moved(5, PERIOD))),
        paper(grid(flow(20), moved(5, FLOW))),
    ),
    "databrud": (
        paper(days=BREAKS, ledger=[published("a", 1, "2025-02-20")]),
        paper(days=SAME_DAY, ledger=[published("a", 1, "2025-02-20")]),
    ),
    "tavshed": (
        paper(moment=datetime(2024, 12, 31, tzinfo=UTC)),
        paper(moment=datetime(2025, 1, 10, tzinfo=UTC)),
    ),
    "medfulgte": (
        paper(replace(grid(stock(156)), notes=(Note("39 sager", RUN_OFF),))),
        paper(replace(grid(stock(156)), notes=(Note("Talt efter figuren caseload."),))),
    ),
    "ens-tal": (
        paper(grid(stock(21, AM), count("caseload_by_support", 21, given=SUPPORT, support="ungestoette"))),
        paper(
            grid(
                stock(21, AM),
                stock(21, AM, "2024-02-01"),
                count("caseload_by_support", 20, given=SUPPORT, support="ungestoette"),
            )
        ),
    ),
    "resten": (paper(grid(*cohort(size=31, active=8, newcomers=9))), paper(grid(*cohort(size=31, active=8, newcomers=23)))),
    "mangler": (
        paper(grid(stock(None))),
        paper(grid(count("complaints", None, "procent", of=3, given=PERIOD, measure="overturned_percent"), stock(0))),
    ),
    "ikke-talt": (
        paper(ledger=[published("ui-forventet", 100, "2025-02-20", qualifier="ca")]),
        paper(ledger=[published("ui-2025", 96, "2025-02-20", figure="caseload"), published("gammel", 1, "2023-02-23")]),
    ),
    "medhold": (
        paper(grid(count("complaints", 2, given=PERIOD, measure="decided", outcome="upheld"))),
        paper(grid(count("complaints", 0, given=PERIOD, measure="decided", outcome="upheld"))),
    ),
    "kolonnenavn": (
        paper(
            grid(benefit("2023-01-17", 9), benefit("2025-02-01", 5)),
            ledger=[published("a", 1, "2023-02-23", "22/5547"), published("b", 1, "2025-02-20")],
        ),
        paper(
            grid(benefit("2025-02-01", 5)),
            ledger=[published("a", 1, "2023-02-23", "22/5547"), published("b", 1, "2025-02-20")],
        ),
    ),
    "faa-svar": (paper(grid(survey("Tillid", 16))), paper(grid(survey("Tillid", 160)))),
    "samme-udsagn": (
        paper(grid(survey("Figur 4: Sammenhæng", 160), survey("Figur 7: Sammenhæng", 160))),
        paper(grid(survey("Figur 4: Sammenhæng", 160), survey("Figur 5: Tillid", 160))),
    ),
    "smaa-tal": (
        paper(grid(stock(4))),
        paper(grid(stock(5), stock(0))),
    ),
    "begyndelse": (
        paper(grid(stock(3, day="2022-12-31")), ledger=OF_BOTH),
        paper(grid(stock(3, day="2023-01-01")), ledger=OF_BOTH),
    ),
    "fordeling": (
        paper(grid(stock(19), sums=(Sum(stock(19), (support(11), support(8, "efterskole"))),)), ledger=[PRINTED_WHOLE]),
        paper(
            grid(stock(19), sums=(Sum(stock(19), (support(11), support(8, "efterskole"))),)),
            ledger=[PRINTED_WHOLE, PRINTED_PART],
        ),
    ),
    "hovedlov": (
        replace(paper(), parts=(Paragraph(("Støtten gives efter den nye Hovedlov.",)),)),
        replace(paper(), parts=(Paragraph(("Støtten gives efter serviceloven.",)),)),
    ),
    "sagsgang": (paper(ledger=OF_BOTH), paper(ledger=OF_BOTH[:1])),
    "frist": (paper(made_on=date(2025, 4, 1)), paper(made_on=date(2025, 3, 31))),
}


@pytest.mark.parametrize("trap", BITES)
def test_the_trap_bites(trap: str) -> None:
    assert trap in found(BITES[trap][0])


@pytest.mark.parametrize("trap", BITES)
def test_its_twin_is_silent(trap: str) -> None:
    assert trap not in found(BITES[trap][1])


def test_a_small_number_that_is_public_already_is_not_hidden_again() -> None:
    public = published(
        "a",
        4,
        "2025-02-20",
        figure="caseload",
        parameters={"unit": [UI], "valid_at": ["2025-02-01"]},
        cell={"unit": UI, "valid_at": "2025-02-01"},
    )

    assert "smaa-tal" not in found(paper(grid(stock(4)), ledger=[public]))


def test_the_word_enkelte_is_kept_as_a_reservation() -> None:
    said = [each.says for each in findings(paper(ledger=[ENKELTE]), DANISH) if each.trap == "ikke-talt"]

    assert said == ["Et tal er trykt med forbehold: »enkelte«. "]


def test_four_different_21s_are_one_finding() -> None:
    """AM in 2023, ungestøtte in 2025, the fall from 117 to 96, and the grants printed in 2023 (T7)."""
    earlier = published(
        "a",
        21,
        "2023-02-23",
        figure="committed_amounts",
        parameters={"unit": [UI]},
        cell={"support": "efterskole", "measure": "grants"},
    )
    shown = paper(
        grid(
            stock(21, AM, "2023-01-17"),
            count("caseload_by_support", 21, given=SUPPORT, support="ungestoette"),
            stock(117, UI, "2024-02-02"),
            stock(96, UI),
        ),
        ledger=[earlier],
    )

    (one,) = [each for each in findings(shown, DANISH) if each.trap == "ens-tal"]
    assert one.where == "21"
    assert one.says.count(";") == 3
    assert "forskellen i Ungeindsatsen fra 2. februar 2024 til 1. februar 2025" in one.says


def test_a_chart_that_holds_units_counted_differently_is_named_too() -> None:
    tables = (grid(stock(96)), grid(stock(26, AM)))
    data = replace(grid(stock(96), stock(17, AM, include_assessing="false"), key=False), id="Figur 1")
    drawing = Drawing("Figur 1", "Sager", "", {}, data=data)

    (one,) = [
        each for each in findings(replace(paper(), parts=(*tables, drawing)), DANISH) if each.trap == "med-uden-udredning"
    ]
    assert one.where == "Tabel 1, Figur 1"
    assert "med-uden-udredning" not in found(replace(paper(), parts=tables))


def test_a_basis_in_an_act_to_come_is_named_by_its_support() -> None:
    shown = paper()
    codes = parsed(text().replace('printed = "§ 85 serviceloven"', 'printed = "§ 3 i hovedloven"'))

    said = [
        each.where for each in findings(replace(shown, of=replace(shown.of, codes=codes)), DANISH) if each.trap == "hovedlov"
    ]
    assert said == ["Bostøtte, længerevarende"]


# Ages


def test_thirty_belongs_to_nobody_and_eighteen_to_two() -> None:
    said = [each.says for each in findings(paper(), DANISH) if each.trap == "alder"]

    assert any("giver 30 år til ingen af dem" in each for each in said)
    assert any("giver 18 år til to af dem" in each for each in said)


def test_limits_that_meet_and_known_ages_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = (AgeLimit("", "under 30", None, 29), AgeLimit("", "30 og over", 30, None))
    monkeypatch.setattr(gaps, "AGE_LIMITS", {"HOI": limits})
    known = count("age_bands", 0, given=SUPPORT, band="unknown")

    assert "alder" not in found(paper(grid(known)))
    assert "alder" in found(paper(grid(replace(known, number=3))))


# The law


def law_of(change: tuple[str, str], year: int = 2025) -> list[str]:
    shown = paper(year=year)
    codes = parsed(text().replace(*change)) if change[0] else QUIET_LAW
    return [
        each.says for each in findings(replace(shown, of=replace(shown.of, codes=codes)), DANISH) if each.trap == "lovgrundlag"
    ]


def test_a_legal_basis_that_is_looked_up_lately_as_printed_is_silent() -> None:
    assert law_of(("", "")) == []


def test_a_legal_basis_is_stale_when_not_looked_up_or_not_as_printed() -> None:
    said = law_of(("x", "x"))

    assert "Trykt »§ 99, Barnets Lov«, men loven siger »barnets lov §§ 111-121«." in said
    assert "»§ 32, stk. 1, nr. 3 barnets lov« er ikke slået op i loven." in said


def test_a_look_into_the_act_is_good_for_a_year() -> None:
    assert "Paragraffen er sidst slået op 20. november 2023." in law_of(("2026-11-20", "2023-11-20"))


def test_before_2024_barnets_lov_was_not_in_force() -> None:
    assert any("gjaldt barnets lov ikke" in each for each in law_of(("", ""), 2023))
    assert not any("gjaldt barnets lov ikke" in each for each in law_of(("", ""), 2024))


# The sample's papers

ALWAYS = {
    "med-uden-udredning",
    "sager-borgere",
    "perioder",
    "medfulgte",
    "ens-tal",
    "resten",
    "alder",
    "smaa-tal",
    "lovgrundlag",
    "begyndelse",
    "fordeling",
    "sagsgang",
}


@pytest.mark.parametrize(
    ("year", "more"),
    [
        (2023, {"statusdage", "ikke-talt", "medhold"}),
        (2024, {"statusdage", "databrud", "kolonnenavn"}),
        (
            2025,
            {"statusdage", "databrud", "kolonnenavn", "mangler", "ikke-talt", "medhold", "faa-svar", "frist"},
        ),
    ],
)
def test_the_published_years_show_the_traps_that_apply(papers: Mapping[int, Paper], year: int, more: set[str]) -> None:
    assert found(papers[year]) >= ALWAYS | more


@pytest.mark.parametrize("year", YEARS)
def test_the_samples_parts_sum_and_no_percent_is_of_few(papers: Mapping[int, Paper], year: int) -> None:
    assert not found(papers[year]) & {"sum", "procent-af-faa"}
    assert sum(len(grid.sums) for grid in papers[year].grids) >= 14


def test_every_finding_has_a_place_and_a_proposal_in_both_languages(papers: Mapping[int, Paper]) -> None:
    for say in (DANISH, ENGLISH):
        for each in findings(papers[2025], say):
            assert each.where
            assert each.says
            assert each.proposal
    assert [one.trap for one in findings(papers[2025], DANISH)] == [one.trap for one in findings(papers[2025], ENGLISH)]


def test_every_trap_has_its_spec() -> None:
    beside = {"alder", "lovgrundlag"}

    assert len(TRAPS) == len(BITES) + len(beside)
