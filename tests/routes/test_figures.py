"""Figures and cases at both times, as JSON and as CSV, and not sent again to who has them."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.register import served
from tests.support.registers import load
from tests.support.serving import Running, referred, running
from tests.support.waiting import until


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


def test_a_moment_to_come_is_sought_anew_each_time(
    api: Running, counted: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the log went on just as the moment was sought: what comes later is within it too."""
    known_position = served.known_position

    def meanwhile(conn: Any, known_at: str | None) -> int:
        position = known_position(conn, known_at)
        added = api.post("meanwhile", "meanwhile", referred("c-9", "2025-09-01")).json()["positions"][0]
        until(lambda: api.register.follower.position >= added)
        return position

    with monkeypatch.context() as patch:
        patch.setattr(served, "known_position", meanwhile)
        first = api.register.position("2098-01-01")

    assert api.register.position("2098-01-01") == api.register.head()[0] > first
    assert api.register.position("2019-01-01") == 0


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
        assert row["value"] == ("" if cell["value"] is None else str(cell["value"]).replace(".", ","))
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
    until(lambda: api.register.follower.position >= (last or 0))

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
    later = api.post("backdated", "backdated", referred("c-2", "2020-03-03")).json()["positions"][0]
    until(lambda: api.register.follower.position >= later)

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
