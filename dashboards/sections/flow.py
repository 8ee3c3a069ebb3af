"""Stock and flow: what came in and went out of each unit in the chosen period by cause, and who left and came since a year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, ORANGE
from dashboards.figures.figure import Ask, dimensions_of
from dashboards.figures.table import Table
from dashboards.periods import year_before
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

ALL_UNITS = "sammen"
"""What the units together are asked as: no unit's code has that."""
WHO = "hvem"


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    all_units = {ALL_UNITS: view.ask("stock_flow")} if len(view.units) > 1 else {}
    days = [year_before(view.reach).isoformat(), view.reach.isoformat()]
    return {
        **{unit: view.ask("stock_flow", unit=[unit]) for unit in view.units},
        **all_units,
        **{f"{WHO} {unit}": view.ask("membership", unit=[unit], valid_at=days) for unit in view.units},
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    return Section(
        "til-og-afgang",
        translate("Til- og afgang"),
        translate("{days}: primo, tilgang, afgang og ultimo i hver enhed, efter årsag.", days=view.days),
        (
            *(_part(view, unit, answers[unit]) for unit in view.units),
            *((Panel((_all_units(view, answers[ALL_UNITS]),)),) if ALL_UNITS in answers else ()),
            Panel(tuple(_who(view, unit, answers[f"{WHO} {unit}"]) for unit in view.units)),
        ),
        definitions(list(answers.values()), translate),
        (
            translate("Primo og tilgang minus afgang er ultimo."),
            translate("Til- og afgang tæller alle åbne sager, uanset den valgte opgørelse."),
            translate("Blev og gik er sagerne den første dag; blev og kom er sagerne den sidste."),
        ),
    )


def _all_units(view: View, answer: FigureCells) -> Table:
    """The units together, as the overview has them."""
    translate = view.translate
    rows = tuple(
        (view.word("measure", measure), answer.shown(translate, measure=measure, cause=None))
        for measure in ("opening", "entries", "exits", "closing")
    )
    return Table(
        translate("Enhederne regnet som én"),
        (translate("Hvad der er talt"), translate("Antal sager")),
        rows,
        (translate("En sag, der går fra den ene af enhederne til den anden, er her hverken tilgang eller afgang."),),
    )


def _part(view: View, unit: str, answer: FigureCells) -> Panel:
    translate = view.translate
    rows = [(_name(view, cell), answer.shown(translate, **dimensions_of(cell))) for cell in answer.cells]
    title = translate("Til- og afgang i {unit}", unit=view.unit(unit))
    moved = [cell for cell in answer.cells if cell.get("cause") and cell["value"]]
    names = [_name(view, cell) for cell in moved]
    groups = [
        Bars(
            view.word("measure", measure),
            colour,
            pattern,
            tuple(cell["value"] if cell["measure"] == measure else 0 for cell in moved),
        )
        for measure, colour, pattern in (("entries", BLUE, ""), ("exits", ORANGE, "/"))
    ]
    summary = "; ".join(f"{name}: {translate.number(cell['value'])}" for name, cell in zip(names, moved, strict=True))
    chart = (
        Chart(
            f"flow-{unit.replace('_', '-')}",
            title,
            bars(translate, names, groups, translate("Sager"), lying=True, stacked=True),
            f"{summary}.",
        )
        if moved
        else None
    )
    table = Table(
        title, (translate("Hvad der er talt"), translate("Antal sager")), tuple(rows), (translate("Kilde: egne tal."),)
    )
    return Panel((table,), chart)


def _who(view: View, unit: str, answer: FigureCells) -> Table:
    """The cases of the chosen day, or the last covered one, against those of the same day a year before."""
    translate = view.translate
    rows = tuple((_name(view, cell), answer.shown(translate, **dimensions_of(cell))) for cell in answer.cells)
    title = translate(
        "Hvem gik, hvem kom i {unit}: {first} over for {last}",
        unit=view.unit(unit),
        first=translate.day(year_before(view.reach)),
        last=translate.day(view.reach),
    )
    return Table(title, (translate("Hvad der er talt"), translate("Antal sager")), rows, (translate("Kilde: egne tal."),))


def _name(view: View, cell: Mapping[str, str]) -> str:
    parts = [view.word("measure", cell["measure"])]
    parts += [view.word(name, cell[name]) for name in ("cause", "reason", "to_unit") if cell.get(name)]
    return ": ".join((parts[0], ", ".join(parts[1:]))) if len(parts) > 1 else parts[0]
