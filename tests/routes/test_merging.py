"""The form that merges two cases of one citizen: what it would do first, nothing recorded before that is confirmed, and once only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import pytest

from journey.log.migrate import READ
from journey.log.reading import head
from tests.conftest import Database
from tests.support.serving import Running, referred, running_with
from tests.support.waiting import until

pytestmark = pytest.mark.long

NUMBER = "010795-1234"
DAY = "2025-05-01"
PAIRS = 6


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lines = [
        {"case": f"N-{nth}", "source": "f", "source_id": str(nth), **referred(f"b-{nth}", f"2025-0{nth}-01")}
        for nth in (1, 2, 3)
    ]
    lines += [
        {"case": f"P-{nth}", "source": "f", "source_id": f"p{nth}", **referred(f"p-{nth}", unit="social")}
        for nth in range(2 * PAIRS)
    ]
    with running_with(server, template, tmp_path_factory.mktemp("keys"), lines) as made:
        yield made


def send(site: Running, origin: str | None = None, query: str = "", **fields: str) -> httpx.Response:
    headers = {"Origin": origin or site.url, "Sec-Fetch-Site": "cross-site" if origin else "same-origin"}
    return site.client.post(f"/sammenlaegning{query}", data=fields, headers=headers)


def end(site: Running) -> int:
    with site.register.connected(READ) as conn:
        return head(conn)[0]


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def hidden(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of the form that confirms."""
    confirming = answer.text.split('aria-label="Sammenlægningen"')[1]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', confirming)}


def caseload(site: Running, count: str) -> int:
    answer = site.client.get(f"/api/figures/caseload?unit=ungeindsatsen&valid_at=2025-06-01&count={count}")
    return answer.json()["cells"][0]["value"]


def test_the_case_page_leads_to_what_a_merge_would_do_and_that_to_the_merge_once(site: Running) -> None:
    form = site.client.get("/sag/N-1").text.split('action="/sammenlaegning"')[1].split("</form>")[0]
    assert 'name="case" value="N-1"' in form
    before, start = [caseload(site, count) for count in ("cases", "citizens")], end(site)

    shown = send(site, case="N-1", into="N-2", valid_at=DAY)
    words = text_of(shown)

    assert (shown.status_code, end(site), before) == (200, start, [3, 3])
    assert "Sag N-1 er lukket fra 1. maj 2025 som lagt sammen, og sag N-2 går videre." in words
    assert "den første er 1. februar 2025" in words
    assert [word in words for word in ("b-1", "b-2", "Ungeindsatsen")] == [True] * 3

    made = [send(site, **hidden(shown), by="sb-1") for _ in range(2)]  # sent twice by the browser
    until(lambda: caseload(site, "citizens") == 2)

    assert [each.status_code for each in made] == [201, 201]
    assert f"Registreret (position {start + 1}): sag N-1 er lagt sammen med sag N-2." in text_of(made[1])
    assert (caseload(site, "cases"), end(site)) == (2, start + 1)
    again = send(site, case="N-1", into="N-2", valid_at=DAY)
    assert "der er ikke mere at gøre" in text_of(again)
    assert "confirmed" not in again.text
    assert "case N-2" in text_of(send(site, query="?lang=en", case="N-1", into="N-2"))


WRONG = {
    "itself": ({"case": "N-3", "into": "N-3"}, "sig selv"),
    "unknown": ({"case": "N-3", "into": "N-99"}, "Registret kendte ikke sagen"),
    "a stream": ({"case": "stream:definitions", "into": "N-3"}, "en sag kan ikke hedde noget, der begynder med stream:"),
    "empty": ({"case": "N-3", "into": " "}, "skal udfyldes"),
    "a number": ({"case": "N-3", "into": NUMBER}, "ikke et CPR-nummer"),
    "no day": ({"case": "N-3", "into": "N-2", "valid_at": "i går"}, "dag"),
    "before its referral": ({"case": "N-3", "into": "N-2", "valid_at": "2025-01-01"}, "aldrig henvist"),
    "by nobody": ({"case": "N-3", "into": "N-2", "confirmed": "yes", "key": "k"}, "skal udfyldes"),
    "by a name": ({"case": "N-3", "into": "N-2", "confirmed": "yes", "key": "k", "by": "Hanne Jensen"}, "pseudonym"),
    "by a number": ({"case": "N-3", "into": "N-2", "confirmed": "yes", "key": "k", "by": NUMBER}, "CPR"),
    "without a key": ({"case": "N-3", "into": "N-2", "confirmed": "yes", "by": "sb-1"}, "Idempotency-Key"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_a_remedy_and_nothing_is_recorded(site: Running, name: str) -> None:
    fields, why = WRONG[name]
    start = end(site)

    answer = send(site, **fields)

    assert 400 <= answer.status_code < 500
    assert why in text_of(answer)
    assert "0795" not in answer.text
    assert ('value="N-3"' in answer.text) == (name != "without a key")
    assert end(site) == start


def test_who_records_is_asked_for_again_with_what_the_merge_would_do(site: Running) -> None:
    answer = send(site, case="N-3", into="N-2", valid_at=DAY, confirmed="yes", key="k", by="Hanne Jensen")

    assert hidden(answer) == {"key": "k", "case": "N-3", "into": "N-2", "valid_at": DAY, "confirmed": "yes"}


def test_the_form_is_this_site_s_alone_and_takes_nothing_from_an_address(site: Running) -> None:
    start = end(site)
    fields = {"case": "N-3", "into": "N-2", "by": "sb-1", "confirmed": "yes", "key": "other-site"}

    assert send(site, "https://andet.dk", **fields).status_code in (400, 403)
    assert send(site, **fields, color="blue").status_code == 400
    assert site.client.get("/sammenlaegning").status_code == 200
    assert site.client.get("/sammenlaegning?case=N-3").status_code == 400
    assert end(site) == start


def test_of_two_who_merge_a_pair_each_their_way_one_does(site: Running) -> None:
    """Else both cases would be closed, and the citizen be in neither."""
    start, pairs = end(site), [(f"P-{2 * nth}", f"P-{2 * nth + 1}") for nth in range(PAIRS)]
    orders = [order for pair in pairs for order in (pair, pair[::-1])]

    def merged(order: tuple[str, str]) -> int:
        fields = {"case": order[0], "into": order[1], "valid_at": DAY, "by": "sb-1", "confirmed": "yes"}
        return send(site, **fields, key=f"turned-{order[0]}").status_code

    with ThreadPoolExecutor(len(orders)) as pool:
        codes = [*pool.map(merged, orders)]

    assert [sorted(codes[at : at + 2]) for at in range(0, len(codes), 2)] == [[201, 400]] * PAIRS
    assert end(site) == start + PAIRS
