"""The dotted chart: one row a case in the order of referral, one dot for what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards import periods
from dashboards.drawing.flows import Dots, dotted
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.process import DOTS
from dashboards.figures.table import Number, Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"dots": view.ask("dotted_chart", **periods.given(view))}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["dots"]
    cases, left_out = answer.count(measure="cases"), answer.count(measure="left_out")
    lead = translate(
        "Hver række er en sag, den først henviste øverst; hver prik er noget, der skete. En lang række uden prikker er en stille tid."
    )
    return Section(
        "prikdiagram",
        translate("Forløb for forløb"),
        lead
        if cases
        else answer.otherwise(
            translate("Ingen sag er henvist i perioden til de valgte enheder. Vælg en længere periode."), translate
        ),
        (Panel((_table(view, answer),), _chart(view, answer, cases)),) if cases else (),
        definitions([answer], translate),
        (
            *periods.caveat(view),
            " ".join(_shown(view, cases, left_out)),
            translate("Sagens reference er et pseudonym og kan ses ved at pege på en prik; ingen medarbejder er nævnt.")
            if any("case" in cell for cell in answer.cells)
            else translate("Hverken sag eller medarbejder er nævnt: række 1 er den sag, der er henvist senest."),
            translate("Noter, planer og forsørgelse er ikke med: kun det, tallene tælles af."),
        )
        if cases
        else (),
    )


def _cases(view: View, n: int) -> str:
    return view.translate.counted(n, "1 sag", "{n} sager")


def _shown(view: View, cases: int, left_out: int) -> list[str]:
    """The number of cases that are shown, and of those that are not."""
    translate = view.translate
    shown = [translate("Vist er {cases}.", cases=_cases(view, cases))]
    if left_out:
        shown.append(
            translate.counted(
                left_out,
                "1 anden, henvist tidligere i perioden, er udeladt.",
                "{n} andre, henvist tidligere i perioden, er udeladt.",
            )
        )
    return shown


def _row(cell: Cell) -> str | int:
    """The row that a dot stands in: its case, or the row's number where no case is named."""
    return cell["case"] if "case" in cell else cell["row"]


def _chart(view: View, answer: FigureCells, cases: int) -> Chart:
    translate = view.translate
    found = [cell for cell in answer.cells if cell["measure"] == "events" and cell["value"]]
    rows = {case: nth for nth, case in enumerate(dict.fromkeys(map(_row, found)))}
    dots: dict[str, list[tuple[int, date, str]]] = {group: [] for group in DOTS}
    for cell in found:
        day, group = date.fromisoformat(cell["day"]), cell["kind_group"]
        name = cell["case"] if "case" in cell else f"{translate('Række')} {cell['row']}"
        text = f"{name}: {view.word('kind_group', group)}, {translate.day(day)}"
        dots[group].append((rows[_row(cell)], day, text))
    kinds = [Dots(view.word("kind_group", group), at) for group, at in dots.items()]
    title = translate("Prikdiagram, henvist {days}", days=periods.days(view))
    summary = translate("{cases}, sorteret efter henvisning. Antal af hver slags står i tabellen.", cases=_cases(view, cases))
    return Chart("prikdiagram", title, dotted(translate, kinds, len(rows), translate("Sager efter henvisning")), summary)


def _table(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for group in DOTS:
        own = [cell for cell in answer.cells if cell.get("kind_group") == group and cell["value"]]
        events, cases = sum(int(cell["value"]) for cell in own), len(set(map(_row, own)))
        rows.append(
            (view.word("kind_group", group), Number(translate.number(events), events), Number(translate.number(cases), cases))
        )
    return Table(
        translate("Hvad der skete i de viste sager"),
        (translate("Hændelse"), translate("Antal"), translate("I antal sager")),
        tuple(rows),
        (translate("Kilde: egne tal."),),
    )
