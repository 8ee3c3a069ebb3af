"""What a figure may be asked, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from dashboards.figures import FIGURES
from dashboards.figures.question import parameters_of, parse_question
from dashboards.published.ledger import words
from journey.codes import standard
from journey.refusals import Refused
from tests.figures.law import CODES, DAY, FIGURE_IDS, LAW, MUST, SAID, TODAY, ask, refused


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_what_the_figure_does_not_take_is_refused(figure):
    for name in {*SAID, "limit"} - set(FIGURES[figure].takes.names):
        assert refused(figure, {name: SAID.get(name, ["1"])}) == name


@pytest.mark.parametrize(
    ("figure", "name", "text"),
    [
        ("caseload", "unit", "planeten"),
        ("caseload", "unit", ""),
        ("caseload", "valid_at", "2025-02-30"),
        ("caseload", "valid_at", "1. februar"),
        ("caseload", "include_assessing", "ja"),
        ("caseload", "include_assessing", "True"),
        ("caseload", "count", "people"),
        ("caseload", "layer", "4"),
        ("caseworker_changes", "role", "leader"),
        ("stock_flow", "from", "2025"),
        ("stock_flow", "to", "2025-1-1"),
        ("transfers", "reason", "fordi"),
        ("forum_throughput", "forum", "byraadet"),
        ("contact_surface", "window", "0"),
        ("contact_surface", "window", "3661"),
        ("contact_surface", "window", "-1"),
        ("contact_surface", "window", "90.0"),
        ("contact_surface", "window", "٩٠"),
        ("age_bands", "bands", ""),
        ("age_bands", "bands", "18,"),
        ("age_bands", "bands", "18,18"),
        ("age_bands", "bands", "30,18"),
        ("age_bands", "bands", "18-25"),
        ("age_bands", "bands", "²"),
        ("cohort", "from_unit", "planeten"),
    ],
)
def test_what_cannot_be_read_is_refused(figure, name, text):
    assert refused(figure, {name: [text]}) == name


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_what_may_be_said_once_is_refused_twice(figure):
    takes = FIGURES[figure].takes
    once = [name for name in takes.names if name != "unit" and not (name == "valid_at" and takes.many_days)]

    for name in once:
        assert refused(figure, {name: SAID[name] * 2}) == name


def test_nothing_said_is_the_parameter_left_out():
    assert ask("caseload", unit=[]).unit == standard().hoi_units
    assert refused("cohort", {"from_unit": [], "to_unit": SAID["to_unit"]}) == "from_unit"


def test_the_same_unit_by_two_names_is_asked_for_once():
    assert ask("caseload", unit=["ui", "ungeindsatsen", "ui"]).unit == ("ungeindsatsen",)
    assert ask("caseload", valid_at=["2025-02-01", "2025-02-01"]).valid_at == (DAY,)


@pytest.mark.parametrize("missing", ["from_unit", "to_unit"])
def test_a_cohort_must_have_both_its_units(missing):
    said = {name: SAID[name] for name in ("from_unit", "to_unit") if name != missing}

    with pytest.raises(Refused) as refusal:
        parse_question(FIGURES["cohort"].takes, said, position=7, today=TODAY, codes=CODES)

    assert (refusal.value.code, refusal.value.place) == ("bad_parameter", missing)


@pytest.mark.parametrize("figure", [name for name in FIGURE_IDS if "to" in LAW[name].parameters.split()])
def test_a_period_has_at_least_a_day(figure):
    assert refused(figure, {"from": ["2025-01-01"], "to": ["2025-01-01"]}) == "to"
    assert refused(figure, {"from": ["2025-01-02"], "to": ["2025-01-01"]}) == "to"
    assert ask(figure, **{"from": ["2025-01-01"], "to": ["2025-01-02"]}).to_day == date(2025, 1, 2)


def test_all_roles_is_no_role_in_particular():
    assert ask("caseworker_changes", role=["all"]) == ask("caseworker_changes")


def test_bands_begin_with_the_newborn():
    assert ask("age_bands", bands=["18,30"]).bands == (0, 18, 30)


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_a_question_comes_back_from_its_parameters_as_a_publication_keeps_them(figure):
    """What the ledger does with a published figure: it asks again by the parameters of the answer."""
    everything = {name: SAID[name] for name in FIGURES[figure].takes.names} | MUST.get(figure, {})
    for question in (ask(figure), ask(figure, **everything)):
        kept = parameters_of(FIGURES[figure].takes, question)

        again = parse_question(FIGURES[figure].takes, words(kept), position=7, today=date(2031, 1, 1), codes=CODES)

        assert set(kept) == set(FIGURES[figure].takes.names)
        assert again == question
