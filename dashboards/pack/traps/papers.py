"""Traps of what papers say differently or not at all: the effort's beginning, its target group, committees, a coming act, breakdowns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dashboards.pack.paper import Grid, Paragraph, StatusPaper, Value
from dashboards.pack.published import is_same_cell, of_year
from dashboards.pack.traps.trap import Trap
from dashboards.words.language import Language

START, LEFT_OUT, ORDER, ACT, BREAKDOWN = "begyndelse", "afgraensning", "sagsgang", "hovedlov", "fordeling"
COMING_ACT = "hovedlov"
"""Lov om helhedsorienteret indsats: expected from 2023, then from 1 July 2023, then "kommende"; it has not come into force."""


def unclear_start(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables that go back to before the effort had begun by all papers, where these do not agree when it did."""
    began = paper.of.municipality.began
    statements = _of_known_papers(paper, began.papers)
    early = [
        grid.id
        for grid in paper.counted
        if any(
            "valid_at" in each.dimensions and str(each.dimensions["valid_at"]) < began.by.isoformat() for each in grid.values
        )
    ]
    if not early or len(set(statements.values())) < 2:
        return []
    return [
        Trap(
            START,
            ", ".join(early),
            translate("Papirerne er ikke enige om, hvornår indsatsen begyndte: {said}.", said=_listed(statements)),
            translate("Kald ikke stigningen i begyndelsen en udvikling: enhederne blev omfattet efterhånden."),
        )
    ]


def unclear_exclusion(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables that count rejected cases, where a paper says in more than one way whom the effort leaves out."""
    papers = {printed.published.paper.case for printed in paper.of.ledger}
    statements = {case: ways for case, ways in paper.of.municipality.excluded.items() if case in papers}
    rejected = {
        grid.id: None
        for grid in paper.counted
        for each in grid.values
        if each.dimensions.get("cause") == "rejected" and each.number
    }
    return [
        Trap(
            LEFT_OUT,
            ", ".join(rejected),
            translate(
                "{paper} siger på flere måder, hvem der er undtaget: {said}.",
                paper=case,
                said="; ".join(translate.quoted(way) for way in ways),
            ),
            translate(
                "Skriv, hvilken af dem visitationen har brugt, før afviste sager sammenlignes: den ene undtager flere end den anden."
            ),
        )
        for case, ways in statements.items()
        if rejected
    ]


def order_of_committees(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The orders in which papers have named the committees, where they differ."""
    statements = _of_known_papers(paper, paper.of.municipality.committees)
    if len(set(statements.values())) < 2:
        return []
    return [
        Trap(
            ORDER,
            "Sagsgang",
            translate("Udvalgene har stået forskelligt: {said}.", said=_listed(statements)),
            translate("Skriv udvalgenes fulde navne, som de hedder i dag, i den rækkefølge, de behandler sagen."),
        )
    ]


def coming_act(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The places that give an act not yet in force as legal basis, or name it in the text."""
    supports = paper.of.codes["supports"].codes.values()
    places = [
        translate.label(each)
        for each in supports
        if (basis := each.basis_on(paper.of.day)) and COMING_ACT in f"{basis.act} {basis.printed or ''}".lower()
    ]
    text = (str(piece) for part in paper.parts if isinstance(part, Paragraph) for piece in part.text if isinstance(piece, str))
    if any(COMING_ACT in each.lower() for each in text):
        places.append(translate("teksten"))
    return [
        Trap(
            ACT,
            place,
            translate("Hovedloven (lov om helhedsorienteret indsats) er ikke trådt i kraft."),
            translate("Skriv den lov, støtten hviler på i dag; nævn kun hovedloven som kommende."),
        )
        for place in places
    ]


def unprinted_breakdowns(paper: StatusPaper, translate: Language) -> Sequence[Trap]:
    """The tables whose whole was published and whose parts were not."""
    ledger = of_year(paper.of.ledger, paper.of.year)

    def printed(value: Value) -> bool:
        return any(is_same_cell(value, each) for each in ledger)

    found = [
        grid.id
        for grid in paper.counted
        if any(printed(whole) and not any(map(printed, parts)) for whole, parts in _divided(grid))
    ]
    if not found:
        return []
    return [
        Trap(
            BREAKDOWN,
            ", ".join(found),
            translate("Kun helheden er offentliggjort; fordelingen har kun registret."),
            translate(
                "Skriv, at fordelingen ikke er trykt før. I prøveregistret er den opdigtet og må ikke gengives som virkelig."
            ),
        )
    ]


def _divided(grid: Grid) -> Iterator[tuple[Value, Sequence[Value]]]:
    return ((each.whole, each.parts) for each in grid.sums)


def _of_known_papers(paper: StatusPaper, by: Mapping[str, str]) -> Mapping[str, str]:
    """The statements of those papers that the register's ledger has."""
    papers = {printed.published.paper.case for printed in paper.of.ledger}
    return {case: text for case, text in by.items() if case in papers}


def _listed(statements: Mapping[str, str]) -> str:
    return "; ".join(f"{what} ({case})" for case, what in statements.items())
