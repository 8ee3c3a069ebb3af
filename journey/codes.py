"""The code lists (kodelister): which codes there are, what they are called, and how a municipality adds its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import msgspec
import msgspec.inspect
from msgspec import Struct

from journey.events import Event
from journey.refusals import Refused
from journey.toml_text import BadToml, parsed
from journey.types_in_danish import type_problems

CodeQuestion = Literal["not_listed", "before_use", "after_use", "closed_to_new"]
"""A question of data quality: a code that its list does not have, or that an event says on a day outside the code's own."""


class LegalBasis(Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "until": "to"}):
    """Legal basis (lovgrundlag) of a support on the days `[first, until)`; without an end where none is said."""

    act: str
    printed: str | None = None
    """The section as the papers print it, with the act."""
    verified: str | None = None
    """The section as the act has it, looked up on `verified_on`; None where that is not verified (ikke efterprøvet)."""
    verified_on: date | None = None
    first: date | None = None
    until: date | None = None

    def in_force_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.until is None or day < self.until)


class CodeEntry(Struct, frozen=True, forbid_unknown_fields=True, rename={"support_class": "class"}):
    """One code: labels, the days it is in use `[valid_from, valid_to)`, other names for it, and what its list needs."""

    da: str
    en: str
    valid_from: date | None = None
    valid_to: date | None = None
    closed_to_new: date | None = None
    """The day from which nothing new begins under it; what runs goes on."""
    succeeded_by: tuple[str, ...] = ()
    """The codes of its list that took its place."""
    days_verified: bool = True
    """Whether its days are looked up in the act."""
    aliases: tuple[str, ...] = ()
    kle: tuple[str, ...] = ()
    """Its numbers in KLE; the next three are its names in FFB, at Danmarks Statistik, and as a target group of LAB § 6."""
    ffb: tuple[str, ...] = ()
    dst: tuple[str, ...] = ()
    lab: tuple[str, ...] = ()
    support_class: str | None = None
    """`main`, `other` or `accessory`: the one thing a fold reads of the lists (domain.md section 3)."""
    group: str | None = None
    """How the counting rules group it; of a break, the series that it breaks."""
    unit: str | None = None
    """Of a break in a series: the unit whose series it is; all where none is said."""
    hoi: bool = False
    """Whether the unit is one that HOI figures count when no unit is asked for."""
    basis: tuple[LegalBasis, ...] = ()
    """Of a support: its legal basis, one period after the other."""

    def question_on(self, day: date, *, begins: bool) -> CodeQuestion | None:
        """The question to an event that says the code on a day outside its own; `begins`: whether something new begins by it."""
        if self.valid_from is not None and day < self.valid_from:
            return "before_use"
        if self.valid_to is not None and day >= self.valid_to:
            return "after_use"
        return "closed_to_new" if begins and self.closed_to_new is not None and day >= self.closed_to_new else None

    def basis_on(self, day: date) -> LegalBasis | None:
        """The legal basis in force on the day; None where the list has none."""
        return next((each for each in self.basis if each.in_force_on(day)), None)


OutsideNames = Literal["kle", "ffb", "dst", "lab"]
"""The systems outside whose names a code may have."""
_OUTSIDE: tuple[OutsideNames, ...] = get_args(OutsideNames)


def folded(text: str) -> str:
    """The text as spellings are compared: in NFC, without case, and with runs of spaces as one."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


class Spellings(Mapping[str, str]):
    """Spellings of a list's codes, each to the code that is stored: codes and aliases as they stand, and these and the labels in
    either language without regard to case and spaces (domain.md section 10, rule 1). Iterated are the codes and aliases.
    """

    def __init__(self, canonical: Mapping[str, str], codes: Mapping[str, CodeEntry]) -> None:
        self._canonical = canonical
        labels = ((label, code) for code, entry in codes.items() for label in (entry.da, entry.en))
        self._folded = _unambiguous(labels) | _unambiguous(canonical.items())
        """What is a code or an alias is that, also where it is another's label."""

    def get(self, key: str, default: Any = None) -> Any:
        """The code, at the cost of one look-up where it is spelt as it stands."""
        return self._canonical.get(key) or self._folded.get(folded(key), default)

    def __getitem__(self, key: str) -> str:
        code = self.get(key)
        if code is None:
            raise KeyError(key)
        return code

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._canonical)

    def __len__(self) -> int:
        return len(self._canonical)


