"""Files packed with gzip (RFC 1952): told by their first bytes, and read without ever lying unpacked anywhere."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import IO, cast

from journey.problem import thousands
from journey.refusals import Refused

MARK = b"\x1f\x8b"
"""What a file packed with gzip begins with."""
MOST_BYTES = 10_000_000_000
"""How much a packed file may hold, where its reader says nothing else."""
MOST_TIMES = 200
"""How many times its own size a packed file may hold: an event log is packed to a tenth, what is packed to less is made to be."""
SMALL = 10_000_000
"""Up to here the times are not counted: a small file of one row again and again is no harm."""
_PIECE = 1 << 20


def gunzipped(file: IO[bytes], place: str, most: int = MOST_BYTES) -> IO[bytes]:
    """The file from its beginning; of one packed with gzip its contents, unpacked anew each time they are read from the beginning.

    All members are read (a file may be packed in several, one after the other). They are tried to the end first: raises Refused
    (`bad_file`) for what is cut off, damaged, followed by something else, packed twice, or holds more than `most` bytes or
    `MOST_TIMES` its own size. Closing what is given closes the file.
    """
    file.seek(0)
    start = file.read(len(MARK))
    file.seek(0)
    if start != MARK:
        return file
    _try(file, place, most)
    file.seek(0)
    return cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, _Contents(file)), _PIECE))


class _Contents(gzip.GzipFile):
    """Contents of a packed file that is closed with them."""

    def __init__(self, packed: IO[bytes]) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


def _try(file: IO[bytes], place: str, most: int) -> None:
    """Read all of it once; raises Refused."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    found = 0
    try:
        contents = gzip.GzipFile(fileobj=file, mode="rb")
        while piece := contents.read1(_PIECE):
            if found == 0 and piece.startswith(MARK):
                raise Refused("bad_file", "Filen er pakket med gzip to gange. Pak den ud én gang, og prøv igen.", place=place)
            found += len(piece)
            if found > most:
                raise Refused(
                    "bad_file",
                    f"Filen er pakket med gzip og fylder mere end {thousands(most // 1_000_000)} MB pakket ud. Del udtrækket i flere.",
                    place=place,
                )
            if found > max(SMALL, MOST_TIMES * size):
                raise Refused(
                    "bad_file",
                    f"Filen er pakket med gzip og fylder mere end {MOST_TIMES} gange så meget pakket ud; sådan er et udtræk ikke."
                    " Hent den igen fra systemet, eller pak den selv ud, hvis du kender den.",
                    place=place,
                )
    except EOFError:
        raise _damaged("slutter for tidligt", found, place) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        followed = found > 0 and str(error).startswith("Not a gzipped file")
        raise _damaged("efterfølges af noget andet" if followed else "er i stykker", found, place) from None


def _damaged(what: str, found: int, place: str) -> Refused:
    return Refused(
        "bad_file",
        f"Filen er pakket med gzip og {what} efter {thousands(found)} bytes udpakket. Hent den igen fra systemet.",
        place=place,
    )
