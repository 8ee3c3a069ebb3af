"""Readers of the register for tests that open sessions of their own."""

from __future__ import annotations

import psycopg

from journey.access.reader import LOCAL
from journey.log.login import as_role
from journey.log.migrate import READ
from journey.log.vault import Vault


def reading_all(url: str, role: str = READ) -> str:
    """The address with which a session reads everything, to its end: the program itself sets a reader for one transaction only."""
    return as_role(url, role, **LOCAL.context)


def note_text(vault: Vault, url: str, case: str, text_hash: str) -> str | None:
    """The text of a note, as who reads everything is shown it."""
    with psycopg.connect(reading_all(url)) as conn:
        return vault.open_note(conn, case, text_hash)
