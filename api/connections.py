"""Connection addresses with TCP keepalives, so that a lost connection is noticed within some seconds."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo

KEEPALIVES = {
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8_000,
    "connect_timeout": 5,
}
"""Parameters for our end of a connection."""
SERVER_KEEPALIVES = {"tcp_keepalives_idle": "3", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "2"}
"""Settings for the server's end, so that a lead held by a lost machine is free in time."""


def with_keepalives(url: str) -> str:
    """Add the keepalives to a connection address."""
    return make_conninfo(url, application_name="journey", **KEEPALIVES)
