"""What a cell says (domain.md section 10, rule 1), as a CSV file has it and as a workbook has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from journey.exchange.sheets.declarations import CellSettings
from journey.exchange.sheets.values import BadCell, Cell, CellReader, clean
from journey.history import COPENHAGEN

READER = CellReader(CellSettings())


def read(reading: Callable[..., Any], cell: Cell, *more: Decimal, **options: bool) -> Any:
    """What the cell is read as, made a value first."""
    return reading(READER.value(cell), *more, **options)


MARCH_4 = date(2024, 3, 4)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("04-03-2024", MARCH_4),
        ("4-3-2024", MARCH_4),
        ("04.03.2024", MARCH_4),
        ("04/03/2024", MARCH_4),
        (" 04-03-2024\u00a0", MARCH_4),
        ("04-03-2024 00:00", MARCH_4),
        ("04-03-2024 23:59:59", MARCH_4),
        ("2024-03-04", MARCH_4),
        ("2024-03-04T08:15:00", MARCH_4),
        (MARCH_4, MARCH_4),
        (datetime(2024, 3, 4, 23, 59), MARCH_4),  # noqa: DTZ001 -- as a workbook has it
        (45355.0, MARCH_4),
        (45355.999, MARCH_4),
        ("", None),
        ("-", None),
        ("null", None),
        ("NaN", None),
        ("31-12-9999", None),
        ("9999-12-31", None),
        (date(9999, 12, 31), None),
        (2958465.0, None),
        ("29-02-2024", date(2024, 2, 29)),
    ],
)
def test_rule_1_a_day(cell: Cell, day: date | None) -> None:
    assert read(READER.day, cell) == day


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("04-03-24", "kun to cifre i året"),
        ("4/3/24", "kun to cifre i året"),
        ("29-02-2023", "er ikke en dag"),
        ("03-14-2024", "er ikke en dag"),
        ("04-03.2024", "er ikke en dag"),
        ("20240304", "er ikke en dag"),
        ("45355", "er ikke en dag"),
        ("marts 2024", "er ikke en dag"),
        ("04-03-2024 kl. 8", "er ikke en dag"),
        ("2024-03-03T23:30:00Z", "forskydning fra UTC"),
        (2024.0, "er et tal, som ikke er en dag"),
        (20240304.0, "er et tal, som ikke er en dag"),
        (-1.0, "er et tal, som ikke er en dag"),
        (float("inf"), "er et tal, som ikke er en dag"),
        (True, "er ikke en dag"),
        (time(8, 0), "er ikke en dag"),
    ],
)
def test_rule_1_no_day(cell: Cell, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        read(READER.day, cell)


def test_rule_1_the_last_day_there_is_must_be_said_to_be_an_open_end() -> None:
    with pytest.raises(BadCell, match="open_ends"):
        read(CellReader(CellSettings(open_ends=())).day, "31-12-9999")
    assert read(CellReader(CellSettings(open_ends=("01-01-2099",))).day, date(2099, 1, 1)) is None


@pytest.mark.parametrize("dates", ["dd-mm-yyyy", "yyyy-mm-dd"])
@pytest.mark.parametrize("cell", ["9999-12-31", date(9999, 12, 31), 2958465.0])
def test_rule_1_an_open_end_is_one_however_the_days_are_written(dates: Any, cell: Cell) -> None:
    """The law's own default is written with the day first, and is the default of a file with ISO days too."""
    assert read(CellReader(CellSettings(dates=dates)).day, cell) is None


def test_a_workbook_that_counts_from_1904() -> None:
    assert read(CellReader(CellSettings(), 1904).day, 43893.0) == MARCH_4


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-01T23:30:00Z", date(2026, 3, 2)),
        ("2026-03-01T22:59:59.999Z", date(2026, 3, 1)),
        ("2026-03-01T23:00:00+00:00", date(2026, 3, 2)),
        ("2026-03-02T00:30:00+0200", date(2026, 3, 1)),
        ("2026-03-01 23:30:00-05:00", date(2026, 3, 2)),
        ("2026-03-28T22:59:59Z", date(2026, 3, 28)),  # the night in which the clocks are put forward
        ("2026-03-28T23:00:00Z", date(2026, 3, 29)),
        ("2026-03-29T21:59:59Z", date(2026, 3, 29)),
        ("2026-03-29T22:00:00Z", date(2026, 3, 30)),
        ("2026-10-24T21:59:59Z", date(2026, 10, 24)),  # and the one in which they are put back
        ("2026-10-24T22:00:00Z", date(2026, 10, 25)),
        ("2026-10-25T22:59:59Z", date(2026, 10, 25)),
        ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
        ("2026-03-01T23:30:00", date(2026, 3, 1)),  # without an offset: read off the clocks here
        ("01-03-2026 23:30", date(2026, 3, 1)),
        (datetime(2026, 3, 1, 23, 30), date(2026, 3, 1)),  # noqa: DTZ001 -- as a workbook has it
        ("9999-12-31T23:59:59Z", None),
        ("9999-12-31T00:00:00Z", None),
        ("9999-12-30T23:00:00Z", None),
    ],
)
def test_a_moment_with_an_offset_is_the_day_here_where_the_mapping_says_the_zone(cell: Cell, day: date | None) -> None:
    assert read(CellReader(CellSettings(zone="Europe/Copenhagen")).day, cell) == day


