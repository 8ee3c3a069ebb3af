"""Sagsbehandlerskift by year and variant, with samlinger and gaps beside them, and how they are defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.charts import Bars, bars
from dashboards.danish import WORDS, day, number
from dashboards.section import FEW, Chart, Part, Section, definitions, or_why
from dashboards.status_days import Printed, first_year
from dashboards.table import Table
from dashboards.theme import BLUE, GREEN, MIDDLE, ORANGE, PALE
from dashboards.view import Answers, Ask, Told, View

VARIANTS = {"all": (BLUE, ""), "without_reorganisation": (MIDDLE, ""), "without_reorganisation_and_cover": (PALE, "")}
BESIDE = {"samlinger": (GREEN, "/"), "assignments_after_gap": (ORANGE, "x")}
SHORT = {"samlinger": "Samlinger", "assignments_after_gap": "Efter hul"}
_BELOW = ("cases_at_risk", "case_years", "median_tenure")


def periods(view: View) -> dict[int, tuple[date, date]]:
    """Each year shown with its first day and the first day after it; the last year goes to the chosen day, which is in it."""
    after = view.valid_at + timedelta(days=1)
    return {
        year: (date(year, 1, 1), min(date(year + 1, 1, 1), after)) for year in range(first_year(view), view.valid_at.year + 1)
    }


def name(unit: str, year: int) -> str:
    return f"{unit} {year}"


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        name(unit, year): view.ask(
            "caseworker_changes", **{"unit": [unit], "from": [first.isoformat()], "to": [after.isoformat()]}
        )
        for unit in view.codes.hoi_units
        for year, (first, after) in periods(view).items()
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    last = view.valid_at.year
    whole = periods(view)[last][1] == date(last + 1, 1, 1)
    parts = [
        _part(view, unit, {year: answers[name(unit, year)] for year in periods(view)}, whole=whole)
        for unit in view.codes.hoi_units
    ]
    return Section(
        "skift",
        "Sagsbehandlerskift",
        "Skift pr. år efter tre opgørelser. Samlinger og tildelinger efter hul står ved siden af: den ene så en samling hos færre "
        "ikke læses som uro, den anden så en tid uden sagsbehandler ikke pynter på tallet.",
        tuple(parts),
        definitions(list(answers.values())),
        (
            "Ingen dansk myndighed har udgivet en definition af sagsbehandlerskift; denne er registrets egen.",
            "Uden omorganisering: skift med den grund er ikke talt med.",
            "Uden omorganisering og vikar: heller ikke de to skift i et vikariat (A, B og A igen, hvor B er der under 30 dage).",
            "Et skift pr. rolle og sag: en borger med to sagsbehandlere kan have to skift samme dag.",
            *(() if whole else (f"{last} er kun talt til og med {view.day}.",)),
        ),
    )


def _part(view: View, unit: str, years: Mapping[int, Told], *, whole: bool) -> Part:
    heads = [str(year) if whole or year != view.valid_at.year else f"{year} til {_short(view.valid_at)}" for year in years]
    counts = {
        **{variant: _counts(years, measure="changes", variant=variant) for variant in VARIANTS},
        **{measure: _counts(years, measure=measure) for measure in BESIDE},
    }
    groups = [
        Bars(SHORT.get(key, WORDS[key]), colour, pattern, counts[key])
        for key, (colour, pattern) in {**VARIANTS, **BESIDE}.items()
    ]
    words = " ".join(
        f"{year}: {number(counts['all'][at])} skift, {number(counts['samlinger'][at])} samlinger, "
        f"{number(counts['assignments_after_gap'][at])} efter hul."
        for at, year in enumerate(heads)
    )
    title = f"Sagsbehandlerskift i {view.unit(unit)} pr. år"
    chart = Chart(f"skift-{unit}", title, bars(heads, groups, "Antal", lying=False), f"Søjler. {words}")
    return Part((_table(view, unit, years, heads),), chart)


def _short(when: date) -> str:
    return day(when).removesuffix(f" {when.year}")


def _counts(years: Mapping[int, Told], **dimensions: str) -> tuple[int, ...]:
    return tuple(int(told.value(**dimensions) or 0) for told in years.values())


def _table(view: View, unit: str, years: Mapping[int, Told], heads: Sequence[str]) -> Table:
    rows: list[tuple[str, ...]] = []
    for variant in VARIANTS:
        rows.append((WORDS[variant], *(or_why(told, measure="changes", variant=variant) for told in years.values())))
        rates = (or_why(told, measure="changes_per_case_year", variant=variant) for told in years.values())
        rows.append((f"{WORDS[variant]}, pr. sagsår", *rates))
    rows += [(WORDS[measure], *(or_why(told, measure=measure) for told in years.values())) for measure in (*BESIDE, *_BELOW)]
    few = (
        (f"{FEW.capitalize()}: under 20 observationer, så rate og median gives ikke.",)
        if any(FEW in row for row in rows)
        else ()
    )
    return Table(f"Sagsbehandlerskift i {view.unit(unit)}", ("", *heads), tuple(rows), (*few, "Kilde: egne tal."))
