"""The packs of the published years carry the published numbers, each counted by its figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from api.answers.pack import packed
from api.register.register import Register
from dashboards.pack.occasion import status_days_of
from dashboards.pack.paper import Grid, StatusPaper, Value
from dashboards.pack.published import of_year, recounted, with_printed_numbers
from dashboards.published.ledger import agrees
from journey.codes import standard
from journey.refusals import Refused
from tests.conftest import Database
from tests.pack.conftest import YEARS
from tests.support.registers import TODAY, load, register_on

UI, AM = "ungeindsatsen", "arbejdsmarked"


@pytest.mark.parametrize("year", YEARS)
def test_every_published_number_of_the_year_is_in_its_pack(papers: Mapping[int, StatusPaper], year: int) -> None:
    ledger = [one for one in of_year(papers[year].of.ledger, year) if one.published.figure is not None]

    assert len(ledger) >= {2023: 10, 2024: 4, 2025: 18 + 42}[year]
    for one in ledger:
        found = recounted(papers[year], one)
        assert found is not None, one.published.id
        assert agrees(one.published, found.number), one.published.id


def test_a_number_that_is_not_the_published_one_is_not_taken_for_it(papers: Mapping[int, StatusPaper]) -> None:
    one = next(one for one in papers[2025].of.ledger if one.published.id == "ui-2023")
    other = replace(
        one, published=replace(one.published, parameters={**one.published.parameters, "include_out_of_scope": False})
    )

    assert recounted(papers[2025], one).number == 156
    assert recounted(papers[2025], other).number == 117


def rows(paper: StatusPaper, title: str) -> list[list[str]]:
    grid = next(grid for grid in paper.grids if title in grid.title)
    return [[entry.text if isinstance(entry, Value) else entry for entry in row] for row in grid.rows]


@pytest.mark.parametrize(
    ("year", "first", "second"),
    [
        (2023, [["24. januar 2023", "156"]], [["17. januar 2023", "12", "9", "21"]]),
        (2024, [["2. februar 2024", "117"]], [["1. februar 2024", "13", "7", "20"]]),
        (2025, [["1. februar 2025", "96"]], [["1. februar 2025", "12", "5", "17"]]),
    ],
)
def test_tabel_1_and_2_are_as_the_papers_print_them(
    papers: Mapping[int, StatusPaper], year: int, first: list, second: list
) -> None:
    assert papers[year].grids[0].id == "Tabel 1"
    assert papers[year].grids[1].id == "Tabel 2"
    assert rows(papers[year], "helhedsorienteret sagsbehandling i Ungeindsatsen")[-1:] == first
    assert rows(papers[year], "fordelt på målgrupper")[-1:] == second
    assert len(rows(papers[year], "fordelt på målgrupper")) == year - 2022


def test_the_status_days_are_those_published_else_the_first_of_february(papers: Mapping[int, StatusPaper]) -> None:
    ledger = papers[2025].of.ledger

    assert status_days_of(2025, standard(), ledger)[UI] == (date(2023, 1, 24), date(2024, 2, 2), date(2025, 2, 1))
    assert status_days_of(2026, standard(), ledger)[AM][-2:] == (date(2025, 2, 1), date(2026, 2, 1))
    assert status_days_of(2025, standard(), ledger, date(2025, 3, 1))[UI][-1] == date(2025, 3, 1)
    assert status_days_of(2025, standard(), ())[UI] == (date(2023, 2, 1), date(2024, 2, 1), date(2025, 2, 1))


def test_a_paper_dated_far_back_by_a_slip_makes_no_table_of_a_thousand_years(papers: Mapping[int, StatusPaper]) -> None:
    ledger = papers[2025].of.ledger
    first = next(one for one in ledger if one.published.id == "ui-2023")
    slip = replace(first, published=replace(first.published, cell={"unit": UI, "valid_at": "0202-02-02"}))

    days = status_days_of(2025, standard(), [*ledger, slip])[UI]

    assert [each.year for each in days] == list(range(2015, 2026))


def test_a_published_number_that_has_moved_since_gets_a_footnote_in_its_cell(papers: Mapping[int, StatusPaper]) -> None:
    ledger = tuple(
        replace(one, published=replace(one.published, value=97)) if one.published.id == "ui-2025" else one
        for one in papers[2025].of.ledger
    )

    moved = with_printed_numbers(replace(papers[2025], of=replace(papers[2025].of, ledger=ledger)))

    notes = {value.note.text for _, value in moved.values if value.note}
    assert notes == {
        "Trykt 97 i 25/1978 (14. maj 2025). Registret giver her 96. Det kan skyldes hændelser, der er registreret eller rettet siden."
    }
    assert not any(value.note for _, value in papers[2025].values)


def test_both_times_can_be_chosen(sampled: Register) -> None:
    paper = packed(sampled, 2025, date(2025, 1, 1), "12000", TODAY)

    assert paper.of.position == 12000
    assert paper.of.days[UI][-1] == paper.of.days[AM][-1] == date(2025, 1, 1)
    assert "position 12.000" in paper.of.known


def test_what_the_committee_asked_for_in_2022_is_all_there(papers: Mapping[int, StatusPaper]) -> None:
    for paper in papers.values():
        headings = [part.text for part in paper.parts if hasattr(part, "level")]
        assert {"Status for antal sager", "Klager i Ankestyrelsen", "Økonomitræk"} <= set(headings)
        order = ["Sagsgang", "Sagsfremstilling", "Økonomiske konsekvenser", "Lovgrundlag", "Indstilling", "Beslutning", "Bilag"]
        assert [heading for heading in headings if heading in order] == order


def test_the_caveats_stand_as_footnotes(papers: Mapping[int, StatusPaper]) -> None:
    said = " ".join(note.text for grid in papers[2025].grids for note in grid.notes)

    assert "Talt efter figuren »Sager under helhedsorienteret indsats«, udgave 1" in said
    assert "Enhedernes statusdage er ikke ens: Ungeindsatsen 24. januar 2023, Arbejdsmarkedsafdelingen 17. januar 2023" in said
    assert "Medfulgte sager" in said
    assert "Nyt it-system" in said
    assert "N = 16: svarene vises som antal" in said
    assert "For få: under 20 observationer" in said


@pytest.mark.parametrize(
    ("year", "valid_at", "known_at", "code"),
    [
        (2030, None, None, "nothing_to_report"),
        (1950, None, None, "nothing_to_report"),
        (2025, None, "0", "nothing_to_report"),
        (2025, date(2024, 2, 1), None, "bad_parameter"),
        (0, None, None, "bad_parameter"),
        (2025, None, "99999999", "position_unknown"),
    ],
)
def test_a_year_without_data_is_refused_with_its_reason(
    sampled: Register, year: int, valid_at: date | None, known_at: str | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        packed(sampled, year, valid_at, known_at, TODAY)

    assert refused.value.code == code
    assert refused.value.message
    assert refused.value.remedy


def test_a_register_without_a_ledger_has_a_pack_of_its_own(database: Database, tmp_path) -> None:
    register = register_on(database, tmp_path)
    load(
        register,
        [
            {"case": "C", "kind": "referred", "valid_at": "2024-12-01", "data": {"unit": UI, "citizen": "b"}},
            {"case": "D", "kind": "referred", "valid_at": "2024-12-01", "data": {"unit": AM, "citizen": "b"}},
        ],
    )

    paper = packed(register, 2025, None, None, TODAY)

    assert rows(paper, "i Ungeindsatsen")[-1] == ["1. februar 2025", "1"]
    assert list(paper.grids[1].heads) == [
        "Status pr.",
        "Aktivitetsparate kontanthjælpsmodtagere",
        "Ressourceforløbsmodtagere/JAF",
        "Ukendt forsørgelse",
        "Antal i alt",
    ]
    assert not any(isinstance(part, Grid) and part.again for part in paper.parts)
