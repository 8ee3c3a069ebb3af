"""The citizens themselves: their ages, and what they answered when they were asked."""

from __future__ import annotations

from itertools import pairwise

from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.figures.stocks import DAY, on_the_day
from dashboards.words.language import later

ANSWERS = ("meget_uenig", "uenig", "hverken", "enig", "meget_enig")


@figure(
    title_da="Sager efter alder",
    title_en="Cases by age",
    rule="Sager åbne i enheden på dagen, fordelt på borgerens alder i hele år; man bliver et år ældre den første i sin fødselsmåned. "
    "Ukendt, hvor fødselsmåneden ikke er oplyst.",
    unit="sager",
    takes=Takes(("unit", "valid_at", "bands")),
    by_time={"moved": later("fyldte {years} år")},
)
def age_bands(question: FigureQuestion) -> Query:
    labels = [f"{low}-{high - 1}" for low, high in pairwise(question.bands)]
    labels.append(f"{question.bands[-1]}+")

    def cells(rows: Counted) -> list[Cell]:
        counts = dict(rows)
        return [
            *({"band": label, "value": counts.get(nth, 0)} for nth, label in enumerate(labels, start=1)),
            {"band": "unknown", "value": counts.get(None, 0)},
        ]

    return on_the_day(
        question,
        ("CASE WHEN s.born IS NOT NULL THEN greatest(1, width_bucket((months - s.born) / 12, %(bands)s::int[])) END",),
        cells,
        beside=f", (SELECT (extract(year FROM {DAY}) * 12 + extract(month FROM {DAY}) - 1)::int) AS today (months)",
    )


@figure(
    title_da="Borgernes svar",
    title_en="The citizens' answers",
    rule="Antal svar på hvert udsagn i spørgeskemaet, som de er offentliggjort; ukendt, hvor papirets søjle mangler.",
    unit="svar",
    takes=Takes(("wave", "statement")),
)
def survey(question: FigureQuestion) -> Query:
    wave = (
        "wave = %(wave)s"
        if question.wave is not None
        else f"wave = (SELECT wave FROM {known('surveys')} ORDER BY valid_at DESC, position DESC LIMIT 1)"
    )
    statement = " AND statement = %(statement)s" if question.statement is not None else ""

    def cells(rows: Counted) -> list[Cell]:
        return [
            cell
            for statement_text, n, *answers in rows
            for cell in (
                *(
                    {"statement": statement_text, "answer": answer, "value": count}
                    for answer, count in zip(ANSWERS, answers, strict=True)
                ),
                {"statement": statement_text, "measure": "n", "value": n},
            )
        ]

    return Query(
        f"""SELECT DISTINCT ON (statement) statement, n, {", ".join(ANSWERS)} FROM {known("surveys")}
        WHERE {wave}{statement} ORDER BY statement, valid_at DESC, position DESC""",
        question.values,
        cells,
    )
