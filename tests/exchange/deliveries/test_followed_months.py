"""Caseworkers of monthly lists that show only who has the case today: which changes are counted, and which no list shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, dimensions_of
from journey.history import COPENHAGEN
from journey.sample import sample_register
from tests.conftest import FIGURES as FOUND
from tests.conftest import Database, fresh_database
from tests.exchange.deliveries.test_twelve_months import EVERY, UNTIL, last_days
from tests.support.as_sheets import mapping_text, sheets_of
from tests.support.course import ROLES, UNITS
from tests.support.deliveries import take
from tests.support.registers import as_words, load, register_on
from tests.support.sheets import mapping
from tests.support.written_out import ORDER, Line, RowsAt, as_one_system, carried, moment_of

pytestmark = pytest.mark.long

SOURCE = "fagsystem"
FOLLOWED = ("caseworker_assigned", "caseworker_changed")
KINDS = [kind for kind in ORDER if kind not in FOLLOWED]
MONTHS = [date(2024, month, 1) for month in range(1, 13)]
CHANGES = {"measure": "changes", "variant": "all"}


def mapping_with_cases() -> str:
    """A sheet a kind, and one of cases with a column for each role."""
    lines = [mapping_text(KINDS, SOURCE, gone="withdraw"), "[[sheet]]", 'name = "sager"', 'file = "sager.csv"', 'key = ["Sag"]']
    lines += ['case = { column = "Sag" }', 'ignore = ["Borger"]']
    for role in ROLES:
        lines += ["  [[sheet.event]]", f'  name = "{role}"', '  kind = "caseworker_changed"', '  first = "caseworker_assigned"']
        lines += [f'  follows = "{role}"', '  on = "Henvist"', f'  changed_on = "{role} fra"', "    [sheet.event.data]"]
        lines += [f'    role = {{ is = "{role}" }}', f'    worker = "{role}"', '    reason = { is = "other" }']
    return "\n".join(lines) + "\n"


class Held(NamedTuple):
    """A worker's time with a role of a case: its first day, and the moment from which a list can show it."""

    worker: str | None
    day: date
    seen: datetime


def course_of(lines: Sequence[Line], role: str) -> list[Held]:
    """Who has the role of one case after another, by what is known of it."""
    found: list[Held] = []
    for line in sorted(lines, key=lambda line: line["valid_at"]):
        ends = line["kind"] in ("closed", "rejected") or (line["kind"] == "caseworker_ended" and line["data"]["role"] == role)
        if not ends and not (line["kind"] in FOLLOWED and line["data"]["role"] == role):
            continue
        worker = None if ends else line["data"]["worker"]
        if worker != (found[-1].worker if found else None):
            day = date.fromisoformat(line["valid_at"])
            begins = datetime.combine(day, time(0), tzinfo=COPENHAGEN)
            found.append(Held(worker, day, max(begins, moment_of(line))))
    return found


def cases_sheet(known: Mapping[str, list[Line]], day: date) -> str:
    """The sheet of cases: of each role who has it on the day, and since when."""
    rows = [";".join(["Sag", "Henvist", "Borger", *(f"{role};{role} fra" for role in ROLES)])]
    for case, lines in known.items():
        referred = min(line["valid_at"] for line in lines if line["kind"] == "referred")
        cells = [case, referred, "navn"]
        for role in ROLES:
            held = [each for each in course_of(lines, role) if each.day <= day]
            cells += [held[-1].worker, held[-1].day.isoformat()] if held and held[-1].worker else ["", ""]
        rows.append(";".join(map(str, cells)))
    return "\n".join(rows) + "\n"


def known_cases(rows: RowsAt, moment: datetime) -> dict[str, list[Line]]:
    """What is known of each case that has been referred."""
    found: dict[str, list[Line]] = {}
    for line in rows.lines(SOURCE, moment).values():
        found.setdefault(str(line["case"]), []).append(line)
    return {case: lines for case, lines in found.items() if any(line["kind"] == "referred" for line in lines)}


