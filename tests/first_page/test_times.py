"""Both times on the first page: what was printed by then, breaks, rows behind, and days not yet registered."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec
import pytest

from dashboards.coverage import Covered
from dashboards.drawing.charts import among
from dashboards.drawing.theme import DARK
from dashboards.published.status_days import Printed, breaks, breaks_in_counting, days_of, known_at, status_days
from journey.codes import parse_code_lists, standard_text
from tests.first_page.shown import FOR_EVER, ledger, made, tables, view_of


def test_only_what_was_printed_by_then_is_shown() -> None:
    early = next(one.position for one in ledger() if one.published.id == "ui-2024") - 1

    shown, _ = made(view_of("2025-06-01", early), ledger())

    table = next(table for title, table in tables(shown).items() if title.startswith("Tabel 1."))
    assert [row[0] for row in table.rows] == ["24. januar 2023", "1. juni 2025 (valgt dag)"]


def test_breaks_are_marked_up_to_the_chosen_day_with_their_reasons() -> None:
    found = breaks(view_of("2025-02-01"), ledger())

    assert [each.day for each in found] == [date(2023, 1, 17), date(2024, 1, 1), date(2024, 2, 1), date(2025, 1, 1)]
    assert "medfulgte" in found[2].why
    assert "Statusdagene i 2024 er ikke ens" in found[2].why
    assert [each.day for each in breaks(view_of("2023-12-31"), ledger())] == [date(2023, 1, 17)]
    assert [each.day for each in breaks(view_of("2025-02-01"), [])] == [date(2024, 1, 1), date(2025, 1, 1)]


def test_breaks_in_the_counting_are_marked_on_the_years_bars_too() -> None:
    shown, _ = made(view_of("2025-02-01"), ledger())

    changed = next(one for one in shown.sections if one.id == "skift")
    assert [each.split(":")[0] for each in changed.breaks] == [
        "1. oktober 2022",
        "1. januar 2024",
        "2. februar 2024",
        "1. januar 2025",
    ]
    assert not any("Statusdagene" in why for why in changed.breaks)
    youth, adults = (part.chart.drawn["layout"] for part in changed.parts if part.chart)
    assert [each["text"] for each in youth["annotations"]] == ["2", "3", "4"]
    assert [round(each["x0"], 2) for each in youth["shapes"]] == [1.5, 1.59, 2.5]
    assert [each["text"] for each in adults["annotations"]] == ["1", "2", "3"]
    assert [round(each["x0"], 2) for each in adults["shapes"]] == [0.25, 1.5, 1.59]
    assert breaks_in_counting(view_of("2040-02-01"), ledger()) == ()


def test_a_break_lies_between_the_days_that_it_parts() -> None:
    quarters = [date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1)]

    assert [among(quarters, date(2025, *day)) for day in ((1, 1), (1, 2), (4, 1))] == [0.5, 1.5, 1.5]


def test_without_a_ledger_the_first_of_february_stands_for_the_status_days() -> None:
    assert days_of(view_of("2024-01-31"), [], "ungeindsatsen") == (date(2022, 2, 1), date(2023, 2, 1))


@pytest.mark.parametrize("cell", [{"unit": 5, "valid_at": "2024-01-01"}, {"unit": "nowhere", "valid_at": "2024-01-01"}, {}])
@pytest.mark.parametrize("day", ["soon", 7])
def test_a_published_number_that_is_no_stock_is_passed_over(cell: dict[str, Any], day: Any) -> None:
    said = msgspec.structs.replace(ledger()[0].published, cell=cell)
    odd = msgspec.structs.replace(ledger()[0].published, cell={"unit": "ungeindsatsen", "valid_at": day})

    view = view_of("2025-01-01")
    assert status_days(view, [Printed(1, 1, FOR_EVER, said), Printed(2, 2, FOR_EVER, odd)]) == ()


def test_a_withdrawn_publication_is_known_only_between_its_positions() -> None:
    said = ledger()[0].published

    assert [bool(known_at([Printed(5, 5, 9, said)], position)) for position in (4, 5, 8, 9)] == [False, True, True, False]


def test_a_page_whose_rows_are_behind_or_stopped_says_as_known_at_which_position() -> None:
    behind, _ = made(view_of("2025-02-01", 90, requested_position=100, end=100), ledger())
    stopped, _ = made(view_of("2025-02-01", 90, requested_position=100, end=100, stopped=True), ledger())

    assert behind.warnings[0].startswith("Vist som kendt ved position 90: ")
    assert "10 hændelser bagud" in behind.warnings[0]
    assert stopped.warnings[0].startswith("Vist som kendt ved position 90: ")
    assert "standset" in stopped.warnings[0]


COVERED = Covered(date(2024, 5, 15), date(2025, 12, 29))


def test_a_number_after_the_last_covered_day_says_the_day_it_is_known_as_on_and_is_held_against_nothing() -> None:
    shown, _ = made(view_of("2026-11-22", covered=COVERED), ledger())

    known = "som kendt den 29. december 2025"
    assert "29. december 2025" in shown.warnings[0]
    for tile in shown.sections[0].tiles[:7]:
        assert known in tile.beside or known in tile.label, tile
        assert not re.search(r"[+−]\d|uændret|samme tid sidste år", " ".join(tile.beside))
    for table in tables(shown).values():
        for row in table.rows:
            assert "22. november 2026" not in row[0] or known in row[0], row


@pytest.mark.parametrize("day", ["2024-05-15", "2025-02-01", "2025-12-29", "2026-11-22"])
def test_no_course_goes_beyond_the_days_covered(day: str) -> None:
    shown, _ = made(view_of(day, covered=COVERED), ledger())

    last = min(day, "2025-12-29")
    for name, chart in shown.drawn.items():
        for trace in chart["data"]:
            if trace["type"] == "scatter" and trace["mode"] != "markers+text":
                assert trace["x"], name
                assert "2024-05-15" <= min(trace["x"]) <= max(trace["x"]) <= last, name
    changes = next(table for title, table in tables(shown).items() if title.startswith("Sagsbehandlerskift"))
    assert not [head for head in changes.columns if head.startswith(("2023", "2026"))]


def test_what_was_before_the_first_covered_day_is_not_known_and_never_nought() -> None:
    shown, answers = made(view_of("2025-02-01", covered=COVERED), ledger())

    first = tables(shown)["Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i Ungeindsatsen"]
    assert [row[1] for row in first.rows[:2]] == ["ikke kendt", "ikke kendt"]
    assert first.rows[2][1].replace(".", "").isdigit()
    second = next(table for title, table in tables(shown).items() if title.startswith("Tabel 2."))
    assert set(second.rows[0][1:]) == {"ikke kendt"}
    assert "samme tid sidste år: ikke kendt" in shown.sections[0].tiles[0].beside
    early = [cell for answer in answers.values() for cell in answer.cells if cell.get("valid_at", "9") < "2024-05-15"]
    assert early
    assert {(cell["value"], cell.get("why")) for cell in early} == {(None, "unknown")}


@pytest.mark.parametrize("chosen", [{}, {"from_day": date(2023, 1, 1), "last_day": date(2023, 12, 31)}], ids=["day", "period"])
def test_a_page_of_days_before_the_first_covered_one_has_no_number_at_all(chosen: dict[str, date]) -> None:
    shown, answers = made(view_of("2024-05-14" if not chosen else "2025-02-01", covered=COVERED, **chosen), ledger())

    assert shown.view.unknown
    assert (shown.sections, answers) == ((), {})


def test_the_dark_mode_has_another_colour_for_each_of_the_light_ones() -> None:
    shown, _ = made(view_of("2026-11-22"), ledger())

    used = set(re.findall(r"#[0-9a-f]{6}", msgspec.json.encode(shown.drawn).decode()))
    assert used <= DARK.keys()
    assert not DARK.keys() & set(DARK.values())


def test_plotly_shows_a_label_as_it_is() -> None:
    codes = parse_code_lists(standard_text(), '[units]\nplanted = { da = "<b>A & B</b>", en = "x", hoi = true }\n')

    shown, _ = made(view_of("2025-02-01", codes=codes), ledger())

    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in [trace["name"] for trace in shown.drawn["sager"]["data"]]
