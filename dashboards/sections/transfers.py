"""Transfers between units as bands: how many citizens went from which unit to which, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards import periods
from dashboards.drawing.flows import Flow, sankey
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"transfers": view.ask("transfers", **periods.given(view))}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["transfers"]
    return Section(
        "overdragelser",
        translate("Overdragelser mellem enheder"),
        translate("Borgere, hvis sag gik fra én enhed til en anden i perioden; båndets bredde er antallet.")
        if _cells(answer)
        else answer.otherwise(translate("Ingen sag er overdraget i perioden. Vælg en længere periode."), translate),
        (Panel((_table(view, answer),), _chart(view, answer)),) if _cells(answer) else (),
        definitions([answer], translate),
        (*periods.caveat(view), translate("Alle enheder er med, også dem uden for det valgte: en overdragelse har to ender.")),
    )


def _cells(answer: FigureCells) -> list[Cell]:
    return [cell for cell in answer.cells if cell["value"] is not None]


def _chart(view: View, answer: FigureCells) -> Chart:
    translate = view.translate
    between: dict[tuple[str, str], list[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for cell in _cells(answer):
        way = (view.unit(cell["from_unit"]), view.unit(cell["to_unit"]))
        between.setdefault(way, []).append(f"{view.word('reason', cell['reason'])} {translate.number(cell['value'])}")
        counts[way] = counts.get(way, 0) + int(cell["value"])
    flows = [
        Flow(*way, n, f"{way[0]} → {way[1]}: {translate.number(n)} ({', '.join(between[way])})")
        for way, n in sorted(counts.items(), key=lambda item: -item[1])
    ]
    words = "; ".join(flow.hover for flow in flows)
    title = translate("Overdragelser, {days}", days=periods.days(view))
    return Chart("overdragelser", title, sankey(translate, flows), f"{translate('Bånd fra enhed til enhed.')} {words}.")


def _table(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows = tuple(
        (
            f"{view.unit(cell['from_unit'])} → {view.unit(cell['to_unit'])}",
            view.word("reason", cell["reason"]),
            answer.shown(translate, from_unit=cell["from_unit"], to_unit=cell["to_unit"], reason=cell["reason"]),
        )
        for cell in sorted(_cells(answer), key=lambda cell: -cell["value"])
    )
    return Table(
        translate("Overdragelser mellem enheder"),
        (translate("Fra → til"), translate("Grund"), translate("Borgere")),
        rows,
        (translate("Samme borger kan stå i flere rækker; båndene lægger rækkerne sammen."),),
    )
