"""The page at a glance: cases now, changes this year, follow-ups not held, findings, and what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from dashboards.danish import WORDS, moment, number
from dashboards.sections import changes
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View


class Glance(Struct, frozen=True):
    """One number at the top of the page: what it is, what stands beside it, and the section that has more."""

    label: str
    value: str
    beside: str
    section: str | None = None


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    units = view.codes.hoi_units
    first, after = date(view.valid_at.year, 1, 1), view.valid_at + timedelta(days=1)
    return {
        "cases": view.ask("caseload", unit=units),
        "assessing": view.ask("under_assessment", unit=units),
        "changes": view.ask("caseworker_changes", **{"unit": units, "from": [first.isoformat()], "to": [after.isoformat()]}),
        "follow_ups": view.ask("follow_ups", **{"unit": units, "from": [first.isoformat()], "to": [after.isoformat()]}),
    }


def glances(view: View, answers: Answers, findings: int) -> tuple[Glance, ...]:
    when, year = view.valid_at.isoformat(), view.valid_at.year
    cases = tuple(
        Glance(
            f"Sager i {view.unit(unit)}",
            number(answers["cases"].value(unit=unit, valid_at=when)),
            f"heraf {number(answers['assessing'].value(unit=unit, valid_at=when))} under udredning/ansøgning",
            "sager",
        )
        for unit in view.codes.hoi_units
    )
    skift = {key: number(answers["changes"].value(measure=key)) for key in changes.BESIDE}
    due = {measure: answers["follow_ups"].value(measure=measure) for measure in ("due", "held_late", "not_held")}
    return (
        *cases,
        Glance(
            f"Sagsbehandlerskift i {year}",
            number(answers["changes"].value(measure="changes", variant="all")),
            f"alle skift i HOI-enhederne; samlinger {skift['samlinger']}, efter hul {skift['assignments_after_gap']}",
            "skift",
        ),
        Glance(
            "Opfølgninger ikke holdt",
            number(due["not_held"]),
            f"af {number(due['due'])} med frist i {year} til og med dagen; {WORDS['held_late'].lower()}: {number(due['held_late'])}",
        ),
        Glance("Fund", number(findings), "steder, hvor historien ikke giver mening (journey findings)"),
        Glance("Kendt ved position", number(view.position), moment(view.moment)),
    )
