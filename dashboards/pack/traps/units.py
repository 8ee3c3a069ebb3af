"""Traps of different ways of counting: cases and citizens, with and without those under assessment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dashboards.pack.paper import StatusPaper
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

MIXED_COUNT, MIXED_ASSESSING = "sager-borgere", "med-uden-udredning"


def cases_and_citizens(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables that count citizens, in a paper that also counts cases."""
    places: dict[str, list[str]] = defaultdict(list)
    for where, value in paper.values:
        if value.unit in ("sager", "borgere"):
            places[value.unit].append(where)
    if not places["sager"] or not places["borgere"]:
        return []
    where = ", ".join(dict.fromkeys(places["borgere"]))
    return [
        Trap(
            MIXED_COUNT,
            where,
            translate("Her tælles borgere; resten af papiret tæller sager. En borger kan have mere end én sag."),
            translate("Skriv enheden ved hvert tal, og læg aldrig borgere og sager sammen."),
        )
    ]


def mixed_assessing(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables in which one unit is counted with those under assessment and another without."""
    drawn = {each.id for each in paper.drawings}
    found: dict[bool, dict[str, None]] = defaultdict(dict)
    places: dict[str, None] = {}
    for grid in paper.counted:
        for value in grid.values if grid.key or grid.id in drawn else ():
            question, figure = value.answer.ask.question, value.answer.ask.figure
            if figure.id == "caseload" and value.unit == "sager" and question.include_out_of_scope:
                places[grid.id] = None
                found[question.include_assessing] |= dict.fromkeys(question.unit)
    units = {counted: ", ".join(paper.of.unit(unit, translate) for unit in of) for counted, of in found.items()}
    if set(found) != {True, False} or set(found[True]) == set(found[False]):
        return []
    return [
        Trap(
            MIXED_ASSESSING,
            ", ".join(places),
            translate(
                "Sager under udredning er talt med i {counted}, men ikke i {left_out}.",
                counted=units[True],
                left_out=units[False],
            ),
            translate(
                "Læg ikke enhedernes tal sammen, og hold ikke kurverne mod hinanden; brug tabellen, hvor enhederne er opgjort ens."
            ),
        )
    ]
