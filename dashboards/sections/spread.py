"""The spread of the cases of the chosen day: by support, benefit, age, layer, plan and assessment, each unit beside the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import colours
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, dimensions_of
from dashboards.figures.table import Table, sum_of
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, View
from dashboards.words.language import later

OF: Mapping[str, tuple[str, str]] = {
    "stoette": ("caseload_by_support", "support"),
    "forsoergelse": ("caseload_by_benefit", "benefit"),
    "alder": ("age_bands", "band"),
    "gruppe": ("layers", "layer"),
    "plan": ("plans", "plan"),
    "udredning": ("assessments", "method"),
}
"""Each chart's id with its figure, and the dimension that it is spread over."""
PATTERNS = ("", "/", "x", ".")


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        f"{name} {unit}": view.ask(figure, unit=[unit], valid_at=[view.valid_at.isoformat()])
        for name, (figure, _) in OF.items()
        for unit in view.units
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    return Section(
        "fordeling",
        translate("Sagerne efter støtte, forsørgelse, alder, gruppe, plan og udredning"),
        translate("Pr. {day}, enhederne ved siden af hinanden.", day=view.day),
        tuple(_part(view, answers, name) for name in OF),
        definitions(list(answers.values()), translate),
        (
            translate(
                "Efter forsørgelse tælles sager under udredning kun med, hvis opgørelsen med udredning er valgt: sådan er det trykt."
            ),
            translate("Efter støtte, alder, gruppe og plan tælles sager under udredning med."),
            translate("En sag med flere slags planer står under hver af dem, så planerne har ingen sum."),
        ),
    )


def _part(view: View, answers: Answers, name: str) -> Panel:
    translate, (figure, dimension) = view.translate, OF[name]
    by_unit = {unit: answers[f"{name} {unit}"] for unit in view.units}
    cells = next(iter(by_unit.values())).cells
    words = [
        translate("Anden støtte")
        if (dimension, cell[dimension]) == ("support", "other")
        else view.word(dimension, cell[dimension])
        for cell in cells
    ]
    of = colours(view.codes["units"].codes)
    groups = [
        Bars(view.unit(unit), of[unit], PATTERNS[nth % len(PATTERNS)], tuple(cell["value"] for cell in answer.cells))
        for nth, (unit, answer) in enumerate(by_unit.items())
    ]
    shown = {
        unit: [answer.shown(translate, **dimensions_of(cell)) for cell in answer.cells] for unit, answer in by_unit.items()
    }
    rows: list[tuple[str, ...]] = [(word, *(shown[unit][at] for unit in by_unit)) for at, word in enumerate(words)]
    if name not in OVERLAPPING:
        rows.append((translate("I alt"), *(sum_of(shown[unit], translate) for unit in by_unit)))
    title = FIGURES[figure].title(translate)
    summary = " ".join(
        f"{view.unit(unit)}: " + ", ".join(f"{word} {number}" for word, number in zip(words, shown[unit], strict=True)) + "."
        for unit in by_unit
    )
    heads = (translate(_HEADS[name]), *(view.unit(unit) for unit in by_unit))
    table = Table(
        translate("{title} pr. {day}", title=title, day=view.day), heads, tuple(rows), (translate("Kilde: egne tal."),)
    )
    return Panel(
        (table,), Chart(f"efter-{name}", title, bars(translate, words, groups, translate("Sager"), lying=True), summary)
    )


OVERLAPPING = ("plan",)
"""Those in which a case can stand more than once."""
_HEADS = {
    "stoette": later("Støtte"),
    "forsoergelse": later("Forsørgelse"),
    "alder": later("Alder"),
    "gruppe": later("Gruppe i model 3"),
    "plan": later("Plan"),
    "udredning": later("Metode"),
}
