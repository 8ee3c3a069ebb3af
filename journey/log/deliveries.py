"""Deliveries (leverancer) as the log has them: one row each, and the rows that the newest of a source no longer had."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import Connection
from psycopg.rows import TupleRow, tuple_row


class SheetNumbers(Struct, frozen=True):
    """Numbers of one sheet: its rows with a value, those passed over, the bad ones, and those that are gone and stay or are withdrawn."""

    rows: int | None
    """None for a sheet that was missing."""
    skipped: int = 0
    bad: int = 0
    gone_listed: int = 0
    gone_withdrawn: int = 0


class DeliveryNumbers(Struct, frozen=True):
    """Numbers of a delivery: those of its sheets by name, and how many events were new, corrected, withdrawn and known already."""

    sheets: dict[str, SheetNumbers]
    new: int = 0
    corrected: int = 0
    withdrawn: int = 0
    known: int = 0

    @property
    def rows(self) -> int:
        """Rows of all sheets, those passed over and bad ones among them."""
        return sum(sheet.rows or 0 for sheet in self.sheets.values())

    @property
    def bad(self) -> int:
        """Bad rows of all sheets."""
        return sum(sheet.bad for sheet in self.sheets.values())

    @property
    def gone_listed(self) -> int:
        """Rows of all sheets that were gone and stay."""
        return sum(sheet.gone_listed for sheet in self.sheets.values())

    @property
    def gone_withdrawn(self) -> int:
        """Rows of all sheets that were gone and are withdrawn."""
        return sum(sheet.gone_withdrawn for sheet in self.sheets.values())


class DeliveredFile(Struct, frozen=True):
    """A file of a delivery: the SHA-256 of its bytes in hexadecimal, and how many they are."""

    sha256: str
    size: int


class StoredDelivery(Struct, frozen=True):
    """A delivery as it is stored. `undoes` is the id of the one that it undoes, `undone_by` of the one that undid it."""

    id: int
    at: datetime
    source: str
    taken_at: datetime
    who: str
    mapping_sha256: bytes | None
    files: list[DeliveredFile]
    numbers: DeliveryNumbers
    allow_gone: int | None
    position: int
    first_position: int | None
    last_position: int | None
    undoes: int | None
    undone_by: int | None


class GoneFromSheet(Struct, frozen=True):
    """Rows of one sheet that are gone from their source's newest delivery, and that stay."""

    delivery: int
    source: str
    sheet: str
    rows: int
    taken_at: datetime


class NewDelivery(Struct, frozen=True):
    """A delivery to be stored; its fields are those of `StoredDelivery`, with the mapping's own text."""

    source: str
    taken_at: datetime
    who: str
    mapping: str | None
    mapping_sha256: bytes | None
    files: list[DeliveredFile]
    numbers: DeliveryNumbers
    allow_gone: int | None
    position: int
    first_position: int | None
    last_position: int | None
    undoes: int | None = None


_SELECT = """
select d.id, d.at, d.source, d.taken_at, d.who, d.mapping_sha256, d.files, d.numbers, d.allow_gone, d.position, d.first_position,
    d.last_position, d.undoes, u.id
from log.deliveries d left join log.deliveries u on u.undoes = d.id
"""
_INSERT = """
insert into log.deliveries (source, taken_at, who, mapping, mapping_sha256, files, numbers, allow_gone, position, first_position,
    last_position, undoes)
values (%s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s, %s, %s) returning id
"""
_INSERT_GONE = b"""
insert into log.gone_rows (delivery, sheet, name) select %s, sheet, name from unnest(%s::text[], %s::text[]) as gone (sheet, name)
"""
_FOLLOWED = """
select distinct jsonb_path_query(mapping::jsonb, '$.sheet[*].event[*] ? (@.follows != null).kind') #>> '{}'
from log.deliveries d where last_position <= %(position)s
    and not exists (select from log.deliveries u where u.undoes = d.id and u.last_position <= %(position)s)
"""
_GONE = "select delivery, source, sheet, gone, taken_at from facts.gone_at(%(position)s)"
_GONE_CASES = """
select distinct g.sheet, e.stream
from (
    select d.source, g.sheet, g.sheet || ':' || g.name || ':' as first, g.sheet || ':' || g.name || ';' as after
    from log.deliveries d join log.gone_rows g on g.delivery = d.id where d.id = %s offset 0
) g join log.event_ids e on e.source = g.source and e.source_id >= g.first collate "C" and e.source_id < g.after collate "C"
order by 1, 2
"""


