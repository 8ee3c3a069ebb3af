"""The condition that a row was believed at a position of the log: what every question as known at a position reads by."""

from __future__ import annotations

from typing import LiteralString


def as_known(position: LiteralString = "%(position)s", since: LiteralString | None = None) -> LiteralString:
    """The condition, as SQL, that a row was believed at the position or, with `since`, at any position from that to this one."""
    return f"known_from <= {position} AND known_to > {since or position}"
