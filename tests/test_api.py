"""The API as a client meets it: each route, each refusal, retries, versions, and what never leaves."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.problem_types import PROBLEMS, status_of
from journey.codes import standard
from tests.conftest import Database, fresh_database
from tests.registers import load, register_on
from tests.serving import Running, closed, granted, referred, running, until

NUMBER = "010190-1234"
NOTE = "Borgeren Kirsten Hemmelig fortalte om sin gæld"


@pytest.fixture(scope="module")
def api(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        with running(register.settings) as made:
            yield made


def refused(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The problem, of the shape that all of them have."""
    problem = answer.json()
    assert (problem.get("code"), answer.status_code) == (code, status_of(code)), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"/api/problems/{code}"
    assert problem["status"] == answer.status_code
    assert problem["title"] == PROBLEMS[code].meaning
    assert problem["remedy"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert ("retry-after" in answer.headers) == (answer.status_code == 503)
    return problem


# Commands


def test_a_command_is_recorded_and_read_at_once(api: Running) -> None:
    answer = api.post("own-write", "own-write", referred(), Prefer="wait=5")

    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["preference-applied"] == "wait=5"
    body = answer.json()
    history = api.client.get("/api/cases/own-write").json()
    assert [event["position"] for event in history["events"]] == body["positions"]
    assert history["events"][0]["known_at"] == body["known_at"]
    assert history["state"]["unit"] == "ungeindsatsen"
    figure = api.client.get("/api/figures/caseload", params={"valid_at": "2025-01-01", "unit": "ungeindsatsen"}).json()
    assert figure["known_at"]["position"] >= body["positions"][0]


def test_several_events_are_one_transaction(api: Running) -> None:
    answer = api.post("several", "several", [referred(), granted(), closed()])

    body = answer.json()
    assert body["version"] == 3
    assert len(body["positions"]) == 3
    assert len({event["known_at"] for event in api.client.get("/api/cases/several").json()["events"]}) == 1


def test_of_a_refused_transaction_nothing_is_recorded(api: Running) -> None:
    problem = refused(api.post("nothing", "nothing", [referred(), granted(), granted()]), "grant_running")

    assert problem["place"] == "2025-02-01"
    refused(api.client.get("/api/cases/nothing"), "unknown_case")


def test_a_correction_is_one_transaction(api: Running) -> None:
    first = {**referred(), "source": "fag", "source_id": "corr-1"}
    api.post("corrected", "corrected-1", first)
    withdrawn = {
        "kind": "withdrawn",
        "valid_at": "2025-01-01",
        "data": {"source": "fag", "source_id": "corr-1", "reason": "fejl"},
    }

    answer = api.post("corrected", "corrected-2", [withdrawn, referred(day="2025-01-05")])

    assert answer.status_code == 201
    assert [event["withdrawn"] for event in api.client.get("/api/cases/corrected").json()["events"]] == [True, False, False]


def test_what_it_makes_of_later_events_is_told(api: Running) -> None:
    api.post("later", "later-1", [referred(), closed("2025-06-01"), {"kind": "reopened", "valid_at": "2025-07-01", "data": {}}])

    body = api.post("later", "later-2", {"kind": "reopened", "valid_at": "2025-06-15", "data": {}}).json()

    assert [(finding["code"], finding["position"]) for finding in body["findings"]] == [
        ("already_open", body["positions"][0] - 1)
    ]
    assert api.post("later", "later-2", {"kind": "reopened", "valid_at": "2025-06-15", "data": {}}).json() == body


def test_a_retry_gets_the_same_answer_whatever_has_happened_since(api: Running) -> None:
    first = api.post("retried", "retried", referred())
    api.post("retried", "retried-2", closed())

    again = api.client.post(
        "/api/cases/retried/events",
        content=json.dumps(referred(), indent=3),
        headers={"Idempotency-Key": "retried", "Content-Type": "application/json; charset=utf-8"},
    )

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(api.client.get("/api/cases/retried").json()["events"]) == 2


def test_twenty_at_once_with_one_key_record_one(api: Running) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: api.post("at-once", "at-once", referred()), range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(api.client.get("/api/cases/at-once").json()["events"]) == 1


def test_a_key_is_for_one_command(api: Running) -> None:
    api.post("one", "one-key", referred())

    assert refused(api.post("one", "one-key", closed()), "command_reused")["place"] == "Idempotency-Key"
    refused(api.post("other", "one-key", referred()), "command_reused")


def test_a_version_that_has_moved_is_refused(api: Running) -> None:
    version = api.post("versions", "versions-1", referred()).headers["etag"]
    assert api.client.get("/api/cases/versions").headers["etag"] == version
    assert api.post("versions", "versions-2", granted(), **{"If-Match": version}).status_code == 201

    problem = refused(api.post("versions", "versions-3", closed(), **{"If-Match": version}), "stream_moved")

    assert problem["version"] == 2
    assert api.post("versions", "versions-2", granted(), **{"If-Match": version}).status_code == 201
    assert api.post("fresh", "fresh", referred(), **{"If-Match": '"0"'}).status_code == 201


def test_of_many_that_built_on_one_version_one_wins(api: Running) -> None:
    api.post("raced", "raced", referred())
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(
                lambda n: api.post("raced", f"raced-{n}", granted(f"g{n}"), **{"If-Match": '"1"'}).status_code, range(8)
            )
        )

    assert sorted(answers) == [201] + [412] * 7


