"""The traps, one by one: a small paper in which each bites, and its twin in which it must be silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from dashboards.coverage import Covered
from dashboards.pack.caveats import RUN_OFF
from dashboards.pack.paper import Drawing, Footnote, Heading, Paragraph, StatusPaper, Sum
from dashboards.pack.traps import CHECKS, traps_in
from dashboards.words.language import DANISH
from journey.codes import parse_code_lists, standard_text
from tests.pack.small import (
    AM,
    FLOW,
    PERIOD,
    SAME_DAY,
    SUPPORT,
    UI,
    benefit,
    cohort,
    count,
    flow,
    found,
    grid,
    moved,
    paper,
    published,
    rejected,
    stock,
    support,
    survey,
)

OF_BOTH = [published("a", 1, "2023-02-23", "22/5547"), published("b", 1, "2025-02-20")]
PRINTED_WHOLE = published(
    "a", 19, "2025-02-20", figure="caseload", parameters=SUPPORT, cell={"unit": UI, "valid_at": "2025-02-01"}
)
PRINTED_PART = published("b", 11, "2025-02-20", figure="caseload_by_support", parameters=SUPPORT, cell={"support": "bostoette"})
ENKELTE = published("enkelte", None, "2025-02-20", qualifier="enkelte", figure="transfers", cell={"reason": "other"})
BREAKS = {UI: (date(2024, 2, 2), date(2025, 2, 1)), AM: (date(2024, 2, 2), date(2025, 2, 1))}
BITES: Mapping[str, tuple[StatusPaper, StatusPaper]] = {
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
        paper(covered=Covered(date(2022, 1, 1), date(2025, 1, 31))),
        paper(covered=Covered(date(2022, 1, 1), date(2025, 2, 1))),
    ),
    "medfulgte": (
        paper(replace(grid(stock(156)), notes=(Footnote("39 sager", RUN_OFF),))),
        paper(replace(grid(stock(156)), notes=(Footnote("Talt efter figuren caseload."),))),
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
    "afgraensning": (paper(grid(rejected(3)), ledger=OF_BOTH), paper(grid(rejected(0)), ledger=OF_BOTH)),
    "to-gange": (
        replace(paper(), parts=(Paragraph(("Der er ", stock(3), " sager.")), Paragraph(("Der er ", stock(3), " sager.")))),
        replace(paper(), parts=(Paragraph(("Der er ", stock(3), " sager.")), Paragraph(("Der er ", stock(4), " sager.")))),
    ),
    "to-navne": (
        replace(paper(), parts=(replace(grid(stock(3)), rows=(("Forebyggelse og Tidlig Indsats", stock(3)),)),)),
        replace(paper(), parts=(replace(grid(stock(3)), rows=(("Familieafdelingen", stock(3)),)),)),
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
    said = [each.text for each in traps_in(paper(ledger=[ENKELTE]), DANISH) if each.id == "ikke-talt"]

    assert said == ["Et tal er trykt med forbehold: »enkelte«. "]


def test_whom_the_effort_leaves_out_is_asked_of_those_who_have_the_paper_that_says_it_twice() -> None:
    """Psychiatric and addiction in one place, either in another (T11)."""
    (one,) = [each for each in traps_in(paper(grid(rejected(3)), ledger=OF_BOTH), DANISH) if each.id == "afgraensning"]

    assert (one.where, one.text.count("»")) == ("Tabel 1", 2)
    assert "afgraensning" not in found(paper(grid(rejected(3)), ledger=OF_BOTH[:1]))


def test_a_name_that_papers_have_two_of_is_seen_wherever_it_stands() -> None:
    """FTI has two names and Social- og Boligstyrelsen three (T20)."""
    places = (
        Heading(1, "Social og Byggestyrelsen"),
        Paragraph(("Fremskudt tidlig indsats",)),
        replace(grid(stock(3)), notes=(Footnote("Social og Boligstyrelsen"),)),
        Drawing("Figur 1", "Forebyggelse og Tidlig Indsats", "", {}),
    )

    assert [sum(each.id == "to-navne" for each in traps_in(replace(paper(), parts=(one,)), DANISH)) for one in places] == [
        1
    ] * 4


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

    (one,) = [each for each in traps_in(shown, DANISH) if each.id == "ens-tal"]
    assert one.where == "21"
    assert one.text.count(";") == 3
    assert "forskellen i Ungeindsatsen fra 2. februar 2024 til 1. februar 2025" in one.text


def test_a_chart_that_holds_units_counted_differently_is_named_too() -> None:
    tables = (grid(stock(96)), grid(stock(26, AM)))
    data = replace(grid(stock(96), stock(17, AM, include_assessing="false"), key=False), id="Figur 1")
    drawing = Drawing("Figur 1", "Sager", "", {}, data=data)

    (one,) = [each for each in traps_in(replace(paper(), parts=(*tables, drawing)), DANISH) if each.id == "med-uden-udredning"]
    assert one.where == "Tabel 1, Figur 1"
    assert "med-uden-udredning" not in found(replace(paper(), parts=tables))


def test_a_basis_in_an_act_to_come_is_named_by_its_support() -> None:
    shown = paper()
    codes = parse_code_lists(standard_text().replace('printed = "§ 85 serviceloven"', 'printed = "§ 3 i hovedloven"'))

    said = [each.where for each in traps_in(replace(shown, of=replace(shown.of, codes=codes)), DANISH) if each.id == "hovedlov"]
    assert said == ["Bostøtte, længerevarende"]


def test_every_trap_has_its_spec() -> None:
    beside = {"alder", "lovgrundlag"}

    assert len(CHECKS) == len(BITES) + len(beside)
