"""Events of a draft: what a sheet's days are taken for, by their headings and by what else stands in the sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from journey.codes import CodeLists
from journey.exchange.sheets.drafting.profiles import ColumnProfile
from journey.exchange.sheets.drafting.words import slug, toml_list, toml_text
from journey.exchange.sheets.kinds import SHEET_FIELDS, SheetField


class DraftLine(NamedTuple):
    """A line of a draft: TOML, and a note beside it; one without TOML is to be filled in."""

    toml: str | None
    note: str = ""


class DraftEvent(NamedTuple):
    """An event form of a draft, with the columns that it reads."""

    kind: str
    head: tuple[DraftLine, ...]
    data: tuple[DraftLine, ...]
    columns: frozenset[str]


class _FieldSource(NamedTuple):
    column: str | None
    toml: str
    note: str


MOST_CHOICES = 15
"""How many codes of a list are named beside a field that is to be filled in."""
_PER_MONTH = re.compile(r"måned|mdr?\b|mdl", re.IGNORECASE)
_OPTIONAL = frozenset({"born", "yearly_amount", "layer", "forum", "reason"})
"""The fields that a kind may do without, and that are filled where a column has them."""
_REASONS = {"support_ended": "endings", "closed": "closings", "rejected": "rejections", "transferred": "transfer_reasons"}


class DraftColumns:
    """The columns of a sheet, by what they hold."""

    def __init__(self, profiles: Sequence[ColumnProfile], codes: CodeLists) -> None:
        self._codes = codes
        self._days = {each.of: each for each in reversed(profiles) if each.role == "day"}
        self._coded = {each.of: each for each in reversed(profiles) if each.role == "code"}
        self._number = next((each for each in profiles if each.role == "number"), None)
        self._pseudonym = next((each for each in profiles if each.role == "pseudonym"), None)
        self._month = next((each for each in profiles if each.role == "month"), None)
        self._worker = next((each for each in profiles if each.role == "worker"), None)
        self._amount = next((each for each in profiles if each.role == "amount"), None)
        identifiers = [each for each in profiles if each.role == "identifier"]
        self._grant = min(identifiers, key=lambda each: (each.of != "supports", not each.is_unique), default=None)
        self._name_reasons()

    def events(self) -> list[DraftEvent]:
        """The events that the sheet's rows are thought to give, each kind once."""
        found: dict[str, DraftEvent] = {}
        for of, day in self._days.items():
            kind = self._kind(of)
            if kind is not None:
                found.setdefault(kind, self._event(kind, day))
        ordered = sorted(found.values(), key=lambda event: [*SHEET_FIELDS].index(event.kind))
        if ordered and "status" in self._coded:
            ordered[0] = _on_condition(ordered[0], self._coded["status"])
        following = self._following(ordered)
        return ordered if following is None else [*ordered, following]

    def list_of(self, column: ColumnProfile) -> str | None:
        """The list whose codes the column holds; None where that is not known."""
        found = next((name for name, each in self._coded.items() if each is column), column.of)
        return found if found in self._codes.lists else None

    def table_of(self, name: str) -> str:
        """The name of the draft's table of the words for a list's codes: one for all sheets."""
        return slug(self._codes[name].danish)

    def _name_reasons(self) -> None:
        """Take a column of reasons for those of the first of the sheet's events that has reasons."""
        kinds = {self._kind(of) for of in self._days}
        found = next((name for kind, name in _REASONS.items() if kind in kinds and name not in self._coded), None)
        if "reason" in self._coded and found is not None:
            self._coded[found] = self._coded.pop("reason")

    def _kind(self, of: str) -> str | None:
        """The kind of event of a day, by what its heading says; None where that cannot be said."""
        has_support, has_benefit = "supports" in self._coded, "benefits" in self._coded
        of_workers = self._worker is not None and not (has_support or has_benefit or "referred" in self._days)
        if of == "start":
            others = "benefit_changed" if has_benefit else "caseworker_assigned" if of_workers else None
            return "support_granted" if has_support else others
        if of == "end" or (of == "closed" and has_support and "end" not in self._days):
            return "support_ended" if has_support else "caseworker_ended" if of_workers and "start" in self._days else None
        if of == "meeting":
            return "visited" if "forums" in self._coded else None
        return of if of in SHEET_FIELDS and not (of == "referred" and has_support) else None

    def _event(self, kind: str, day: ColumnProfile) -> DraftEvent:
        data, columns = self._data(kind)
        on = DraftLine(f"on = {toml_text(day.name)}", "gæt: efter kolonnens navn")
        if kind in ("support_ended", "caseworker_ended"):
            inclusive = f"on = {{ column = {toml_text(day.name)}, inclusive = true }}"
            on = DraftLine(inclusive, "gæt: den sidste dag med; er det den første dag uden, så skriv false")
        return DraftEvent(kind, (DraftLine(f"kind = {toml_text(kind)}"), on), data, columns | {day.name})

    def _following(self, events: Sequence[DraftEvent]) -> DraftEvent | None:
        """The event of a caseworker who stands as of today beside what the rows are of."""
        began = next((self._days[of] for of in ("referred", "start", "visited") if of in self._days), None)
        if self._worker is None or began is None or any(event.kind.startswith("caseworker") for event in events):
            return None
        data, columns = self._data("caseworker_changed")
        head = [
            DraftLine('kind = "caseworker_changed"'),
            DraftLine(f"follows = {toml_text(self._worker.name)}", "gæt: kolonnen siger kun, hvem det er i dag"),
            DraftLine('first = "caseworker_assigned"'),
            DraftLine(f"on = {toml_text(began.name)}", "gæt: den førstes dag; de næste gælder fra udtrækkets dag"),
        ]
        read = columns | {self._worker.name, began.name}
        if changed := self._days.get("changed"):
            head.append(DraftLine(f"changed_on = {toml_text(changed.name)}", "gæt: dagen for skiftet"))
            read |= {changed.name}
        return DraftEvent("caseworker_changed", tuple(head), data, read)

    def _data(self, kind: str) -> tuple[tuple[DraftLine, ...], frozenset[str]]:
        lines: list[DraftLine] = []
        columns: set[str] = set()
        for name, field in SHEET_FIELDS[kind].items():
            source = self._source(name, field) if field.required or name in _OPTIONAL else None
            if source is not None:
                lines.append(DraftLine(f"{name} = {source.toml}", source.note))
                columns |= {source.column} if source.column else set()
            elif field.required:
                lines.append(DraftLine(None, f"{name} = {self._choices(field)}"))
        return tuple(lines), frozenset(columns)

    def _source(self, name: str, field: SheetField) -> _FieldSource | None:
        """The column that has the field's value, or a constant where one can be thought of."""
        number, worker, amount = self._number, self._worker, self._amount
        ready = {"citizen": self._pseudonym, "born": self._month}.get(name)
        if ready is not None and number is None:
            return _FieldSource(ready.name, toml_text(ready.name), "gæt: lavet af pseudonym.py")
        if name in ("citizen", "born") and number is not None:
            form = "cpr" if name == "citizen" else "birth_month_of"
            return _FieldSource(number.name, f"{{ {form} = {toml_text(number.name)} }}", "")
        if name == "worker" and worker is not None:
            own = toml_text(worker.name)
            note = "gæt: id'er, som de står" if worker.is_plain else "gæt: navne, som bliver pseudonymer"
            return _FieldSource(worker.name, own if worker.is_plain else f"{{ person = {own} }}", note)
        if name == "grant" and self._grant is not None:
            return _FieldSource(self._grant.name, toml_text(self._grant.name), "gæt: bevillingens eget nummer")
        if name == "yearly_amount" and amount is not None:
            times = ", times = 12" if _PER_MONTH.search(amount.name) else ""
            note = "gæt: beløb pr. måned" if times else "gæt: beløb pr. år; er det pr. måned, så skriv times = 12"
            return _FieldSource(amount.name, f"{{ column = {toml_text(amount.name)}{times}, round = true }}", note)
        if field.list is None:
            return None
        if column := self._coded.get(field.list):
            table = toml_text(self.table_of(field.list))
            return _FieldSource(column.name, f"{{ column = {toml_text(column.name)}, codes = {table} }}", "")
        constant = {"roles": "authority", "change_reasons": "other"}.get(field.list)
        if constant is None:
            return None
        note = f"gæt: den samme for alle; andre: {self._others(field.list, constant)}"
        return _FieldSource(None, f"{{ is = {toml_text(constant)} }}", note)

    def _choices(self, field: SheetField) -> str:
        if field.list is None:
            return '"en kolonne"'
        codes = self._codes[field.list]
        return f'{{ is = "en af: {", ".join([*codes.codes][:MOST_CHOICES])}" }}, eller {{ column = "en kolonne", codes = "en tabel" }}'

    def _others(self, name: str, constant: str) -> str:
        return ", ".join(code for code in self._codes[name].codes if code != constant)


def _on_condition(event: DraftEvent, status: ColumnProfile) -> DraftEvent:
    """The event with the condition of a column of states; as it is where none of its words may be printed."""
    if not status.words:
        return event
    when = f"when = {{ column = {toml_text(status.name)}, in = {toml_list(status.words)} }}"
    line = DraftLine(when, "udfyld: behold kun de ord, der betyder, at hændelsen er sket")
    return event._replace(head=(*event.head, line), columns=event.columns | {status.name})
