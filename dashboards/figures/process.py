"""The journey as a process: from milestone to milestone, and event by event in each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dashboards.figures.figure import Cell, Counted, Query, figure, known, spread
from dashboards.figures.question import FigureQuestion, Takes

MILESTONES = ("referred", "assessment", "visited", "support_began", "transferred", "rejected", "closed", "merged", "reopened")


@figure(
    title_da="Proceskort over forløbet",
    title_en="Process map of the journey",
    rule="Milepæle i perioden i de enheder, sagen er i efter dem: henvist, udredning påbegyndt, visiteret, støtte begyndt (tilbehør "
    "tæller ikke), overdraget, afvist, afsluttet og genoptaget. For hver tælles de sager, der nåede den, og for hver vej "
    "mellem to milepæle lige efter hinanden antal overgange og dage imellem.",
    unit="sager",
    takes=Takes(("from", "to", "unit")),
)
def process_map(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        reached: Counter[str] = Counter()
        ways: dict[tuple[str, str], Counter[int]] = {}
        for milestone, before, days, n in rows:
            if days is None:
                reached[milestone] += n
            else:
                ways.setdefault((before, milestone), Counter())[days] += n
        return [
            *({"measure": "cases", "milestone": milestone, "value": reached[milestone]} for milestone in MILESTONES),
            *(
                cell
                for first in MILESTONES
                for then in MILESTONES
                if (first, then) in ways
                for cell in spread({"from_milestone": first, "to_milestone": then}, ways[first, then])
            ),
        ]

    def counted(of: str = "") -> str:
        return f"""WITH reached AS (
            SELECT * FROM {known("milestones")} WHERE day >= %(from)s AND day < %(to)s AND unit = ANY(%(unit)s)
        )
        SELECT {of}milestone, NULL AS before, NULL::int AS days, count(DISTINCT case_id) FROM reached GROUP BY {of}milestone
        UNION ALL SELECT {of}milestone, after AS before, day - since AS days, count(*)
            FROM reached WHERE after IS NOT NULL GROUP BY {of}milestone, before, days"""

    return Query(counted(), question.values, cells, counted("case_id, "))


DOTS: Mapping[str, str] = {
    "course": f"SELECT case_id, day FROM {known('milestones')} WHERE milestone <> 'support_began'",
    "support": f"SELECT case_id, min(valid_from) AS day FROM {known('grants')} JOIN chosen USING (case_id) GROUP BY case_id, granted",
    "caseworker": f"SELECT case_id, valid_from AS day FROM {known('assignments')}",
    "forum": f"SELECT case_id, day FROM {known('forum_days')}",
    "follow_up": f"SELECT case_id, valid_to AS day FROM {known('follow_ups')} WHERE outcome = 'held'",
    "complaint": f"SELECT case_id, received AS day FROM {known('complaints')}",
    "contact": f"SELECT case_id, valid_from AS day FROM {known('contacts')} WHERE activity IS NOT NULL",
}
"""What has a dot, by its group: the query of its days."""
MOST_CASES = 60
"""So many cases a person can look at."""


@figure(
    title_da="Prikdiagram over forløb",
    title_en="Dotted chart of journeys",
    rule="De 60 senest henviste sager, hvis første henvisning ligger i perioden, til de enheder, der spørges om; for hver de dage, hvor "
    "der skete noget: forløb (henvist, udredning, visiteret, overdraget, afsluttet), støtte, sagsbehandler, forum, opfølgning, klage og "
    "kontakt. De øvrige sager er talt som udeladt. Sagens reference er et pseudonym; medarbejdere er ikke med.",
    unit="hændelser",
    takes=Takes(("from", "to", "unit")),
)
def dotted_chart(question: FigureQuestion) -> Query:
    dots = " UNION ALL ".join(
        f"SELECT case_id, nth, referred, day, '{group}' AS kind_group FROM ({days}) AS days JOIN chosen USING (case_id)"
        for group, days in DOTS.items()
    )
    chosen = f"""WITH first AS (
            SELECT DISTINCT ON (case_id) case_id, day, unit FROM {known("referrals")}
            WHERE day >= %(from)s AND day < %(to)s ORDER BY case_id, day, position
        ), asked AS (
            SELECT case_id, day, row_number() OVER (ORDER BY day DESC, case_id DESC) AS nth FROM first
            WHERE unit = ANY(%(unit)s) AND NOT EXISTS (
                SELECT FROM {known("referrals", "before")} WHERE before.case_id = first.case_id AND before.day < %(from)s OFFSET 0
            )
        ), chosen AS (SELECT case_id, nth, day AS referred FROM asked WHERE nth <= {MOST_CASES}), dots AS ({dots})"""

    def counted(of: str = "", name: str = "case_id") -> str:
        return f"""{chosen} SELECT {of}{name}, referred, day, kind_group, count(*) FROM dots WHERE day < %(to)s
        GROUP BY case_id, nth, referred, day, kind_group
        UNION ALL SELECT {of}NULL, NULL, NULL, CASE WHEN nth <= {MOST_CASES} THEN 'cases' ELSE 'left_out' END AS measure, count(*)
            FROM asked GROUP BY {of}measure"""

    in_order, nameless = f"{counted()} ORDER BY 2, 1, 3, 4", f"{counted(name='nth')} ORDER BY 2, 1 DESC, 3, 4"
    return Query(in_order, question.values, _dots, counted("case_id, "), nameless)


_OF_A_ROW = {str: "case", int: "row"}
"""What a row of dots is told by: the case's reference or, for whoever may read no case, its number from the last referred."""


def _dots(rows: Counted) -> list[Cell]:
    cases = dict.fromkeys(("cases", "left_out"), 0) | {measure: n for case, _, _, measure, n in rows if case is None}
    return [
        *({"measure": measure, "value": n} for measure, n in cases.items()),
        *(
            {"measure": "events", _OF_A_ROW[type(case)]: case, "day": day.isoformat(), "kind_group": group, "value": n}
            for case, _, day, group, n in rows
            if case is not None
        ),
    ]
