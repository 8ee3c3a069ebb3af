"""The questions of a page put at once: those answered before from what is kept, the rest side by side over the pool's connections."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from api.served import Served, key_of
from dashboards.figure import Ask
from dashboards.view import Told

AT_ONCE = 4
"""How many of one page's questions run side by side, so that a page never takes the pool to itself."""


def told_together(register: Served, asks: Mapping[str, Ask]) -> dict[str, Told]:
    """Each question with its answer, by the names they were put under; what is asked twice runs once."""
    different = {key_of(ask.figure.id, ask.question): ask for ask in asks.values()}
    answers = {key: kept for key in different if (kept := register.answers.get(key))}
    if left := {key: ask for key, ask in different.items() if key not in answers}:
        with ThreadPoolExecutor(min(AT_ONCE, len(left))) as pool:
            found = pool.map(lambda ask: register.answer(ask.figure.id, ask.question), left.values())
            answers.update(zip(left, found, strict=True))
    return {name: Told(ask, answers[key_of(ask.figure.id, ask.question)].cells) for name, ask in asks.items()}
