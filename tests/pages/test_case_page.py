"""The case page over HTTP: both times by the address, what it tells, what it never tells, and what it says when rows are changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import psycopg
import pytest
from defusedxml import ElementTree

from api.web.pages import drilldown
from api.web.pages.render import parted
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from journey.refusals import CATALOGUE, NOTED
from tests.conftest import Database
from tests.support.serving import Running, running_with

SECRET = "Borgeren fortalte om sin søster"


def line(nr: int, day: str, known: str, kind: str, case: str = "N-1", **data: Any) -> dict[str, Any]:
    known_at = f"{known}T09:00:00+01:00"
    head = {"case": case, "kind": kind, "valid_at": day, "known_at": known_at, "by": "sb-17", "source": "fagsystem-a"}
    return {**head, "source_id": str(nr), "data": data}


LINES = [
    line(1, "2024-01-10", "2024-01-12", "referred", unit="ungeindsatsen", citizen="b1"),
    line(2, "2024-01-15", "2024-01-15", "note_added", text=SECRET),
    line(3, "2024-02-01", "2024-02-03", "support_granted", grant="g1", support="bostoette_85", yearly_amount=94500),
    line(4, "2024-02-02", "2024-02-03", "caseworker_assigned", role="authority", worker="sb-17"),
    line(5, "2024-02-03", "2024-02-03", "support_ended", grant="g9"),
    line(6, "2024-03-20", "2024-03-20", "withdrawn", source_id="3", reason="forkert_dato"),
    line(7, "2024-02-11", "2024-03-20", "support_granted", grant="g1", support="bostoette_85", yearly_amount=94500),
    line(8, "2024-03-20", "2024-03-20", "follow_up_agreed", due="2024-04-20"),
    line(9, "2024-01-20", "2024-04-01", "referred", "N/2 å", unit="social", citizen="b2"),
]


PAPER = {"case": "24/100", "title": "Status 2024", "date": "2024-05-15"}
PRINTED = [
    {
        "stream": "published",
        "kind": "figure_published",
        "valid_at": "2024-05-15",
        "known_at": "2024-05-15T12:00:00+02:00",
        "source": "fortegnelse",
        "source_id": name,
        "data": {
            "id": name,
            "figure": "caseload",
            "parameters": asked,
            "cell": cell,
            "value": 1,
            "qualifier": "exact",
            "paper": PAPER,
        },
    }
    for name, asked, cell in (
        ("ui", {"unit": ["ungeindsatsen"], "valid_at": "2024-02-15"}, {"unit": "ungeindsatsen", "valid_at": "2024-02-15"}),
        ("am", {"unit": ["arbejdsmarked"], "valid_at": "2024-02-15"}, {"unit": "arbejdsmarked", "valid_at": "2024-02-15"}),
    )
]


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_with(server, template, tmp_path_factory.mktemp("keys"), [*LINES, *PRINTED]) as made:
        yield made


def seen(site: Running, address: str, status: int = 200) -> str:
    """The page's words, a space between them, with its structure left out."""
    answer = site.client.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    text = re.sub(r"<script.*?</script>|<select.*?</select>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", text))).replace(" ,", ",")


def test_an_event_says_all_that_is_known_of_it(site: Running) -> None:
    page = seen(site, "/sag/N-1?valid_at=2024-02-11")

    assert (
        "Gælder fra 11. februar 2024. Registreret 20. marts 2024 kl. 09.00 (38 dage efter) af sb-17 i fagsystem-a, position 7."
        in page
    )
    assert "Bevilling g1: Bostøtte, længerevarende, 94.500 kr. om året, primær støtte (nyt)" in page
    assert "trykt: § 85 serviceloven; i loven: serviceloven § 85 (efterprøvet 20. november 2026)" in page
    assert "Fund: Bevillingen løber ikke den dag." in page
    assert "✓ Genspil og rækker er enige: " in page


