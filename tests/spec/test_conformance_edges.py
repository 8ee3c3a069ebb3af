"""Reglerne R1-R15 på kanten: hvad der ikke spørges om, og hvad der kun spørges om én gang (domain.md afsnit 8)."""

from datetime import date

import pytest

from journey.conformance import MOST_IN_A_FRAME, RULES
from tests.spec.test_conformance import AM, ANNA, BROKEN, GRANTED, LEDGER, MATCHED, MENDED, PAPER, UI, found

SOCIAL = "2026-01-05 | referred | unit=social citizen=b1"
TO_UI = "2026-04-01 | transferred | to=ungeindsatsen reason=handover"
TO_AM = "2026-04-01 | transferred | to=arbejdsmarked reason=handover"
LATER = "2026-05-01 | support_granted | grant=g1 support=bostoette_85"


@pytest.mark.parametrize("rule", [rule for rule in MENDED if rule in BROKEN])
def test_on_the_day_it_is_mended_it_is_mended(rule):
    """Dagen før står spørgsmålet åbent."""
    [(raised, position, mended)] = found(MENDED[rule], rule)
    day = date.fromisoformat(mended)

    assert found(MENDED[rule], rule, day) == [(raised, position, mended)]
    assert found(MENDED[rule], rule, date.fromordinal(day.toordinal() - 1)) == [(raised, position, None)]


def test_support_that_comes_along_begins_in_the_unit_it_is_handed_over_to():
    """Støtten løb i Ungeindsatsen; i Arbejdsmarkedsafdelingen begynder den med overdragelsen."""
    assert found([UI, ANNA, GRANTED, TO_AM], "R1") == [("2026-04-01", 4, None)]


def test_a_case_handed_over_to_the_youth_unit_is_new_there():
    """Med støtten, eller før den."""
    assert found([SOCIAL, ANNA, GRANTED, TO_UI], "R2") == [("2026-04-01", 4, None)]
    assert found([SOCIAL, ANNA, TO_UI, LATER], "R2") == [("2026-05-01", 4, None)]


def test_without_support_nothing_begins_with_a_handover():
    """Spørgsmålet kommer med bevillingen; tilbehør er ingen støtte i den forstand."""
    assert found([UI, ANNA, TO_AM], "R1") == []
    assert found([UI, ANNA, TO_AM, LATER], "R1") == [("2026-05-01", 4, None)]
    assert found([AM, ANNA, "2026-03-02 | support_granted | grant=g1 support=mentor"], "R1") == []


def test_a_case_of_another_unit_is_not_asked_about_by_the_two_units_rules():
    """Socialområdet har ingen af de to fora."""
    assert found([SOCIAL, ANNA, GRANTED], "R1") == found([SOCIAL, ANNA, GRANTED], "R2") == []


def test_a_case_from_before_the_rule_is_not_new():
    """Henvist dagen før reglens første dag; støtten begynder, mens den gælder."""
    before = date.fromordinal(RULES["R2"].first.toordinal() - 1)

    assert found([f"{before} | referred | unit=ungeindsatsen citizen=b1", ANNA, GRANTED], "R2") == []
    assert found([f"{RULES['R2'].first} | referred | unit=ungeindsatsen citizen=b1", ANNA, GRANTED], "R2") != []


def test_a_match_is_asked_about_once():
    """Endnu en bostøttemedarbejder er ikke en ny begyndelse."""
    assert found([UI, ANNA, MATCHED, "2026-03-09 | performer_matched | worker=gerda"], "R10") == [("2026-03-02", 3, None)]


@pytest.mark.parametrize(("amount", "asked"), [(MOST_IN_A_FRAME, []), (MOST_IN_A_FRAME + 1, [("2026-03-02", 3, None)])])
def test_a_frame_may_be_so_large_and_no_larger(amount, asked):
    """Beløbet selv er i orden."""
    assert found([UI, ANNA, f"2026-03-02 | frame_agreed | amount={amount}"], "R6") == asked


def test_to_be_visited_by_the_committee_is_to_be_before_it():
    """Også når forelæggelsen ikke er registreret for sig."""
    assert found([UI, ANNA, "2026-03-02 | visited | forum=kv_udvalg"], "R3") == [("2026-03-02", 3, None)]


def test_the_paper_of_the_day_after_the_quarter_is_late_by_that_day():
    """1. april er den første dag, den mangler, og den kommer samme dag."""
    assert found([LEDGER, f"2027-04-01 | {PAPER % '2027-04-01'}"], "R15", date(2027, 12, 31)) == [
        ("2027-04-01", 1, "2027-04-01")
    ]
