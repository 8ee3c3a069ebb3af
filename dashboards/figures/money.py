"""Money: what is committed on a day, what a period costs, and the frames that caseworkers draw on. Kroner throughout."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from dashboards.figures.figure import Cell, Counted, Query, figure, known, plain
from dashboards.figures.question import FigureQuestion, Takes


@figure(
    title_da="Bevilgede årsbeløb pr. dato",
    title_en="Committed yearly amounts",
    rule="Bevillinger med et årsbeløb, der løber på dagen i en åben sag i enheden, og summen af deres årsbeløb.",
    unit="kroner",
    takes=Takes(("unit", "valid_at")),
)
def committed_amounts(question: FigureQuestion) -> Query:
    supports = question.codes["supports"]

    def cells(rows: Counted) -> list[Cell]:
        grants = dict.fromkeys(supports.groups, 0)
        amounts = dict.fromkeys(supports.groups, 0)
        for support, count, amount in rows:
            group = supports.codes[support].group or "other"
            grants[group] += count
            amounts[group] += int(amount)
        return [
            {"support": group, "measure": measure, "value": values[group]}
            for group in supports.groups
            for measure, values in (("grants", grants), ("yearly_amount", amounts))
        ]

    def counted(of: str = "") -> str:
        return f"""SELECT {of}support, count(*), sum(yearly_amount) FROM {known("grants")} WHERE yearly_amount IS NOT NULL
        AND unit = ANY(%(unit)s) AND valid_from <= %(day)s AND valid_to > %(day)s GROUP BY {of}support"""

    return Query(counted(), question.values, cells, counted("case_id, "))


@figure(
    title_da="Forbrug i perioden",
    title_en="Spending in the period",
    rule="For hver bevilling med et årsbeløb: årsbeløbet gange de dage, den løber i perioden, mens sagen er åben i enheden, delt med "
    "årets dage.",
    unit="kroner",
    takes=Takes(("unit", "from", "to")),
)
def spending_in_period(question: FigureQuestion) -> Query:
    supports = question.codes["supports"]

    def cells(rows: Counted) -> list[Cell]:
        spent: dict[str, Fraction] = defaultdict(Fraction)
        for support, of_leap_years, of_others in rows:
            spent[supports.codes[support].group or "other"] += Fraction(int(of_leap_years), 366) + Fraction(int(of_others), 365)
        return [{"support": group, "value": plain(float(spent[group]))} for group in supports.groups]

    # Years have two lengths only, so that no grant needs to be walked through year by year, however long the period.
    return Query(
        f"""SELECT support, sum(yearly_amount * leap), sum(yearly_amount * (upto - since - leap))
        FROM (
            SELECT support, yearly_amount, since, upto, {_days_of_leap_years_before("upto")} - {_days_of_leap_years_before("since")} AS leap
            FROM (
                SELECT support, yearly_amount, greatest(valid_from, %(from)s::date) AS since, least(valid_to, %(to)s::date) AS upto
                FROM {known("grants")}
                WHERE yearly_amount IS NOT NULL AND unit = ANY(%(unit)s) AND valid_from < %(to)s AND valid_to > %(from)s
            ) AS ran
        ) AS by_length
        GROUP BY 1""",
        question.values,
        cells,
    )


def _days_of_leap_years_before(day: str) -> str:
    """How many days before the day lie in leap years, from year 1 on, as SQL."""
    year = f"extract(year FROM {day})::int"
    whole = f"(({year} - 1) / 4 - ({year} - 1) / 100 + ({year} - 1) / 400) * 366"
    is_leap = f"mod({year}, 4) = 0 AND (mod({year}, 100) <> 0 OR mod({year}, 400) = 0)"
    return f"({whole} + CASE WHEN {is_leap} THEN extract(doy FROM {day})::int - 1 ELSE 0 END)"


@figure(
    title_da="Handlingsrammer",
    title_en="Frames",
    rule="Aftalte rammer og træk på dem i sager, der er åbne i enheden på dagen; en sags rammer lægges sammen. Overtrukket er sager, "
    "hvor der er trukket mere end aftalt, også hvor ingen ramme er aftalt.",
    unit="kroner",
    takes=Takes(("unit", "valid_at")),
)
def frames(question: FigureQuestion) -> Query:
    counted = f"""coalesce(sum(agreed), 0), coalesce(sum(drawn), 0), count(*) FILTER (WHERE frames > 0),
            count(*) FILTER (WHERE drawn > agreed OR frames = 0)
        FROM {known("frames")} WHERE unit = ANY(%(unit)s) AND valid_from <= %(day)s AND valid_to > %(day)s"""
    return Query(
        f"SELECT {counted}",
        question.values,
        lambda rows: [
            {"measure": "agreed", "value": int(rows[0][0])},
            {"measure": "drawn", "value": int(rows[0][1])},
            {"measure": "cases", "value": rows[0][2]},
            {"measure": "overdrawn_cases", "value": rows[0][3]},
        ],
        f"SELECT case_id, {counted} GROUP BY case_id",
    )
