"""Decisions of the forums and the municipality, year by year: admitted and rejected, supports refused, handovers proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, ORANGE
from dashboards.figures.figure import Ask
from dashboards.figures.table import UNKNOWN, Number, Table
from dashboards.published.status_days import Printed
from dashboards.sections.changes import heads, periods
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View
from dashboards.words.language import later

OTHERS = {
    "rehabilitation": later("Sager sendt til rehabiliteringsteam"),
    "expected_pensions": later("Sager, hvor førtidspension ventes"),
}
FIGURES = ("visitations", "refused_supports", "handovers", *OTHERS)
HANDOVERS = {
    "proposed": later("Overdragelser foreslået"),
    "accepted": later("… heraf modtaget af enheden"),
    "refused": later("… heraf afslået af enheden"),
    "waiting": later("Overdragelser, der venter på svar"),
}


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        f"{figure} {year}": view.ask(figure, **{"from": [first.isoformat()], "to": [after.isoformat()]})
        for figure in FIGURES
        for year, (first, after) in periods(view).items()
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    by_figure = {figure: [answers[f"{figure} {year}"] for year in periods(view)] for figure in FIGURES}
    return Section(
        "afgoerelser",
        translate("Visitationer, afslag og overdragelser"),
        translate(
            "Hvem der blev visiteret, hvem der blev afvist, hvad der blev givet afslag på, og hvilke overdragelser der "
            "blev foreslået."
        ),
        (
            Panel((_visitations(view, by_figure["visitations"]),), _chart(view, by_figure["visitations"])),
            Panel((_refused(view, by_figure["refused_supports"]), _others(view, by_figure))),
        ),
        definitions(list(answers.values()), translate),
        (translate("En afvisning er forummets afgørelse og lukker sagen; et afslag er på en støtte i en sag, der er åben."),),
    )


def _table(view: View, title: str, head: str, rows: Sequence[tuple[str, ...]], empty: str = "") -> Table:
    notes = (view.translate("Kilde: egne tal."),) if rows else (empty,)
    return Table(title, (head, *heads(view).values()), tuple(rows), notes)


def _visitations(view: View, years: Sequence[FigureCells]) -> Table:
    translate = view.translate
    rows: list[tuple[str, ...]] = [
        (translate("Visiteret"), *(answer.shown(translate, measure="visited") for answer in years)),
        *(
            (
                translate("Afvist: {reason}", reason=view.word("reason", reason)),
                *(answer.shown(translate, measure="rejected", reason=reason) for answer in years),
            )
            for reason in view.codes["rejections"].codes
        ),
        (translate("Afvist i alt"), *(translate.number(_rejected(answer)) for answer in years)),
    ]
    return _table(view, translate("Visiteret og afvist pr. år"), translate("Afgørelse"), rows)


def _rejected(answer: FigureCells) -> int:
    return sum(int(cell["value"] or 0) for cell in answer.cells if cell["measure"] == "rejected")


def _chart(view: View, years: Sequence[FigureCells]) -> Chart:
    translate, named = view.translate, list(heads(view).values())
    groups = [
        Bars(translate("Visiteret"), BLUE, "", tuple(answer.count(measure="visited") for answer in years)),
        Bars(translate("Afvist"), ORANGE, "/", tuple(_rejected(answer) for answer in years)),
    ]
    words = "; ".join(
        f"{year}: " + ", ".join(f"{group.name} {translate.number(group.values[at])}" for group in groups)
        for at, year in enumerate(named)
    )
    drawn = bars(translate, named, groups, translate("Afgørelser"), lying=False)
    return Chart("visitationer", translate("Visiteret og afvist pr. år"), drawn, f"{translate('Søjler.')} {words}.")


def _refused(view: View, years: Sequence[FigureCells]) -> Table:
    translate = view.translate
    occurring = {cell["support"] for answer in years for cell in answer.cells}
    rows = [
        (
            translate.label(entry),
            *(
                answer.shown(translate, support=code)
                if answer.count(support=code)
                else Number(translate(UNKNOWN), None)
                if answer.is_unknown({})
                else Number("0", 0)
                for answer in years
            ),
        )
        for code, entry in view.codes["supports"].codes.items()
        if code in occurring
    ]
    title = translate("Afslag på støtte pr. år")
    return _table(view, title, translate("Støtte"), rows, translate("Der er ikke givet afslag på støtte i årene."))


def _others(view: View, by_figure: Mapping[str, Sequence[FigureCells]]) -> Table:
    translate = view.translate

    def rows() -> Iterator[tuple[str, ...]]:
        for measure, label in HANDOVERS.items():
            yield translate(label), *(answer.shown(translate, measure=measure) for answer in by_figure["handovers"])
        for figure, label in OTHERS.items():
            yield translate(label), *(answer.shown(translate) for answer in by_figure[figure])

    title = translate("Overdragelser, rehabilitering og ventet førtidspension pr. år")
    return _table(view, title, translate("Hvad der er talt"), tuple(rows()))
