"""Every page, paper, file and message of registers that are rich, small and empty is good Danish, and good English."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dashboards import site
from journey.sample.ledger import ledger_lines
from tests.conftest import Database, Sample
from tests.language.every_code import lines
from tests.language.site import addresses, wrong_in
from tests.support.serving import Running, running_sample, running_with

pytestmark = pytest.mark.long
DAY = "2025-03-15"


def masks() -> list[str]:
    """What the sample's ledger holds in Danish, which English pages show as it is; the longest first."""
    held: set[str] = set()
    for line in ledger_lines():
        data: Any = line["data"]
        held |= {data["paper"]["title"], *data.get("notes", ()), *map(str, data.get("cell", {}).values())}
    statements = {re.sub(r"^Figur \d: ", "", text) for text in held}
    broken = {text.replace("/", "/ ") for text in held | statements}
    return sorted({text for text in held | statements | broken if " " in text}, key=len, reverse=True)


def cases_of(api: Running) -> list[str]:
    """Some of the cases of the sample."""
    listed = api.client.get(
        f"{site.cell_cases('caseload')}?valid_at=2025-02-01&unit=ungeindsatsen&cell.unit=ungeindsatsen&cell.valid_at=2025-02-01"
    )
    return list(dict.fromkeys(re.findall(r'href="/sag/([^"?]+)', listed.text)))[:40:5]


def test_the_sample_is_shown_in_good_danish_and_english(server: Database, sample_template: Sample, tmp_path: Path) -> None:
    with running_sample(server, sample_template, tmp_path) as api:
        cases = cases_of(api)
        assert len(cases) > 5
        assert wrong_in(api, addresses(("2025-02-01",), cases, (2023, 2025)), masks()) == []


def test_every_code_is_shown_in_words(server: Database, template: Database, tmp_path: Path) -> None:
    register = lines()
    with running_with(server, template, tmp_path, register) as api:
        cases = list(dict.fromkeys(line["case"] for line in register))[::4]
        assert wrong_in(api, addresses((DAY,), cases, (2025,))) == []


@pytest.mark.parametrize("most", [0, 1, 2])
def test_none_one_and_two_are_said_as_such(server: Database, template: Database, tmp_path: Path, most: int) -> None:
    register = lines()[:most]
    with running_with(server, template, tmp_path, register) as api:
        assert wrong_in(api, addresses((DAY,), [line["case"] for line in register], (2025,) if most == 1 else ())) == []


def test_a_code_without_a_label_is_found_where_it_is_shown(server: Database, template: Database, tmp_path: Path) -> None:
    """The twin: an older log's word is shown as it is written, on the page of its case and in data quality."""
    first = lines()[0]
    older = {**first, "source_id": "x", "kind": "activity_recorded", "data": {"activity": "hjemme_moede"}}
    with running_with(server, template, tmp_path, [first, older]) as api:
        case, quality = site.case_page(first["case"]), f"{site.QUALITY.address}?valid_at={DAY}"
        found = wrong_in(api, (case, quality))

    assert {each.address.partition("?")[0] for each in found if "hjemme_moede" in each.text} == {case, site.QUALITY.address}
    assert {each.check for each in found} <= {"code", "letters"}
