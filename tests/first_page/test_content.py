"""What the first page holds: every number is a figure's cell, a printed one, or a sum of cells shown."""

from __future__ import annotations

from datetime import date

import pytest

from dashboards.figures.readings import RuleReading
from dashboards.periods import year_before
from dashboards.sections.changes import periods
from dashboards.sections.glance import months
from dashboards.words.danish import number
from tests.first_page.shown import ledger, made, numbers_in, tables, view_of


def test_tabel_1_has_the_papers_caption_days_and_the_figures_cells() -> None:
    shown, answers = made(view_of("2025-06-01"), ledger())

    table = tables(shown)["Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i Ungeindsatsen"]
    assert table.columns == ("Status pr.", "Antal sager")
    cells = {cell["valid_at"]: number(cell["value"]) for cell in answers["papers: table_1"].cells}
    assert table.rows == (
        ("24. januar 2023", cells["2023-01-24"]),
        ("2. februar 2024", cells["2024-02-02"]),
        ("1. februar 2025", cells["2025-02-01"]),
        ("1. juni 2025 (valgt dag)", cells["2025-06-01"]),
    )
    assert "Kilde: egne tal." in table.notes


def test_tabel_2_sums_its_groups_and_names_what_is_beside_it() -> None:
    shown, answers = made(view_of("2025-02-01"), ledger())

    table = next(table for title, table in tables(shown).items() if title.startswith("Tabel 2."))
    value = {(cell["valid_at"], cell["benefit"]): cell["value"] for cell in answers["papers: table_2"].cells}
    days = {"17. januar 2023": "2023-01-17", "1. februar 2024": "2024-02-01", "1. februar 2025": "2025-02-01"}
    assert [row[0] for row in table.rows] == list(days)
    for said, *groups, total in table.rows:
        expected = [value[days[said], group] for group in ("aktivitetsparat", "ressourceforloeb_jaf")]
        assert groups == [number(each) for each in expected]
        assert total == number(sum(expected))
    vum = answers["papers: vum"].value(unit="arbejdsmarked", valid_at="2025-02-01")
    assert f"Derudover er der pr. 1. februar 2025 {number(vum)} sager i Arbejdsmarkedsafdelingen" in " ".join(table.notes)
    beside = value["2025-02-01", "other"] + value["2025-02-01", "unknown"]
    assert f"{number(beside)} pr. 1. februar 2025" in table.notes[-1]


def test_the_supports_have_their_sum_and_what_was_printed() -> None:
    shown, answers = made(view_of("2025-02-01"), ledger())

    table = tables(shown)["Sager i Ungeindsatsen efter støtte"]
    total = sum(cell["value"] for cell in answers["support: 2025-02-01"].cells)
    assert table.rows[-1] == ("I alt", number(total), "96")
    assert [row[2] for row in table.rows] == ["43", "21", "10", "7", "–", "15", "–", "96"]
    assert any(f"De {number(total)} sager" in section.title for section in shown.sections)


@pytest.mark.parametrize("day", ["2021-06-30", "2023-03-01", "2025-02-01", "2025-12-31", "2026-11-22"])
def test_every_number_in_a_table_is_a_cell_a_printed_number_or_a_sum_of_cells_shown(day: str) -> None:
    shown, answers = made(view_of(day), ledger())

    allowed = {number(cell["value"]) for one in answers.values() for cell in one.cells} | {one.value for one in ledger()}
    for title, table in tables(shown).items():
        summed = title.startswith(("Tabel 2", "Enhederne opgjort ens"))
        rows = [row[:-1] if summed else row for row in table.rows if row[0] != "I alt"]
        assert numbers_in(rows) <= allowed, title


@pytest.mark.parametrize("day", ["2023-03-01", "2025-02-01", "2026-11-22"])
def test_every_number_drawn_is_a_cell_or_a_printed_number(day: str) -> None:
    shown, answers = made(view_of(day), ledger())

    allowed = {cell["value"] for one in answers.values() for cell in one.cells} | {one.published.value for one in ledger()}
    for chart in shown.drawn.values():
        for trace in chart["data"]:
            assert set(trace["x" if trace["type"] == "bar" and trace["orientation"] == "h" else "y"]) <= allowed


