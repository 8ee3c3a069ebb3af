"""Flows: what entered and left a unit, the transfers between units, and what became of a cohort."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dashboards.figures.citizens import PERSONS, persons_in
from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes, counted_on
from dashboards.figures.stocks import DAY, IN_UNIT, spans_on
from journey.history import FOREVER

FIRST_DAY = date(1, 1, 1)
DETAIL = "CASE cause WHEN 'transferred' THEN to_unit WHEN 'closed' THEN reason END"
"""What is told of a crossing beside its cause: the unit moved to, or the reason of the closing."""
_IN_PERIOD = "day >= %(from)s AND day < %(to)s"


@figure(
    title_da="Overdragelser mellem enheder",
    title_en="Transfers between units",
    rule="Antal forskellige borgere, hvis åbne sag i perioden er overdraget fra den ene enhed til den anden af den grund.",
    unit="borgere",
    takes=Takes(
        ("from", "to", "from_unit", "to_unit", "reason"),
        defaults={"from": FIRST_DAY, "to": FOREVER},  # every parameter is optional
    ),
)
def transfers(question: FigureQuestion) -> Query:
    conditions = "".join(
        f" AND {name} = %({name})s" for name in ("from_unit", "to_unit", "reason") if getattr(question, name) is not None
    )
    source, persons = persons_in(known("moves"), "moves.citizen")
    return Query(
        f"{PERSONS} SELECT from_unit, to_unit, reason, {persons} FROM {source}"
        f" WHERE cause = 'transferred' AND {_IN_PERIOD}{conditions} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        question.values,
        lambda rows: [
            {"from_unit": from_unit, "to_unit": to_unit, "reason": reason, "value": count}
            for from_unit, to_unit, reason, count in rows
        ],
    )


@figure(
    title_da="Hvad der blev af en årgang",
    title_en="What became of a cohort",
    rule="Årgangen er de sager, der i perioden blev overdraget fra den ene enhed til den anden. Af dem tælles de, der er åbne i den "
    "modtagende enhed på dagen. Nytilkomne er sager med støtte i enheden på dagen, som ikke er af årgangen.",
    unit="sager",
    takes=Takes(("from_unit", "to_unit", "from", "to", "valid_at"), required=("from_unit", "to_unit")),
)
def cohort(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        size, active, newcomers = rows[0]
        return [
            {"measure": "size", "value": size},
            {"measure": "active", "value": active},
            {"measure": "newcomers", "value": newcomers},
        ]

    looked_at = f"""WITH cohort AS (
            SELECT DISTINCT case_id FROM {known("moves")}
            WHERE cause = 'transferred' AND from_unit = %(from_unit)s AND to_unit = %(to_unit)s AND {_IN_PERIOD}
        ), active AS (
            SELECT s.case_id, s.stage FROM {spans_on(DAY)} WHERE s.unit = %(to_unit)s
        ), looked_at AS (
            SELECT case_id, cohort.case_id IS NOT NULL AS of_cohort, stage FROM cohort FULL JOIN active USING (case_id)
        )"""
    counted = """count(*) FILTER (WHERE of_cohort), count(*) FILTER (WHERE of_cohort AND stage IS NOT NULL),
            count(*) FILTER (WHERE NOT of_cohort AND stage = 'supported') FROM looked_at"""
    return Query(
        f"{looked_at} SELECT {counted}",
        question.values,
        cells,
        f"{looked_at} SELECT case_id, {counted} GROUP BY case_id",
    )


@figure(
    title_da="Til- og afgang af sager",
    title_en="Stock and flow of cases",
    rule="Primo er sager åbne i enheden ved udgangen af dagen før perioden, ultimo ved udgangen af dens sidste dag. En tilgang er en "
    "dag, hvor sagen ved dagens udgang er åben i enheden og ikke var det dagen før, en afgang det modsatte; årsagen er dagens sidste "
    "hændelse, der førte sagen over grænsen den vej. Flere enheder regnes som én.",
    unit="sager",
    takes=Takes(("unit", "from", "to")),
)
def stock_flow(question: FigureQuestion) -> Query:
    of_cases = f"""WITH crossing AS (
            SELECT case_id, day, position, cause, reason, to_unit,
                coalesce(from_unit = ANY(%(unit)s), false) AS was_in, coalesce(to_unit = ANY(%(unit)s), false) AS is_in
            FROM {known("moves")} WHERE {_IN_PERIOD}
        ), days AS (
            SELECT case_id, day, (array_agg(was_in ORDER BY position))[1] AS began_in,
                (array_agg(is_in ORDER BY position DESC))[1] AS ended_in
            FROM crossing GROUP BY 1, 2
        ), flows AS (
            SELECT DISTINCT ON (case_id, day) case_id, CASE WHEN ended_in THEN 'entries' ELSE 'exits' END AS measure, cause,
                {DETAIL} AS detail
            FROM crossing JOIN days USING (case_id, day)
            WHERE began_in <> ended_in AND was_in = began_in AND is_in = ended_in
            ORDER BY case_id, day, position DESC
        ), stocks AS (
            SELECT case_id, 'opening' AS measure FROM {spans_on("(%(from)s::date - 1)")} WHERE {IN_UNIT}
            UNION ALL SELECT case_id, 'closing' FROM {spans_on("(%(to)s::date - 1)")} WHERE {IN_UNIT}
        )"""

    def counted(of: str = "") -> str:
        return (
            f"{of_cases} SELECT {of}measure, cause, detail, count(*) FROM flows GROUP BY {of}measure, cause, detail"
            f" UNION ALL SELECT {of}measure, NULL, NULL, count(*) FROM stocks GROUP BY {of}measure"
        )

    return Query(counted(), question.values, _stock_flow_cells, counted("case_id, "))


def _stock_flow_cells(rows: Counted) -> list[Cell]:
    stocks = dict.fromkeys(("opening", "closing"), 0) | {measure: count for measure, cause, _, count in rows if cause is None}
    crossings = {
        measure: crossing_cells(measure, [row[1:] for row in rows if row[0] == measure]) for measure in ("entries", "exits")
    }
    return [
        {"measure": "opening", "cause": None, "value": stocks["opening"]},
        *(
            cell
            for measure, cells in crossings.items()
            for cell in (*cells, {"measure": measure, "cause": None, "value": sum(cell["value"] for cell in cells)})
        ),
        {"measure": "closing", "cause": None, "value": stocks["closing"]},
    ]


ENTRIES, EXITS = ("referred", "reopened", "transferred_in"), ("rejected", "merged")
"""The causes of entries, and those of exits that are told without a detail: each is there, with 0 where none is counted."""


def crossing_cells(measure: str, rows: Iterable[tuple[str, str | None, int]]) -> list[Cell]:
    """The cells of entries (also `came`) or exits (also `left`) by cause; `rows` are the cause, its detail and the count."""
    if measure in ("entries", "came"):
        entries = dict.fromkeys(ENTRIES, 0)
        for cause, _, count in rows:
            entries["transferred_in" if cause == "transferred" else cause] += count
        return [{"measure": measure, "cause": cause, "value": count} for cause, count in entries.items()]
    ended, detailed = dict.fromkeys(EXITS, 0), list[Cell]()
    for cause, detail, count in sorted(rows, key=lambda row: (row[0], str(row[1]))):
        if cause in ended:
            ended[cause] += count
        elif cause == "closed":
            detailed.append({"measure": measure, "cause": "closed", "reason": detail, "value": count})
        else:
            detailed.append({"measure": measure, "cause": "transferred_out", "to_unit": detail, "value": count})
    return [*detailed, *({"measure": measure, "cause": cause, "value": count} for cause, count in ended.items())]


@figure(
    title_da="Hvem gik, hvem kom",
    title_en="Who left, who came",
    rule="Sager, der er åbne i enheden på den ene eller den anden dag: på begge dage (blev), kun på den første (gik) eller "
    "kun på den sidste (kom). Årsagen er den sidste hændelse, der førte sagen ud eller ind. Flere enheder regnes som "
    "én.",
    unit="sager",
    takes=Takes(("unit", "valid_at"), many_days=True, days=2, required=("valid_at",)),
)
def membership(question: FigureQuestion) -> Query:
    of_cases = f"""WITH first AS (SELECT case_id FROM {spans_on("%(first)s::date")} WHERE {IN_UNIT}),
        second AS (SELECT case_id FROM {spans_on("%(last)s::date")} WHERE {IN_UNIT}),
        either AS (
            SELECT case_id, CASE WHEN second.case_id IS NULL THEN 'left' WHEN first.case_id IS NULL THEN 'came' ELSE 'stayed' END
                AS measure
            FROM first FULL JOIN second USING (case_id)
        ), crossed AS (
            SELECT DISTINCT ON (case_id) case_id, cause, {DETAIL} AS detail FROM {known("moves")} JOIN either USING (case_id)
            WHERE measure <> 'stayed' AND day > %(first)s AND day <= %(last)s
                AND coalesce(from_unit = ANY(%(unit)s), false) = (measure = 'left')
                AND coalesce(to_unit = ANY(%(unit)s), false) = (measure = 'came')
            ORDER BY case_id, day DESC, position DESC
        )"""

    def counted(of: str = "") -> str:
        return f"""{of_cases} SELECT {of}measure, cause, detail, count(*) FROM either LEFT JOIN crossed USING (case_id)
        GROUP BY {of}measure, cause, detail"""

    first, last = sorted(counted_on(day) for day in question.valid_at)
    return Query(counted(), {**question.values, "first": first, "last": last}, _membership_cells, counted("case_id, "))


def _membership_cells(rows: Counted) -> list[Cell]:
    stayed = sum(count for measure, _, _, count in rows if measure == "stayed")
    return [
        {"measure": "stayed", "value": stayed},
        *(
            cell
            for measure in ("left", "came")
            for cell in crossing_cells(measure, [row[1:] for row in rows if row[0] == measure])
        ),
    ]