def test_both_times_move_what_is_shown(site: Running) -> None:
    assert "har støtte" in seen(site, "/sag/N-1?valid_at=2024-02-05&known_at=5").split("Sagens baner")[0]
    assert "har støtte" not in seen(site, "/sag/N-1?valid_at=2024-02-05").split("Sagens baner")[0]
    assert "har støtte" in seen(site, "/sag/N-1?valid_at=2024-02-05&known_at=2024-03-19").split("Sagens baner")[0]
    assert "Opfølgning: frist 20. april 2024: 11 dage over fristen" in seen(site, "/sag/N-1?valid_at=2024-05-01")


def test_a_correction_is_struck_through_with_when_why_and_what_instead(site: Running) -> None:
    html = site.client.get("/sag/N-1?valid_at=2024-05-01").text
    before = site.client.get("/sag/N-1?valid_at=2024-05-01&known_at=5").text

    assert re.search(r'id="sag0-h3" class="event gone".*?<s><strong>støtte bevilget</strong>', html, re.DOTALL)
    page = seen(site, "/sag/N-1?valid_at=2024-05-01")
    assert (
        "Annulleret 20. marts 2024 kl. 09.00 (position 6): Forkert dato. Til da blev det anset for sandt, fra 3. februar 2024 kl. 09.00."
        in page
    )
    assert "I stedet: 11. februar 2024, støtte bevilget (bevilling: g1, støtte: Bostøtte, længerevarende" in page
    assert "<s>" not in before


def test_a_note_is_never_shown(site: Running) -> None:
    for address in ("/sag/N-1", "/sag/N-1?lang=en", "/sag/N-1?ved=N%2F2%20%C3%A5"):
        html = site.client.get(address).text
        assert SECRET not in html
        assert "søster" not in html
        assert not re.search(r"[0-9a-f]{64}", re.sub(r"<template.*?</template>", "", html))
    assert "notat (krypteret)" in seen(site, "/sag/N-1")


def test_the_sliders_step_through_the_case_s_own_days_and_moments(site: Running) -> None:
    html = site.client.get("/sag/N-1?valid_at=2024-02-11&known_at=5").text

    days = re.search(r'<input type="range" id="valid_at_step"[^>]*>', html)
    known = re.search(r'<input type="range" id="known_at_step"[^>]*>', html)
    assert days
    assert known
    assert 'max="5"' in days[0]
    assert 'aria-valuetext="11. februar 2024: ingen hændelse"' in days[0]
    assert 'max="3"' in known[0]
    assert 'value="2" aria-label="Hvad vidste vi?"' in known[0]
    assert (
        'aria-valuetext="3. februar 2024 kl. 09.00, position 5: støtte bevilget, sagsbehandler tildelt, støtte ophørt"'
        in known[0]
    )
    assert '<script type="application/json" id="known_at_steps">["1", "2", "5", "8"]</script>' in html


def test_without_a_script_the_form_asks_the_same(site: Running) -> None:
    html = site.client.get("/sag/N-1?valid_at=2024-02-11&known_at=5").text

    assert '<form class="times sliders" id="tider" method="get" action="/sag/N-1"' in html
    assert 'name="valid_at" value="2024-02-11"' in html
    assert '<option value="5" selected>' in html
    assert seen(site, "/sag/N-1?valid_at=2024-02-11&known_at=&ved=") == seen(site, "/sag/N-1?valid_at=2024-02-11")


def test_it_says_which_published_numbers_count_the_case_and_why_the_others_do_not(site: Running) -> None:
    html = site.client.get("/sag/N-1?valid_at=2024-05-01").text
    page = seen(site, "/sag/N-1?valid_at=2024-05-01")

    number = "Sager under helhedsorienteret indsats, {}, 15. februar 2024 (1)"
    because = "fordi sagen blev henvist til Ungeindsatsen 10. januar 2024. 24/100, 15. maj 2024"
    assert f"Talt med i {number.format('Ungeindsatsen')}, {because}" in page
    assert f"Ikke talt med i {number.format('Arbejdsmarkedsafdelingen')}, {because}" in page
    assert re.search(r'<a href="/figur/caseload/sager\?[^"]*known_at=10', html)
    assert "Talt med i" not in seen(site, "/sag/N-1?valid_at=2024-05-01&known_at=8")


