"""CSV in one dialect throughout: what parts the cells and the decimal separator go with each other, in every download."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dashboards.figures import FIGURES
from tests.cli.asking import words_of
from tests.conftest import Database, Sample
from tests.support.serving import Running, running_sample

pytestmark = pytest.mark.long  # a server of the module's own; that JSON and CSV are the same cells is held in routes/ too

POINT = re.compile(r"-?[0-9]+\.[0-9]+")


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def parameters(figure: str) -> dict[str, str | list[str]]:
    """The parameters that the figure cannot do without, as words of a request, at a position of the sample."""
    words, given = iter(words_of(figure)), dict[str, str | list[str]](known_at="19000")
    for option in words:
        name = option.removeprefix("--").replace("-", "_")
        given[name] = [*given.get(name, []), next(words)]
    return given


def rows(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_every_figures_csv_has_the_numbers_of_its_json_with_the_decimal_of_its_dialect(site: Running) -> None:
    fractions = 0
    for figure in FIGURES:
        asked = parameters(figure)
        cells: list[dict[str, Any]] = site.client.get(f"/api/figures/{figure}", params=asked).raise_for_status().json()["cells"]
        content = site.client.get(f"/api/figures/{figure}", params=asked | {"format": "csv"}).raise_for_status().content
        head, *written = rows(content, ";")
        at = head.index("value")
        for row, cell in zip(written, cells, strict=True):
            value = cell["value"]
            assert row[at] == ("" if value is None else str(value).replace(".", ",")), figure
            assert not any(POINT.fullmatch(text) for text in row), (figure, row)
            fractions += isinstance(value, float)
    assert fractions > 3


@pytest.mark.parametrize(("lang", "delimiter", "decimal"), [("da", ";", ","), ("en", ",", ".")])
def test_a_pages_csv_has_the_dialect_of_its_language(site: Running, lang: str, delimiter: str, decimal: str) -> None:
    other = re.compile(rf"-?[0-9]+\{'.' if decimal == ',' else ','}[0-9]+")
    address = "/hent/figur/spending_in_period/tal.csv?from=2024-01-01&to=2025-02-01&known_at=19000"

    found = [
        cell for row in rows(site.client.get(f"{address}&lang={lang}").raise_for_status().content, delimiter) for cell in row
    ]

    assert any(re.fullmatch(rf"[0-9]+\{decimal}[0-9]+", cell) for cell in found)
    assert not any(other.fullmatch(cell) for cell in found)


def test_a_list_of_cases_has_the_dialect_too(site: Running) -> None:
    address = "/api/figures/spending_in_period/cases"
    asked = {"from": "2024-01-01", "to": "2025-02-01", "known_at": "19000", "cell.support": "bostoette", "format": "csv"}

    head, *found = rows(site.client.get(address, params=asked).raise_for_status().content, ";")

    values = [row[head.index(name)] for row in found for name in ("value", "cell_value")]
    assert any("," in value for value in values)
    assert not any(POINT.fullmatch(value) for value in values)
