"""Getters of a row: what each field of an event form, a condition or a case takes from the cells, made once for a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from journey.codes import CodeLists, folded
from journey.exchange.cells import tidy
from journey.exchange.explain import NOT_AN_ID, any_of, closest
from journey.exchange.lines import NOTHING, Declared
from journey.exchange.sheets.declarations import CaseForm, RowCondition, ValueForm
from journey.exchange.sheets.field_faults import FLAGS
from journey.exchange.sheets.identities import Identities
from journey.exchange.sheets.kinds import SheetField, column_of
from journey.exchange.sheets.values import BadCell, CellReader, UnknownValue, Value
from journey.log.stored import STREAM
from journey.personal import quoted

Cells = Sequence[Value]
"""The values of a row, those of the columns that are read."""
Read = Callable[[Cells], object]


class Getter(NamedTuple):
    """A value of a row: the column that it comes from (none for one that is always the same), and how it is read."""

    column: str
    read: Read


class DeliveryContext(Struct, frozen=True):
    """The context that the rows of a delivery are read in."""

    codes: CodeLists
    tables: Mapping[str, Mapping[str, str]]
    """The code tables of the mapping file."""
    identities: Identities
    workers: dict[str, str]
    """The first spelling of each worker, by the id in lower case: what the log has, and what the rows add to it."""
    cases: Mapping[str, str] | None = None
    """The register's case by the source's own; None where those are the register's."""
    declared: Declared = NOTHING


