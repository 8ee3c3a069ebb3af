"""The days after the papers' years, and the streams of chance that belong to one thing each.

A register carried on to a later day holds all that one carried on to an earlier day holds, in the same order. So nothing is drawn from a
stream that goes through everything: each case, month, seat and meeting has one of its own, which the last day has no part in.
"""

from __future__ import annotations

from datetime import date
from random import Random

FIRST = date(2026, 1, 2)
"""The first day on which anything happens, or is registered, after the papers' years."""


def stream(seed: int, *of: object) -> Random:
    """The stream of chance of one thing."""
    return Random(":".join(map(str, (seed, *of))))  # noqa: S311 -- the draw must be repeatable, nothing is kept secret by it
