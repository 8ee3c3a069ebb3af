"""Conformance: how often courses are not as the rules R1-R15 say."""

from __future__ import annotations

from typing import Any

from dashboards.figures.figure import Cell, Counted, Query, figure, known, unless_few
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.figures.stocks import IN_UNIT, spans_on
from journey.conformance import RULES

OF_NO_CASE = "R15"
"""The rule about the papers: it has years, and no cases and no unit."""


@figure(
    title_da="Spørgsmål til praksis (regel R1-R15)",
    title_en="Questions to practice (rules R1-R15)",
    rule="Afvigelser fra regel R1-R15, hvis første dag ligger i perioden og inden for reglens datoer, i den enhed, sagen hører til ved "
    "udgangen af dagen; de sager, det gælder; hvor mange af afvigelserne der var rettet op inden periodens udgang, med median af "
    "dagene til det; og anledningerne: hvor ofte reglen gjaldt i perioden og enheden, uanset om den blev holdt (for R12 og R14 de "
    "sager, den gjaldt ved udgangen af en dag). En afvigelse er et spørgsmål, ikke en fejl. R15 gælder papirer og har ingen enhed. "
    "Hvad ingen hændelse kan vise, er ikke målbart og har intet tal.",
    unit="afvigelser",
    takes=Takes(("from", "to", "unit")),
)
def conformance(question: FigureQuestion) -> Query:
    applied = f"""WITH applied AS (
            SELECT case_id, rule, day, deviates, mended FROM {known("occasions")} WHERE day >= %(from)s AND day < %(to)s
            UNION ALL SELECT case_id, 'R9', due + 1, valid_to > due, CASE outcome WHEN 'held' THEN valid_to END
                FROM {known("follow_ups")}
                WHERE due >= %(from)s::date - 1 AND due < %(to)s::date - 1 AND due + 1 >= %(r9)s
                    AND (outcome = 'held' OR (valid_to > due AND outcome IS DISTINCT FROM 'moved'))
        ), placed AS (
            SELECT a.* FROM applied AS a CROSS JOIN LATERAL (
                SELECT unit FROM {known("places", "p")}
                WHERE p.case_id = a.case_id AND p.valid_from <= a.day AND p.valid_to > a.day AND NOT p.before_referral OFFSET 0
            ) AS p WHERE p.unit = ANY(%(unit)s)
            UNION ALL SELECT * FROM applied WHERE rule = %(of_no_case)s
        ), open_cases AS (
            SELECT case_id, least(valid_to, %(to)s) AS until, unit, authority, employment
            FROM {spans_on("%(from)s::date", "(%(to)s::date - 1)")} WHERE {IN_UNIT}
        )"""

    def counted(of: str = "") -> str:
        grouped = f"GROUP BY {of.rstrip(', ')}" if of else ""
        return f"""{applied} SELECT {of}rule, count(*) FILTER (WHERE deviates), count(DISTINCT case_id) FILTER (WHERE deviates),
            count(*) FILTER (WHERE deviates AND mended < %(to)s),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY mended - day) FILTER (WHERE deviates AND mended < %(to)s),
            count(*) FILTER (WHERE NOT rule = ANY(%(of_cases)s))
        FROM placed GROUP BY {of}rule
        UNION ALL SELECT {of}'R12', 0, 0, 0, NULL, count(DISTINCT case_id) FROM open_cases
            WHERE until > %(r12)s AND unit = %(r12_unit)s AND authority IS NOT NULL AND employment IS NOT NULL {grouped}
        UNION ALL SELECT {of}'R14', 0, 0, 0, NULL, count(DISTINCT case_id) FROM open_cases WHERE until > %(r14)s {grouped}"""

    values = {
        **question.values,
        **{rule.lower(): RULES[rule].first for rule in ("R9", "R12", "R14")},
        "r12_unit": RULES["R12"].unit,
        "of_cases": [rule.id for rule in RULES.values() if rule.of_cases],
        "of_no_case": OF_NO_CASE,
    }
    return Query(counted(), values, _cells, counted("case_id, "))


def _cells(rows: Counted) -> list[Cell]:
    counts: dict[str, list[tuple[Any, ...]]] = {}
    for rule, *found in rows:
        counts.setdefault(rule, []).append(tuple(found))
    cells: list[Cell] = []
    for rule in RULES.values():
        if not rule.measurable:
            cells.append({"rule": rule.id, "measure": "deviations", "value": None, "why": "not_measurable"})
            continue
        found = counts.get(rule.id, [])
        deviations, cases, mended, occasions = (sum(row[nth] for row in found) for nth in (0, 1, 2, 4))
        days = next((row[3] for row in found if row[3] is not None), None)
        cells.append({"rule": rule.id, "measure": "occasions", "value": occasions})
        cells.append({"rule": rule.id, "measure": "deviations", "value": deviations})
        if rule.id != OF_NO_CASE:
            cells.append({"rule": rule.id, "measure": "cases", "value": cases})
        cells.append({"rule": rule.id, "measure": "mended", "value": mended})
        cells.append({"rule": rule.id, "measure": "median", **unless_few(days, mended)})
    return cells
