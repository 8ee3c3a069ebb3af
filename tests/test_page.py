"""What the first page holds: every number is a figure's cell or a printed one, and nothing that a label says becomes mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import count
from typing import Any

import msgspec
import pytest

from api.static_files import PLOTLY, STATIC, asset
from dashboards.charts import among
from dashboards.danish import number
from dashboards.page import Page, page, questions
from dashboards.pages import OVERVIEW
from dashboards.sections.changes import periods
from dashboards.sections.glance import months, year_before
from dashboards.status_days import Printed, breaks, breaks_in_counting, days_of, known_at, status_days
from dashboards.theme import DARK
from dashboards.view import Ask, Told, View
from journey.codes import CodeLists, parsed, standard, text
from journey.events import FigurePublished
from journey.sample import sample_register
from journey.sample.ledger import ledger_lines
from tests.conftest import Database, fresh_database
from tests.registers import TODAY, load, register_on
from tests.serving import Running, running, until

FOR_EVER = 2**62
MEASURES = {
    "follow_ups": [{"measure": measure} for measure in ("due", "held_on_time", "held_late", "not_held")],
    "caseworker_changes": [
        *(
            {"measure": measure, "variant": variant}
            for variant in ("all", "without_reorganisation", "without_reorganisation_and_cover")
            for measure in ("changes", "changes_per_case_year")
        ),
        *(
            {"measure": measure}
            for measure in ("cases_at_risk", "case_days", "case_years", "assignments_after_gap", "samlinger")
        ),
        {"measure": "median_tenure"},
    ],
    "stock_flow": [
        {"measure": "opening", "cause": None},
        {"measure": "entries", "cause": None},
        {"measure": "exits", "cause": None},
        {"measure": "closing", "cause": None},
    ],
    "complaints": [{"measure": "received"}],
}


def view_of(day: str, position: int = 100, codes: CodeLists | None = None, **more: Any) -> View:
    given: dict[str, Any] = {
        "valid_at": date.fromisoformat(day),
        "position": position,
        "moment": datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC) if position else None,
        "asked_position": position,
        "end": position,
        "now": True,
        "stopped": False,
        "codes": codes or standard(),
        "findings": 7,
    }
    return View(**given | more)


def ledger() -> list[Printed]:
    """The sample's ledger, the nth number published at position n."""
    said = [msgspec.convert(line["data"], FigurePublished) for line in ledger_lines()]
    return [Printed(position, position, FOR_EVER, one) for position, one in enumerate(said, start=1)]


def dimensions(asked: Ask) -> list[dict[str, Any]]:
    question, codes = asked.question, asked.question.codes
    days = [day.isoformat() for day in question.valid_at]
    match asked.figure.id:
        case "caseload" | "under_assessment":
            return [{"unit": unit, "valid_at": day} for unit in question.unit for day in days]
        case "caseload_by_benefit":
            return [{"valid_at": day, "benefit": group} for day in days for group in (*codes["benefits"].groups, "unknown")]
        case "caseload_by_support":
            groups = [group for group in codes["supports"].groups if group != "accessory"]
            return [{"support": group} for group in (*groups, "assessing", "waiting")]
        case figure:
            return MEASURES[figure]


def told(asks: dict[str, Ask], *, few: bool = False) -> dict[str, Told]:
    """Answers of which no two cells have the same number."""
    numbers = count(1001)
    answers: dict[str, Told] = {}
    for name, asked in asks.items():
        cells = [{**one, "value": next(numbers)} for one in dimensions(asked)]
        if few:
            cells = [
                {**cell, "value": None, "why": "few"}
                if cell.get("measure") in ("changes_per_case_year", "median_tenure")
                else cell
                for cell in cells
            ]
        answers[name] = Told(asked, cells)
    return answers


def made(view: View, published: list[Printed], *, few: bool = False) -> tuple[Page, dict[str, Told]]:
    answers = told(dict(questions(OVERVIEW, view, published)), few=few)
    return page(OVERVIEW, view, published, answers), answers


def tables(shown: Page) -> dict[str, Any]:
    return {table.title: table for section in shown.sections for part in section.parts for table in part.tables}


def numbers_in(rows: Any) -> set[str]:
    return {cell for row in rows for cell in row[1:] if re.fullmatch(r"[\d.]+", cell)}