def test_the_changes_are_by_year_and_variant_with_samlinger_and_gaps_beside_them() -> None:
    shown, answers = made(view_of("2025-02-01"), ledger())

    table = tables(shown)["Sagsbehandlerskift i Arbejdsmarkedsafdelingen"]
    assert table.columns == ("Opgørelse", "2022", "2023", "2024", "2025 til 1. februar")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Alle skift"][1] == number(answers["changes: arbejdsmarked 2023"].value(measure="changes", variant="all"))
    assert {"Uden omorganisering", "Uden omorganisering og vikar", "Samlinger til færre sagsbehandlere"} <= rows.keys()
    assert rows["Tildelinger efter hul (over 30 dage uden)"][3] == number(
        answers["changes: arbejdsmarked 2025"].value(measure="assignments_after_gap")
    )


def test_a_rate_of_few_says_so_in_its_cell_and_below_the_table() -> None:
    shown, _ = made(view_of("2025-02-01"), ledger(), few=True)

    table = tables(shown)["Sagsbehandlerskift i Ungeindsatsen"]
    assert {row[0]: row[1] for row in table.rows}["Alle skift, pr. sagsår"] == "for få"
    assert table.notes[0] == "For få: under 20 observationer, så rate og median gives ikke."


def test_the_last_year_goes_to_the_chosen_day_and_the_others_are_whole() -> None:
    assert periods(view_of("2023-03-01")) == {
        2022: (date(2022, 1, 1), date(2023, 1, 1)),
        2023: (date(2023, 1, 1), date(2023, 3, 2)),
    }
    assert periods(view_of("2022-12-31")) == {2022: (date(2022, 1, 1), date(2023, 1, 1))}


def test_each_section_has_definition_version_parameters_and_source() -> None:
    shown, _ = made(view_of("2025-02-01"), ledger())

    assert [section.id for section in shown.sections] == ["overblik", "sager", "tabeller", "stoette", "skift"]
    for section in shown.sections:
        assert section.source == "Kilde: egne tal."
        for definition in section.definitions:
            assert definition.rule
            assert definition.version >= 1
            assert any(said.startswith("Enhed: ") for said in definition.parameters)


def test_each_chart_says_its_main_numbers_in_words() -> None:
    shown, answers = made(view_of("2025-02-01"), ledger())

    says = {part.chart.id: part.chart.summary for section in shown.sections for part in section.parts if part.chart}
    assert "156 (24. januar 2023), 117 (2. februar 2024), 96 (1. februar 2025)" in says["sager"]
    assert number(answers["support: 2025-02-01"].value(support="bostoette")) in says["stoette"]
    assert number(answers["changes: ungeindsatsen 2024"].value(measure="changes", variant="all")) in says["skift-ungeindsatsen"]


def test_each_printed_point_says_its_own_day_for_the_units_days_differ() -> None:
    shown, _ = made(view_of("2025-02-01"), ledger())

    said = [text for trace in shown.drawn["sager"]["data"] for text in trace.get("customdata", ())]
    assert "Trykt pr. 24. januar 2023: 156 (22/5547)" in said
    assert "Trykt pr. 17. januar 2023: 21 (22/5547)" in said


def test_the_overview_has_its_numbers_from_cells() -> None:
    shown, answers = made(view_of("2025-02-01"), ledger())

    cases = answers["glance: cases"]
    assert [one.value for one in shown.sections[0].tiles] == [
        number(cases.value(unit="ungeindsatsen", valid_at="2025-02-01")),
        number(cases.value(unit="arbejdsmarked", valid_at="2025-02-01")),
        number(answers["glance: stock_flow now"].value(measure="entries", cause=None)),
        number(answers["glance: stock_flow now"].value(measure="exits", cause=None)),
        number(answers["glance: caseworker_changes now"].value(measure="changes", variant="all")),
        number(answers["glance: follow_ups now"].value(measure="not_held")),
        number(answers["glance: complaints now"].value(measure="received")),
        "7",
        "100",
    ]


