"""Traps of small numbers: percents of too few, and counts by which someone could be recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboards.figures.figure import FEW
from dashboards.pack.paper import StatusPaper
from dashboards.pack.published import is_same_cell, of_year
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

PERCENT, SMALL, SURVEY = "procent-af-faa", "smaa-tal", "faa-svar"
SHARES, COUNTS = ("procent", "rate"), ("sager", "borgere", "klager", "bevillinger")
HIDDEN = 5
"""Counts from one to below this could identify someone; numbers that are public already are left."""


def percents_of_few(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The percents and rates made of fewer than 20 observations, or of an unknown number."""
    return [
        Trap(
            PERCENT,
            where,
            translate("{number} er af under {least} observationer.", number=translate.number(value.number), least=FEW)
            if value.of is not None
            else translate("{number} står uden det antal, det er af.", number=translate.number(value.number)),
            translate("Skriv antallene i stedet for procenten."),
        )
        for where, value in paper.values
        if value.unit in SHARES and value.number is not None and (value.of is None or value.of < FEW)
    ]


def few_answers(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The surveys with fewer than 20 answers."""
    out: list[Trap] = []
    for grid in paper.counted:
        n = [
            each.number for each in grid.values if each.unit == "svar" and each.dimensions.get("measure") == "n" and each.number
        ]
        if n and max(n) < FEW:
            out.append(
                Trap(
                    SURVEY,
                    grid.id,
                    translate.counted(
                        max(n),
                        "Spørgeskemaet har højst ét svar; der er ingen måling fra før og ingen at sammenligne med.",
                        "Spørgeskemaet har højst {n} svar; der er ingen måling fra før og ingen at sammenligne med.",
                    ),
                    translate("Skriv antal svar og N, aldrig procent, og at svarene er fra en anden dag end statusdagen."),
                )
            )
    return out


def small_counts(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """Counts of one to four cases or citizens that have not been published before."""
    public = of_year(paper.of.ledger, paper.of.year)
    small = Counter(
        where
        for where, value in paper.values
        if value.unit in COUNTS
        and value.number is not None
        and 0 < value.number < HIDDEN
        and not any(is_same_cell(value, printed) for printed in public)
    )
    if not small:
        return []
    return [
        Trap(
            SMALL,
            ", ".join(small),
            translate(
                "Tal under {least}, som ikke er offentliggjort før: {n}.", n=translate.number(small.total()), least=HIDDEN
            ),
            translate("Vurdér, om nogen kan genkendes; slå grupper sammen, eller skriv »under {least}«.", least=HIDDEN),
        )
    ]
