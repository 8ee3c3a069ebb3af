"""The journey's pace: from referral to visit and grant, through the forums, and into the register."""

from __future__ import annotations

from collections import Counter

from dashboards.figures.figure import Cell, Counted, Query, figure, known, spread
from dashboards.figures.question import FigureQuestion, Takes

MILESTONES = ("visited", "support_granted")


@figure(
    title_da="Ventetider",
    title_en="Lead times",
    rule="Dage fra sagens første henvisning i perioden til den første visitation og den første bevilling af støtte (tilbehør tæller "
    "ikke) før sagens næste henvisning, også efter perioden; i den enhed, sagen hører til ved udgangen af henvisningsdagen.",
    unit="dage",
    takes=Takes(("from", "to", "unit", "layer")),
)
def lead_times(question: FigureQuestion) -> Query:
    layer = " AND layer = %(layer)s" if question.layer is not None else ""

    def cells(rows: Counted) -> list[Cell]:
        days: dict[str, Counter[int]] = {milestone: Counter() for milestone in MILESTONES}
        for milestone, waited, n in rows:
            days[milestone][waited] += n
        return [cell for milestone in MILESTONES for cell in spread({"to": milestone}, days[milestone])]

    return Query(
        f"""WITH first AS (
            SELECT DISTINCT ON (case_id) * FROM {known("referrals")}
            WHERE day >= %(from)s AND day < %(to)s ORDER BY case_id, day, position
        ), counted AS (SELECT * FROM first WHERE unit = ANY(%(unit)s){layer})
        SELECT 'visited', visited - day, count(*) FROM counted WHERE visited IS NOT NULL GROUP BY 2
        UNION ALL SELECT 'support_granted', granted - day, count(*) FROM counted WHERE granted IS NOT NULL GROUP BY 2""",
        question.values,
        cells,
    )


@figure(
    title_da="Sager i fora",
    title_en="Cases before the forums",
    rule="Forskellige sager forelagt, visiteret eller afvist pr. forum og dag; et møde er en dag med mindst én sag.",
    unit="sager",
    takes=Takes(("from", "to", "forum")),
)
def forum_throughput(question: FigureQuestion) -> Query:
    forum = " AND forum = %(forum)s" if question.forum is not None else ""

    def cells(rows: Counted) -> list[Cell]:
        meetings = Counter(row[0] for row in rows)
        return [
            *({"measure": "cases", "forum": code, "day": day.isoformat(), "value": n} for code, day, n in rows),
            *({"measure": "meetings", "forum": code, "value": n} for code, n in meetings.items()),
        ]

    return Query(
        f"SELECT forum, day, count(DISTINCT case_id) FROM {known('forum_days')}"
        f" WHERE day >= %(from)s AND day < %(to)s{forum} GROUP BY 1, 2 ORDER BY 1, 2",
        question.values,
        cells,
    )


@figure(
    title_da="Sen registrering",
    title_en="Late registration",
    rule="Dage, fra en hændelse gjaldt, til den blev registreret (negativt, hvis den var kendt på forhånd), for hændelser i "
    "perioden, der ikke er annulleret, i den enhed, sagen hører til ved udgangen af dagen.",
    unit="dage",
    takes=Takes(("from", "to", "unit")),
)
def late_registration(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        days = dict(rows)
        late = sum(n for day, n in days.items() if day > 30)
        return [*spread({}, days), {"measure": "more_than_30_days", "value": late}]

    def counted(of: str = "") -> str:
        return f"""SELECT {of}known_day - valid_at AS days, count(*) FROM {known("registrations")}
        WHERE valid_at >= %(from)s AND valid_at < %(to)s AND unit = ANY(%(unit)s) GROUP BY {of}days"""

    return Query(counted(), question.values, cells, counted("case_id, "))
