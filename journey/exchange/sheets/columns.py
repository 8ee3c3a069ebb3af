"""The columns that a sheet's form reads, and what each is read as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from journey.exchange.cells import tidy
from journey.exchange.sheets.declarations import EventForm, SheetForm, ValueForm

ReadAs = Literal["key", "condition", "cpr", "day", "moment", "person", "text"]
"""What a column is read as."""


class ColumnUse(NamedTuple):
    """A place in a sheet's form that reads a column."""

    place: str
    column: str
    read_as: ReadAs


def column_uses(sheet: SheetForm) -> Iterator[ColumnUse]:
    """Every place that reads a column, with the column's name as a header is compared by."""
    for use in _uses(sheet):
        yield use._replace(column=tidy(use.column))


def _uses(sheet: SheetForm) -> Iterator[ColumnUse]:
    for nth, column in enumerate(sheet.key, 1):
        yield ColumnUse(f"key[{nth}]", column, "key")
    if sheet.case.cpr is not None:
        yield ColumnUse("case.cpr", sheet.case.cpr, "cpr")
    if sheet.case.column is not None:
        yield ColumnUse("case.column", sheet.case.column, "text")
    for nth, condition in enumerate(sheet.skip, 1):
        yield ColumnUse(f"skip[{nth}].column", condition.column, "condition")
    for nth, event in enumerate(sheet.events, 1):
        for use in _event_uses(event):
            yield use._replace(place=f"event[{nth}].{use.place}")


def _event_uses(event: EventForm) -> Iterator[ColumnUse]:
    yield ColumnUse("on", event.day.column, "day")
    if event.when is not None:
        yield ColumnUse("when.column", event.when.column, "condition")
    if event.follows is not None:
        yield ColumnUse("follows", event.follows, "condition")
    if event.changed_on is not None:
        yield ColumnUse("changed_on", event.changed_on, "day")
    if event.known_at is not None:
        yield ColumnUse("known_at", event.known_at, "moment")
    for name, form in event.data.items():
        yield from _value_uses(f"data.{name}", form)


def _value_uses(place: str, form: str | ValueForm) -> Iterator[ColumnUse]:
    if isinstance(form, str):
        yield ColumnUse(place, form, "text")
        return
    uses: tuple[tuple[str, str | None, ReadAs], ...] = (
        ("column", form.column, "text"),
        ("cpr", form.cpr, "cpr"),
        ("person", form.person, "person"),
        ("birth_month_of", form.birth_month_of, "cpr"),
    )
    yield from (ColumnUse(f"{place}.{name}", column, read_as) for name, column, read_as in uses if column is not None)


def cpr_columns(sheet: SheetForm) -> frozenset[str]:
    """The columns that hold CPR numbers."""
    return frozenset(use.column for use in column_uses(sheet) if use.read_as == "cpr")


def read_columns(sheet: SheetForm) -> frozenset[str]:
    """The columns that are read, for whatever."""
    return frozenset(use.column for use in column_uses(sheet))
