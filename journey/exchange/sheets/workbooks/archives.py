"""Zip archives from outside: limited before they are inflated and while they are, read where they stand, never written out."""

from __future__ import annotations

import io
import struct
import zlib
from collections import Counter
from copy import copy
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from journey.personal import excerpt
from journey.problem import thousands
from journey.refusals import Refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_ENTRIES = 1_000
"""How many files an archive may hold."""
MOST_INFLATED = 1024**3
"""How much they may fill in all."""
MOST_RATIO = 200
"""How many times as much as packed; deflate reaches 1,032, a sheet of text 10 to 40."""
UNJUDGED = 10 * 1024**2
"""What may be inflated whatever its ratio."""

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LONGEST_COMMENT = 0xFFFF
_LONGEST_ENTRY = 1_024
"""The longest that an entry of the directory may be on average, with its name."""
_ENCRYPTED = 0x1
_DAMAGED = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, struct.error, zlib.error)


def open_archive(file: IO[bytes], name: str) -> ZipFile:
    """The archive; raises Refused (`bad_file`) for one that is damaged, protected, over a limit, or has a name that leads out of it.

    Its directory is measured before it is read: that alone could fill the memory.
    """
    _check_directory(file, name)
    try:
        archive = ZipFile(file, metadata_encoding="cp850")  # as Windows in Danish names what is not marked as UTF-8
    except _DAMAGED:
        raise damaged(name) from None
    _check_entries(archive.infolist(), name)
    return archive


def open_entry(archive: ZipFile, entry: ZipInfo, name: str, *, closing: IO[bytes] | None = None) -> IO[bytes]:
    """The entry to be read; raises Refused where it is damaged, or fills more than the archive's directory says.

    `closing` is a file that is closed with it: the archive's own.
    """
    beyond = copy(entry)
    beyond.file_size += 1  # one byte more than it says, so that more is seen
    try:
        return io.BufferedReader(_Inflated(archive.open(beyond), entry.file_size, name, closing), _PIECE)
    except _DAMAGED:
        raise damaged(name) from None


def damaged(name: str) -> Refused:
    """The refusal of a file whose parts do not fit together."""
    return _refused(name, "Filen er ødelagt eller ikke hentet helt. Hent eller gem den igen.")


_PIECE = 1 << 16


class _Inflated(io.RawIOBase):
    """An entry as it is inflated, its errors as refusals."""

    def __init__(self, entry: IO[bytes], size: int, name: str, closing: IO[bytes] | None) -> None:
        self._entry, self._size, self._name, self._closing = entry, size, name, closing

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            piece = self._entry.read(len(view))
        except _DAMAGED:
            raise damaged(self._name) from None
        view[: len(piece)] = piece
        if self._entry.tell() > self._size:
            raise damaged(self._name)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence == io.SEEK_END:  # the entry's own end is one byte further on
            offset, whence = self._size + offset, io.SEEK_SET
        try:
            return self._entry.seek(offset, whence)
        except _DAMAGED:
            raise damaged(self._name) from None

    def close(self) -> None:
        self._entry.close()
        if self._closing is not None:
            self._closing.close()
        super().close()


def _check_directory(file: IO[bytes], name: str) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_COMMENT - _END.size))
    tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise damaged(name)
    *_, entries, length, _, _ = _END.unpack_from(tail, at)
    if entries > MOST_ENTRIES or length > MOST_ENTRIES * _LONGEST_ENTRY:
        raise _too_many(name)
    file.seek(0)


def _check_entries(entries: list[ZipInfo], name: str) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _too_many(name)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise _refused(name, "Filen er beskyttet med en adgangskode. Fjern den, og gem eller pak filen igen.")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise _refused(name, "Filen er pakket på en måde, som ikke læses. Pak den igen som almindelig zip.")
    for entry in entries:
        if _leads_out(entry.orig_filename):
            raise _refused(name, f"Filen har en del, hvis navn fører ud af den: {excerpt(entry.orig_filename)}. Pak den igen.")
    twice = [each for each, times in Counter(entry.filename for entry in entries).items() if times > 1]
    if twice:
        raise _refused(name, f"Filen har to dele med samme navn: {excerpt(twice[0])}. Pak den igen.")
    inflated, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if inflated > MOST_INFLATED:
        most = thousands(MOST_INFLATED // 1024**2)
        raise _refused(name, f"Filen fylder mere end {most} MB pakket ud. Del den i flere, eller gem arkene som CSV.")
    if inflated > UNJUDGED and inflated > MOST_RATIO * packed:
        raise _refused(
            name, f"Filen fylder mere end {MOST_RATIO} gange så meget pakket ud. Hent den igen, eller gem arkene som CSV."
        )


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0][1:2] == ":" or "\0" in name


def _too_many(name: str) -> Refused:
    return _refused(name, f"Filen har mere end {thousands(MOST_ENTRIES)} dele. Pak kun de filer, der skal læses.")


def _refused(name: str, message: str) -> Refused:
    return Refused("bad_file", message, place=excerpt(name))
