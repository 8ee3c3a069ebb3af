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
            "events": [_event(told) for told in _in_log_order(self.story)],
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


def _in_log_order(told: CaseStory) -> list[StoryEvent]:
    return sorted(told.events, key=lambda one: one.recorded.position)


def _event(told: StoryEvent) -> dict[str, Any]:
    one = told.recorded
    return {
        "position": one.position,
        "kind": NAMES[type(one.event)],
        "valid_at": one.valid_at.isoformat(),
        "known_at": one.known_at.astimezone(COPENHAGEN).isoformat(),
        "by": one.by,
        "source": one.source,
        "source_id": one.source_id,
        "data": {name: value for name, value in msgspec.to_builtins(one.event).items() if value is not None},
        "withdrawn": told.withdrawn_by is not None,
        "finding": told.finding,
    }


def replay_table(replayed: Replay) -> Table:
    """The history as a table, the fold's state and findings as notes."""
    rows: list[tuple[str, ...]] = []
    for told in _in_log_order(replayed.story):
        one = told.recorded
        words = [*fields_in_words(one.event, replayed.codes, DANISH)]
        if told.withdrawn_by:
            words.insert(0, "ANNULLERET")
        if told.finding:
            words.append(f"FUND: {finding_word(told.finding, DANISH)}")
        known_at = one.known_at.astimezone(COPENHAGEN)
        rows.append(
            (
                str(one.position),
                DANISH.short(one.valid_at),
                f"{known_at:%d.%m.%Y %H.%M}",
                kind_word(type(one.event), DANISH),
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
