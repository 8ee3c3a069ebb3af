"""Caseworkers about the citizen: how many at once, days without any, and the whole surface of contact."""

from __future__ import annotations

from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.figures.stocks import DAY, IN_UNIT, on_the_day, spans_on
from dashboards.words.language import later

UP_TO_THREE = ("0", "1", "2", "3+")
UNASSIGNED = ("start", "between")
"""When a case is without a caseworker: before its first, or between two."""

_DISTINCT_HOLDERS = (
    "(s.authority IS NOT NULL)::int"
    " + (s.employment IS NOT NULL AND s.employment IS DISTINCT FROM s.authority)::int"
    " + (s.continuous IS NOT NULL AND s.continuous IS DISTINCT FROM s.authority"
    " AND s.continuous IS DISTINCT FROM s.employment)::int"
)


@figure(
    title_da="Samtidige sagsbehandlere",
    title_en="Concurrent caseworkers",
    rule="Sager åbne i enheden på dagen, fordelt på antal forskellige sagsbehandlere i de tre roller ved dagens udgang. "
    "Udførere (bostøtter) tæller ikke.",
    unit="sager",
    takes=Takes(("unit", "valid_at")),
)
def concurrent_caseworkers(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        counts = dict(rows)
        return [{"caseworkers": label, "value": counts.get(n, 0)} for n, label in enumerate(UP_TO_THREE)]

    return on_the_day(question, (_DISTINCT_HOLDERS,), cells)


@figure(
    title_da="Dage uden sagsbehandler",
    title_en="Days without a caseworker",
    rule="Dage i perioden, hvor sagen ved dagens udgang er åben i enheden, uden at nogen af de tre roller er besat, og antal"
    " sager, det gælder. De deles i dage før den første sagsbehandler, siden sagen sidst blev åbnet, og dage mellem "
    "sagsbehandlere, og gives også i alt.",
    unit="sagsdage",
    takes=Takes(("from", "to", "unit")),
    version=2,
)
def uncovered_days(question: FigureQuestion) -> Query:
    days = f"""coalesce(sum(least(valid_to, %(to)s) - greatest(valid_from, %(from)s)), 0), count(DISTINCT case_id)
        FROM {spans_on("%(from)s::date", "(%(to)s::date - 1)")} WHERE {IN_UNIT} AND unassigned IS NOT NULL"""

    def cells(rows: Counted) -> list[Cell]:
        counts = {when: tuple(found) for when, *found in rows}
        return [
            {"measure": measure, "when": when, "value": counts.get(when, (0, 0))[nth]}
            for nth, measure in enumerate(("case_days", "cases"))
            for when in (*UNASSIGNED, None)
        ]

    def counted(of: str = "") -> str:
        return f"""SELECT {of}unassigned AS phase, {days} GROUP BY {of}phase
        UNION ALL SELECT {of}NULL::text AS phase, {days} GROUP BY {of}phase"""

    return Query(counted(), question.values, cells, counted("case_id, "))


@figure(
    title_da="Kontaktflade",
    title_en="Contact surface",
    rule="Sager åbne i enheden på dagen, fordelt på antal forskellige fagpersoner i de foregående dage, dagen med: sagsbehandlere og "
    "udførere ved en af dagenes udgang og medarbejdere ved handlinger i sagen.",
    unit="sager",
    takes=Takes(("unit", "valid_at", "window")),
    by_time={"moved": later("en fagperson gled ud af {window}-dages-vinduet")},
)
def contact_surface(question: FigureQuestion) -> Query:
    first = "(%(day)s::date - %(window)s::int + 1)"
    of_cases = f"""WITH active AS (SELECT s.case_id FROM {spans_on(DAY)} WHERE {IN_UNIT}),
        met AS (
            SELECT case_id, worker FROM {known("assignments")} WHERE valid_from <= {DAY} AND valid_to > {first}
            UNION SELECT case_id, worker FROM {known("contacts")}
                WHERE activity IS NULL AND valid_from <= {DAY} AND valid_to > {first}
            UNION SELECT case_id, worker FROM {known("contacts")}
                WHERE activity IS NOT NULL AND valid_from <= {DAY} AND valid_from >= {first}
        ), counted AS (
            SELECT case_id, coalesce(professionals, 0) AS professionals
            FROM active LEFT JOIN (SELECT case_id, count(*) AS professionals FROM met GROUP BY 1) AS by_case USING (case_id)
        )"""
    return Query(
        f"{of_cases} SELECT professionals, count(*) FROM counted GROUP BY 1 ORDER BY 1",
        question.values,
        lambda rows: [{"professionals": professionals, "value": count} for professionals, count in rows],
        f"{of_cases} SELECT case_id, professionals, 1 FROM counted",
    )
