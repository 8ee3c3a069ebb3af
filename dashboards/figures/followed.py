"""Lists with only today's value (`follows`, domain.md section 10, rule 4), and what a figure that they feed lacks for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dashboards.figures.figure import Figure
from dashboards.words.language import DANISH, Language, later

CASEWORKERS = later(
    "Sagsbehandlerne kommer af lister, som kun viser den, der er sagsbehandler, når listen trækkes. Et skift, der er gjort om inden den "
    "næste liste, er ikke med; et skift gælder fra udtrækkets dag, hvor listen ikke selv siger dagen; og en sag uden sagsbehandler på "
    "listen beholder den forrige. Der kan være flere skift end de talte."
)
TRANSFERS = later(
    "Enhederne kommer af lister, som kun viser sagens enhed, når listen trækkes. En overdragelse, der er gjort om inden den næste liste, "
    "er ikke med, og en overdragelse gælder fra udtrækkets dag, hvor listen ikke selv siger dagen. Der kan være flere overdragelser end "
    "de talte."
)

CAUTIONS: Mapping[frozenset[str], tuple[str, frozenset[str]]] = {
    frozenset({"caseworker_assigned", "caseworker_changed"}): (
        CASEWORKERS,
        frozenset(
            {"caseworker_changes", "tenure", "concurrent_caseworkers", "uncovered_days", "contact_surface", "dotted_chart"}
        ),
    ),
    frozenset({"transferred"}): (TRANSFERS, frozenset({"transfers", "stock_flow", "cohort", "membership", "process_map"})),
}
"""By the kinds of event that lists follow: the caution, and the figures that it belongs to."""


def list_cautions(figure: Figure, followed: Collection[str], translate: Language) -> tuple[str, ...]:
    """The cautions of a figure in a register in which these kinds of event come of lists with only today's value."""
    return tuple(
        translate(caution)
        for kinds, (caution, figures) in CAUTIONS.items()
        if figure.id in figures and not kinds.isdisjoint(followed)
    )


def cautions_json(figure: Figure, followed: Collection[str]) -> dict[str, list[str]]:
    """The cautions as an answer in JSON has them, in Danish; nothing where there are none."""
    found = [*list_cautions(figure, followed, DANISH)]
    return {"cautions": found} if found else {}