class Getters:
    """Getters for one table: by the places of its columns, and the settings of its cells."""

    def __init__(self, columns: Sequence[str], cells: CellReader, context: DeliveryContext) -> None:
        self._at = {column: at for at, column in enumerate(columns)}
        self._cells = cells
        self._context = context

    def place(self, column: str) -> int:
        """The place of the column in each row."""
        return self._at[tidy(column)]

    def text(self, column: str) -> Read:
        """The column's text."""
        at, read = self.place(column), self._cells.text
        return lambda cells: value if isinstance(value := cells[at], str) else read(value)

    def day(self, column: str) -> Read:
        """The column's day."""
        at, read = self.place(column), self._cells.day
        return lambda cells: None if (value := cells[at]) is None else read(value)

    def moment(self, column: str) -> Read:
        """The column's moment."""
        at, read = self.place(column), self._cells.moment
        return lambda cells: read(cells[at])

    def id(self, column: str) -> Read:
        """The column's id."""
        at, read = self.place(column), self._cells.id
        return lambda cells: value if isinstance(value := cells[at], str) and value[-2:] != ".0" else read(value)

    def citizen(self, column: str) -> Read:
        """The pseudonym of the column's CPR number."""
        at, read, make = self.place(column), self._cells.id, self._context.identities.citizen
        return lambda cells: None if (text := read(cells[at])) is None else make(text)

    def key_part(self, column: str, numbers: frozenset[str]) -> Read:
        """The column's part of the row's key: the pseudonym of a CPR number, the text of any other; an empty text for none."""
        read = self.citizen(column) if tidy(column) in numbers else self.id(column)
        return lambda cells: read(cells) or ""

    def condition(self, condition: RowCondition) -> Callable[[Cells], bool]:
        """Whether the row's cell is as the condition says, without case and with runs of spaces as one."""
        read = self.text(condition.column)
        if condition.starts is not None:
            start = folded(tidy(condition.starts))
            return lambda cells: folded(str(read(cells) or "")).startswith(start)
        among = {folded(tidy(each)) for each in ([condition.value] if condition.value is not None else condition.among or ())}
        return lambda cells: folded(str(read(cells) or "")) in among

    def case(self, form: CaseForm) -> Getter:
        """The row's (case, source_case)."""
        if form.cpr is not None:
            citizen = self.citizen(form.cpr)

            def citizens_case(cells: Cells) -> object:
                case = citizen(cells)
                return None if case is None else (case, None)

            return Getter(tidy(form.cpr), citizens_case)
        column = form.column or ""
        read, cases = self.id(column), self._context.cases

        def case_of(cells: Cells) -> object:
            text = read(cells)
            if text is None:
                return None
            own = str(text)
            case = own if cases is None else cases.get(own)
            if case is None:
                raise BadCell(f"oversættelsesfilen har ingen sag til {quoted(own)} i [cases]")
            if len(case) > _LONGEST_CASE or case.startswith(STREAM):
                raise BadCell(f"kan ikke være en sag: 1-{_LONGEST_CASE} tegn, ikke begyndende med {STREAM}")
            return case, (None if cases is None else own)

        return Getter(tidy(column), case_of)

    def value(self, name: str, form: str | ValueForm, field: SheetField) -> Getter:
        """The value of an event's field, by its name."""
        column = column_of(form)
        if isinstance(form, ValueForm):
            if column is None:
                return Getter("", _always(self._constant(form, field)))
            if form.cpr is not None:
                return Getter(tidy(column), self.citizen(column))
            if form.birth_month_of is not None:
                return Getter(tidy(column), self._made(self.id(column), self._context.identities.birth_month))
            if form.person is not None:
                return Getter(tidy(column), self._made(self.text(column), self._context.identities.worker))
        plain = form if isinstance(form, ValueForm) else ValueForm()
        return Getter(tidy(column or ""), self._by_sort(name, column or "", plain, field))

    @staticmethod
    def _made(read: Read, make: Callable[[str], str]) -> Read:
        return lambda cells: None if (text := read(cells)) is None else make(str(text))

    def _constant(self, form: ValueForm, field: SheetField) -> object:
        if field.list is not None:
            return self._context.codes[field.list].canonical[str(form.constant)]
        return form.constant

    def _by_sort(self, name: str, column: str, form: ValueForm, field: SheetField) -> Read:
        match field.sort:
            case "code":
                return self._code(column, form, field.list or "")
            case "day":
                return self.day(column)
            case "whole":
                at, read, times = self.place(column), self._cells.amount, Decimal(str(form.times or 1))
                rounded = form.round
                return lambda cells: read(cells[at], times, rounded=rounded)
            case "flag":
                table = {folded(tidy(word)): FLAGS[flag] for word, flag in self._table(form).items()}
                return self._looked_up(self.text(column), {**FLAGS, **table}, "", lambda _: "; skriv ja eller nej")
            case "person":
                return self._person(column, self._context.workers if name == "worker" else None)
            case "id":
                return self.id(column)
            case "label" | "month":
                return self.text(column)

    def _table(self, form: ValueForm) -> Mapping[str, str]:
        return self._context.tables[form.codes] if form.codes is not None else {}

    def _code(self, column: str, form: ValueForm, name: str) -> Read:
        """The code of a cell's word: by the mapping file's table first, then by the list's own codes, labels and aliases."""
        codes = self._context.codes[name]
        own = [(tidy(word), codes.canonical[code]) for word, code in self._table(form).items()]
        table = {folded(word): code for word, code in own}
        labels = [(label, code) for code, entry in codes.codes.items() for label in (entry.da, code, entry.en)]
        words: dict[str, tuple[str, str]] = {}
        for word, code in (*own, *labels, *codes.spellings.items()):
            words.setdefault(folded(word), (word, code))

        def remedy(value: str) -> str:
            nearest: dict[str, str] = {}
            for near in closest(folded(value), words, len(words)):
                word, code = words[near]
                nearest.setdefault(code, word if word == code else f"{word} ({code})")
            meant = " eller ".join([*nearest.values()][:_MOST_NAMED])
            return f" på listen {codes.danish}" + (f"; mente du {meant}?" if meant else any_of(codes.codes))

        return self._looked_up(self.id(column), table, name, remedy, codes.spellings)

    @staticmethod
    def _looked_up(
        read: Read,
        table: Mapping[str, object],
        code_list: str,
        remedy: Callable[[str], str],
        spellings: Mapping[str, str] | None = None,
    ) -> Read:
        found: dict[str, object] = {}

        def look_up(cells: Cells) -> object:
            text = read(cells)
            if text is None:
                return None
            word = str(text)
            if word not in found:
                value = table.get(folded(word))
                if value is None and spellings is not None:
                    value = spellings.get(word)
                if value is None:
                    raise UnknownValue(word, code_list, f"{quoted(word)} kendes ikke{remedy(word)}")
                found[word] = value
            return found[word]

        return look_up

    def _person(self, column: str, spellings: dict[str, str] | None) -> Read:
        """The id of a person; a worker's in the first spelling that the register has of it."""
        read, declared = self.id(column), self._context.declared

        def person(cells: Cells) -> object:
            text = read(cells)
            if text is None:
                return None
            own = str(text)
            if not declared.takes_person(own, ""):
                raise BadCell(f"{NOT_AN_ID}; et navn bliver et pseudonym med {{ person = … }}", "not_an_id")
            return own if spellings is None else spellings.setdefault(own.lower(), own)

        return person


def _always(value: object) -> Read:
    def constant(_: Cells) -> object:
        return value

    return constant


_LONGEST_CASE = 64
_MOST_NAMED = 3
"""How many of the nearest that are known are named beside a value that no list knows."""
