"""A register's events as its fagsystemer have them at a moment, to be written out as sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from journey.exchange.sheets.kinds import SHEET_KINDS
from journey.log.stored import Entry
from tests.oracle import FIGURES, answer
from tests.support.history_events import recorded
from tests.support.questions import random_questions

Line = Mapping[str, Any]

ORDER = (
    *(
        "support_ended",
        "performer_ended",
        "assessment_closed",
        "referred",
        "reopened",
        "benefit_changed",
        "presented",
        "visited",
    ),
    *("support_granted", "support_refused", "assessment_opened", "transferred", "handover_proposed", "handover_accepted"),
    *("handover_refused", "caseworker_ended", "caseworker_changed", "caseworker_assigned", "performer_matched", "plan_agreed"),
    *("plan_revised", "complaint_received", "complaint_reassessed", "complaint_decided", "follow_up_held", "follow_up_agreed"),
    *("frame_agreed", "frame_drawn", "activity_recorded", "background_group_formed", "sent_to_rehabilitation"),
    *("disability_pension_expected", "merged_into", "rejected", "closed"),
)
"""The sheets in the order that what happens on one day to one case most often has: a delivery knows no other (section 10, rule 5)."""


def carried(lines: Iterable[Line]) -> list[Line]:
    """The lines that sheets carry, and the annulments of those."""
    kept = [line for line in lines if line["kind"] in SHEET_KINDS or line["kind"] == "withdrawn"]
    ids = {id_of(line) for line in kept}
    return [line for line in kept if line["kind"] != "withdrawn" or annulled_by(line) in ids]


def id_of(line: Line) -> tuple[str, str]:
    return line["source"], line["source_id"]


def annulled_by(line: Line) -> tuple[str, str]:
    """The id of what the line withdraws."""
    return line["data"].get("source", line["source"]), line["data"]["source_id"]


def moment_of(line: Line) -> datetime:
    return datetime.fromisoformat(line["known_at"])


class RowsAt:
    """The rows that each source has at a moment: by their numbers, in the order in which they came."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = [(str(nr), line, moment_of(line)) for nr, line in enumerate(lines, 1) if line["kind"] != "withdrawn"]
        self._gone = {annulled_by(line): moment_of(line) for line in reversed(lines) if line["kind"] == "withdrawn"}

    def lines(self, source: str, moment: datetime) -> dict[str, Line]:
        """What is known by the moment and not annulled by then."""
        return {
            nr: line
            for nr, line, known in self._lines
            if line["source"] == source
            and known <= moment
            and not (id_of(line) in self._gone and self._gone[id_of(line)] <= moment)
        }

    def entries(self, source: str, moment: datetime) -> dict[str, Entry]:
        return {nr: entry_of(line) for nr, line in self.lines(source, moment).items()}


def entry_of(line: Line) -> Entry:
    """The event of a line, as it is on its way into the log."""
    found = recorded(line, 1, 1)
    return Entry(line["case"], found.valid_at, line["source"], line["source_id"], found.event, found.known_at)


def as_one_system(lines: Sequence[Line]) -> list[Line]:
    """The lines as if one system had them all."""
    numbers = {id_of(line): str(nr) for nr, line in enumerate(lines, 1)}
    return [
        {**line, "source": "fagsystem", "source_id": str(nr), "data": _of_one(line, numbers)}
        for nr, line in enumerate(lines, 1)
    ]


def _of_one(line: Line, numbers: Mapping[tuple[str, str], str]) -> Mapping[str, Any]:
    if line["kind"] != "withdrawn":
        return line["data"]
    return {"reason": line["data"]["reason"], "source_id": numbers[annulled_by(line)]}


def left_out(lines: Iterable[Line]) -> set[str]:
    """The figures that count what sheets do not carry: that say something else of those lines alone than of none."""
    alone = [dict(line) for line in lines if line["kind"] not in SHEET_KINDS and line["kind"] != "withdrawn"]
    found = set[str]()
    for figure, parameters, _ in random_questions(Random(1), alone, 2 * len(FIGURES)):
        if "wave" in parameters:
            parameters = {"wave": next(line["data"]["wave"] for line in alone if line["kind"] == "survey_recorded")}
        if answer(alone, figure, parameters) != answer([], figure, parameters):
            found.add(figure)
    return found
