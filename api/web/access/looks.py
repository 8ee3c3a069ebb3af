"""The looks of a request (opslag): what its answer shows of cases, as its route says it before the answer leaves."""

from __future__ import annotations

from collections.abc import Iterable

from journey.log.looks import Action, Look, looks_at


class Looks:
    """The looks of one request, said by its route before its answer leaves."""

    def __init__(self) -> None:
        self.found: list[Look] = []
        self.is_said = False
        """Whether the route has said what its answer shows, be it nothing."""
        self.purpose: str | None = None
        """What it is for (formål), where the person has said so."""
        self._is_closed = False

    def saw(self, action: Action, *cases: str) -> None:
        """Say that the answer shows these cases."""
        self.add(looks_at(action, cases))

    def searched(self, term: str, hits: int) -> None:
        """Say that a term was searched for, and how much was found."""
        self.add([Look("search", None, term, hits)])

    def several(self, action: Action, hits: int) -> None:
        """Say that the answer is of so many cases that are not named one by one."""
        self.add([Look(action, hits=hits)])

    def nothing(self) -> None:
        """Say that the answer has nothing of any case: a form, or a refusal."""
        self.add(())

    def add(self, looks: Iterable[Look]) -> None:
        """Say that the answer is these looks."""
        if self._is_closed:
            raise RuntimeError("a look after the answer has begun")
        self.is_said = True
        self.found.extend(looks)

    def close(self) -> list[Look]:
        """Every look once, in order; nothing can be added any more."""
        self._is_closed = True
        return [*dict.fromkeys(self.found)]
