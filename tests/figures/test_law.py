"""Every figure of the law is there, with its parameters, and dressed."""

from __future__ import annotations

import re
from datetime import date

import pytest

import dashboards.figures
from api.register.answer import Answer
from dashboards.figures import FIGURES
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion
from dashboards.words.danish import CODE_LISTS
from tests.figures.law import BESIDE_THE_LAW, FIGURE_IDS, LAW, MUST, SAID, TODAY, ask


def test_the_figures_are_those_of_the_law():
    assert len(LAW) == 32 + len(BESIDE_THE_LAW)
    assert set(FIGURES) == set(LAW)


def test_a_figure_stands_under_its_own_id():
    assert dashboards.figures
    assert all(figure.id == name for name, figure in FIGURES.items())


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_its_parameters_are_those_of_the_law(figure):
    assert set(FIGURES[figure].takes.names) == set(LAW[figure].parameters.split())


def test_only_where_the_cells_name_the_day_or_two_are_compared_may_there_be_many():
    many = {name for name, figure in FIGURES.items() if figure.takes.many_days}

    assert {"caseload", "caseload_by_benefit"} <= many
    assert {name for name in many if "valid_at" not in LAW[name].dimensions.split()} == {"membership"}


def test_what_must_be_said_is_the_cohort_s_units_and_the_days_compared():
    assert {name: figure.takes.required for name, figure in FIGURES.items() if figure.takes.required} == {
        "cohort": ("from_unit", "to_unit"),
        "membership": ("valid_at",),
    }


@pytest.mark.parametrize(
    ("figure", "field", "default"),
    [
        ("caseload", "include_assessing", True),
        ("caseload", "include_out_of_scope", True),
        ("caseload", "count", "cases"),
        ("caseload_by_benefit", "include_assessing", False),
        ("caseload_by_support", "include_out_of_scope", True),
        ("contact_surface", "window", 90),
        ("age_bands", "bands", (0, 18, 25, 30)),
        ("caseload", "unit", ("ungeindsatsen", "arbejdsmarked")),
        ("caseload", "valid_at", (TODAY,)),
        ("caseworker_changes", "role", None),
        ("transfers", "reason", None),
        ("forum_throughput", "forum", None),
        ("stock_flow", "from_day", date(2025, 1, 1)),
        ("stock_flow", "to_day", date(2026, 1, 1)),
    ],
)
def test_what_is_left_out_is_as_the_law_says(figure, field, default):
    assert getattr(ask(figure), field) == default


def test_a_transfer_is_counted_of_all_days_where_no_period_is_asked_for():
    assert ask("transfers").from_day == date(1, 1, 1)
    assert ask("transfers").to_day == date(9999, 12, 31)


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_it_is_dressed_in_all_that_is_printed_with_it(figure):
    dress = FIGURES[figure]

    assert dress.title_da
    assert dress.title_en
    assert dress.title_da != dress.title_en
    assert dress.unit
    assert dress.source.startswith("Kilde:")
    assert dress.version >= 1
    assert dress.rule.endswith(".")
    assert len(dress.rule) > 40


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_its_rule_is_in_danish(figure):
    """Danish function words, and none of the English ones."""
    text = set(re.findall(r"\w+", FIGURES[figure].rule.lower()))

    assert text & {"og", "af", "på", "i", "den", "er", "til", "pr"}
    assert not text & {"the", "and", "of", "is", "with", "case", "cases"}


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_as_json_it_has_the_shape_of_the_law_and_no_day_where_it_is_of_a_period(figure):
    question = ask(figure)
    said = Answer(FIGURES[figure], question, None, [{"value": 1}]).json

    assert list(said) == ["figure", "version", "parameters", "valid_at", "known_at", "covered", "cells", "source"]
    assert set(said["parameters"]) == set(LAW[figure].parameters.split())
    days = MUST.get(figure, {}).get("valid_at", ["2025-03-01"])
    assert said["valid_at"] == (days if "valid_at" in said["parameters"] else [])
    assert said["known_at"] == {"position": 7, "moment": None}


def test_every_parameter_is_taken_by_some_figure_and_explained_in_danish():
    assert set(PARAMETERS) == {name for figure in FIGURES.values() for name in figure.takes.names} == set(SAID)
    assert [name for name, parameter in PARAMETERS.items() if not parameter.danish] == []
    assert {parameter.field for parameter in PARAMETERS.values()} <= set(FigureQuestion.__struct_fields__)


def test_a_parameter_s_codes_are_those_of_its_dimension():
    lists = {name: parameter.code_list for name, parameter in PARAMETERS.items() if parameter.code_list}

    assert {name: CODE_LISTS[name][0] for name in lists} == lists
