"""The traps that a paper falls into by what stands elsewhere: age limits that leave gaps, and a legal basis that is stale."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from dashboards.pack.traps import traps_in
from dashboards.published.municipality import AgeLimit, standard
from dashboards.words.language import DANISH
from journey.codes import parse_code_lists, standard_text
from tests.pack.small import QUIET_LAW, SUPPORT, UI, count, found, grid, paper


def test_thirty_belongs_to_nobody_and_eighteen_to_two() -> None:
    said = [each.text for each in traps_in(paper(), DANISH) if each.id == "alder"]

    assert any("giver 30 år til ingen af dem" in each for each in said)
    assert any("giver 18 år til to af dem" in each for each in said)


def test_limits_that_meet_and_known_ages_are_silent() -> None:
    limits = (AgeLimit("", "under 30", None, 29), AgeLimit("", "30 og over", 30, None))
    met = replace(standard(), age_limits={"HOI": limits})
    known = count("age_bands", 0, given=SUPPORT, band="unknown")

    assert "alder" not in found(paper(grid(known), municipality=met))
    assert "alder" in found(paper(grid(replace(known, number=3)), municipality=met))


def law_of(change: tuple[str, str], year: int = 2025) -> list[str]:
    shown = paper(year=year, days={UI: (date(year, 2, 1),)})
    codes = parse_code_lists(standard_text().replace(*change)) if change[0] else QUIET_LAW
    return [
        each.text for each in traps_in(replace(shown, of=replace(shown.of, codes=codes)), DANISH) if each.id == "lovgrundlag"
    ]


def test_a_legal_basis_that_is_looked_up_lately_as_printed_is_silent() -> None:
    assert law_of(("", "")) == []


def test_a_legal_basis_is_stale_when_not_looked_up_or_not_as_printed() -> None:
    said = law_of(("x", "x"))

    assert said == [
        "Trykt »§ 99, Barnets Lov«, men loven siger »barnets lov kapitel 13, §§ 111-121«.",
        "»§ 35, stk. 4, nr. 3-4 barnets lov« er ikke efterprøvet i loven.",
        "»§ 32, stk. 1, nr. 3 barnets lov« er kun efterprøvet som »barnets lov § 32«.",
    ]


def test_a_look_into_the_act_is_good_for_a_year() -> None:
    assert "Paragraffen er sidst efterprøvet 20. november 2023." in law_of(("2026-11-20", "2023-11-20"))


def test_before_2024_barnets_lov_was_not_in_force() -> None:
    """What is printed later is named as not in force, beside the act that was; from 2024 on nothing is."""
    said = law_of(("x", "x"), 2023)

    assert "»§ 32, stk. 1, nr. 3 barnets lov« gjaldt ikke på statusdagen; da gjaldt: serviceloven § 52." in said
    assert "»§ 99, Barnets Lov« gjaldt ikke på statusdagen; da gjaldt: serviceloven § 76." in said
    assert "Paragraffen er ikke efterprøvet i loven." in said
    assert not any("gjaldt ikke" in each for each in law_of(("x", "x"), 2024))
