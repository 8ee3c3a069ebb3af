"""Writes the log as the interchange format, in the order of positions, so that an import into an empty register gives the same log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from journey import reading
from journey.events import NoteAdded
from journey.history import Recorded
from journey.interchange import line
from journey.login import as_role
from journey.migrate import READ
from journey.refusals import Refused
from journey.vault import Vault

PAGE = 5_000
"""How many events are held in memory at a time."""


def export(
    url: str, out: IO[bytes], *, upto: int | None = None, case: str | None = None, with_notes: Vault | None = None
) -> int:
    """Writes every event known at the position, or those of one case (or `stream:` and a stream's name); gives how many.

    The text of a note only with the vault it is kept in, and where it has not been erased; else its hash. The source's own moment
    of an event that the register stamped itself stays behind: the format's `known_at` is the register's. Raises Refused
    (`position_unknown`, `unknown_case`).
    """
    with psycopg.connect(as_role(url, READ), autocommit=True) as conn:
        end, _ = reading.head(conn)
        if upto is not None and not 0 <= upto <= end:
            raise Refused("position_unknown", f"Registret er nået til position {end}.", place=str(upto))
        last, written = end if upto is None else upto, 0
        for stream, recorded in _events(conn, last) if case is None else _case(conn, case, last):
            out.write(line(recorded, stream, _text(recorded, stream, with_notes)) + b"\n")
            written += 1
    return written


def _events(conn: Connection[TupleRow], last: int) -> Iterator[tuple[str, Recorded]]:
    for after in range(0, last, PAGE):
        yield from reading.events(conn, after, min(after + PAGE, last))


def _case(conn: Connection[TupleRow], case: str, last: int) -> Iterator[tuple[str, Recorded]]:
    history = reading.history(conn, case, last)
    if not history:
        raise Refused("unknown_case", place=case)
    yield from ((case, recorded) for recorded in history)


def _text(recorded: Recorded, stream: str, vault: Vault | None) -> str | None:
    if vault is None or not isinstance(recorded.event, NoteAdded):
        return None
    return vault.open_note(stream, recorded.event.text_hash)
