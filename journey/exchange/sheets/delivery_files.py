"""Files of a delivery (leverance): what was handed over, and the tables that the sheets of a mapping file are read from."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO
from zipfile import ZipInfo

from msgspec import Struct

from journey.exchange.gzip_files import gunzipped
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.files import NOT_A_DELIVERY, files_of
from journey.exchange.sheets.tables import MOST_BYTES, SheetTable, csv_sheet, refuse_large
from journey.exchange.sheets.workbooks.archives import open_archive, open_entry
from journey.exchange.sheets.workbooks.contents import check_contents, is_workbook_name
from journey.exchange.sheets.workbooks.reader import open_worksheet
from journey.personal import excerpt
from journey.refusals import Refused
from journey.system_words import os_error_reason


class DeliveryFile(Struct, frozen=True):
    """A file that was handed over: its name, its size in bytes, and how it is opened to be read from its beginning."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


def delivery_files(paths: Sequence[Path]) -> list[DeliveryFile]:
    """The files at the paths: those of a folder, not of its subfolders, and those in a zip, which are read where they stand.

    Raises Refused (`bad_file`) for what is not there, for what is no file, and for two files of one name.
    """
    return unpacked(file for path in paths for file in _files_at(path))


def unpacked(files: Iterable[DeliveryFile]) -> list[DeliveryFile]:
    """The files, those in a zip in its stead, which are read where they stand, and of one packed with gzip its contents.

    Raises Refused (`bad_file`) as `delivery_files` does.
    """
    found = [_of_gzip(each) if _is_gzip_name(each) else each for file in files for each in _opened_zip(_of_gzip(file))]
    twice = [name for name, times in Counter(file.name for file in found).items() if times > 1]
    if twice:
        raise Refused("bad_file", "To filer i leverancen hedder det samme. Giv den ene et andet navn.", place=excerpt(twice[0]))
    return found


def _files_at(path: Path) -> Iterator[DeliveryFile]:
    if "\0" in str(path) or not path.exists():
        raise Refused("bad_file", "Filen findes ikke. Ret stien, og prøv igen.", place=str(path).replace("\0", ""))
    if not path.is_dir():
        yield _file(path)
        return
    try:
        inside = sorted(path.iterdir())
    except OSError as error:
        raise _unreadable(path.name, error) from None
    for each in inside:
        if not each.is_dir() and not each.name.startswith(NOT_A_DELIVERY):
            yield _file(each)


def _file(path: Path) -> DeliveryFile:
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path.name, error) from None
    if not stat.S_ISREG(status.st_mode):
        raise _no_file(path.name)
    return DeliveryFile(path.name, status.st_size, lambda: _open(path))


def _open(path: Path) -> IO[bytes]:
    """The file, opened without waiting: it may be another thing than it was."""
    try:
        opened = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")
    except OSError as error:
        raise _unreadable(path.name, error) from None
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise _no_file(path.name)
    return opened


def _is_gzip_name(file: DeliveryFile) -> bool:
    return file.name.lower().endswith(_GZIP)


def _of_gzip(file: DeliveryFile) -> DeliveryFile:
    """The file, or what is packed in it, told by its first bytes; a name without `.gz` is that of the sheet it is of."""
    if file.size > MOST_BYTES:
        return file  # it is refused, and not opened before
    place = excerpt(file.name)
    name = file.name[: -len(_GZIP)] if _is_gzip_name(file) else file.name
    with file.open() as opened, gunzipped(opened, place, MOST_BYTES) as contents:
        if contents is opened:
            return DeliveryFile(name, file.size, file.open)
        if contents.read(len(_ZIP)) == _ZIP:  # it would be unpacked anew for each of its parts
            why = "Regnearket eller zip-filen er pakket med gzip, som intet sparer. Pak gzip-filen ud, og prøv igen."
            raise Refused("bad_file", why, place=place)
        size = contents.seek(0, os.SEEK_END)
    return DeliveryFile(name, size, lambda: gunzipped(file.open(), place, MOST_BYTES))


_GZIP = ".gz"
_ZIP = b"PK\x03\x04"


