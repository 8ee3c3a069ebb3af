"""The cases of a cell: a page of them with their part and latest event, or all their references."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from api.answers.why import at_each
from api.register.register import Register
from api.register.request_rejected import RequestRejected
from dashboards.drilldown.cases import CellCases, CountedCase
from dashboards.drilldown.cell import adds_up, find_cell, has_cases, of_cases
from dashboards.drilldown.left_out import is_listed, left_out
from dashboards.drilldown.why import moving_events
from dashboards.figures.figure import Ask, Cell
from journey.log.migrate import READ
from journey.log.reading import history, moment_of


def cases_of_cell(register: Register, ask: Ask, dimensions: Mapping[str, str], offset: int, limit: int) -> CellCases:
    """A page of the cases of the cell with these dimensions, in words. Raises RequestRejected (`no_cell`)."""
    at = ask.question.position
    cell = _cell(register, ask, dimensions)
    listed = of_cases(ask, cell) and is_listed(ask, reads_every_case=register.reads_every_case)
    found = register.parts(ask, cell) if listed else dict[str, float | int]()
    page = dict(islice(found.items(), offset, offset + limit))
    with register.connected(READ) as conn:
        histories = {case: history(conn, case, at) for case in page}
        steps = at_each(conn, ask, histories, 0)
        sums = adds_up(ask, cell)
        lines: list[CountedCase] = []
        for case, value in page.items():
            events = [*moving_events(ask, case, histories[case], steps[case], cell, 0, None)]
            lines.append(CountedCase(case, value if sums else None, events[-1] if events else None))
        return CellCases(
            ask,
            cell,
            moment_of(conn, at),
            of_cases(ask, cell),
            sums,
            len(found),
            offset,
            lines,
            register.covered(conn, at),
            None if register.reads_every_case else left_out(ask, cell, found.values()),
        )


def references_of_cell(register: Register, ask: Ask, dimensions: Mapping[str, str]) -> tuple[str, ...]:
    """Every case of the cell that the reader may read, without their parts. Raises RequestRejected (`no_cell`)."""
    listed = has_cases(ask) and is_listed(ask, reads_every_case=register.reads_every_case)
    return tuple(register.parts(ask, _cell(register, ask, dimensions))) if listed else ()


def _cell(register: Register, ask: Ask, dimensions: Mapping[str, str]) -> Cell:
    cell = find_cell(register.answer(ask.figure.id, ask.question).cells, dimensions)
    if cell is None:
        raise RequestRejected("no_cell")
    return cell
