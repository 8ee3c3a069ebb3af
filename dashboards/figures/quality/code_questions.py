"""Questions to the codes that events say: outside their days, or in no list."""

from __future__ import annotations

from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes
from projections.rows.registrations import BETWEEN, GOES_ON


@figure(
    title_da="Koder uden for deres dage",
    title_en="Codes outside their days",
    rule="Hændelser med virkning i perioden, hvis kode ikke står i kodelisten, eller hvis dag ligger uden for de dage, "
    "kodelisten giver koden, og de sager, det gælder; i hele registret. Hver af dem er et spørgsmål: hændelsen tæller "
    "med, som den er registreret. Er koden lukket for nye, spørges der ikke til en ydelse, der løber videre, eller til "
    "et afslag.",
    unit="hændelser",
    takes=Takes(("from", "to")),
)
def code_questions(question: FigureQuestion) -> Query:
    entries = [
        (f"{name}.{code}", entry.valid_from, entry.valid_to, entry.closed_to_new)
        for name, code_list in question.codes.lists.items()
        for code, entry in code_list.codes.items()
    ]

    def counted(of: str = "") -> str:
        return f"""WITH registered AS MATERIALIZED (
            SELECT case_id, valid_at, codes FROM {known("registrations")} WHERE valid_at >= %(from)s AND valid_at < %(to)s
        ), used AS (
            SELECT case_id, valid_at, ltrim(said, %(goes_on)s) AS listed, NOT starts_with(said, %(goes_on)s) AS begins
            FROM registered CROSS JOIN LATERAL string_to_table(codes, %(between)s) AS said
        ), asked AS (
            SELECT case_id, used.listed, CASE WHEN entry.listed IS NULL THEN 'not_listed' WHEN valid_at < first THEN 'before_use'
                WHEN valid_at >= until THEN 'after_use' WHEN begins AND valid_at >= closed THEN 'closed_to_new' END AS question
            FROM used LEFT JOIN unnest(%(listed)s::text[], %(first)s::date[], %(until)s::date[], %(closed)s::date[])
                AS entry (listed, first, until, closed) ON entry.listed = used.listed COLLATE "C"
        )
        SELECT {of}listed, question, count(*), count(DISTINCT case_id) FROM asked WHERE question IS NOT NULL
        GROUP BY {of}listed, question"""

    listed, first, until, closed = map(list, zip(*entries, strict=True))
    values = {
        **question.values,
        "listed": listed,
        "first": first,
        "until": until,
        "closed": closed,
        "goes_on": GOES_ON,
        "between": BETWEEN,
    }
    return Query(counted(), values, _cells, counted("case_id, "))


def _cells(rows: Counted) -> list[Cell]:
    return [
        {"listed": listed, "question": kind, "measure": measure, "value": value}
        for listed, kind, events, cases in sorted(rows)
        for measure, value in (("events", events), ("cases", cases))
    ]