def test_a_day_that_means_no_end_is_so_as_it_is_written() -> None:
    reader = CellReader(CellSettings(zone="Europe/Copenhagen", open_ends=("31-12-2099",)))

    assert read(reader.day, "2099-12-31T23:59:59Z") is None
    assert read(reader.day, "2099-12-30T23:59:59Z") is None
    assert read(reader.day, "2099-12-30T22:59:59Z") == date(2099, 12, 30)


@pytest.mark.parametrize("text", ["2026-13-01T23:30:00Z", "2026-03-01T25:30:00Z", "2026-03-01T2:30Z"])
def test_a_moment_that_there_is_not_is_no_day(text: str) -> None:
    with pytest.raises(BadCell, match="er ikke et tidspunkt"):
        read(CellReader(CellSettings(zone="Europe/Copenhagen")).day, text)


@pytest.mark.parametrize(
    ("cell", "decimal", "amount"),
    [
        ("1200", ",", 1200),
        ("1.200", ",", 1200),
        ("1 200", ",", 1200),
        ("1\u00a0200,00 kr.", ",", 1200),
        ("kr. 1.200.000", ",", 1_200_000),
        ("DKK 1200", ",", 1200),
        ("1200 dkk", ",", 1200),
        ("1,200.00", ".", 1200),
        ("0", ",", 0),
        (1200.0, ",", 1200),
        (1200, ",", 1200),
        ("", ",", None),
        ("-", ",", None),
    ],
)
def test_rule_1_an_amount(cell: Cell, decimal: str, amount: int | None) -> None:
    assert read(CellReader(CellSettings(decimal=decimal)).amount, cell) == amount  # type: ignore[arg-type] -- one of the two


@pytest.mark.parametrize("cell", ["1.20", "1,2,3", "12.34.567", "1.2000", "kr.", "tolv", "1e3", "--5", "１２", True, MARCH_4])
def test_rule_1_no_amount(cell: Cell) -> None:
    with pytest.raises(BadCell, match="er ikke et beløb"):
        read(READER.amount, cell)


def test_rule_1_an_amount_that_is_not_whole_is_bad_unless_it_is_rounded_half_up() -> None:
    with pytest.raises(BadCell, match="round = true"):
        read(READER.amount, "54.761,90 kr.")
    assert read(READER.amount, "54.761,90 kr.", rounded=True) == 54762
    assert [read(READER.amount, each, rounded=True) for each in ("0,5", "1,5", "2,5", "2,49")] == [1, 2, 3, 2]
    assert read(READER.amount, "4.563,50", Decimal(12)) == 54762, "multiplied before it is whole"
    assert read(READER.amount, 0.1 + 0.2, Decimal(10), rounded=True) == 3


@pytest.mark.parametrize(
    ("cell", "text", "as_id"),
    [
        ("880123.0", "880123.0", "880123"),
        (880123.0, "880123", "880123"),
        ("00123", "00123", "00123"),
        ("1.50", "1.50", "1.50"),
        (1.5, "1,5", "1,5"),
        ("A\u030a", "Å", "Å"),
        ("a\u00a0b ", "a b", "a b"),
        (True, "true", "true"),
        (MARCH_4, "04-03-2024", "04-03-2024"),
        ("NONE", None, None),
        (1.5e-7, "1,5e-07", "1,5e-07"),
    ],
)
def test_rule_1_text_and_ids(cell: Cell, text: str | None, as_id: str | None) -> None:
    assert (read(READER.text, cell), read(READER.id, cell)) == (text, as_id)


def test_rule_1_what_is_empty_is_as_the_mapping_says() -> None:
    reader = CellReader(CellSettings(empty=("Ikke udfyldt",)))

    assert [reader.value(cell) for cell in ("ikke udfyldt", "", " ", "-")] == [None, None, None, "-"]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("04-03-2024", datetime(2024, 3, 4, 0, 0, tzinfo=COPENHAGEN)),
        ("04-03-2024 09:12", datetime(2024, 3, 4, 9, 12, tzinfo=COPENHAGEN)),
        ("2024-03-04T09:12:00+01:00", datetime(2024, 3, 4, 9, 12, tzinfo=COPENHAGEN)),
        ("2024-03-04T08:12:00Z", datetime(2024, 3, 4, 9, 12, tzinfo=COPENHAGEN)),
        (datetime(2024, 3, 4, 9, 12), datetime(2024, 3, 4, 9, 12, tzinfo=COPENHAGEN)),  # noqa: DTZ001 -- as a workbook has it
        ("", None),
    ],
)
def test_rule_5_the_moment_of_a_known_at_column(cell: Cell, moment: datetime | None) -> None:
    assert read(READER.moment, cell) == moment


@pytest.mark.parametrize("text", ["010180-0001", "se 0101800001", "01 01 80 0001", "٠١٠١٨٠٠٠٠١"])
def test_rule_1_no_text_has_the_form_of_a_number_and_no_message_repeats_it(text: str) -> None:
    with pytest.raises(BadCell) as bad:
        clean(text)

    assert bad.value.code == "personal_number"
    assert "0001" not in bad.value.reason


def test_no_text_has_a_character_that_is_not_seen() -> None:
    for text in ("a\nb", "a\u200bb", "a\u202eb", "a\x00b"):
        with pytest.raises(BadCell, match="styretegn"):
            clean(text)
    assert clean("Åse–Ærø § 85") == "Åse–Ærø § 85"
