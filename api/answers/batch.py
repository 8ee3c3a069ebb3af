"""A batch of questions: those answered before from the cache, the rest by as few query runs as possible, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from api.register.served import Served, key_of
from dashboards.figures.figure import Ask
from dashboards.figures.grouping import group_by_query
from dashboards.view import FigureCells

AT_ONCE = 4
"""Runs of one page side by side, at most, so that a page never takes all connections of the pool."""


def answer_questions(register: Served, questions: Mapping[str, Ask]) -> dict[str, FigureCells]:
    """Each question with its answer, by name; equal questions run once."""
    different = {key_of(ask.figure.id, ask.question): ask for ask in questions.values()}
    answers = {key: cached for key in different if (cached := register.cached(key))}
    if runs := group_by_query([ask for key, ask in different.items() if key not in answers]):
        with ThreadPoolExecutor(min(AT_ONCE, len(runs))) as pool:
            found = [answer for batch in pool.map(register.answer_batch, runs) for answer in batch]
            answers.update((key_of(answer.figure.id, answer.question), answer) for answer in found)
    of = {name: (ask, answers[key_of(ask.figure.id, ask.question)]) for name, ask in questions.items()}
    return {name: FigureCells(ask, answer.cells, answer.covered) for name, (ask, answer) in of.items()}
