"""The follower's steps: one leader, batches of any size, the position moved with the rows in one transaction."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from msgspec import Struct
from psycopg import Connection, errors

from journey.history import Recorded
from journey.log.reading import events, head, history
from projections.engine.batch import Batch, FoldFailed
from projections.engine.believed import Believed
from projections.engine.identity import is_of_this_log, mark_of
from projections.engine.placing import place_cases
from projections.engine.row_security import policies
from projections.engine.sharing import shared
from projections.engine.tables import (
    NEXT,
    OF_A_CASE,
    STAGED,
    TEMPORARY,
    close,
    create,
    create_all,
    force_all,
    index_all,
    insert,
    insert_staged,
    stage,
    switch,
    table,
    tidy,
    write,
)
from projections.projections import PROJECTIONS

LEAD = 7220116
"""The advisory lock of whoever writes rows, held by the session that writes them."""
REBUILD = 7220117

VERSION = 4
"""To be raised when a fold changes what it says: the rows are then made anew."""

SMALL = 2_000
"""Up to so many events the cases are remembered between batches; more are read case by case."""
REMEMBERED = 100_000
"""How many events the remembered cases may hold together."""
IN_THE_WAY, PAUSE = "200ms", 0.5
"""How long readers may wait for a switch of tables that waits for another reader, and seconds until it is tried again."""
__all__ = [
    "Cases",
    "FoldFailed",
    "LeadLost",
    "Progress",
    "Standing",
    "advance",
    "definition",
    "lead",
    "prepare",
    "rebuild",
    "standing",
    "stopped",
]

Progress = Callable[[int, int], None]
"""Called with how many events of how many are done."""


class LeadLost(Exception):
    """The position was moved by another leader, who writes the rows instead."""


class Standing(Struct, frozen=True):
    """The position that the rows have reached, and the error that stopped them if there is one."""

    position: int
    error: str | None


@cache
def definition() -> str:
    """The rows' shape and folds as one hash: rows of another definition are made anew."""
    shapes = [create(projection.row, table(name)).as_string() for name, projection in PROJECTIONS.items()]
    shapes += [statement.as_string() for name in PROJECTIONS for statement in policies(table(name), name)]
    keys = [OF_A_CASE, *(key for projection in PROJECTIONS.values() for key in projection.indexes)]
    return hashlib.sha256("\n".join([str(VERSION), *shapes, *keys]).encode()).hexdigest()


_MARKED = "SELECT FROM pg_attribute WHERE attrelid = to_regclass('rows.progress') AND attname = 'mark'"
_OF_WHAT = (
    "SELECT definition, position, mark, coalesce((SELECT max(notification_id) FROM log.events), 0),"
    f" {mark_of('p.position')} FROM rows.progress p"
)

_PLACE = (
    f"UPDATE rows.progress SET position = %(upto)s, mark = {mark_of('%(upto)s')}, definition = %(definition)s, error = NULL,"
    " moved_at = now()"
)
_MOVE = f"{_PLACE} WHERE position = %(after)s AND definition = %(definition)s"


def prepare(conn: Connection[Any]) -> bool:
    """Make the tables where there are none; gives whether the rows are of the present definition, and of this log.

    Waits for nobody where there are tables: a rebuild may be under way beside them.
    """
    if conn.execute(_MARKED.encode()).fetchone() is None:
        _make(conn)
    found = conn.execute(_OF_WHAT.encode()).fetchone()
    return found is not None and found[0] == definition() and is_of_this_log(*found[1:])


def _make(conn: Connection[Any]) -> None:
    with conn.transaction():
        _hold_rebuilds(conn)
        conn.execute(
            "CREATE TABLE IF NOT EXISTS rows.progress (one boolean PRIMARY KEY DEFAULT true CHECK (one),"
            " position bigint NOT NULL, definition text NOT NULL, error text, moved_at timestamptz NOT NULL DEFAULT now())"
        )
        conn.execute("ALTER TABLE rows.progress ADD COLUMN IF NOT EXISTS mark text")
        if conn.execute("SELECT 1 FROM rows.progress").fetchone() is None:
            create_all(conn)
            index_all(conn)
            force_all(conn)
            conn.execute("INSERT INTO rows.progress (position, definition) VALUES (0, %s)", (definition(),))


