"""A problem of a line or a field that was received."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One thing wrong with a line: the field, the reason in plain Danish, and the catalogue's code."""

    field: str
    reason: str
    code: str = "bad_value"
    line: int = 0
    """The line's number in its file, the first is 1; 0 where there is no file."""

    @property
    def text(self) -> str:
        """The problem as a person reads it."""
        return f"{self.field}: {self.reason}" if self.line == 0 else f"linje {self.line}: {self.field}: {self.reason}"


def thousands(number: int) -> str:
    """A whole number as Danes write it: 1.000.000."""
    return f"{number:,}".replace(",", ".")
