"""Where files may be sent in from: where the operator has turned it on, and by this machine's own names alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI, Request

from api.settings import settings
from api.web.access.access import PROXY_HEADER, Access, LocalAccess, ProxyAccess
from api.web.app import create_app
from api.web.uploads.own_names import is_by_own_name
from journey.codes import standard
from journey.refusals import Refused
from tests.access.test_every_route import SECRET, TOKEN, Headers, bearer, statuses

PORT = 8000
LOCAL = LocalAccess(TOKEN, PORT)
OFF, ON = {"JOURNEY_DATA": str(Path.cwd())}, {"JOURNEY_DATA": str(Path.cwd()), "JOURNEY_UPLOADS": "on"}


class Silent:
    def info(self, *_: object, **__: object) -> None: ...
    def error(self, *_: object, **__: object) -> None: ...
    def warning(self, *_: object, **__: object) -> None: ...


def app_of(environment: dict[str, str], access: Access = LOCAL) -> FastAPI:
    """The app with no register but its code lists: only pages that ask it nothing are answered."""
    register: Any = SimpleNamespace(codes=standard(), is_sample=lambda: False)
    register.for_reader = lambda _: register
    return create_app(settings(environment), access, register=register, hosts=None, log=Silent())


def asked(headers: Headers, client: tuple[str, int] | None = ("127.0.0.1", 5)) -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    return Request({"type": "http", "headers": raw, "client": client})


OWN = [("Host", "localhost:8000")]


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.8.8.8", "::ffff:127.0.0.1"])
def test_this_machine_s_own_names_are_answered(host: str, peer: str) -> None:
    assert is_by_own_name(asked([("Host", host)], (peer, 5)), LOCAL)


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ([("Host", "sager.kommune.dk")], "127.0.0.1"),
        ([("Host", "localhost.kommune.dk")], "127.0.0.1"),
        ([("Host", "localhost@kommune.dk")], "127.0.0.1"),
        ([("Host", "localhost"), ("Host", "kommune.dk")], "127.0.0.1"),
        ([("Host", "0.0.0.0:8000")], "127.0.0.1"),
        ([], "127.0.0.1"),
        (OWN, "10.0.0.7"),
        (OWN, "::ffff:10.0.0.7"),
        (OWN, "testclient"),
        (OWN, None),
        *(
            ([*OWN, (name, value)], "127.0.0.1")
            for name, value in (
                ("X-Forwarded-For", "10.0.0.7"),
                ("Forwarded", "for=x"),
                ("X-Forwarded-Host", "x"),
                ("Via", "1.1 x"),
            )
        ),
    ],
)
def test_no_other_name_machine_or_proxy_is(headers: Headers, peer: str | None) -> None:
    assert not is_by_own_name(asked(headers, None if peer is None else (peer, 5)), LOCAL)


def test_behind_a_proxy_with_a_login_nothing_is_sent_in() -> None:
    assert not is_by_own_name(asked(OWN), ProxyAccess(SECRET))


@pytest.mark.parametrize(
    ("environment", "access", "host", "said"),
    [
        (OFF, LOCAL, "localhost:8000", "JOURNEY_UPLOADS=on"),
        (ON, LOCAL, "sager.kommune.dk", "localhost, 127.0.0.1 eller [::1]"),
        (ON, ProxyAccess(SECRET), "localhost:8000", "bag en proxy"),
    ],
    ids=["turned off", "by another name", "behind a proxy"],
)
def test_a_closed_page_says_why_and_what_to_do_and_takes_nothing(
    environment: dict[str, str], access: Access, host: str, said: str
) -> None:
    let_in = [bearer(TOKEN)] if access is LOCAL else [(PROXY_HEADER, SECRET)]
    headers = [*let_in, ("Host", host), ("Accept", "text/html"), ("Origin", f"http://{host}")]
    page, *others = statuses(
        app_of(environment, access),
        [
            ("GET", "/indlaes", headers),
            *(
                ("POST", address, headers)
                for address in ("/indlaes", "/indlaes/x/tag", "/indlaes/x/rapport", "/leverancer/1/fortryd")
            ),
            ("GET", "/indlaes/x", headers),
            ("GET", "/indlaes/x/oversaettelse.toml", headers),
        ],
    )

    assert said in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert "journey import" in page.text
    assert {answer.status_code for answer in others} == {403}


def test_an_open_page_has_its_form_and_its_link_in_the_menu() -> None:
    headers = [bearer(TOKEN), ("Host", "localhost:8000"), ("Accept", "text/html")]
    [page] = statuses(app_of(ON), [("GET", "/indlaes", headers)])

    assert 'enctype="multipart/form-data"' in page.text
    assert 'href="/indlaes"' in page.text.partition('id="beside"')[2].partition("</nav>")[0]


def test_there_is_no_link_where_it_is_off() -> None:
    headers = [bearer(TOKEN), ("Host", "localhost:8000"), ("Accept", "text/html")]

    for page in statuses(app_of(OFF), [("GET", address, headers) for address in ("/indlaes", "/nowhere")]):
        menu = page.text.partition('id="beside"')[2].partition("</nav>")[0]
        assert "/leverancer" in menu
        assert "/indlaes" not in menu


@pytest.mark.parametrize("origin", ["http://kommune.dk", "http://localhost:9000", "null"])
def test_a_form_of_another_site_is_refused(origin: str) -> None:
    headers = [bearer(TOKEN), ("Host", "localhost:8000"), ("Origin", origin)]
    addresses = ("/indlaes", "/indlaes/x/rapport", "/indlaes/x/tag", "/indlaes/x/fortryd", "/leverancer/1/fortryd")

    assert {answer.status_code for answer in statuses(app_of(ON), [("POST", each, headers) for each in addresses])} == {403}


def test_a_form_that_no_page_sent_is_refused() -> None:
    headers = [bearer(TOKEN), ("Host", "localhost:8000"), ("Content-Type", "multipart/form-data; boundary=x")]
    [answer] = statuses(app_of(ON), [("POST", "/indlaes", headers)])

    assert answer.status_code == 400
    assert "registrets egen side" in answer.text


def test_an_upload_that_is_not_there_is_said_to_be_gone() -> None:
    headers = [bearer(TOKEN), ("Host", "localhost:8000"), ("Origin", "http://localhost:8000")]
    [page, taken] = statuses(app_of(ON), [("GET", "/indlaes/x", headers), ("POST", "/indlaes/x/tag", headers)])

    assert (page.status_code, taken.status_code) == (404, 404)
    assert "er her ikke mere" in page.text
    assert "er her ikke mere" in taken.text


@pytest.mark.parametrize(("text", "is_on"), [("", False), ("off", False), ("on", True), (" ON ", True)])
def test_the_setting_is_on_or_off(text: str, is_on: bool) -> None:
    assert settings({"JOURNEY_UPLOADS": text}).takes_uploads is is_on
    assert settings({}).takes_uploads is False


@pytest.mark.parametrize("text", ["1", "ja", "true", "on off", "tændt"])
def test_another_word_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(Refused) as refused:
        settings({"JOURNEY_UPLOADS": text})

    assert (refused.value.code, refused.value.place) == ("wrong_start", "JOURNEY_UPLOADS")
    assert "JOURNEY_UPLOADS=on" in refused.value.remedy


def test_a_check_of_the_name_alone_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with whoever has the right name let in, a sender on another machine is."""
    import api.web.uploads.own_names as module

    monkeypatch.setattr(module, "_is_loopback", lambda _: True)

    assert is_by_own_name(asked(OWN, ("10.0.0.7", 5)), LOCAL)
