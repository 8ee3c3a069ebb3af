"""Tabel 1 and Tabel 2 as the committee's papers print them, with the chosen day below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.figures.figure import Ask
from dashboards.figures.table import Table, sum_of
from dashboards.published.status_days import Printed, days_of
from dashboards.sections.section import Panel, Section, definitions
from dashboards.view import Answers, View

TARGET_GROUPS = ("aktivitetsparat", "ressourceforloeb_jaf")
NOT_TARGET_GROUPS = ("other", "unknown")
WHOLE = {"include_assessing": ["true"], "include_out_of_scope": ["true"], "count": ["cases"]}
"""The reading of Tabel 1, whatever is chosen."""


def questions(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    units = view.municipality.tables
    first, second = (_iso(_days(view, ledger, unit)) for unit in (units.first, units.second))
    return {
        "table_1": view.ask("caseload", unit=[units.first], valid_at=first, **WHOLE),
        "table_2": view.ask("caseload_by_benefit", unit=[units.second], valid_at=second, include_assessing=["false"]),
        "vum": view.ask("under_assessment", unit=[units.second], valid_at=second),
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    first, second = _table_1(view, ledger, answers), _table_2(view, ledger, answers)
    return Section(
        "tabeller",
        translate("Tabel 1 og Tabel 2"),
        translate("Som i udvalgets papirer, uanset den valgte opgørelse: de trykte statusdage, og nederst den valgte dag."),
        (Panel((first,)), Panel((second,))),
        definitions(list(answers.values()), translate),
        (
            translate("Tabel 1 tæller sager under udredning og medfulgte sager med."),
            translate("Tabel 2 tæller ikke sager under udredning med; de står i linjen under tabellen."),
            translate("Statusdagene er enhedernes egne og ikke ens."),
        ),
    )


def _days(view: View, ledger: Sequence[Printed], unit: str) -> list[date]:
    return sorted({*days_of(view, ledger, unit), view.valid_at})


def _iso(days: Sequence[date]) -> list[str]:
    return [each.isoformat() for each in days]


def _label(view: View, ledger: Sequence[Printed], unit: str, when: date) -> str:
    named = view.dated(when)
    return named if when in days_of(view, ledger, unit) else view.translate("{day} (valgt dag)", day=named)


def _table_1(view: View, ledger: Sequence[Printed], answers: Answers) -> Table:
    translate, unit = view.translate, view.municipality.tables.first
    rows = tuple(
        (_label(view, ledger, unit, when), answers["table_1"].shown(translate, unit=unit, valid_at=when.isoformat()))
        for when in _days(view, ledger, unit)
    )
    title = translate("Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i {unit}", unit=view.unit(unit))
    return Table(title, (translate("Status pr."), translate("Antal sager")), rows, (translate("Kilde: egne tal."),))


def _table_2(view: View, ledger: Sequence[Printed], answers: Answers) -> Table:
    translate, unit = view.translate, view.municipality.tables.second
    rows: list[tuple[str, ...]] = []
    outside: list[str] = []
    for when in _days(view, ledger, unit):
        of = {
            group: answers["table_2"].shown(translate, valid_at=when.isoformat(), benefit=group)
            for group in (*TARGET_GROUPS, *NOT_TARGET_GROUPS)
        }
        counts = [of[group] for group in TARGET_GROUPS]
        rows.append((_label(view, ledger, unit, when), *counts, sum_of(counts, translate)))
        left_out = sum_of([of[group] for group in NOT_TARGET_GROUPS], translate)
        if left_out.value:
            outside.append(translate("{n} pr. {day}", n=left_out, day=view.dated(when)))
    notes = [translate("Kilde: egne tal."), *_vum(view, ledger, answers)]
    if outside:
        notes.append(
            translate("Ikke i tabellen er sager med anden eller ukendt forsørgelse: {counts}.", counts=", ".join(outside))
        )
    title = translate(
        "Tabel 2. Udvikling i antal sager under helhedsorienteret sagsbehandling i {unit}, fordelt på målgrupper",
        unit=view.unit(unit),
    )
    heads = (translate("Status pr."), *(view.word("benefit", group) for group in TARGET_GROUPS), translate("Antal i alt"))
    return Table(title, heads, tuple(rows), tuple(notes))


def _vum(view: View, ledger: Sequence[Printed], answers: Answers) -> list[str]:
    """The line below Tabel 2, for the latest status day and the chosen day."""
    unit = view.municipality.tables.second
    return [
        view.translate.counted(
            answers["vum"].count(unit=unit, valid_at=when.isoformat()),
            "Derudover er der pr. {day} 1 sag i {unit} med en borger, der er under udredning (VUM/Voksenudredningsmetoden).",
            "Derudover er der pr. {day} {n} sager i {unit} med borgere, der er under udredning (VUM/Voksenudredningsmetoden).",
            day=view.dated(when),
            unit=view.unit(unit),
        )
        for when in sorted({*days_of(view, ledger, unit)[-1:], view.valid_at})
        if answers["vum"].value(unit=unit, valid_at=when.isoformat()) is not None
    ]
