"""A day in every form that people write it; nothing else is taken for one."""

from __future__ import annotations

from datetime import date

import pytest

from api.web.query import page_day, with_days_read
from dashboards.words.danish import MONTHS, day_in
from dashboards.words.language import DANISH, ENGLISH
from journey.refusals import Refused

DAY = date(2025, 12, 22)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-12-22", "22-12-2025", "22.12.2025", "22/12/2025", " 22.12.2025 ", "22. december 2025", "22 december 2025"),
        *(
            "22. December 2025",
            "22. dec. 2025",
            "22 dec 2025",
            "den 22. december 2025",
            "22.  december  2025",
            "22.\u00a0december 2025",
        ),
        "22 December 2025",
    ],
)
def test_a_day_is_read_in_every_form(text: str) -> None:
    assert day_in(text) == DAY


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_read_as_the_pages_write_it(month: int) -> None:
    day = date(2024, month, 9)

    assert {day_in(translate.day(day)) for translate in (DANISH, ENGLISH)} == {day}
    assert {day_in(f"9. {name[:3]}. 2024") for name in MONTHS[month - 1]} == {day}


@pytest.mark.parametrize(
    "text",
    [
        *("", "i dag", "22-12-25", "22.12", "31.02.2025", "29-02-2023", "32.01.2025", "12-22-2025", "22-12.2025", "2025-13-01"),
        *(
            "22. foo 2025",
            "22. de 2025",
            "december 2025",
            "2025",
            "22122025",
            "1.000",
            "2025-12-22T10:00:00",
            "٢٢-١٢-٢٠٢٥",
            "20251222",
        ),
    ],
)
def test_nothing_else_is_a_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day_in(text)


def test_a_page_reads_its_days_and_leaves_a_position_as_it_is() -> None:
    words = {"valid_at": ["22. december 2025"], "known_at": ["1.000"], "known_from": ["22.12.2025"], "unit": ["ui"]}

    read = with_days_read(words, ("valid_at",))

    assert read == {**words, "valid_at": ["2025-12-22"], "known_from": ["2025-12-22"]}


@pytest.mark.parametrize("text", ["31.02.2025", "0001-01-01", "22-12-2200", "010190-1234"])
def test_a_wrong_day_is_refused_at_its_field_and_not_repeated(text: str) -> None:
    with pytest.raises(Refused) as refused:
        page_day({"valid_at": [text]}, "valid_at")

    assert refused.value.place == "valid_at"
    assert text not in refused.value.message
    assert "22. december 2025" in refused.value.message
