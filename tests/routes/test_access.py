"""The way in, on a server that runs: the token's file, the link, the session, and what is told of them."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from api.cli.main import run
from api.web.access.links import link
from tests.routes.refusal import refused
from tests.support.serving import Running

PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def anybody(api: Running) -> httpx.Client:
    return httpx.Client(base_url=api.url, headers=PERSON)


def code_of(entrance: str) -> str:
    return httpx.URL(entrance).params["kode"]


def test_another_account_is_answered_nothing_of_the_register(api: Running, counted: object) -> None:
    with anybody(api) as other:
        for path in (
            "/",
            "/sag/counted",
            "/api/cases/counted",
            "/api/figures/caseload",
            "/metrics",
            "/health",
            "/api/openapi.json",
        ):
            answer = other.get(path)
            assert answer.status_code == 401
            assert "ungeindsatsen" not in answer.text.lower()
        refused(other.post("/api/cases/counted/events", json=[]), "not_signed_in")
        for path in ("/health/live", "/health/ready"):
            assert other.get(path).json() == {"ok": True}


def test_the_token_in_the_folder_lets_a_program_in(api: Running) -> None:
    token = (api.register.settings.data / "api.token").read_text().strip()

    assert httpx.get(f"{api.url}/api/figures", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    refused(httpx.get(f"{api.url}/api/figures?token={token}&access_token={token}"), "not_signed_in")
    refused(httpx.get(f"{api.url}/api/figures", headers={"Authorization": f"Bearer {token[:-1]}"}), "not_signed_in")


def test_looking_at_a_link_uses_it_not_and_its_button_once(api: Running) -> None:
    entrance = api.link("/sag?lang=en")
    with anybody(api) as browser, anybody(api) as late:
        for _ in range(3):  # what fetches links ahead
            page = browser.get(entrance)
            assert (page.status_code, dict(browser.cookies)) == (200, {})
            assert '<form method="post" action="/log-ind"' in page.text
        assert browser.head(entrance).status_code == 200

        opened = browser.post("/log-ind", data={"kode": code_of(entrance), "side": "/sag?lang=en"})

        assert (opened.status_code, opened.headers["location"]) == (303, "/sag?lang=en")
        cookie = opened.headers["set-cookie"]
        assert cookie.startswith(f"journey-session-{httpx.URL(api.url).port}=")
        assert all(one in cookie for one in ("HttpOnly", "SameSite=strict", "Path=/"))
        assert "Domain" not in cookie
        assert browser.get("/sag?lang=en").status_code == 200
        assert browser.get(entrance).headers["location"] == "/sag?lang=en", "going back leads on"

        again, looked = late.post("/log-ind", data={"kode": code_of(entrance)}), late.get(entrance)
        assert (again.status_code, looked.status_code, dict(late.cookies)) == (410, 410, {})
        assert "Linket er brugt" in again.text
        assert "journey open" in again.text
        assert late.get("/sag").status_code == 401


@pytest.mark.parametrize("body", [b"", b"kode=", b"kode=abc", b"kode=abc&kode=abc", b"\xff", b"%FF=%FF", b"[1]"])
def test_a_wrong_link_lets_nobody_in(api: Running, body: bytes) -> None:
    """A form that is none of the page's is refused as such, any other as a wrong link."""
    is_a_form = body.count(b"kode") < 2 and b"%" not in body
    with anybody(api) as browser:
        answer = browser.post("/log-ind", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

        assert (answer.status_code, dict(browser.cookies)) == (401 if is_a_form else 400, {})
        assert not is_a_form or "ikke et af registrets" in answer.text
        assert browser.get("/sag").status_code == 401


def test_a_form_without_end_is_refused(api: Running) -> None:
    with anybody(api) as browser:
        assert browser.post("/log-ind", content=b"kode=" + b"a" * 20_000).status_code == 413


@pytest.mark.parametrize("page", ["//evil.example", "/\\evil.example", "https://evil.example", "sag", "/a\r\nSet-Cookie: a=b"])
def test_a_link_leads_to_no_other_site(api: Running, page: str) -> None:
    """It is refused and not used up: the button without the page still opens the register."""
    with anybody(api) as browser:
        code = code_of(api.link())
        answer = browser.post("/log-ind", data={"kode": code, "side": page})

        assert (answer.status_code, answer.headers.get("location"), dict(browser.cookies)) == (400, None, {})
        answer = browser.post("/log-ind", data={"kode": code, "side": ""})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert list(browser.cookies) == [f"journey-session-{httpx.URL(api.url).port}"]


def test_no_code_token_or_session_is_in_the_log_the_metrics_or_an_answer(api: Running) -> None:
    entrance = api.link()
    with anybody(api) as browser:
        browser.get(entrance)
        browser.get(f"{entrance}&lang=en")
        browser.post("/log-ind", data={"kode": code_of(entrance)})
        browser.post("/log-ind", data={"kode": code_of(entrance)})
        [session] = browser.cookies.values()
        browser.get("/sag")
        page = browser.get("/sag").text
    metrics = api.client.get("/metrics").text
    told = json.dumps(api.log_lines()) + metrics + page

    for secret in (code_of(entrance), api.token, session):
        assert secret not in told
    assert 'code="not_signed_in"' in metrics or "not_signed_in" in metrics


def test_the_commands_give_a_link_and_the_header(
    api: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(api.register.settings.data))
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    at = api.url.removeprefix("http://")

    assert run(["open", f"{at}/sag"]) == 0
    entrance = capsys.readouterr().out.splitlines()[-1]
    assert httpx.get(entrance).status_code == 200
    assert httpx.URL(entrance).params["side"] == "/sag"
    [file] = shown
    page = api.register.settings.data / "open.html"
    assert file == page.as_uri()
    assert page.stat().st_mode & 0o777 == 0o600
    assert code_of(entrance) in page.read_text()
    assert code_of(entrance) not in file, "every account can read the words of a program"

    assert run(["open", "--no-open", at]) == 0
    assert len(shown) == 1
    assert run(["token"]) == 0
    name, _, value = capsys.readouterr().out.splitlines()[-1].partition(": ")
    assert httpx.get(f"{api.url}/api/figures", headers={name: value}).status_code == 200


@pytest.mark.parametrize(
    "address", ["example.com:8000", "10.0.0.1:80", "localhost@evil:80", "https://localhost:1", "x", "localhost:x"]
)
def test_a_link_is_for_this_machine_only(api: Running, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(api.register.settings.data))

    assert run(["open", "--no-open", address]) == 2


def test_a_register_that_does_not_run_is_not_opened(
    api: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(api.register.settings.data))

    assert run(["open", "--no-open", "127.0.0.1:1"]) == 1
    assert "journey serve" in capsys.readouterr().err


def test_a_data_folder_without_a_token_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path_factory.mktemp("none")))

    assert (run(["token"]), run(["open"])) == (1, 1)
    assert "api.token er der ikke" in capsys.readouterr().err


def test_a_link_that_is_old_is_said(api: Running) -> None:
    port = httpx.URL(api.url).port or 80
    old = link(api.token, api.url, port, clock=lambda: time.time() - 3600)

    with anybody(api) as browser:
        answers = browser.get(old), browser.post("/log-ind", data={"kode": code_of(old)})

    for answer in answers:
        assert answer.status_code == 410
        assert "Linket er udløbet: det virker i 10 minutter" in answer.text
