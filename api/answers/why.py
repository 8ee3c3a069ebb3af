"""Hvorfor er tallet ændret?, asked of the register: each case that got events in between, alone, at each of its own positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from msgspec import Struct
from msgspec.structs import replace

from api.answers.between import between
from api.register.answer import counted_alone, known_json, question_json
from api.register.register import Register
from dashboards.comparing.between import Between
from dashboards.comparing.words import between_json
from dashboards.drilldown.cell import OF_CELL, has_cases, of_cases
from dashboards.drilldown.left_out import OWN_DIFFERENCE
from dashboards.drilldown.why import Moved, MovingEvent, Why, differs, moved_cells, moving_events, sums
from dashboards.figures.by_case import Own, Place
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.followed import list_cautions
from dashboards.words.language import DANISH, Language
from journey.history import COPENHAGEN, Recorded
from journey.log.migrate import READ
from journey.log.reading import history, moment_of
from journey.log.stored import STREAM
from journey.refusals import Refused

_WRITTEN_TO = """
SELECT DISTINCT originator_id FROM log.events
WHERE notification_id > %s AND notification_id <= %s AND NOT starts_with(originator_id, %s) ORDER BY originator_id
"""


def why(register: Register, ask: Ask, from_position: int) -> Why:
    """Events that moved the question's cells from one position to its own; the days it asks about stay as they are.

    Raises Refused (`bad_parameter`) where the first position is the later.
    """
    upto = ask.question.position
    if from_position > upto:
        raise Refused("bad_parameter", f"Position {from_position} er efter position {upto}.", place="known_from")
    then = register.own_cells(Ask(ask.figure, replace(ask.question, position=from_position)))
    cells = moved_cells(ask, then, register.own_cells(ask))
    with register.connected(READ) as conn:
        start = moment_of(conn, from_position)
        empty: list[list[MovingEvent]] = [[] for _ in cells]
        events_by_cell = _moving(conn, ask, from_position, [cell for cell, _, _ in cells], start) if has_cases(ask) else empty
        moved = tuple(
            Moved(cell, before, after, sums(ask, cell), tuple(events), of_cases(ask, cell))
            for (cell, before, after), events in zip(cells, events_by_cell, strict=True)
        )
        return Why(ask, from_position, start, moment_of(conn, upto), moved, register.covered(conn, upto))


class Comparison(Struct, frozen=True):
    """A question and an earlier one: on an earlier day, as known at an earlier position, or both.

    The two steps add up: first what was learned about the earlier day, then the days between as known at the later position.
    """

    ask: Ask
    """The later."""
    knowledge: Why | None
    days: Between | None
    only_own: bool = False
    """Whether only the cases that the reader may read are in it, and not every case that the figure counts."""

    def cautions(self, translate: Language) -> list[str]:
        """Cautions to stand beside it: that it is of the reader's own cases, and those of lists with only today's value."""
        own = [translate(OWN_DIFFERENCE)] if self.only_own else []
        return [*own, *list_cautions(self.ask.figure, self.followed, translate)]

    @property
    def cases(self) -> list[str]:
        """Every case that it names."""
        moved = [event.case for each in (self.knowledge.moved if self.knowledge else ()) for event in each.events]
        return [*dict.fromkeys((*moved, *(each.case for each in (self.days.cases if self.days else ()))))]

    @property
    def followed(self) -> frozenset[str]:
        """The kinds of event that come of lists with only today's value."""
        found = self.knowledge or self.days
        return found.covered.followed if found else frozenset()


def comparison(
    register: Register, ask: Ask, from_position: int | None, first_day: date | None, cell: Mapping[str, str] | None = None
) -> Comparison:
    """Compare a question with one as known at an earlier position, on an earlier day, or both; `cell` is the one that is meant, in words.

    Raises Refused (`bad_parameter`) where neither is given, and as `why` and `between` do; RequestRejected (`no_cell`).
    """
    if from_position is None and first_day is None:
        raise Refused("bad_parameter", "Angiv en tidligere dag, en tidligere viden eller begge.", place="known_from")
    if first_day is None:
        if cell:
            raise Refused(
                "bad_parameter", "En celle vælges kun mellem to dage: angiv valid_from.", place=f"{OF_CELL}{next(iter(cell))}"
            )
        return Comparison(ask, why(register, ask, from_position or 0), None, not register.reads_every_case)
    days = between(register, ask, first_day, cell or None)
    knowledge = None if from_position is None else why(register, days.first, from_position)
    return Comparison(ask, knowledge, days, not register.reads_every_case)


def comparison_json(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON has it; where an earlier day is given, `moved` is of that day."""
    ask, knowledge, days = found.ask, found.knowledge, found.days
    moment = knowledge.moment if knowledge else days and days.moment
    known_at = known_json(ask.question.position, moment)
    return {
        **question_json(ask.figure, ask.question),
        "known_from": known_json(knowledge.from_position, knowledge.from_moment) if knowledge else known_at,
        "known_at": known_at,
        "moved": [each.json for each in knowledge.moved] if knowledge else [],
        "days": days and between_json(days),
        **({"cautions": found.cautions(DANISH)} if found.cautions(DANISH) else {}),
    }


def _moving(
    conn: psycopg.Connection[Any], ask: Ask, start: int, cells: Sequence[Cell], moment: datetime | None
) -> list[list[MovingEvent]]:
    """The events that moved each cell; only cases whose part differs at the end are read event by event."""
    if not cells:
        return []
    upto = ask.question.position
    cases = [case for (case,) in conn.execute(_WRITTEN_TO, (start, upto, STREAM)).fetchall()]
    ends = counted_alone(conn, ask.figure, ask.question, [(case, at) for case in cases for at in (start, upto)])
    changed = [case for case in cases if any(differs(ask, cell, ends[case, start], ends[case, upto]) for cell in cells)]
    histories = {case: history(conn, case, upto) for case in changed}
    steps = at_each(conn, ask, histories, start)
    day = _day(moment)
    return [
        [event for case in changed for event in moving_events(ask, case, histories[case], steps[case], cell, start, day)]
        for cell in cells
    ]


def at_each(
    conn: psycopg.Connection[Any], ask: Ask, histories: Mapping[str, Sequence[Recorded]], start: int
) -> Mapping[str, Mapping[int, Own]]:
    """Cells of each case alone, at the start and at every later position of its own."""
    places: list[Place] = [
        (case, at)
        for case, known in histories.items()
        for at in (start, *(recorded.position for recorded in known if recorded.position > start))
    ]
    steps: dict[str, dict[int, Own]] = defaultdict(dict)
    for (case, at), own in counted_alone(conn, ask.figure, ask.question, places).items():
        steps[case][at] = own
    return steps


def _day(moment: datetime | None) -> date | None:
    return moment and moment.astimezone(COPENHAGEN).date()
