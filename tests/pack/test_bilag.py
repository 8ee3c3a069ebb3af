"""Bilag 1 names each published number in words, keeps those the status does not have, and survives a ledger that is none of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from dashboards.pack.chapters.appendices import appendices
from dashboards.pack.paper import Grid, Paragraph, StatusPaper, Value
from dashboards.pack.published import difference_text, is_same_cell, with_printed_numbers
from dashboards.published.ledger import printed_of
from dashboards.published.municipality import standard
from dashboards.published.status_days import Printed
from journey.events.publications import Frozen
from journey.sample import ledger_lines
from tests.pack.small import UI, paper, published, stock

CELL = {"unit": UI, "valid_at": "2025-02-01"}
ASKED = {"unit": [UI], "valid_at": ["2025-02-01"]}


def first_appendix(shown: StatusPaper) -> list[list[str]]:
    """The rows of the table of published numbers."""
    (grid,) = [
        part for part in appendices(shown, []) if isinstance(part, Grid) and part.title.startswith("Offentliggjorte tal")
    ]
    return [[entry.text if isinstance(entry, Value) else entry for entry in row] for row in grid.rows]


def test_no_number_goes_by_its_id(papers: Mapping[int, StatusPaper]) -> None:
    ids = {str(line["data"]["id"]) for line in ledger_lines()}  # pyright: ignore[reportIndexIssue] -- a line's data is a table
    for year, shown in papers.items():
        words = {entry for row in first_appendix(shown) for entry in row}
        assert not words & ids, year
        assert len(words & set(standard().numbers.values())) == {2023: 2, 2024: 0, 2025: 7}[year]


def test_every_reference_of_the_sample_has_its_words() -> None:
    references = {line["data"]["id"] for line in ledger_lines() if line["data"]["figure"] is None}  # pyright: ignore[reportIndexIssue] -- as above

    assert set(standard().numbers) == references


def test_a_number_of_a_municipalitys_own_is_named_by_its_ledger() -> None:
    shown = paper(ledger=[published("ventetid-2024", 12, "2025-02-20")])

    assert [row[0] for row in first_appendix(shown)] == ["Tal, som fortegnelsen kalder »ventetid-2024«"]


def test_a_number_is_named_by_all_that_it_is_of_also_where_that_is_a_number() -> None:
    cell = {"professionals": 4}
    shown = paper(ledger=[published("a", 7, "2025-02-20", figure="contact_surface", parameters=ASKED, cell=cell)])

    assert first_appendix(shown)[0][0] == "Kontaktflade: Ungeindsatsen, 1. februar 2025, 4"


def frozen(figure: str, position: int, *cells: dict[str, Any], version: int = 1) -> list[Printed]:
    said = published(figure, None, "2025-02-20", figure=figure, parameters=ASKED).published
    whole = replace(said, frozen=convert({"cells": cells, "version": version, "position": position, "codes": "0" * 64}, Frozen))
    return [Printed(9, 9, 2**62, one) for one in printed_of(whole)]


def test_a_figure_published_whole_that_the_status_does_not_have_is_said_in_one_line() -> None:
    ledger = frozen("concurrent_caseworkers", 1, *({"caseworkers": n, "value": 3} for n in ("0", "1", "2", "3+")))

    assert first_appendix(paper(ledger=ledger)) == [
        ["Samtidige sagsbehandlere: 4 tal", "25/1978", "alle", "–", "ikke i denne status", "Se siden Offentliggjorte tal"]
    ]


def test_a_figure_published_by_an_earlier_version_neither_agrees_nor_differs() -> None:
    ledger = frozen("complaints", 1, {"measure": "received", "value": 3}, {"measure": "pending", "value": 1})

    assert first_appendix(paper(ledger=ledger)) == [
        ["Klager: 2 tal", "25/1978", "alle", "–", "opgjort efter udgave 1", "Se siden Offentliggjorte tal"]
    ]


@pytest.mark.parametrize(
    ("ledger", "why"),
    [
        ([published("a", 97, figure="caseload", parameters=ASKED, cell=CELL)], "Det kan skyldes hændelser"),
        (frozen("caseload", 1, {**CELL, "value": 97}), "Hændelser er registreret eller rettet siden."),
        (frozen("caseload", 2, {**CELL, "value": 97}), "mellem det, registret vidste her, og det, det vidste dengang"),
        (frozen("caseload", 1, {**CELL, "value": 97}, version=7), "efter udgave 7 og her talt efter udgave 1."),
    ],
)
def test_why_a_number_is_another_is_said_no_surer_than_it_is_known(ledger: list[Printed], why: str) -> None:
    shown = with_printed_numbers(replace(paper(ledger=ledger), parts=(Paragraph((stock(96),)),)))

    (note,) = [value.note.text for _, value in shown.values if value.note]
    assert note.startswith(
        "Trykt 97 i 25/1978 (14. maj 2025). Registret giver her 96. " if "kan" in why else "Trykt 97 i 25/1978 (20."
    )
    assert note.endswith(why) or why in note
    assert is_same_cell(stock(96), ledger[0])
    assert note == difference_text(ledger[0], stock(96))
