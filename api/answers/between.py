"""Hvem gik, hvem kom, asked of the register: a stock on two days, and each case that differs replayed in the order of its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import psycopg
from msgspec.structs import replace

from api.register.answer import cells_by_case, counted_along
from api.register.register import Register
from api.register.request_rejected import RequestRejected
from dashboards.comparing.between import (
    Between,
    CaseBetween,
    Part,
    Point,
    Standing,
    Trigger,
    compared,
    has_come,
    part_of,
    points,
    standing,
    turn,
)
from dashboards.drilldown.cell import word
from dashboards.figures.by_case import DayPlace, tables_of
from dashboards.figures.figure import Ask, Cell
from journey.history import known_by
from journey.log.migrate import READ
from journey.log.reading import histories_of, moment_of
from journey.refusals import Refused
from projections.engine.day_order import DayOrder, day_order

MOST_CAUSES = 2_000
"""So many cases are replayed to find what did it, at most; of more only the lists are given."""
STRETCH = 8
"""So many of a case's places are looked at in one go."""
_DAY = timedelta(days=1)


def between(register: Register, ask: Ask, first_day: date, cell: Mapping[str, str] | None = None) -> Between:
    """The stock on an earlier day and on the question's own, as known at its position; whole, or the cell with these dimensions, in words.

    Raises Refused (`bad_parameter`) for a figure that is no stock, more than one day, or an earlier day that is not the earlier, and
    RequestRejected (`no_cell`).
    """
    first, last = _on_both_days(ask, first_day)
    at = ask.question.position
    cells = register.own_cells(first), register.own_cells(last)
    chosen = None if cell is None else _part((*cells[0], *cells[1]), cell)
    with register.connected(READ) as conn:
        cases = standings(conn, first), standings(conn, last)
        found = compared((first, last), cells, cases, moment_of(conn, at), register.covered(conn, at), chosen)
        changed = found.that("left", "came", "moved", "changed")
        if len(changed) > MOST_CAUSES or found.unknown:
            return found
        return found.with_causes(_causes(conn, register, found, changed))


def _on_both_days(ask: Ask, first_day: date) -> tuple[Ask, Ask]:
    """The question on each of the days."""
    if not ask.figure.is_stock:
        raise Refused(
            "bad_parameter", "Figuren tæller ikke, hvad der er på en dag: kun viden kan sammenlignes.", place="valid_from"
        )
    if len(ask.question.valid_at) != 1:
        raise Refused("bad_parameter", "Her sammenlignes med én dag.", place="valid_at")
    if first_day >= ask.question.valid_at[0]:
        raise Refused("bad_parameter", "Den tidligere dag skal ligge før den senere.", place="valid_from")
    return Ask(ask.figure, replace(ask.question, valid_at=(first_day,))), ask


def _part(cells: Sequence[Cell], dimensions: Mapping[str, str]) -> Part:
    wanted = {name: text for name, text in dimensions.items() if name != "valid_at"}
    for part in map(part_of, cells):
        if {name: word(value) for name, value in part} == wanted:
            return part
    raise RequestRejected("no_cell")


def standings(conn: psycopg.Connection[Any], ask: Ask, schema: str = "rows") -> dict[str, Standing]:
    """Standing of each case in the figure over the row tables of a schema, those that are not in it left out."""
    return {case: stand for case, cells in cells_by_case(conn, ask, schema).items() if (stand := standing(cells))}


def _causes(
    conn: psycopg.Connection[Any], register: Register, found: Between, changed: Sequence[CaseBetween]
) -> dict[str, Trigger | None]:
    at, tables = found.last.question.position, tables_of(found.last.figure.query(found.last.question))
    orders = {
        case: day_order(known_by(history, at), register.codes.classes, tables)
        for case, history in histories_of(conn, [each.case for each in changed])
    }
    seen = _Seen(conn, found.last, orders)
    courses = {each.case: points(each.case, orders[each.case], *found.days) for each in changed}
    turns = _turns(seen, changed, courses, found.chosen)
    causes: dict[str, Trigger | None] = {}
    by_time: list[tuple[CaseBetween, Point, Point]] = []
    for each in changed:
        nth, course = turns[each.case], courses[each.case]
        if nth is None:
            causes[each.case] = None
        elif course[nth].event is not None:
            causes[each.case] = Trigger(course[nth].place.day, course[nth].event)
        else:
            by_time.append((each, course[nth - 1], course[nth]))
    return causes | _days_of_time(seen, by_time, found.chosen)


def _turns(
    seen: _Seen, cases: Sequence[CaseBetween], courses: Mapping[str, Sequence[Point]], chosen: Part | None
) -> dict[str, int | None]:
    """The number of the place at which each case turned, looked for from the end, a stretch at a time."""
    turns: dict[str, int | None] = {}
    upto = 0
    while rest := [each for each in cases if each.case not in turns]:
        upto += STRETCH
        seen.look(point.place for each in rest for point in courses[each.case][-upto:])
        for each in rest:
            course = courses[each.case][-upto:]
            nth = turn(each, [seen.stands[point.place] for point in course], chosen)
            before = len(courses[each.case]) - len(course)
            if nth is not None or not before:
                turns[each.case] = nth and nth + before
    return turns


class _Seen:
    """How cases stand at places of their own orders of days, each looked at once."""

    def __init__(self, conn: psycopg.Connection[Any], ask: Ask, orders: Mapping[str, DayOrder]) -> None:
        self.conn, self.ask, self.orders = conn, ask, orders
        self.stands: dict[DayPlace, Standing] = {}

    def look(self, places: Iterable[DayPlace]) -> None:
        """See how each case stands at these places."""
        new = [place for place in dict.fromkeys(places) if place not in self.stands]
        if new:
            cells = counted_along(self.conn, self.ask.figure, self.ask.question, self.orders, new)
            self.stands |= {place: standing(own) for place, own in cells.items()}


def _days_of_time(
    seen: _Seen, cases: Sequence[tuple[CaseBetween, Point, Point]], chosen: Part | None
) -> dict[str, Trigger | None]:
    """The first day on which time alone had done it, found by halves between the place before and the place after."""
    ends = {each.case: (before.place, after.place.day) for each, before, after in cases}
    while True:
        middles = {
            case: place._replace(day=place.day + (upto - place.day) // 2)
            for case, (place, upto) in ends.items()
            if upto - place.day > _DAY
        }
        if not middles:
            return {case: Trigger(upto, None) for case, (_, upto) in ends.items()}
        seen.look(middles.values())
        for each, _, _ in cases:
            if (middle := middles.get(each.case)) is not None:
                place, upto = ends[each.case]
                done = has_come(each, seen.stands[middle], chosen)
                ends[each.case] = (place, middle.day) if done else (middle, upto)
