"""The table of rules and the rights of a role file as tables that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import unified_diff

from dashboards.figures.table import Table
from dashboards.words.language import Language, later
from journey.access.attestation import VERDICTS, Attestation
from journey.access.role_form import ClaimGrant, Deputy, RoleFile
from journey.access.rules import WHOLE, Action, Mark, Role, Rules, Scope
from journey.codes import CodeList

MARKS: dict[Mark, str] = {
    "aggregate": later("Tal over sagerne"),
    "case": later("En enkelt sag"),
    "command": later("Ændringer i registret"),
    "operate": later("Drift og tilsyn"),
}
"""The titles of the rules' tables, by the mark of their actions."""
SCOPES: dict[Scope, str] = {
    "no": later("nej"),
    "yes": later("ja"),
    "every_unit": later("ja, med alle enheder"),
    "units": later("egne enheders sager"),
    "all": later("alle sager"),
}
ALL_UNITS = later("alle enheder")
_WITH_TWO = later("{action} (to i forening)")
_RIGHT_COLUMNS = (later("Ret"), later("Rolle"), later("Enheder"), later("Til og med"))


def name_of(entry: Role | Action, translate: Language) -> str:
    """The name of a role or an action in the language."""
    return entry.danish if translate.code == "da" else entry.english


def rule_tables(table: Rules, translate: Language) -> list[Table]:
    """The table of rules, one table a mark: a line an action, a column a role."""
    return [
        Table(translate(title), _heads(table, translate), tuple(_actions(table, mark, translate)), ())
        for mark, title in MARKS.items()
    ]


def _heads(table: Rules, translate: Language) -> tuple[str, ...]:
    return (translate("Opgave"), *(name_of(role, translate) for role in table.role.values()))


def _actions(table: Rules, mark: Mark, translate: Language) -> Iterator[tuple[str, ...]]:
    for action in table.action.values():
        if action.mark == mark:
            name = name_of(action, translate)
            scopes = (SCOPES[action.scope.get(role, "no")] for role in table.role)
            yield (
                translate(_WITH_TWO, action=name) if action.two_person else name,
                *map(translate, scopes),
            )


def rights_table(file: RoleFile, table: Rules, units: CodeList, translate: Language, *, whole: bool) -> Table:
    """The rights that a role file gives, a line each; `whole` shows also to whom: claims with their values, and the ids of deputies."""
    rows = [
        (
            right.name,
            *([_holders(right, translate)] if whole else []),
            name_of(table.role[right.role], translate),
            _units(right, units, translate),
            last_day(right.until, translate),
        )
        for right in (*file.grants, *file.deputies)
    ]
    name, *others = (translate(head) for head in _RIGHT_COLUMNS)
    heads = (name, *([translate("Hvem")] if whole else []), *others)
    notes = [translate("En person uden et af disse krav har ingen rolle.")] if whole else []
    if file.blocked and whole:
        blocked = ", ".join(each.person for each in file.blocked)
        notes.append(translate("Spærret, hvad end deres krav siger: {persons}.", persons=blocked))
    return Table(translate("Hvad rollefilen giver"), heads, tuple(rows), tuple(notes))


def changed_lines(before: str, after: str) -> list[str]:
    """The lines by which a role file differs from the one before, the gone with a minus and the new with a plus, two around each."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    return ["…" if line.startswith("@@") else line.replace("-", "−", 1) if line.startswith("-") else line for line in lines][2:]


def attestation_table(found: Iterable[Attestation], table: Rules, units: CodeList, today: date, translate: Language) -> Table:
    """The rights in force with what was answered last about each, and when the next answer is due."""
    rows = tuple(
        (
            each.right.name,
            name_of(table.role[each.right.role], translate),
            translate.label(units.codes[each.right.unit]) if each.right.unit else "–",
            answer_text(each, translate),
            due_text(each, today, translate),
        )
        for each in found
    )
    heads = tuple(translate(head) for head in (*_RIGHT_COLUMNS[:3], later("Sidst besvaret"), later("Skal besvares senest")))
    return Table(translate("Halvårlig bekræftelse af rettigheder"), heads, rows, ())


def answer_text(each: Attestation, translate: Language) -> str:
    """The last answer about a right, with its day and who gave it."""
    if each.last is None:
        return translate("ikke endnu; i kraft siden {day}", day=translate.short(each.since))
    return f"{translate(VERDICTS[each.last.answer])}, {translate.short(each.last.day)}, {each.last.person}"


def due_text(each: Attestation, today: date, translate: Language) -> str:
    """The day on which the next answer is due, marked where it has passed."""
    day = translate.short(each.due)
    return translate("{day} – over tiden", day=day) if each.is_overdue(today) else day


def last_day(until: date | None, translate: Language) -> str:
    """The last day of a right, or a dash where it has none."""
    return "–" if until is None else translate.short(until - timedelta(days=1))


def _holders(right: ClaimGrant | Deputy, translate: Language) -> str:
    if isinstance(right, Deputy):
        day = translate.short(right.first)
        return translate("{person} i stedet for {other}, fra {day}", person=right.person, other=right.stands_in_for, day=day)
    claims = {right.claim: [right.value], **right.also}
    where = f"{right.each}: " if right.each else ""
    return where + "; ".join(f"{claim} = {' | '.join(values)}" for claim, values in claims.items())


def _units(right: ClaimGrant | Deputy, units: CodeList, translate: Language) -> str:
    mapped = right.units_from if isinstance(right, ClaimGrant) else None
    given = dict.fromkeys(mapped.map.values() if mapped else right.units or [])
    named = ", ".join(translate(ALL_UNITS) if unit in WHOLE else translate.label(units.codes[unit]) for unit in given)
    return translate("efter {claim}: {units}", claim=mapped.claim, units=named) if mapped else named or "–"
