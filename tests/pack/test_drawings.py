"""The paper's figures: they draw the numbers of its tables, mark what its tables mark, and say it all in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from dashboards.drawing.likert import LOOKS, in_words, likert
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from dashboards.pack.chapters import survey
from dashboards.pack.paper import Drawing, Grid, Paragraph, StatusPaper, Value
from dashboards.published.statements import statement_of
from dashboards.view import FigureCells
from dashboards.words.language import DANISH
from journey.codes import parse_code_lists, standard, standard_text
from tests.pack.conftest import YEARS

UI, AM = "ungeindsatsen", "arbejdsmarked"


def over_time(paper: StatusPaper) -> Drawing:
    return next(drawing for drawing in paper.drawings if drawing.title.startswith("Sager under helhedsorienteret"))


def traces(drawing: Drawing, mode: str) -> dict[str, dict[str, float]]:
    return {
        one["name"]: dict(zip(one["x"], one["y"], strict=True)) for one in drawing.drawn["data"] if one["mode"].startswith(mode)
    }


# Over time


@pytest.mark.parametrize(
    ("year", "first", "second"),
    [
        (2023, {"2023-01-24": 156}, {"2023-01-17": 21}),
        (2024, {"2023-01-24": 156, "2024-02-02": 117}, {"2023-01-17": 21, "2024-02-01": 20}),
        (
            2025,
            {"2023-01-24": 156, "2024-02-02": 117, "2025-02-01": 96},
            {"2023-01-17": 21, "2024-02-01": 20, "2025-02-01": 17},
        ),
    ],
)
def test_the_status_days_are_marked_with_the_tables_numbers(
    papers: Mapping[int, StatusPaper], year: int, first: dict[str, float], second: dict[str, float]
) -> None:
    marks = traces(over_time(papers[year]), "markers")

    assert marks == {"Statusdag, Ungeindsatsen": first, "Statusdag, Arbejdsmarkedsafdelingen": second}


@pytest.mark.parametrize(("year", "breaks"), [(2023, 1), (2024, 3), (2025, 4)])
def test_each_break_is_numbered_in_the_chart_with_its_reason_below(
    papers: Mapping[int, StatusPaper], year: int, breaks: int
) -> None:
    drawing = over_time(papers[year])

    assert [one["text"] for one in drawing.drawn["layout"]["annotations"]] == [str(nth + 1) for nth in range(breaks)]
    assert len(drawing.breaks) == breaks
    assert drawing.breaks[0].startswith("17. januar 2023: Statusdagene i 2023 er ikke ens")
    assert [day for day in drawing.breaks[1:3] if "Barnets lov" in day or "medfulgte sager" in day] == [*drawing.breaks[1:3]]


def test_every_line_passes_through_its_units_status_days(papers: Mapping[int, StatusPaper]) -> None:
    """The twin of the marks: they are on the lines, which draw the same reading as the tables."""
    drawing = over_time(papers[2025])
    lines, marks = traces(drawing, "lines"), traces(drawing, "markers")

    for unit, of in (
        ("Ungeindsatsen", "med sager under udredning"),
        ("Arbejdsmarkedsafdelingen", "uden sager under udredning"),
    ):
        assert marks[f"Statusdag, {unit}"].items() <= lines[f"{unit}, {of}"].items()
    assert lines["Ungeindsatsen, uden medfulgte sager"]["2023-01-24"] == 117


def test_the_words_and_the_data_are_what_is_drawn(papers: Mapping[int, StatusPaper]) -> None:
    drawing = over_time(papers[2025])
    data = drawing.data

    assert isinstance(data, Grid)
    for nth, points in enumerate(traces(drawing, "lines").values(), start=1):
        drawn = {DANISH.day(date.fromisoformat(day)): value for day, value in points.items()}
        assert drawn == {str(row[0]): row[nth].number for row in data.rows if isinstance(row[nth], Value)}
    for said in ("156 (24. januar 2023)", "17 (1. februar 2025)", "Brud 4, 1. januar 2025: Nyt it-system", "(1. juli 2024)"):
        assert said in drawing.description


# The survey


def told(statements: Mapping[str, tuple[list[int | None], int]]) -> FigureCells:
    """A survey's statements, each with its answers from meget uenig to meget enig and how many answered."""
    question = parse_question(FIGURES["survey"].takes, {"wave": ["2025"]}, position=1, today=date(2025, 3, 1), codes=standard())
    cells: list[Any] = []
    for statement, (counts, n) in statements.items():
        cells += [
            {"statement": statement, "answer": answer, "value": value} for answer, value in zip(LOOKS, counts, strict=True)
        ]
        cells.append({"statement": statement, "measure": "n", "value": n})
    return FigureCells(Ask(FIGURES["survey"], question), cells)


