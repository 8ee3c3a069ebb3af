"""The cases behind a cell, asked of the register: every case that it may be made of alone, and of a page of them since when."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from api.answers.why import at_each
from api.register.register import Register
from api.register.request_rejected import RequestRejected
from dashboards.drilldown.cases import CellCases, CountedCase
from dashboards.drilldown.cell import adds_up, find_cell, has_cases, of_cases
from dashboards.drilldown.why import moving_events
from dashboards.figures.figure import Ask, Cell
from journey.log.migrate import READ
from journey.log.reading import history, moment_of


def cases_behind(register: Register, ask: Ask, said: Mapping[str, str], offset: int, limit: int) -> CellCases:
    """A page of the cases behind the cell whose dimensions, in words, are those said. Raises RequestRejected (`no_cell`)."""
    at = ask.question.position
    cell = _cell(register, ask, said)
    found = register.parts(ask, cell) if of_cases(ask, cell) else {}
    page = dict(islice(found.items(), offset, offset + limit))
    with register.connected(READ) as conn:
        histories = {case: history(conn, case, at) for case in page}
        steps = at_each(conn, ask, histories, 0)
        sums = adds_up(ask, cell)
        lines: list[CountedCase] = []
        for case, value in page.items():
            told = [*moving_events(ask, case, histories[case], steps[case], cell, 0, None)]
            lines.append(CountedCase(case, value if sums else None, told[-1] if told else None))
        return CellCases(ask, cell, moment_of(conn, at), of_cases(ask, cell), sums, len(found), offset, lines)


def references_behind(register: Register, ask: Ask, said: Mapping[str, str]) -> tuple[str, ...]:
    """Every case behind the cell, without what each counts with. Raises RequestRejected (`no_cell`)."""
    return tuple(register.parts(ask, _cell(register, ask, said))) if has_cases(ask) else ()


def _cell(register: Register, ask: Ask, said: Mapping[str, str]) -> Cell:
    cell = find_cell(register.answer(ask.figure.id, ask.question).cells, said)
    if cell is None:
        raise RequestRejected("no_cell")
    return cell
