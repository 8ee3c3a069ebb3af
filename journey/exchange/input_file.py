"""A file to be imported: opened so that it can be read twice, and its lines, none of them without end."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from journey.exchange.foreign_files import LONGEST
from journey.refusals import Refused

_NOT_TEXT = {
    b"\xff\xfe": "er gemt som UTF-16. Gem den som UTF-8, og prøv igen.",
    b"\xfe\xff": "er gemt som UTF-16. Gem den som UTF-8, og prøv igen.",
    b"\x1f\x8b": "er pakket med gzip. Pak den ud, og prøv igen.",
    b"PK\x03\x04": "er en zip-fil eller et regneark. Gem den som tekst, og prøv igen.",
}
"""How a file begins that cannot be what it should."""


@contextmanager
def open_input(source: Path | str | IO[bytes]) -> Generator[IO[bytes]]:
    """The file at the path, `-` for standard input; what cannot be read twice is first copied to a file without a name.

    Raises Refused (`bad_file`) for what is not there, not a file, not to be read, or plainly not text.
    """
    place = str(source) if isinstance(source, Path | str) else "standard input"
    try:
        with _open(source, place) as file:
            start = file.read(4)
            for mark, what in _NOT_TEXT.items():
                if start.startswith(mark):
                    raise Refused("bad_file", f"Filen {what}", place=place)
            file.seek(0)
            yield file
    except FileNotFoundError:
        raise Refused("bad_file", "Filen findes ikke. Ret stien, og prøv igen.", place=place) from None
    except IsADirectoryError:
        raise Refused("bad_file", "Det er en mappe, ikke en fil. Ret stien, og prøv igen.", place=place) from None
    except PermissionError:
        raise Refused("bad_file", "Filen må ikke læses af dig. Giv adgang til den, og prøv igen.", place=place) from None


@contextmanager
def _open(source: Path | str | IO[bytes], place: str) -> Generator[IO[bytes]]:
    if not isinstance(source, Path | str):
        with _copy_of(source) as file:
            yield file
    elif str(source) == "-":
        with _copy_of(sys.stdin.buffer) as file:
            yield file
    elif "\0" in str(source):
        raise FileNotFoundError(source)
    else:
        with Path(source).open("rb") as file:
            mode = Path(source).stat().st_mode
            if stat.S_ISREG(mode):
                yield file
            elif stat.S_ISFIFO(mode):
                with _copy_of(file) as copy:
                    yield copy
            else:
                raise Refused("bad_file", "Det er et apparat, ikke en fil. Ret stien, og prøv igen.", place=place)


@contextmanager
def _copy_of(stream: IO[bytes]) -> Generator[IO[bytes]]:
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        yield copy


def numbered_lines(file: IO[bytes], seen: Callable[[bytes], object] = len) -> Iterator[tuple[int, bytes | None]]:
    """Each line from the first on with its number, None for one that is longer than a line may be; `seen` gets every byte."""
    number = 0
    while piece := file.readline(LONGEST + 2):  # a line break is not counted
        number += 1
        seen(piece)
        if number == 1:
            piece = piece.removeprefix(b"\xef\xbb\xbf")
        if len(piece.rstrip(b"\r\n")) <= LONGEST:
            yield number, piece
            continue
        while not piece.endswith(b"\n") and (piece := file.readline(LONGEST)):
            seen(piece)
        yield number, None
