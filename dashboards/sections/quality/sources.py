"""The sources that the register is filled from: how new each is, and which is silent for longer than it usually is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import KeyNumber, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View
from journey.history import COPENHAGEN


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"sources": view.ask("sources", valid_at=[until(view).isoformat()])}


def until(view: View) -> date:
    """The day that a silence is counted to: today, or of an earlier knowledge the day of its moment."""
    known = view.moment and view.moment.astimezone(COPENHAGEN).date()
    return known if known and not view.now else view.today or max(view.valid_at, known or view.valid_at)


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["sources"]
    silent = [source for source in view.covered.newest if is_silent(view, answer, source)]
    return Section(
        "kilder",
        translate("Kilder: hvor nyt registret er"),
        translate("Tavs længere end kildens vanlige pause: {sources}.", sources=", ".join(silent))
        if silent
        else translate("Ingen kilde har været tavs længere end sin vanlige pause."),
        (Panel((_table(view, answer),)),),
        definitions([answer], translate),
        (
            translate(
                "En vanlig pause er den længste mellem to dage, hvor kilden har registreret noget, når de 5 % længste er lagt til side."
            ),
            translate(
                "Registret er dækket til den dag, da den første af kilderne sidst lod høre fra sig. En kilde, der er over 180 dage efter "
                "den nyeste eller er erklæret afsluttet, er ikke med; registrets egne hændelser (journey) kun, hvor der ingen anden er."
            ),
            translate("Noter, spørgeskemaer og offentliggørelser er ikke med i det senest registrerede."),
        ),
        tiles=(
            KeyNumber(
                translate("Dækket til og med"),
                translate.day(view.covered.last) if view.covered.last else translate("ikke kendt"),
                (translate("fra {day}", day=translate.day(view.covered.first)),) if view.covered.first else (),
            ),
            KeyNumber(translate("Kilder, der er tavse for længe"), translate.number(len(silent)), ()),
        ),
    )


def silence(view: View, source: str) -> int:
    """The days since the source's newest known moment."""
    return max((until(view) - view.covered.newest[source].astimezone(COPENHAGEN).date()).days, 0)


def is_silent(view: View, answer: FigureCells, source: str) -> bool:
    """Whether a source that goes on has been silent for longer than it usually is."""
    usual = answer.value(source=source, measure="usual_gap")
    return source not in view.municipality.ended_sources and usual is not None and silence(view, source) > usual


def _table(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for source, moment in sorted(view.covered.newest.items()):
        since = answer.value(source=source, measure="days_since_valid")
        newest = translate.short(until(view) - timedelta(days=int(since))) if since is not None else "–"
        rows.append(
            (
                source,
                answer.shown(translate, source=source, measure="events"),
                newest,
                translate.moment(moment),
                translate.number(silence(view, source)),
                answer.shown(translate, source=source, measure="usual_gap"),
                _standing(view, answer, source),
            )
        )
    heads = (
        translate("Kilde"),
        translate("Hændelser"),
        translate("Nyeste virkningsdag"),
        translate("Senest registreret"),
        translate("Dage i tavshed"),
        translate("Vanlig pause (dage)"),
        translate("Fund"),
    )
    return Table(
        translate("Kilderne pr. {day}", day=translate.day(until(view))), heads, tuple(rows), (translate("Kilde: egne tal."),)
    )


def _standing(view: View, answer: FigureCells, source: str) -> str:
    if source in view.municipality.ended_sources:
        return view.translate("erklæret afsluttet")
    return view.translate("tavs for længe") if is_silent(view, answer, source) else "–"
