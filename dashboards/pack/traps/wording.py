"""Traps of wording: outcomes of complaints, an unexplained rest, a renamed column, a repeated statement, run-off cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dashboards.pack.caveats import RUN_OFF
from dashboards.pack.paper import StatusPaper
from dashboards.pack.traps.trap import Trap
from dashboards.published.statements import statement_of
from dashboards.words.language import Language

OUTCOME, REST, RENAMED, TWICE = "medhold", "resten", "kolonnenavn", "samme-udsagn"


def upheld_is_not_overturned(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The complaints that the board upheld: "kommunen fik medhold" is easily read as the opposite."""
    upheld = {
        where: int(value.number or 0)
        for where, value in paper.values
        if value.dimensions == {"measure": "decided", "outcome": "upheld"} and value.number
    }
    return [
        Trap(
            OUTCOME,
            where,
            translate("Stadfæstede klager er ikke omgjorte; »kommunen fik medhold« læses let omvendt."),
            translate("Brug Ankestyrelsens ord: stadfæstet, ændret/ophævet, hjemvist, afvist."),
        )
        for where in upheld
    ]


def the_rest(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The cohorts of which "the rest" could mean those who came otherwise or those who left."""
    cohorts: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    for where, value in paper.values:
        if value.answer.ask.figure.id == "cohort" and value.number is not None:
            key = f"{value.answer.ask.question.from_day} {value.answer.ask.question.to_unit}"
            cohorts[key][str(value.dimensions["measure"])] = (where, int(value.number))
    out: list[Trap] = []
    for of in cohorts.values():
        if {"size", "active", "newcomers"} <= of.keys():
            left, came = of["size"][1] - of["active"][1], of["newcomers"][1]
            if left != came:
                out.append(
                    Trap(
                        REST,
                        of["size"][0],
                        translate(
                            "»De resterende sager« kan være {came} (kommet til på anden vis) eller {left} (ikke længere aktive).",
                            came=translate.number(came),
                            left=translate.number(left),
                        ),
                        translate("Skriv begge tal med ord; brug ikke »de resterende«."),
                    )
                )
    return out


def renamed_columns(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The columns that papers have called by different names."""
    papers = {printed.published.paper.case for printed in paper.of.ledger}
    out: list[Trap] = []
    for grid in paper.counted:
        groups = {value.dimensions.get("benefit") for value in grid.values}
        years = {value.dimensions.get("valid_at", "")[:4] for value in grid.values if "benefit" in value.dimensions}
        for group, names in paper.of.municipality.columns.items():
            used = {case: name for case, name in names.items() if case in papers}
            if group in groups and len(years) > 1 and len(set(used.values())) > 1:
                out.append(
                    Trap(
                        RENAMED,
                        grid.id,
                        translate("Kolonnen har heddet noget andet: {names}.", names=_listed(used)),
                        translate("Skriv i en note, at kolonnen har fået nyt navn, og om den stadig tæller det samme."),
                    )
                )
    return out


def _listed(names: Mapping[str, str]) -> str:
    return "; ".join(f"{name} ({case})" for case, name in names.items())


def repeated_statement(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The statements of a survey that stand more than once."""
    out: list[Trap] = []
    for grid in paper.counted:
        rows: dict[str, list[str]] = defaultdict(list)
        for value in grid.values:
            if value.dimensions.get("measure") == "n" and "statement" in value.dimensions:
                text = str(value.dimensions["statement"])
                statement = statement_of(text, paper.of.codes)
                rows[statement.code or statement.wording].append(text.partition(":")[0])
        out += [
            Trap(
                TWICE,
                grid.id,
                translate("Samme udsagn står flere gange: {which}.", which=", ".join(which)),
                translate("Vis det én gang, og henvis til det."),
            )
            for which in rows.values()
            if len(which) > 1
        ]
    return out


def run_off_cases(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables with cases that the effort does not cover (medfulgte sager)."""
    return [
        Trap(
            RUN_OFF,
            grid.id,
            translate("Tallene indeholder medfulgte sager, som indsatsen ikke omfatter; fodnoten siger hvor mange."),
            translate("Lad fodnoten stå; faldet fra år til år er delvis sager, der blev gjort færdige."),
        )
        for grid in paper.counted
        if any(note.about == RUN_OFF for note in grid.notes)
    ]
