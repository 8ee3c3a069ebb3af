"""Samples of a workbook's worksheets, read by the process that reads workbooks."""

from __future__ import annotations

from typing import IO, NamedTuple

from journey.exchange.sheets.drafting.samples import SheetSample, sample_of
from journey.exchange.sheets.tables import SheetRow
from journey.exchange.sheets.workbooks.contents import check_contents
from journey.exchange.sheets.workbooks.frames import WorkbookRequest
from journey.exchange.sheets.workbooks.reader import open_rows
from journey.refusals import Refused


class WorkbookSamples(NamedTuple):
    """The samples of a workbook's worksheets, and why each of the others is no table."""

    samples: list[SheetSample]
    passed_over: list[str]


def workbook_samples(file: IO[bytes], size: int, name: str) -> WorkbookSamples:
    """The samples of the worksheets that the workbook shows. Raises Refused (`bad_file`) where none of them is a table."""
    check_contents(file, name)
    found = WorkbookSamples([], [])
    wanted: list[str | None] = [None]
    refusal: Refused | None = None
    for nth, worksheet in enumerate(wanted):
        file.seek(0)
        with open_rows(file, WorkbookRequest(name, size, worksheet, 1, multiline=False)) as (opened, rows):
            if nth == 0:
                wanted += [each for each in opened.worksheets if each != opened.worksheet]
            every = (SheetRow(row.line, row.cells, row.fault) for row in rows)
            try:
                found.samples.append(sample_of(every, name, worksheet=opened.worksheet))
            except Refused as refused:
                refusal = refusal or refused
                found.passed_over.append(f"{refused.place}: {refused.message}")
    if not found.samples and refusal is not None:
        raise refusal
    return found
