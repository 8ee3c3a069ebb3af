"""The kinds of event that a sheet may give, and what a cell must say for each of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec import inspect

from journey.events import KINDS, STREAM_KINDS
from journey.events.fields import PERSONS
from journey.exchange.cells import tidy
from journey.exchange.lines import DATA_FIELDS, is_id
from journey.exchange.sheets.declarations import EventForm, ValueForm

SHEET_KINDS = frozenset(KINDS) - STREAM_KINDS - {"withdrawn", "note_added"}
"""The kinds of event that a row may give: those of a case, but for annulments, which a comparison makes, and free text."""

FieldSort = Literal["code", "person", "id", "month", "day", "whole", "flag", "label"]
"""What a field holds, by which its cell is read."""


class SheetField(NamedTuple):
    """A field of a kind: what it holds, the code list of a coded one, whether the kind must have it, and its type."""

    sort: FieldSort
    list: str | None
    required: bool
    type: inspect.Type


def _field(kind: str, name: str, declared: inspect.Field) -> SheetField:
    codes = KINDS[kind].codes.get(name)
    return SheetField(_sort(name, declared.type, codes), codes, declared.required, declared.type)


def _sort(name: str, type_: inspect.Type, codes: str | None) -> FieldSort:
    options = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    if codes is not None:
        return "code"
    if name in PERSONS:
        return "person"
    if is_id(type_):
        return "id"
    if any(isinstance(option, inspect.BoolType) for option in options):
        return "flag"
    if any(isinstance(option, inspect.IntType) for option in options):
        return "whole"
    if any(isinstance(option, inspect.DateType) for option in options):
        return "day"
    return "month" if any(isinstance(option, inspect.StrType) and option.pattern for option in options) else "label"


SHEET_FIELDS: Mapping[str, Mapping[str, SheetField]] = MappingProxyType(
    {
        kind: {name: _field(kind, name, each) for name, each in DATA_FIELDS[kind].items()}
        for kind in KINDS
        if kind in SHEET_KINDS
    }
)
"""Each kind's fields."""


class KindData(NamedTuple):
    """A kind of event that a form gives, with the form of each of its fields."""

    kind: str
    data: Mapping[str, str | ValueForm]

    def field_of(self, column: str) -> str | None:
        """The one field that the column gives; None where it gives none, or several."""
        found = [name for name, form in self.data.items() if tidy(column_of(form) or "") == tidy(column)]
        return found[0] if len(found) == 1 else None


def column_of(form: str | ValueForm) -> str | None:
    """The column that a value comes from; None for one that is always the same."""
    if isinstance(form, str):
        return form
    return form.column or form.cpr or form.person or form.birth_month_of


def kinds_of(event: EventForm) -> list[KindData]:
    """The kinds that an event form gives: its own, and before it, where it follows a column, that of the first time.

    A unit that follows gives `transferred`, whose `to` is the unit's (domain.md section 10, rule 4).
    """
    if event.follows is None:
        return [KindData(event.kind, event.data)]
    data = dict(event.data)
    if event.kind == "transferred" and "unit" in data:
        data.setdefault("to", data["unit"])
    return [
        KindData(kind, {name: form for name, form in data.items() if name in SHEET_FIELDS.get(kind, ())})
        for kind in (event.first or event.kind, event.kind)
    ]
