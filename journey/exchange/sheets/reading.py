"""Reading of a delivery, table after table: its rows, some at a time, and what reading them said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

from msgspec import Struct, field

from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.delivery_files import DeliveryFile, sheet_tables
from journey.exchange.sheets.getters import DeliveryContext
from journey.exchange.sheets.rows import BadRow, GivenRow, SheetReader, UnknownWord

BATCH = 5_000
"""How many rows are handed on at a time."""


class DeliveryReading(Struct, frozen=True):
    """A delivery to be read: by which mapping file, in which context, and no later than which moment."""

    file: SheetsFile
    context: DeliveryContext
    now: datetime


class RowsRead(Struct, frozen=True, array_like=True, tag="rows"):
    """Rows of one table, some of them, each by its number in the delivery."""

    sheet: int
    """The place of the table's sheet in the mapping file."""
    file: str
    rows: list[tuple[int, GivenRow | BadRow]]
    read: int
    """How many rows with a value were read for these, those passed over among them."""
    done: int
    """How many bytes of the delivery's files have been read so far."""
    numbers: dict[str, str]
    """The CPR numbers of these rows' citizens, by pseudonym."""
    skipped: int = 0
    """How many of the table's rows were passed over; said with its last rows, and so are its unknown words."""
    unknown: list[UnknownWord] = field(default_factory=list[UnknownWord])

    def __repr__(self) -> str:
        return f"RowsRead({len(self.rows)} rows of sheet {self.sheet})"


def read_delivery(reading: DeliveryReading, files: Sequence[DeliveryFile]) -> Iterator[RowsRead]:
    """The rows of every table, one at least for each table, which may have none. Raises Refused (`bad_file`, `bad_mapping`)."""
    numbers, identities = count(), reading.context.identities
    done = 0

    def seen(more: int) -> None:
        nonlocal done
        done += more

    for nth, table in sheet_tables(reading.file, files, seen):
        reader = SheetReader(nth, table, reading.file, reading.context, reading.now)
        rows: list[tuple[int, GivenRow | BadRow]] = []
        read = 0
        for row in table.rows:
            read += 1
            number, found = next(numbers), reader.read(row)
            if found is None:
                continue
            rows.append((number, found))
            if len(rows) == BATCH:
                yield RowsRead(nth, table.file, rows, read, done, identities.take_numbers())
                rows, read = [], 0
        last = (reader.skipped, reader.unknown_words)
        yield RowsRead(nth, table.file, rows, read, done, identities.take_numbers(), *last)
