"""The preview of a delivery asked of the register: the figures counted over its rows, and over those that there would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from msgspec.structs import replace

from api.answers.between import MOST_CAUSES, standings
from api.answers.ledger import question_of
from api.answers.publications import publications
from api.clock import today
from api.register.answer import counted, counted_along, counted_over, covered_at
from api.register.register import Register
from dashboards.comparing.between import CaseBetween, compared, standing, turn
from dashboards.comparing.preview import AnswerPreview, FigurePreview, NumberPreview, PreviewCause, TablePreview
from dashboards.coverage import Covered
from dashboards.figures import FIGURES
from dashboards.figures.by_case import DayPlace, tables_of
from dashboards.figures.figure import Ask
from dashboards.figures.question import parameters_of, parse_question
from dashboards.view import FigureCells
from journey.events import NAMES, NoteAdded, Withdrawn
from journey.exchange.comparison import withdrawal_id
from journey.exchange.sheets.names import row_event
from journey.history import Recorded, known_by
from journey.log.migrate import PROJECT
from journey.log.reading import histories_of, streams_known
from journey.log.stored import STREAM
from projections.engine.day_order import registered_order
from projections.engine.replay import TEMPORARY
from projections.engine.tentative import Added, replay_with

MOST_EVENTS = 100_000
"""So many added events are held to find what does it; of more only the lists are given."""


class DeliveryPreview:
    """The preview of a delivery that is not recorded: `take` is called with what it would add to the log, `result` is what that does."""

    def __init__(self, register: Register, day: date | None = None, *, undo: bool = False) -> None:
        self._register, self._today, self._undo = register, day or today(), undo
        self.result: FigurePreview | None = None

    def take(self, position: int, added: Added) -> None:
        """Count the figures with these events after the position. Raises Refused and RequestRejected as `believe` does."""
        self.result = figure_preview(self._register, position, added, self._today, undo=self._undo)


def figure_preview(register: Register, position: int, added: Added, today: date, *, undo: bool = False) -> FigurePreview:
    """The figures as they stand at a position of the log, and as they would stand with the events added to it.

    The rows are made in temporary tables of a connection of its own: nothing is recorded, and nobody waits.
    """
    register.believe(position)
    seen = _Added(added)
    with register.connected(PROJECT) as conn:
        replay_with(conn, register.codes.classes, position, seen.streams())
        ended = register.municipality.ended_sources
        would = covered_at(conn, position, ended, TEMPORARY, seen.newest)
        covered = register.covered(conn, position), replace(would, followed=would.followed | seen.followed)
        day = covered[1].opening_day(today)
        counting = _Counting(conn, covered)
        tables = _tables(counting, register, position, day, seen)
        cases = [each.case for table in tables for each in table.between.that("left", "came", "moved")]
        return FigurePreview(
            position,
            day,
            covered,
            _published(counting, register, position, today),
            tables,
            frozenset(streams_known(conn, cases, position)),
            undo,
        )


class _Added:
    """The added events on their way into the rows: the newest moment of each source, the kinds that come of a followed column, and the
    events themselves while they are few."""

    def __init__(self, added: Added) -> None:
        self._added = added
        self.newest: dict[str, datetime] = {}
        self.followed: set[str] = set()
        self.events: dict[str, list[Recorded]] | None = {}
        self._count = 0

    def streams(self) -> Iterator[tuple[str, list[Recorded]]]:
        for stream, events in self._added:
            self._see(stream, events)
            yield stream, events

    def _see(self, stream: str, events: Sequence[Recorded]) -> None:
        if not stream.startswith(STREAM):
            for recorded in events:
                if not isinstance(recorded.event, NoteAdded):
                    known_at = recorded.known_at
                    self.newest[recorded.source] = max(self.newest.get(recorded.source, known_at), known_at)
                of_row = row_event(recorded.source_id.partition("#")[0])
                if of_row is not None and "@" in of_row.name:
                    self.followed.add(NAMES[type(recorded.event)])
        self._count += len(events)
        if self._count > MOST_EVENTS:
            self.events = None
        elif self.events is not None:
            self.events[stream] = [*events]


class _Counting:
    """The figures counted twice: over the register's rows, and over the tentative ones."""

    def __init__(self, conn: psycopg.Connection[Any], covered: tuple[Covered, Covered]) -> None:
        self.conn, self.covered = conn, covered

    def answer(self, ask: Ask) -> AnswerPreview:
        now = counted(self.conn, ask.figure, ask.question)
        would = counted_over(self.conn, ask.figure, ask.question, TEMPORARY)
        before, after = (FigureCells(ask, cells, covered) for cells, covered in zip((now, would), self.covered, strict=True))
        return AnswerPreview(before, after)


