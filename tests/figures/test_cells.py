"""The cells of every figure: their dimensions, their words, and what is there with nought."""

from __future__ import annotations

from collections import Counter

import pytest

from dashboards.figures import FIGURES
from dashboards.figures.figure import dimensions_of as known_by
from dashboards.figures.figure import the_cell
from dashboards.words.danish import DIMENSIONS, word
from dashboards.words.language import DANISH, ENGLISH
from tests.figures.law import CODES, FIGURE_IDS, LAW, cells_of, dimensions_of


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_its_cells_have_the_dimensions_of_the_law(figure):
    found = {name for cell in cells_of(figure) for name, _ in dimensions_of(cell)}

    assert found == set(LAW[figure].dimensions.split())


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_no_cell_stands_twice_and_each_has_one_number_or_none(figure):
    cells = cells_of(figure)

    assert Counter(map(dimensions_of, cells)).most_common(1)[0][1] == 1
    assert all(isinstance(cell["value"], int | float | None) and not isinstance(cell["value"], bool) for cell in cells)
    assert all(cell["value"] is None for cell in cells if "why" in cell)


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_every_word_of_its_cells_is_said_in_danish(figure):
    """A code or a measure is never printed as it is stored; numbers, bands and what people wrote themselves are."""
    for cell in cells_of(figure):
        for name, said in dimensions_of(cell):
            assert DIMENSIONS[name]
            if (
                name not in ("statement", "band", "changes", "caseworkers", "professionals", "case", "source")
                or said == "unknown"
            ):
                assert word(name, said, CODES) != said, (name, said)


def test_a_band_is_read_as_it_stands():
    assert word("band", "31-90", CODES) == "31-90"
    assert word("caseworkers", "3+", CODES) == "3+"


@pytest.mark.parametrize(
    ("figure", "labels"),
    [
        ("caseload_by_support", "bostoette ungestoette efterskole kontaktperson other assessing waiting"),
        ("caseload_by_benefit", "aktivitetsparat ressourceforloeb_jaf other unknown"),
        ("concurrent_caseworkers", "0 1 2 3+"),
        ("assessments", "vum child application"),
        ("layers", "1 2 3 unknown"),
        ("upcoming_follow_ups", "social employment forum none"),
        ("age_bands", "0-17 18-24 25-29 30+ unknown"),
        ("spending_in_period", "bostoette ungestoette efterskole kontaktperson other accessory"),
    ],
)
def test_a_closed_list_is_all_there_where_nothing_is_counted(figure, labels):
    name = next(name for name in LAW[figure].dimensions.split() if name != "valid_at")

    assert [(cell[name], cell["value"]) for cell in cells_of(figure, [])] == [(label, 0) for label in labels.split()]


@pytest.mark.parametrize("figure", ["transfers", "refused_supports", "forum_throughput", "contact_surface", "survey"])
def test_an_open_list_is_empty_where_nothing_is_counted(figure):
    assert cells_of(figure, []) == []


def test_every_outcome_of_a_complaint_is_there_with_nought():
    cells = cells_of("complaints", [])

    assert [cell.get("outcome") for cell in cells] == [
        None,
        None,
        *("maintained", "accommodated"),
        *("upheld", "changed", "remitted", "dismissed"),
        None,
        None,
        None,
    ]
    assert [cell["measure"] for cell in cells if "outcome" not in cell] == [
        "opening",
        "received",
        "overturned",
        "pending",
        "overturned_percent",
    ]


def test_what_comes_in_and_goes_out_is_summed():
    cells = cells_of("stock_flow")

    assert the_cell(cells, {"measure": "entries", "cause": "transferred_in"}) == 1
    assert the_cell(cells, {"measure": "entries", "cause": None}) == 34
    assert the_cell(cells, {"measure": "exits", "cause": None}) == 15
    assert the_cell(cells, {"measure": "opening", "cause": None}) == 20
    assert the_cell(cells, {"measure": "closing", "cause": None}) == 20 + 34 - 15


@pytest.mark.parametrize("figure", FIGURE_IDS)
def test_it_is_called_something_of_its_own_in_either_language(figure):
    found = FIGURES[figure]

    assert (found.title(DANISH), found.title(ENGLISH)) == (found.title_da, found.title_en)
    assert found.title_da != found.title_en


def test_what_a_cell_is_known_by_is_neither_its_number_nor_why_it_has_none():
    assert known_by({"measure": "median", "value": None, "why": "few"}) == {"measure": "median"}
