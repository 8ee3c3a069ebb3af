"""A case's inclusion in the published numbers: by which event it counts, and why not in the others, by replay of it alone."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate, pairwise
from typing import Any

import psycopg
from msgspec import UNSET

from api.answers.ledger import question_of
from api.answers.publications import publications
from api.register.answer import counted_in_order
from api.register.register import Register
from dashboards.drilldown.cell import has_cases, of_cases, part
from dashboards.drilldown.inclusion import Inclusion, Reason, relaxed
from dashboards.figures import FIGURES
from dashboards.figures.by_case import tables_of
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.question import FigureQuestion, counted_on, parameters_of
from dashboards.published.ledger import earlier_version, known_when, printed_of
from journey.case import NEW, evolve, primary_support, stage
from journey.events import FigurePublished
from journey.history import Recorded
from journey.log.migrate import READ
from journey.log.reading import history
from projections.engine.day_order import DayOrder, day_order
from projections.projections import PROJECTIONS

MOST_JOINT = 2
"""Exclusions named jointly as the reason that a case does not count, at most."""
MOST_TURNS = 400
"""How many of a case's last turns are looked at for the event that decided."""


def counted_in(register: Register, case: str, at: int, today: date) -> list[Inclusion]:
    """Every published number that the register knew of at a position, with the part that the case has in it, in the ledger's order.

    Each is asked as known at the position that it was published at. Left out are
    numbers that count no cases, those of no figure, and the empty cells of a figure published whole that it is not in.
    """
    with register.connected(READ) as conn:
        known = history(conn, case, at)
        positions = [recorded.position for recorded in known]
        questions: dict[str, tuple[Ask, dict[str, FigurePublished]]] = {}
        for publication in publications(conn, at):
            published = publication.published
            question = question_of(published, known_when(published, publication.position), today, register.codes)
            if published.figure is None or question is None:
                continue
            figure = FIGURES[published.figure]
            upto = bisect(positions, question.position)
            key = repr((figure.id, published.paper, parameters_of(figure.takes, question), upto))
            numbers = questions.setdefault(key, (Ask(figure, question), {}))[1]
            for number in printed_of(published):
                numbers.setdefault(repr(sorted(number.cell.items())), number)
        looks: dict[int, _Look] = {}
        out: list[Inclusion] = []
        for ask, numbers in questions.values():
            if not has_cases(ask):
                continue
            upto = bisect(positions, ask.question.position)
            if upto not in looks:
                looks[upto] = _Look(conn, case, known, known[:upto], register.codes.classes)
            of_question = _Question(looks[upto], ask)
            every = (of_question.inclusion(number) for number in numbers.values() if of_cases(ask, number.cell))
            out += [each for each in every if each.part or each.published.value or each.published.frozen is UNSET]
        return out


class _Look:
    """A case as it was known at a position: its events in the order of their days, and what can be asked of it."""

    def __init__(
        self,
        conn: psycopg.Connection[Any],
        case: str,
        ever: Sequence[Recorded],
        known: Sequence[Recorded],
        classes: Mapping[str, str],
    ) -> None:
        self.conn, self.case, self.ever = conn, case, ever
        """`ever` is all that is known of the case where it is looked at from, also what was recorded later."""
        self.order = day_order(known, classes, [*PROJECTIONS])
        self.events = self.order.events
        self.states = [*accumulate(self.events, lambda state, recorded: evolve(state, recorded)[0], initial=NEW)]
        """The state before the first event, and after each."""

    def cells(self, ask: Ask, nths: Sequence[int]) -> dict[int, Sequence[Cell]]:
        """The question's cells over the case alone after so many of its events; none where it has no row of the figure's."""
        if not any(self.order.rows[table] for table in tables_of(ask.figure.query(ask.question))):
            return dict.fromkeys(nths, ())
        found = counted_in_order(self.conn, ask.figure, ask.question, self.case, self.order, nths)
        return {nth: own.cells for nth, own in found.items()}

    def own(self, ask: Ask) -> Sequence[Cell]:
        """The question's cells over the case alone, with all its events."""
        last = len(self.events)
        return self.cells(ask, [last])[last]

    def along(self, ask: Ask) -> list[Sequence[Cell]]:
        """The question's cells over the case alone before its first event, and after each."""
        turns = [0, *_turns(self.order, tables_of(ask.figure.query(ask.question)))][-MOST_TURNS:]
        found = self.cells(ask, turns)
        return [found[turns[max(bisect(turns, nth) - 1, 0)]] for nth in range(len(self.events) + 1)]

    def event(self, values: Iterable[object]) -> Recorded | None:
        """The last event with which the value turned, by the value at each place."""
        turns = (nth for nth, (before, after) in enumerate(pairwise(values)) if before != after)
        last = max(turns, default=None)
        return None if last is None else self.events[last]


