"""The tables of the papers, counted from whatever the register holds: what `journey demo` ends in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.answers import Answer
from api.register import Register
from dashboards.danish import WORDS, moment, number
from dashboards.table import FEW_NOTE, Table, known_text, pivoted, scope, times

UI, AM = "ungeindsatsen", "arbejdsmarked"
UI_DAYS = ("2023-01-24", "2024-02-02", "2025-02-01")
AM_DAYS = ("2023-01-17", "2024-02-01", "2025-02-01")
"""The papers' status days: they differ between the units, and are never shown as one."""

_MEASURES = ("changes", "changes_per_case_year")
_BESIDE = ("samlinger", "assignments_after_gap", "cases_at_risk", "case_years")


def papers(register: Register) -> list[Table]:
    """Tabel 1, Tabel 2, the cases by support and the caseworker changes by year, each counted by its figure."""

    def answer(figure: str, **given: Sequence[str]) -> Answer:
        return register.ask(figure, given, None)

    ui = answer("caseload", unit=[UI], valid_at=UI_DAYS)
    am = answer("caseload_by_benefit", unit=[AM], valid_at=AM_DAYS)
    assessing = answer("under_assessment", unit=[AM], valid_at=AM_DAYS[-1:])
    support = answer("caseload_by_support", unit=[UI], valid_at=UI_DAYS[-1:])
    return [
        Table(
            "Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i Ungeindsatsen",
            ("Status pr.", "Antal sager"),
            pivoted("", ui.cells, "valid_at", (UI,), register.codes, total=False, notes=()).rows,
            _notes(ui),
        ),
        pivoted(
            "Tabel 2. Udvikling i antal sager under helhedsorienteret sagsbehandling i Arbejdsmarkedsafdelingen, fordelt på målgrupper",
            am.cells,
            "valid_at",
            ("aktivitetsparat", "ressourceforloeb_jaf"),
            register.codes,
            total=True,
            notes=(*_notes(am), f"Derudover sager under udredning pr. 1. februar 2025: {number(assessing.cells[0]['value'])}."),
        ),
        Table(
            "Sager i Ungeindsatsen efter støtte",
            ("Støtte", "Antal sager"),
            (
                *((WORDS[cell["support"]], number(cell["value"])) for cell in support.cells),
                ("I alt", number(sum(cell["value"] for cell in support.cells))),
            ),
            _notes(support),
        ),
        *(_changes(register, unit) for unit in (UI, AM)),
    ]


def _changes(register: Register, unit: str) -> Table:
    years = [
        register.ask("caseworker_changes", {"unit": [unit], "from": [f"{year}-01-01"], "to": [f"{year + 1}-01-01"]}, None)
        for year in range(2022, 2026)
    ]
    rows: list[tuple[str, ...]] = []
    for variant in ("all", "without_reorganisation", "without_reorganisation_and_cover"):
        for measure in _MEASURES:
            cells = [_value(year, {"measure": measure, "variant": variant}) for year in years]
            rows.append((f"{WORDS[variant]}: {WORDS[measure].lower()}", *cells))
    rows += [(WORDS[measure], *(_value(year, {"measure": measure}) for year in years)) for measure in _BESIDE]
    rows.append((WORDS["median_tenure"], *(_value(year, {"measure": "median_tenure"}) for year in years)))
    few = (FEW_NOTE,) if any(cell.get("why") for year in years for cell in year.cells) else ()
    return Table(
        f"Sagsbehandlerskift i {register.codes['units'].codes[unit].da}",
        ("", *(str(year.question.from_day.year) for year in years)),
        tuple(rows),
        (*few, f"Opgørelse: {years[0].figure.rule}", years[0].figure.source),
    )


def _value(answer: Answer, dimensions: Mapping[str, str]) -> str:
    for cell in answer.cells:
        if {name: said for name, said in cell.items() if name not in ("value", "why")} == dimensions:
            return number(cell["value"])
    return number(None)


def _notes(answer: Answer) -> tuple[str, ...]:
    known = known_text(answer.question.position, moment(answer.moment))
    return (
        times(answer.question, answer.figure, known),
        scope(answer.question, answer.figure),
        f"Opgørelse: {answer.figure.rule}",
        answer.figure.source,
    )
