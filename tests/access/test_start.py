"""The start: where the program serves without the municipality's login, and where it refuses to."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings, settings
from api.web import server
from journey.refusals import Refused

ADDRESS = "postgresql://journey_app@127.0.0.1:1/journey"


def started(environment: dict[str, str], host: str, tmp_path: Path) -> Refused | None:
    """The refusal to start on the host; None where the program goes on to open the register."""
    chosen = settings({"JOURNEY_DATA": str(tmp_path / "data"), **environment})
    try:
        server.run(chosen, lambda _: None, host=host, port=0)
    except Refused as refused:
        return refused
    except _Opened:
        return None
    raise AssertionError


class _Opened(Exception):
    """The register would be opened now."""


@pytest.fixture(autouse=True)
def not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def served(_: Settings) -> None:
        raise _Opened

    monkeypatch.setattr(server, "served", served)


def secret(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "proxy"
    file.write_text("s" * 64)
    file.chmod(0o600)
    return {"JOURNEY_TRUSTED_PROXY_SECRET_FILE": str(file)}


def login(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "oidc"
    file.write_text("s" * 40)
    file.chmod(0o600)
    return {
        "JOURNEY_OIDC_ISSUER": "https://login.example.dk",
        "JOURNEY_OIDC_CLIENT_ID": "journey",
        "JOURNEY_OIDC_CLIENT_SECRET_FILE": str(file),
        "JOURNEY_PUBLIC_URL": "https://sager.example.dk",
    }


@pytest.mark.parametrize("by_proxy", [False, True])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "example.com", "127.0.0.1.evil.example"])
def test_another_address_than_this_machine_s_own_needs_the_login(host: str, by_proxy: bool, tmp_path: Path) -> None:
    """A proxy's secret alone tells nobody from another."""
    refused = started({"JOURNEY_DATABASE_URL": ADDRESS, **(secret(tmp_path) if by_proxy else {})}, host, tmp_path)

    assert refused
    assert (refused.code, refused.place) == ("wrong_start", "--host")
    assert "JOURNEY_OIDC_ISSUER" in refused.remedy


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_with_it_it_is_served_there(host: str, tmp_path: Path) -> None:
    assert started({"JOURNEY_DATABASE_URL": ADDRESS, **login(tmp_path)}, host, tmp_path) is None
    assert not (tmp_path / "data" / "api.token").exists(), "nothing but the login lets in"


def test_a_proxys_secret_is_for_this_machine_and_not_beside_the_login(tmp_path: Path) -> None:
    assert started({"JOURNEY_DATABASE_URL": ADDRESS, **secret(tmp_path)}, "127.0.0.1", tmp_path) is None
    refused = started({"JOURNEY_DATABASE_URL": ADDRESS, **secret(tmp_path), **login(tmp_path)}, "127.0.0.1", tmp_path)

    assert refused
    assert "JOURNEY_TRUSTED_PROXY_SECRET_FILE" in refused.remedy


@pytest.mark.parametrize("content", ["", "short", "x" * 600, "with a blank in it"])
def test_a_client_secret_that_is_none_stops_the_start(content: str, tmp_path: Path) -> None:
    environment = {"JOURNEY_DATABASE_URL": ADDRESS, **login(tmp_path)}
    (tmp_path / "oidc").write_text(content)
    refused = started(environment, "127.0.0.1", tmp_path)

    assert refused
    assert refused.place == "JOURNEY_OIDC_CLIENT_SECRET_FILE"
    (tmp_path / "oidc").write_text("s" * 40)
    (tmp_path / "oidc").chmod(0o644)
    assert started(environment, "127.0.0.1", tmp_path)


def test_the_embedded_database_is_shown_on_this_machine_only(tmp_path: Path) -> None:
    refused = started(login(tmp_path), "0.0.0.0", tmp_path)

    assert refused
    assert "JOURNEY_DATABASE_URL" in refused.remedy


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.53"])
@pytest.mark.parametrize("environment", [{}, {"JOURNEY_DATABASE_URL": ADDRESS}])
def test_on_this_machine_a_token_is_made(host: str, environment: dict[str, str], tmp_path: Path) -> None:
    assert started(environment, host, tmp_path) is None
    assert (tmp_path / "data" / "api.token").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    assert started({}, "127.0.0.1", tmp_path) is None
    (tmp_path / "data" / "api.token").chmod(0o644)
    readable = secret(tmp_path)
    (tmp_path / "proxy").chmod(0o644)

    for environment in ({}, readable):
        refused = started(environment, "127.0.0.1", tmp_path)
        assert refused
        assert "åben for andre" in refused.message
