"""The redacted copy: made for a recipient and a purpose, with a key and pseudonyms of its own, and months in place of days."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from api.answers.casefiles import casefile_zip, measured, recipient_of, redacted_zip
from api.cli.main import run
from api.register.register import Register
from api.settings import PSEUDONYM_KEY_FILE
from dashboards import site
from dashboards.case.file import READ_ME
from dashboards.case.linkage import linkage
from dashboards.case.redaction import LEFT_OUT, Pseudonyms, Recipient, redacted
from journey.case import NEW, evolve, finding_of
from journey.codes import standard
from journey.history import Recorded, in_order
from journey.log.migrate import READ
from journey.log.reading import history
from journey.refusals import Refused
from journey.sample import sample_register
from tests.conftest import FIGURES, Database, Sample, fresh_database
from tests.pages.test_case_page import LINES, line
from tests.pages.test_casefile import DAY, files_of
from tests.support.registers import load, register_on, sampled_register
from tests.support.serving import running

MARKED = [
    line(21, "2024-01-10", "2024-01-12", "referred", "N-HEMMELIG", unit="ungeindsatsen", citizen="b-HEMMELIG", born="1999-07"),
    line(22, "2024-02-11", "2024-02-13", "support_granted", "N-HEMMELIG", grant="g-HEMMELIG", support="bostoette_85"),
    line(23, "2024-02-12", "2024-02-13", "caseworker_assigned", "N-HEMMELIG", role="authority", worker="sb-HEMMELIG"),
    line(24, "2024-02-13", "2024-02-13", "activity_recorded", "N-HEMMELIG", activity="besøg hos HEMMELIG", worker="sb-17"),
    line(25, "2024-02-14", "2024-02-14", "note_added", "N-HEMMELIG", text="HEMMELIG"),
    line(26, "2024-02-15", "2024-02-15", "complaint_received", "N-HEMMELIG", complaint="k-HEMMELIG"),
    line(27, "2024-02-16", "2024-02-16", "frame_drawn", "N-HEMMELIG", amount=100, purpose="HEMMELIG"),
    line(28, "2024-02-17", "2024-02-17", "follow_up_agreed", "N-HEMMELIG", due="2024-04-22"),
    line(29, "2024-03-27", "2024-03-27", "support_ended", "N-HEMMELIG", grant="g-HEMMELIG", reason="maal_naaet"),
    line(30, "2024-03-28", "2024-03-28", "activity_recorded", "N-HEMMELIG", activity="moede"),
    line(31, "2024-03-29", "2024-03-29", "withdrawn", "N-HEMMELIG", source_id="30", reason="HEMMELIG"),
]
ALL = [*LINES, *({**one, "source": "kilde-HEMMELIG"} for one in MARKED)]
ONE, OTHER = Recipient("Ankestyrelsen", "klagesag"), Recipient("Universitetet", "forskning")
EXACT = re.compile(
    rb"\d{4}-\d{2}-\d{2}|\b\d{1,2}\. (?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)"
    rb"|\d{2}\.\d{2}\.\d{4}|\d{1,2}[:.]\d{2}[:.]\d{2}|kl\. \d"
)
"""A day or a moment, however the program writes one."""


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        load(made, ALL)
        yield made


def copy_for(register: Register, recipient: Recipient, case: str = "N-HEMMELIG") -> tuple[str, bytes]:
    return redacted_zip(register, case, [DAY], len(ALL), recipient)


def test_it_names_nobody_and_tells_no_day_no_moment_and_no_note(register: Register) -> None:
    for case in ("N-HEMMELIG", "N-1"):
        name, content = copy_for(register, ONE, case)
        files = files_of(content)

        assert list(files) == [READ_ME, "haendelser.jsonl", "tilstand.json", "MANIFEST.json"]
        for path, each in {"the name": name.encode(), "the zip": content, **files}.items():
            for hidden in (b"HEMMELIG", b"fagsystem-a", b"1999-07", b"sb-1", b"known_at", b"source_id", b"note_added", b"N-1"):
                assert hidden not in each, (path, hidden)
            if path != "the zip":
                assert not EXACT.findall(each), path


def test_twin_the_whole_case_file_tells_days(register: Register) -> None:
    register.believe()
    assert EXACT.search(files_of(casefile_zip(register, "N-1", [DAY], len(ALL))[1])["haendelser.jsonl"])


def test_its_files_agree_in_months_and_pseudonyms(register: Register) -> None:
    name, content = copy_for(register, ONE)
    files = files_of(content)
    lines = [json.loads(each) for each in files["haendelser.jsonl"].splitlines()]
    stand = [one for one in MARKED if one["kind"] not in ("note_added", "withdrawn") and one["source_id"] != "30"]
    manifest, (state,) = json.loads(files["MANIFEST.json"]), json.loads(files["tilstand.json"])
    page = files[READ_ME].decode()

    assert [(one["kind"], one["month"], one["number"]) for one in lines] == [
        (one["kind"], one["valid_at"][:7], nth) for nth, one in enumerate(stand, start=1)
    ]
    assert {one["case"] for one in lines} == {name, manifest["case"]}
    assert lines[1]["data"]["grant"] == lines[-1]["data"]["grant"]
    assert [one["data"].get("due") for one in lines if one["kind"] == "follow_up_agreed"] == ["2024-04"]
    assert [one["data"].get("purpose") for one in lines if one["kind"] == "frame_drawn"] == ["fjernet"]
    assert lines[-1]["data"]["reason"] == "maal_naaet"
    assert (manifest["recipient"], manifest["purpose"], manifest["months"]) == ("Ankestyrelsen", "klagesag", ["2024-05"])
    assert state["month"] == "2024-05"
    assert [matter["clock"] for matter in state["open"] if matter["what"] == "Opfølgning"] == [
        "frist apr. 2024: 1 måned over fristen"
    ]
    assert {one["data"]["worker"] for one in lines if "worker" in one["data"]} <= set(re.findall(r"person-[a-p]{16}", page))
    assert manifest["files"]["tilstand.json"]["sha256"] == hashlib.sha256(files["tilstand.json"]).hexdigest()


def test_its_read_me_says_what_it_does_not_hide(register: Register) -> None:
    files = files_of(copy_for(register, ONE)[1])
    page, found = files[READ_ME].decode(), measured(register, len(ALL))

    assert all(text in page for text in LEFT_OUT)
    assert "Ankestyrelsen" in page
    assert "klagesag" in page
    assert "Kopien skjuler kun de direkte nøgler" in page
    assert f"enestående for {found.by_order} af registrets {found.cases} sager" in page
    assert "Intet segl dækker kopien" in page
    assert json.loads(files["MANIFEST.json"])["linkage"]["by_order"] == found.by_order


def test_two_recipients_share_no_key_and_no_pseudonym(register: Register) -> None:
    copies = [
        copy_for(register, who)
        for who in (ONE, OTHER, Recipient("Ankestyrelsen", "forskning"), Recipient("Ankestyrelsenk", "lagesag"))
    ]
    pseudonyms = [
        {
            found
            for each in files_of(content).values()
            for found in re.findall(rb"(?:sag|borger|person|bevilling|klage)-[a-p]{16}", each)
        }
        for _, content in copies
    ]

    assert all(len(found) >= 5 for found in pseudonyms)
    for one, other in combinations(pseudonyms, 2):
        assert not one & other
    assert len({name for name, _ in copies}) == len(copies)
    assert copy_for(register, ONE) == copies[0]
    assert (register.settings.data / PSEUDONYM_KEY_FILE).stat().st_mode & 0o077 == 0


def test_twin_one_key_would_give_both_the_same_pseudonyms(register: Register) -> None:
    with register.connected(READ) as conn:
        known = history(conn, "N-HEMMELIG")

    assert len({redacted("N-HEMMELIG", known, Pseudonyms(b"a" * 32), standard())[0] for _ in (ONE, OTHER)}) == 1


def test_the_state_is_that_of_the_events_though_their_days_are_gone(register: Register) -> None:
    with register.connected(READ) as conn:
        known = history(conn, "N-1")
    _, events = redacted("N-1", known, Pseudonyms(b"a" * 32), standard())

    assert [type(each.event) for each in events] == [
        type(each.event) for each in in_order(known) if type(each.event).__name__ != "NoteAdded"
    ]
    assert in_order(events) == events
    assert all(each.valid_at.day == 1 for each in events)


def test_what_was_measured_in_another_log_is_measured_again(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database put back under the program has other cases at the same position."""
    monkeypatch.setattr(Register, "generation", "one log")
    before = measured(register, len(ALL))
    monkeypatch.setattr("api.answers.casefiles.histories", lambda *_: [])
    assert measured(register, len(ALL)) == before

    monkeypatch.setattr(Register, "generation", "another")

    assert measured(register, len(ALL)).cases == 0


