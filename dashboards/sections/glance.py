"""The page at a glance: cases now, changes this year, follow-ups not held, findings, and what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.section import Section, Tile, definitions
from dashboards.sections import changes
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    first, after = date(view.valid_at.year, 1, 1), view.valid_at + timedelta(days=1)
    this_year = {"from": [first.isoformat()], "to": [after.isoformat()]}
    return {
        "cases": view.ask("caseload"),
        "assessing": view.ask("under_assessment"),
        "changes": view.ask("caseworker_changes", **this_year),
        "follow_ups": view.ask("follow_ups", **this_year),
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    say, when, year = view.say, view.valid_at.isoformat(), view.valid_at.year
    cases = [
        Tile(
            say("Sager i {unit}", unit=view.unit(unit)),
            answers["cases"].shown(say, unit=unit, valid_at=when),
            (say("heraf {n} under udredning/ansøgning", n=answers["assessing"].shown(say, unit=unit, valid_at=when)),),
            "#sager",
        )
        for unit in view.units
    ]
    skift = {key: answers["changes"].shown(say, measure=key) for key in changes.BESIDE}
    due = {measure: answers["follow_ups"].shown(say, measure=measure) for measure in ("due", "held_late", "not_held")}
    return Section(
        "overblik",
        say("Overblik pr. {day}", day=view.day),
        "",
        (),
        definitions(list(answers.values()), say),
        tiles=(
            *cases,
            Tile(
                say("Sagsbehandlerskift i {year}", year=year),
                answers["changes"].shown(say, measure="changes", variant="all"),
                (
                    say(
                        "alle skift i enhederne; samlinger {together}, efter hul {gaps}",
                        together=skift["samlinger"],
                        gaps=skift["assignments_after_gap"],
                    ),
                ),
                "#skift",
            ),
            Tile(
                say("Opfølgninger ikke holdt"),
                due["not_held"],
                (
                    say(
                        "af {due} med frist i {year} til og med dagen; holdt for sent: {late}",
                        due=due["due"],
                        year=year,
                        late=due["held_late"],
                    ),
                ),
            ),
            Tile(say("Fund"), say.number(view.findings), (say("steder, hvor historien ikke giver mening"),)),
            Tile(say("Kendt ved position"), say.number(view.position), (say.moment(view.moment),)),
        ),
    )
