"""What a log holds, counted against what was acknowledged; and the rows, against those of a rebuild."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from msgspec import Struct

from journey.codes import standard
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from journey.log.reading import head
from journey.log.stored import Entry, encoded
from projections.engine.follow import rebuild, standing
from projections.projections import PROJECTIONS
from tests.support.readers import reading_all


class Sent(NamedTuple):
    """A command with the receipt it had; no positions where none ever came."""

    id: str
    entries: Sequence[Entry]
    positions: Sequence[int] | None
    versions: Sequence[int] | None


class Tally(Struct, frozen=True):
    """All but the first three are to be 0."""

    events: int
    acknowledged: int
    unanswered: int
    """Commands in the log whose receipt never came."""
    lost: int
    """Acknowledged events that are not where the receipt says, as they were sent."""
    duplicated: int
    holes: int
    """Positions and versions that are missing."""
    torn: int
    """Commands of which a part is there, or that are there without their own row, or the other way."""

    @property
    def whole(self) -> bool:
        return (self.lost, self.duplicated, self.holes, self.torn) == (0, 0, 0, 0)

    def told(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


def tally(admin_url: str, sent: Iterable[Sent]) -> Tally:
    """Count the log against the commands; an event belongs to the command that its source_id begins with, before `-` and a number."""
    with psycopg.connect(admin_url) as conn:
        query = "select notification_id, originator_id, originator_version, topic, state from log.events order by 1"
        rows = conn.execute(query).fetchall()
        kept = {row[0] for row in conn.execute("select command_id from log.commands")}
    by_position = {row[0]: row[1:] for row in rows}
    source_ids = Counter(json.loads(row[4])["source_id"] for row in rows)
    of_command = Counter(source_id.rpartition("-")[0] for source_id in source_ids)
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for _, stream, version, _, _ in rows:
        versions[stream].append(version)

    sent = list(sent)
    answered = [one for one in sent if one.positions is not None]
    torn = {one.id for one in sent if of_command[one.id] not in (0, len(one.entries))}
    return Tally(
        len(rows),
        len(answered),
        len(kept - {one.id for one in answered}),
        sum(_lost(by_position, one) for one in answered),
        sum(times - 1 for times in source_ids.values()),
        _holes([row[0] for row in rows]) + sum(map(_holes, versions.values())),
        len(torn | (kept ^ set(of_command))),
    )


def _lost(by_position: Mapping[int, tuple[Any, ...]], one: Sent) -> int:
    expected = [(entry.stream, version, entry.kind, encoded(entry, claimed=False)) for entry, version in _placed(one)]
    return sum(by_position.get(position) != event for position, event in zip(one.positions or (), expected, strict=True))


def _placed(one: Sent) -> Iterable[tuple[Entry, int]]:
    return zip(one.entries, one.versions or (), strict=True)


def _holes(numbers: Sequence[int]) -> int:
    return max(numbers, default=0) - len(set(numbers))


def rows(conn: psycopg.Connection[Any]) -> dict[str, bytes]:
    """Every table of rows, byte for byte."""
    found: dict[str, bytes] = {}
    for name in PROJECTIONS:
        with conn.cursor().copy(f"COPY (SELECT * FROM rows.{name} ORDER BY known_from, nth) TO STDOUT") as copy:
            found[name] = b"".join(bytes(block) for block in copy)
    return found


def all_followed(app_url: str) -> bool:
    """Whether the rows are at the log's end."""
    with psycopg.connect(reading_all(app_url), autocommit=True) as conn:
        made = conn.execute("SELECT to_regclass('rows.progress') IS NOT NULL").fetchone() == (
            True,
        )  # by the follower, as it begins
        return made and standing(conn).position == head(conn)[0]


def tables_unlike_a_rebuild(app_url: str) -> int:
    """How many tables of rows a rebuild changes."""
    with psycopg.connect(as_role(app_url, PROJECT), autocommit=True) as conn:
        followed = rows(conn)
        rebuild(conn, standard().classes)
        rebuilt = rows(conn)
    assert any(rebuilt.values()), "no rows to compare"
    return sum(followed[name] != rebuilt[name] for name in PROJECTIONS)
