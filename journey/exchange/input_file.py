"""A file to be imported: opened so that it can be read twice, and unpacked where it is packed with gzip."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from journey.exchange.gzip_files import gunzipped
from journey.refusals import Refused


@contextmanager
def open_input(source: Path | str | IO[bytes]) -> Generator[IO[bytes]]:
    """The file at the path, `-` for standard input; what cannot be read twice is first copied to a file without a name.
    Of one packed with gzip, whatever it is called, its contents.

    Raises Refused (`bad_file`) for what is not there, not a file, not to be read, or packed in a way that is not read.
    """
    place = str(source) if isinstance(source, Path | str) else "standard input"
    try:
        with _open(source, place) as file:
            yield gunzipped(file, place)
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
