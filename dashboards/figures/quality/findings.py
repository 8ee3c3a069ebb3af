"""Findings: the places where the history makes no sense, by what is wrong."""

from __future__ import annotations

from dashboards.figures.figure import Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes
from projections.engine.as_known import as_known

FINDINGS = f"""
SELECT case_id, valid_at, position, code FROM rows.findings
WHERE {as_known("%(at)s")} AND position > %(after)s ORDER BY position, code LIMIT %(limit)s
"""
"""Every finding known at a position, by the log's order: those after a position, at most so many; no limit where it is null."""
FINDINGS_COUNT = f"SELECT count(*) FROM rows.findings WHERE {as_known('%(at)s')}"
"""How many findings are known at a position."""


@figure(
    title_da="Fund efter art",
    title_en="Findings by kind",
    rule="Hændelser med virkning i perioden, som ikke giver mening på deres plads i sagen, efter hvad der er galt, og de sager, det "
    "gælder; i hele registret.",
    unit="fund",
    takes=Takes(("from", "to")),
)
def findings_by_code(question: FigureQuestion) -> Query:
    return Query(
        f"SELECT code, count(*), count(DISTINCT case_id) FROM {known('findings')}"
        " WHERE valid_at >= %(from)s AND valid_at < %(to)s GROUP BY 1 ORDER BY 2 DESC, 1",
        question.values,
        lambda rows: [
            cell
            for code, n, cases in rows
            for cell in (
                {"code": code, "measure": "findings", "value": n},
                {"code": code, "measure": "cases", "value": cases},
            )
        ],
    )
