"""Tenure (anciennitet): how long those who hold a caseworker role have held it, spread out."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise

from dashboards.figures.figure import Cell, Counted, Query, figure, known, median, percentile, unless_few
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.figures.stocks import DAY, IN_UNIT, spans_on
from dashboards.words.language import later

LAST_DAYS = (30, 90, 180, 365, 730)
TENURES = (*(f"{first + 1 if first else 0}-{last}" for first, last in pairwise((0, *LAST_DAYS))), f"{LAST_DAYS[-1] + 1}+")
"""The bands of domain.md section 5, with what lies past half a year told apart by years."""


@figure(
    title_da="Sagsbehandlernes anciennitet i sagerne",
    title_en="Caseworkers' tenure in the cases",
    rule="For hver sag, der er åben i enheden på dagen, og hver rolle, der er besat ved dagens udgang: dage fra den første dag, "
    "sagsbehandleren har haft rollen uden afbrydelse, til og med dagen; den, der begyndte på dagen, har 1. Kvartilerne er efter "
    "nærmeste rang. Under 20 gives kun antal.",
    unit="sagsbehandlerroller",
    takes=Takes(("unit", "valid_at", "role")),
    by_time={"moved": later("flere dage i rollen")},
)
def tenure(question: FigureQuestion) -> Query:
    def counted(of: str = "") -> str:
        return f"""SELECT {of}{DAY} + 1 - a.valid_from AS days, count(*)
        FROM {spans_on(DAY)} JOIN {known("assignments", "a")} USING (case_id)
        WHERE {IN_UNIT} AND a.role = ANY(%(roles)s) AND a.valid_from <= {DAY} AND a.valid_to > {DAY} GROUP BY {of}days"""

    return Query(counted(), question.values, _cells, counted("case_id, "))


def _cells(rows: Counted) -> list[Cell]:
    days: dict[int, int] = dict(rows)
    n = sum(days.values())
    bands: Counter[str] = Counter()
    for day, count in days.items():
        bands[TENURES[bisect_left(LAST_DAYS, day)]] += count
    return [
        {"measure": "n", "value": n},
        {"measure": "lower_quartile", **unless_few(percentile(days, 25) if n else None, n)},
        {"measure": "median_tenure", **unless_few(median(days) if n else None, n)},
        {"measure": "upper_quartile", **unless_few(percentile(days, 75) if n else None, n)},
        *({"measure": "tenure", "band": band, "value": bands[band]} for band in TENURES),
    ]
