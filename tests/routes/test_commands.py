"""Commands as a client meets them: transactions, retries, versions, and each event's problems."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.routes.refusal import NOTE, NUMBER, refused
from tests.support.readers import note_text
from tests.support.serving import Running, closed, granted, referred


def test_a_command_is_recorded_and_read_at_once(api: Running) -> None:
    answer = api.post("own-write", "own-write", referred(), Prefer="wait=5")

    assert answer.status_code == 201
    while "preference-applied" not in answer.headers:  # the rows took longer than it would wait
        answer = api.post("own-write", "own-write", referred(), Prefer="wait=5")
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
    refused(api.post("known", "known-3", {**event, "by": "sb-99"}), "different_content")


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
    text_hash = history["events"][1]["data"]["text_hash"]
    assert note_text(api.register.vault, api.register.url, "noted", text_hash) == NOTE


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