class _Question:
    """A published question put to one case alone."""

    def __init__(self, look: _Look, ask: Ask) -> None:
        self.look, self.ask = look, ask
        self.codes = ask.question.codes
        self._along: dict[str, list[Sequence[Cell]]] = {}
        self._relaxed: dict[str, tuple[FigureQuestion, Sequence[Cell]]] | None = None

    def inclusion(self, published: FigurePublished) -> Inclusion:
        if earlier_version(published) is not None:
            return Inclusion(self.ask, published, None)
        why_not = self._outside(published.cell)
        if why_not is not None:
            return Inclusion(self.ask, published, 0, why_not=(why_not,))
        value = part(published.cell, self._cells(self.ask.question)[-1])
        if value:
            return Inclusion(self.ask, published, value, self._turn(self.ask.question, published.cell))
        return Inclusion(self.ask, published, 0, why_not=tuple(self._why_not(published.cell)))

    def _outside(self, cell: Cell) -> Reason | None:
        """The reason of a case that was not known, or for a stock of units not active in them; None for any other."""
        if not self.look.events:
            return Reason("unknown", next(iter(self.look.ever), None))
        upto = self._upto(cell)
        if upto is None:
            return None
        states, units = self.look.states, (cell["unit"],) if "unit" in cell else self.ask.question.unit
        active = [state.open and state.unit in units for state in states[: upto + 1]]
        if active[-1]:
            return None
        event = self.look.event(active) or self.look.event([state.open and state.unit for state in states[: upto + 1]])
        if event is not None:
            return Reason("left", event)
        opening = next((place for place in range(upto + 1, len(states)) if states[place].open), None)
        return Reason("not_open") if opening is None else Reason("not_yet", self.look.events[opening - 1])

    def _upto(self, cell: Cell) -> int | None:
        """The events up to the day that a stock of units is counted on; None for any other number."""
        question, takes = self.ask.question, self.ask.figure.takes
        if takes.has_period or takes.days is not None or not question.valid_at or "unit" not in takes.names:
            return None
        day = counted_on(date.fromisoformat(cell["valid_at"]) if "valid_at" in cell else question.valid_at[0])
        return sum(recorded.valid_at <= day for recorded in self.look.events)

    def _why_not(self, cell: Cell) -> Iterator[Reason]:
        upto = self._upto(cell)
        turned = self._turn(self.ask.question, cell)
        exclusions = self._exclusions(cell)
        if turned is not None:
            own = next((name for name in exclusions if name in ("include_assessing", "include_out_of_scope")), "left")
            yield Reason(own, turned)
            return
        instead = tuple(dimensions_of(each) for each in self._cells(self.ask.question)[-1] if each["value"])
        if instead:
            event = self.look.event([_counting(cells) for cells in self._cells(self.ask.question)])
            yield Reason("instead", event, cells=instead)
        elif exclusions:
            yield from (self._exclusion(name, exclusions, cell, upto) for name in exclusions)
        elif upto is None:
            yield Reason("nothing")
        else:
            yield Reason(self._stages(upto)[-1], self.look.event(self._stages(upto)))

    def _cells(self, question: FigureQuestion) -> list[Sequence[Cell]]:
        key = repr(parameters_of(self.ask.figure.takes, question))
        if key not in self._along:
            self._along[key] = self.look.along(Ask(self.ask.figure, question))
        return self._along[key]

    def _turn(self, question: FigureQuestion, cell: Cell) -> Recorded | None:
        """The last event with which the case came into the cell, or went out of it."""
        return self.look.event([bool(part(cell, cells)) for cells in self._cells(question)])

    def _exclusions(self, cell: Cell) -> list[str]:
        """The exclusions that keep the case out of the cell, where leaving them out lets it in: one, or jointly as few as there are."""
        if self._relaxed is None:
            self._relaxed = {
                name: (changed, self.look.own(Ask(self.ask.figure, changed)))
                for name, changed in relaxed(self.ask)
                if name != "unit" or self._upto(cell) is None  # a stock's unit is looked at before
            }
        found = [name for name, (_, own) in self._relaxed.items() if part(cell, own)]
        return found or self._joint(cell)

    def _joint(self, cell: Cell) -> list[str]:
        needed = [*(self._relaxed or ())]
        if len(needed) < MOST_JOINT or not self._counts_without(needed, cell):
            return []
        for name in list(needed):
            rest = [other for other in needed if other != name]
            if self._counts_without(rest, cell):
                needed = rest
        return needed if len(needed) <= MOST_JOINT else []

    def _counts_without(self, names: list[str], cell: Cell) -> bool:
        return bool(part(cell, self.look.own(Ask(self.ask.figure, _without(self.ask, names)))))

    def _exclusion(self, name: str, names: Sequence[str], cell: Cell, upto: int | None) -> Reason:
        """The exclusion, and the event it came of: where a state is left out the one that began it, else what would have counted."""
        states = self.look.states[: None if upto is None else upto + 1]
        if name == "include_out_of_scope":
            return Reason(name, self.look.event([state.in_scope for state in states]))
        if name == "include_assessing" and upto is not None:
            return Reason(name, self.look.event(self._stages(upto)))
        event = self._turn(_without(self.ask, names), cell)
        code = name if name in ("include_assessing", "period", "unit") else "narrowed"
        return Reason(code, event, parameter=name if code == "narrowed" else "")

    def _stages(self, upto: int) -> list[str]:
        classes = self.codes.classes
        return [stage(state, primary_support(state, classes)) if state.open else "" for state in self.look.states[: upto + 1]]


def _turns(order: DayOrder, tables: Sequence[str]) -> list[int]:
    """The numbers of the events with which a row of these tables came or went, in order."""
    rows = [row for name in tables for row in order.rows[name]]
    return sorted(({row.since for row in rows} | {row.upto for row in rows}) & {*order.moving})


def _counting(cells: Sequence[Cell]) -> list[Mapping[str, Any]]:
    return [dimensions_of(each) for each in cells if each["value"]]


def _without(ask: Ask, names: Sequence[str]) -> FigureQuestion:
    """The question with these exclusions left out."""
    question = ask.question
    for name in names:
        question = next((changed for other, changed in relaxed(Ask(ask.figure, question)) if other == name), question)
    return question
