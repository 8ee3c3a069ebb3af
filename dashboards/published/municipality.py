"""The municipality's own facts: what its committee papers print that no event holds, as data of one TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from journey import toml_text


class Tables(Struct, frozen=True, forbid_unknown_fields=True):
    """The units of the papers' Tabel 1 and Tabel 2."""

    first: str
    """Counted with those under assessment."""
    second: str
    """Divided by target group, and counted without those under assessment."""


class Cohort(Struct, frozen=True, forbid_unknown_fields=True):
    """The cases handed over from one unit to another on the days `[first, after)`."""

    from_unit: str
    to_unit: str
    first: date
    after: date
    note: str
    """What the papers say of how many they were."""


class Break(Struct, frozen=True, forbid_unknown_fields=True):
    """A day from which a series does not mean what it meant before, and why."""

    day: date
    why: str
    unit: str | None = None
    """The unit whose series it breaks; all where none is said."""
    caseworkers: bool = False
    """Whether it breaks only the series about caseworkers."""


class Beginning(Struct, frozen=True, forbid_unknown_fields=True):
    """Beginning of the effort by each paper, and the first day by which it had by all of them."""

    by: date
    papers: Mapping[str, str]


class AgeLimit(Struct, frozen=True, forbid_unknown_fields=True):
    """An age band as a paper prints it, in whole years, first and last both in it; None where it is open."""

    of: str
    text: str
    first: int | None = None
    last: int | None = None


class Municipality(Struct, frozen=True, forbid_unknown_fields=True):
    """Facts that the papers of one municipality print; papers are named by their case number, units by their code."""

    name: str
    first_year: int
    """The year the effort began in."""
    request: str
    """What the committee asked to follow, in words."""
    forum_note: str
    """What a paper writes of how many cases a forum has."""
    tables: Tables
    cohort: Cohort
    expected: Mapping[str, str]
    """By unit, the ledger's id of the number of cases that was expected in it."""
    numbers: Mapping[str, str]
    """By the ledger's id, what a printed number is that no figure counts."""
    breaks: Mapping[str, tuple[Break, ...]]
    """What each paper says of its own series."""
    began: Beginning
    excluded: Mapping[str, tuple[str, ...]]
    """The ways in which a paper says whom the target group leaves out."""
    committees: Mapping[str, str]
    """The committees that heard each paper, in its order and letters."""
    columns: Mapping[str, Mapping[str, str]]
    """By target group, what each paper has called its column."""
    age_limits: Mapping[str, tuple[AgeLimit, ...]]
    """The bands that papers divide the same people by."""
    synonyms: Mapping[str, tuple[str, ...]]
    """What papers call by more than one name."""
    places: Mapping[str, tuple[str, ...]] = {}
    """Where in its paper a number stands, with the ledger's ids of the numbers that stand there."""
    ended_sources: tuple[str, ...] = ()
    """The sources that give the register no more events, by their names in the log: what is known does not wait for them."""

    @property
    def units(self) -> set[str]:
        """The units that it names."""
        breaks = (each.unit for breaks in self.breaks.values() for each in breaks if each.unit)
        return {self.tables.first, self.tables.second, self.cohort.from_unit, self.cohort.to_unit, *self.expected, *breaks}

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences that pages show in both languages."""
        whys = (each.why for breaks in self.breaks.values() for each in breaks)
        return self.forum_note, self.cohort.note, *self.numbers.values(), *self.places, *whys

    def place_of(self, name: str) -> str | None:
        """Place in its paper of the number that the ledger has under the id; None where none is given."""
        return next((place for place, names in self.places.items() if name in names), None)


@cache
def standard() -> Municipality:
    """The municipality that comes with the product."""
    return parsed(resources.files("dashboards").joinpath("published", "norddjurs.toml").read_text("utf-8"))


def parsed(text: str) -> Municipality:
    """The municipality of a TOML text. Raises BadToml, and msgspec.ValidationError for a name or value that does not belong there."""
    return msgspec.convert(toml_text.parsed(text), Municipality)
