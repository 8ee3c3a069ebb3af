"""A figure's answer as CSV: machine numbers, one row a cell, and beside each what it is an answer to."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from api.register.answer import Answer
from dashboards.drilldown.cases import CellCases
from dashboards.figures.question import parameters_of
from dashboards.figures.spreadsheet import harmless
from journey.history import COPENHAGEN, FOREVER

MEDIA_TYPE = "text/csv; charset=utf-8"


def csv_of(answer: Answer) -> bytes:
    """UTF-8 with a byte order mark and semicolons, as a Danish spreadsheet opens it."""
    dimensions = list(dict.fromkeys(name for cell in answer.cells for name in cell if name not in ("value", "why")))
    beside = _beside(answer)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([*dimensions, "value", "why", *beside])
    for cell in answer.cells:
        writer.writerow([_said(cell.get(name)) for name in (*dimensions, "value", "why")] + [*beside.values()])
    return out.getvalue().encode("utf-8-sig")


def csv_of_cases(behind: CellCases) -> bytes:
    """The cases behind a cell, one row each, and beside each the cell and what it is an answer to."""
    answer = Answer(behind.ask.figure, behind.ask.question, behind.moment, [behind.cell])
    beside = {**{f"cell_{name}": _said(value) for name, value in behind.cell.items() if name != "why"}, **_beside(answer)}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    of_since = ("kind", "withdraws", "valid_at", "known_at", "position")
    writer.writerow(["case", "value", *(f"since_{name}" for name in of_since), *beside])
    for line in behind.lines:
        since = line.since.json if line.since else {}
        writer.writerow([_said(line.case), _said(line.value), *(_said(since.get(name)) for name in of_since), *beside.values()])
    return out.getvalue().encode("utf-8-sig")


def file_name(answer: Answer, what: str = "") -> str:
    """What the file is called: the figure, its days or period, and the position it was known at."""
    question = answer.question
    days = [question.from_day, question.to_day] if answer.figure.takes.has_period else question.valid_at[:1]
    said = (day.isoformat() for day in days if date.min < day < FOREVER)
    parts = [answer.figure.id, *([what] if what else []), *said, f"position-{question.position}"]
    return "_".join(re.sub(r"[^a-z0-9-]", "-", part) for part in parts) + ".csv"


def _beside(answer: Answer) -> Mapping[str, str]:
    parameters = parameters_of(answer.figure.takes, answer.question)
    unsaid = {name: day.isoformat() for name, day in answer.figure.takes.defaults.items() if day in (date.min, FOREVER)}
    said = (f"{name}={_words(value)}" for name, value in parameters.items() if value not in (None, unsaid.get(name)))
    moment = answer.moment
    return {
        "figure": answer.figure.id,
        "version": str(answer.figure.version),
        "parameters": " ".join(said),
        "known_position": str(answer.question.position),
        "known_at": moment.astimezone(COPENHAGEN).isoformat() if moment else "",
    }


def _words(value: Any) -> str:
    return ",".join(map(_words, value)) if isinstance(value, list) else _said(value)


def _said(value: Any) -> str:
    """A cell's text; one that a spreadsheet would run gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return harmless(str(value))
