"""Traps of days: unequal between units or periods, across a break of the series, late, or not covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.pack.caveats import days_in, series_breaks
from dashboards.pack.occasion import DAY
from dashboards.pack.paper import StatusPaper
from dashboards.pack.published import of_year
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

UNEQUAL, WINDOWS, BREAK, LATE, SILENT = "statusdage", "perioder", "databrud", "frist", "tavshed"


def unequal_status_days(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The years in which the units have different status days."""
    years = sorted({each.year for days in paper.of.days.values() for each in days})
    return [
        Trap(
            UNEQUAL,
            str(year),
            translate("Statusdagene er ikke ens: {days}.", days=_listed(paper, found, translate)),
            translate(
                "Skriv dagen ved hvert tal, og sammenlign kun enhederne på samme dag, som i tabellen, hvor de er opgjort ens."
            ),
        )
        for year in years
        for found in [days_in(paper.of, year)]
        if len(set(found.values())) > 1
    ]


def _listed(paper: StatusPaper, days: Mapping[str, date], translate: Language) -> str:
    return ", ".join(f"{paper.of.unit(unit, translate)} {translate.day(each)}" for unit, each in days.items())


def different_windows(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The transfers of a calendar year, beside stocks and flows from status day to status day."""
    flows = {
        (value.answer.ask.question.from_day, value.answer.ask.question.to_day)
        for _, value in paper.values
        if value.answer.ask.figure.id == "stock_flow"
    }
    other = {
        where: (value.answer.ask.question.from_day, value.answer.ask.question.to_day)
        for where, value in paper.values
        if value.answer.ask.figure.id == "transfers"
    }
    apart = {where: period for where, period in other.items() if flows and period not in flows}
    if not apart:
        return []
    first, after = next(iter(apart.values()))
    return [
        Trap(
            WINDOWS,
            ", ".join(apart),
            translate(
                "Overdragelserne er talt fra {first} til og med {last}; til- og afgangen er fra statusdag til statusdag.",
                first=translate.day(first),
                last=translate.day(after - DAY),
            ),
            translate("Forklar ikke bestandens udvikling med disse tal; brug tabellerne over til- og afgang."),
        )
    ]


def broken_series(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The breaks that the series runs across."""
    return [
        Trap(
            BREAK,
            translate.day(each.day),
            translate("Serien har et brud her: {why}", why=each.why),
            translate("Lad fodnoten om bruddet stå, og kald ikke udviklingen over det en effekt."),
        )
        for each in series_breaks(paper.of, translate)
    ]


def late_status(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """A status later than the first quarter, which the committees asked for (25/1978)."""
    due = date(paper.of.year, 4, 1)
    printed = {
        each.published.paper.date
        for each in of_year(paper.of.ledger, paper.of.year)
        if each.published.paper.date.year == paper.of.year
    }
    treated = max(printed, default=paper.of.made_on)
    if treated < due:
        return []
    return [
        Trap(
            LATE,
            str(paper.of.year),
            translate("Udvalgene ønskede status i 1. kvartal; denne er fra {day}.", day=translate.day(treated)),
            translate("Skriv, hvorfor status kommer senere, og at tallene er fra statusdagene."),
        )
    ]


def not_covered(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """A status day later than the last that the register is covered."""
    last = paper.of.covered.last
    if last is None or not paper.of.covered.ends_before(paper.of.day):
        return []
    return [
        Trap(
            SILENT,
            translate.day(paper.of.day),
            translate("Registret er kun dækket til og med {day}; senere tal er som kendt den dag.", day=translate.day(last)),
            translate(
                "Indlæs de nyeste hændelser, før status skrives; ellers siger tallene kun, hvad der gælder, hvis intet er sket."
            ),
        )
    ]
