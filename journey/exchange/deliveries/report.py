"""Report of a delivery: what taking it does, or would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from journey.exchange.sheets.rows import UnknownWord
from journey.log.deliveries import DeliveryNumbers
from journey.problem import thousands
from journey.refusals import Refused


class BadCellReport(Struct, frozen=True):
    """A bad cell, or a bad row as a whole: where it stands, and what is wrong; a cell that may be a person's is not repeated."""

    sheet: str
    file: str
    line: int
    """The physical line in the file, the first is 1."""
    column: str
    reason: str
    code: str


class DeliveryReport(Struct, frozen=True):
    """The outcome of a delivery, or with `dry_run` what it would be."""

    source: str
    taken_at: datetime
    numbers: DeliveryNumbers
    recorded: int
    """How many events were recorded: a correction is two."""
    first_position: int | None
    last_position: int | None
    bad: Sequence[BadCellReport]
    """What is wrong with the bad rows, the first `MOST_NAMED` of them."""
    unknown: Sequence[UnknownWord]
    unused_files: Sequence[str]
    """Files that no sheet of the mapping is read from."""
    dry_run: bool
    id: int | None = None
    """The delivery's number in the list; None where nothing was stored."""
    repeated: bool = False
    """Whether the very same files were taken at the same moment by the same mapping before."""

    @property
    def bad_rows(self) -> int:
        """Number of bad rows."""
        return self.numbers.bad

    @property
    def rows(self) -> int:
        """Number of rows read, those passed over and bad ones among them."""
        return self.numbers.rows


class BadRows(Refused):
    """Refusal of a delivery with bad rows, of which nothing was recorded: the report that it would have had."""

    def __init__(self, report: DeliveryReport) -> None:
        self.report = report
        what = "1 række" if report.bad_rows == 1 else f"{thousands(report.bad_rows)} rækker"
        super().__init__(
            "bad_file", f"{what} af {thousands(report.rows)} kan ikke bruges, og intet er indlæst.", place=report.source
        )