@pytest.mark.parametrize("case", ["N-1", "N-HEMMELIG"])
def test_its_findings_are_those_of_the_case(register: Register, case: str) -> None:
    """Of a moment that is left out nothing is found: no day lies too far from it."""
    with register.connected(READ) as conn:
        known = [each for each in in_order(history(conn, case)) if type(each.event).__name__ != "NoteAdded"]
    _, events = redacted(case, known, Pseudonyms(b"a" * 32), standard())

    assert findings_of(events) == findings_of(known)


def findings_of(events: list[Recorded]) -> list[str | None]:
    """The finding of each event in its order, if any."""
    state, found = NEW, []
    for each in events:
        state, code = evolve(state, each)
        found.append(finding_of(each, code))
    return found


@pytest.mark.parametrize(
    ("name", "purpose", "place"),
    [
        ("", "x", "modtager"),
        ("x", None, "formaal"),
        ("x", " \t ", "formaal"),
        ("x" * 201, "y", "modtager"),
        ("x", "010190 1234", "formaal"),
    ],
)
def test_it_is_made_for_no_one_without_a_name_and_a_purpose(name: str, purpose: str | None, place: str) -> None:
    with pytest.raises(Refused) as refused:
        recipient_of(name, purpose, ("modtager", "formaal"))

    assert (refused.value.code, refused.value.place) == ("bad_parameter", place)


