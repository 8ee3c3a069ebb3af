"""Faults of a mapping file of sheets that its types cannot show: all of them, each with its place and what to do, in Danish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, cast

import msgspec

from journey.codes import CodeLists, folded
from journey.events import KINDS
from journey.exchange.cells import tidy
from journey.exchange.explain import nearest
from journey.exchange.sheets.columns import ColumnUse, column_uses, cpr_columns
from journey.exchange.sheets.declarations import CaseForm, CellForm, EventForm, RowCondition, SheetForm, SheetsFile
from journey.exchange.sheets.field_faults import data_faults
from journey.exchange.sheets.kinds import SHEET_KINDS, kinds_of
from journey.exchange.sheets.values import declared_day
from journey.personal import excerpt, has_personal_number, is_clean
from journey.problem import Problem

_ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")


def sheet_faults(file: SheetsFile, codes: CodeLists) -> Iterator[Problem]:
    """Every fault of the file."""
    if not is_clean(file.source):
        yield Problem("source", "har form som et CPR-nummer eller indeholder et styretegn; giv kilden et andet navn")
    yield from _numbers(file)
    if not file.sheets:
        yield Problem("sheet", "filen har ingen [[sheet]]: skriv en for hvert af kildens ark")
    yield from _repeated(
        "sheet", "name", (sheet.name for sheet in file.sheets), "arkets navn er brugt før; giv hvert ark sit eget"
    )
    yield from _tables(file.codes)
    if file.cells is not None:
        yield from _setting_faults(file.cells)
    for nth, sheet in enumerate(file.sheets, 1):
        for fault in _sheet_faults(sheet, file, codes):
            yield Problem(f"sheet[{nth}].{fault.field}", fault.reason)


def _numbers(file: SheetsFile) -> Iterator[Problem]:
    """A mapping file holds no number of anybody's; `cases` has its own rule, and `source` is named already."""
    for place, text in _texts("", msgspec.to_builtins(msgspec.structs.replace(file, source="", cases=None))):
        if has_personal_number(text):
            yield Problem(excerpt(place), "har form som et CPR-nummer; en oversættelsesfil må ikke indeholde nogens nummer")


