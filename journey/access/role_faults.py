"""A role file read: a valid one, or a refusal that names all that is wrong with it, each with its place and what to do, in Danish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from re import Pattern
from typing import Any

import msgspec
from msgspec.structs import replace

from journey.access.role_file import takes_units
from journey.access.role_form import ClaimGrant, Deputy, RoleFile
from journey.access.rules import WHOLE, rules, scope_of
from journey.codes import CodeList, folded
from journey.mended import faults_of
from journey.personal import excerpt, has_control_character, has_personal_number, is_person_id
from journey.problem import Problem, refuse_problems, thousands
from journey.toml_text import BadToml, parsed, texts_within

MOST = 50_000
"""The most characters of a file: it stands in the register's acts for good."""
LONGEST_DAYS = 366
"""The most days that a deputy stands in, and an external person has access, at a time."""


def parse_role_file(text: str, units: CodeList, person_ids: Pattern[str] | None = None) -> RoleFile:
    """A valid role file, its units as their codes; raises Refused (`bad_roles`) naming all that is wrong with it.

    `person_ids` is the municipality's own form of the ids of persons.
    """
    refuse_problems(role_faults(text, units, person_ids), "bad_roles")
    return _with_codes(msgspec.convert(parsed(text), RoleFile), units)


def role_faults(text: str, units: CodeList, person_ids: Pattern[str] | None = None) -> list[Problem]:
    """Every fault of a role file, whatever day it is."""
    if len(text) > MOST:
        return [Problem("rollefilen", f"filen er over {thousands(MOST)} tegn lang; slå rettigheder sammen i kommunens katalog")]
    try:
        table = parsed(text)
    except BadToml as error:
        return [Problem("rollefilen", f"filen er ikke gyldig TOML: {error.reason}")]
    return [*(list(_values(table)) or _lines(text)), *faults_of(table, RoleFile, lambda file: _faults(file, units, person_ids))]


def faults_on(file: RoleFile, today: date) -> list[Problem]:
    """The faults of a valid file that is to be taken into force on the day: what has ended, and what would run too long."""
    found: list[Problem] = []
    signing = [role for role in rules().role if scope_of(role, "approve_roles") != "no"]
    if not any(grant.role in signing for grant in file.grants):
        names = ", ".join(signing)
        found.append(Problem("grant", f"ingen ville kunne underskrive den næste fil; giv mindst én af rollerne {names}"))
    for nth, grant in enumerate(file.grants, 1):
        place = f"grant[{nth}].until"
        if grant.until is not None and grant.until <= today:
            found.append(Problem(place, f"{grant.until} er ikke efter i dag; tag den [[grant]] ud, eller ret dagen"))
        elif grant.until is not None and grant.external and (grant.until - today).days > LONGEST_DAYS:
            found.append(Problem(place, f"er mere end {LONGEST_DAYS} dage frem; giv en ekstern højst et år ad gangen"))
    found += [
        Problem(f"deputy[{nth}].until", f"{deputy.until} er ikke efter i dag; tag den [[deputy]] ud, eller ret dagen")
        for nth, deputy in enumerate(file.deputies, 1)
        if deputy.until <= today
    ]
    return found


def _values(table: Mapping[str, Any]) -> Iterator[Problem]:
    for place, text in texts_within(table):
        yield from _unclean(excerpt(place), text)


def _lines(text: str) -> Iterator[Problem]:
    """The file stands in the register's acts for good, its comments too."""
    for nth, line in enumerate(text.split("\n"), 1):
        yield from _unclean(f"linje {nth}", line.removesuffix("\r").replace("\t", " "))


def _unclean(place: str, text: str) -> Iterator[Problem]:
    if has_personal_number(text):
        yield Problem(place, "har form som et CPR-nummer; en rollefil må ikke indeholde nogens nummer")
    elif has_control_character(text):
        yield Problem(place, "indeholder et tegn, der ikke kan ses; skriv det på ny")


def _faults(file: RoleFile, units: CodeList, person_ids: Pattern[str] | None) -> Iterator[Problem]:
    if not file.grants:
        yield Problem("grant", "filen har ingen [[grant]]: skriv en for hver ret, som kommunens katalog giver")
    yield from _repeated(file)
    for nth, grant in enumerate(file.grants, 1):
        for fault in _grant_faults(grant, units):
            yield Problem(f"grant[{nth}].{fault.field}", fault.reason)
    blocked = [folded(each.person) for each in file.blocked]
    for nth, deputy in enumerate(file.deputies, 1):
        for fault in _deputy_faults(deputy, units, blocked, person_ids):
            yield Problem(f"deputy[{nth}].{fault.field}", fault.reason)
    for nth, each in enumerate(file.blocked, 1):
        yield from _person(f"blocked[{nth}].person", each.person, person_ids)
        if blocked[nth - 1] in blocked[: nth - 1]:
            yield Problem(f"blocked[{nth}].person", "personen er spærret i forvejen; tag den ene ud")


