"""Cases over time per unit: months, status days, printed numbers, and what breaks the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.charts import MONTHS, Line, Mark, in_words, over_time
from dashboards.danish import day, number
from dashboards.section import Chart, Part, Section, definitions
from dashboards.status_days import Printed, StatusDay, breaks, days_of, first_year, noted, status_days
from dashboards.table import Table
from dashboards.theme import UNITS
from dashboards.view import Answers, Ask, Told, View
from journey.interchange import COPENHAGEN

ALL, WITHOUT, IN_SCOPE = "alle", "uden udredning", "uden medfulgte"
_RULES = {ALL: "med udredning", WITHOUT: "uden udredning", IN_SCOPE: "med udredning, uden medfulgte"}
_DASHES = {ALL: "solid", WITHOUT: "dash", IN_SCOPE: "dot"}
SILENCE = timedelta(days=31)
"""When nothing has been registered for so long before the chosen day, the page says so."""


def months(view: View) -> list[date]:
    """The first of each month from the first year shown to the chosen day."""
    years = range(first_year(view), view.valid_at.year + 1)
    return [each for year in years for month in range(1, 13) if (each := date(year, month, 1)) <= view.valid_at]


def silent_since(view: View) -> date | None:
    """The day of the latest registration, where it lies well before the chosen day."""
    known = view.moment and view.moment.astimezone(COPENHAGEN).date()
    return known if known and view.valid_at - known > SILENCE else None


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    units = view.codes.hoi_units
    printed = [each for unit in units for each in days_of(view, ledger, unit)]
    days = [each.isoformat() for each in sorted({*months(view), *printed, view.valid_at})]
    return {
        ALL: view.ask("caseload", unit=units, valid_at=days),
        WITHOUT: view.ask("caseload", unit=units, valid_at=days, include_assessing=["false"]),
        IN_SCOPE: view.ask("caseload", unit=units, valid_at=days, include_out_of_scope=["false"]),
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    drawn = _series(view, ledger, answers)
    printed = [
        one for one in status_days(view, ledger) if one.unit in view.codes.hoi_units and one.printed.said.value is not None
    ]
    broken = breaks(view, ledger)
    now = {unit: _count(answers[ALL], unit, view.valid_at) for unit in view.codes.hoi_units}
    return Section(
        "sager",
        "Sager over tid",
        f"Pr. {view.day}: " + ", ".join(f"{number(n)} sager i {view.unit(unit)}" for unit, n in now.items()) + ".",
        (
            Part((), _chart(view, drawn, printed, [each.day for each in broken])),
            Part((_status_table(view, printed, answers),)),
            Part((_alike(view, answers),)),
            Part((_monthly(view, drawn),)),
        ),
        definitions(list(answers.values())),
        _caveats(view, printed),
        tuple(f"{day(each.day)}: {each.why}" for each in broken),
    )


def _count(told: Told, unit: str, when: date) -> int:
    return int(told.value(unit=unit, valid_at=when.isoformat()) or 0)


Series = Mapping[tuple[str, str], tuple[tuple[date, int], ...]]
"""The days and values of each unit and rule that is drawn."""


def _series(view: View, ledger: Sequence[Printed], answers: Answers) -> Series:
    """Every unit with all its cases; also without those under assessment where a paper prints it so, and without run-off cases
    where there are any."""
    without = {one.unit for one in status_days(view, ledger) if not one.with_assessing}
    out: dict[tuple[str, str], tuple[tuple[date, int], ...]] = {}
    for unit in view.codes.hoi_units:
        of = {
            rule: tuple((date.fromisoformat(cell["valid_at"]), cell["value"]) for cell in told.cells if cell["unit"] == unit)
            for rule, told in answers.items()
        }
        out[unit, ALL] = of[ALL]
        if unit in without:
            out[unit, WITHOUT] = of[WITHOUT]
        if of[IN_SCOPE] != of[ALL]:
            out[unit, IN_SCOPE] = of[IN_SCOPE]
    return out


def _name(view: View, unit: str, rule: str) -> str:
    return view.unit(unit) if rule == ALL else f"{view.unit(unit)}, {rule}"


def _chart(view: View, drawn: Series, printed: Sequence[StatusDay], broken: Sequence[date]) -> Chart:
    colours = dict(zip(view.codes.hoi_units, UNITS * len(view.codes.hoi_units), strict=False))
    lines = [Line(_name(view, unit, rule), colours[unit], _DASHES[rule], points) for (unit, rule), points in drawn.items()]
    marks: list[Mark] = []
    words = [f"Kurver over sager pr. måned fra {day(months(view)[0])} til {view.day}, med de trykte tal mærket."]
    for unit in view.codes.hoi_units:
        its = [one for one in printed if one.unit == unit]
        points = tuple((one.day, one.printed.said.value or 0) for one in its)
        if points:
            hover = tuple(f"Trykt pr. {day(one.day)}: {one.printed.value} ({one.printed.said.paper.case})" for one in its)
            above = all(one.with_assessing for one in its)
            marks.append(Mark(f"Trykt, {view.unit(unit)}", colours[unit], points, hover, above=above))
            words.append(in_words(f"Trykt, {view.unit(unit)}", points))
        last = drawn[unit, ALL][-1:]
        words.append(in_words(f"{view.unit(unit)} den valgte dag", last))
    since = silent_since(view)
    if since:
        words.append(f"Intet er registreret efter {day(since)}.")
    title = f"Sager pr. måned fra {day(months(view)[0])} til {view.day}"
    return Chart(
        "sager", title, over_time(lines, marks, broken, (since, view.valid_at) if since else None, "Sager"), " ".join(words)
    )


def _status_table(view: View, printed: Sequence[StatusDay], answers: Answers) -> Table:
    rows = [
        (
            day(one.day),
            view.unit(one.unit),
            _RULES[ALL if one.with_assessing else WITHOUT],
            one.printed.value,
            number(_count(answers[ALL if one.with_assessing else WITHOUT], one.unit, one.day)),
            one.printed.said.paper.case,
        )
        for one in printed
    ]
    rows += [
        (f"{view.day} (valgt dag)", view.unit(unit), _RULES[ALL], "–", number(_count(answers[ALL], unit, view.valid_at)), "–")
        for unit in view.codes.hoi_units
        if not any(one.unit == unit and one.day == view.valid_at and one.with_assessing for one in printed)
    ]
    heads = ("Status pr.", "Enhed", "Opgørelse", "Trykt", "Talt", "Papir")
    notes = [
        "Talt: figurens tal, som registret vidste det på det valgte tidspunkt.",
        "Med og uden udredning: med og uden sager under udredning.",
        *(f"{case}: {title}, {day(when)}." for case, (title, when) in _papers(printed).items()),
    ]
    return Table("Statusdage og valgt dag: trykt og talt", heads, tuple(rows), tuple(notes))


def _papers(printed: Sequence[StatusDay]) -> dict[str, tuple[str, date]]:
    return {one.printed.said.paper.case: (one.printed.said.paper.title, one.printed.said.paper.date) for one in printed}


def _alike(view: View, answers: Answers) -> Table:
    units = view.codes.hoi_units
    rows: list[tuple[str, ...]] = []
    for rule in (ALL, WITHOUT, IN_SCOPE):
        counts = [_count(answers[rule], unit, view.valid_at) for unit in units]
        rows.append((_RULES[rule].capitalize(), *map(number, counts), number(sum(counts))))
    heads = ("Opgørelse", *(view.unit(unit) for unit in units), "I alt")
    return Table(f"Enhederne opgjort ens pr. {view.day}", heads, tuple(rows), ())


def _monthly(view: View, drawn: Series) -> Table:
    rows: list[tuple[str, ...]] = []
    for (unit, rule), points in drawn.items():
        of = dict(points)
        for year in range(first_year(view), view.valid_at.year + 1):
            counts = (of.get(date(year, month, 1)) for month in range(1, 13))
            rows.append((f"{_name(view, unit, rule)} {year}", *("" if n is None else number(n) for n in counts)))
    return Table("Sager ved udgangen af den 1. i måneden", ("Enhed og år", *MONTHS), tuple(rows), ())


def _caveats(view: View, printed: Sequence[StatusDay]) -> tuple[str, ...]:
    notes: list[str] = []
    rules = {one.unit: one.with_assessing for one in printed}
    if len(set(rules.values())) > 1:
        said = ", ".join(f"{view.unit(unit)} {'med' if counted else 'uden'}" for unit, counted in rules.items())
        notes.append(
            f"Enhederne er ikke trykt efter samme opgørelse af sager under udredning: {said}. Se dem opgjort ens i tabellen."
        )
    return (*notes, *noted((f"{view.unit(one.unit)} {day(one.day)}", one.printed) for one in printed))