def _unambiguous(spellings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The code of each spelling, those left out that are two codes' without regard to case and spaces."""
    found: dict[str, set[str]] = {}
    for spelling, code in spellings:
        found.setdefault(folded(spelling), set()).add(code)
    return {spelling: next(iter(codes)) for spelling, codes in found.items() if len(codes) == 1}


class CodeList(Struct, frozen=True):
    """One list by name: its codes, and whether a municipality may add to it."""

    name: str
    danish: str
    open: bool
    groups: tuple[str, ...]
    codes: Mapping[str, CodeEntry]
    canonical: Mapping[str, str]
    """The codes and their aliases, to the code that is stored."""
    spellings: Mapping[str, str]
    """Every accepted spelling in what is taken in, the labels with them."""

    def by_outside_name(self, system: OutsideNames) -> Mapping[str, str]:
        """The codes by their names in a system outside."""
        return {name: code for code, entry in self.codes.items() for name in getattr(entry, system)}


class CodeLists(Struct, frozen=True):
    """All lists, with the SHA-256 of their content."""

    lists: Mapping[str, CodeList]
    digest: str

    def __getitem__(self, name: str) -> CodeList:
        return self.lists[name]

    def question(self, name: str, code: str, day: date, *, begins: bool) -> CodeQuestion | None:
        """The question to an event that says the code of the list on the day; None where it is as it should be."""
        entry = self[name].codes.get(code)
        return "not_listed" if entry is None else entry.question_on(day, begins=begins)

    @property
    def classes(self) -> Mapping[str, str]:
        """Each support's class."""
        return {code: entry.support_class or "other" for code, entry in self["supports"].codes.items()}

    @property
    def hoi_units(self) -> tuple[str, ...]:
        """The units counted when a question names none."""
        return tuple(code for code, entry in self["units"].codes.items() if entry.hoi)


_CODE = re.compile(r"[a-z0-9_]{1,80}")
_SETTINGS = ("danish", "open", "groups")
_CLASSES = ("main", "other", "accessory")


@cache
def standard() -> CodeLists:
    """The lists that come with the product."""
    return parse_code_lists(standard_text())


def standard_text() -> str:
    """The file of the lists that come with the product."""
    return resources.files("journey").joinpath("codes.toml").read_text("utf-8")


def parse_code_lists(text: str, additions: str = "") -> CodeLists:
    """The lists of a TOML text, with a municipality's additions of the same form.

    Raises Refused (`bad_codes`) naming list, code and reason for an addition that a list cannot take.
    """
    tables = parsed(text)
    _add(tables, additions)
    lists = {name: _list(name, table) for name, table in tables.items()}
    content = msgspec.json.encode(
        {name: (code_list.groups, dict(code_list.codes)) for name, code_list in lists.items()}, order="sorted"
    )
    for code, entry in lists["breaks"].codes.items():
        if entry.valid_from is None:
            raise Refused("bad_codes", "Et brud mangler valid_from, dagen det er fra.", place=f"breaks.{code}")
        if entry.unit and entry.unit not in lists["units"].canonical:
            raise Refused("bad_codes", f"{entry.unit} er ikke en enhed.", place=f"breaks.{code}")
    return CodeLists(MappingProxyType(lists), hashlib.sha256(content).hexdigest())


def _add(tables: dict[str, Any], additions: str) -> None:
    try:
        added = parsed(additions)
    except BadToml as error:
        raise Refused("bad_codes", f"Kodefilen er ikke gyldig TOML: {error.reason}.", place="kodefil") from None
    for name, table in added.items():
        if name not in tables or not tables[name].get("open"):
            raise Refused("bad_codes", f"Listen {name} kan ikke udvides.", place=name)
        if not isinstance(table, dict):
            raise Refused("bad_codes", f"En liste skrives som [{name}] med en kode pr. linje.", place=name)
        for code, entry in cast("dict[str, Any]", table).items():
            if code in _SETTINGS:
                raise Refused("bad_codes", "Listens egne indstillinger kan ikke ændres.", place=f"{name}.{code}")
            if code in tables[name]:
                raise Refused("bad_codes", f"Koden {code} findes i forvejen.", place=f"{name}.{code}")
            tables[name][code] = entry


def _list(name: str, table: dict[str, Any]) -> CodeList:
    settings = {key: table[key] for key in _SETTINGS if key in table}
    groups = tuple(settings.get("groups", ()))
    codes: dict[str, CodeEntry] = {}
    canonical: dict[str, str] = {}
    for code, raw in table.items():
        if code in settings:
            continue
        entry = _entry(name, code, raw, groups)
        codes[code] = entry
        for spelling in (code, *entry.aliases):
            if spelling in canonical:
                raise Refused("bad_codes", f"{spelling} er navn på to koder.", place=f"{name}.{code}")
            canonical[spelling] = code
    for code, entry in codes.items():
        if unknown := [each for each in entry.succeeded_by if each not in codes]:
            raise Refused("bad_codes", f"{unknown[0]} i succeeded_by findes ikke i listen.", place=f"{name}.{code}")
    _check_outside_names(name, codes)
    return CodeList(
        name,
        settings["danish"],
        settings.get("open", False),
        groups,
        MappingProxyType(codes),
        MappingProxyType(canonical),
        Spellings(canonical, codes),
    )


def _check_outside_names(name: str, codes: Mapping[str, CodeEntry]) -> None:
    for system in _OUTSIDE:
        seen: dict[str, str] = {}
        for code, entry in codes.items():
            for outside in getattr(entry, system):
                if not outside.strip() or seen.setdefault(outside, code) != code:
                    raise Refused(
                        "bad_codes",
                        f"{outside or 'Et tomt navn'} i {system} er ikke navn på netop én kode.",
                        place=f"{name}.{code}",
                    )


def _entry(name: str, code: str, raw: object, groups: tuple[str, ...]) -> CodeEntry:
    place = f"{name}.{code}"
    if not _CODE.fullmatch(code):
        raise Refused("bad_codes", "En kode er små bogstaver a-z, tal og understreg.", place=place)
    for problem in type_problems("", raw, msgspec.inspect.type_info(CodeEntry)):
        what = f"{problem.field}: {problem.reason}".removeprefix(": ").removeprefix(".")
        raise Refused("bad_codes", f'Opslaget passer ikke: {what}. Skriv {code} = {{ da = "…", en = "…" }}.', place=place)
    entry = msgspec.convert(raw, CodeEntry)
    if groups and entry.group not in groups:
        raise Refused("bad_codes", f"Opslaget mangler group, en af: {', '.join(groups)}.", place=place)
    if name == "supports" and entry.support_class not in _CLASSES:
        raise Refused("bad_codes", f"Opslaget mangler class, en af: {', '.join(_CLASSES)}.", place=place)
    if name == "supports" and (entry.group if entry.group in _CLASSES else "main") != entry.support_class:
        raise Refused(
            "bad_codes",
            "class main hører til de fire HOI-grupper, class other og accessory til group af samme navn.",
            place=place,
        )
    if name != "supports" and entry.support_class is not None:
        raise Refused("bad_codes", "Kun støtte har class.", place=place)
    if name != "breaks" and entry.unit is not None:
        raise Refused("bad_codes", "Kun et brud har unit.", place=place)
    if not all(alias.strip() for alias in entry.aliases):
        raise Refused("bad_codes", "Et alias er tomt.", place=place)
    _check_days(entry, place)
    if name != "supports" and entry.basis:
        raise Refused("bad_codes", "Kun støtte har basis.", place=place)
    _check_basis(entry, place)
    return entry


def _check_days(entry: CodeEntry, place: str) -> None:
    first, closed, until = entry.valid_from, entry.closed_to_new, entry.valid_to
    days = [day for day in (first, closed, until) if day is not None]
    if days != sorted(days) or (first is not None and first == until):
        raise Refused("bad_codes", "valid_from, closed_to_new og valid_to skal komme efter hinanden.", place=place)


def _check_basis(entry: CodeEntry, place: str) -> None:
    for each in entry.basis:
        if not each.act.strip():
            raise Refused("bad_codes", "Et lovgrundlag mangler act, lovens navn.", place=place)
        if (each.verified is None) != (each.verified_on is None):
            raise Refused(
                "bad_codes", "verified og verified_on hører sammen: paragraffen og dagen, den er efterprøvet.", place=place
            )
        if each.first is not None and each.until is not None and each.first >= each.until:
            raise Refused("bad_codes", "Et lovgrundlag slutter, før det begynder: to er den første dag uden.", place=place)
    for before, after in pairwise(entry.basis):
        if before.until is None or after.first is None or before.until > after.first:
            raise Refused(
                "bad_codes", "Lovgrundlagene skal følge efter hinanden: det næste fra den dag, det forrige er til.", place=place
            )


def check_used(codes: CodeLists, used: Iterable[CodeUsed]) -> None:
    """Check the lists against the codes that the register has used: (list, code, class, group) as they were then.

    Raises Refused (`codes_changed`) for the first that is gone, or has another class or group.
    """
    for name, code, of_class, group in used:
        entry = codes[name].codes.get(code) if name in codes.lists else None
        if entry is None:
            raise Refused("codes_changed", "Koden er brugt i registret, men findes ikke længere.", place=f"{name}.{code}")
        if (entry.support_class, entry.group) != (of_class, group):
            was = ", ".join(word for word in (of_class, group) if word)
            raise Refused("codes_changed", f"Koden er brugt i registret med {was}.", place=f"{name}.{code}")


CodeUsed = tuple[str, str, str | None, str | None]
"""A list, a code of it, and the class and group that the code must keep."""


class CodesUsed(Struct):
    """The codes that events use, gathered as they come."""

    codes: CodeLists
    used: set[tuple[str, str]]

    def see(self, event: Event) -> None:
        for field, name in type(event).codes.items():
            code = getattr(event, field)
            if code is not None:
                self.used.add((name, code))

    def rows(self) -> list[CodeUsed]:
        """Each with the class and group that it must keep."""
        found = ((name, code, self.codes[name].codes.get(code)) for name, code in sorted(self.used))
        return [(name, code, entry.support_class, entry.group) for name, code, entry in found if entry is not None]
