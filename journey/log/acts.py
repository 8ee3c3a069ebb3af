"""The register's acts (domain.md section 1): what was decided about the register itself, each bound to the one before by its hash."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection
from psycopg.rows import tuple_row

ACTS: Mapping[str, str] = {
    "restore_declared": "genoprettelse erklæret",
    "keys_changed": "nøgle skiftet",
    "roles_in_force": "rollefil trådt i kraft",
    "emergency_account_made": "nødadgang lavet",
    "emergency_sign_in": "nødadgang brugt",
}
"""The kinds of act, each with its Danish name."""

LOCK = 7220119
"""The advisory lock of whoever records an act; the table's own trigger takes the same."""
FIRST = "0" * 64
"""The hash before the first act."""


class BrokenActs(ValueError):
    """The acts as they stand are not those that were recorded: a line cannot be read, or does not follow the one before."""


class Act(Struct, frozen=True):
    """An act: who decided it and what, in the order of `number`; `signature` is the seal key's, empty where the kind needs none."""

    number: int
    moment: str
    kind: str
    who: tuple[str, ...]
    what: dict[str, Any]
    before: str
    signature: str = ""
    line: str = ""
    """The act as it is stored, all of the above."""

    @property
    def message(self) -> bytes:
        """The bytes that the signature is over."""
        return b"journey-act/1\n" + self.line.partition("\t")[0].encode()

    @property
    def hash(self) -> bytes:
        return sha256(self.line.encode()).digest()


class ActsHead(NamedTuple):
    """The number of acts and the hash of the last: what a signed root says of them."""

    number: int
    hash: bytes


def record_act(
    conn: Connection[Any],
    kind: str,
    who: Sequence[str],
    what: Mapping[str, Any],
    sign: Callable[[bytes], str] | None = None,
) -> Act:
    """Record an act of one of the kinds in `ACTS`, in the connection's transaction if one was begun; `sign` signs its bytes.

    `what` is JSON without personal data of citizens. For the roles `journey_append` and `journey_seal`.
    """
    if kind not in ACTS or not who:
        raise ValueError(f"{kind} is no kind of act, or nobody decided it")
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        before = acts(conn)
        ((now,),) = conn.cursor(row_factory=tuple_row).execute("select clock_timestamp()").fetchall()
        moment = now.astimezone(UTC).isoformat(timespec="microseconds")
        body = {
            "number": len(before) + 1,
            "moment": moment,
            "kind": kind,
            "who": list(who),
            "what": dict(what),
            "before": before[-1].hash.hex() if before else FIRST,
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        unsigned = act_of(f"{text}\t")
        act = act_of(f"{text}\t{sign(unsigned.message)}") if sign else unsigned
        conn.execute("insert into log.register_acts (number, line) values (%s, %s)", (act.number, act.line))
    return act


def acts(conn: Connection[Any]) -> list[Act]:
    """All acts in their order, each held against the one before. Raises BrokenActs."""
    rows = conn.cursor(row_factory=tuple_row).execute("select number, line from log.register_acts order by number").fetchall()
    found = chained(line for _, line in rows)
    if [number for number, _ in rows] != [act.number for act in found]:
        raise BrokenActs("an act is stored under another number")
    return found


def act_lines(conn: Connection[Any], upto: int = 2**63 - 1) -> list[str]:
    """The acts' lines as they are stored, those of later numbers left out."""
    query = "select line from log.register_acts where number between 1 and %s order by number"
    return [line for (line,) in conn.cursor(row_factory=tuple_row).execute(query, (upto,))]


def chained(lines: Iterable[str]) -> list[Act]:
    """The acts that the lines are. Raises BrokenActs where one is none, or does not follow the one before."""
    found: list[Act] = []
    for line in lines:
        act = act_of(line)
        if (act.number, act.before) != (len(found) + 1, found[-1].hash.hex() if found else FIRST):
            raise BrokenActs(f"act {len(found) + 1} does not follow the one before")
        found.append(act)
    return found


def act_of(line: str) -> Act:
    """The act that the line is. Raises BrokenActs."""
    text, tab, signature = line.partition("\t")
    try:
        act = msgspec.json.decode(text, type=Act)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise BrokenActs("a line is no act") from None
    if not tab or "\n" in line:
        raise BrokenActs("a line is no act")
    return replace(act, signature=signature, line=line)


def head_of(some: Sequence[Act]) -> ActsHead | None:
    """The head of the acts, None where there are none."""
    return ActsHead(some[-1].number, some[-1].hash) if some else None


def moment_of_act(act: Act) -> datetime:
    """The moment of the act. Raises ValueError for one that no calendar has."""
    return datetime.fromisoformat(act.moment)