def test_what_the_register_has_already_is_said(api: Running) -> None:
    event = {**referred(), "source": "fag", "source_id": "known-1"}
    first = api.post("known", "known-1", event).json()

    answer = api.post("known", "known-2", event)

    assert answer.status_code == 200
    assert answer.json() == {**first, "positions": [], "known": first["positions"], "known_at": None}
    refused(api.post("known", "known-3", {**event, "by": "en-anden"}), "different_content")


def test_every_problem_of_every_event_is_named_at_once(api: Running) -> None:
    events = [
        {"kind": "support_granted", "valid_at": "2025-13-01", "data": {"grant": "g1", "support": "bostotte_85"}},
        3,
        {**closed(), "case": "x", "known_at": "2025-01-01T00:00:00Z"},
        {"kind": "referred", "valid_at": "2025-01-01", "data": {"unit": "ungeindsatsen", "citizen": NUMBER}},
    ]

    answer = api.post("problems", "problems", events)

    problem = refused(answer, "bad_events")
    assert [(one["place"], one["code"]) for one in problem["errors"]] == [
        ("[0].valid_at", "bad_value"),
        ("[0].data.support", "bad_value"),
        ("[1]", "bad_value"),
        ("[2].case", "bad_value"),
        ("[2].known_at", "bad_value"),
        ("[3].data.citizen", "personal_number"),
    ]
    assert "mente du bostoette_85" in problem["errors"][1]["detail"]
    assert NUMBER not in answer.text


def test_a_note_is_kept_beside_the_log_and_not_in_it(api: Running) -> None:
    note = {"kind": "note_added", "valid_at": "2025-01-01", "data": {"text": NOTE}}

    first = api.post("noted", "noted", [referred(), note])

    assert first.status_code == 201
    assert api.post("noted", "noted", [referred(), note]).json() == first.json()
    history = api.client.get("/api/cases/noted").json()
    assert NOTE not in json.dumps(history)
    assert api.register.vault.open_note("noted", history["events"][1]["data"]["text_hash"]) == NOTE


def test_a_case_may_be_called_anything_that_a_file_may_call_it(api: Running) -> None:
    for case in ("23/1234", "sag med å", "a/events", "100%"):
        path = httpx.URL(api.url).copy_with(
            raw_path=b"/api/cases/" + "".join(f"%{byte:02X}" for byte in case.encode()).encode()
        )
        answer = api.client.post(
            f"{path}/events", json=referred(), headers={"Idempotency-Key": f"any-{len(case)}{case[0] == 'a'}"}
        )
        assert (answer.status_code, answer.json().get("case")) == (201, case)
        assert api.client.get(str(path)).json()["case"] == case


# Refusals


