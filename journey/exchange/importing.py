"""Import of a file into the log, whole or not at all: parsed, checked and staged first, then written under the append lock."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from re import Pattern
from typing import IO, NamedTuple, cast

from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Literal

from journey.codes import CodeLists, CodesUsed
from journey.exchange.event_logs.ocel_events import CASES_PER_EVENT
from journey.exchange.foreign import ForeignEvent
from journey.exchange.foreign_staging import ForeignDifference, set_aside, stage_foreign
from journey.exchange.input_events import InputFormat, records
from journey.exchange.input_file import open_input
from journey.exchange.lines import Declared, LineContext, line_context
from journey.exchange.mapping import MappingFile, ResolvedMapping, resolve_mapping
from journey.exchange.recording import write_accepted
from journey.exchange.rejects import reject_file, write_rejects
from journey.exchange.settling import Settlement, problems, settle
from journey.exchange.sheets.mapping import SheetsMapping, resolve_sheets
from journey.exchange.staging import TABLES, place_in_file, stage
from journey.log import reading as log
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import IMPORT
from journey.log.receipts import CODES_USED
from journey.log.recorder import APPEND_LOCK
from journey.log.stored import Entry
from journey.log.vault import Vault
from journey.problem import Problem, thousands
from journey.refusals import Refused
from journey.toml_text import BadToml, parsed

BATCH = 10_000
"""How many entries are held in memory at a time."""

READ_STEPS = 200
"""How often the reading of a file tells how far it is."""

MOST_NAMED = 100_000
"""How many problems are kept to be named; a file with more of them is not what it was thought to be."""

SETTINGS = """
set temp_buffers = '64MB';
set work_mem = '64MB';
set default_statistics_target = 10;
set cursor_tuple_fraction = 1
"""
"""Every row that a cursor gives is read, so that a plan which gives the first ones soon is no better."""

_LOCK = SQL("select set_config('lock_timeout', '0', true), pg_advisory_xact_lock({})").format(Literal(APPEND_LOCK))

_IMPORTED = """
insert into log.imports (sha256, lines, taken, known, mapping, not_cpr, first_position, last_position)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""


Progress = Callable[[str, int, int], object]
"""Gets the phase, how far it is and how far it goes; bytes in the phase `READING`, else a count."""

READING, STAGING, JUDGING, RECORDING = "Læser filen", "Lægger sagerne klar", "Sammenholder med loggen", "Registrerer"
"""The phases of an import (faser)."""


class ImportReport(Struct, frozen=True):
    """The outcome of an import, in numbers, with what is wrong with the lines left out."""

    lines: int
    """How many it has, blank ones apart."""
    recorded: int
    """How many events were recorded; a correction is two."""
    known: int
    """How many were known already, with the same content."""
    corrected: int
    """How many came with other content than before, and were recorded as corrections."""
    returned: int
    """How many were withdrawn since the source no longer gave them, are given again, and were recorded anew."""
    removed: int
    """How many the source's rows no longer give, and were withdrawn."""
    annulled: int
    """How many of those known stand withdrawn by a person, and stay so."""
    left_out: int
    """How many lines were bad, and left out."""
    problems: tuple[Problem, ...]
    """What is wrong with them."""
    first_position: int | None
    last_position: int | None
    dry_run: bool


class BadLines(Refused):
    """Refusal of a file with bad lines, of which nothing was recorded: every bad line with what is wrong with it."""

    def __init__(self, place: str, lines: int, bad: int, problems: tuple[Problem, ...]) -> None:
        self.lines, self.bad, self.problems = lines, bad, problems
        what = "1 linje" if bad == 1 else f"{thousands(bad)} linjer"
        super().__init__("bad_file", f"{what} af {thousands(lines)} kan ikke bruges, og intet er indlæst.", place=place)


def new_id() -> str:
    """An id for an event that comes without one."""
    return uuid.uuid4().hex


class _Import(Struct, frozen=True):
    """The connection, file and settings of one import."""

    conn: Connection[TupleRow]
    file: IO[bytes]
    place: str
    context: LineContext
    mapping: ResolvedMapping | None
    vault: Vault | None
    used: CodesUsed
    skip_bad: bool
    rejected: IO[bytes] | None
    progress: Progress

    @property
    def foreign(self) -> MappingFile | None:
        """The mapping of a foreign log; None where the lines are our own."""
        return self.mapping.file if self.mapping is not None and self.mapping.file.format != "jsonl" else None


class _Read(NamedTuple):
    """The number of lines read and of bad ones among them, and what is wrong with these."""

    lines: int
    bad: int
    problems: list[Problem]


