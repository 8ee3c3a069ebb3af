"""The mark of a sample register on each page and sheet of its papers, and on none of another register's."""

from __future__ import annotations

import io
from collections.abc import Mapping

import docx as python_docx
import openpyxl
import pypdf
import pytest
from msgspec.structs import replace

from dashboards.pack.paper import StatusPaper
from dashboards.pack.writers.sheets import xlsx
from dashboards.pack.writers.typeset import pdf
from dashboards.pack.writers.word import docx
from dashboards.view import SAMPLE

FORMS = ["docx", pytest.param("pdf", marks=pytest.mark.long), "xlsx"]


def texts(paper: StatusPaper, form: str) -> dict[str, str]:
    """All text of each page or sheet of the paper; of a Word document the text and its head, which every page has."""
    if form == "docx":
        document = python_docx.Document(io.BytesIO(docx(paper)))
        heads = "\n".join(part.text for section in document.sections for part in section.header.paragraphs)
        return {"text": "\n".join(part.text for part in document.paragraphs), "head": heads}
    if form == "pdf":
        return {str(nth): page.extract_text() for nth, page in enumerate(pypdf.PdfReader(io.BytesIO(pdf(paper))).pages)}
    book = openpyxl.load_workbook(io.BytesIO(xlsx(paper)))
    shown = {each.title: "\n".join(str(cell.value) for row in each.iter_rows() for cell in row) for each in book.worksheets}
    return shown | {f"{each.title} on paper": str(each.oddHeader and each.oddHeader.left.text) for each in book.worksheets}


@pytest.mark.parametrize("form", FORMS)
def test_each_page_and_sheet_of_a_sample_s_paper_is_marked(papers: Mapping[int, StatusPaper], form: str) -> None:
    assert [name for name, text in texts(papers[2025], form).items() if SAMPLE not in text] == []


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_another_register_s_paper_is_marked(papers: Mapping[int, StatusPaper], form: str) -> None:
    paper = papers[2025]
    plain = replace(paper, of=replace(paper.of, sample=False))

    assert [name for name, text in texts(plain, form).items() if "prøvedata" in text.lower()] == []
