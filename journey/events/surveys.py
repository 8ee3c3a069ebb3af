"""The kind of event of surveys (spørgeskemaer), in a stream."""

from __future__ import annotations

from journey.events.fields import Answers, Count, Label
from journey.events.kind import Kind


class SurveyRecorded(Kind, frozen=True, forbid_unknown_fields=True):
    """The answers to one statement of one survey wave."""

    danish = "spørgeskema"
    english = "survey recorded"
    wave: Label
    statement: Label
    answers: Answers | None
    """From meget uenig to meget enig; None where the paper's bar is missing, or all of them."""
    n: Count
    invited: Count | None = None