@pytest.mark.parametrize(
    ("code", "content", "headers"),
    [
        ("no_key", "{}", {}),
        ("bad_header", "{}", {"Idempotency-Key": "x" * 201}),
        ("personal_number", "{}", {"Idempotency-Key": NUMBER}),
        ("bad_header", "{}", {"Idempotency-Key": "k", "If-Match": "7"}),
        ("not_json", "{}", {"Idempotency-Key": "k", "Content-Type": "text/plain"}),
        ("bad_json", "{", {"Idempotency-Key": "k"}),
        ("bad_json", "", {"Idempotency-Key": "k"}),
        ("bad_json", b'"\xff"', {"Idempotency-Key": "k"}),
        ("bad_json", "[" * 100_000, {"Idempotency-Key": "k"}),
        ("bad_events", "[]", {"Idempotency-Key": "k"}),
        ("bad_value", "3", {"Idempotency-Key": "k"}),
        ("bad_events", "{}", {"Idempotency-Key": "k"}),
        ("too_large", json.dumps([referred()] * 101), {"Idempotency-Key": "k"}),
        ("too_large", " " * 4_000_001, {"Idempotency-Key": "k"}),
        ("not_open", json.dumps(closed()), {"Idempotency-Key": "k"}),
        ("too_early", json.dumps(referred(day="1899-12-31")), {"Idempotency-Key": "k"}),
        ("too_late", json.dumps(referred(day="2199-01-01")), {"Idempotency-Key": "k"}),
        ("not_a_case_event", json.dumps({"kind": "survey_recorded", "valid_at": "2025-01-01"}), {"Idempotency-Key": "k"}),
        ("bad_parameter", "{}", {"Idempotency-Key": "k", "query": "?unit=x"}),
    ],
)
def test_a_command_is_refused(api: Running, code: str, content: str | bytes, headers: dict[str, str]) -> None:
    query = headers.pop("query", "") if "query" in headers else ""
    told = {"Content-Type": "application/json", **headers}

    answer = api.client.post(f"/api/cases/refused/events{query}", content=content, headers=told)

    if code == "not_a_case_event":
        assert code in answer.text
    else:
        refused(answer, code)
    assert api.client.get("/api/cases/refused").status_code == 404


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("unknown_case", "/api/cases/nobody"),
        ("unknown_case", "/api/cases/nobody%00"),
        ("no_page", "/api/figures/nobody"),
        ("no_page", "/api/problems/nobody"),
        ("no_page", "/nobody"),
        ("no_page", "/api/figures/"),
        ("position_unknown", "/api/figures/caseload?known_at=99999999"),
        ("bad_parameter", "/api/figures/caseload?known_at=i+morgen"),
        ("bad_parameter", "/api/figures/caseload?known_at="),
        ("bad_parameter", "/api/figures/caseload?valid_at=2025-02-30"),
        ("bad_parameter", "/api/figures/caseload?from=2025-01-01"),
        ("bad_parameter", "/api/figures/caseload?unit=nowhere"),
        ("bad_parameter", "/api/figures/caseload?count=cases&count=citizens"),
        ("bad_parameter", "/api/figures/caseload?format=xlsx"),
        ("bad_parameter", "/api/figures/survey?wave=%00"),
        ("bad_parameter", "/api/figures/caseload?" + "valid_at=2025-01-01&" * 401),
        ("bad_parameter", "/api/cases/nobody?valid_at=yesterday"),
        ("bad_parameter", "/api/findings?limit=many"),
        ("bad_parameter", "/api/changes?seconds=99999"),
        ("bad_parameter", "/health?x=1"),
    ],
)
def test_a_question_is_refused(api: Running, code: str, path: str) -> None:
    refused(api.client.get(path), code)


def test_an_address_is_asked_in_its_own_way_only(api: Running) -> None:
    answer = api.client.delete("/api/figures/caseload")

    refused(answer, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "", "192.168.1.2:8000"])
def test_another_name_than_this_machine_s_own_is_refused(api: Running, host: str) -> None:
    refused(api.client.get("/api/codes", headers={"Host": host}), "bad_host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"])
def test_this_machine_s_own_names_are_answered(api: Running, host: str) -> None:
    assert api.client.get("/health/live", headers={"Host": host}).status_code == 200


def test_the_catalogue_has_every_code_and_the_address_that_a_problem_names(api: Running) -> None:
    catalogue = api.client.get("/api/problems").json()

    assert {entry["code"] for entry in catalogue} == set(PROBLEMS)
    for entry in catalogue:
        assert api.client.get(entry["type"]).json() == entry


# Figures


@pytest.fixture(scope="module")
def counted(api: Running) -> list[dict[str, Any]]:
    """Three commands, each later than the one before."""
    return [
        api.post("counted", "counted-1", referred("c-1", "2020-03-01"), Prefer="wait=5").json(),
        api.post("counted", "counted-2", granted("g1", "2020-04-01", yearly_amount=1000), Prefer="wait=5").json(),
        api.post("counted", "counted-3", closed("2020-05-01"), Prefer="wait=5").json(),
    ]


