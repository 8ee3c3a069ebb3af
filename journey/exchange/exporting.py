"""Export of the log in the interchange format, in the order of positions: imported into an empty register it gives the same log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO

from psycopg import Connection
from psycopg.rows import TupleRow

from journey.access.reader import Reader
from journey.events import NoteAdded
from journey.exchange.event_logs.event_table import event_table
from journey.exchange.event_logs.ocel import ocel
from journey.exchange.event_logs.xes import xes
from journey.exchange.interchange import format_line
from journey.exchange.lines import header_line
from journey.history import Recorded, in_order
from journey.log import reading
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import READ
from journey.log.stored import STREAM
from journey.log.vault import Vault
from journey.refusals import Refused

PAGE = 5_000
"""How many events are held in memory at a time."""


def export(
    url: str,
    out: IO[bytes],
    *,
    upto: int | None = None,
    case: str | None = None,
    with_notes: Vault | None = None,
    reader: Reader,
) -> int:
    """Write a header, and every event known at the position or those of one case (or `stream:` and a stream's name); returns how many
    events.

    The text of a note only with the vault it is kept in, and where it has not been erased; else its hash. The source's own moment
    of an event that the register stamped itself stays behind: the format's `known_at` is the register's. Raises Refused
    (`position_unknown`, `unknown_case`).
    """
    with DatabaseSession.connect(as_role(url, READ), autocommit=True) as conn, reading.read_as(conn, reader):
        end, _ = reading.head(conn)
        if upto is not None and not 0 <= upto <= end:
            raise Refused("position_unknown", f"Registret er nået til position {end}.", place=str(upto))
        last, written = end if upto is None else upto, 0
        out.write(header_line(_first_line(conn)) + b"\n")
        for stream, recorded in _events(conn, last) if case is None else _case(conn, case, last):
            out.write(format_line(recorded, stream, _text(conn, recorded, stream, with_notes)) + b"\n")
            written += 1
    return written


def export_log(
    url: str,
    out: IO[bytes],
    form: LogFormat,
    *,
    upto: int | None = None,
    cases: Sequence[str] | None = None,
    reader: Reader,
) -> int:
    """Write cases as known at the position, all of them where none is named, as a log of process mining; returns how many events
    the cases have. In memory is one case. Raises Refused (`position_unknown`, `unknown_case`).
    """
    with DatabaseSession.connect(as_role(url, READ), autocommit=True) as conn, reading.read_as(conn, reader):
        end, _ = reading.head(conn)
        if upto is not None and not 0 <= upto <= end:
            raise Refused("position_unknown", f"Registret er nået til position {end}.", place=str(upto))
        last, written = end if upto is None else upto, 0

        def histories() -> Iterator[tuple[str, Sequence[Recorded]]]:
            nonlocal written
            written = 0
            for stream, history in _histories(conn, last, cases):
                written += len(in_order(history))
                yield stream, history

        for piece in form(histories):
            out.write(piece)
    return written


LogFormat = Callable[[Callable[[], Iterator[tuple[str, Sequence[Recorded]]]]], Iterator[bytes]]
"""A writer of a log of the cases, whose histories it may walk through more than once."""

LOG_FORMATS: Mapping[str, LogFormat] = {
    "xes": lambda cases: xes(cases()),
    "ocel": ocel,
    "csv": lambda cases: event_table(cases()),
}
"""The forms of process mining that cases are exported in."""


def _histories(conn: Connection[TupleRow], last: int, cases: Sequence[str] | None) -> Iterator[tuple[str, Sequence[Recorded]]]:
    if cases is None:
        yield from ((stream, history) for stream, history in reading.histories(conn, 0, last) if not stream.startswith(STREAM))
        return
    for case in cases:
        history = reading.history(conn, case, last)
        if not history:
            raise Refused("unknown_case", place=case)
        yield case, history


def _first_line(conn: Connection[TupleRow]) -> bytes | None:
    first = next(reading.events(conn, 0, 1), None)
    return None if first is None else format_line(first[1], first[0])


def _events(conn: Connection[TupleRow], last: int) -> Iterator[tuple[str, Recorded]]:
    for after in range(0, last, PAGE):
        yield from reading.events(conn, after, min(after + PAGE, last))


def _case(conn: Connection[TupleRow], case: str, last: int) -> Iterator[tuple[str, Recorded]]:
    history = reading.history(conn, case, last)
    if not history:
        raise Refused("unknown_case", place=case)
    yield from ((case, recorded) for recorded in history)


def _text(conn: Connection[TupleRow], recorded: Recorded, stream: str, vault: Vault | None) -> str | None:
    if vault is None or not isinstance(recorded.event, NoteAdded):
        return None
    return vault.open_note(conn, stream, recorded.event.text_hash)
