"""The questions of a page put at once: those answered before from what is kept, the rest by as few runs as answer them, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from api.register.served import Served, key_of
from dashboards.figures.figure import Ask
from dashboards.figures.grouping import group_by_query
from dashboards.view import FigureCells

AT_ONCE = 4
"""How many of one page's runs are made side by side, so that a page never takes the pool to itself."""


def told_together(register: Served, asks: Mapping[str, Ask]) -> dict[str, FigureCells]:
    """Each question with its answer, by the names they were put under; what is asked twice runs once."""
    different = {key_of(ask.figure.id, ask.question): ask for ask in asks.values()}
    answers = {key: kept for key in different if (kept := register.kept(key))}
    if runs := group_by_query([ask for key, ask in different.items() if key not in answers]):
        with ThreadPoolExecutor(min(AT_ONCE, len(runs))) as pool:
            found = [answer for some in pool.map(register.answer_alike, runs) for answer in some]
            answers.update((key_of(answer.figure.id, answer.question), answer) for answer in found)
    return {name: FigureCells(ask, answers[key_of(ask.figure.id, ask.question)].cells) for name, ask in asks.items()}