def import_file(
    url: str,
    source: Path | str | IO[bytes],
    *,
    codes: CodeLists,
    now: datetime,
    vault: Vault | None = None,
    mapping: ResolvedMapping | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    as_corrections: bool = False,
    rejects: Path | None = None,
    person_ids: Pattern[str] | None = None,
    progress: Progress = lambda _phase, _done, _of: None,
) -> ImportReport:
    """Import the file (`-` is standard input) into the log.

    With `skip_bad` the bad lines are left out and written to `rejects`, a file that must not be there before. Raises BadLines when
    there are bad lines and they are not to be skipped; Refused (`bad_file`, `bad_mapping`) for a file that cannot be read at all.
    """
    place = str(source) if isinstance(source, Path | str) else "standard input"
    wanted = rejects if skip_bad and not dry_run else None
    with (
        open_input(source) as file,
        reject_file(wanted) as rejected,
        DatabaseSession.connect(as_role(url, IMPORT), autocommit=True) as conn,
    ):
        conn.execute(SETTINGS)
        context = _line_context(codes, earlier(conn, now), mapping, person_ids)
        work = _Import(conn, file, place, context, mapping, vault, CodesUsed(codes, set()), skip_bad, rejected, progress)
        with conn.transaction(force_rollback=dry_run):
            conn.execute(TABLES)
            with _in_file(place):
                read = _read_file(work)
                position, settled, problems, annulled = _settle(work, read, as_corrections=as_corrections, dry_run=dry_run)
            if not dry_run:
                _record(work, read, position, settled)
    span = (position + 1, position + settled.recorded) if settled.recorded else (None, None)
    left_out = read.bad + settled.bad
    return ImportReport(
        read.lines,
        settled.recorded,
        settled.known,
        settled.corrected,
        settled.returned,
        settled.removed,
        annulled,
        left_out,
        tuple(problems),
        *span,
        dry_run,
    )


@contextmanager
def _in_file(place: str) -> Generator[None]:
    """What is refused of a file as a whole is named by its path."""
    try:
        yield
    except Refused as refused:
        if refused.code == "bad_file" and not refused.place:
            refused.place = place
        raise


def load_mapping(path: Path, codes: CodeLists) -> ResolvedMapping:
    """The mapping file at the path, with the file of cases that it may name beside it; raises Refused (`bad_mapping`)."""
    return resolve_mapping(mapping_text(path), codes, lambda name: mapping_text(path.parent / name))


def is_of_sheets(path: Path) -> bool:
    """Whether the mapping file at the path is one of a municipality's own sheets. Raises Refused (`bad_mapping`)."""
    try:
        return parsed(mapping_text(path)).get("format") == "sheets"
    except BadToml:
        return False  # what is wrong with it is said by who reads it


def load_sheets(path: Path, codes: CodeLists) -> SheetsMapping:
    """The mapping file of sheets at the path, with the file of cases that it may name beside it; raises Refused (`bad_mapping`)."""
    return resolve_sheets(mapping_text(path), codes, lambda name: mapping_text(path.parent / name))


def mapping_text(path: Path) -> str:
    """The text of a mapping file, or of one that it names; raises Refused (`bad_mapping`)."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        why = "Filen findes ikke."
    except UnicodeDecodeError:
        why = "Filen er ikke gyldig UTF-8."
    except (OSError, ValueError):
        why = "Filen kan ikke læses."
    raise Refused("bad_mapping", why, place=str(path))


def earlier(conn: Connection[TupleRow], now: datetime) -> datetime:
    """The earlier of now and the database's clock: a moment later than either cannot be recorded."""
    (clock,) = cast(TupleRow, conn.execute("select clock_timestamp()").fetchone())
    return min(now, clock)


def _line_context(
    codes: CodeLists, now: datetime, mapping: ResolvedMapping | None, person_ids: Pattern[str] | None
) -> LineContext:
    if mapping is None:
        return line_context(codes, now, new_id, declared=Declared(person_ids))
    inclusive = mapping.file.end_dates == "inclusive"
    declared = replace(mapping.declared, person_ids=person_ids)
    return line_context(
        codes, now, new_id, cases=mapping.cases, not_cpr=mapping.not_cpr, inclusive=inclusive, declared=declared
    )


