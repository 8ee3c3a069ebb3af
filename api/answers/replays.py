"""`journey replay CASE`: a case's history as it was known, and the state it makes on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from api.register.answer import known_position
from api.register.register import Register
from dashboards.case.facts import facts
from dashboards.case.story import CaseStory, StoryEvent, story
from dashboards.case.words import fields_in_words, finding_word, kind_word
from dashboards.figures.table import Table, known_text
from dashboards.words.language import DANISH
from journey.case import primary_support, stage
from journey.codes import CodeLists
from journey.events import NAMES
from journey.history import COPENHAGEN
from journey.log.migrate import READ
from journey.log.reading import history, moment_of
from journey.refusals import Refused


class Replay(Struct, frozen=True):
    """One case as the register knew it at a position, folded to the end of a day."""

    position: int
    moment: datetime | None
    valid_at: date
    story: CaseStory
    codes: CodeLists

    @property
    def json(self) -> dict[str, Any]:
        """The events stand in log order, each with whether it is withdrawn, and the finding where it makes no sense."""
        return {
            "case": self.story.case,
            "valid_at": self.valid_at.isoformat(),
            "known_at": {
                "position": self.position,
                "moment": self.moment and self.moment.astimezone(COPENHAGEN).isoformat(),
            },
            "events": [_event(story_event) for story_event in _in_log_order(self.story)],
            "state": self._state,
        }

    @property
    def _state(self) -> dict[str, Any]:
        state, _ = self.story.at(self.valid_at)
        support = primary_support(state, self.codes.classes)
        return {
            **msgspec.to_builtins(asdict(state)),
            "primary_support": support,
            "stage": stage(state, support) if state.open else None,
        }

    @property
    def known(self) -> str:
        """The position and moment of what was known, in words."""
        return known_text(self.position, DANISH.moment(self.moment))


def replay(register: Register, case: str, valid_at: date, known_at: str | None) -> Replay:
    """The case's known history and its state at the end of the day. Raises Refused (`unknown_case`)."""
    with register.connected(READ) as conn:
        position = known_position(conn, known_at)
        known = history(conn, case, position)
        moment = moment_of(conn, position)
    if not known:
        raise Refused("unknown_case", place=case)
    return Replay(position, moment, valid_at, story(case, known), register.codes)


def _in_log_order(case_story: CaseStory) -> list[StoryEvent]:
    return sorted(case_story.events, key=lambda event: event.recorded.position)


def _event(story_event: StoryEvent) -> dict[str, Any]:
    recorded = story_event.recorded
    return {
        "position": recorded.position,
        "kind": NAMES[type(recorded.event)],
        "valid_at": recorded.valid_at.isoformat(),
        "known_at": recorded.known_at.astimezone(COPENHAGEN).isoformat(),
        "by": recorded.by,
        "source": recorded.source,
        "source_id": recorded.source_id,
        "data": {name: value for name, value in msgspec.to_builtins(recorded.event).items() if value is not None},
        "withdrawn": story_event.withdrawn_by is not None,
        "finding": story_event.finding,
    }


def replay_table(replayed: Replay) -> Table:
    """The history as a table, the fold's state and findings as notes."""
    rows: list[tuple[str, ...]] = []
    for story_event in _in_log_order(replayed.story):
        recorded = story_event.recorded
        words = [*fields_in_words(recorded.event, replayed.codes, DANISH)]
        if story_event.withdrawn_by:
            words.insert(0, "ANNULLERET")
        if story_event.finding:
            words.append(f"FUND: {finding_word(story_event.finding, DANISH)}")
        known_at = recorded.known_at.astimezone(COPENHAGEN)
        rows.append(
            (
                str(recorded.position),
                DANISH.short(recorded.valid_at),
                f"{known_at:%d.%m.%Y %H.%M}",
                kind_word(type(recorded.event), DANISH),
                " · ".join(words),
            )
        )
    state, _ = replayed.story.at(replayed.valid_at)
    notes = (
        f"Gældende {DANISH.day(replayed.valid_at)} · som registret vidste det {replayed.known}.",
        "Tilstand ved dagens udgang:",
        *(f"– {fact.label}: {fact.text}" for fact in facts(state, replayed.codes, DANISH)),
    )
    return Table(
        f"Sag {replayed.story.case}",
        ("Position", "Virkning", "Registreret", "Hændelse", "Hvad der er sagt"),
        tuple(rows),
        notes,
    )
