"""Decisions: admitted or rejected by a forum, supports refused, cases sent to rehabilitation, disability pensions expected."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes

_IN_PERIOD = "d.day >= %(from)s AND d.day < %(to)s"
_PERIOD = Takes(("from", "to", "unit"))


def _decided(decision: str) -> str:
    """The decisions of the period, by the case's unit at the end of the day, to stand in a FROM."""
    return f"""{known("decisions", "d")} JOIN {known("places", "p")}
            ON p.case_id = d.case_id AND p.valid_from <= d.day AND p.valid_to > d.day AND NOT p.before_referral
        WHERE d.decision = '{decision}' AND {_IN_PERIOD} AND p.unit = ANY(%(unit)s)"""


@figure(
    title_da="Visitationer",
    title_en="Visitations",
    rule="Sager, som et forum i perioden har visiteret eller afvist, talt i den enhed, sagen hørte til ved udgangen af dagen"
    " før. Blev sagen åbnet af en henvisning samme dag, er det den enhed, der blev henvist til. Hver visitation og hver"
    " afvisning tæller.",
    unit="afgørelser",
    takes=_PERIOD,
)
def visitations(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        counts = {(decision, reason): n for decision, reason, n in rows}
        return [
            {"measure": "visited", "value": counts.get(("visited", None), 0)},
            *(
                {"measure": "rejected", "reason": reason, "value": counts.get(("rejected", reason), 0)}
                for reason in question.codes["rejections"].codes
            ),
        ]

    def counted(of: str = "") -> str:
        return f"""SELECT {of}d.decision, d.detail, count(*) FROM {known("decisions", "d")}
        WHERE d.decision IN ('visited', 'rejected') AND {_IN_PERIOD} AND d.unit_before = ANY(%(unit)s) GROUP BY {of}d.decision, d.detail"""

    return Query(counted(), question.values, cells, counted("d.case_id, "))


@figure(
    title_da="Afslag på støtte",
    title_en="Refused supports",
    rule=(
        "Afslag på en støtte i perioden, i sager, der var åbne, da afslaget blev givet; fordelt efter støtte og talt i den "
        "enhed, sagen hørte til ved udgangen af den dag."
    ),
    unit="afslag",
    takes=_PERIOD,
)
def refused_supports(question: FigureQuestion) -> Query:
    def counted(of: str = "") -> str:
        return f"SELECT {of}d.detail, count(*) FROM {_decided('support_refused')} GROUP BY {of}d.detail ORDER BY {of}d.detail"

    return Query(
        counted(),
        question.values,
        lambda rows: [{"support": support, "value": n} for support, n in rows],
        counted("d.case_id, "),
    )


def _distinct_cases(decision: str) -> Callable[[FigureQuestion], Query]:
    def counted(of: str = "") -> str:
        return f"SELECT {of}count(DISTINCT d.case_id) FROM {_decided(decision)}" + (f" GROUP BY {of[:-2]}" if of else "")

    return lambda question: Query(
        counted(), question.values, lambda rows: [{"value": sum(n for (n,) in rows)}], counted("d.case_id, ")
    )


@figure(
    title_da="Sendt til rehabiliteringsteam",
    title_en="Sent to the rehabilitation team",
    rule="Antal forskellige sager, der i perioden er sendt til rehabiliteringsteamet, mens de var åbne; talt i den enhed, "
    "sagen hørte til ved udgangen af den dag.",
    unit="sager",
    takes=_PERIOD,
)
def rehabilitation(question: FigureQuestion) -> Query:
    return _distinct_cases("sent_to_rehabilitation")(question)


@figure(
    title_da="Førtidspension ventes",
    title_en="Expected disability pensions",
    rule="Antal forskellige sager, hvor det i perioden, mens sagen var åben, er registreret, at førtidspension ventes; talt "
    "i den enhed, sagen hørte til ved udgangen af den dag.",
    unit="sager",
    takes=_PERIOD,
)
def expected_pensions(question: FigureQuestion) -> Query:
    return _distinct_cases("disability_pension_expected")(question)


@figure(
    title_da="Overdragelser foreslået",
    title_en="Handovers proposed",
    rule="Overdragelser, som enheden har foreslået i perioden, og hvor mange af dem der blev modtaget eller afslået inden "
    "periodens udgang. Venter er alle forslag, der er ubesvarede ved udgangen af periodens sidste dag. En overdragelse,"
    " der er sket uden svar, er hverken modtaget eller afslået.",
    unit="forslag",
    takes=_PERIOD,
)
def handovers(question: FigureQuestion) -> Query:
    answered = "count(*) FILTER (WHERE {proposed} AND outcome = '{outcome}' AND valid_to < %(to)s)"
    proposed = "valid_from >= %(from)s"
    counts = ", ".join(
        (
            f"count(*) FILTER (WHERE {proposed})",
            *(answered.format(proposed=proposed, outcome=outcome) for outcome in ("accepted", "refused")),
            "count(*) FILTER (WHERE valid_to >= %(to)s)",
        )
    )
    source = f"FROM {known('handovers')} WHERE valid_from < %(to)s AND valid_to >= %(from)s AND unit = ANY(%(unit)s)"
    measures = ("proposed", "accepted", "refused", "waiting")
    return Query(
        f"SELECT {counts} {source}",
        question.values,
        lambda rows: [{"measure": measure, "value": n} for measure, n in zip(measures, rows[0], strict=True)],
        f"SELECT case_id, {counts} {source} GROUP BY case_id",
    )
