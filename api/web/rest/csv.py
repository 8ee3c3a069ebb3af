"""A figure's answer as CSV in the Danish dialect: one row a cell, and beside each the question."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from api.answers.why import Comparison
from api.register.answer import Answer
from dashboards.comparing.between import Between, CaseBetween
from dashboards.comparing.words import cause_in_words, cells_in_words
from dashboards.drilldown.cases import CellCases
from dashboards.drilldown.inclusion import in_words
from dashboards.figures.question import parameters_of
from dashboards.figures.spreadsheet import DANISH_CSV
from dashboards.words.language import DANISH
from journey.exchange.cells import harmless
from journey.history import COPENHAGEN, FOREVER

MEDIA_TYPE = "text/csv; charset=utf-8"


def csv_of(answer: Answer) -> bytes:
    """UTF-8 with a byte order mark, semicolons and decimal commas, as a Danish spreadsheet opens it."""
    dimensions = list(dict.fromkeys(name for cell in answer.cells for name in cell if name not in ("value", "why")))
    question = _question_columns(answer)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DANISH_CSV.delimiter, lineterminator="\r\n")
    writer.writerow([*dimensions, "value", "why", *question])
    for cell in answer.cells:
        writer.writerow([_text(cell.get(name)) for name in (*dimensions, "value", "why")] + [*question.values()])
    return out.getvalue().encode("utf-8-sig")


def csv_of_cases(page: CellCases) -> bytes:
    """The cases in a cell, one row each, and beside each the cell and the question; last what it counts of cases out of reach."""
    answer = Answer(page.ask.figure, page.ask.question, page.moment, [page.cell])
    question = {
        **{f"cell_{name}": _text(value) for name, value in page.cell.items() if name != "why"},
        **_question_columns(answer),
    }
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DANISH_CSV.delimiter, lineterminator="\r\n")
    of_since = ("kind", "withdraws", "valid_at", "known_at", "position")
    writer.writerow(["case", "value", *(f"since_{name}" for name in of_since), *question])
    for line in page.lines:
        since = line.since.json if line.since else {}
        writer.writerow(
            [_text(line.case), _text(line.value), *(_text(since.get(name)) for name in of_since), *question.values()]
        )
    if page.left_out and page.next is None:
        words = _text(page.left_out.words(DANISH))
        writer.writerow([words, _text(page.left_out.value), *("" for _ in of_since), *question.values()])
    return out.getvalue().encode("utf-8-sig")


def csv_of_comparison(found: Comparison) -> bytes:
    """A row for each event that moved a cell between two moments of knowledge, and for each case of two days, beside each the question."""
    knowledge, days = found.knowledge, found.days
    moment = knowledge.moment if knowledge else days and days.moment
    question = _question_columns(Answer(found.ask.figure, found.ask.question, moment, []))
    codes = found.ask.question.codes
    rows: list[list[Any]] = []
    for moved in knowledge.moved if knowledge else ():
        for event in moved.events:
            cell, recorded = in_words(moved.cell, codes), event.recorded
            known_at = recorded.known_at.astimezone(COPENHAGEN).isoformat()
            rows.append(
                [
                    "known",
                    event.case,
                    "",
                    cell,
                    "",
                    recorded.valid_at,
                    event.words(DANISH),
                    event.delta,
                    recorded.position,
                    known_at,
                ]
            )
    if days:
        rows += [_row_of(case, days) for case in days.cases]
    valid_from = days.days[0].isoformat() if days else ""
    known_from = knowledge.from_position if knowledge else ""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DANISH_CSV.delimiter, lineterminator="\r\n")
    heads = ["step", "case", "way", "first", "last", "day", "cause", "delta", "position", "known_at_event"]
    writer.writerow([*heads, "valid_from", "known_from", *question])
    for row in rows:
        writer.writerow([*map(_text, row), valid_from, known_from, *question.values()])
    return out.getvalue().encode("utf-8-sig")


def _row_of(case: CaseBetween, days: Between) -> list[Any]:
    event = case.cause and case.cause.event
    known = [event.position, event.known_at.astimezone(COPENHAGEN).isoformat()] if event else ["", ""]
    first, last = cells_in_words([*case.before], days), cells_in_words([*case.after], days)
    return ["days", case.case, case.way, first, last, case.cause and case.cause.day, cause_in_words(case, days), "", *known]


def file_name(answer: Answer, what: str = "") -> str:
    """The name of the file: the figure, its days or period, and the position it was known at."""
    question = answer.question
    days = [question.from_day, question.to_day] if answer.figure.takes.has_period else question.valid_at[:1]
    named = (day.isoformat() for day in days if date.min < day < FOREVER)
    parts = [answer.figure.id, *([what] if what else []), *named, f"position-{question.position}"]
    return "_".join(re.sub(r"[^a-z0-9-]", "-", part) for part in parts) + ".csv"


def _question_columns(answer: Answer) -> Mapping[str, str]:
    parameters = parameters_of(answer.figure.takes, answer.question)
    open_ends = {name: day.isoformat() for name, day in answer.figure.takes.defaults.items() if day in (date.min, FOREVER)}
    named = (f"{name}={_words(value)}" for name, value in parameters.items() if value not in (None, open_ends.get(name)))
    moment = answer.moment
    return {
        "figure": answer.figure.id,
        "version": str(answer.figure.version),
        "parameters": " ".join(named),
        "known_position": str(answer.question.position),
        "known_at": moment.astimezone(COPENHAGEN).isoformat() if moment else "",
        **{name: " ".join(texts) for name, texts in answer.cautions.items()},
    }


def _words(value: Any) -> str:
    return ",".join(map(_words, cast(list[Any], value))) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    """The text of a field; one that a spreadsheet would run as a formula gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return DANISH_CSV.number(value)
        case _:
            return harmless(str(value))
