"""A case's inclusion in the published figures: where it counts, and why not in the others, by running each over the case alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import psycopg

from api.answers.ledger import question_of
from api.answers.publications import publications
from api.register.answer import counted_alone
from api.register.register import Register
from dashboards.drilldown.cell import has_cases, part
from dashboards.drilldown.inclusion import CountedIn, Reason, reason_for, relaxed
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.question import FigureQuestion, parameters_of
from dashboards.published.ledger import known_when, printed_of
from journey.events import FigurePublished
from journey.log.migrate import READ
from projections.engine.as_known import as_known

_STATE = f"""
SELECT unit, stage FROM rows.spans WHERE case_id = %(case)s AND {as_known("%(at)s")}
    AND valid_from <= %(day)s AND valid_to > %(day)s
"""  # noqa: S608 -- a constant of our own
_KNOWN = "SELECT EXISTS (SELECT 1 FROM log.events WHERE originator_id = %s AND notification_id <= %s)"

MOST_JOINT = 2
"""Exclusions named jointly as the reason that a case does not count, at most."""


class Look(NamedTuple):
    """A case whose own cells are read."""

    conn: psycopg.Connection[Any]
    case: str

    def own(self, ask: Ask, question: FigureQuestion) -> Sequence[Cell]:
        """The question's cells over the case alone."""
        place = self.case, question.position
        return counted_alone(self.conn, ask.figure, question, [place])[place].cells


def counted_in(register: Register, case: str, at: int, today: date) -> list[CountedIn]:
    """Every published question that the register knew of at a position, with the part that the case has in it, in the ledger's order.

    Each is asked as known at the position that it was published at. Figures that count no cases, and numbers that are no figure's,
    are left out.
    """
    with register.connected(READ) as conn:
        look = Look(conn, case)
        printed_by_question: dict[str, tuple[Ask, list[FigurePublished]]] = {}
        for publication in publications(conn, at):
            published = publication.published
            question = question_of(published, known_when(published, publication.position), today, register.codes)
            if published.figure is None or question is None:
                continue
            key = repr((published.figure, published.paper, parameters_of(FIGURES[published.figure].takes, question)))
            ask = Ask(FIGURES[published.figure], question)
            printed_by_question.setdefault(key, (ask, []))[1].extend(printed_of(published))
        return [_counted_in(look, ask, printed) for ask, printed in printed_by_question.values() if has_cases(ask)]


def _counted_in(look: Look, ask: Ask, printed: list[FigurePublished]) -> CountedIn:
    own = look.own(ask, ask.question)
    counted = tuple((number, value) for number in printed if (value := part(number.cell, own)))
    return CountedIn(ask, tuple(printed), counted, () if counted else _why_not(look, ask, own))


def _why_not(look: Look, ask: Ask, own: Sequence[Cell]) -> tuple[Reason, ...]:
    question = ask.question
    other_cells = tuple(cell for cell in own if cell["value"])
    if other_cells:
        return (Reason("elsewhere", cells=other_cells),)
    known = look.conn.execute(_KNOWN, (look.case, question.position)).fetchone()
    if not known or not known[0]:
        return (Reason("unknown"),)
    unit, stage = _state(look, question)
    out = [name for name, changed in relaxed(ask) if _counts(look, ask, changed)]
    return tuple(reason_for(name, unit) for name in out or _joint_exclusions(look, ask)) or (_by_state(question, unit, stage),)


def _counts(look: Look, ask: Ask, question: FigureQuestion) -> bool:
    return any(cell["value"] for cell in look.own(ask, question))


def _joint_exclusions(look: Look, ask: Ask) -> list[str]:
    """The exclusions that jointly keep the case out; none where there are more than MOST_JOINT, since it is then far from counting."""
    names = [name for name, _ in relaxed(ask)]
    if not _counts(look, ask, _without(ask, names)):
        return []
    needed = list(names)
    for name in names:
        rest = [other for other in needed if other != name]
        if _counts(look, ask, _without(ask, rest)):
            needed = rest
    return needed if len(needed) <= MOST_JOINT else []


def _without(ask: Ask, names: list[str]) -> FigureQuestion:
    """The question with these exclusions left out."""
    question = ask.question
    for name in names:
        question = next((changed for other, changed in relaxed(Ask(ask.figure, question)) if other == name), question)
    return question


def _state(look: Look, question: FigureQuestion) -> tuple[str, str]:
    """The unit that the case was active in on the question's day, and its stage; empty where it was not open or a period is asked about."""
    if not question.valid_at:
        return "", ""
    found = look.conn.execute(_STATE, {"case": look.case, "at": question.position, "day": question.valid_at[0]}).fetchone()
    return found or ("", "")


def _by_state(question: FigureQuestion, unit: str, stage: str) -> Reason:
    if not question.valid_at:
        return Reason("nothing")
    return Reason(stage, unit=unit) if unit else Reason("not_open")
