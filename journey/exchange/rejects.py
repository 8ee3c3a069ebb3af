"""The reject file: the bad lines of a file that was taken without them, each with what is wrong beside it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO

from journey.exchange.input_events import InputFormat
from journey.problem import Problem
from journey.refusals import Refused
from journey.system_words import os_error_reason


@contextmanager
def reject_file(path: Path | None) -> Generator[IO[bytes] | None]:
    """A file that only its owner may read, for the bad lines; gone again if there are none, or the import fails."""
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(
            "bad_file", "Filen til de forkerte linjer findes i forvejen. Flyt den, eller giv en anden.", place=str(path)
        ) from None
    except OSError as error:
        raise Refused(
            "bad_file",
            f"Filen til de forkerte linjer kan ikke oprettes: {os_error_reason(error)}. Ret stien, eller giv adgang og plads.",
            place=str(path),
        ) from None
    has_lines = False
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            has_lines = file.tell() > 0
    finally:
        if not has_lines:
            path.unlink()


def write_rejects(file: IO[bytes], read: InputFormat, problems: Iterable[tuple[int, str, str, str]]) -> None:
    """Write each bad line of the file read once more; `problems` are those found later, by line: line, field, reason and code."""
    file.seek(0)
    file.truncate()
    late = groupby(problems, key=itemgetter(0))
    line, of_line = next(late, (None, ()))
    written = False
    for record in read.records:
        wrong = record.found if isinstance(record.found, list) else []
        if record.line == line:
            wrong = [*wrong, *(Problem(field, reason, code) for _, field, reason, code in of_line)]
            line, of_line = next(late, (None, ()))
        if wrong:
            file.write(b"" if written else read.before())
            written = True
            file.write(record.beside(f"linje {record.line}: {'; '.join(problem.text for problem in wrong)}"))
    file.write(read.after() if written else b"")
    file.flush()
    os.fsync(file.fileno())
