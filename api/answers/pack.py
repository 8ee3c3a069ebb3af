"""The committee pack's answers: its occasion, every question answered, and the paper made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import psycopg

from api.answers.publications import publications
from api.register.answer import counted
from api.register.register import Register
from dashboards.pack.occasion import Occasion, status_days_of
from dashboards.pack.paper import StatusPaper
from dashboards.pack.status import has_cases, questions, status
from dashboards.published.ledger import printed_of
from dashboards.published.status_days import Printed
from dashboards.view import FigureCells
from dashboards.words.danish import day
from journey.log.migrate import READ
from journey.log.reading import head, moment_of
from journey.refusals import Refused

FIRST_YEAR, LAST_YEAR = 1901, 2199
"""The years that a status can be of."""
Progress = Callable[[int, int | None], None]


def packed(
    register: Register, year: int, valid_at: date | None, known_at: str | None, today: date, progress: Progress | None = None
) -> StatusPaper:
    """The year's status at its times, on the status days published for it where none is chosen. Raises Refused as `answered` does."""
    return status(*answered(register, year, valid_at, known_at, today, progress))


def answered(
    register: Register, year: int, valid_at: date | None, known_at: str | None, today: date, progress: Progress | None = None
) -> tuple[Occasion, Mapping[str, FigureCells]]:
    """Occasion of the year's status, and all that it asks the register with the answers, by the status's own names.

    Raises Refused (`bad_parameter`, `position_unknown`, `nothing_to_report`).
    """
    occasion = occasion_of(register, year, valid_at, known_at, today)
    figure_questions = questions(occasion)
    answers: dict[str, FigureCells] = {}
    with register.connected(READ) as conn:
        for nth, (name, ask) in enumerate(figure_questions.items(), start=1):
            answers[name] = FigureCells(ask, counted(conn, ask.figure, ask.question), occasion.covered)
            if progress:
                progress(nth, len(figure_questions))
    if not has_cases(occasion, answers):
        raise Refused("nothing_to_report", _nothing(occasion), place=str(year))
    return occasion, answers


def occasion_of(register: Register, year: int, valid_at: date | None, known_at: str | None, today: date) -> Occasion:
    """Occasion of a status. Raises Refused for a year, day or position that there is not."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("bad_parameter", f"Året skal være fra {FIRST_YEAR} til {LAST_YEAR}.", place="year")
    if valid_at and valid_at.year != year:
        raise Refused("bad_parameter", f"Statusdagen {day(valid_at)} er ikke i {year}.", place="valid_at")
    position = register.position(known_at)
    with register.connected(READ) as conn:
        ledger = _ledger(conn)
        days = status_days_of(year, register.codes, ledger, valid_at)
        covered, moment = register.covered(conn, position), moment_of(conn, position)
        found = Occasion(
            year, days, position, moment, register.codes, ledger, today, register.municipality, covered, register.is_sample()
        )
    if not position or found.day > today:
        raise Refused("nothing_to_report", _nothing(found), place=str(year))
    return found


def _ledger(conn: psycopg.Connection[Any]) -> tuple[Printed, ...]:
    """All that has been published and is held for true now."""
    end, _ = head(conn)
    return tuple(
        Printed(publication.position, publication.known_from, publication.known_to, number)
        for publication in publications(conn, end)
        for number in printed_of(publication.published)
    )


def _nothing(occasion: Occasion) -> str:
    """Why there is no status of the year."""
    if not occasion.position:
        return "Registret kendte ingen hændelser."
    days = ", ".join(f"{occasion.unit(unit)} {day(each[-1])}" for unit, each in occasion.days.items())
    if occasion.day > occasion.made_on:
        return f"Statusdagen ligger i fremtiden: {days}."
    return f"Registret har ingen sager på statusdagene: {days}."
