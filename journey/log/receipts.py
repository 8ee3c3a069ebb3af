"""Commands on their way into the log: the events decided, the hash of the request, and the receipt that a retry is given again."""

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
"""The statement that notes a code as used, with the class and the group that it keeps from then on."""

NoteRow = tuple[str, str, bytes]
"""A row of `log.notes`: the stream, the hash of the text, and the text encrypted."""


class Receipt(Struct, frozen=True):
    """Receipt of a command: what it recorded; a retry is given the same."""

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


class AppendCommand(Struct, frozen=True):
    """A request to append to one stream; `decide` gives the events from the stream's history."""

    command_id: str
    stream: str
    request: bytes
    decide: Callable[[list[Recorded]], Sequence[Entry]]
    expected_version: int | None
    vault: Vault | None


class CommandRow(Struct):
    """The row of `log.commands` that is recorded together with the command's events."""

    command_id: str
    stream: str
    request: bytes
    """The hash that the request is recognised by."""
    known: tuple[int, ...] = ()
    """The positions of those events that the log had already."""
    receipt: Receipt | None = None
    """The receipt, set by the insert."""


def read_stream(conn: Connection[DictRow], command: AppendCommand) -> tuple[list[Recorded], Receipt | None]:
    """The stream's history, and the receipt if the command was recorded before.

    Raises Refused (`command_reused`) where the command id was recorded for another request.
    """
    cursor = conn.cursor(row_factory=tuple_row, binary=True)
    cursor.execute(_READ, {"command_id": command.command_id, "stream": command.stream}, prepare=True)
    rows = cursor.fetchall()
    request, result = rows[0][:2]
    if request is None:
        return [decoded(*row[2:]) for row in rows if row[2] is not None], None
    if request != _hash(command.request) and not _is_keyed(request, command):
        raise Refused("command_reused", place=command.command_id)
    return [], decoded_receipt(result)


def _is_keyed(request: bytes, command: AppendCommand) -> bool:
    """Whether the recorded hash is this request's, keyed because it holds a note; no key is made for a case that has none."""
    return command.vault is not None and request == command.vault.fingerprint(command.stream, command.request)


def encoded_result(row: CommandRow, versions: Iterable[int]) -> str:
    """The receipt as `log.commands` keeps it, still without the positions and the moment, which the database gives."""
    receipt = {"command_id": row.command_id, "stream": row.stream, "versions": list(versions), "known": row.known}
    return msgspec.json.encode(receipt).decode()


def decoded_receipt(result: str) -> Receipt:
    """The receipt from its JSON in `log.commands`."""
    return msgspec.json.decode(result, type=Receipt)


def source_key(entry: Entry) -> tuple[str, str]:
    """The key of `log.event_ids`: the source, and the event's id there."""
    return entry.source, entry.source_id


def content_hash(entry: Entry) -> bytes:
    """The SHA-256 of what sameness is judged by."""
    return _hash(content(entry))


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sealed_entries(command: AppendCommand, decided: Sequence[Entry]) -> tuple[list[Entry], bytes, list[NoteRow]]:
    """The entries without repeats and without the texts of notes, the hash of the request, and the notes encrypted.

    Raises Refused (`different_content`, or `bad_value` where the case's key has been destroyed), and ValueError for an event of
    another stream, or for a note without the vault.
    """
    entries: dict[tuple[str, str], Entry] = {}
    request = _hash(command.request)
    notes: dict[str, NoteRow] = {}
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
            event, cipher = note
            request, notes[event.text_hash] = keyed, (command.stream, event.text_hash, cipher)
            entry = replace(entry, event=event, text=None)
        if content_hash(entries.setdefault(source_key(entry), entry)) != content_hash(entry):
            raise Refused("different_content", place=f"{entry.source}/{entry.source_id}")
    return list(entries.values()), request, list(notes.values())


def known_positions(conn: Connection[DictRow], entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
    """The positions of those entries that the log has already, by source and id.

    Raises Refused (`different_content`) where the log has other content under the id.
    """
    query = """select source, source_id, position, content from log.event_ids
        where (source, source_id) in (select * from unnest(%s::text[], %s::text[]))"""
    rows = conn.cursor(row_factory=tuple_row).execute(query, ([e.source for e in entries], [e.source_id for e in entries]))
    recorded = {(source, source_id): (position, bytes(content)) for source, source_id, position, content in rows}
    for entry in entries:
        if source_key(entry) in recorded and recorded[source_key(entry)][1] != content_hash(entry):
            raise Refused("different_content", place=f"{entry.source}/{entry.source_id}")
    return {key: position for key, (position, _) in recorded.items()}