def test_two_cases_stand_side_by_side(site: Running) -> None:
    page = seen(site, "/sag/N-1?valid_at=2024-05-01&ved=N%2F2%20%C3%A5")

    assert page.count("✓ Genspil og rækker er enige: ") == 2
    assert "Socialområdet" in page
    early = seen(site, "/sag/N-1?valid_at=2024-05-01&known_at=8&ved=N%2F2%20%C3%A5")
    assert "Registret kendte ikke sagen endnu. Det første om den blev registreret 1. april 2024 kl. 10.00." in early


def test_in_english_too(site: Running) -> None:
    page = seen(site, "/sag/N-1?valid_at=2024-05-01&lang=en")

    assert "Replay and rows agree: " in page
    assert "The grant does not run that day." in page
    assert not re.search(r"[æøåÆØÅ]", re.sub(r"Dansk|English|forkert_dato|trykt|barnets lov", "", page)), page


def test_every_finding_has_its_english() -> None:
    from dashboards.case.words import finding_word
    from dashboards.words.language import ENGLISH

    of_a_case = ("not_open", "already_open", "never_referred", "same_unit", "same_worker", "role_empty", "no_follow_up")
    of_matters = [code for code in CATALOGUE if code.startswith(("grant_", "performer_", "complaint_", "assessment_"))]
    for code in (*of_a_case, *of_matters, *NOTED):
        assert finding_word(code, ENGLISH)


def test_a_row_changed_behind_the_register_s_back_is_named(site: Running) -> None:
    with psycopg.connect(as_role(site.register.url, PROJECT), autocommit=True) as conn:
        at, nth = conn.execute(
            "SELECT known_from, nth FROM rows.grants WHERE case_id = 'N-1' AND known_to > 9 ORDER BY 1 LIMIT 1"
        ).fetchone() or (0, 0)
        change = "UPDATE rows.grants SET yearly_amount = %s WHERE known_from = %s AND nth = %s"
        conn.execute(change, (1, at, nth))
        try:
            page = seen(site, "/sag/N-1?valid_at=2024-05-01")
        finally:
            conn.execute(change, (94500, at, nth))

    assert "⚠ Genspil og rækker er uenige ét sted." in page
    assert f"grants {at}/{nth} yearly_amount 1 94500" in page
    assert "✓ Genspil og rækker er enige" in seen(site, "/sag/N-1?valid_at=2024-05-01")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/sag", 200, "Sagens reference, eller begyndelsen af den"),
        ("/sag?sag=N", 200, "Sager, der begynder sådan N-1 N/2 å"),
        ("/sag?sag=X-9", 404, "Registret kender ingen sag X-9."),
        ("/sag/X-9", 404, "Registret kender ingen sag X-9."),
        ("/sag/N-1?ved=X-9", 404, "Registret kender ingen sag X-9."),
        ("/sag/N-1?valid_at=i+dag", 400, "Det er ingen dag fra 1900 til 2199."),
        ("/sag/N-1?known_at=999", 400, "Registret er nået til position 11."),
        ("/sag/stream:survey", 404, "Der er ingen sådan sag"),
        ("/sag?sag=%00", 400, "Værdien er tom eller har styretegn."),
    ],
)
def test_what_cannot_be_shown_says_why(site: Running, address: str, status: int, said: str) -> None:
    assert said in seen(site, address, status)


