"""Files of a delivery (leverance): what was handed over, and the tables that the sheets of a mapping file are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from msgspec import Struct

from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.files import files_of
from journey.exchange.sheets.tables import SheetTable, csv_sheet, refuse_large
from journey.refusals import Refused


class DeliveryFile(Struct, frozen=True):
    """A file that was handed over: its name, its size in bytes, and how it is opened to be read from its beginning."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


def delivery_files(paths: Sequence[Path]) -> list[DeliveryFile]:
    """The files at the paths, and those of a folder; raises Refused (`bad_file`) for what is not there."""
    found: list[DeliveryFile] = []
    for path in paths:
        if not path.exists():
            raise Refused("bad_file", "Filen findes ikke. Ret stien, og prøv igen.", place=str(path))
        files = [path] if path.is_file() else sorted(each for each in path.iterdir() if each.is_file())
        found += [DeliveryFile(each.name, each.stat().st_size, lambda each=each: each.open("rb")) for each in files]
    return found


def sheet_tables(
    file: SheetsFile, files: Sequence[DeliveryFile], seen: Callable[[int], object] = int
) -> Iterator[tuple[int, SheetTable]]:
    """The tables of the sheets, one after the other: each with its sheet's place in the mapping file; raises Refused (`bad_file`)."""
    named = {each.name: each for each in files}
    for nth, (sheet, names) in enumerate(zip(file.sheets, files_of(file, named), strict=True)):
        for name in names:
            refuse_large(name, named[name].size)
            with named[name].open() as opened:
                yield nth, csv_sheet(opened, name, f"sheet[{nth + 1}]", sheet, file.settings(sheet), seen)
