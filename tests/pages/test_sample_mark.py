"""The mark of a sample register: on every page and all that is taken away from one, and on none of a register that is no sample."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from dashboards import site as pages
from dashboards.figures import FIGURES
from dashboards.view import SAMPLE
from dashboards.words.language import LANGUAGES
from tests.conftest import Database, Sample
from tests.support.registers import load
from tests.support.serving import Running, referred, running_sample, running_with
from tests.support.waiting import until

pytestmark = pytest.mark.long

CASE = "N-2022-0042"
PATHS = {"figure": "caseload", "case": CASE, "reference": CASE, "year": "2025", "name": "overblik"}
"""What stands for a part of a page's address."""


@pytest.fixture(scope="module")
def sample(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.fixture(scope="module")
def other(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A register of other events, with a case of the same reference."""
    with running_with(server, template, tmp_path_factory.mktemp("keys"), [_line(1, "fagsystem-a", CASE)]) as made:
        yield made


def every_page(site: Running) -> dict[str, httpx.Response]:
    """Every address that answers with a page, and the pages of errors."""
    found = {}
    for route in site.app.routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not route.path.startswith("/api/"):
            address = re.sub(r"\{(\w+)(:\w+)?\}", lambda part: PATHS.get(part[1], "x"), route.path)
            found[address] = None
    found |= dict.fromkeys(f"/figur/{name}" for name in FIGURES)
    found |= dict.fromkeys(("/er-her-ikke", "/?valid_at=i+går", "/sag/N-0", f"/sag/{CASE}?lang=en", "/figur/caseload?unit=x"))
    answers = {address: site.client.get(address, headers={"Accept": "text/html"}, follow_redirects=True) for address in found}
    return {
        address: answer for address, answer in answers.items() if answer.headers.get("content-type", "").startswith("text/html")
    }


def is_marked(answer: httpx.Response) -> bool:
    language = LANGUAGES["en" if "lang=en" in str(answer.url) else "da"]
    return f'<p class="sample"><strong>{language(SAMPLE)}</strong></p>' in unescape(answer.text)


def test_every_page_of_a_sample_is_marked(sample: Running) -> None:
    found = every_page(sample)

    assert len(found) > 30
    assert [address for address, answer in found.items() if not is_marked(answer)] == []
    assert {answer.status_code for answer in found.values()} >= {200, 400, 404}


def test_no_page_of_another_register_is_marked(other: Running) -> None:
    found = every_page(other)

    assert len(found) > 30
    assert [address for address, answer in found.items() if LANGUAGES["da"](SAMPLE) in unescape(answer.text)] == []


def test_a_register_that_becomes_a_sample_is_marked(server: Database, template: Database, tmp_path: Path) -> None:
    near = [_line(1, "proevedat"), _line(2, "proevedata"), _line(3, "proevedata.x"), _line(4, "q-proevedata-")]
    with running_with(server, template, tmp_path, near) as site:
        assert not is_marked(site.client.get("/"))
        load(site.register, [_line(5, "proevedata-fagsystem-a")])
        until(lambda: site.register.follower.position == len(near) + 1)
        until(lambda: site.register.follower.is_sample)
        assert is_marked(site.client.get("/"))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tables_that_are_taken_away_are_marked(sample: Running, other: Running, form: str) -> None:
    for site, marked in ((sample, True), (other, False)):
        addresses = re.findall(rf'href="(/hent/[^"]+\.{form}[^"]*)"', site.client.get("/sager?valid_at=2025-02-01").text)
        for address in addresses:
            answer = site.client.get(unescape(address)).raise_for_status()
            assert (SAMPLE in _text(answer.content)) is marked, address
        assert addresses or not marked


def test_a_case_file_and_a_redacted_copy_are_marked(sample: Running, other: Running) -> None:
    copy = {"redigeret": "ja", "modtager": "Ankestyrelsen", "formaal": "klage"}
    for site, marked in ((sample, True), (other, False)):
        for words in (None, copy):
            answer = site.client.get(pages.case_file(CASE), params=words).raise_for_status()
            assert (SAMPLE in _text(answer.content)) is marked, words


def _line(nth: int, source: str, case: str = "") -> dict[str, Any]:
    head = {"case": case or f"N-{nth}", "source": source, "source_id": str(nth), "known_at": "2025-01-02T12:00:00+01:00"}
    return head | referred(f"b-{nth}")


def _text(content: bytes) -> str:
    """All text of a file, or of the files of a zip."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        return unescape("\n".join(files.read(name).decode("utf-8", "replace") for name in files.namelist()))
