"""Tabel 1 and Tabel 2 as the committee's papers print them, with the chosen day below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.danish import WORDS, day, number
from dashboards.section import Part, Section, definitions
from dashboards.status_days import Printed, days_of
from dashboards.table import Table
from dashboards.view import Answers, Ask, View

UI, AM = "ungeindsatsen", "arbejdsmarked"
TARGET_GROUPS = ("aktivitetsparat", "ressourceforloeb_jaf")
NOT_TARGET_GROUPS = ("other", "unknown")


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    ui, am = (_iso(_days(view, ledger, unit)) for unit in (UI, AM))
    return {
        "table_1": view.ask("caseload", unit=[UI], valid_at=ui),
        "table_2": view.ask("caseload_by_benefit", unit=[AM], valid_at=am),
        "vum": view.ask("under_assessment", unit=[AM], valid_at=am),
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    first, second = _table_1(view, ledger, answers), _table_2(view, ledger, answers)
    return Section(
        "tabeller",
        "Tabel 1 og Tabel 2",
        "Som i udvalgets papirer: de trykte statusdage, og nederst den valgte dag.",
        (Part((first,)), Part((second,))),
        definitions(list(answers.values())),
        (
            "Tabel 1 tæller sager under udredning og medfulgte sager med.",
            "Tabel 2 tæller ikke sager under udredning med; de står i linjen under tabellen.",
            "Statusdagene er enhedernes egne og ikke ens.",
        ),
    )


def _days(view: View, ledger: Sequence[Printed], unit: str) -> list[date]:
    return sorted({*days_of(view, ledger, unit), view.valid_at})


def _iso(days: Sequence[date]) -> list[str]:
    return [each.isoformat() for each in days]


def _label(view: View, ledger: Sequence[Printed], unit: str, when: date) -> str:
    return day(when) if when in days_of(view, ledger, unit) else f"{day(when)} (valgt dag)"


def _table_1(view: View, ledger: Sequence[Printed], answers: Answers) -> Table:
    rows = tuple(
        (_label(view, ledger, UI, when), number(answers["table_1"].value(unit=UI, valid_at=when.isoformat())))
        for when in _days(view, ledger, UI)
    )
    title = f"Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i {view.unit(UI)}"
    return Table(title, ("Status pr.", "Antal sager"), rows, ("Kilde: egne tal.",))


def _table_2(view: View, ledger: Sequence[Printed], answers: Answers) -> Table:
    rows: list[tuple[str, ...]] = []
    outside: list[str] = []
    for when in _days(view, ledger, AM):
        of = {
            group: int(answers["table_2"].value(valid_at=when.isoformat(), benefit=group) or 0)
            for group in (*TARGET_GROUPS, *NOT_TARGET_GROUPS)
        }
        counts = [of[group] for group in TARGET_GROUPS]
        rows.append((_label(view, ledger, AM, when), *map(number, counts), number(sum(counts))))
        if left_out := sum(of[group] for group in NOT_TARGET_GROUPS):
            outside.append(f"{number(left_out)} pr. {day(when)}")
    notes = ["Kilde: egne tal.", *_vum(view, ledger, answers)]
    if outside:
        notes.append(f"Ikke i tabellen er sager med anden eller ukendt forsørgelse: {', '.join(outside)}.")
    title = f"Tabel 2. Udvikling i antal sager under helhedsorienteret sagsbehandling i {view.unit(AM)}, fordelt på målgrupper"
    heads = ("Status pr.", *(WORDS[group] for group in TARGET_GROUPS), "Antal i alt")
    return Table(title, heads, tuple(rows), tuple(notes))


def _vum(view: View, ledger: Sequence[Printed], answers: Answers) -> list[str]:
    """The line below Tabel 2, for the latest status day and the chosen day."""
    said: list[str] = []
    for when in sorted({*days_of(view, ledger, AM)[-1:], view.valid_at}):
        n = int(answers["vum"].value(unit=AM, valid_at=when.isoformat()) or 0)
        said.append(
            f"Derudover er der pr. {day(when)} {number(n)} {'sag' if n == 1 else 'sager'} i {view.unit(AM)} med borgere, der er under "
            "udredning (VUM/Voksenudredningsmetoden)."
        )
    return said