def test_every_bar_of_the_survey_is_as_long_as_there_are_answers(papers: Mapping[int, StatusPaper]) -> None:
    drawing = papers[2025].drawings[-1]
    bars = [one["x"] for one in drawing.drawn["data"]]

    assert drawing.title == "Borgernes svar 2025, i antal (N = 16)"
    assert [sum(lengths) for lengths in zip(*bars, strict=True)] == [16] * 6
    assert drawing.drawn["layout"]["barmode"] == "stack"
    assert "%" not in drawing.description
    assert "hverken enig eller uenig 4, 12 ikke trykt hver for sig" in drawing.description


def test_answers_that_are_all_printed_have_no_rest() -> None:
    whole, part = told({"a": ([1, 1, 1, 9, 4], 16)}), told({"a": ([1, 1, 1, 9, None], 16)})

    assert [one["name"] for one in likert(DANISH, whole, {"a": "a"})["data"]][-1] == "Meget enig"
    assert [one["name"] for one in likert(DANISH, part, {"a": "a"})["data"]][-1] == "Ikke trykt hver for sig"
    assert in_words(DANISH, whole, {"a": "A"}) == (
        "A: meget uenig 1, uenig 1, hverken enig eller uenig 1, enig 9, meget enig 4."
    )


def test_beside_the_survey_stands_what_the_register_can_see(papers: Mapping[int, StatusPaper]) -> None:
    grid = next(grid for grid in papers[2025].grids if grid.title.startswith("Hvad registret kan se"))
    said = {str(row[1]): [entry.text for entry in row if isinstance(entry, Value)] for row in grid.rows}
    concurrent = next(grid for grid in papers[2025].grids if "samtidige sagsbehandlere" in grid.title)

    assert said["Sager med netop én sagsbehandler"] == [entry.text for entry in concurrent.rows[1] if isinstance(entry, Value)]
    assert {str(row[0]) for row in grid.rows} == {
        "Mit forløb med kommunen har været overskueligt",
        "Jeg har én primær kontaktperson/sagsbehandler i kommunen",
        "Der er sammenhæng og en overordnet plan bag de indsatser jeg får",
    }
    text = " ".join(str(piece) for part in papers[2025].parts if isinstance(part, Paragraph) for piece in part.text)
    assert "Registret har intet mål for: »Jeg forstår hvad målet er, med de indsatser jeg er i gang med«" in text


def test_a_year_without_a_survey_draws_none(papers: Mapping[int, StatusPaper]) -> None:
    for year in YEARS[:2]:
        assert not any("svar" in drawing.title for drawing in papers[year].drawings)


# A statement is known by what it says


@pytest.mark.parametrize(
    ("recorded", "code", "printed"),
    [
        ("Figur 4: Der er sammenhæng og en overordnet plan bag de indsatser jeg får", "sammenhaeng", "4"),
        ("Figur 9: Der er sammenhæng og en overordnet plan bag de indsatser jeg får.", "sammenhaeng", "9"),
        ("der er sammenhæng og en overordnet plan bag de indsatser jeg får", "sammenhaeng", ""),
        ("sammenhaeng", "sammenhaeng", ""),
        ("Jeg oplever, at de forskellige medarbejdere i kommunen arbejder godt sammen om mig", "samarbejde", ""),
        ("Figur 4: Jeg har tillid til min sagsbehandler", "tillid", "4"),
        ("Figur 4: Jeg er glad", None, "4"),
    ],
)
def test_a_statement_hangs_on_its_words_and_not_on_its_figure(recorded: str, code: str | None, printed: str) -> None:
    found = statement_of(recorded, standard())

    assert (found.code, found.printed) == (code, printed)


def test_a_municipality_links_its_own_words_in_its_code_file() -> None:
    codes = parse_code_lists(
        standard_text(), '[statements]\nglad = { da = "Jeg er glad", en = "I am glad", aliases = ["Jeg er tilfreds"] }'
    )

    assert statement_of("Jeg er tilfreds", codes).code == "glad"
    assert statement_of("glad", codes).wording == "Jeg er glad"


def test_a_statement_printed_twice_stands_once_unless_its_answers_differ(papers: Mapping[int, StatusPaper]) -> None:
    of = papers[2025].of
    twice = {"Figur 4: Jeg har tillid til min sagsbehandler": ([1, 1, 1, 1, 1], 5)}
    same = told({**twice, "Figur 7: Jeg har tillid til min sagsbehandler": ([1, 1, 1, 1, 1], 5)})
    other = told({**twice, "Figur 7: Jeg har tillid til min sagsbehandler": ([1, 1, 1, 1, 2], 6)})
    answered = {name: same for unit in of.days for name in (f"together {unit}", f"uncovered {unit}")}

    def rows(given: FigureCells) -> list[str]:
        parts = survey.parts(of, {**answered, "survey": given})
        return [
            str(row[0]) for part in parts if isinstance(part, Grid) and part.title.startswith("Borgernes") for row in part.rows
        ]

    assert rows(same) == ["Jeg har tillid til min sagsbehandler (spørgeskemaets figur 4 og 7)"]
    assert rows(other) == [f"Jeg har tillid til min sagsbehandler (spørgeskemaets figur {nth})" for nth in (4, 7)]
