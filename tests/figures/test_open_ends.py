"""An end that is open is said to be so, wherever a period is: no reader meets the year 9999, or the year 1."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import openpyxl
import pytest

from dashboards.words.language import DANISH, ENGLISH
from journey.history import FOREVER
from tests.conftest import Database, Sample
from tests.support.serving import Running, running_sample

NO_DAY = re.compile(r"9999|9998|\b1\. januar 1\b|\b1 January 1\b|01[./]01[./]0*1\b|31[./]12[./]99")


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.mark.parametrize(
    ("first", "after", "danish", "english"),
    [
        (date(2025, 1, 1), date(2025, 2, 1), "1. januar 2025 – 31. januar 2025", "1 January 2025 – 31 January 2025"),
        (date(2025, 1, 1), date(2025, 1, 2), "1. januar 2025 – 1. januar 2025", "1 January 2025 – 1 January 2025"),
        (date(2025, 1, 1), FOREVER, "fra 1. januar 2025, uden slutdato", "from 1 January 2025, with no end"),
        (date.min, date(2025, 2, 1), "til og med 31. januar 2025", "up to and including 31 January 2025"),
        (date.min, FOREVER, "alle dage", "all days"),
    ],
)
def test_a_period_in_words(first: date, after: date, danish: str, english: str) -> None:
    assert (DANISH.period(first, after), ENGLISH.period(first, after)) == (danish, english)


def _read(html: str) -> str:
    """What stands on the page, without its tags and the addresses in them."""
    return unescape(re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        "transfers?",
        "transfers?from=2024-01-01",
        "transfers?to=2025-01-01",
        "stock_flow?from=2024-01-01&to=9999-12-31",
    ],
)
def test_no_page_or_file_says_a_day_that_is_none(site: Running, asked: str, lang: str) -> None:
    figure, _, given = asked.partition("?")
    query = f"{given}&known_at=19000&lang={lang}"
    page = site.client.get(f"/figur/{figure}?{query}").raise_for_status().text
    drills = [unescape(one) for one in re.findall(r'<a class="behind" href="([^"]+)"', page)]
    drill = site.client.get(drills[0]).raise_for_status().text
    why = site.client.get(f"/hvorfor?figure={figure}&known_from=18000&{query}").raise_for_status().text
    csv = site.client.get(f"/hent/figur/{figure}/tal.csv?{query}").raise_for_status().content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(site.client.get(f"/hent/figur/{figure}/tal.xlsx?{query}").content)).active
    cells = "\n".join(str(cell) for row in book.iter_rows(values_only=True) for cell in row if cell is not None)

    assert NO_DAY.findall("\n".join((_read(page), _read(drill), _read(why), csv, cells))) == []


def test_a_figure_of_all_days_is_a_file_without_ends(site: Running) -> None:
    answer = site.client.get("/api/figures/transfers?format=csv&known_at=19000").raise_for_status()

    assert 'filename="transfers_position-19000.csv"' in answer.headers["content-disposition"]
    assert "9999" not in answer.text
    assert "9999-12-31" in site.client.get("/api/figures/stock_flow?to=9999-12-31&format=csv").text


@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_page_of_a_case_says_a_day_that_is_none(site: Running, lang: str) -> None:
    page = site.client.get(f"/sag/N-2022-0042?lang={lang}").raise_for_status().text

    assert NO_DAY.findall(page) == []


def test_a_day_that_is_none_is_seen() -> None:
    """The twin."""
    said = "31. december 9999 · 30.12.9999 · 1. januar 1 · 1 January 1 · 31.12.99 · 01.01.0001"

    assert len(NO_DAY.findall(said)) == 6
    assert NO_DAY.findall("1. januar 1999, 1 January 1999, 01.01.2025") == []