def _repeated(file: RoleFile) -> Iterator[Problem]:
    named = chain(
        ((f"grant[{nth}].name", grant.name) for nth, grant in enumerate(file.grants, 1)),
        ((f"deputy[{nth}].name", deputy.name) for nth, deputy in enumerate(file.deputies, 1)),
    )
    seen: set[str] = set()
    for place, name in named:
        if folded(name) in seen:
            yield Problem(place, "navnet er brugt før; giv hver ret sit eget, som den kan genkendes på")
        seen.add(folded(name))


def _grant_faults(grant: ClaimGrant, units: CodeList) -> Iterator[Problem]:
    yield from _role(grant.role)
    if grant.role in rules().role:
        yield from _grant_units(grant)
    yield from _units("units", grant.units, units)
    if grant.units_from is not None:
        if not grant.units_from.map:
            yield Problem("units_from.map", "må ikke være tom: skriv kravets værdier, hver med sin enhed")
        for value, unit in grant.units_from.map.items():
            yield from _unit(f"units_from.map.{excerpt(value)}", unit, units)
    for claim, values in grant.also.items():
        if not values or "" in values:
            yield Problem(f"also.{excerpt(claim)}", "skal nævne mindst én værdi, og ingen af dem må være tom")
    if grant.role == "auditor" and grant.external is None:
        yield Problem("external", "feltet mangler: skriv true for en ekstern revisor, false for kommunens egen")
    if grant.external and grant.until is None:
        yield Problem("until", "feltet mangler: en eksterns adgang hører op af sig selv; skriv den første dag uden")


def _grant_units(grant: ClaimGrant) -> Iterator[Problem]:
    given = [name for name in ("units", "units_from") if getattr(grant, name) is not None]
    if not takes_units(grant.role):
        yield from (Problem(name, f"rollen {grant.role} har ingen enheder; udelad feltet") for name in given)
    elif len(given) != 1:
        yield Problem("units", "skriv netop én af felterne units og units_from")


def _deputy_faults(
    deputy: Deputy, units: CodeList, blocked: Sequence[str], person_ids: Pattern[str] | None
) -> Iterator[Problem]:
    yield from _role(deputy.role)
    if deputy.role in rules().role and takes_units(deputy.role) != (deputy.units is not None):
        wrong = "feltet mangler" if takes_units(deputy.role) else f"rollen {deputy.role} har ingen enheder; udelad feltet"
        yield Problem("units", wrong)
    yield from _units("units", deputy.units, units)
    yield from _person("person", deputy.person, person_ids)
    yield from _person("stands_in_for", deputy.stands_in_for, person_ids)
    if folded(deputy.person) in blocked:
        yield Problem("person", "personen er spærret ([[blocked]]); tag den ene af de to ud")
    if folded(deputy.person) == folded(deputy.stands_in_for):
        yield Problem("stands_in_for", "ingen er stedfortræder for sig selv; ret den ene")
    if deputy.until <= deputy.first:
        yield Problem("until", "skal ligge efter from; det er den første dag uden")
    elif (deputy.until - deputy.first).days > LONGEST_DAYS:
        yield Problem("until", f"er mere end {LONGEST_DAYS} dage efter from; giv en stedfortræder højst et år ad gangen")


def _role(role: str) -> Iterator[Problem]:
    if role not in rules().role:
        yield Problem("role", f"skal være en af: {', '.join(rules().role)}")


def _units(place: str, given: Sequence[str] | None, units: CodeList) -> Iterator[Problem]:
    if given is None or tuple(given) == WHOLE:
        return
    if not given:
        yield Problem(place, f"nævn mindst én enhed, eller skriv {WHOLE[0]} alene for dem alle")
    for nth, unit in enumerate(given, 1):
        if unit in WHOLE:
            yield Problem(f"{place}[{nth}]", "står alene, når den betyder alle enheder")
        else:
            yield from _unit(f"{place}[{nth}]", unit, units)


def _unit(place: str, unit: str, units: CodeList) -> Iterator[Problem]:
    if unit not in WHOLE and unit not in units.spellings:
        yield Problem(place, f"koden {excerpt(unit)} findes ikke; brug en af: {', '.join(units.codes)}")


def _person(place: str, person: str, person_ids: Pattern[str] | None) -> Iterator[Problem]:
    if not is_person_id(person, person_ids):
        yield Problem(place, "kan være et navn; skriv personens id, som det står i registret, f.eks. sb-17")


def _with_codes(file: RoleFile, units: CodeList) -> RoleFile:
    """The file with every unit as its code, each once."""

    def code(unit: str) -> str:
        return unit if unit in WHOLE else units.spellings[unit]

    def codes(given: Sequence[str] | None) -> list[str] | None:
        return None if given is None else list(dict.fromkeys(map(code, given)))

    def grant(each: ClaimGrant) -> ClaimGrant:
        if each.units_from is None:
            return replace(each, units=codes(each.units))
        mapped = {value: code(unit) for value, unit in each.units_from.map.items()}
        return replace(each, units_from=replace(each.units_from, map=mapped))

    return replace(
        file,
        grants=[grant(each) for each in file.grants],
        deputies=[replace(each, units=codes(each.units)) for each in file.deputies],
    )
