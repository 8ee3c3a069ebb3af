"""Conformance: how often courses are not as the rules R1-R15 say."""

from __future__ import annotations

from dashboards.figures.figure import Cell, Counted, Query, figure, known, unless_few
from dashboards.figures.question import FigureQuestion, Takes
from journey.conformance import RULES

OF_NO_CASE = "R15"
"""The rule about the papers: it has years, and no cases and no unit."""


@figure(
    title_da="Spørgsmål til praksis (regel R1-R15)",
    title_en="Questions to practice (rules R1-R15)",
    rule="Afvigelser fra regel R1-R15, hvis første dag ligger i perioden og inden for reglens datoer, i den enhed, sagen hører til ved "
    "udgangen af dagen; de sager, det gælder; og hvor mange af afvigelserne der var rettet op inden periodens udgang, med median af "
    "dagene til det. En afvigelse er et spørgsmål, ikke en fejl. R15 gælder papirer og har ingen enhed. Hvad ingen hændelse kan vise,"
    " er ikke målbart og har intet tal.",
    unit="afvigelser",
    takes=Takes(("from", "to", "unit")),
)
def conformance(question: FigureQuestion) -> Query:
    raised = f"""WITH raised AS (
            SELECT case_id, rule, day, mended FROM {known("deviations")} WHERE day >= %(from)s AND day < %(to)s
            UNION ALL SELECT case_id, 'R9', due + 1, CASE outcome WHEN 'held' THEN valid_to END FROM {known("follow_ups")}
                WHERE due >= %(from)s::date - 1 AND due < %(to)s::date - 1 AND due + 1 >= %(first)s
                    AND valid_to > due AND outcome IS DISTINCT FROM 'moved'
        ), placed AS (
            SELECT r.* FROM raised AS r JOIN {known("places", "p")}
                ON p.case_id = r.case_id AND p.valid_from <= r.day AND p.valid_to > r.day AND NOT p.before_referral
            WHERE p.unit = ANY(%(unit)s)
            UNION ALL SELECT * FROM raised WHERE rule = %(of_no_case)s
        )"""

    def counted(of: str = "") -> str:
        return f"""{raised} SELECT {of}rule, count(*), count(DISTINCT case_id), count(*) FILTER (WHERE mended < %(to)s),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY mended - day) FILTER (WHERE mended < %(to)s)
        FROM placed GROUP BY {of}rule"""

    values = {**question.values, "first": RULES["R9"].first, "of_no_case": OF_NO_CASE}
    return Query(counted(), values, _cells, counted("case_id, "))


def _cells(rows: Counted) -> list[Cell]:
    counts = {rule: tuple(found) for rule, *found in rows}
    cells: list[Cell] = []
    for rule in RULES.values():
        if not rule.measurable:
            cells.append({"rule": rule.id, "measure": "deviations", "value": None, "why": "not_measurable"})
            continue
        deviations, cases, mended, days = counts.get(rule.id, (0, 0, 0, None))
        cells.append({"rule": rule.id, "measure": "deviations", "value": deviations})
        if rule.id != OF_NO_CASE:
            cells.append({"rule": rule.id, "measure": "cases", "value": cases})
        cells.append({"rule": rule.id, "measure": "mended", "value": mended})
        cells.append({"rule": rule.id, "measure": "median", **unless_few(days, mended)})
    return cells