def test_a_whole_reference_leads_to_its_case(site: Running) -> None:
    answer = site.client.get("/sag", params={"sag": "N/2 å", "lang": "en", "valid_at": "2024-05-01"})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sag/"), "of no host: a proxy's name and scheme are its own"
    followed = site.client.get(answer.headers["location"])
    assert "Case N/2 å" in unescape(followed.text)
    assert "1 May 2024" in followed.text


def test_what_a_source_wrote_is_escaped(site: Running) -> None:
    assert "<img" not in site.client.get("/sag?sag=%3Cimg%3E").text


CELL = "unit=ungeindsatsen&valid_at=2024-02-15&cell.unit=ungeindsatsen&cell.valid_at=2024-02-15"


def test_the_cases_behind_a_number_are_taken_as_logs_from_its_list(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """As known when the list was: at position 3 the grant was a different one, and the note's text is never in it."""
    html = unescape(site.client.get(f"/figur/caseload/sager?{CELL}&known_at=3").text)
    found = re.findall(r'id="hent-(xes|ocel)" href="(.*?)"', html)
    logs = {form: site.client.get(address) for form, address in found}

    traces = ElementTree.fromstring(logs["xes"].text).findall("{*}trace")
    assert [trace.find("{*}string").get("value") for trace in traces] == ["N-1"]
    assert len(traces[0].findall("{*}event")) == len(logs["ocel"].json()["events"]) == 3
    assert [logs[form].headers["content-disposition"].rsplit("_", 1)[1] for form in ("xes", "ocel")] == [
        'position-3.xes"',
        'position-3.json"',
    ]
    assert SECRET not in logs["xes"].text + logs["ocel"].text

    monkeypatch.setattr(drilldown, "MOST_SENT", 0)
    assert "hent-xes" not in site.client.get(f"/figur/caseload/sager?{CELL}").text
    refused = site.client.get(found[0][1])
    assert (refused.status_code, "journey export --cases" in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"sager.pdf?{CELL}", 400, "Her kan kun bruges xes, ocel."),
        ("sager.xes?cell.unit=social", 404, "Figurens svar har ikke den celle."),
        (f"sager.xes?{CELL}&offset=1", 400, "Her kan kun bruges"),
    ],
)
def test_what_is_no_log_of_cases_is_refused(site: Running, address: str, status: int, said: str) -> None:
    answer = site.client.get(f"/figur/caseload/{address}")

    assert answer.status_code == status
    assert said in unescape(answer.text)


@pytest.mark.parametrize(
    ("day", "line_at", "said", "anchor"),
    [
        ("2024-03-01", "2024-03-01", "Gældende 01.03.2024", "right"),
        ("2026-11-22", "2024-04-19", "Gældende 22.11.2026 →", "right"),
        ("2020-01-01", "2023-12-31", "← Gældende 01.01.2020", "left"),
    ],
)
def test_the_lanes_end_a_little_after_the_last_event_whatever_day_is_shown(
    site: Running, day: str, line_at: str, said: str, anchor: str
) -> None:
    """The first event's day is 10 January, the last's 20 March 2024; what has no end runs to the edge."""
    found = re.search(r'id="charts">(.*?)</script>', site.client.get(f"/sag/N-1?valid_at={day}").text)
    assert found
    chart = json.loads(found[1])["charts"]["baner-0"]
    (line,), (words,) = chart["layout"]["shapes"], chart["layout"]["annotations"]

    assert chart["layout"]["xaxis"]["range"] == ["2023-12-31", "2024-04-19"]
    assert (line["x0"], line["x1"], words["x"]) == (line_at, line_at, line_at)
    assert (words["text"], words["xanchor"]) == (said, anchor)


def test_a_narrow_column_breaks_after_a_slash_and_never_in_a_word() -> None:
    assert parted("Sagsbehandler, fast/gennemgående") == "Sagsbehandler, fast/<wbr>gennemgående"
    assert parted("<b>/</b>") == "&lt;b&gt;/<wbr>&lt;/<wbr>b&gt;"