def test_a_recipient_is_the_same_however_spaces_and_letters_are_written() -> None:
    assert recipient_of(" A\u030angstro\u0308m  A/S", "en\tsag", ("", "")) == recipient_of("Ångström A/S", "en sag", ("", ""))


def _independent(courses: dict[str, list[tuple[str, str]]]) -> tuple[int, int, int, int]:
    """How many orders are one case's alone; pairs of facts, those that fit one case alone, and cases with such a pair; counted plainly."""
    orders = [tuple(kind for kind, _ in facts) for facts in courses.values()]
    known: dict[frozenset[tuple[str, str]], set[str]] = {}
    for case, facts in courses.items():
        for pair in combinations(sorted(set(facts)), 2):
            known.setdefault(frozenset(pair), set()).add(case)
    alone = [next(iter(cases)) for cases in known.values() if len(cases) == 1]
    return sum(orders.count(one) == 1 for one in orders), sum(map(len, known.values())), len(alone), len(set(alone))


def test_the_measure_is_what_an_independent_count_gives() -> None:
    courses = {
        "a": [("x", "2024-01"), ("y", "2024-02")],
        "b": [("x", "2024-01"), ("y", "2024-02"), ("z", "2024-02")],
        "c": [("y", "2024-02"), ("x", "2024-03")],
        "d": [("x", "2024-01")],
        "e": [],
    }
    found = linkage(courses)

    assert (found.by_order, found.pairs, found.linking, found.linkable) == _independent(courses) == (5, 5, 3, 2)
    assert found.share == 60
    assert linkage({}).share == 0


@pytest.mark.long
def test_the_sample_s_cases_are_linked_as_often_as_the_copy_says(
    server: Database, sample_template: Sample, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lines = sample_register()
    gone = {(one["data"].get("source", one["source"]), one["data"]["source_id"]) for one in lines if one["kind"] == "withdrawn"}  # type: ignore[index,union-attr] -- a line's data
    courses: dict[str, list[Any]] = {}
    for nth, one in enumerate(lines):
        if "case" in one and one["kind"] not in ("withdrawn", "note_added") and (one["source"], one["source_id"]) not in gone:
            courses.setdefault(str(one["case"]), []).append((one["valid_at"], nth, one["kind"]))
    facts = {case: [(kind, day[:7]) for day, _, kind in sorted(events)] for case, events in courses.items()}
    by_order, pairs, linking, linkable = _independent(facts)
    with sampled_register(server, sample_template, tmp_path) as register:
        found = measured(register, len(lines))
        page = files_of(redacted_zip(register, "N-2022-0120", [DAY], len(lines), ONE)[1])[READ_ME].decode()

    share = f"{100 * linking / pairs:.1f}".replace(".", ",")
    figures = (
        f"{by_order} of {len(facts)} cases by the order of kinds, {share} % of {pairs} pairs of known facts, {linkable} by any"
    )
    request.node.user_properties.append((FIGURES, f"A6 {request.node.name}: {figures}"))
    assert (found.cases, found.by_order, found.measured) == (496, by_order, 496)
    assert (found.pairs, found.linking, found.linkable) == (pairs, linking, linkable)
    assert f"{share} % af tilfældene; {linkable} af 496 målte sager" in page


def test_the_page_asks_for_both_and_gives_the_copy(register: Register) -> None:
    with running(register.settings) as app:
        page = app.client.get(site.case_page("N-1")).text
        address = site.case_file("N-1")
        given = app.client.get(f"{address}?valid_at=2024-05-01&redigeret=ja&modtager=Ankestyrelsen&formaal=klagesag")

        assert 'name="modtager"' in page
        assert 'name="formaal"' in page
        assert given.status_code == 200
        assert files_of(given.content) == files_of(copy_for(register, ONE, "N-1")[1])
        for query in (
            "redigeret=ja",
            "redigeret=ja&modtager=x",
            "redigeret=ja&formaal=x",
            "modtager=x&formaal=y",
            "redigeret=nej&modtager=x",
        ):
            assert app.client.get(f"{address}?{query}").status_code == 400, query


def test_the_command_asks_for_both_and_writes_the_copy(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    target, words = tmp_path / "kopi.zip", ["casefile", "N-1", "--valid-at", "2024-05-01", "-o"]
    made_for = ["--recipient", "Ankestyrelsen", "--purpose", "klagesag"]

    assert run([*words, str(target), "--redacted", *made_for]) == 0
    assert target.read_bytes() == copy_for(register, ONE, "N-1")[1]
    for more in (["--redacted"], ["--redacted", "--recipient", "x"], made_for):
        assert run([*words, str(tmp_path / "ingen.zip"), *more]) == 2
    assert not (tmp_path / "ingen.zip").exists()
    assert "Traceback" not in capsys.readouterr().err


def test_every_zip_is_packed_at_one_moment(register: Register) -> None:
    with zipfile.ZipFile(io.BytesIO(copy_for(register, ONE)[1])) as made:
        assert {entry.date_time for entry in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
