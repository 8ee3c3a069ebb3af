"""The published numbers at a glance: folded by paper and figure, open where they are few or differ, each named apart from the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import msgspec
import pytest
from msgspec.structs import replace

from api.answers.ledger_lines import FEW, PaperLines, at_a_glance, counted_lines, folded, ledger_line, ledger_tables
from api.clock import today
from dashboards.published.ledger import Compared
from dashboards.published.municipality import standard as municipality
from dashboards.words.language import DANISH, ENGLISH, Language
from journey.codes import standard
from journey.events import FigurePublished
from journey.sample.ledger import ledger_lines
from tests.conftest import Database, Sample
from tests.support.registers import load
from tests.support.serving import Running, running_sample
from tests.support.waiting import until

TODAY = date(2026, 11, 22)


def _compared(drift: str = "", moved: str = "") -> list[Compared]:
    """The sample's ledger as it would stand: every number as printed, one drifted and one that is otherwise today."""
    said = [msgspec.convert(line["data"], FigurePublished) for line in ledger_lines()]
    return [
        Compared(one, 100, value if one.id != drift else -1, value if one.id != moved else 999)
        for one in said
        for value in (one.value,)
    ]


def _folded(translate: Language = DANISH, **which: str) -> list[PaperLines]:
    codes = standard()
    return folded([ledger_line(one, codes, municipality(), TODAY, translate) for one in _compared(**which)], translate)


def test_every_number_stands_once_under_its_paper_and_figure() -> None:
    papers = _folded()

    assert [of.paper.case for of in papers] == ["25/1978", "22/5547"]
    assert sum(len(fold.lines) for of in papers for fold in of.folds) == len(ledger_lines())
    for of in papers:
        assert len({fold.title for fold in of.folds}) == len(of.folds)


def test_what_is_long_stands_closed_and_what_differs_open() -> None:
    folds = [fold for of in _folded() for fold in of.folds]
    drifted = [fold for of in _folded(drift="survey-2025-1-enig") for fold in of.folds]

    assert [fold.open for fold in folds] == [len(fold.lines) <= FEW for fold in folds]
    assert not all(fold.open for fold in folds)
    assert [fold.open for fold in drifted if any(line.compared.drifted for line in fold.lines)] == [True]


@pytest.mark.parametrize(
    ("translate", "drift", "moved", "glance"),
    [
        (DANISH, "", "", "79 tal, intet afviger fra det, der blev talt da, 9 tælles ikke"),
        (DANISH, "ui-2023", "", "12 tal, 1 afviger fra det, der blev talt da, 1 svarer noget andet i dag, 2 tælles ikke"),
        (
            ENGLISH,
            "",
            "ui-2023",
            "12 numbers, none differs from what was counted then, 1 answers otherwise today, 2 are not counted",
        ),
    ],
)
def test_a_paper_at_a_glance(translate: Language, drift: str, moved: str, glance: str) -> None:
    lines = [ledger_line(one, standard(), municipality(), TODAY, translate) for one in _compared(drift, moved)]
    of = lines if glance.startswith("79") else [line for line in lines if line.compared.published.paper.case == "22/5547"]

    assert at_a_glance(of, translate) == glance


def test_one_number_is_said_as_one() -> None:
    [one] = [each for each in _compared() if each.published.id == "ui-2023"]
    nothing = replace(one, published=replace(one.published, figure=None))

    assert (
        at_a_glance([ledger_line(one, standard(), municipality(), TODAY, DANISH)], DANISH)
        == "1 tal, intet afviger fra det, der blev talt da"
    )
    assert at_a_glance([ledger_line(nothing, standard(), municipality(), TODAY, DANISH)], DANISH) == "1 tal, 1 tælles ikke"


@pytest.mark.parametrize("translate", [DANISH, ENGLISH])
def test_no_two_numbers_of_a_fold_have_one_name(translate: Language) -> None:
    for of in _folded(translate):
        for fold in of.folds:
            names = [line.cell for line in fold.lines]
            assert len(set(names)) == len(names), fold.title


