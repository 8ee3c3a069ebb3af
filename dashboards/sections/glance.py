"""The page at a glance: each number of the day against last year's, and against what was printed or expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from dashboards import site
from dashboards.drawing.charts import TimeSeries, sparkline
from dashboards.drawing.theme import colours
from dashboards.figures.figure import Ask
from dashboards.figures.readings import AS_PRINTED
from dashboards.figures.table import UNKNOWN
from dashboards.periods import year_before
from dashboards.published.status_days import Printed, expected, status_days
from dashboards.sections.section import KeyNumber, Section, definitions
from dashboards.view import Answers, FigureCells, View
from dashboards.words.language import later

MONTHS = 13


def months(last: date) -> list[date]:
    """The firsts of the last months up to a day, and the day."""
    firsts = [date(last.year + (last.month - back - 1) // 12, (last.month - back - 1) % 12 + 1, 1) for back in range(MONTHS)]
    return sorted({*firsts, last})


def year_to_date(day: date) -> dict[str, list[str]]:
    """The period from New Year to the day, the day in it."""
    return {"from": [date(day.year, 1, 1).isoformat()], "to": [(day + timedelta(days=1)).isoformat()]}


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    now, before = view.valid_at, year_before(view.valid_at)
    days = [each.isoformat() for each in sorted({*months(view.reach), before, now})]
    found = {
        "cases": view.ask("caseload", valid_at=days),
        "assessing": view.ask("under_assessment", valid_at=[before.isoformat(), now.isoformat()]),
    }
    for figure in ("stock_flow", "caseworker_changes", "follow_ups", "complaints"):
        found[f"{figure} now"] = view.ask(figure, **year_to_date(now))
        found[f"{figure} before"] = view.ask(figure, **year_to_date(before))
    return found


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate, year = view.translate, view.valid_at.year
    flow, changed, due, complained = (
        (answers[f"{name} now"], answers[f"{name} before"])
        for name in ("stock_flow", "caseworker_changes", "follow_ups", "complaints")
    )
    joined = changed[0].shown(translate, measure="samlinger"), changed[0].shown(translate, measure="assignments_after_gap")
    late = translate(
        "af {due} med frist i {year} til og med dagen; holdt for sent: {late}",
        due=due[0].shown(translate, measure="due"),
        year=year,
        late=due[0].shown(translate, measure="held_late"),
    )
    return Section(
        "overblik",
        translate("Overblik pr. {day}", day=view.day),
        "",
        (),
        definitions(list(answers.values()), translate),
        tiles=(
            *(_cases(view, ledger, unit, answers["cases"], answers["assessing"]) for unit in view.units),
            _tile(view, translate("Tilgang i {year}", year=year), flow, site.CASES.address, measure="entries", cause=None),
            _tile(view, translate("Afgang i {year}", year=year), flow, site.CASES.address, measure="exits", cause=None),
            _tile(
                view,
                translate("Sagsbehandlerskift i {year}", year=year),
                changed,
                site.CASEWORKERS.address,
                translate("alle skift i enhederne; samlinger {together}, efter hul {gaps}", together=joined[0], gaps=joined[1]),
                measure="changes",
                variant="all",
            ),
            _tile(
                view,
                translate("Opfølgninger ikke holdt"),
                due,
                site.FOLLOW_UP.address,
                late,
                against=STILL_NOT_HELD,
                measure="not_held",
            ),
            _tile(view, translate("Klager modtaget i {year}", year=year), complained, site.MONEY.address, measure="received"),
            KeyNumber(
                translate("Fund i hele registret"),
                translate.number(view.findings),
                (translate("alle dage: hvor historien ikke giver mening"),),
                site.QUALITY.address,
            ),
            KeyNumber(translate("Kendt ved position"), translate.number(view.position), (translate.moment(view.moment),)),
        ),
    )


SAME_TIME = later("samme tid sidste år: {n} ({moved})")
STILL_NOT_HELD = later("frister samme tid sidste år, stadig ikke holdt: {n} ({moved})")


def _tile(
    view: View,
    label: str,
    answers: tuple[FigureCells, FigureCells],
    to: str,
    *beside: str,
    against: str = SAME_TIME,
    **dimensions: str | None,
) -> KeyNumber:
    """A number of this year so far, held against the same period last year."""
    now, before = answers
    return KeyNumber(
        label,
        now.shown(view.translate, **dimensions),
        (*beside, _against(view, now, before, against, dimensions, dimensions)),
        to,
        _year_so_far(view),
    )


def _year_so_far(view: View) -> Mapping[str, str]:
    """The parameters with which a page shows the year to the day too, where another period is chosen."""
    if view.from_day is None and view.last_day is None:
        return {}
    return {"from": date(view.valid_at.year, 1, 1).isoformat(), "last": view.valid_at.isoformat()}


def _against(
    view: View, now: FigureCells, before: FigureCells, sentence: str, of_now: Mapping[str, Any], of_before: Mapping[str, Any]
) -> str:
    """A number held against an earlier one; of days past the last covered only what day it is known as on."""
    translate, covered = view.translate, view.covered
    if covered.last and covered.ends_before(view.valid_at):
        return translate("som kendt den {last}", last=translate.day(covered.last))
    if before.value(**of_before) is None or view.covered.begins_after(_first_day(before)):
        return translate("samme tid sidste år: {n}", n=translate(UNKNOWN))
    moved = now.count(**of_now) - before.count(**of_before)
    return translate(
        sentence,
        n=translate.number(before.count(**of_before)),
        moved=translate.signed(moved) if moved else translate("uændret"),
    )


def _first_day(answer: FigureCells) -> date:
    """The first day of the period that was asked about, or the day."""
    question = answer.ask.question
    return question.from_day if answer.ask.figure.takes.has_period else max(question.valid_at)


def _cases(view: View, ledger: Sequence[Printed], unit: str, cases: FigureCells, assessing: FigureCells) -> KeyNumber:
    translate, when = view.translate, view.valid_at.isoformat()
    before = year_before(view.valid_at).isoformat()
    counts = ((each, cases.drawn(unit=unit, valid_at=each.isoformat())) for each in months(view.reach))
    points = tuple((each, n) for each, n in counts if n is not None)
    colour = colours(view.codes["units"].codes)[unit]
    of = translate(_assessing(view), n=assessing.shown(translate, unit=unit, valid_at=when))
    against = _against(view, cases, cases, SAME_TIME, {"unit": unit, "valid_at": when}, {"unit": unit, "valid_at": before})
    return KeyNumber(
        translate("Sager i {unit}", unit=view.unit(unit)),
        cases.shown(translate, unit=unit, valid_at=when),
        (of, against, *_reference(view, ledger, unit)),
        site.CASES.address,
        spark=sparkline(translate, TimeSeries(view.unit(unit), colour, "solid", points), translate("Sager"))
        if points
        else None,
        summary=translate(
            "{unit}, kurve over 12 måneder: fra {first} til {last}",
            unit=view.unit(unit),
            first=translate.number(points[0][1]),
            last=translate.number(points[-1][1]),
        )
        if points
        else "",
    )


def _assessing(view: View) -> str:
    """The relation of the cases under assessment to the number of cases: they are part of it only where they and all others are counted."""
    of = view.reading.include_assessing
    if view.reading == replace(AS_PRINTED, include_assessing=of):
        return (
            later("derudover {n} under udredning/ansøgning") if of == "false" else later("heraf {n} under udredning/ansøgning")
        )
    return later("under udredning/ansøgning, alle sager: {n}")


def _reference(view: View, ledger: Sequence[Printed], unit: str) -> list[str]:
    """The last printed number of the unit's cases, and the one expected when the effort was decided."""
    translate = view.translate
    printed = [status for status in status_days(view, ledger) if status.unit == unit]
    texts = [
        translate(
            later("trykt pr. {day}: {n}") if status.with_assessing else later("trykt pr. {day}: {n}, uden udredning"),
            day=translate.short(status.day),
            n=status.printed.value_in(translate),
        )
        for status in printed[-1:]
    ]
    hoped = expected(view, ledger, unit)
    return [*texts, *([translate("forventet: {n}", n=hoped.value_in(translate))] if hoped else [])]
