"""Listening sockets."""

from __future__ import annotations

import socket

from journey.refusals import Refused
from journey.system_words import os_error_reason

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The names by which a machine calls itself; under any other a page of another site could read ours (DNS rebinding)."""


def listen(host: str, port: int) -> socket.socket:
    """Bind a listening socket. Raises Refused (`wrong_start`) for an address that is taken, or not this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)  # with its protocol named, or small answers wait 40 ms on each other
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)  # who comes before the server is up waits
    except OSError as error:
        why = "adressen kendes ikke" if isinstance(error, socket.gaierror) else os_error_reason(error)
        refused = Refused("wrong_start", f"Porten kan ikke bruges: {why}.", place=f"{host}:{port}")
        refused.remedy = "Vælg en anden med --port, eller --port 0 for en, der er ledig."
        raise refused from None
    return listener
