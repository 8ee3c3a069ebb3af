"""Follow-ups: agreed and due, held in time, held late, or not at all."""

from __future__ import annotations

from dashboards.figures.figure import Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes

MEASURES = ("due", "held_on_time", "held_late", "not_held")
_OF_DUE = f"""{known("follow_ups", "f")} CROSS JOIN LATERAL (
            SELECT unit FROM {known("places", "p")}
            WHERE p.case_id = f.case_id AND p.valid_from <= f.due AND p.valid_to > f.due AND NOT p.before_referral OFFSET 0
        ) AS of_due
        WHERE f.due >= %(from)s AND f.due < %(to)s AND unit = ANY(%(unit)s)"""
"""The follow-ups due in the period, each in the unit of its case on that day, sought case by case."""


@figure(
    title_da="Opfølgninger",
    title_en="Follow-ups",
    rule="Aftalte opfølgninger med frist i perioden, i den enhed, sagen hører til på fristdagen: holdt til tiden (senest på "
    "fristdagen), holdt for sent (også efter perioden) eller ikke holdt. En, der er flyttet, før den blev holdt, eller som sagens "
    "afslutning kom i forkøbet, tæller ikke.",
    unit="opfølgninger",
    takes=Takes(("from", "to", "unit")),
)
def follow_ups(question: FigureQuestion) -> Query:
    return Query(
        f"""SELECT count(*), count(*) FILTER (WHERE f.held <= f.due), count(*) FILTER (WHERE f.held > f.due),
            count(*) FILTER (WHERE f.held IS NULL)
        FROM {_OF_DUE}""",
        question.values,
        lambda rows: [{"measure": measure, "value": n} for measure, n in zip(MEASURES, rows[0], strict=True)],
    )


@figure(
    title_da="Opfølgninger måned for måned",
    title_en="Follow-ups month by month",
    rule="Som figuren Opfølgninger, efter den måned, fristen ligger i.",
    unit="opfølgninger",
    takes=Takes(("from", "to", "unit")),
)
def follow_ups_by_month(question: FigureQuestion) -> Query:
    return Query(
        f"""SELECT to_char(f.due, 'YYYY-MM'), count(*), count(*) FILTER (WHERE f.held <= f.due),
            count(*) FILTER (WHERE f.held > f.due), count(*) FILTER (WHERE f.held IS NULL)
        FROM {_OF_DUE} GROUP BY 1 ORDER BY 1""",
        question.values,
        lambda rows: [
            {"month": month, "measure": measure, "value": n}
            for month, *counts in rows
            for measure, n in zip(MEASURES, counts, strict=True)
        ],
    )