def _opened_zip(file: DeliveryFile) -> Iterable[DeliveryFile]:
    return files_in_zip(file) if file.name.lower().endswith(".zip") else [file]


def files_in_zip(file: DeliveryFile) -> list[DeliveryFile]:
    """The files in a zip: those of its outermost folder that has any, not of the folders in it. Raises Refused (`bad_file`)."""
    refuse_large(file.name, file.size)
    with file.open() as opened, open_archive(opened, file.name) as archive:
        entries = {tuple(_parts(entry)): entry for entry in archive.infolist() if not entry.is_dir()}
    entries = {parts: entry for parts, entry in entries.items() if parts and parts[0] != _OF_A_MAC}
    depth = min((len(parts) for parts in entries), default=0)
    found: list[DeliveryFile] = []
    for parts, entry in sorted(entries.items()):
        name = parts[-1]
        if len(parts) != depth or name.startswith(NOT_A_DELIVERY):
            continue
        if name.lower().endswith(".zip"):
            raise Refused("bad_file", "Filen er en zip i en zip. Pak den ud, og prøv igen.", place=excerpt(name))
        refuse_large(name, entry.file_size)
        found.append(DeliveryFile(name, entry.file_size, lambda entry=entry: _open_in(file, entry)))
    return found


_OF_A_MAC = "__MACOSX"


def _parts(entry: ZipInfo) -> list[str]:
    return entry.filename.replace("\\", "/").split("/")


def _open_in(file: DeliveryFile, entry: ZipInfo) -> IO[bytes]:
    """The entry, read from the archive where it stands; the archive is closed with it."""
    opened = file.open()
    try:
        with open_archive(opened, file.name) as archive:
            return open_entry(archive, entry, file.name, closing=opened)
    except BaseException:
        opened.close()
        raise


def sheet_tables(
    file: SheetsFile, files: Sequence[DeliveryFile], seen: Callable[[int], object] = int
) -> Iterator[tuple[int, SheetTable]]:
    """The tables of the sheets, one after the other: each with its sheet's place in the mapping file; raises Refused (`bad_file`)."""
    named = {each.name: each for each in files}
    found = files_of(file, named)
    _refuse_other_forms(file, set(named).difference(*found))
    for nth, (sheet, names) in enumerate(zip(file.sheets, found, strict=True)):
        settings, place = file.settings(sheet), f"sheet[{nth + 1}]"
        for name in names:
            refuse_large(name, named[name].size)
            with named[name].open() as opened:
                check_contents(opened, name)
                if is_workbook_name(name):
                    with open_worksheet(opened, named[name].size, name, place, sheet, settings, seen) as table:
                        yield nth, table
                else:
                    yield nth, csv_sheet(opened, name, place, sheet, settings, seen)


_OTHER_FORMS = (".xls", ".xlsb", ".xlsm", ".ods", ".numbers")
_PACKED = (".7z", ".rar")
_READ = (".xlsx", ".csv", ".txt", ".tsv")


def _refuse_other_forms(file: SheetsFile, names: Iterable[str]) -> None:
    """Raises Refused for a file that would be a sheet's if it were of a form that is read: it is not passed over in silence."""
    for name in sorted(names):
        stem, dot, form = name.rpartition(".")
        form = dot + form.lower()
        if form in _OTHER_FORMS and any(found for ending in _READ for found in files_of(file, [stem + ending])):
            why = f"Et ark i formen {form} læses ikke. Åbn det i et regneark, og gem det som .xlsx eller CSV."
        elif form in _PACKED and any(files_of(file, [stem])):
            why = f"En fil, der er pakket som {form}, læses ikke i en leverance. Pak den ud, eller pak filerne som .zip."
        else:
            continue
        raise Refused("bad_file", why, place=excerpt(name))


def _no_file(name: str) -> Refused:
    return Refused("bad_file", "Det er et apparat eller et rør, ikke en fil. Ret stien, og prøv igen.", place=excerpt(name))


def _unreadable(name: str, error: OSError) -> Refused:
    return Refused(
        "bad_file", f"Filen eller mappen kan ikke læses: {os_error_reason(error)}. Ret det, og prøv igen.", place=excerpt(name)
    )
