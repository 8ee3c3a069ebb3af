"""Callers of the register over HTTP, and what each has a right to."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Right = Literal["case", "aggregate", "public"]
"""What a route answers with: anything of a single case (sag), numbers over cases (tal), or nothing that is the register's own."""


class Caller(Struct, frozen=True):
    """Caller of a request: their name, their role and what they have a right to."""

    name: str
    role: str
    rights: frozenset[Right]


LOCAL_PERSON = Caller("local", "all", frozenset({"case", "aggregate", "public"}))
"""The one person who uses a register on their own machine, or whom a proxy in front has let in."""
NOBODY = Caller("nobody", "none", frozenset({"public"}))
"""Whoever has not been let in: they get the open pages, and nothing that is the register's own."""
