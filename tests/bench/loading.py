"""The courses put where a bench wants them: straight into the log, or in a file to be imported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import psycopg

from journey.exchange.interchange import format_line
from journey.history import Recorded
from journey.log.login import as_role
from journey.log.migrate import IMPORT
from journey.log.stored import encoded
from tests.bench.courses import courses

_STAGED = """
create temporary table courses (
    nth bigint generated always as identity, stream text, version bigint, topic text, state bytea, claimed timestamptz
) on commit drop
"""
_COPY = "copy courses (stream, version, topic, state, claimed) from stdin (format binary)"
_INSERT = """
insert into log.events (originator_id, originator_version, topic, state, claimed_at)
    select stream, version, topic, state, claimed from courses order by nth
"""


def into_log(url: str, seed: int, cases: int, length: int) -> int:
    """Write the courses straight into the log, past the import; gives how many events they are."""
    versions: Counter[str] = Counter()
    with psycopg.connect(as_role(url, IMPORT)) as conn, conn.cursor() as cursor:
        cursor.execute(_STAGED)
        with cursor.copy(_COPY) as copy:
            copy.set_types(["text", "int8", "text", "bytea", "timestamptz"])
            for entry in courses(seed, cases, length):
                versions[entry.stream] += 1
                copy.write_row((entry.stream, versions[entry.stream], entry.kind, encoded(entry, claimed=True), entry.known_at))
        cursor.execute(_INSERT)
    return versions.total()


def as_json_lines(file: Path, seed: int, cases: int, length: int) -> int:
    """Write the courses to a file of the interchange format; gives how many events they are."""
    count = 0
    with file.open("wb") as out:
        for entry in courses(seed, cases, length):
            count += 1
            moment = entry.known_at
            assert moment is not None
            recorded = Recorded(count, 0, entry.valid_at, moment, moment.date(), entry.source, entry.source_id, entry.event)
            out.write(format_line(recorded, entry.stream) + b"\n")
    return count
