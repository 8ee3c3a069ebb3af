"""The survey of 2025 as the paper prints it: the bars it shows, null where one is missing."""

from __future__ import annotations

from datetime import date, time

from journey.history import SAMPLE_SOURCES

from .case_draft import Draft
from .moments import copenhagen

WAVE = "2025"
INVITED, ANSWERED = 56, 16
"""S2, "Spørgeskema": "56 borgere", "16 besvarelser"."""

Bars = tuple[int | None, int | None, int | None, int | None, int | None]

STATEMENTS: tuple[tuple[str, Bars], ...] = (
    ("Figur 1: Jeg forstår hvad målet er, med de indsatser jeg er i gang med", (1, 1, 1, 9, 4)),
    ("Figur 2: Mit forløb med kommunen har været overskueligt", (2, 4, 3, 4, 3)),
    ("Figur 3: Jeg har én primær kontaktperson/sagsbehandler i kommunen", (1, 0, 1, 7, 7)),
    ("Figur 4: Der er sammenhæng og en overordnet plan bag de indsatser jeg får", (1, 1, 2, None, None)),
    ("Figur 5: Jeg har tillid til min sagsbehandler", (1, 1, 4, None, None)),
    ("Figur 6: De forskellige medarbejdere i kommunen arbejder godt sammen om mig", (None, None, 4, None, None)),
    ("Figur 7: Der er sammenhæng og en overordnet plan bag de indsatser jeg får", (1, 1, 2, None, None)),
)
"""From meget uenig to meget enig (S2, figures 1-7).

Figures 4 and 7 are the same statement, printed twice; that of figure 6 is shortened to a label.
"""


def survey_drafts() -> list[Draft]:
    """One event for each printed figure, recorded when the answers were in."""
    moment = copenhagen(date(2025, 3, 3), time(10, 15))
    drafts: list[Draft] = []
    for number, (statement, bars) in enumerate(STATEMENTS, start=1):
        data: dict[str, object] = {
            "wave": WAVE,
            "statement": statement,
            "answers": list(bars),
            "n": ANSWERED,
            "invited": INVITED,
        }
        draft = Draft("survey-2025", "survey_recorded", date(2025, 2, 28), data, "sb-91", moment)
        draft.source, draft.source_id = f"{SAMPLE_SOURCES}borgersurvey", f"2025-{number}"
        drafts.append(draft)
    return drafts
