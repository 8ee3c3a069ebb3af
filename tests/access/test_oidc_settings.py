"""The settings of the sign-in: all or none, and no address over which others could read along."""

from __future__ import annotations

import pytest

from api.oidc_settings import OidcSettings, is_safe_address, oidc_settings
from journey.refusals import Refused

WHOLE = {
    "JOURNEY_OIDC_ISSUER": "https://login.example.dk/realm",
    "JOURNEY_OIDC_CLIENT_ID": "journey",
    "JOURNEY_OIDC_CLIENT_SECRET_FILE": "/run/secrets/oidc",
    "JOURNEY_PUBLIC_URL": "https://sager.example.dk/",
}


def read(**more: str) -> OidcSettings:
    found = oidc_settings({**WHOLE, **more})
    assert found
    return found


def refusal(environment: dict[str, str]) -> Refused:
    with pytest.raises(Refused) as refused:
        oidc_settings(environment)
    assert refused.value.code == "wrong_start"
    assert refused.value.remedy
    return refused.value


def test_all_are_read_and_none_is_none() -> None:
    assert (read().issuer, read().public_url, read().host, read().scope) == (
        "https://login.example.dk/realm",
        "https://sager.example.dk",
        "sager.example.dk",
        "openid",
    )
    assert read(JOURNEY_OIDC_SCOPE="openid roller").scope == "openid roller"
    assert oidc_settings({}) is oidc_settings(dict.fromkeys(WHOLE, " ")) is None


@pytest.mark.parametrize("name", WHOLE)
def test_one_that_is_missing_is_named(name: str) -> None:
    assert refusal({key: value for key, value in WHOLE.items() if key != name}).place == name
    assert refusal({**WHOLE, name: ""}).place == name


@pytest.mark.parametrize("name", ["JOURNEY_OIDC_ISSUER", "JOURNEY_PUBLIC_URL"])
@pytest.mark.parametrize(
    "address",
    [
        *("http://login.example.dk", "http://10.0.0.1", "http://127.0.0.1.example.dk", "http://localhost.example.dk"),
        *("//login.example.dk", "login.example.dk", "ftp://login.example.dk", "https://", "https://:443", "https://a.dk:99999"),
        *(
            "https://a:b@login.example.dk",
            "https://login.example.dk?x=1",
            "https://login.example.dk#x",
            "https://æ.dk",
            "https://a b.dk",
        ),
        *("https://a.dk\n", "http://[::1", "http://0.0.0.0"),
    ],
)
def test_an_address_that_others_could_read_along_with_is_refused(name: str, address: str) -> None:
    assert not is_safe_address(address)
    if address == address.strip():
        assert refusal({**WHOLE, name: address}).place == name


@pytest.mark.parametrize(
    "address",
    ["https://a.dk", "https://a.dk:8443", "http://localhost:9000", "http://127.0.0.1:1", "http://[::1]:80", "http://127.9.9.9"],
)
def test_https_or_this_machine_is_taken(address: str) -> None:
    assert is_safe_address(address)
    assert read(JOURNEY_PUBLIC_URL=address, JOURNEY_OIDC_ISSUER=address)


def test_the_site_has_no_path() -> None:
    assert refusal({**WHOLE, "JOURNEY_PUBLIC_URL": "https://example.dk/sager"}).place == "JOURNEY_PUBLIC_URL"


@pytest.mark.parametrize("scope", ["profile", "openid  profile", 'openid "x"', "openid\tprofile", "openidx"])
def test_a_scope_without_openid_is_refused(scope: str) -> None:
    assert refusal({**WHOLE, "JOURNEY_OIDC_SCOPE": scope}).place == "JOURNEY_OIDC_SCOPE"