# What a page holds


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

    allowed = {cell["value"] for one in answers.values() for cell in one.cells} | {one.said.value for one in ledger()}
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

    says = {part.chart.id: part.chart.says for section in shown.sections for part in section.parts if part.chart}
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


# Both times


def test_only_what_was_printed_by_then_is_shown() -> None:
    early = next(one.position for one in ledger() if one.said.id == "ui-2024") - 1

    shown, _ = made(view_of("2025-06-01", early), ledger())

    table = next(table for title, table in tables(shown).items() if title.startswith("Tabel 1."))
    assert [row[0] for row in table.rows] == ["24. januar 2023", "1. juni 2025 (valgt dag)"]


def test_breaks_are_marked_up_to_the_chosen_day_with_their_reasons() -> None:
    found = breaks(view_of("2025-02-01"), ledger())

    assert [each.day for each in found] == [date(2023, 1, 17), date(2024, 2, 1), date(2025, 1, 1)]
    assert "medfulgte" in found[1].why
    assert "Statusdagene i 2024 er ikke ens" in found[1].why
    assert [each.day for each in breaks(view_of("2023-12-31"), ledger())] == [date(2023, 1, 17)]
    assert breaks(view_of("2025-02-01"), []) == ()


def test_breaks_in_the_counting_are_marked_on_the_years_bars_too() -> None:
    shown, _ = made(view_of("2025-02-01"), ledger())

    changed = next(one for one in shown.sections if one.id == "skift")
    assert [each.split(":")[0] for each in changed.breaks] == ["2. februar 2024", "1. januar 2025"]
    assert not any("Statusdagene" in why for why in changed.breaks)
    for part in changed.parts:
        layout = part.chart.drawn["layout"]
        assert [each["text"] for each in layout["annotations"]] == ["1", "2"]
        assert [round(each["x0"], 2) for each in layout["shapes"]] == [1.59, 2.5]
    assert breaks_in_counting(view_of("2040-02-01"), ledger()) == ()


def test_a_break_lies_between_the_days_that_it_parts() -> None:
    quarters = [date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1)]

    assert [among(quarters, date(2025, *day)) for day in ((1, 1), (1, 2), (4, 1))] == [0.5, 1.5, 1.5]


def test_without_a_ledger_the_first_of_february_stands_for_the_status_days() -> None:
    assert days_of(view_of("2024-01-31"), [], "ungeindsatsen") == (date(2022, 2, 1), date(2023, 2, 1))


@pytest.mark.parametrize("cell", [{"unit": 5, "valid_at": "2024-01-01"}, {"unit": "nowhere", "valid_at": "2024-01-01"}, {}])
@pytest.mark.parametrize("day", ["soon", 7])
def test_a_published_number_that_is_no_stock_is_passed_over(cell: dict[str, Any], day: Any) -> None:
    said = msgspec.structs.replace(ledger()[0].said, cell=cell)
    odd = msgspec.structs.replace(ledger()[0].said, cell={"unit": "ungeindsatsen", "valid_at": day})

    view = view_of("2025-01-01")
    assert status_days(view, [Printed(1, 1, FOR_EVER, said), Printed(2, 2, FOR_EVER, odd)]) == ()


def test_a_withdrawn_publication_is_known_only_between_its_positions() -> None:
    said = ledger()[0].said

    assert [bool(known_at([Printed(5, 5, 9, said)], position)) for position in (4, 5, 8, 9)] == [False, True, True, False]


def test_a_page_whose_rows_are_behind_or_stopped_says_as_known_at_which_position() -> None:
    behind, _ = made(view_of("2025-02-01", 90, asked_position=100, end=100), ledger())
    stopped, _ = made(view_of("2025-02-01", 90, asked_position=100, end=100, stopped=True), ledger())

    assert behind.warnings[0].startswith("Vist som kendt ved position 90: ")
    assert "10 hændelser bagud" in behind.warnings[0]
    assert stopped.warnings[0].startswith("Vist som kendt ved position 90: ")
    assert "standset" in stopped.warnings[0]


def test_days_after_the_latest_registration_are_shaded_and_said() -> None:
    shown, _ = made(view_of("2026-11-22", moment=datetime(2025, 12, 29, 13, tzinfo=UTC)), ledger())

    assert "29. december 2025" in shown.warnings[0]
    assert shown.drawn["sager"]["layout"]["shapes"][0]["x0"] == "2025-12-29"


