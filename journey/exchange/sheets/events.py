"""Events of a row: what one event form gives of a row's cells, or what is wrong with them (domain.md section 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

import msgspec
from msgspec import Struct

from journey.events import KINDS, Event
from journey.exchange.cells import tidy
from journey.exchange.lines import FIRST_MOMENT_YEAR
from journey.exchange.sheets.declarations import EventForm
from journey.exchange.sheets.getters import Cells, Getter, Getters, Read
from journey.exchange.sheets.kinds import SHEET_FIELDS, KindData, SheetField, kinds_of
from journey.exchange.sheets.values import BadCell, UnknownValue
from journey.history import LAST_DAY
from journey.problem import Problem
from journey.types_in_danish import type_problems

EMPTY_CELL = "feltet mangler: cellen er tom"
NO_MOMENT = "ligger før kalenderens begyndelse; nævn det i empty i oversættelsesfilen, eller lad cellen stå tom"


class CellFaults:
    """The faults of one row's cells, by column."""

    def __init__(self) -> None:
        self.problems: dict[str, Problem] = {}
        self.unknown: list[tuple[str, UnknownValue]] = []

    def add(self, column: str, reason: str, code: str = "bad_value") -> None:
        """Add a fault of the column's cell."""
        self.problems.setdefault(column, Problem(column, reason, code))

    def has(self, column: str) -> bool:
        """Whether the column's cell has a fault."""
        return column in self.problems

    def read(self, column: str, read: Read, cells: Cells) -> Any:
        """The value that the getter reads; None, with a fault, for a bad cell, of which the first fault is named."""
        if column in self.problems:
            return None
        try:
            return read(cells)
        except BadCell as bad:
            self.add_bad(column, bad)
            return None

    def add_bad(self, column: str, bad: BadCell) -> None:
        """Add what the column's cell was refused with."""
        if isinstance(bad, UnknownValue):
            self.unknown.append((column, bad))
        self.add(column, bad.reason, bad.code)


class GivenEvent(Struct, frozen=True, array_like=True, tag="event", gc=False):
    """An event that a row gives: its form's place in the sheet, its name, its day, and the source's own moment."""

    nth: int
    name: str
    valid_at: date
    event: Event
    known_at: datetime | None = None


class FollowedValue(Struct, frozen=True, array_like=True, tag="followed", gc=False):
    """Today's value of a column that is followed: the event it is if it is the first, and the event it is if it is another.

    `field` is the field that has the value, in `first` and in `event`.
    """

    nth: int
    name: str
    on: date | None
    changed_on: date | None
    first: Event
    event: Event
    fields: tuple[str, str]
    known_at: datetime | None = None

    @property
    def value(self) -> object:
        """The value that is compared."""
        return getattr(self.event, self.fields[1])


class EventReader:
    """Reader of what one event form gives of each row."""

    def __init__(self, nth: int, form: EventForm, getters: Getters, now: datetime) -> None:
        self._nth, self._name, self._now = nth, form.id_name, now
        self._when: Callable[[Cells], bool] | None = None if form.when is None else getters.condition(form.when)
        day = form.day
        self._on = Getter(tidy(day.column), getters.day(day.column))
        self._inclusive = day.inclusive
        self._known_at = None if form.known_at is None else Getter(tidy(form.known_at), getters.moment(form.known_at))
        self._changed_on = None if form.changed_on is None else Getter(tidy(form.changed_on), getters.day(form.changed_on))
        self._follows = None if form.follows is None else getters.text(form.follows)
        kinds = kinds_of(form)
        self._makers = [_EventMaker(each, getters) for each in kinds]
        self._fields = tuple(each.field_of(form.follows) or "" for each in kinds) if form.follows is not None else ()

    def given(self, cells: Cells, faults: CellFaults) -> GivenEvent | FollowedValue | None:
        """The row's event; None for nothing, or where the faults say why not."""
        if self._when is not None and not self._when(cells):
            return None
        if self._follows is not None:
            return self._followed(cells, faults)
        day = self._day(cells, faults)
        if day is None and not faults.has(self._on.column):
            return None
        event = self._makers[0].event(cells, faults)
        known_at = self._moment(cells, faults)
        return None if day is None or event is None else GivenEvent(self._nth, self._name, day, event, known_at)

    def _followed(self, cells: Cells, faults: CellFaults) -> FollowedValue | None:
        if self._follows is None or self._follows(cells) is None:
            return None  # an emptied cell gives nothing
        on = self._day(cells, faults)
        changed_on = None if self._changed_on is None else faults.read(*self._changed_on, cells)
        first, event = (maker.event(cells, faults) for maker in self._makers)
        if first is None or event is None:
            return None
        fields = cast("tuple[str, str]", self._fields)
        return FollowedValue(self._nth, self._name, on, changed_on, first, event, fields, self._moment(cells, faults))

    def _day(self, cells: Cells, faults: CellFaults) -> date | None:
        day: date | None = faults.read(*self._on, cells)
        if day is None or not self._inclusive:
            return day
        if day >= LAST_DAY:
            faults.add(
                self._on.column,
                "er en dag, der ikke har en efter sig; nævn den i open_ends, hvis den betyder »ingen slutdato«",
            )
            return None
        return day + timedelta(days=1)

    def _moment(self, cells: Cells, faults: CellFaults) -> datetime | None:
        if self._known_at is None:
            return None
        moment: datetime | None = faults.read(*self._known_at, cells)
        if moment is not None and moment.year < FIRST_MOMENT_YEAR:
            faults.add(self._known_at.column, NO_MOMENT)
            return None
        if moment is not None and moment > self._now:
            faults.add(self._known_at.column, "ligger efter nu; ret tidspunktet, eller lad cellen stå tom", "future_knowledge")
        return moment


class _EventMaker:
    """Maker of a kind's event of a row's cells."""

    def __init__(self, form: KindData, getters: Getters) -> None:
        self._type: type[Event] = KINDS[form.kind]
        self._fields: Mapping[str, SheetField] = SHEET_FIELDS[form.kind]
        self._getters = [(name, getters.value(name, each, self._fields[name])) for name, each in form.data.items()]
        self._kind = form.kind

    def event(self, cells: Cells, faults: CellFaults) -> Event | None:
        """The event; None where the faults say why not."""
        before = len(faults.problems)
        values: dict[str, object] = {}
        for name, (column, read) in self._getters:
            try:
                value = read(cells) if column not in faults.problems else None
            except BadCell as bad:
                value = None
                faults.add_bad(column, bad)
            if value is not None:
                values[name] = value
            elif column and self._fields[name].required and not faults.has(column):
                faults.add(column, EMPTY_CELL)
        if faults.problems and (
            len(faults.problems) > before or any(faults.has(column) for _, (column, _) in self._getters if column)
        ):
            return None
        try:
            return msgspec.convert(values, self._type)
        except msgspec.ValidationError:
            self._explain(values, faults)
            return None

    def _explain(self, values: Mapping[str, object], faults: CellFaults) -> None:
        for name, (column, _) in self._getters:
            if name in values:
                for problem in type_problems("", values[name], self._fields[name].type):
                    faults.add(column or name, problem.reason)
        if not faults.problems:
            raise AssertionError(f"{self._kind} cannot be made of values of its types")
