"""The days that papers print a status for: what was printed on each, and what breaks the series between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from dashboards.published.municipality import Break
from dashboards.view import View
from dashboards.words.language import DANISH, Language, later
from journey.codes import standard
from journey.events import FigurePublished

QUALIFIED: Mapping[str, str] = {
    "ca": later("ca. {n}"),
    "ikke_under": later("ikke under {n}"),
    "enkelte": later("enkelte"),
    "exact": "{n}",
}
NEAR = timedelta(days=14)
"""Breaks so near each other are marked as one."""
_OF_THE_RESEARCH = re.compile(r"\s*\(T\d+(, T\d+)*\)")


def notes_of(published: FigurePublished) -> tuple[str, ...]:
    """A printed number's notes as they are read, without the marks of the research behind them."""
    return tuple(_OF_THE_RESEARCH.sub("", note) for note in published.notes)


class Printed(Struct, frozen=True):
    """A number of the ledger, the position it was published at, and the positions between which the register held it for true."""

    position: int
    known_from: int
    known_to: int
    published: FigurePublished

    @property
    def value(self) -> str:
        """The number as printed."""
        return self.value_in(DANISH)

    def value_in(self, translate: Language) -> str:
        """The number as printed, its qualifier and separators in a language."""
        n = translate.number(self.published.value) if self.published.value is not None else ""
        qualifier = QUALIFIED[self.published.qualifier]
        return n if qualifier == "{n}" else translate(qualifier, n=n).strip()

    @property
    def paper(self) -> tuple[str, date]:
        """The case number and date of the paper that printed it."""
        return self.published.paper.case, self.published.paper.date

    @property
    def notes(self) -> tuple[str, ...]:
        return notes_of(self.published)


class StatusDay(Struct, frozen=True):
    """A printed number of cases in one unit on one day, and whether cases under assessment are in it."""

    unit: str
    day: date
    with_assessing: bool
    printed: Printed


def known_at(ledger: Iterable[Printed], position: int) -> tuple[Printed, ...]:
    """The part of the ledger that the register held for true at the position."""
    return tuple(printed for printed in ledger if printed.known_from <= position < printed.known_to)


def status_days(view: View, ledger: Sequence[Printed]) -> tuple[StatusDay, ...]:
    """The printed stocks up to the chosen day, in the order of their days."""
    found = [
        StatusDay(*where, printed.published.parameters.get("include_assessing", True) is not False, printed)
        for printed in ledger
        if (where := stock_of(printed)) and where[0] in view.codes["units"].codes
    ]
    return tuple(
        sorted((status for status in found if status.day <= view.valid_at), key=lambda status: (status.day, status.unit))
    )


def days_of(view: View, ledger: Sequence[Printed], unit: str) -> tuple[date, ...]:
    """The unit's status days up to the chosen day; without a ledger the first of February of each year."""
    printed = tuple(dict.fromkeys(status.day for status in status_days(view, ledger) if status.unit == unit))
    if printed or ledger:
        return printed
    yearly = (date(year, 2, 1) for year in range(first_year(view), view.valid_at.year + 1))
    return tuple(each for each in yearly if each <= view.valid_at)


def breaks(view: View, ledger: Sequence[Printed]) -> tuple[Break, ...]:
    """The breaks of the series of status days up to the chosen day; those close together are one."""
    found = [*_of_papers(view, ledger), *listed_breaks(view), *_unequal_days(view, ledger)]
    return _merged(view, [each for each in found if not each.caseworkers])


def breaks_in_counting(view: View, ledger: Sequence[Printed], *, caseworkers: bool = False) -> tuple[Break, ...]:
    """The breaks of every series of the register in the years shown, whatever days it is counted on; where it is one about
    caseworkers, also what breaks only those."""
    found = [each for each in _of_papers(view, ledger) + listed_breaks(view) if each.day.year >= first_year(view)]
    return _merged(view, [each for each in found if caseworkers or not each.caseworkers])


def roll_outs(view: View, ledger: Sequence[Printed]) -> tuple[Break, ...]:
    """The days from which a unit's citizens have, or were to have, one caseworker in place of two, the days to come too."""
    return tuple(each for each in _of_papers(view, ledger) + listed_breaks(view) if each.caseworkers)


def reasons(view: View, broken: Sequence[Break]) -> tuple[str, ...]:
    """Each break in words: from when, and why."""
    return tuple(f"{view.translate.day(each.day)}: {each.why}" for each in broken)