def take_lists(database: Database, rows: RowsAt, moments: Sequence[datetime]) -> None:
    file, before = mapping(mapping_with_cases()), set[str]()
    for moment in moments:
        entries = {nr: entry for nr, entry in rows.entries(SOURCE, moment).items() if entry.kind not in FOLLOWED}
        sheets = {**sheets_of(entries, KINDS), "sager": cases_sheet(known_cases(rows, moment), moment.date())}
        report = take(database, file, sheets, moment, allow_gone=len(before - entries.keys()))
        assert report.bad_rows == 0, report.bad[:3]
        before = set(entries)


def changes(register: Register, role: str, first: date, until: date) -> dict[str, int]:
    """How many changes each case had, by the product's own figure."""
    parameters = {"from": first.isoformat(), "to": until.isoformat(), "unit": UNITS, "role": role}
    question = register.question("caseworker_changes", as_words(parameters), None, until)
    parts = register.parts(Ask(FIGURES["caseworker_changes"], question), {**CHANGES, "value": 0})
    return {case: int(part) for case, part in parts.items() if part}


def unseen(rows: RowsAt, moments: Sequence[datetime], role: str) -> Iterator[str]:
    """The cases in which something befell the role that no list shows: what came after it was known by the next list, or before it.

    So is one whose role ended before the first list: whom that shows has the role from the referral on, and not since then.
    """
    for case, lines in known_cases(rows, moments[-1]).items():
        course = course_of(lines, role)
        shown = [next((nth for nth, moment in enumerate(moments) if held.seen <= moment), len(moments)) for held in course]
        ended = any(held.worker is None and nth == 0 for held, nth in zip(course, shown, strict=True))
        if ended or any(later < nth or later == nth > 0 for nth, later in pairwise(shown)):
            yield case


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    """What the sample knows of some of its cases that sheets carry, as if one system had it all."""
    every = sample_register(until=UNTIL)
    cases = sorted({str(line["case"]) for line in every if "case" in line})[:: max(1, EVERY // 3)]
    return as_one_system(carried([line for line in every if line.get("case") in cases]))


def test_changes_are_those_of_the_original_but_for_what_no_list_shows(
    server: Database, template: Database, tmp_path: Path, lines: list[Line], record_property: Callable[[str, object], None]
) -> None:
    rows, moments = RowsAt(lines), last_days(lines, [*MONTHS, date(2025, 1, 1)])
    first, until = moments[0].date() + timedelta(days=1), moments[-1].date() + timedelta(days=1)
    with fresh_database(server, template.name) as one, fresh_database(server, template.name) as other:
        original, taken = register_on(one, tmp_path), register_on(other, tmp_path)
        load(original, [dict(line) for line in lines if moment_of(line) <= moments[-1]])
        take_lists(other, rows, moments)
        counted, lost = 0, 0
        for role in ROLES:
            expected, found = changes(original, role, first, until), changes(taken, role, first, until)
            not_shown = set(unseen(rows, moments, role))
            counted += sum(found.values())
            for case in expected.keys() | found.keys():
                difference = expected.get(case, 0) - found.get(case, 0)
                assert difference == 0 or (difference > 0 and case in not_shown), (role, case, difference)
                lost += difference
        words = as_words({"from": first.isoformat(), "to": until.isoformat(), "unit": UNITS})
        answers = [register.ask("caseworker_changes", words, None, until) for register in (original, taken)]

    record_property(FOUND, f"caseworkers of monthly lists: {counted} changes counted, {lost} that no list showed")
    assert [cell["value"] for answer in answers for cell in answer.cells if dimensions_of(cell) == CHANGES] == [
        counted + lost,
        counted,
    ]
    assert counted > 0 < lost
    assert [list(answer.cautions) for answer in answers] == [[], ["cautions"]]
    assert "Der kan være flere skift end de talte." in answers[1].cautions["cautions"][0]
