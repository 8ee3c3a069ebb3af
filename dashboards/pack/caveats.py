"""The footnotes that apply: how a number is counted, and what keeps two numbers from meaning the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from dashboards.figures.figure import FEW, Ask
from dashboards.figures.parameters import IN_NOTES, PARAMETERS
from dashboards.figures.table import scope, times
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Note, Value
from dashboards.published.status_days import QUALIFIED, Printed
from dashboards.view import FigureCells
from dashboards.words.danish import day, number

RUN_OFF = "medfulgte"
"""What the footnote about run-off cases is about."""
ALL_CASES = Note(
    "Alle sager er talt med, også dem under udredning; derfor kan tallet være større end i tabellen over målgrupper."
)
"""Why a unit that the papers count without those under assessment has more cases here."""


def counted_by(*told: FigureCells) -> tuple[Note, ...]:
    """How the numbers are counted: each figure once, with its id and version, and what was asked of it wherever it was asked; the
    rules stand in an appendix."""
    figures: dict[str, list[Ask]] = defaultdict(list)
    for one in told:
        figures[one.ask.figure.id].append(one.ask)
    return tuple(
        Note(f"Talt efter figuren {figure}, udgave {asks[0].figure.version}; opgørelsen står i bilag 2. {_asked(asks)}".strip())
        for figure, asks in figures.items()
    )


def _asked(asks: Sequence[Ask]) -> str:
    """The units of all of them, and what else they have in common; what they do not, the table's own words say."""
    first, questions = asks[0], [each.question for each in asks]
    units = tuple(dict.fromkeys(unit for each in questions for unit in each.unit))
    apart = [
        name for name in IN_NOTES if name != "unit" and len({getattr(each, PARAMETERS[name].field) for each in questions}) > 1
    ]
    return scope(replace(first.question, unit=units), first.figure, apart)


def both_times(told: FigureCells, known: str) -> str:
    """When the numbers are true, and what the register knew."""
    return times(told.ask.question, told.ask.figure, known)


def unequal_days(occasion: Occasion) -> tuple[Note, ...]:
    """The years whose status days are not the same in all units."""
    years = {each.year: days_in(occasion, each.year) for days in occasion.days.values() for each in days}
    said = [
        ", ".join(f"{occasion.unit(unit)} {day(each)}" for unit, each in found.items())
        for _, found in sorted(years.items())
        if len(set(found.values())) > 1
    ]
    if not said:
        return ()
    return (Note(f"Enhedernes statusdage er ikke ens: {'; '.join(said)}. Tallene lægges derfor ikke sammen på tværs."),)


def days_in(occasion: Occasion, year: int) -> dict[str, date]:
    """Each unit's status day in a year."""
    return {unit: each for unit, days in occasion.days.items() for each in days if each.year == year}


def series_breaks(occasion: Occasion) -> Iterator[tuple[date, str]]:
    """What breaks the series up to the status day, by what the published papers say of themselves."""
    papers = dict.fromkeys(one.published.paper.case for one in occasion.ledger)
    for paper in papers:
        for each in occasion.municipality.breaks.get(paper, ()):
            first = min(days[0] for days in occasion.days.values())
            if first < each.day <= occasion.day:
                yield each.day, each.why


def breaks(occasion: Occasion) -> tuple[Note, ...]:
    """The breaks of the series as footnotes."""
    return tuple(Note(why) for _, why in series_breaks(occasion))


def run_off(everything: FigureCells, in_scope: FigureCells, unit: str, days: Iterable[date]) -> tuple[Note, ...]:
    """How many of the cases are run-off cases (medfulgte) that the effort does not cover."""
    found = [
        (each, int(all_) - int(of or 0))
        for each in days
        if (all_ := everything.value(unit=unit, valid_at=each.isoformat())) is not None
        for of in [in_scope.value(unit=unit, valid_at=each.isoformat())]
    ]
    said = ", ".join(f"{number(n)} pr. {day(each)}" for each, n in found if n)
    if not said:
        return ()
    return (Note(f"Medfulgte sager, som ikke er omfattet af indsatsen, men blev gjort færdige, er talt med: {said}.", RUN_OFF),)


def few(values: Iterable[Value]) -> tuple[Note, ...]:
    """That a rate, percent or median is left out where it would be made of too little."""
    if not any(each.why == "few" for each in values):
        return ()
    return (Note(f"For få: under {FEW} observationer; så gives antal, men hverken procent, rate eller median."),)


def as_printed(occasion: Occasion, *names: str) -> tuple[Note, ...]:
    """Published numbers that the register does not count, with the reservation (ca., ikke under, enkelte) they were printed with."""
    said = [one for one in occasion.ledger if one.published.id in names]
    return tuple(Note(f"{note_of(one)} ({one.published.paper.case}).") for one in said)


def note_of(one: Printed) -> str:
    """A published number in words: as printed, and what the ledger says of it."""
    printed = one.value.strip() if one.published.value is not None else QUALIFIED[one.published.qualifier]
    return ": ".join(text for text in (f"Trykt {printed}" if printed else "Intet tal trykt", "; ".join(one.notes)) if text)
