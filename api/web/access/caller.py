"""Callers of the register over HTTP: a person in one role, with the units that they work for."""

from __future__ import annotations

from msgspec import Struct

from journey.access.reader import LOCAL, Reader
from journey.access.rules import allows, reader_of
from journey.refusals import Refused


class Caller(Struct, frozen=True):
    """Caller of a request: the person's pseudonymous id, the role they act in, their units, and their session where there is one."""

    person: str
    role: str
    units: tuple[str, ...] = ()
    session: str | None = None
    client: str | None = None
    """The client program that asks, where one does."""

    @property
    def acts_for_nobody(self) -> bool:
        """Whether a client program asks in its own name alone: it may read, and change nothing."""
        return self.client is not None and self.person == program(self.client)

    def may(self, action: str) -> bool:
        """Whether the caller may do the action at all."""
        return allows(self.role, self.units, action)

    def signs(self, by: str | None) -> str | None:
        """The person recorded as the one who did it, where `by` was sent: whoever the login let in, in their own name alone.

        Raises Refused (`bad_value`) for another's. On a person's own machine it is what was sent.
        """
        if self.session is None and self.client is None:
            return by
        if by and by != self.person:
            raise Refused("bad_value", "skal være den, der er logget ind, eller udelades", place="by")
        return self.person

    @property
    def reader(self) -> Reader:
        """The reader that the database sees."""
        return reader_of(self.person, self.role, self.units)


def program(client: str) -> str:
    """The id that a client program has in a person's place, where it acts for nobody."""
    return f"client:{client}"


LOCAL_PERSON = Caller(LOCAL.person, LOCAL.role)
"""The one person who uses a register on their own machine, or whom a proxy in front has let in."""
NOBODY = Caller("nobody", "none")
"""Whoever has not been let in: they get the open pages, and nothing that is the register's own."""