def standing(conn: Connection[Any]) -> Standing:
    """Progress of the rows: how far they have come."""
    row = conn.execute("SELECT position, error FROM rows.progress").fetchone()
    return Standing(*row) if row else Standing(0, None)


def lead(conn: Connection[Any]) -> bool:
    """Take the lead for this session, if nobody has it."""
    row = conn.execute("SELECT pg_try_advisory_lock(%s)", (LEAD,)).fetchone()
    return bool(row and row[0])


class Cases:
    """The folds of the cases that were written to last, so that the next event of one continues its fold."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes
        self._folds: OrderedDict[str, Believed] = OrderedDict()
        self._events = 0

    def of(self, conn: Connection[Any], stream: str, upto: int) -> Believed:
        """The case's fold of all that was known at the position."""
        remembered = self._folds.pop(stream, None)
        if remembered is not None:
            self._events -= len(remembered.folded)
            return remembered
        case = Believed(self.classes)
        for recorded in history(conn, stream, upto):
            case.learn(recorded)
        return case

    def keep(self, stream: str, case: Believed) -> None:
        self._folds[stream] = case
        self._events += len(case.folded)
        while self._events > REMEMBERED:
            _, oldest = self._folds.popitem(last=False)
            self._events -= len(oldest.folded)

    def forget(self) -> None:
        self._folds.clear()
        self._events = 0


class Target(Struct, frozen=True):
    """Target of written rows: their tables, the callback for progress, and the address by which other processes may share the folding."""

    prefix: str = ""
    progress: Progress | None = None
    address: str | None = None


def advance(
    conn: Connection[Any],
    cases: Cases,
    upto: int | None = None,
    progress: Progress | None = None,
    address: str | None = None,
) -> int:
    """Bring the rows to a position of the log (its end, where none is given), in one transaction; gives the position reached.

    With the address of the same login, much folding is shared between processes. Raises FoldFailed where an event breaks a
    fold, and LeadLost where someone else moved the position meanwhile.
    """
    after = standing(conn).position
    upto = head(conn)[0] if upto is None else upto
    if upto <= after:
        return after
    try:
        with conn.transaction():
            if not after and upto > SMALL:
                _hold_rebuilds(conn)
                _move(conn, after, upto)
                units = _write_beside(conn, cases, upto, Target(NEXT, progress, address))
                _without_readers(conn, lambda: switch(conn), upto, progress)
            else:
                _move(conn, after, upto)
                units = _write(conn, cases, after, upto, Target("", progress, address))
            place_cases(conn, units)
            conn.execute("NOTIFY rows")
    except BaseException:
        cases.forget()
        raise
    if upto - after > SMALL:
        tidy(conn)
    return upto


