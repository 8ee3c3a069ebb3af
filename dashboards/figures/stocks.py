"""Stocks: how many cases are active in a unit on a day, whole and by what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from dashboards.figures.citizens import PERSONS, persons_in
from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes, counted_on
from projections.engine.as_known import as_known
from projections.rows.spans import PARTITIONS

DAY = "%(day)s::date"
IN_UNIT = "s.unit = ANY(%(unit)s)"


def spans_on(first: str, last: str | None = None) -> str:
    """The spans believed at the position that hold a day from the first to the last, as `s`, to stand in a FROM."""
    last = last or first
    parts = " UNION ALL ".join(
        f"SELECT * FROM spans WHERE {part.holds} AND {as_known()}"
        f" AND valid_from <= {last} AND valid_to > {first} AND {part.near.format(last=last)}"
        for part in PARTITIONS
    )
    return f"({parts}) AS s"


def on_the_day(
    question: FigureQuestion,
    what: Sequence[str],
    cells: Callable[[Counted], list[Cell]],
    conditions: str = "",
    beside: str = "",
) -> Query:
    """The cases on the day by what they are: that, and how many."""

    def counted(*what: str) -> str:
        whats = ", ".join(f"what_{nth}" for nth in range(len(what)))
        parts = ", ".join(f"{each} AS what_{nth}" for nth, each in enumerate(what))
        return f"SELECT {parts}, count(*) FROM {spans_on(DAY)}{beside} WHERE {IN_UNIT}{conditions} GROUP BY {whats}"

    return Query(counted(*what), question.values, cells, counted("s.case_id", *what))


def _conditions(question: FigureQuestion) -> str:
    conditions = ""
    if not question.include_assessing:
        conditions += " AND s.stage <> 'assessing'"
    if not question.include_out_of_scope:
        conditions += " AND s.in_scope"
    if question.layer is not None:
        conditions += " AND s.layer = %(layer)s"
    return conditions


_DAYS = "%(valid_at)s::date[]"


def _on_each_day(
    question: FigureQuestion, what: Sequence[str], conditions: str, cells: Callable[[Counted], list[Cell]]
) -> Query:
    """The cases on each day asked for, by what they are: that, how many, the day."""
    return Query(_walked(what, conditions), question.values, cells, _walked(("s.case_id", *what), conditions))


def _walked(what: Sequence[str], conditions: str) -> str:
    """The spans of all the days asked for are walked once.

    A span holds the days whose numbers are past that of the day before it begins, up to that of its own last.
    """
    last = f"({_DAYS})[cardinality({_DAYS})]"
    parts = ", ".join(f"{each} AS what_{nth}" for nth, each in enumerate(what))
    whats = ", ".join(f"what_{nth}" for nth in range(len(what)))
    return f"""WITH held AS (
            SELECT {parts}, width_bucket(s.valid_from - 1, {_DAYS}) AS past, width_bucket(s.valid_to - 1, {_DAYS}) AS upto, count(*) AS n
            FROM {spans_on(f"({_DAYS})[1]", last)} WHERE {IN_UNIT}{conditions} GROUP BY {whats}, past, upto
        )
        SELECT {whats}, sum(n)::bigint, d.day
        FROM held JOIN unnest({_DAYS}) WITH ORDINALITY AS d (day, nth) ON d.nth > held.past AND d.nth <= held.upto
        GROUP BY {whats}, d.day"""


def _per_unit_and_day(question: FigureQuestion, rows: Iterable[tuple[str, int, date]]) -> list[Cell]:
    counted: Counter[tuple[str, date]] = Counter()
    for unit, n, day in rows:
        counted[unit, day] += n
    return [
        {"unit": unit, "valid_at": day.isoformat(), "value": counted[unit, counted_on(day)]}
        for day in question.valid_at
        for unit in question.unit
    ]


def _of_readings(question: FigureQuestion, counts: Callable[[bool, bool], bool]) -> Query:
    """The cases of each unit and day that count by whether they are assessing and whether they are in scope.

    Every reading has the same SQL, so that one run of it answers all that a page asks.
    """
    layer = " AND s.layer = %(layer)s" if question.layer is not None else ""
    return _on_each_day(
        question,
        ("s.unit", "s.stage = 'assessing'", "s.in_scope"),
        layer,
        lambda rows: _per_unit_and_day(
            question, ((unit, n, day) for unit, assessing, in_scope, n, day in rows if counts(assessing, in_scope))
        ),
    )


@figure(
    title_da="Sager under helhedsorienteret indsats",
    title_en="Cases in the holistic effort",
    rule="En sag tælles med på en dag, når den ved dagens udgang er åben og hører til enheden. Med under udredning tælles alle; "
    "uden tælles kun sager, der har støtte eller venter.",
    unit="sager",
    takes=Takes(("unit", "valid_at", "include_assessing", "include_out_of_scope", "count", "layer"), many_days=True),
)
def caseload(question: FigureQuestion) -> Query:
    if question.count == "citizens":
        source, persons = persons_in(spans_on("d.day"), "s.citizen")
        return Query(
            f"""{PERSONS} SELECT counted.*, d.day FROM unnest({_DAYS}) AS d (day) CROSS JOIN LATERAL (
                SELECT s.unit, {persons} FROM {source} WHERE {IN_UNIT}{_conditions(question)} GROUP BY 1
            ) AS counted""",
            question.values,
            lambda rows: _per_unit_and_day(question, ((unit, n, day) for unit, n, day in rows)),
        )
    return _of_readings(
        question,
        lambda assessing, in_scope: (
            (question.include_assessing or not assessing) and (question.include_out_of_scope or in_scope)
        ),
    )


@figure(
    title_da="Sager under udredning",
    title_en="Cases under assessment",
    rule="En sag er under udredning på en dag, når den er åben i enheden, en udredning er i gang, og den ikke har støtte.",
    unit="sager",
    takes=Takes(("unit", "valid_at"), many_days=True),
)
def under_assessment(question: FigureQuestion) -> Query:
    return _of_readings(question, lambda assessing, in_scope: assessing)  # noqa: ARG005 -- also those out of scope


@figure(
    title_da="Sager efter støtte",
    title_en="Cases by support",
    rule="Hver sag tælles under gruppen af sin primære støtte: den løbende bevilling, der er givet sidst, af de fire HOI-grupper, "
    "ellers af anden støtte; tilbehør tæller ikke. En sag uden støtte er under udredning eller venter.",
    unit="sager",
    takes=Takes(("unit", "valid_at", "include_out_of_scope")),
)
def caseload_by_support(question: FigureQuestion) -> Query:
    supports = question.codes["supports"]
    groups = [group for group in supports.groups if group != "accessory"]

    def cells(rows: Counted) -> list[Cell]:
        counts = dict.fromkeys((*groups, "assessing", "waiting"), 0)
        for support, stage, count in rows:
            counts[stage if support is None else supports.codes[support].group or "other"] += count
        return [{"support": group, "value": count} for group, count in counts.items()]

    return on_the_day(question, ("s.support", "s.stage"), cells, _conditions(question))


@figure(
    title_da="Sager efter forsørgelse",
    title_en="Cases by benefit",
    rule="Hver sag tælles under gruppen af den forsørgelse, der sidst er oplyst; ukendt, hvor ingen er oplyst. Sager under udredning "
    "tælles kun med, når der bedes om det.",
    unit="sager",
    takes=Takes(("unit", "valid_at", "include_assessing"), many_days=True, defaults={"include_assessing": False}),
)
def caseload_by_benefit(question: FigureQuestion) -> Query:
    benefits = question.codes["benefits"]

    def cells(rows: Counted) -> list[Cell]:
        counts: Counter[tuple[object, str]] = Counter()
        for benefit, count, day in rows:
            counts[day, "unknown" if benefit is None else benefits.codes[benefit].group or "other"] += count
        return [
            {"valid_at": day.isoformat(), "benefit": group, "value": counts[counted_on(day), group]}
            for day in question.valid_at
            for group in (*benefits.groups, "unknown")
        ]

    return _on_each_day(question, ("s.benefit",), _conditions(question), cells)


@figure(
    title_da="Udredninger efter metode",
    title_en="Assessments by method",
    rule="Sagerne under udredning på dagen, fordelt efter metoden i den udredning, der sidst blev påbegyndt.",
    unit="sager",
    takes=Takes(("unit", "valid_at")),
)
def assessments(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        counts = dict.fromkeys(question.codes["methods"].codes, 0) | dict(rows)
        return [{"method": method, "value": n} for method, n in counts.items()]

    return on_the_day(question, ("s.method",), cells, " AND s.stage = 'assessing'")


@figure(
    title_da="Sager efter model 3's grupper",
    title_en="Cases by layer",
    rule="Sager åbne i enheden på dagen, fordelt efter den gruppe i model 3, der sidst er oplyst ved en visitation; ukendt, "
    "hvor ingen er oplyst.",
    unit="sager",
    takes=Takes(("unit", "valid_at")),
)
def layers(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        counts = dict.fromkeys((*question.codes["layers"].codes, "unknown"), 0) | {layer or "unknown": n for layer, n in rows}
        return [{"layer": layer, "value": n} for layer, n in counts.items()]

    return on_the_day(question, ("s.layer",), cells)


@figure(
    title_da="Sager efter plan",
    title_en="Cases by plan",
    rule="Sager åbne i enheden på dagen, fordelt efter de slags planer, der er aftalt, siden sagen sidst blev åbnet; en sag "
    "med flere slags planer tæller under hver af dem. Sager uden plan står for sig.",
    unit="sager",
    takes=Takes(("unit", "valid_at")),
)
def plans(question: FigureQuestion) -> Query:
    agreed = f"(SELECT case_id, plan FROM {known('plans')} WHERE valid_from <= {DAY} AND valid_to > {DAY})"

    def cells(rows: Counted) -> list[Cell]:
        counts = dict.fromkeys((*question.codes["plans"].codes, None), 0) | dict(rows)
        return [{"plan": plan, "value": n} for plan, n in counts.items()]

    return on_the_day(question, ("agreed.plan",), cells, beside=f" LEFT JOIN {agreed} AS agreed USING (case_id)")