def test_no_mark_of_the_research_is_shown() -> None:
    assert [note for of in _folded() for fold in of.folds for line in fold.lines for note in line.notes if "(T" in note] == []


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def test_the_page_has_a_fold_for_each_figure_that_is_printed_whole(site: Running) -> None:
    html = site.client.get("/offentliggjort").raise_for_status().text
    folds = re.findall(r"<details class=\"fold\"[^>]*>\s*<summary>(.*?)</summary>", html, re.DOTALL)

    assert len(folds) == sum(len(of.folds) for of in _folded())
    assert "data-paper" not in "".join(folds)
    assert all(re.search(r"\d+ tal, ", unescape(re.sub(r"<[^>]+>", "", fold))) for fold in folds)
    assert html.count("<caption") == len(folds)


LATE = [
    {
        "case": "sent-henvist",
        "kind": "referred",
        "valid_at": "2024-01-01",
        "data": {"unit": "ungeindsatsen", "citizen": "b-1"},
        "source": "x",
        "source_id": "1",
    },
    *(
        {
            "stream": "ledger",
            "kind": "figure_published",
            "valid_at": "2026-01-02",
            "source": "x",
            "source_id": data["id"],
            "data": data,
        }
        for data in (
            {
                "id": "drifted",
                "figure": "caseload",
                "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]},
                "cell": {"unit": "ungeindsatsen", "valid_at": "2025-02-01"},
                "value": 1000,
                "qualifier": "exact",
                "paper": {"case": "26/1", "title": "Prøve", "date": "2026-01-02"},
            },
            {
                "id": "earlier",
                "figure": "complaints",
                "parameters": {"unit": ["ungeindsatsen"], "from": "2024-01-01", "to": "2025-01-01"},
                "cell": {},
                "value": None,
                "qualifier": "exact",
                "paper": {"case": "26/2", "title": "Prøve", "date": "2026-01-02"},
                "frozen": {"cells": [{"measure": "received", "value": 77}], "version": 1, "position": 19000, "codes": "0" * 64},
            },
        )
    ),
]


def _rows_of_page(site: Running) -> list[list[str]]:
    """Every number of the page in its order: figure, number without its notes, printed, then, today, judgement."""
    html = site.client.get("/offentliggjort").raise_for_status().text
    out: list[list[str]] = []
    for fold in re.findall(r"<details class=\"fold\".*?</details>", html, re.DOTALL):
        title = re.search(r"<caption[^>]*>(.*?)</caption>", fold)
        for row in re.findall(r"<tr[^>]*>\s*<th scope=\"row\">(.*?)</tr>", fold, re.DOTALL):
            name, *cells = re.split(r"</t[hd]>\s*<td[^>]*>", row)
            texts = [title[1] if title else "", name.split("<br>")[0], *cells[:4]]
            out.append([unescape(re.sub(r"<[^>]+>", "", text)).strip() for text in texts])
    return out


def _rows_of_command(site: Running) -> list[list[str]]:
    """Every number as `journey published` prints it, with the figure that its table does not repeat."""
    out: list[list[str]] = []
    for table in ledger_tables(counted_lines(site.register, today(), DANISH)):
        for title, *texts in table.rows:
            out.append([title or out[-1][0], *texts])
    return out


@pytest.mark.long
def test_the_command_line_says_of_each_number_what_the_page_says(site: Running) -> None:
    as_it_was = _rows_of_page(site)
    load(site.register, LATE)
    end = 19_108 + len(LATE)
    until(lambda: site.register.follower.position == end)
    page = _rows_of_page(site)

    assert len(as_it_was) == len(ledger_lines())
    assert page == _rows_of_command(site)
    judged = {row[-1] for row in page}
    assert judged == {
        "✓ stemmer",
        "✓ stemmer; svarer noget andet i dag",
        "⚠ afviger",
        "opgjort efter udgave 1",
        "ikke trykt",
        "tælles ikke",
    }
    assert {row[-1] for row in as_it_was} == {"✓ stemmer", "ikke trykt", "tælles ikke"}
    glance = ledger_tables(counted_lines(site.register, today(), DANISH))[-1].notes
    assert f'<p class="shown">{glance[0]}</p>' in unescape(site.client.get("/offentliggjort").text)
