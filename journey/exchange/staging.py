"""Staging: the temporary tables that hold a file until all of it is checked, and the copying of entries into them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace
from psycopg import Connection

from journey.events import Withdrawn
from journey.log.stored import Entry, content, encoded
from journey.log.vault import CaseKey, Vault, sealed

TABLES = """
create temporary table staged (
    place bigint not null,
    stream text collate "C" not null,
    topic text collate "C" not null,
    state bytea not null,
    claimed timestamptz,
    source text collate "C" not null,
    source_id text collate "C" not null,
    digest bytea,
    names_source text collate "C",
    names_id text collate "C"
) on commit drop;
create temporary table staged_notes (place bigint, stream text, text_hash text, sealed bytea) on commit drop;
create temporary table foreign_events (
    "case" text collate "C", moment timestamptz, line bigint, day date, activity text, worker text, event text, source_case text,
    others text[]
) on commit drop;
create temporary table late (place bigint) on commit drop;
create temporary table bad (place bigint, field text, reason text, code text) on commit drop;
create temporary table left_out (place bigint, why text) on commit drop;
"""
"""All are gone at the end of the transaction, however it ends.

`place` is where an entry stands in its file (`place_in_file`), `claimed` the moment its source registered it, `digest` what sameness is
judged by (null for a note whose case has had its key destroyed), `names_*` the event that a withdrawal withdraws. `late` are the places
of what is stamped now although its moment would do, since it stands after what must be stamped now.
"""


def place_in_file(line: int, part: int = 0, sub: int = 0) -> int:
    """Place of an entry: its line, which of the (at most 16) events of that line it is, and what becomes of it."""
    return line * 64 + part * 4 + sub


WITHDRAWAL, CORRECTED = 1, 2
"""The two events of a correction."""
REMOVAL = 3
"""The withdrawal of an event that its row no longer gives."""

_TYPES = ["int8", "text", "text", "bytea", "timestamptz", "text", "text", "bytea", "text", "text"]


def stage(conn: Connection[Any], entries: Sequence[tuple[int, Entry]], vault: Vault | None) -> None:
    """Copy the entries, each with its place, into `staged`, and the texts of notes, encrypted, beside them."""
    noted = [entry.stream for _, entry in entries if entry.text is not None]
    keys = _keys(noted, vault) if noted else {}
    notes: list[tuple[int, str, str, bytes]] = []
    with conn.cursor() as cursor, cursor.copy("copy staged from stdin (format binary)") as copy:
        copy.set_types(_TYPES)
        for place, entry in entries:
            digest = None
            if entry.text is not None:
                key = keys[entry.stream]
                if key is not None:
                    note, cipher = sealed(key, entry.stream, entry.text)
                    entry = replace(entry, event=note, text=None)
                    notes.append((place, entry.stream, note.text_hash, cipher))
            if entry.text is None:
                digest = content_digest(entry)
            copy.write_row(_row(place, entry, digest))
    if notes:
        copy_rows(conn, "staged_notes", notes)


def _keys(streams: Iterable[str], vault: Vault | None) -> dict[str, CaseKey | None]:
    if vault is None:
        raise ValueError("notes cannot be imported without the vault")
    return vault.keys(streams)


def _row(place: int, entry: Entry, digest: bytes | None) -> tuple[Any, ...]:
    event = entry.event
    source, source_id = (event.source, event.source_id) if isinstance(event, Withdrawn) else (None, None)
    return (
        place,
        entry.stream,
        entry.kind,
        encoded(entry, claimed=True),
        entry.known_at,
        entry.source,
        entry.source_id,
        digest,
        source,
        source_id,
    )


def content_digest(entry: Entry) -> bytes:
    """The SHA-256 of an entry's content, by which the log judges sameness."""
    return hashlib.sha256(content(entry)).digest()


def copy_rows(conn: Connection[Any], table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Copy the rows into one of the temporary tables."""
    with conn.cursor() as cursor, cursor.copy(f"copy {table} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)
