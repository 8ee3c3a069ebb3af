"""Traps: places in a paper that could mislead its reader, and the checks that find them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from dashboards.pack.paper import StatusPaper
from dashboards.words.language import Language


class Trap(Struct, frozen=True):
    """A place in the paper that could mislead: where, what is wrong, and what could be done, in the reader's language."""

    id: str
    """The kind of trap."""
    where: str
    text: str
    proposal: str


Check = Callable[[StatusPaper, Language], Sequence[Trap]]
"""A pure function from a paper to the traps of one kind in it."""