def test_a_number_of_the_overview_is_held_against_last_year_and_against_what_was_printed_and_expected() -> None:
    shown, answers = made(view_of("2025-02-01"), ledger())

    cases, changed = shown.sections[0].tiles[0], shown.sections[0].tiles[4]
    before = answers["glance: cases"].value(unit="ungeindsatsen", valid_at="2024-02-01")
    assert f"samme tid sidste år: {number(before)}" in cases.beside[1]
    assert cases.beside[2:] == ("trykt pr. 01.02.2025: 96", "forventet: ca. 100")
    last_year = answers["glance: caseworker_changes before"]
    assert (last_year.ask.question.from_day, last_year.ask.question.to_day) == (date(2024, 1, 1), date(2024, 2, 2))
    assert number(last_year.value(measure="changes", variant="all")) in changed.beside[-1]


def test_the_day_before_a_leap_day_stands_for_it_the_year_before() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert months(date(2025, 1, 15)) == [*(date(2024, month, 1) for month in range(1, 13)), date(2025, 1, 1), date(2025, 1, 15)]


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({}, "heraf {n} under udredning/ansøgning"),
        ({"include_assessing": "true"}, "heraf {n} under udredning/ansøgning"),
        ({"include_assessing": "false"}, "derudover {n} under udredning/ansøgning"),
        ({"include_out_of_scope": "false"}, "under udredning/ansøgning, alle sager: {n}"),
        ({"count": "citizens"}, "under udredning/ansøgning, alle sager: {n}"),
    ],
)
def test_those_under_assessment_are_said_to_be_of_the_number_only_where_they_are(reading: dict[str, str], said: str) -> None:
    shown, answers = made(view_of("2025-02-01", reading=RuleReading(**reading)), ledger())

    n = number(answers["glance: assessing"].value(unit="ungeindsatsen", valid_at="2025-02-01"))
    assert shown.sections[0].tiles[0].beside[0] == said.format(n=n)


def test_a_printed_number_without_those_under_assessment_says_so_beside_one_with_them() -> None:
    shown, _ = made(view_of("2025-02-01"), ledger())

    assert shown.sections[0].tiles[1].beside[2] == "trykt pr. 01.02.2025: 17, uden udredning"


def test_a_tile_leads_to_the_year_to_the_day_where_another_period_is_chosen() -> None:
    chosen = {"from_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    tiles = made(view_of("2025-06-15", **chosen), ledger())[0].sections[0].tiles

    assert [tile.to for tile in tiles[2:7]] == ["/sager", "/sager", "/sagsbehandlere", "/opfoelgning", "/klager"]
    assert [dict(tile.chosen) for tile in tiles[2:7]] == [{"from": "2025-01-01", "last": "2025-06-15"}] * 5
    assert made(view_of("2025-06-15"), ledger())[0].sections[0].tiles[2].chosen == {}


@pytest.mark.parametrize(
    ("day", "first", "last", "period"),
    [
        ("2025-06-15", None, None, ("2025-01-01", "2025-06-16")),
        ("2025-06-15", None, "2024-12-31", ("2024-01-01", "2025-01-01")),
        ("2025-06-15", None, "2025-12-31", ("2025-01-01", "2026-01-01")),
        ("2025-06-15", None, "2026-03-01", ("2025-01-01", "2026-03-02")),
        ("2025-06-15", "2024-05-01", None, ("2024-05-01", "2025-06-16")),
    ],
)
def test_a_period_of_which_one_end_is_chosen(day: str, first: str | None, last: str | None, period: tuple[str, str]) -> None:
    ends = {name: date.fromisoformat(said) for name, said in (("from_day", first), ("last_day", last)) if said}

    assert tuple(each.isoformat() for each in view_of(day, **ends).period) == period