def test_the_same_moment_can_be_said_in_each_form(api: Running, counted: list[dict[str, Any]]) -> None:
    position, moment = counted[1]["positions"][0], counted[1]["known_at"]
    in_utc = datetime.fromisoformat(moment).astimezone(tz=None).isoformat()

    def asked(known_at: str) -> Any:
        return api.client.get("/api/figures/caseload", params={"valid_at": "2020-06-01", "known_at": known_at}).json()

    told = asked(str(position))
    assert told["known_at"] == {"position": position, "moment": moment}
    for form in (moment, in_utc, moment[:-6], f"{position:,}".replace(",", ".")):
        assert asked(form) == told, form
    before = (datetime.fromisoformat(moment) - timedelta(microseconds=1)).isoformat()
    assert asked(before)["known_at"]["position"] == position - 1
    assert asked("2020-01-01")["known_at"] == {"position": 0, "moment": None}
    assert asked("2099-01-01")["known_at"]["position"] >= counted[2]["positions"][0]
    assert asked("2099-01-01")["cells"] != told["cells"]


@pytest.mark.parametrize("figure", ["caseload", "stock_flow", "lead_times", "late_registration"])
def test_json_and_csv_are_the_same_cells(api: Running, counted: list[dict[str, Any]], figure: str) -> None:
    json_ = api.client.get(f"/api/figures/{figure}").json()
    answer = api.client.get(f"/api/figures/{figure}", headers={"Accept": "text/csv"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="{figure.replace("_", "-")}_[0-9a-z_-]+\.csv"', answer.headers["content-disposition"]
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(json_["cells"])
    for row, cell in zip(rows, json_["cells"], strict=True):
        assert row["value"] == ("" if cell["value"] is None else str(cell["value"]))
        assert all(row[name] == ("" if value is None else str(value)) for name, value in cell.items() if name != "value")
        assert row["known_position"] == str(json_["known_at"]["position"])


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(api: Running) -> None:
    wave = {"wave": "2025", "statement": '=HYPERLINK("http://x")', "answers": [1, 2, 3, 4, 5], "n": 15}
    line = {
        "stream": "survey",
        "kind": "survey_recorded",
        "valid_at": "2025-01-01",
        "source": "s",
        "source_id": "1",
        "data": wave,
    }
    last = load(api.register, [line]).last_position
    until(lambda: api.register.follower.position >= (last or 0), 10)

    rows = list(
        csv.reader(io.StringIO(api.client.get("/api/figures/survey?format=csv").text.removeprefix("\ufeff")), delimiter=";")
    )

    said = {cell for row in rows for cell in row if "HYPERLINK" in cell}
    assert said == {'\'=HYPERLINK("http://x")'}
    assert "5" in {cell for row in rows for cell in row}


def test_an_answer_that_one_has_is_not_sent_again(api: Running, counted: list[dict[str, Any]]) -> None:
    position = str(counted[1]["positions"][0])
    path = f"/api/figures/caseload?valid_at=2020-04-15&known_at={position}"
    first = api.client.get(path)

    again = api.client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    others = [
        path.replace("04-15", "04-16"),
        path.replace(f"known_at={position}", f"known_at={int(position) - 1}"),
        path + "&unit=social",
        path + "&format=csv",
        path.replace("caseload", "under_assessment"),
    ]
    assert len({first.headers["etag"], *(api.client.get(other).headers["etag"] for other in others)}) == 6


def test_what_was_known_then_is_the_same_to_the_byte_later(api: Running, counted: list[dict[str, Any]]) -> None:
    path = f"/api/figures/stock_flow?from=2020-01-01&to=2021-01-01&known_at={counted[1]['positions'][0]}"
    first = api.client.get(path)
    api.post("backdated", "backdated", referred("c-2", "2020-03-03"), Prefer="wait=5")

    with running(api.register.settings) as other:
        assert other.client.get(path).content == first.content


def test_a_case_is_told_at_both_times(api: Running, counted: list[dict[str, Any]]) -> None:
    position = counted[1]["positions"][0]

    def stage(**asked: str) -> Any:
        return api.client.get("/api/cases/counted", params=asked).json()["state"]["stage"]

    assert stage() is None
    assert stage(valid_at="2020-04-15") == "supported"
    assert stage(valid_at="2020-03-15") == "waiting"
    assert stage(known_at=str(position)) == "supported"
    assert "etag" not in api.client.get("/api/cases/counted", params={"known_at": str(position)}).headers


# The register


def test_the_ledger_is_counted_again(api: Running, counted: list[dict[str, Any]]) -> None:
    published = {
        "id": "p-1",
        "figure": "caseload",
        "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2020-04-15"]},
        "cell": {"unit": "ungeindsatsen", "valid_at": "2020-04-15"},
        "value": 7,
        "qualifier": "exact",
        "paper": {"case": "20/1", "title": "Status", "date": "2020-04-20"},
    }
    line = {"stream": "papers", "kind": "figure_published", "valid_at": "2020-04-20", "source": "p", "source_id": "1"}
    last = load(api.register, [{**line, "data": published}]).last_position or 0
    until(lambda: api.register.follower.position >= last, 10)

    (one,) = api.client.get("/api/ledger").json()

    assert (one["id"], one["value"], one["position"], one["drift"]) == ("p-1", 7, last, True)
    assert one["derived"] == one["derived_now"] > 0


