"""A case of 450 events: every one of them can be read, a hundred at a time, by the addresses that the page itself gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from dashboards.case import window as windows
from tests.conftest import Database, fresh_database
from tests.pages.test_case_page import seen
from tests.support.long_case import COUNT, long_case
from tests.support.registers import load, register_on
from tests.support.serving import Running, running, until


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        load(register, long_case())
        load(register, long_case("L-2")[:140])
        with running(register.settings) as made:
            until(lambda: made.register.follower.position == COUNT + 140, 60)
            yield made


def told(site: Running, address: str, side: int = 0) -> list[int]:
    """The positions of the events that the page shows of a case, in order."""
    return [int(position) for position in re.findall(rf'<li id="sag{side}-h(\d+)"', site.client.get(address).text)]


def ways(site: Running, address: str, word: str, side: int = 0) -> list[str]:
    """The addresses of that word among the case's ways to more events: above the list and below it."""
    html = site.client.get(address).text
    found = re.findall(rf'<a href="([^"]*)#sag{side}-forloeb">([^<]*)</a>', html)
    return [unescape(where) for where, text in found if text.startswith(word)]


@pytest.mark.parametrize("day", ["2022-01-03", "2023-03-01", "2026-01-01"])
def test_every_event_can_be_read(site: Running, day: str) -> None:
    start = f"/sag/L-1?valid_at={day}"
    read = set(told(site, start))
    assert len(read) == 100
    for word in ("Tidligere", "Senere"):
        here = start
        while found := ways(site, here, word):
            above, below = found
            assert above == below
            here = above
            read |= set(told(site, here))
    assert read == set(range(1, COUNT + 1))


def test_the_page_says_which_are_shown_of_how_many(site: Running) -> None:
    around = "/sag/L-1?valid_at=2023-03-01"
    assert "Hændelse 123–222 af 450 er vist." in seen(site, around)
    assert "Tidligere: hændelse 23–122" in seen(site, around)
    assert "Senere: hændelse 223–322" in seen(site, around)
    assert "Events 123–222 of 450 are shown." in seen(site, f"{around}&lang=en")
    last = seen(site, f"{around}&fra=401")
    assert "Hændelse 401–450 af 450 er vist." in last
    assert "Senere:" not in last
    assert "Omkring den viste dag" in last
    assert "er vist." not in seen(site, "/sag/L-1?known_at=100")


def test_turning_keeps_both_times_the_language_and_the_other_case(site: Running) -> None:
    start = "/sag/L-1?valid_at=2023-03-01&known_at=580&ved=L-2&lang=en"
    own = ways(site, start, "Later")[0]
    both = ways(site, own, "Earlier", side=1)[0]
    page = seen(site, both)
    for kept in ("valid_at=2023-03-01", "known_at=580", "ved=L-2", "lang=en"):
        assert kept in both
    assert "Events 223–322 of 450 are shown." in page
    assert "Events 1–100 of 130 are shown." in page


def test_a_question_leads_to_its_event_though_it_is_not_shown(site: Running) -> None:
    html = unescape(site.client.get("/sag/L-1?valid_at=2024-06-01").text)
    (where, position), *_ = re.findall(r'<li><strong>R\d+:.*?<a href="([^"#]*)#sag0-h(\d+)">', html, re.DOTALL)
    assert where
    assert int(position) not in told(site, "/sag/L-1?valid_at=2024-06-01")
    assert int(position) == told(site, where)[0]


@pytest.mark.parametrize("asked", ["fra=0", "fra=451", "fra=x", "fra=-1", "ved=L-2&fra_ved=141", "fra=1000000000"])
def test_a_number_of_no_event_is_refused(site: Running, asked: str) -> None:
    assert "fra" in seen(site, f"/sag/L-1?{asked}", 400)


def test_twin_without_the_way_to_earlier_events_some_cannot_be_read(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows.Window, "earlier", None)
    with pytest.raises(AssertionError):
        test_every_event_can_be_read(site, "2026-01-01")
