"""Small papers for the tests of traps: a number, a table, a paper, and what is found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Footnote, Grid, StatusPaper, Sum, Value, value
from dashboards.pack.traps import traps_in
from dashboards.published.status_days import Printed
from dashboards.view import FigureCells
from dashboards.words.language import DANISH
from journey.codes import parse_code_lists, standard, standard_text
from journey.events import FigurePublished
from journey.events.publications import CommitteePaper

UI, AM = "ungeindsatsen", "arbejdsmarked"
TODAY = date(2025, 3, 1)
SAME_DAY = {UI: (date(2025, 2, 1),), AM: (date(2025, 2, 1),)}
QUIET_LAW = parse_code_lists(
    standard_text()
    .replace('printed = "§ 99, Barnets Lov"', 'printed = "barnets lov kapitel 13, §§ 111-121"')
    .replace('nr. 3-4 barnets lov"', 'nr. 3-4 barnets lov", verified = "§ 35, stk. 4, nr. 3-4", verified_on = 2025-02-01')
    .replace('verified = "§ 32"', 'verified = "§ 32, stk. 1, nr. 3"')
    .replace("2026-11-20", "2025-02-01")
    .replace("2026-11-29", "2025-02-01")
)
"""Code lists of which every legal basis is looked up, lately, and as printed."""


def count(
    figure: str,
    number: float | None,
    counted: str | None = None,
    /,
    *,
    of: int | None = None,
    given: Mapping[str, Sequence[str]],
    **cell: Any,
) -> Value:
    """A number of the paper: a figure's cell with the value, as the question gave it."""
    question = parse_question(FIGURES[figure].takes, given, position=1, today=TODAY, codes=standard())
    why = {"why": "few"} if number is None and of is not None else {}
    return value(FigureCells(Ask(FIGURES[figure], question), [{**cell, "value": number, **why}]), counted, of=of, **cell)


def stock(number: float | None, unit: str = UI, day: str = "2025-02-01", **given: str) -> Value:
    words = {"unit": [unit], "valid_at": [day], **{name: [said] for name, said in given.items()}}
    return count("caseload", number, given=words, unit=unit, valid_at=day)


def grid(*values: Value, key: bool = True, sums: tuple[Sum, ...] = (), notes: tuple[Footnote, ...] = ()) -> Grid:
    return Grid("Tabel 1", "Sager", ("", "Antal"), tuple(("", each) for each in values), notes, sums, key=key)


def paper(
    *parts: Grid,
    year: int = 2025,
    days: Any = SAME_DAY,
    ledger: Sequence[Printed] = (),
    made_on: date = TODAY,
    moment: Any = None,
    **more: Any,
) -> StatusPaper:
    known = moment or datetime(2025, 2, 20, tzinfo=UTC)
    of = Occasion(year, days, 1, known, QUIET_LAW, tuple(ledger), made_on, **more)
    return StatusPaper("Status", of, parts)


def published(name: str, value: float | None, day: str = "2025-05-14", case: str = "25/1978", **said: Any) -> Printed:
    given = {"figure": None, "parameters": {}, "cell": {}, "qualifier": "exact", **said}
    return Printed(
        1,
        1,
        2**62,
        FigurePublished(id=name, value=value, paper=CommitteePaper(case, "Status", date.fromisoformat(day)), **given),
    )


def found(shown: StatusPaper) -> set[str]:
    return {each.id for each in traps_in(shown, DANISH)}


PERIOD = {"from": ["2024-01-01"], "to": ["2025-01-01"]}
FLOW = {"from": ["2024-02-02"], "to": ["2025-02-02"]}
COHORT = {"from_unit": ["social"], "to_unit": [AM], "from": ["2022-10-01"], "to": ["2022-11-01"], "valid_at": ["2025-02-01"]}
SUPPORT = {"unit": [UI], "valid_at": ["2025-02-01"]}


def moved(number: int, given: Mapping[str, Sequence[str]]) -> Value:
    cell = {"from_unit": AM, "to_unit": "social", "reason": "disability_pension"}
    return count("transfers", number, given={"from_unit": [AM], **given}, **cell)


def flow(number: int) -> Value:
    return count("stock_flow", number, given={"unit": [AM], **FLOW}, measure="opening", cause=None)


def rejected(number: int) -> Value:
    return count("stock_flow", number, given={"unit": [AM], **FLOW}, measure="exits", cause="rejected")


def survey(statement: str, n: int) -> Value:
    return count("survey", n, "svar", given={}, statement=statement, measure="n")


def cohort(**numbers: int) -> list[Value]:
    return [count("cohort", number, given=COHORT, measure=measure) for measure, number in numbers.items()]


def benefit(day: str, number: int) -> Value:
    given = {"unit": [AM], "valid_at": [day]}
    return count("caseload_by_benefit", number, given=given, valid_at=day, benefit="ressourceforloeb_jaf")


def support(number: int, group: str = "bostoette") -> Value:
    return count("caseload_by_support", number, given=SUPPORT, support=group)
