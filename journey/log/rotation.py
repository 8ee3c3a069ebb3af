"""The change of the outer key: a new one beside the old, every case's key wrapped again under it, and then put in the old one's place.

Whatever is cut off at any moment, the files hold a key for each case's key in the database, and the change goes on where it was. From
the moment that the new key is in the database, none is stored under the old one, by whoever runs beside.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.log.acts import acts, record_act
from journey.log.outer_keys import BARE, OuterKeys, discard_halves, existing_key, id_of, next_file, outer_key, take_over
from journey.refusals import Refused

Progress = Callable[[int, int | None], None]

BATCH = 500
"""Cases' keys wrapped again in one transaction."""
_LOCK = 7220120

_WAITING = f"""
from log.case_keys where wrapped is not null and not (octet_length(wrapped) = {BARE + 10} and substr(wrapped, 3, 8) = %s)
"""
_AGAIN = """
update log.case_keys k set wrapped = n.wrapped from unnest(%s::text[], %s::bytea[], %s::bytea[]) n (stream, old, wrapped)
where k.stream = n.stream and k.wrapped = n.old
"""


class Rotation(Struct, frozen=True):
    """A change of the outer key that is done: how many cases' keys are under the new one, and how many no key opens."""

    wrapped: int
    damaged: int


def rotate(conn: Connection[Any], file: Path, progress: Progress, *, by: str, leave_damaged: bool = False) -> Rotation:
    """Change the outer key in the file, as the database's owner; goes on with a change that was cut off. It becomes an act of the register.

    Raises Refused (`wrong_start`) for a key that is gone or another's, while another program changes it, and for cases' keys that the
    outer key does not open, unless these are to be left: the old key stays where it is until then.
    """
    conn.execute("set synchronous_commit = on")
    if _row(conn, "select pg_try_advisory_lock(%s)", _LOCK) != (True,):
        raise Refused("wrong_start", "Et andet program er ved at skifte nøglen. Vent, til det er færdigt.")
    try:
        return _rotate(conn, file, progress, by, leave_damaged=leave_damaged)
    finally:
        conn.execute("select pg_advisory_unlock(%s)", (_LOCK,))


def _rotate(conn: Connection[Any], file: Path, progress: Progress, by: str, *, leave_damaged: bool) -> Rotation:
    discard_halves(next_file(file))
    if not file.exists():
        raise Refused("wrong_start", f"Nøglefilen {file} mangler. Læg den tilbage fra sikkerhedskopien.")
    old, new = existing_key(file), outer_key(next_file(file))
    keys = OuterKeys([old, new])
    _refuse_foreign(conn, keys, file)
    _begin(conn, id_of(new))
    done, total = 0, (_row(conn, f"select count(*) {_WAITING}", id_of(new)) or (0,))[0]
    damaged, after = 0, ""
    while batch := _batch(conn, id_of(new), after):
        after = batch[-1][0]
        again = [(stream, wrapped, key) for stream, wrapped in batch if (key := _again(keys, stream, wrapped, id_of(new)))]
        if again:
            conn.execute(_AGAIN, [list(column) for column in zip(*again, strict=True)])
        damaged += len(batch) - len(again)
        done += len(batch)
        progress(done, total)
    if damaged and not leave_damaged:
        raise Refused(
            "wrong_start",
            f"Nøglerne for {damaged} sager kan ikke åbnes med {file} og er ikke skiftet. Læg dem tilbage fra en sikkerhedskopi, "
            "eller kør igen med --leave-damaged: så kan deres notater ikke læses mere.",
        )
    _record(conn, by, {"key": "outer", "before": keys.first.hex(), "after": id_of(new).hex()})
    take_over(file)
    return Rotation(done - damaged, damaged)


def _begin(conn: Connection[Any], new: bytes) -> None:
    """Let no key be stored under another outer key from now on; those that are being stored are waited for."""
    with conn.transaction():
        conn.execute("lock table log.case_keys in share row exclusive mode")
        if _row(conn, "select id from log.outer_keys order by number desc limit 1") != (new,):
            conn.execute("insert into log.outer_keys (id) values (%s)", (new,))


def _record(conn: Connection[Any], by: str, what: dict[str, str]) -> None:
    """Record the act, once: it may have been before what came after it was cut off."""
    if what not in [act.what for act in acts(conn)]:
        record_act(conn, "keys_changed", [by], what)


def _refuse_foreign(conn: Connection[Any], keys: OuterKeys, file: Path) -> None:
    """Refuse before anything is changed where no case's key opens."""
    some = _rows(conn, "select stream, wrapped from log.case_keys where wrapped is not null limit 20")
    if some and not any(_again(keys, stream, wrapped, keys.first) for stream, wrapped in some):
        why = f"Nøglefilen {file} er ikke den, som registrets notater er krypteret under."
        raise Refused("wrong_start", f"{why} Læg den rigtige tilbage fra sikkerhedskopien.")


def _batch(conn: Connection[Any], new: bytes, after: str) -> list[tuple[Any, ...]]:
    return _rows(
        conn, f'select stream, wrapped {_WAITING} and stream > %s collate "C" order by stream limit {BATCH}', new, after
    )


def _again(keys: OuterKeys, stream: str, wrapped: bytes, under: bytes) -> bytes | None:
    """The case's key wrapped again, None where it cannot be opened."""
    try:
        return keys.wrap(stream, keys.unwrap(stream, wrapped), under)
    except InvalidTag:
        return None


def _row(conn: Connection[Any], query: str, *values: object) -> tuple[Any, ...] | None:
    return next(iter(_rows(conn, query, *values)), None)


def _rows(conn: Connection[Any], query: str, *values: object) -> list[tuple[Any, ...]]:
    return conn.cursor(row_factory=tuple_row).execute(query.encode(), values).fetchall()
