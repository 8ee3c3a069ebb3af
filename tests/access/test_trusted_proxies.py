"""A client's address is the connection's, whatever its headers say, unless the operator has named the proxy that says so."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.settings import settings
from api.web.access.access import ProxyAccess
from api.web.app import create_app
from api.web.client_connections import limits_here
from api.web.server import _config
from journey.refusals import Refused
from tests.access.test_every_route import _Silent

FORGED = [
    (b"x-forwarded-for", b"198.51.100.7, 203.0.113.9"),
    (b"x-forwarded-proto", b"https"),
    (b"forwarded", b"for=198.51.100.8"),
    (b"x-real-ip", b"198.51.100.8"),
]


def seen_from(peer: str, trusted: str) -> tuple[str, str]:
    """The client's address and the scheme that the app is told, of a connection from `peer`."""
    chosen = settings({"JOURNEY_DATA": str(Path.cwd()), "JOURNEY_TRUSTED_PROXIES": trusted})
    seen: list[tuple[str, str]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["client"][0], scope["scheme"]))

    config = _config(
        create_app(chosen, ProxyAccess("s" * 32), register=_any()), chosen.trusted_proxies, limits_here(), _Silent()
    )
    outer = ProxyHeadersMiddleware(app, config.forwarded_allow_ips) if config.proxy_headers else app
    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": FORGED}
    with ThreadPoolExecutor(1) as pool:  # a thread has no loop yet, whatever other tests of the process have left running
        pool.submit(asyncio.run, outer(scope, _any(), _any())).result()  # pyright: ignore[reportArgumentType] -- a scope it is
    return seen[0]


def _any() -> Any:
    return object()


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "192.0.2.1"])
def test_nobody_is_taken_at_their_word_where_no_proxy_is_named(peer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # the web server's own setting, which is not ours

    assert seen_from(peer, "") == (peer, "http")


@pytest.mark.parametrize(
    ("peer", "seen"),
    [("10.0.0.5", ("203.0.113.9", "https")), ("10.0.1.77", ("203.0.113.9", "https")), ("127.0.0.1", ("127.0.0.1", "http"))],
)
def test_a_named_proxy_is_and_only_of_the_address_that_it_saw_itself(peer: str, seen: tuple[str, str]) -> None:
    assert seen_from(peer, "10.0.0.5, 10.0.1.0/24") == seen


@pytest.mark.parametrize("text", ["*", "0.0.0.0/0", "::/0", "proxy", "10.0.0.5;10.0.0.6", "10.0.0.5/24", "10.0.0.256"])
def test_what_names_no_proxy_or_everybody_is_refused_at_start(text: str) -> None:
    with pytest.raises(Refused) as refused:
        settings({"JOURNEY_TRUSTED_PROXIES": text})

    assert (refused.value.code, refused.value.place) == ("wrong_start", "JOURNEY_TRUSTED_PROXIES")
    assert "10.0.0.5" in refused.value.remedy
