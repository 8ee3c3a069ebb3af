"""Faults of what an event form says of its kind's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from journey.codes import CodeLists
from journey.exchange.explain import nearest
from journey.exchange.sheets.declarations import EventForm, ValueForm
from journey.exchange.sheets.kinds import SHEET_FIELDS, FieldSort, SheetField, kinds_of
from journey.personal import excerpt, has_control_character, is_person_id
from journey.problem import Problem
from journey.types_in_danish import type_problems

_SOURCES = ("column", "constant", "cpr", "person", "birth_month_of")
_ONLY_IN: Mapping[str, tuple[frozenset[FieldSort], str]] = {
    "cpr": (frozenset({"person", "id"}), "et felt med en persons eller en sags id"),
    "person": (frozenset({"person"}), "worker"),
    "birth_month_of": (frozenset({"month"}), "born"),
    "codes": (frozenset({"code", "flag"}), "et felt med en kode, eller med ja og nej"),
    "times": (frozenset({"whole"}), "et beløb"),
    "round": (frozenset({"whole"}), "et beløb"),
}
"""What a value may be said by only in fields of a sort."""


def data_faults(event: EventForm, tables: Mapping[str, Mapping[str, str]], codes: CodeLists) -> Iterator[Problem]:
    """The faults of the event's fields: unknown ones, missing ones, and forms that do not fit what the field holds."""
    kinds = [each for each in kinds_of(event) if each.kind in SHEET_FIELDS]
    if not kinds:
        return  # the kind is named already
    known = {name: field for each in kinds for name, field in SHEET_FIELDS[each.kind].items()}
    units = {"unit"} if event.follows is not None and event.kind == "transferred" else set[str]()
    for name in event.data:
        if name not in known and name not in units:
            yield Problem(f"data.{excerpt(name)}", f"feltet kendes ikke i {event.kind}{nearest(name, known)}")
    missing = {
        (each.kind, name)
        for each in kinds
        for name, field in SHEET_FIELDS[each.kind].items()
        if field.required and name not in each.data
    }
    for kind, name in sorted(missing):
        yield Problem(f"data.{name}", f"feltet mangler: {kind} skal have det")
    for name, form in event.data.items():
        field = known.get(name)
        if field is not None:
            for reason in _value_faults(form, field, tables, codes):
                yield Problem(f"data.{name}", reason)


def _value_faults(
    form: str | ValueForm, field: SheetField, tables: Mapping[str, Mapping[str, str]], codes: CodeLists
) -> Iterator[str]:
    if isinstance(form, str):
        return
    given = [name for name in _SOURCES if getattr(form, name) is not None]
    if len(given) != 1:
        yield "skriv netop én af column, is, cpr, person og birth_month_of"
        return
    for name, (sorts, where) in _ONLY_IN.items():
        if getattr(form, name) not in (None, False) and field.sort not in sorts:
            yield f"feltet {name} hører kun til {where}"
    for name in ("codes", "times", "round"):
        if getattr(form, name) not in (None, False) and form.column is None:
            yield f"feltet {name} hører til column"
    if form.times is not None and form.times <= 0:
        yield "feltet times skal være over 0"
    if form.codes is not None and form.column is not None:
        yield from _table_faults(form.codes, field, tables, codes)
    if form.constant is not None:
        yield from _constant_faults(form.constant, field, codes)


def _table_faults(name: str, field: SheetField, tables: Mapping[str, Mapping[str, str]], codes: CodeLists) -> Iterator[str]:
    if name not in tables:
        yield f"tabellen [codes.{excerpt(name)}] findes ikke{nearest(name, tables)}"
        return
    for word, code in tables[name].items():
        if field.list is not None and code not in codes[field.list].canonical:
            near = nearest(code, codes[field.list].canonical)
            yield f"{excerpt(word)} er i [codes.{name}] {excerpt(code)}, som ikke findes på listen {codes[field.list].danish}{near}"
        elif field.sort == "flag" and code not in FLAGS:
            yield f"{excerpt(word)} er i [codes.{name}] {excerpt(code)}; skriv true eller false"


FLAGS: Mapping[str, bool] = {"true": True, "false": False, "ja": True, "nej": False, "1": True, "0": False}
"""What a cell with yes or no says, without case."""


def _constant_faults(value: str | int | bool, field: SheetField, codes: CodeLists) -> Iterator[str]:
    if field.list is not None:
        if str(value) not in codes[field.list].canonical:
            near = nearest(str(value), codes[field.list].canonical)
            yield f"koden {excerpt(value)} findes ikke på listen {codes[field.list].danish}{near}"
        return
    yield from (problem.reason for problem in type_problems("", value, field.type))
    if isinstance(value, str) and has_control_character(value):
        yield "indeholder et styretegn eller et usynligt tegn (f.eks. et linjeskift)"
    elif field.sort == "person" and isinstance(value, str) and not is_person_id(value):
        yield "er ikke et id: brug tegnene A-Z, a-z, 0-9 og . _ : / - med mindst ét tal, og aldrig et navn"
