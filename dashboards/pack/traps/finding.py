"""What a trap finds: what is wrong, where, and what could be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from dashboards.pack.paper import Paper
from dashboards.words.language import Language


class Finding(Struct, frozen=True):
    """One place in the paper that could mislead, in the reader's language."""

    trap: str
    """The trap's id."""
    where: str
    says: str
    proposal: str


Trap = Callable[[Paper, Language], Sequence[Finding]]
"""A pure function from the paper to what it finds in it."""