def _published(counting: _Counting, register: Register, position: int, today: date) -> tuple[NumberPreview, ...]:
    """Every number that was published of a figure, in the order of the ledger; each cell of a question once, however often published."""
    numbers: dict[str, NumberPreview] = {}
    answers: dict[str, AnswerPreview] = {}
    for printed in publications(counting.conn, position):
        question = question_of(printed.published, position, today, register.codes)
        if question is None or printed.published.figure is None:
            continue
        ask = Ask(FIGURES[printed.published.figure], question)
        key = f"{ask.figure.id} {sorted(parameters_of(ask.figure.takes, question).items())}"
        if key not in answers:
            answers[key] = counting.answer(ask)
        for number in answers[key].of_publication(printed.published):
            numbers.setdefault(f"{key} {sorted(number.cell.items())}", number)
    return tuple(numbers.values())


def _tables(counting: _Counting, register: Register, position: int, day: date, seen: _Added) -> tuple[TablePreview, ...]:
    units = register.municipality.tables

    def ask(figure: str, unit: str) -> Ask:
        put = {"unit": [unit], "valid_at": [day.isoformat()]}
        question = parse_question(FIGURES[figure].takes, put, position=position, today=day, codes=register.codes)
        return Ask(FIGURES[figure], question)

    beside = counting.answer(ask("under_assessment", units.second)).numbers
    return (
        _table(counting, register, 1, ask("caseload_by_support", units.first), (), seen),
        _table(counting, register, 2, ask("caseload_by_benefit", units.second), beside, seen),
    )


def _table(
    counting: _Counting, register: Register, number: int, ask: Ask, beside: tuple[NumberPreview, ...], seen: _Added
) -> TablePreview:
    conn, answer = counting.conn, counting.answer(ask)
    found = compared(
        (ask, ask),
        (answer.before.cells, answer.after.cells),
        (standings(conn, ask), standings(conn, ask, TEMPORARY)),
        covered=counting.covered[1],
    )
    changed = found.that("left", "came", "moved")
    causes: Mapping[str, PreviewCause | None] = {}
    if seen.events is not None and len(changed) <= MOST_CAUSES:
        causes = _causes(conn, register.codes.classes, ask, changed, seen.events)
    return TablePreview(number, found, answer.numbers, beside, causes)


def _causes(
    conn: psycopg.Connection[Any],
    classes: Mapping[str, str],
    ask: Ask,
    changed: Sequence[CaseBetween],
    added: Mapping[str, Sequence[Recorded]],
) -> dict[str, PreviewCause | None]:
    """The event with which each case came to stand as it would, looked for among those added to it."""
    position, day = ask.question.position, ask.question.valid_at[0]
    recorded = dict(histories_of(conn, [each.case for each in changed]))
    histories = {each.case: known_by(recorded.get(each.case, ()), position) for each in changed}
    tables = tables_of(ask.figure.query(ask.question))
    orders = {case: registered_order([*known, *added[case]], classes, tables) for case, known in histories.items()}
    courses = {
        case: [DayPlace(case, at, day) for at in (position, *(each.position for each in added[case]))] for case in histories
    }
    places = [place for course in courses.values() for place in course]
    cells = counted_along(conn, ask.figure, ask.question, orders, places) if places else {}
    causes: dict[str, PreviewCause | None] = {}
    for each in changed:
        nth = turn(each, [standing(cells[place]) for place in courses[each.case]], None)
        causes[each.case] = None if nth is None else _cause(added[each.case][nth - 1], histories[each.case], added[each.case])
    return causes


def _cause(event: Recorded, history: Sequence[Recorded], added: Sequence[Recorded]) -> PreviewCause:
    """The event that did it; a correction whole, whichever of its two events that is."""
    by_id = {(each.source, each.source_id): each for each in (*history, *added)}
    if not isinstance(event.event, Withdrawn):
        withdrawal = by_id.get((event.source, withdrawal_id(event.source_id, 1)))
        withdrawn = withdrawal and _withdrawn(withdrawal, by_id)
        return PreviewCause(event, withdrawn, event if withdrawn else None)
    instead = next((each for each in added if withdrawal_id(each.source_id, 1) == event.source_id), None)
    return PreviewCause(event, _withdrawn(event, by_id), instead)


def _withdrawn(withdrawal: Recorded, by_id: Mapping[tuple[str, str], Recorded]) -> Recorded | None:
    event = withdrawal.event
    return by_id.get((event.source, event.source_id)) if isinstance(event, Withdrawn) else None
