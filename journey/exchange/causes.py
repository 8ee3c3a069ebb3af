"""Causes (årsager) of bad lines: what is wrong with many of them in the same way is one cause, with its count and first places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from journey.problem import Problem, thousands

PLACES = 5
"""How many of a cause's places are named."""
_COMPARED = 50
"""With how many causes of one field a problem is compared."""
_SIMILARITY = 0.6
"""The share of its words that a reason has in common with another, from either end, where only the value between them differs."""


class Cause(Struct):
    """One cause: its first problem, and the lines that have it."""

    first: Problem
    lines: int
    places: list[int]

    @property
    def text(self) -> str:
        """The cause as a person reads it."""
        if self.lines == 1:
            return self.first.text
        places = ", ".join(map(str, self.places)) + (" …" if self.lines > len(self.places) else "")
        return f"{self.first.text} ({thousands(self.lines)} linjer: {places})"


def causes(problems: Iterable[Problem]) -> list[Cause]:
    """The causes of the problems, in the order of their first places."""
    every: list[Cause] = []
    of_field: dict[tuple[str, str], list[tuple[list[str], Cause]]] = {}
    for problem in problems:
        similar = of_field.setdefault((problem.field, problem.code), [])
        words = problem.reason.split()
        cause = next((cause for others, cause in similar if _same(words, others)), None)
        if cause is None and len(similar) >= _COMPARED:
            cause = similar[-1][1]
        if cause is None:
            cause = Cause(problem, 0, [])
            similar.append((words, cause))
            every.append(cause)
        if problem.line not in cause.places[-1:]:
            cause.lines += 1
            if len(cause.places) < PLACES:
                cause.places.append(problem.line)
    return every


def _same(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the two reasons are one but for the value that they repeat: they begin and end with the same words."""
    shortest = min(len(some), len(others))
    start = next((at for at in range(shortest) if some[at] != others[at]), shortest)
    rest = shortest - start
    end = next((at for at in range(rest) if some[-1 - at] != others[-1 - at]), rest)
    return start + end >= _SIMILARITY * max(len(some), len(others))
