"""A command on its way into the log: what was decided, what it is known by, and the receipt that a retry gets again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from journey.history import Recorded
from journey.log.stored import Entry, content, decoded
from journey.log.vault import Vault
from journey.refusals import Refused

# In one statement, so that a history without the command's events cannot be read beside the command's receipt, or the other way.
_READ = b"""
select request, result::text, topic, state, notification_id, originator_version, known_at,
    (known_at at time zone 'Europe/Copenhagen')::date
from (values (%(command_id)s)) asked (command_id)
left join log.commands using (command_id)
left join log.events on originator_id = %(stream)s
order by originator_version
"""


CODES_USED = b"insert into log.codes_used (list, code, class, grp) values (%s, %s, %s, %s) on conflict do nothing"


class Receipt(Struct, frozen=True):
    """What a command recorded; a retry is given the same."""

    command_id: str
    stream: str
    positions: tuple[int, ...]
    """Of the events recorded now."""
    versions: tuple[int, ...]
    """Of the events recorded now, in their stream."""
    known_at: datetime | None
    """The moment of the events recorded now; None if there are none."""
    known: tuple[int, ...]
    """The positions of those events that the log had already."""


class Command(Struct, frozen=True):
    command_id: str
    stream: str
    request: bytes
    decide: Callable[[list[Recorded]], Sequence[Entry]]
    expected_version: int | None
    vault: Vault | None


def read_stream(conn: Connection[DictRow], command: Command) -> tuple[list[Recorded], Receipt | None]:
    """The stream's history, and the receipt if the command was taken before."""
    cursor = conn.cursor(row_factory=tuple_row, binary=True)
    cursor.execute(_READ, {"command_id": command.command_id, "stream": command.stream}, prepare=True)
    rows = cursor.fetchall()
    request, result = rows[0][:2]
    if request is None:
        return [decoded(*row[2:]) for row in rows if row[2] is not None], None
    if request != _hash(command.request) and not _is_keyed(request, command):
        raise Refused("command_reused", place=command.command_id)
    return [], receipt_of(result)


def _is_keyed(request: bytes, command: Command) -> bool:
    """Whether it is this request that was taken, with a note in it; the key of a case that has none is made for nobody else."""
    return command.vault is not None and request == command.vault.fingerprint(command.stream, command.request)


def receipt_of(result: str) -> Receipt:
    return msgspec.json.decode(result, type=Receipt)


def id_of(entry: Entry) -> tuple[str, str]:
    return entry.source, entry.source_id


def _hash(told: bytes) -> bytes:
    return hashlib.sha256(told).digest()


def _content(entry: Entry) -> bytes:
    return _hash(content(entry))


def sealed_entries(command: Command, decided: Sequence[Entry]) -> tuple[list[Entry], bytes, dict[str, bytes]]:
    """The entries, each once, with the texts of notes taken out, what to know the request by, and the sealed texts."""
    entries: dict[tuple[str, str], Entry] = {}
    request = _hash(command.request)
    texts: dict[str, bytes] = {}
    for entry in decided:
        if entry.stream != command.stream:
            raise ValueError(f"{command.stream}: an event of {entry.stream} was decided")
        if entry.text is not None:
            if command.vault is None:
                raise ValueError(f"{command.stream}: a note cannot be recorded without the vault")
            note = command.vault.seal(command.stream, entry.text)
            # The request holds the text: a bare hash of it would still confirm a guess after the note has been erased.
            keyed = command.vault.fingerprint(command.stream, command.request)
            if note is None or keyed is None:
                raise Refused("bad_value", "Sagens nøgle er slettet, så der kan ikke skrives notater i den.", place="text")
            request, texts[note[0].text_hash] = keyed, note[1]
            entry = replace(entry, event=note[0], text=None)
        if _content(entries.setdefault(id_of(entry), entry)) != _content(entry):
            raise Refused("different_content", place=f"{entry.source}/{entry.source_id}")
    return list(entries.values()), request, texts


def known_ids(conn: Connection[DictRow], entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
    """The positions of those entries that are in the log already. Raises Refused where the log has other content under the id."""
    query = """select source, source_id, position, content from log.event_ids
        where (source, source_id) in (select * from unnest(%s::text[], %s::text[]))"""
    rows = conn.cursor(row_factory=tuple_row).execute(query, ([e.source for e in entries], [e.source_id for e in entries]))
    there = {(source, source_id): (position, bytes(content)) for source, source_id, position, content in rows}
    for entry in entries:
        if id_of(entry) in there and there[id_of(entry)][1] != _content(entry):
            raise Refused("different_content", place=f"{entry.source}/{entry.source_id}")
    return {key: position for key, (position, _) in there.items()}


def told_to_the_log(
    command: Command,
    request: bytes,
    version: int,
    new: list[Entry],
    kinds: list[str],
    states: list[bytes],
    known: Iterable[int],
) -> dict[str, object]:
    versions = list(range(version + 1, version + 1 + len(new)))
    receipt = {"command_id": command.command_id, "stream": command.stream, "versions": versions, "known": list(known)}
    return {
        "command_id": command.command_id,
        "request": request,
        "result": msgspec.json.encode(receipt).decode(),
        "stream": command.stream,
        "version": version,
        "new": len(new),
        "kinds": kinds,
        "states": states,
        "sources": [entry.source for entry in new],
        "source_ids": [entry.source_id for entry in new],
        "contents": [_content(entry) for entry in new],
    }