def deliveries(conn: Connection[Any], source: str | None = None) -> list[StoredDelivery]:
    """All deliveries, or those of one source, with the undone ones and what undid them; the newest first."""
    where = "where d.source = %s" if source is not None else ""
    query = f"{_SELECT} {where} order by d.id desc"
    rows = conn.cursor(row_factory=tuple_row).execute(query.encode(), (source,) if source is not None else ())
    return [_delivery(row) for row in rows]


def newest_delivery(conn: Connection[Any], source: str) -> StoredDelivery | None:
    """The source's newest delivery by the moment that it was taken out at, of those that are not undone; None where there is none."""
    query = f"{_SELECT} where d.source = %s and d.undoes is null and u.id is null order by d.taken_at desc, d.id desc limit 1"
    row = conn.cursor(row_factory=tuple_row).execute(query.encode(), (source,)).fetchone()
    return _delivery(row) if row else None


def gone_rows(conn: Connection[Any], delivery: int) -> list[tuple[str, str]]:
    """The (sheet, name) of the rows that the delivery no longer had, and that stay."""
    query = "select sheet, name from log.gone_rows where delivery = %s order by sheet, name"
    return list(conn.cursor(row_factory=tuple_row).execute(query, (delivery,)))


def gone_at(conn: Connection[Any], position: int) -> list[GoneFromSheet]:
    """Rows that are gone and stay, of each source's newest delivery as known at a position: a finding until they are back or withdrawn."""
    rows = conn.cursor(row_factory=tuple_row).execute(_GONE.encode(), {"position": position})
    return [GoneFromSheet(*row) for row in rows]


def gone_cases(conn: Connection[Any], delivery: int) -> list[tuple[str, str]]:
    """The (sheet, case) of the rows that the delivery no longer had, and that stay."""
    return list(conn.cursor(row_factory=tuple_row).execute(_GONE_CASES.encode(), (delivery,)))


def followed_kinds(conn: Connection[Any], position: int) -> frozenset[str]:
    """The kinds of event that come of a column with only today's value (`follows`), by the mappings of the deliveries that brought
    something up to the position and are not undone at it."""
    rows = conn.cursor(row_factory=tuple_row).execute(_FOLLOWED.encode(), {"position": position})
    return frozenset(kind for (kind,) in rows)


def store_delivery(conn: Connection[Any], delivery: NewDelivery, gone: Iterable[tuple[str, str]] = ()) -> int:
    """Store the delivery and the rows that are gone and stay, in the caller's transaction; gives its id."""
    values = {name: getattr(delivery, name) for name in NewDelivery.__struct_fields__}
    values |= {name: msgspec.json.encode(values[name]).decode() for name in ("files", "numbers")}
    row = conn.cursor(row_factory=tuple_row).execute(_INSERT.encode(), list(values.values())).fetchone()
    stored = int(row[0]) if row else 0
    rows = list(gone)
    if rows:
        conn.execute(_INSERT_GONE, (stored, *map(list, zip(*rows, strict=True))))
    return stored


def _delivery(row: TupleRow) -> StoredDelivery:
    files, numbers = msgspec.convert(row[6], list[DeliveredFile]), msgspec.convert(row[7], DeliveryNumbers)
    return StoredDelivery(
        row[0], row[1], row[2], row[3], row[4], row[5], files, numbers, row[8], row[9], row[10], row[11], row[12], row[13]
    )
