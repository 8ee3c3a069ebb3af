"""The traps that the papers of the sample register show, year by year."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dashboards.pack.paper import StatusPaper
from dashboards.pack.traps import traps_in
from dashboards.words.language import DANISH, ENGLISH
from tests.pack.conftest import YEARS
from tests.pack.small import found

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
    "afgraensning",
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
def test_the_published_years_show_the_traps_that_apply(papers: Mapping[int, StatusPaper], year: int, more: set[str]) -> None:
    assert found(papers[year]) >= ALWAYS | more


@pytest.mark.parametrize("year", YEARS)
def test_the_samples_parts_sum_and_no_percent_is_of_few(papers: Mapping[int, StatusPaper], year: int) -> None:
    assert not found(papers[year]) & {"sum", "procent-af-faa", "to-gange", "to-navne"}
    assert sum(len(grid.sums) for grid in papers[year].grids) >= 14


def test_every_finding_has_a_place_and_a_proposal_in_both_languages(papers: Mapping[int, StatusPaper]) -> None:
    for translate in (DANISH, ENGLISH):
        for each in traps_in(papers[2025], translate):
            assert each.where
            assert each.text
            assert each.proposal
    assert [one.id for one in traps_in(papers[2025], DANISH)] == [one.id for one in traps_in(papers[2025], ENGLISH)]
