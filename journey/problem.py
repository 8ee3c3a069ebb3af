"""A problem of a line or a field that was received."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from journey.refusals import Refused


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


def refuse_problems(problems: Sequence[Problem], code: str) -> None:
    """Raises Refused with the catalogue's code, naming all the problems of a file; nothing where there are none."""
    if not problems:
        return
    first, *others = problems
    also = "".join(f" Også: {problem.field}: {_sentence(problem.reason)}" for problem in others)
    raise Refused(code, f"{_sentence(first.reason[:1].upper() + first.reason[1:])}{also}", place=first.field)


def _sentence(reason: str) -> str:
    return reason if reason.endswith("?") else f"{reason}."