def test_findings_come_page_by_page(api: Running) -> None:
    lines = [
        {
            "case": f"odd-{n}",
            "kind": "closed",
            "valid_at": "2025-01-01",
            "source": "odd",
            "source_id": str(n),
            "data": {"reason": "moved"},
        }
        for n in range(5)
    ]
    report = load(api.register, lines)
    until(lambda: api.register.follower.position >= (report.last_position or 0), 10)
    asked = {"after": (report.first_position or 0) - 1, "limit": 2}
    found: list[dict[str, Any]] = []
    while asked["after"] is not None:
        page = api.client.get("/api/findings", params=asked).json()
        found += page["findings"]
        asked["after"] = page["next"]

    assert [one["case"] for one in found] == [f"odd-{n}" for n in range(5)]
    assert {one["code"] for one in found} == {"not_open"}
    assert page["total"] >= 5


def test_codes_definitions_and_figures_are_all_there(api: Running) -> None:
    codes = api.client.get("/api/codes").json()
    assert codes["digest"] == standard().digest
    assert {one["name"] for one in codes["lists"]} == set(standard().lists)
    definitions = api.client.get("/api/definitions").json()["figures"]
    figures = api.client.get("/api/figures").json()
    assert [one["figure"] for one in definitions] == [one["figure"] for one in figures]
    for one in figures:
        required = {
            p["name"]: "x" for d in definitions if d["figure"] == one["figure"] for p in d["parameters"] if p["required"]
        }
        answer = api.client.get(one["address"], params=dict.fromkeys(required, "ungeindsatsen"))
        assert (answer.status_code, answer.json().get("figure")) == (200, one["figure"]), answer.text


def test_a_definition_says_who_adopted_which_version_when(api: Running) -> None:
    def line(nth: int, kind: str, day: str, data: dict[str, Any]) -> dict[str, Any]:
        said = {"source": "sekretariat", "source_id": str(nth), "data": data}
        return {"stream": "definitions", "kind": kind, "valid_at": day, **said}

    decided = [("2022-05-01", 1, "Socialudvalget"), ("2024-05-01", 2, "Byrådet"), ("2025-05-01", 3, "Ingen")]
    lines = [
        line(nth, "definition_adopted", day, {"figure": "caseload", "version": version, "body": body})
        for nth, (day, version, body) in enumerate(decided)
    ]
    lines.append(line(3, "withdrawn", "2025-05-02", {"source_id": "2", "reason": "aldrig vedtaget"}))
    load(api.register, lines)

    def adopted() -> list[dict[str, Any]]:
        figures = api.client.get("/api/definitions").json()["figures"]
        return next(one["adopted"] for one in figures if one["figure"] == "caseload")

    until(lambda: len(adopted()) == 2, 10)
    assert [(one["valid_at"], one["version"], one["body"]) for one in adopted()] == decided[:2]
    assert all(one["position"] > 0 for one in adopted())