def test_the_dark_mode_has_another_colour_for_each_of_the_light_ones() -> None:
    shown, _ = made(view_of("2026-11-22"), ledger())

    used = set(re.findall(r"#[0-9a-f]{6}", msgspec.json.encode(shown.drawn).decode()))
    assert used <= DARK.keys()
    assert not DARK.keys() & set(DARK.values())


def test_plotly_shows_a_label_as_it_is() -> None:
    codes = parsed(text(), '[units]\nplanted = { da = "<b>A & B</b>", en = "x", hoi = true }\n')

    shown, _ = made(view_of("2025-02-01", codes=codes), ledger())

    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in [trace["name"] for trace in shown.drawn["sager"]["data"]]


# The page as it is answered


class Read(HTMLParser):
    """The tables of a page by their captions, and all of its elements with what they say of themselves."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._text: list[str] = []
        self._row: list[str] = []
        self._caption = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("caption", "th", "td"):
            self._text = []
        if tag == "tr":
            self._row = []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._caption = "".join(self._text)
            self.tables[self._caption] = []
        elif tag in ("th", "td"):
            self._row.append("".join(self._text))
        elif tag == "tr":
            self.tables[self._caption].append(self._row)


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        load(register, sample_register())
        with running(register.settings) as made:
            until(lambda: made.register.follower.position == len(sample_register()), 60)
            yield made


def test_the_papers_tables_are_on_the_page_as_printed(site: Running) -> None:
    answer = site.client.get("/", params={"valid_at": "2025-02-01"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = Read(answer.text).tables
    one = found["Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i Ungeindsatsen"]
    assert one[1:] == [["24. januar 2023", "156"], ["2. februar 2024", "117"], ["1. februar 2025", "96"]]
    two = next(rows for caption, rows in found.items() if caption.startswith("Tabel 2."))
    assert [row[1:] for row in two[1:]] == [["12", "9", "21"], ["13", "7", "20"], ["12", "5", "17"]]
    support = found["Sager i Ungeindsatsen efter støtte"]
    assert [row[1] for row in support[1:]] == ["43", "21", "10", "7", "15", "0", "96"]
    assert "Derudover er der pr. 1. februar 2025 9 sager" in answer.text
    status = found["Statusdage og valgt dag: trykt og talt"]
    assert all(row[3] == row[4] for row in status[1:] if row[3] != "–")


@pytest.mark.parametrize("known", [None, "12000", "2024-06-30"])
def test_the_page_has_the_cells_that_the_figure_gives_at_both_times(site: Running, known: str | None) -> None:
    given = {"valid_at": "2024-05-17", **({"known_at": known} if known else {})}

    found = Read(site.client.get("/", params=given).text).tables

    of_figure = site.register.ask("caseload_by_support", {"unit": ["ungeindsatsen"], "valid_at": ["2024-05-17"]}, known, TODAY)
    heads, *rows = found["Sager i Ungeindsatsen efter støtte"]
    counted = [row[heads.index("17. maj 2024")] for row in rows if row[0] != "I alt"]
    assert [n for n in counted if n != "0"] == [number(cell["value"]) for cell in of_figure.cells if cell["value"]]


def test_of_two_ways_to_say_what_was_known_the_position_goes_first_and_empty_ones_count_for_nothing(site: Running) -> None:
    both = site.client.get("/?valid_at=2025-02-01&known_at=2024-01-01&known_at=12.000").text
    empty = site.client.get("/?valid_at=2025-02-01&known_at=&known_at=").text

    assert 'data-position="12000"' in both
    assert f'data-position="{len(sample_register())}"' in empty
    assert 'data-now="ja"' in empty


@pytest.mark.parametrize(
    "words",
    [
        "valid_at=i+morgen",
        "valid_at=0001-01-01",
        "valid_at=9999-12-31",
        "valid_at=2025-02-30",
        "known_at=999999999",
        "known_at=%3Cscript%3Ealert(1)%3C/script%3E",
        "known_at=" + "9" * 40,
        "valid_at=%00",
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page(site: Running, words: str) -> None:
    answer = site.client.get(f"/?{words}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("day", ["1900-01-01", "2021-12-31", "2022-01-01", "2199-12-31"])
def test_the_page_can_be_asked_for_days_far_away(site: Running, day: str) -> None:
    answer = site.client.get("/", params={"valid_at": day})

    assert answer.status_code == 200
    assert len(answer.content) < 1_500_000


def test_before_anything_was_known_the_page_says_so(site: Running) -> None:
    answer = site.client.get("/", params={"known_at": "0"})

    assert answer.status_code == 200
    assert "Registret vidste intet endnu" in answer.text
    assert "<table" not in answer.text


def test_the_page_is_well_made(site: Running) -> None:
    html = site.client.get("/", params={"valid_at": "2025-06-01"}).text
    elements = Read(html).elements

    assert ("html", {"lang": "da"}) in elements
    assert [tag for tag, _ in elements if tag == "h1"] == ["h1"]
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in elements if tag == "th")
    assert [tag for tag, _ in elements].count("table") == [tag for tag, _ in elements].count("caption") >= 7
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in elements:
        assert "style" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        for name in ("href", "src", "action"):
            assert (attrs.get(name) or "/").startswith(("/", "#")), (tag, attrs)
        if tag == "script" and "src" not in attrs:
            assert attrs["type"] == "application/json"
        if attrs.get("role") == "img":
            assert attrs["aria-label"]
    labelled = {attrs["for"] for tag, attrs in elements if tag == "label"}
    assert labelled >= {attrs["id"] for tag, attrs in elements if tag in ("input", "select")}


def test_no_style_or_script_is_allowed_but_the_servers_own_files(site: Running) -> None:
    policy = site.client.get("/").headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", STATIC)
def test_a_file_is_kept_for_ever_under_an_address_with_its_content_in_it(site: Running, name: str) -> None:
    assert re.fullmatch(rf"/static/{name}\?v=[0-9a-f]{{12}}", asset(name))
    answer = site.client.get(asset(name))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_plotly_is_served_from_the_installed_package_its_version_in_the_address(site: Running) -> None:
    plain = site.client.get(PLOTLY, headers={"Accept-Encoding": "identity"})
    zipped = site.client.get(PLOTLY, headers={"Accept-Encoding": "gzip"})

    assert re.search(r"\d+\.\d+", PLOTLY)
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert plain.content == zipped.content
    assert "immutable" in zipped.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/", "/static/page.py", "/static/..%2Fpage.py", "/static/%2e%2e/page.py", "/plotly-0.js"]
)
def test_no_other_file_is_given_out(site: Running, path: str) -> None:
    assert site.client.get(path).status_code == 404


def test_an_empty_register_says_what_to_do(database: Database, tmp_path: Any) -> None:
    with running(register_on(database, tmp_path).settings) as site:
        answer = site.client.get("/")

    assert answer.status_code == 200
    assert "Registret er tomt" in answer.text
    assert "journey demo" in answer.text
    assert "journey import" in answer.text
    assert "<table" not in answer.text


def test_what_labels_and_papers_say_is_text_and_never_mark_up(database: Database, tmp_path: Any) -> None:
    planted = '</script><script>alert("x")</script>'
    register = register_on(database, tmp_path)
    codes = parsed(text(), f"[units]\nplanted = {{ da = '{planted}', en = 'x', hoi = true }}\n")
    register = msgspec.structs.replace(register, settings=msgspec.structs.replace(register.settings, codes=codes))
    stock = {"unit": "planted", "valid_at": "2025-01-01"}
    published = {
        "id": "planted",
        "figure": "caseload",
        "parameters": {"unit": ["planted"], "valid_at": ["2025-01-01"]},
        "cell": stock,
        "value": 1,
        "qualifier": "exact",
        "paper": {"case": planted, "title": planted, "date": "2025-01-02"},
        "notes": [planted],
    }
    lines = [
        {"case": "C", "kind": "referred", "valid_at": "2024-12-01", "data": {"unit": "planted", "citizen": "x"}},
        {"stream": "ledger", "kind": "figure_published", "valid_at": "2025-01-02", "data": published},
    ]
    load(register, lines)

    with running(register.settings) as site:
        until(lambda: site.register.follower.position == 2, 30)
        html = site.client.get("/", params={"valid_at": "2025-06-01"}).text

    assert "alert" in html
    assert "<script>alert" not in html
    assert html.count("</script>") == len([tag for tag, _ in Read(html).elements if tag == "script"])
