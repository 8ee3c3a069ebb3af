"""Physical lines of a file, none of them without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

from journey.problem import thousands

LONGEST = 1_000_000
"""The longest line that is read, in bytes."""

TOO_LONG = f"er længere end {thousands(LONGEST)} tegn"


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
