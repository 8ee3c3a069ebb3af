"""The days that a cell is about, by which a number of days that nothing is known of is told from one that was counted."""

from __future__ import annotations

from datetime import date, timedelta

from dashboards.figures.figure import Ask, Cell

Days = tuple[date, date]
"""A first and a last day, both in it."""
_DAY = timedelta(days=1)


def days_of(ask: Ask, cell: Cell) -> list[Days]:
    """The days and the period that a cell is about: the one it names, else all that was asked; none of what has no day, as a survey."""
    if named := cell.get("valid_at") or cell.get("day"):
        return [_of_a_day(date.fromisoformat(named))]
    if "month" in cell:
        first = date.fromisoformat(f"{cell['month']}-01")
        return [(first, (first + 31 * _DAY).replace(day=1) - _DAY)]
    names, question = ask.figure.takes.names, ask.question
    found = [_of_a_day(each) for each in question.valid_at] if "valid_at" in names else []
    if "from" in names:
        found.append((question.from_day, question.to_day - _DAY))
        if cell.get("measure") == "opening" and question.from_day > date.min:
            found.append(_of_a_day(question.from_day - _DAY))
    return found


def _of_a_day(day: date) -> Days:
    return day, day
