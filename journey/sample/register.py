"""The whole register: courses from the plan made into events, registered, partly wrong, numbered and put in order."""

from __future__ import annotations

from datetime import datetime, time
from random import Random

from .case_draft import CaseDraft, Draft
from .complaints import add_complaints
from .corrections import correct
from .course_events import Stay, add_course
from .forums import Calendar
from .hearings import add_sparring
from .later import carried_on
from .later.open_cases import open_case
from .ledger import ledger_drafts
from .moments import LAST_KNOWN, copenhagen
from .oddities import add_oddities
from .population import population
from .registration import number, register_case
from .staff import Office
from .survey import survey_drafts

PAPERS_END = copenhagen(LAST_KNOWN, time(23, 59))
"""The end of the papers' years: up to it every register of a seed is the same, and the published numbers rest on it alone."""


def sample_register(seed: int = 2025, until: datetime = PAPERS_END) -> list[dict[str, object]]:
    """The lines of a synthetic register, in the order in which they became known, with the ledger of published figures.

    It ends with what was known at the moment `until`; until a later moment it has the same lines and others after them. The cases of the
    papers' years are planned from the papers 22/5547 and 25/1978 (see `plan`), whatever the seed; everything the papers do not say is
    drawn. The same seed gives the same lines.
    """
    rng = Random(seed)  # noqa: S311 -- the draw must be repeatable, nothing is kept secret by it
    office, calendar = Office(rng), Calendar()
    cases: list[CaseDraft] = []
    stays: list[Stay] = []
    numbers: dict[int, int] = {}
    citizens: set[str] = set()
    for course in population(rng):
        citizens.add(course.citizen)
        year = course.referred.year
        numbers[year] = numbers.get(year, 0) + 1
        case = CaseDraft(f"N-{year}-{numbers[year]:04}")
        cases.append(case)
        stays += add_course(rng, case, course, office, calendar)
    add_complaints(rng, [(stay.case, stay.unit, stay.first, stay.until) for stay in stays])
    add_sparring(rng, [(stay.case, stay.first, stay.until) for stay in stays if stay.unit == "arbejdsmarked"], calendar)
    add_oddities(rng, cases)
    drafts: list[Draft] = [*survey_drafts(), *ledger_drafts()]
    open_cases = [found for case in cases if (found := open_case(case)) is not None]
    for case in cases:
        register_case(rng, case)
        correct(rng, case)
        drafts += case.drafts
    # The sort is stable: one moment keeps its order.
    drafts.sort(key=lambda draft: draft.moment)
    if until > PAPERS_END:
        later = carried_on(seed, open_cases, len(citizens), until.date())
        drafts += sorted((draft for draft in later if draft.moment <= until), key=lambda draft: draft.moment)
    number(drafts)
    return [draft.line() for draft in drafts]
