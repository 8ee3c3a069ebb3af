"""The whole register: courses from the plan, told, registered, partly wrong, numbered and put in order."""

from __future__ import annotations

from random import Random

from .complaints import tell_complaints
from .corrections import correct
from .forums import Calendar
from .hearings import tell_sparring
from .ledger import ledger_drafts
from .oddities import add_oddities
from .population import population
from .registration import number, register_story
from .staff import Office
from .story import Draft, Story
from .survey import survey_drafts
from .telling import Stay, tell


def sample_register(seed: int = 2025) -> list[dict[str, object]]:
    """The lines of a synthetic register, in the order in which they became known, with the ledger of published figures.

    Cases are planned from the papers 22/5547 and 25/1978 (see `plan`), whatever the seed; everything the papers do not say is drawn. The
    same seed gives the same lines.
    """
    rng = Random(seed)  # noqa: S311 -- the draw must be repeatable, nothing is kept secret by it
    office, calendar = Office(rng), Calendar()
    stories: list[Story] = []
    stays: list[Stay] = []
    numbers: dict[int, int] = {}
    for course in population(rng):
        year = course.referred.year
        numbers[year] = numbers.get(year, 0) + 1
        story = Story(f"N-{year}-{numbers[year]:04}")
        stories.append(story)
        stays += tell(rng, story, course, office, calendar)
    tell_complaints(rng, [(stay.story, stay.unit, stay.first, stay.until) for stay in stays])
    tell_sparring(rng, [(stay.story, stay.first, stay.until) for stay in stays if stay.unit == "arbejdsmarked"], calendar)
    add_oddities(rng, stories)
    drafts: list[Draft] = [*survey_drafts(), *ledger_drafts()]
    for story in stories:
        register_story(rng, story)
        correct(rng, story)
        drafts += story.drafts
    # The sort is stable: one moment keeps its order.
    drafts.sort(key=lambda draft: draft.moment)
    number(drafts)
    return [draft.line() for draft in drafts]
