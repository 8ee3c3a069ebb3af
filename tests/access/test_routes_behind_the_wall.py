"""The program's own answers with its checks off: whatever is asked, the database gives a reader no case of another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from api.web.dependencies import served_register
from dashboards.figures.figure import dimensions_of
from journey.access.reader import LOCAL, Reader
from tests.access.walls import CASES, OTHER, OWN, READERS, build, shown
from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.serving import Running, running
from tests.support.waiting import until

PROMISE = "A8 begins: no route answers a reader with a case of another's, although every check but the database's is off"

pytestmark = pytest.mark.long

SOME = ("nobody", "a unit", "a unit and grants", "all")
DAY, PERIOD = "valid_at=2025-06-01", "from=2025-01-01&to=2026-01-01"
FIGURES = {"caseload": DAY, "transfers": PERIOD, "dotted_chart": PERIOD, "findings_by_code": PERIOD}
LISTS = [
    *(f"{path}?{given}" for figure, given in FIGURES.items() for path in (f"/api/figures/{figure}", f"/figur/{figure}")),
    f"/hvorfor?figure=caseload&{DAY}&valid_from=2025-01-01",
    f"/api/figures/caseload/why?{DAY}&valid_from=2025-01-01",
    f"/api/figures/caseload/why?{DAY}&known_from=1",
    f"/api/figures/transfers/why?{PERIOD}&known_from=1",
    "/api/findings", "/api/ledger", "/api/definitions", "/api/changes?seconds=0",
    "/", "/sager", "/sagsbehandlere", "/forloeb", "/klager", "/opfoelgning", "/oplevelse", "/datakvalitet", "/offentliggjort",
    "/offentliggoer", "/vedtagelser", "/rapport", "/leverancer", "/leverancer.csv", "/leverancer/1/vaek", "/ubrudt",
    "/tile/entries/000", "/tile/entries/000.p/20", "/tile/entries/000.p/1",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("keys")
    with fresh_database(server, template.name) as database:
        build(database, folder)
        with running(register_on(database, folder).settings) as app:
            until(lambda: app.register.sealer.health().sealed >= app.register.head()[0])
            yield app


def named(text: str) -> set[str]:
    """The cases of the register that a text names, by reference or by the citizen."""
    return {name for name in CASES if re.search(rf"(?<![\w-])(?:b-)?{name}(?:-1)?(?![\w-])", text)}


def lists(site: Running) -> list[str]:
    """The addresses, those of the cases behind each number among them."""
    found = [*LISTS]
    for figure, given in FIGURES.items():
        for cell in site.client.get(f"/api/figures/{figure}?{given}").raise_for_status().json()["cells"]:
            words = urlencode({f"cell.{name}": text for name, text in dimensions_of(cell).items() if text is not None})
            found += [f"{path}?{given}&{words}" for path in (f"/api/figures/{figure}/cases", f"/figur/{figure}/sager.csv")]
    return list(dict.fromkeys(found))


def asked_as(site: Running, reader: Reader, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """The status and the text of each answer, to a caller with every right whose rows are the reader's."""
    register = site.register.for_reader(reader)
    site.app.dependency_overrides[served_register] = lambda: register
    try:
        answers = {address: site.client.get(address) for address in addresses}
    finally:
        del site.app.dependency_overrides[served_register]
    return {address: (answer.status_code, answer.content.decode("utf-8", "replace")) for address, answer in answers.items()}


@pytest.mark.parametrize("who", SOME)
def test_no_list_names_a_case_of_another_s(site: Running, who: str) -> None:
    reader = READERS[who]
    assert reader is not None
    for address, (status, text) in asked_as(site, reader, lists(site)).items():
        assert named(text) <= shown(reader) | named(address), address  # a word that was sent may come back in what is refused
        assert status < 500, (address, text[:500])


@pytest.mark.parametrize("who", SOME)
def test_no_answer_about_a_case_of_another_s_tells_it_from_one_that_is_not_there(site: Running, who: str) -> None:
    reader = READERS[who]
    assert reader is not None
    ways = ("/api/cases/{}", "/sag/{}", "/sagsmappe/{}", "/sag?reference={}", "/sammenlaegning?case={}")
    addresses = {(way, case): way.format(quote(case)) for way in ways for case in (*CASES, "not-there")}
    found = asked_as(site, reader, [*addresses.values()])
    for (way, case), address in addresses.items():
        if case in shown(reader) or case == "not-there":
            continue
        status, text = found[address]
        other, blank = found[addresses[way, "not-there"]]
        assert (status, text.replace(case, "X")) == (other, blank.replace("not-there", "X")) or _same(text, blank, case), (
            address
        )


def _same(text: str, blank: str, case: str) -> bool:
    """Whether two pages are the same but for what is drawn anew each time."""
    drawn = re.compile(r"[0-9a-f]{32}|[\w-]{43}")
    return drawn.sub("", text.replace(case, "X")) == drawn.sub("", blank.replace("not-there", "X"))


@pytest.mark.parametrize("who", SOME)
def test_no_receipt_of_an_event_names_a_case_of_another_s(site: Running, who: str) -> None:
    reader = READERS[who]
    assert reader is not None
    for position in range(1, site.register.head()[0] + 1):
        ((status, text),) = asked_as(site, reader, [f"/api/receipts/{position}"]).values()
        assert named(text) <= shown(reader), position
        assert status < 500, (position, text[:500])


def test_twin_whoever_reads_everything_is_named_cases_by_these_ways(site: Running) -> None:
    found = asked_as(site, LOCAL, [*lists(site), *(f"/api/cases/{case}" for case in CASES), "/api/receipts/1"])
    ways = {address for address, (_, text) in found.items() if named(text)}
    assert len(ways) > len(CASES) + 10
    assert {name for _, text in found.values() for name in named(text)} == set(CASES)
    assert {OWN, OTHER} <= {state.unit for state in CASES.values()}