def _of_papers(view: View, ledger: Sequence[Printed]) -> list[Break]:
    papers = dict.fromkeys(printed.published.paper.case for printed in ledger)
    return [replace(each, why=view.translate(each.why)) for paper in papers for each in view.municipality.breaks.get(paper, ())]


def listed_breaks(view: View) -> list[Break]:
    """The breaks of the code lists: those that come with the product, and those that the municipality has written in its own file."""
    units, standing = view.codes["units"].canonical, standard()["breaks"].codes
    return [
        Break(
            entry.valid_from,
            (why if code in standing else view.translate("{why} (kommunens kodefil)", why=why)) + ".",
            units[entry.unit] if entry.unit else None,
            entry.group == "caseworkers",
        )
        for code, entry in view.codes["breaks"].codes.items()
        for why in [view.translate.label(entry).rstrip(".")]
        if entry.valid_from
    ]


def _merged(view: View, found: Sequence[Break]) -> tuple[Break, ...]:
    out: list[Break] = []
    for each in sorted((each for each in found if each.day <= view.valid_at), key=lambda each: each.day):
        if out and each.day - out[-1].day <= NEAR and each.unit == out[-1].unit:
            out[-1] = replace(out[-1], why=f"{out[-1].why} {each.why}")
        else:
            out.append(each)
    return tuple(out)


def _unequal_days(view: View, ledger: Sequence[Printed]) -> list[Break]:
    years: dict[int, dict[str, date]] = defaultdict(dict)
    for status in status_days(view, ledger):
        years[status.day.year].setdefault(status.unit, status.day)
    return [
        Break(
            min(units.values()),
            view.translate("Statusdagene i {year} er ikke ens:", year=year)
            + " "
            + ", ".join(
                f"{view.unit(unit)} {view.translate.day(each)}"
                for unit, each in sorted(units.items(), key=lambda item: item[1])
            )
            + ".",
        )
        for year, units in years.items()
        if len(set(units.values())) > 1
    ]


def expected(view: View, ledger: Sequence[Printed], unit: str) -> Printed | None:
    """The number of cases that was expected in a unit, where the register's ledger has it."""
    return next((printed for printed in ledger if printed.published.id == view.municipality.expected.get(unit)), None)


def noted(printed: Iterable[tuple[str, Printed]]) -> tuple[str, ...]:
    """The ledger's notes to some printed numbers, each note once, with what it is a note to."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, number in printed:
        for note in number.notes:
            places[note].append(place)
    return tuple(f"{note} ({', '.join(at)})." for note, at in places.items())


def papers(ledger: Sequence[Printed]) -> list[tuple[tuple[str, date], date, int]]:
    """Each paper with a status: case number and date, its latest status day, and the register's position when it was printed."""
    days: dict[tuple[str, date], list[date]] = defaultdict(list)
    for printed in ledger:
        if where := stock_of(printed):
            days[printed.paper].append(where[1])
    positions = {paper: max(printed.position for printed in ledger if printed.paper == paper) for paper in days}
    return [(paper, max(days[paper]), positions[paper]) for paper in sorted(days, key=lambda paper: max(days[paper]))]


def stock_of(printed: Printed) -> tuple[str, date] | None:
    """The unit and day of a printed stock; None for any other number, and for one whose cell is not such.

    A figure published whole prints stocks of status days where it is of one unit, all of whose cases it counts, on one day of a year;
    a course month by month and units held beside each other are none.
    """
    if printed.published.frozen is not UNSET and not _of_status_days(printed.published.parameters):
        return None
    match printed.published.cell:
        case {"unit": str(unit), "valid_at": str(day)} if printed.published.figure == "caseload":
            try:
                return unit, date.fromisoformat(day)
            except ValueError:
                return None
        case _:
            return None


def _of_status_days(parameters: Mapping[str, Any]) -> bool:
    units, days = parameters.get("unit") or (), parameters.get("valid_at") or ()
    years = [str(each)[:4] for each in days]
    whole = parameters.get("include_out_of_scope", True) and parameters.get("count", "cases") == "cases"
    return bool(whole) and len(units) == 1 and len(years) == len(set(years))


YEARS = 10


def first_year(view: View) -> int:
    """The first year shown: that which the effort began in or was first known of, or as many years back as are shown."""
    last = view.reach.year
    return min(max(view.municipality.first_year, view.beginning.year, last - YEARS), last)
