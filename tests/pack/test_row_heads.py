"""The tables of the tagged PDF: every number names the heads of its column and of its row, for who hears it read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pypdf
import pytest
from msgspec.structs import replace

from dashboards.pack.paper import Heading, StatusPaper
from dashboards.pack.writers import typeset
from dashboards.pack.writers.typeset import pdf
from tests.pack.test_writers import tags


@pytest.fixture(scope="module")
def paper(papers: Mapping[int, StatusPaper]) -> StatusPaper:
    """The pack of 2025, without pictures."""
    return papers[2025]


@pytest.fixture(scope="module")
def printed(paper: StatusPaper) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(paper)))


def of_table(cell: Any) -> Any:
    (said,) = [each.get_object() for each in cell["/A"] if each.get_object()["/O"] == "/Table"]
    return said


def test_each_cell_of_the_pdf_names_the_heads_of_its_column_and_of_its_row(
    printed: pypdf.PdfReader, paper: StatusPaper
) -> None:
    """What a screen reader says before a number: the first cell of a row is its head, and every head is found by its name."""
    tree = printed.trailer["/Root"]["/StructTreeRoot"]["/IDTree"]["/Names"]
    named = {str(tree[at]): tree[at + 1].get_object() for at in range(0, len(tree), 2)}
    assert list(named) == sorted(named)
    tables = [each for each in tags(printed) if each["/S"] == "/Table"]
    for table, grid in zip(tables, paper.grids, strict=True):
        parts = {part["/S"]: part for part in (each.get_object() for each in table["/K"])}
        columns = [cell.get_object()["/ID"] for cell in parts["/THead"]["/K"][0].get_object()["/K"]]
        rows = [row.get_object()["/K"] for row in parts["/TBody"]["/K"]]
        assert (len(columns), len(rows)) == (len(grid.heads), len(grid.rows))
        for row in rows:
            head, *cells = [cell.get_object() for cell in row]
            assert (head["/S"], of_table(head).get("/Scope")) == ("/TH", "/Row")
            assert named[head["/ID"]] == head
            assert [(cell["/S"], list(of_table(cell)["/Headers"])) for cell in cells] == [
                ("/TD", [column, head["/ID"]]) for column in columns[1:]
            ]


def test_twin_the_typesetters_own_tables_have_no_row_heads(paper: StatusPaper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "with_row_heads", lambda content: content)
    shown = replace(paper, parts=(paper.grids[0],))

    with pytest.raises(AssertionError):
        test_each_cell_of_the_pdf_names_the_heads_of_its_column_and_of_its_row(pypdf.PdfReader(io.BytesIO(pdf(shown))), shown)


def test_a_paper_without_tables_is_a_pdf_too(paper: StatusPaper) -> None:
    printed = pypdf.PdfReader(io.BytesIO(pdf(replace(paper, parts=(Heading(1, "Sagsgang"),)))))

    assert printed.pdf_header == "%PDF-1.7"
    assert "Sagsgang" in printed.pages[0].extract_text()
