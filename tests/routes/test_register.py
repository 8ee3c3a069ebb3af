"""The register as a whole: the ledger, findings, codes, definitions, and its changes as they come."""

from __future__ import annotations

import threading
from typing import Any

from journey.codes import standard
from tests.support.registers import load
from tests.support.serving import Running, referred
from tests.support.waiting import PATIENCE, until


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
    until(lambda: api.register.follower.position >= last)

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
    until(lambda: api.register.follower.position >= (report.last_position or 0))
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
    for day, act in (("2023-01-24", "serviceloven"), ("2024-01-01", "barnets lov")):
        lists = api.client.get("/api/codes", params={"valid_at": day}).json()
        [found] = [code for one in lists["lists"] for code in one["codes"] if code["code"] == "efterskole"]
        assert (lists["valid_at"], found["in_force"]["act"]) == (day, act)
        assert [(each["act"], each["from"], each["to"], each["verified"]) for each in found["basis"]] == [
            ("serviceloven", None, "2024-01-01", None),
            ("barnets lov", "2024-01-01", None, None),
        ]
    assert api.client.get("/api/codes", params={"valid_at": "i går"}).status_code == 400
    definitions = api.client.get("/api/definitions").json()["figures"]
    figures = api.client.get("/api/figures").json()
    assert [one["figure"] for one in definitions] == [one["figure"] for one in figures]
    for one in figures:
        required = {
            p["name"]: "x" for d in definitions if d["figure"] == one["figure"] for p in d["parameters"] if p["required"]
        }
        days = {"valid_at": ["2024-02-01", "2025-02-01"]} if "valid_at" in required else {}
        answer = api.client.get(one["address"], params={**dict.fromkeys(required, "ungeindsatsen"), **days})
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

    until(lambda: len(adopted()) == 2)
    assert [(one["valid_at"], one["version"], one["body"]) for one in adopted()] == decided[:2]
    assert all(one["position"] > 0 for one in adopted())


def test_who_follows_is_told_when_the_rows_have_moved(api: Running) -> None:
    told: list[int] = []

    def follow(after: int) -> None:
        with api.client.stream("GET", "/api/changes", params={"after": after, "seconds": 600}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    told.append(int(line[4:]))
                    return

    thread = threading.Thread(target=follow, args=(api.register.follower.position,))
    thread.start()
    position = api.post("followed", "followed", referred()).json()["positions"][0]
    thread.join(PATIENCE)

    assert told == [position]
    once = api.client.get("/api/changes?seconds=0", headers={"Last-Event-ID": str(position - 1)})
    assert f"id: {position}\n" in once.text