def test_who_follows_is_told_when_the_rows_have_moved(api: Running) -> None:
    told: list[int] = []

    def follow(after: int) -> None:
        with api.client.stream("GET", "/api/changes", params={"after": after, "seconds": 20}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    told.append(int(line[4:]))
                    return

    thread = threading.Thread(target=follow, args=(api.register.follower.position,))
    thread.start()
    position = api.post("followed", "followed", referred()).json()["positions"][0]
    thread.join(2)

    assert told == [position]
    once = api.client.get("/api/changes?seconds=0", headers={"Last-Event-ID": str(position - 1)})
    assert f"id: {position}\n" in once.text


# Those who look after it


def test_it_says_that_it_is_well(api: Running) -> None:
    assert api.client.get("/health/live").json() == {"ok": True}
    assert api.client.get("/health/ready").json() == {"ok": True}
    until(lambda: api.client.get("/health").status_code == 200, 5)
    health = api.client.get("/health").json()
    assert health["position"] == health["log_position"] == api.register.head()[0]
    assert (health["lag_events"], health["leading"], health["error"], health["frozen"]) == (0, True, None, False)


def test_metrics_count_without_naming(api: Running) -> None:
    before = _metric(api, "journey_events_appended_total")
    api.post("measured", "measured", [referred(), granted()])
    api.post("measured", "measured", [referred(), granted()])
    refused(api.post("measured", "measured-2", referred()), "already_open")

    text = api.client.get("/metrics").text

    assert _metric(api, "journey_events_appended_total") == before + 2
    assert 'journey_refused_total{code="already_open"}' in text
    assert 'route="/api/cases/{case}/events"' in text
    assert "measured" not in text
    assert _metric(api, "journey_rows_position") > 0


def _metric(api: Running, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", api.client.get("/metrics").text, re.MULTILINE)
    assert found
    return float(found[1])


def test_every_answer_carries_the_headers_that_keep_it_in(api: Running) -> None:
    for answer in (api.client.get("/api/codes"), api.client.get("/nobody"), api.client.get("/api/cases/nobody")):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert api.client.get("/api/figures/caseload").headers["cache-control"] == "private, no-cache"


def test_a_bug_is_answered_without_detail_and_logged_without_data(api: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"{NUMBER} {NOTE}")

    monkeypatch.setattr("api.routes_cases.replay", broken)

    answer = api.client.get("/api/cases/Kirsten")

    problem = refused(answer, "unexpected")
    assert "detail" not in problem
    line = next(
        line for line in api.log_lines() if line["event"] == "unexpected" and line["request_id"] == problem["request_id"]
    )
    assert line["error"] == "ValueError"
    assert any("routes_cases.py" in frame for frame in line["where"])


def test_no_personal_data_leaves_by_a_log_an_error_or_a_metric(api: Running) -> None:
    planted = (NUMBER, "0101901234", NOTE, "Kirsten")
    note = {"kind": "note_added", "valid_at": "2025-01-01", "data": {"text": f"{NOTE} {NUMBER}"}}
    answers = [
        api.post("Kirsten", "planted-1", [referred("Kirsten"), note]),
        api.post("Kirsten", "planted-2", {**note, "by": NUMBER}),
        api.post("Kirsten", "planted-3", {"kind": "note_added", "valid_at": "2025-01-01", "data": {"text": NOTE, NUMBER: 1}}),
        api.post("Kirsten", "planted-4", {"kind": "note_added", "valid_at": NUMBER, "data": {"text": NOTE + "\x00"}}),
        api.post(NUMBER, "planted-5", referred()),
        api.post("Kirsten", NUMBER, referred()),
        api.client.get(f"/api/cases/{NUMBER}"),
        api.client.get(f"/api/figures/caseload?known_at={NUMBER}"),
        api.client.get(f"/api/figures/caseload?unit={NUMBER}&{NUMBER}=1"),
        api.client.get(f"/api/figures/caseload?valid_at={NUMBER}"),
        api.client.get(f"/{NUMBER}"),
        api.client.get(f"/api/problems/{NUMBER}"),
        api.client.get("/metrics"),
    ]

    assert answers[0].status_code == 201
    for answer in answers[1:]:
        assert not [one for one in planted[:3] if one in answer.text], answer.text
    logged = api.logged.getvalue()
    assert not [one for one in (*planted, "planted", "caseload?", "own-write") if one in logged]
    assert {"method", "route", "status", "ms", "request_id"} <= set(api.log_lines()[0])
