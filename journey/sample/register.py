"""The whole register: courses from the plan made into events, registered, partly wrong, numbered and put in order."""

from __future__ import annotations

from random import Random

from .case_draft import CaseDraft, Draft
from .complaints import add_complaints
from .corrections import correct
from .course_events import Stay, add_course
from .forums import Calendar
from .hearings import add_sparring
from .ledger import ledger_drafts
from .oddities import add_oddities
from .population import population
from .registration import number, register_case
from .staff import Office
from .survey import survey_drafts


def sample_register(seed: int = 2025) -> list[dict[str, object]]:
    """The lines of a synthetic register, in the order in which they became known, with the ledger of published figures.

    Cases are planned from the papers 22/5547 and 25/1978 (see `plan`), whatever the seed; everything the papers do not say is drawn. The
    same seed gives the same lines.
    """
    rng = Random(seed)  # noqa: S311 -- the draw must be repeatable, nothing is kept secret by it
    office, calendar = Office(rng), Calendar()
    cases: list[CaseDraft] = []
    stays: list[Stay] = []
    numbers: dict[int, int] = {}
    for course in population(rng):
        year = course.referred.year
        numbers[year] = numbers.get(year, 0) + 1
        case = CaseDraft(f"N-{year}-{numbers[year]:04}")
        cases.append(case)
        stays += add_course(rng, case, course, office, calendar)
    add_complaints(rng, [(stay.case, stay.unit, stay.first, stay.until) for stay in stays])
    add_sparring(rng, [(stay.case, stay.first, stay.until) for stay in stays if stay.unit == "arbejdsmarked"], calendar)
    add_oddities(rng, cases)
    drafts: list[Draft] = [*survey_drafts(), *ledger_drafts()]
    for case in cases:
        register_case(rng, case)
        correct(rng, case)
        drafts += case.drafts
    # The sort is stable: one moment keeps its order.
    drafts.sort(key=lambda draft: draft.moment)
    number(drafts)
    return [draft.line() for draft in drafts]
