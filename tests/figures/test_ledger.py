"""What was printed, held against the cell that it is of."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from dashboards.figures.figure import the_cell
from dashboards.published.ledger import Compared, agrees
from journey.events import FigurePublished
from journey.events.publications import CommitteePaper

PUBLISHED = FigurePublished(
    "T1", "caseload", {}, {}, 30, "exact", CommitteePaper("1-2025", "Status", date(2025, 2, 26)), notes=[]
)


@pytest.mark.parametrize(
    ("qualifier", "printed", "derived", "agreed"),
    [
        ("exact", 96, 96, True),
        ("exact", 96, 96.0, True),
        ("exact", 96, 95, False),
        ("exact", 0, 0, True),
        ("exact", 0, None, False),
        ("ca", 30, 27, True),
        ("ca", 30, 26, False),
        ("ca", 30, 31, True),
        ("ca", 30, 33, True),
        ("ca", 30, 34, False),
        ("ikke_under", 100, 99, False),
        ("ikke_under", 100, 100, True),
        ("ikke_under", 100, 140, True),
        ("ikke_under", 100, None, False),
        ("enkelte", None, 3, True),
        ("exact", None, None, True),
        ("exact", None, 3, False),
    ],
)
def test_a_number_agrees_with_what_was_printed_by_its_qualifier(qualifier, printed, derived, agreed):
    published = replace(PUBLISHED, qualifier=qualifier, value=printed)

    assert agrees(published, derived) is agreed
    assert Compared(published, 7, derived, None).drifted is not agreed


def test_a_number_that_was_never_printed_agrees_where_a_note_says_so():
    assert agrees(replace(PUBLISHED, value=None, notes=["begge læsninger: 9 og 23"]), 9)


def test_a_reference_that_no_figure_gives_cannot_drift():
    assert not Compared(replace(PUBLISHED, figure=None), 7, None, None).drifted


def test_a_cell_is_found_by_all_its_dimensions():
    cells = [{"measure": "exits", "cause": None, "value": 12}, {"measure": "exits", "cause": "rejected", "value": 1}]

    assert the_cell(cells, {"measure": "exits", "cause": "rejected"}) == 1
    assert the_cell(cells, {"measure": "exits"}) is None
    assert the_cell([*cells, cells[0]], {"measure": "exits", "cause": None}) is None