def _hold_rebuilds(conn: Connection[Any]) -> None:
    """One at a time may fill tables beside those that are read."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (REBUILD,))


def _write_beside(conn: Connection[Any], cases: Cases, upto: int, to: Target) -> dict[str, str]:
    """Fill new tables from the log's beginning: their indexes are made when the rows are there, which is much the sooner.

    Gives the unit of each case, as `_write` does.
    """
    create_all(conn, to.prefix)
    units = _write(conn, cases, 0, upto, to)
    index_all(conn, to.prefix)
    return units


def _move(conn: Connection[Any], after: int, upto: int) -> None:
    """Move the position first: whoever else is about to write the same rows waits here, and finds it moved."""
    moved = conn.execute(_MOVE.encode(), {"upto": upto, "after": after, "definition": definition()})
    if moved.rowcount != 1:
        raise LeadLost


def _write(conn: Connection[Any], cases: Cases, after: int, upto: int, to: Target) -> dict[str, str]:
    """Write what the events in `(after, upto]` change; gives the unit that each of their cases is in now."""
    if upto - after <= SMALL:
        batch = Batch(after)
        for stream, news in _by_stream(events(conn, after, upto)):
            case = cases.of(conn, stream, after)
            batch.learn(stream, case, news)
            cases.keep(stream, case)
        if to.prefix:
            write(conn, batch.encoded().texts, to.prefix)
        else:
            insert(conn, batch.rows)
        close(conn, batch.closings, to.prefix)
        return batch.units
    cases.forget()
    if not to.prefix:
        stage(conn)
    units: dict[str, str] = {}
    done = 0
    for batch in shared(conn, to.address, cases.classes, after, upto):
        if to.prefix:
            write(conn, batch.texts, to.prefix)
        else:
            write(conn, batch.texts, STAGED, TEMPORARY)
        close(conn, batch.closings, to.prefix)  # of rows from before: a case's events are all of one batch
        units |= batch.units
        done += batch.events
        if to.progress is not None:
            to.progress(done, upto - after)
    if not to.prefix:
        insert_staged(conn)
    return units


def _by_stream(some: Iterable[tuple[str, Recorded]]) -> Iterator[tuple[str, list[Recorded]]]:
    for stream, news in groupby(sorted(some, key=itemgetter(0)), key=itemgetter(0)):
        yield stream, [recorded for _, recorded in news]


def stopped(conn: Connection[Any], failure: FoldFailed) -> None:
    """Store the error that stopped the rows, for the operators; no personal data."""
    with conn.transaction():
        conn.execute("UPDATE rows.progress SET error = %s", (str(failure),))


def rebuild(
    conn: Connection[Any], classes: Mapping[str, str], progress: Progress | None = None, address: str | None = None
) -> int:
    """Make all rows anew beside those that are read, and put them in their place in one transaction; gives the position.

    Events may be recorded and followed meanwhile. Raises FoldFailed, and leaves the old rows as they are.
    """
    cases, to = Cases(classes), Target(NEXT, progress, address)
    with conn.transaction():
        _hold_rebuilds(conn)
        reached, _ = head(conn)
        units = _write_beside(conn, cases, reached, to)
        upto = _without_readers(conn, lambda: _put_in_place(conn, cases, reached, to, units), reached, progress)
        conn.execute(_PLACE.encode(), {"upto": upto, "definition": definition()})
        conn.execute("NOTIFY rows")
    tidy(conn)
    return upto


def _put_in_place(conn: Connection[Any], cases: Cases, reached: int, to: Target, units: Mapping[str, str]) -> int:
    """Bring the new tables to where the rows have come meanwhile, and the cases' units with them, and switch; gives the position."""
    followed = conn.execute("SELECT position FROM rows.progress FOR UPDATE").fetchone()
    upto = max(reached, min(followed[0] if followed else 0, head(conn)[0]))  # the rows may be those of a log that was longer
    if upto > reached:
        cases.forget()
        units = {**units, **_write(conn, cases, reached, upto, to)}
    switch(conn)
    place_cases(conn, units)
    return upto


T = TypeVar("T")


def _without_readers(conn: Connection[Any], work: Callable[[], T], done: int, progress: Progress | None) -> T:
    """Do what needs the tables alone, inside a transaction. A reader in the way is not waited for in place: whoever else came would
    wait behind us, and one who reads several tables might wait for us for ever. It is tried again instead, and `progress` is
    called each time that all that was to be written is, so that waiting does not look like standing still.
    """
    while True:
        try:
            with conn.transaction():
                conn.execute("SELECT set_config('lock_timeout', %s, true)", (IN_THE_WAY,))
                result = work()
                conn.execute("SELECT set_config('lock_timeout', '0', true)")
                return result
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            if progress is not None:
                progress(done, done)
            conn.execute("SELECT pg_sleep(%s)", (PAUSE,))
