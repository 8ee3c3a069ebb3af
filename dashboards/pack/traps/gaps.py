"""Traps of gaps: cells without a number, ages that no band holds, and published numbers that no figure counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboards.pack.paper import StatusPaper
from dashboards.pack.published import of_year
from dashboards.pack.traps.trap import Trap
from dashboards.published.municipality import AgeLimit
from dashboards.words.language import Language

MISSING, AGES, UNCOUNTED = "mangler", "alder", "ikke-talt"
OLDEST = 120


def missing_cells(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables with unknown numbers, which are neither 0 nor few."""
    missing = Counter(where for where, value in paper.values if value.number is None and value.why is None)
    return [
        Trap(
            MISSING,
            where,
            translate("Ukendte tal, som står som –: {n}.", n=translate.number(n)),
            translate("Skaf tallene, eller lad stregen stå med noten; skriv aldrig 0."),
        )
        for where, n in missing.items()
    ]


def age_gaps(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The ages that the printed limits give to no band or to two, and cases of unknown age."""
    out = [
        Trap(
            AGES,
            who,
            translate("De trykte aldersgrænser ({limits}) giver {age} år til {to}.", limits=_listed(limits), age=age, to=to),
            translate("Brug halvåbne grænser (18–24, 25–29, 30 og over), og skriv, hvor den alder hører til."),
        )
        for who, limits in paper.of.municipality.age_limits.items()
        for age, to in _wrong(limits, translate)
    ]
    unknown = [
        (where, value) for where, value in paper.values if value.dimensions.get("band") == "unknown" and (value.number or 0) > 0
    ]
    return out + [
        Trap(
            AGES,
            where,
            translate("Sager, hvor borgerens alder ikke er oplyst: {n}.", n=translate.number(value.number)),
            translate("Registrér fødselsmåneden, eller skriv antallet under tabellen."),
        )
        for where, value in unknown
    ]


def _wrong(limits: Sequence[AgeLimit], translate: Language) -> list[tuple[int, str]]:
    """The ages between the lowest and the highest limit that stand in none of the bands, or in more than one."""
    first = min((each.first for each in limits if each.first is not None), default=0)
    last = max((each.last for each in limits if each.last is not None), default=OLDEST)
    low, high = (first, last) if all(each.first is not None for each in limits) else (0, OLDEST)
    out: list[tuple[int, str]] = []
    for age in range(low, high + 1):
        holding = sum((each.first or 0) <= age <= (OLDEST if each.last is None else each.last) for each in limits)
        if holding != 1:
            out.append((age, translate("ingen af dem") if not holding else translate("to af dem")))
    return out


def _listed(limits: Sequence[AgeLimit]) -> str:
    return ", ".join(f"{each.of} {each.text}" for each in limits)


def uncounted(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The published numbers that no figure counts, and those printed with a reservation."""
    ledger = of_year(paper.of.ledger, paper.of.year)
    out: list[Trap] = []
    if without := [each for each in ledger if each.published.figure is None]:
        out.append(
            Trap(
                UNCOUNTED,
                ", ".join(dict.fromkeys(each.published.paper.case for each in without)),
                translate(
                    "Trykte tal, som ikke kan tælles af registrets hændelser: {n} (bilag 1).", n=translate.number(len(without))
                ),
                translate("Gengiv dem kun med deres kilde, og ikke som registrets tal."),
            )
        )
    out += [
        Trap(
            UNCOUNTED,
            each.published.paper.case,
            translate(
                "Et tal er trykt med forbehold: »{printed}«. {note}", printed=each.value.strip(), note="; ".join(each.notes)
            ),
            translate("Gengiv forbeholdet; »ca.« er ikke et præcist tal, og »enkelte« er ikke 0."),
        )
        for each in ledger
        if each.published.qualifier != "exact"
    ]
    return out
