"""The work on uploads: one at a time, seen by others, stopped when it is thrown away, and held for some minutes only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.answers import deliveries as answers
from api.register.request_rejected import RequestRejected
from api.register.served import Served
from tests.conftest import Database
from tests.support.serving import Running
from tests.support.sheets import ACCEPTED
from tests.support.uploads import NUMBER, after, id_of, press, send, sheets, taking_uploads, words
from tests.support.waiting import until

pytestmark = pytest.mark.long


@pytest.fixture
def app(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with taking_uploads(server, template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def test_a_report_waits_for_rows_that_are_on_their_way(app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = iter((True, True, False))

    def believe(register: Served, upto: int | None = None, **_: Any) -> int:
        if next(waits, False):
            raise RequestRejected("rows_behind")
        return upto or 0

    monkeypatch.setattr(Served, "believe", believe)

    assert "Registreres 3 0 0 0 3" in words(after(app, send(app, sheets())))
    assert next(waits, None) is None


def test_an_upload_that_is_thrown_away_is_gone(app: Running) -> None:
    sent = send(app, sheets())
    after(app, sent)
    files = [file.content for file in app.app.state.uploads.find(id_of(sent).rpartition("/")[2]).files]

    thrown = press(app, f"{id_of(sent)}/fortryd")

    assert (thrown.status_code, thrown.headers["location"]) == (303, "/indlaes")
    assert app.client.get(id_of(sent)).status_code == 404
    for file in files:
        with pytest.raises(ValueError, match="closed"):
            file.open().read()


def test_a_second_browser_sees_the_work_and_a_second_taking_is_refused(app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = send(app, sheets()), send(app, sheets(), ACCEPTED.replace("fagsystem-a", "fagsystem-b"))
    after(app, first)
    after(app, second)
    go_on, begun = threading.Event(), threading.Event()
    take = answers.take_delivery

    def slow(*given: Any, progress: Any, **more: Any) -> Any:
        progress("Læser filen", 1, 4)
        begun.set()
        assert go_on.wait(60)
        return take(*given, progress=progress, **more)

    monkeypatch.setattr(answers, "take_delivery", slow)
    try:
        press(app, f"{id_of(first)}/tag")
        assert begun.wait(60)
        page = app.client.get(id_of(first))
        assert page.headers["refresh"] == "1"
        assert '<progress id="fremgang" aria-labelledby="heading" max="4" value="1">' in page.text
        for address in ("/indlaes", "/leverancer"):
            assert "En leverance er ved at blive indlæst. Læser filen" in words(app.client.get(address))
        refused = press(app, f"{id_of(second)}/tag")
        assert refused.status_code == 409
        assert "En anden leverance er ved at blive indlæst" in words(refused)
        press(app, f"{id_of(first)}/fortryd")
        assert app.client.get(id_of(first)).status_code == 200, "what is being taken in is not thrown away"
    finally:
        go_on.set()
    until(lambda: "Leverancen er indlæst" in words(app.client.get(id_of(first))))


def test_a_report_under_way_is_stopped_when_it_is_thrown_away(app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, begun = threading.Event(), threading.Event()

    def endless(*_: Any, progress: Any, **__: Any) -> Any:
        begun.set()
        try:
            while True:
                progress("Læser filen", 1, 2)
        finally:
            stopped.set()

    monkeypatch.setattr(answers, "take_delivery", endless)
    sent = send(app, sheets())
    assert begun.wait(60)
    press(app, f"{id_of(sent)}/fortryd")

    assert stopped.wait(60)
    until(lambda: app.app.state.uploads.at_work is None)
    assert app.client.get(id_of(sent)).status_code == 404


def test_a_bug_is_answered_without_detail_and_logged_without_data(app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"borger {NUMBER}")

    monkeypatch.setattr(answers, "take_delivery", broken)
    page = after(app, send(app, sheets()))

    assert "fejl i programmet" in words(page)
    assert NUMBER not in page.text
    assert NUMBER not in app.logged.getvalue()
    assert '"event": "upload"' in app.logged.getvalue()


def test_an_upload_that_nobody_looks_at_is_dropped_after_half_an_hour(app: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = send(app, sheets())
    after(app, sent)
    uploads = app.app.state.uploads
    clock = uploads._clock
    monkeypatch.setattr(uploads, "_clock", lambda: clock() + timedelta(minutes=29).total_seconds())
    assert app.client.get(id_of(sent)).status_code == 200
    monkeypatch.setattr(uploads, "_clock", lambda: clock() + timedelta(minutes=60).total_seconds())

    page = app.client.get(id_of(sent))

    assert page.status_code == 404
    assert "er her ikke mere" in words(page)


def test_more_uploads_than_are_held_push_the_oldest_out(app: Running) -> None:
    sent: list[httpx.Response] = []
    for _ in range(8):
        sent.append(send(app, sheets()))
        after(app, sent[-1])

    assert [app.client.get(id_of(each)).status_code for each in sent] == [404] * 2 + [200] * 6