def _texts(place: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield place, value
        case dict():
            for name, each in cast("dict[str, Any]", value).items():
                where = f"{place}.{name}" if place else name
                if has_personal_number(name):
                    yield place or "filen", name
                yield from _texts(where, each)
        case list():
            for nth, each in enumerate(cast("list[Any]", value), 1):
                yield from _texts(f"{place}[{nth}]", each)
        case _:
            pass


def _repeated(table: str, field: str, names: Iterable[str], reason: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for nth, name in enumerate(names, 1):
        if name in seen:
            yield Problem(f"{table}[{nth}].{field}", reason)
        seen.add(name)


def _tables(tables: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    for name, table in tables.items():
        meant: dict[str, str] = {}
        for word, code in table.items():
            if meant.setdefault(folded(tidy(word)), code) != code:
                yield Problem(
                    f"codes.{excerpt(name)}.{excerpt(word)}",
                    "ordet står der to gange med hver sin kode, når store og små bogstaver og mellemrum er ens",
                )


def _sheet_faults(sheet: SheetForm, file: SheetsFile, codes: CodeLists) -> Iterator[Problem]:
    yield from _file_faults(sheet)
    if not sheet.key:
        yield Problem("key", "nævn mindst én kolonne, der gør en række til den samme i næste udtræk")
    yield from _case_faults(sheet.case)
    if not sheet.events:
        yield Problem("event", "arket har ingen [[sheet.event]]: skriv en for hver hændelse, en række giver")
    yield from _repeated(
        "event",
        "name",
        (event.id_name for event in sheet.events),
        "navnet er brugt før i arket; giv hændelsen sit eget med name",
    )
    for nth, condition in enumerate(sheet.skip, 1):
        yield from _condition_faults(f"skip[{nth}]", condition)
    yield from _column_faults(sheet)
    if sheet.cells is not None:
        yield from _setting_faults(sheet.cells)
    for nth, event in enumerate(sheet.events, 1):
        for fault in chain(_event_faults(event), data_faults(event, file.codes, codes)):
            yield Problem(f"event[{nth}].{fault.field}", fault.reason)


def _file_faults(sheet: SheetForm) -> Iterator[Problem]:
    if "/" in sheet.file or "\\" in sheet.file or ".." in sheet.file:
        yield Problem("file", "skal være navnet på en fil i den mappe, der læses: uden .., / og \\")
    elif not sheet.file.lower().endswith(_ENDINGS):
        yield Problem(
            "file", f"skal ende på {', '.join(_ENDINGS[:-1])} eller {_ENDINGS[-1]}; gem xls og ods som xlsx eller CSV"
        )
    elif sheet.worksheet is not None and not sheet.file.lower().endswith(".xlsx"):
        yield Problem("worksheet", "kun en xlsx-fil har faneblade; udelad feltet")
    elif sheet.worksheet is None and sheet.file.lower().endswith(".xlsx"):
        yield Problem("worksheet", "feltet mangler: navnet på det faneblad i filen, der læses")


def _case_faults(case: CaseForm) -> Iterator[Problem]:
    if (case.cpr is None) == (case.column is None):
        yield Problem("case", 'skriv netop én af { cpr = "…" } og { column = "…" }')


def _condition_faults(place: str, condition: RowCondition) -> Iterator[Problem]:
    given = [each for each in (condition.value, condition.among, condition.starts) if each is not None]
    if len(given) != 1:
        yield Problem(place, "skriv netop én af is, in og starts")
    elif condition.among == [] or condition.starts == "":
        yield Problem(place, 'felterne in og starts kan ikke være tomme; en tom celle er is = ""')


def _column_faults(sheet: SheetForm) -> Iterator[Problem]:
    uses = list(column_uses(sheet))
    numbers = cpr_columns(sheet)
    for use in uses:
        if use.column in numbers and use.read_as in ("day", "moment", "person", "text"):
            yield Problem(use.place, f"kolonnen {excerpt(use.column)} læses som CPR-nummer og kan ikke også stå her")
    for nth, column in enumerate(sheet.key, 1):
        if tidy(column) in [tidy(each) for each in sheet.key[: nth - 1]]:
            yield Problem(f"key[{nth}]", "kolonnen står der to gange")
    first: dict[str, ColumnUse] = {}
    for use in uses:
        first.setdefault(use.column, use)
    for nth, column in enumerate(sheet.ignore, 1):
        if tidy(column) in first:
            yield Problem(
                f"ignore[{nth}]", f"kolonnen {excerpt(column)} læses i {first[tidy(column)].place}; tag den ud af ignore"
            )


def _setting_faults(cells: CellForm) -> Iterator[Problem]:
    for nth, day in enumerate(cells.open_ends or (), 1):
        if declared_day(day) is None:
            yield Problem(
                f"cells.open_ends[{nth}]", f"{excerpt(day)} er ikke en dag; skriv den som dd-mm-yyyy eller ÅÅÅÅ-MM-DD"
            )


def _event_faults(event: EventForm) -> Iterator[Problem]:
    for field, kind in (("kind", event.kind), ("first", event.first)):
        if kind is not None and kind not in SHEET_KINDS:
            yield Problem(field, f"hændelsestypen {excerpt(kind)} kan ikke komme af et ark{_near_kind(kind)}")
    if event.when is not None:
        yield from _condition_faults("when", event.when)
    if event.follows is None:
        for field in ("first", "changed_on"):
            if getattr(event, field) is not None:
                yield Problem(field, "feltet hører til follows: kolonnen, der kun siger, hvad der gælder i dag")
        return
    if event.day.inclusive:
        yield Problem("on", "feltet inclusive hører ikke til follows, hvis første dag er dagen med")
    without = {each.kind for each in kinds_of(event) if each.kind in SHEET_KINDS and each.field_of(event.follows) is None}
    for kind in sorted(without):
        yield Problem(
            "follows", f"kolonnen {excerpt(event.follows)} skal give netop ét felt i {kind}; nævn den ved det under data"
        )


def _near_kind(kind: str) -> str:
    """The kind that is meant, by its name or by the Danish one that it is read as on every page."""
    danish = {folded(KINDS[each].danish): each for each in sorted(SHEET_KINDS)}
    if folded(kind) in danish:
        return f"; mente du {danish[folded(kind)]}?"
    return "" if kind in KINDS else nearest(kind, sorted(SHEET_KINDS))
