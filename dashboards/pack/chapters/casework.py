"""Sagsbehandlere og opfølgning: changes of caseworker, concurrent caseworkers, and follow-ups held or not."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.figures.figure import Ask
from dashboards.pack.caveats import ALL_CASES, counted_by, few
from dashboards.pack.occasion import Occasion, period
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Part, Sum, Value, value
from dashboards.view import Answers
from dashboards.words.danish import WORDS, day

VARIANTS = ("all", "without_reorganisation", "without_reorganisation_and_cover")
BESIDE = ("samlinger", "assignments_after_gap")
UP_TO_THREE = ("0", "1", "2", "3+")
COUNTED = (0, 2, 4, 6, 7)
"""The rows of the table of changes that are counts, and can be drawn in one figure."""
OUTCOMES = ("held_on_time", "held_late", "not_held")


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    out: dict[str, Ask] = {}
    for unit, days in occasion.days.items():
        year = period(occasion.before)
        out[f"changes {unit}"] = occasion.ask("caseworker_changes", unit=[unit], **year)
        out[f"concurrent {unit}"] = occasion.ask("concurrent_caseworkers", unit=[unit], valid_at=[days[-1].isoformat()])
        out[f"stock {unit}"] = occasion.ask("caseload", unit=[unit], valid_at=[days[-1].isoformat()])
        out[f"uncovered {unit}"] = occasion.ask("uncovered_days", unit=[unit], **year)
        out[f"follow-ups {unit}"] = occasion.ask("follow_ups", unit=[unit], **year)
    return out


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    heading = Heading(2, "Sagsbehandlere og opfølgning")
    return heading, _changes(occasion, answers), _concurrent(occasion, answers), _follow_ups(occasion, answers)


def _changes(occasion: Occasion, answers: Answers) -> Grid:
    units = tuple(occasion.days)
    by_unit = {unit: answers[f"changes {unit}"] for unit in units}
    risk = {unit: value(by_unit[unit], "sager", measure="cases_at_risk") for unit in units}

    def row(label: str, counted: str, **dimensions: str) -> tuple[Entry, ...]:
        of = None if counted == "skift" else True
        return (
            label,
            *(value(by_unit[unit], counted, of=int(risk[unit].number or 0) if of else None, **dimensions) for unit in units),
        )

    rows: list[tuple[Entry, ...]] = []
    for variant in VARIANTS:
        rows.append(row(WORDS[variant], "skift", measure="changes", variant=variant))
        rows.append(row(f"{WORDS[variant]}, pr. sagsår", "rate", measure="changes_per_case_year", variant=variant))
    rows += [row(WORDS[measure], "skift", measure=measure) for measure in BESIDE]
    rows.append((WORDS["cases_at_risk"], *risk.values()))
    for label, when in (("Sagsdage før den første sagsbehandler", "start"), ("Sagsdage mellem sagsbehandlere", "between")):
        counted = (value(answers[f"uncovered {unit}"], "sagsdage", measure="case_days", when=when) for unit in units)
        rows.append((label, *counted))
    numbers = [each for line in rows for each in line if isinstance(each, Value)]
    return Grid(
        "",
        f"Sagsbehandlerskift i {occasion.year - 1}",
        ("Opgørelse", *(occasion.unit(unit) for unit in units)),
        tuple(rows),
        (
            *counted_by(*by_unit.values(), *(answers[f"uncovered {unit}"] for unit in units)),
            Footnote("Ingen dansk myndighed har udgivet en definition af sagsbehandlerskift; denne er registrets egen."),
            *few(numbers),
        ),
    )


def _concurrent(occasion: Occasion, answers: Answers) -> Grid:
    units = tuple(occasion.days)
    counts = {(unit, n): value(answers[f"concurrent {unit}"], caseworkers=n) for unit in units for n in UP_TO_THREE}
    wholes = {unit: value(answers[f"stock {unit}"], unit=unit, valid_at=occasion.days[unit][-1].isoformat()) for unit in units}
    rows: list[tuple[Entry, ...]] = [(n, *(counts[unit, n] for unit in units)) for n in UP_TO_THREE]
    days = " og ".join(dict.fromkeys(day(occasion.days[unit][-1]) for unit in units))
    return Grid(
        "",
        f"Sager efter antal samtidige sagsbehandlere pr. {days}",
        ("Sagsbehandlere", *(occasion.unit(unit) for unit in units)),
        (*rows, ("I alt", *wholes.values())),
        (
            *counted_by(*(answers[f"concurrent {unit}"] for unit in units)),
            ALL_CASES,
        ),
        tuple(Sum(wholes[unit], tuple(counts[unit, n] for n in UP_TO_THREE)) for unit in units),
        last_is_total=True,
    )


def _follow_ups(occasion: Occasion, answers: Answers) -> Grid:
    units = tuple(occasion.days)
    by_unit = {unit: answers[f"follow-ups {unit}"] for unit in units}
    counts = {(unit, measure): value(by_unit[unit], measure=measure) for unit in units for measure in ("due", *OUTCOMES)}
    rows: list[tuple[Entry, ...]] = [(WORDS[measure], *(counts[unit, measure] for unit in units)) for measure in OUTCOMES]
    return Grid(
        "",
        f"Opfølgninger med frist i {occasion.year - 1}",
        ("Opfølgninger", *(occasion.unit(unit) for unit in units)),
        (*rows, ("I alt med frist", *(counts[unit, "due"] for unit in units))),
        counted_by(*by_unit.values()),
        tuple(Sum(counts[unit, "due"], tuple(counts[unit, measure] for measure in OUTCOMES)) for unit in units),
        last_is_total=True,
    )
