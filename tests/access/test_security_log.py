"""The log of security has the events of its list and nothing else: no person, case, number or text can be in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from api.settings import settings
from api.web.access.access import LocalAccess
from api.web.access.caller import Caller
from api.web.access.links import link
from api.web.app import create_app
from api.web.dependencies import current_caller
from api.web.security_log import EVENTS, FIELDS, ROLES, event, note, session_name
from tests.access.test_every_route import TOKEN, bearer
from tests.access.test_rate_limits import CASEWORKER, IN, _Lets, _no_register, answers, app_with

ROOT = Path(__file__).parents[2]
RIGHT = {
    "session": "0123456789ab",
    "role": "caseworker",
    "action": "read_case",
    "by": "link",
    "reason": "used",
    "limit": "files",
}
PERSONAL = [
    "Kirsten Jensen",
    "kirsten",
    "0101901234",
    "010190-1234",
    "N-2022-0042",
    "sb-17",
    "kij@norddjurs.dk",
    "192.0.2.7",
    "",
]


class _Lines:
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines = list[dict[str, Any]]()

    def info(self, name: str, **fields: Any) -> None:
        self.lines.append({"event": name, **fields})

    warning = error = info

    def security(self) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in line.items() if name != "request_id"}
            for line in self.lines
            if line["event"] == "security"
        ]


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("planted", PERSONAL)
def test_no_field_of_an_event_can_say_anything_of_anybody(kind: str, planted: str) -> None:
    right = {name: RIGHT[name] for name in EVENTS[kind]}
    assert event(kind, **right) == {"kind": kind, **right}

    for name in EVENTS[kind]:
        with pytest.raises(ValueError, match="not of the list") as refused:
            event(kind, **right | {name: planted})
        assert not planted or planted not in str(refused.value)
    with pytest.raises(ValueError, match="other fields"):
        event(kind, **right, text=planted)
    with pytest.raises(ValueError, match="no event"):
        event(planted, **right)


def test_every_role_action_and_field_is_of_the_table_of_rules() -> None:
    assert {"caseworker", "operator", "local", "machine", "none"} <= ROLES
    assert {name for names in EVENTS.values() for name in names} == {*FIELDS} == {*RIGHT}


def test_a_session_stands_by_its_hash() -> None:
    assert session_name("a-session") != session_name("another")
    assert FIELDS["session"](session_name("a-session"))
    assert session_name(None) == "none"


def test_what_happens_is_in_the_log_once_with_its_route_and_without_its_address() -> None:
    log = _Lines()
    app = create_app(settings({"JOURNEY_DATA": str(Path.cwd())}), LocalAccess(TOKEN, 80), register=_no_register(), log=log)
    app.dependency_overrides[current_caller] = lambda: Caller("p-1", "management", (), "a-session")
    code = link(TOKEN, "http://localhost", 80).partition("kode=")[2]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answers(
        app,
        [
            ("GET", "/api/cases/N-2022-0042", {}),
            ("POST", "/api/cases/N-2022-0042/events", {"Origin": "https://evil.example"}),
            ("GET", "/api/cases/N-2022-0042", {"Host": "evil.example"}),
            ("GET", "/api/cases/N-2022-0042", dict([bearer(TOKEN)])),
        ],
    )
    [case, form_page] = "/api/cases/{case}", "/log-ind"
    assert log.security() == [
        {"event": "security", "kind": "not_signed_in", "route": "(none)"},
        {"event": "security", "kind": "other_site", "route": "(none)"},
        {"event": "security", "kind": "bad_host", "route": "(none)"},
        {
            "event": "security",
            "kind": "denied",
            "action": "read_case",
            "role": "management",
            "session": session_name("a-session"),
            "route": case,
        },
    ]
    log.lines.clear()
    for sent in (f"kode={code}", f"kode={code}", "kode=x"):
        answers(app, [("POST", form_page, form)], content=sent)
    assert [(line["kind"], line.get("reason")) for line in log.security()] == [
        ("signed_in", None),
        ("sign_in_refused", "used"),
        ("sign_in_refused", "wrong"),
    ]
    assert code not in str(log.lines)


def test_one_request_too_many_is_in_the_log() -> None:
    app, log = app_with(_Lets(CASEWORKER), {"person": 1}), _Lines()
    for each in app.user_middleware:
        if "log" in each.kwargs:
            each.kwargs["log"] = log

    answers(app, [("GET", "/api/problems", IN)] * 2)

    [line] = log.security()
    assert (line["kind"], line["limit"], line["session"]) == ("rate_limited", "person", session_name("a-session"))


def test_nothing_else_writes_a_line_of_security() -> None:
    writers = {path.name for path in (ROOT / "api").rglob("*.py") if lines_of_security(path.read_text("utf-8"))}

    assert writers == {"guard.py"}


def lines_of_security(source: str) -> list[str]:
    """The calls of a source whose first word is `security`."""
    return re.findall(r"""\w+\(\s*["']security["']""", source)


# --- the checks bite ----------------------------------------------------------------------------------------------------


def test_twin_a_line_written_beside_the_list_is_seen() -> None:
    assert lines_of_security('self._log.info("security", person=name)')


def test_twin_a_field_that_takes_any_text_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, Any]", FIELDS), "reason", lambda _: True)

    with pytest.raises(pytest.fail.Exception):
        test_no_field_of_an_event_can_say_anything_of_anybody("sign_in_refused", "Kirsten Jensen")


def test_twin_an_event_of_a_request_is_checked_where_it_is_noted() -> None:
    with pytest.raises(ValueError, match="not of the list"):
        note({}, "sign_in_refused", by="link", reason="Kirsten Jensen")
