"""Follow-ups: agreed and due, held in time, held late, or not at all; those overdue on a day, and those that are due soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.figures.stocks import DAY, IN_UNIT, spans_on
from dashboards.words.language import later

MEASURES = ("due", "held_on_time", "held_late", "not_held")
_COUNTS = "f.outcome IS DISTINCT FROM 'moved' AND (f.outcome IS DISTINCT FROM 'closed' OR f.valid_to > f.due)"
"""A follow-up that was moved counts nowhere, nor one whose case closed on or before its due day while it was unanswered."""
_OF_DUE = f"""{known("follow_ups", "f")} CROSS JOIN LATERAL (
            SELECT unit FROM {known("places", "p")}
            WHERE p.case_id = f.case_id AND p.valid_from <= f.due AND p.valid_to > f.due OFFSET 0
        ) AS of_due
        WHERE f.due >= %(from)s AND f.due < %(to)s AND unit = ANY(%(unit)s) AND {_COUNTS}"""
"""The follow-ups due in the period, each in the unit of its case on that day (before a referral: the unit referred to)."""
_MEASURED = """count(*), count(*) FILTER (WHERE f.outcome = 'held' AND f.valid_to <= f.due),
            count(*) FILTER (WHERE f.outcome = 'held' AND f.valid_to > f.due),
            count(*) FILTER (WHERE f.outcome IS DISTINCT FROM 'held')"""
_UNANSWERED = f"""{known("follow_ups", "f")} JOIN {spans_on(DAY)} USING (case_id)
        WHERE {IN_UNIT} AND f.valid_from <= {DAY} AND f.valid_to > {DAY}"""
"""The follow-ups that are unanswered at the end of the day, of cases then active in the unit."""
OVERDUE_BANDS: Mapping[str, int] = {"1-30": 30, "31-90": 90}
"""Bands of days overdue by their last day; beyond them `91+`."""
LAST_BAND = "91+"
NO_TRACK = "none"
WINDOW = 30


@figure(
    title_da="Opfølgninger",
    title_en="Follow-ups",
    rule="Aftalte opfølgninger med frist i perioden, i den enhed, sagen hører til på fristdagen: holdt til tiden (senest på "
    "fristdagen), holdt for sent (også efter perioden) eller ikke holdt. Når en opfølgning holdes, besvarer den den "
    "ubesvarede på sporet, hvis frist ligger nærmest; de tidligere på sporet er da overhalet og regnes som ikke holdt. "
    "En opfølgning, der er flyttet, eller hvis sag blev afsluttet senest på fristdagen, mens den var ubesvaret, tæller "
    "ikke.",
    unit="opfølgninger",
    takes=Takes(("from", "to", "unit")),
    version=2,
)
def follow_ups(question: FigureQuestion) -> Query:
    return Query(
        f"SELECT {_MEASURED} FROM {_OF_DUE}",
        question.values,
        lambda rows: [{"measure": measure, "value": n} for measure, n in zip(MEASURES, rows[0], strict=True)],
    )


@figure(
    title_da="Opfølgninger måned for måned",
    title_en="Follow-ups month by month",
    rule="Som figuren Opfølgninger, efter den måned, fristen ligger i.",
    unit="opfølgninger",
    takes=Takes(("from", "to", "unit")),
    version=2,
)
def follow_ups_by_month(question: FigureQuestion) -> Query:
    return Query(
        f"SELECT to_char(f.due, 'YYYY-MM'), {_MEASURED} FROM {_OF_DUE} GROUP BY 1 ORDER BY 1",
        question.values,
        lambda rows: [
            {"month": month, "measure": measure, "value": n}
            for month, *counts in rows
            for measure, n in zip(MEASURES, counts, strict=True)
        ],
    )


@figure(
    title_da="Opfølgninger over tiden",
    title_en="Overdue follow-ups",
    rule="Ubesvarede opfølgninger ved dagens udgang, hvis frist ligger før dagen, i sager åbne i enheden, efter antal dage over "
    "fristen; og antal sager, det gælder. Besvaret er en opfølgning, når den er holdt, flyttet, overhalet af en senere på sporet eller "
    "endt med sagen.",
    unit="opfølgninger",
    takes=Takes(("unit", "valid_at")),
    by_time={"came": later("en frist løb ud"), "moved": later("flere dage over fristen, eller endnu en frist løb ud")},
)
def overdue_follow_ups(question: FigureQuestion) -> Query:
    overdue = f"FROM {_UNANSWERED} AND f.due < {DAY}"

    def counted(of: str = "") -> str:
        return f"""SELECT {of}{DAY} - f.due AS days, count(*) {overdue} GROUP BY {of}days
        UNION ALL SELECT {of}NULL::int AS days, count(DISTINCT f.case_id) {overdue} GROUP BY {of}days"""

    return Query(counted(), question.values, _overdue, counted("f.case_id, "))


def _overdue(rows: Counted) -> list[Cell]:
    counts = Counter[str]()
    for days, n in rows:
        counts["cases" if days is None else _band(days)] += n
    return [
        *({"measure": "follow_ups", "band": band, "value": counts[band]} for band in (*OVERDUE_BANDS, LAST_BAND)),
        {"measure": "cases", "value": counts["cases"]},
    ]


def _band(days: int) -> str:
    return next((band for band, last in OVERDUE_BANDS.items() if days <= last), LAST_BAND)


@figure(
    title_da="Kommende opfølgninger",
    title_en="Upcoming follow-ups",
    rule="Ubesvarede opfølgninger ved dagens udgang, i sager åbne i enheden, med frist på dagen eller i de følgende dage, efter spor.",
    unit="opfølgninger",
    takes=Takes(("unit", "valid_at", "window"), defaults={"window": WINDOW}),
    by_time={
        "came": later("en frist kom ind i {window}-dages-vinduet"),
        "left": later("en frist løb ud"),
        "moved": later("en frist kom ind i {window}-dages-vinduet, eller en løb ud"),
    },
)
def upcoming_follow_ups(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        counts = dict.fromkeys((*question.codes["tracks"].codes, NO_TRACK), 0) | {track or NO_TRACK: n for track, n in rows}
        return [{"track": track, "value": n} for track, n in counts.items()]

    def counted(of: str = "") -> str:
        due = f"f.due >= {DAY} AND f.due < {DAY} + %(window)s::int"
        return f"SELECT {of}f.track, count(*) FROM {_UNANSWERED} AND {due} GROUP BY {of}f.track"

    return Query(counted(), question.values, cells, counted("f.case_id, "))