def _read_file(work: _Import) -> _Read:
    """Read the whole file into the temporary tables."""
    size = work.file.seek(0, os.SEEK_END)
    done = lines = bad = 0
    problems: list[Problem] = []
    batch: list[tuple[int, Entry | ForeignEvent]] = []

    def seen(more: int) -> None:
        nonlocal done
        done += more
        if done * READ_STEPS // size > (done - more) * READ_STEPS // size:
            work.progress(READING, done, size)

    last = 0
    for record in _records(work, seen).records:
        lines += record.line != last  # an event of several cases is one of the file's
        last = record.line
        if isinstance(record.found, list):
            bad += 1
            if len(problems) < MOST_NAMED:
                problems.extend(replace(problem, line=record.line) for problem in record.found)
            continue
        batch.append((record.line, record.found))
        if len(batch) == BATCH:
            _put(work, batch)
            batch.clear()
    _put(work, batch)
    work.progress(READING, size, size)
    return _Read(lines, bad, problems)


def _records(work: _Import, seen: Callable[[int], object]) -> InputFormat:
    return records(work.file, work.mapping and work.mapping.file, work.context, seen)


def _put(work: _Import, batch: Sequence[tuple[int, Entry | ForeignEvent]]) -> None:
    """Stage entries, and set the events of a foreign log aside until each case has all of its own."""
    if work.foreign is None:
        _stage(work, [(place_in_file(line), found) for line, found in batch if isinstance(found, Entry)])
    else:
        set_aside(work.conn, (found for _, found in batch if isinstance(found, ForeignEvent)))


def _stage(work: _Import, batch: Sequence[tuple[int, Entry]]) -> None:
    for _, entry in batch:
        work.used.see(entry.event)
    stage(work.conn, batch, work.vault)


def _settle(work: _Import, read: _Read, *, as_corrections: bool, dry_run: bool) -> tuple[int, Settlement, list[Problem], int]:
    """Judge what the file gives, again if the log has moved meanwhile; the append lock is held on return.

    Gives the position that the log stands at, the outcome, the problems, and how many known ones a person has annulled.
    """
    position, newest = log.head(work.conn)
    while True:
        difference = ForeignDifference([])
        if work.foreign is not None:
            difference = stage_foreign(
                work.conn,
                work.foreign,
                partial(_stage, work),
                newest=newest,
                as_corrections=as_corrections,
                progress=partial(work.progress, STAGING),
            )
        settled = settle(
            work.conn,
            position,
            newest,
            as_corrections=as_corrections,
            by_moment=work.foreign is not None,
            found=difference.bad,
            progress=partial(work.progress, JUDGING),
        )
        settled = settled._replace(corrected=settled.corrected + difference.renewed)
        found = (
            Problem(field, reason, code, line) for line, field, reason, code in islice(_late(work, difference), MOST_NAMED)
        )
        every = sorted([*read.problems, *found], key=attrgetter("line"))
        if every and not work.skip_bad:
            raise BadLines(work.place, read.lines, read.bad + settled.bad, tuple(every))
        if work.rejected is not None:
            write_rejects(work.rejected, _records(work, lambda _: None), _late(work, difference))
        if dry_run:
            return position, settled, every, difference.annulled
        work.conn.execute(_LOCK)
        if log.head(work.conn) == (position, newest):
            return position, settled, every, difference.annulled
        position, newest = log.head(work.conn)
        work.conn.execute("delete from staged where place & 3 > 0")


def _late(work: _Import, difference: ForeignDifference) -> Iterator[tuple[int, str, str, str]]:
    """The problems found after reading, by the file's own lines."""
    found = problems(work.conn)
    of_several = CASES_PER_EVENT if work.foreign is not None and work.foreign.format == "ocel" else 1
    if not difference.lines and of_several == 1:
        return found
    by_line = ((difference.lines.get(line, line) // of_several, field, reason, code) for line, field, reason, code in found)
    return iter(sorted(by_line))


def _record(work: _Import, read: _Read, position: int, settled: Settlement) -> None:
    """Write the accepted entries to the log, with the append lock held."""
    write_accepted(work.conn, position, settled.recorded, partial(work.progress, RECORDING))
    if log.head(work.conn)[0] != position + settled.recorded:
        raise RuntimeError("the log did not give the positions that were counted on")
    work.conn.cursor().executemany(CODES_USED, work.used.rows())
    work.conn.execute(
        _IMPORTED,
        (
            sha256_of(work.file),
            read.lines,
            settled.recorded,
            settled.known,
            work.mapping and work.mapping.without_cases,
            work.mapping is not None and work.mapping.file.not_cpr,
            position + 1 if settled.recorded else None,
            position + settled.recorded if settled.recorded else None,
        ),
    )


def sha256_of(file: IO[bytes]) -> bytes:
    """The SHA-256 of the whole file."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.digest()
