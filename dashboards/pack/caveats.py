"""Footnotes of the chapters: how a number is counted, and what keeps two numbers from meaning the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from dashboards.figures.figure import FEW, Ask
from dashboards.figures.parameters import IN_NOTES, PARAMETERS
from dashboards.figures.table import scope, times
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Footnote, Value
from dashboards.published.municipality import Break
from dashboards.published.status_days import listed_breaks
from dashboards.view import FigureCells
from dashboards.words.danish import day, number
from dashboards.words.language import DANISH, Language

RUN_OFF = "medfulgte"
"""The mark of the footnote about run-off cases (medfulgte sager), for the traps to find it by."""
ALL_CASES = Footnote(
    "Alle sager er talt med, også dem under udredning; derfor kan tallet være større end i tabellen over målgrupper."
)
"""The reason why a unit that the papers count without those under assessment has more cases here."""


def counted_by(*answers: FigureCells) -> tuple[Footnote, ...]:
    """A footnote for each figure that counted the answers: its title, version and scope, and below them what lists with only today's value
    lack. The rule stands in an appendix."""
    cautions = dict.fromkeys(caution for answer in answers for caution in answer.list_cautions(DANISH))
    figures: dict[str, list[Ask]] = defaultdict(list)
    for answer in answers:
        figures[answer.ask.figure.title_da].append(answer.ask)
    return tuple(
        Footnote(
            f"Talt efter figuren »{figure}«, udgave {counted[0].figure.version}; opgørelsen står i bilag 2. {_scope(counted)}".strip()
        )
        for figure, counted in figures.items()
    ) + tuple(map(Footnote, cautions))


def _scope(counted: Sequence[Ask]) -> str:
    """The units of all the questions, and the parameters that they share; the table itself names the others."""
    first, questions = counted[0], [each.question for each in counted]
    units = tuple(dict.fromkeys(unit for each in questions for unit in each.unit))
    apart = [
        name for name in IN_NOTES if name != "unit" and len({getattr(each, PARAMETERS[name].field) for each in questions}) > 1
    ]
    return scope(replace(first.question, unit=units), first.figure, apart)


def both_times(answer: FigureCells, known: str) -> str:
    """The days that the numbers are true of, and what the register knew."""
    return times(answer.ask.question, answer.ask.figure, known)


def unequal_days(occasion: Occasion) -> tuple[Footnote, ...]:
    """A footnote on the years whose status days are not the same in all units."""
    years = {each.year: days_in(occasion, each.year) for days in occasion.days.values() for each in days}
    unequal = [
        ", ".join(f"{occasion.unit(unit)} {day(each)}" for unit, each in found.items())
        for _, found in sorted(years.items())
        if len(set(found.values())) > 1
    ]
    if not unequal:
        return ()
    return (Footnote(f"Enhedernes statusdage er ikke ens: {'; '.join(unequal)}. Tallene lægges derfor ikke sammen på tværs."),)


def days_in(occasion: Occasion, year: int) -> dict[str, date]:
    """Each unit's status day in a year."""
    return {unit: each for unit, days in occasion.days.items() for each in days if each.year == year}


def series_breaks(occasion: Occasion, translate: Language = DANISH) -> list[Break]:
    """The breaks up to the status day, those that the published papers say of their series and those of the code lists, by day."""
    papers = dict.fromkeys(each.published.paper.case for each in occasion.ledger)
    printed = [each for paper in papers for each in occasion.municipality.breaks.get(paper, ())]
    listed = [each for each in listed_breaks(replace(occasion.view, translate=translate)) if not each.caseworkers]
    first = min(days[0] for days in occasion.days.values())
    return sorted((each for each in (*printed, *listed) if first < each.day <= occasion.day), key=lambda each: each.day)


def breaks(occasion: Occasion, unit: str) -> tuple[Footnote, ...]:
    """The breaks of a unit's series as footnotes."""
    return tuple(Footnote(f"{day(each.day)}: {each.why}") for each in series_breaks(occasion) if each.unit in (None, unit))


def run_off(everything: FigureCells, in_scope: FigureCells, unit: str, days: Iterable[date]) -> tuple[Footnote, ...]:
    """A footnote on how many of the cases on each day are run-off cases (medfulgte), which the effort does not cover."""
    found = [
        (each, int(all_) - int(of or 0))
        for each in days
        if (all_ := everything.value(unit=unit, valid_at=each.isoformat())) is not None
        for of in [in_scope.value(unit=unit, valid_at=each.isoformat())]
    ]
    counts = ", ".join(f"{number(n)} pr. {day(each)}" for each, n in found if n)
    if not counts:
        return ()
    return (
        Footnote(
            f"Medfulgte sager, som ikke er omfattet af indsatsen, men blev gjort færdige, er talt med: {counts}.", RUN_OFF
        ),
    )


def few(values: Iterable[Value]) -> tuple[Footnote, ...]:
    """A footnote on rates, percents and medians that are left out because they would be made of too few."""
    if not any(each.why == "few" for each in values):
        return ()
    return (Footnote(f"For få: under {FEW} observationer; så gives antal, men hverken procent, rate eller median."),)
