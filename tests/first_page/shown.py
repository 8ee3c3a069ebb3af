"""A page made of answers in which no two cells have the same number."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import msgspec

from dashboards.coverage import ALWAYS, Covered
from dashboards.figures.figure import Ask
from dashboards.pages.catalogue import OVERVIEW
from dashboards.pages.page import Page, page, page_questions
from dashboards.published.status_days import Printed
from dashboards.view import FigureCells, View
from journey.codes import CodeLists, standard
from journey.events import FigurePublished
from journey.sample.ledger import ledger_lines

FOR_EVER = 2**62
MEASURES = {
    "follow_ups": [{"measure": measure} for measure in ("due", "held_on_time", "held_late", "not_held")],
    "caseworker_changes": [
        *(
            {"measure": measure, "variant": variant}
            for variant in ("all", "without_reorganisation", "without_reorganisation_and_cover")
            for measure in ("changes", "changes_per_case_year")
        ),
        *(
            {"measure": measure}
            for measure in ("cases_at_risk", "case_days", "case_years", "assignments_after_gap", "samlinger")
        ),
        {"measure": "median_tenure"},
    ],
    "stock_flow": [
        {"measure": "opening", "cause": None},
        {"measure": "entries", "cause": None},
        {"measure": "exits", "cause": None},
        {"measure": "closing", "cause": None},
    ],
    "complaints": [{"measure": "received"}],
}


def view_of(day: str, position: int = 100, codes: CodeLists | None = None, **more: Any) -> View:
    given: dict[str, Any] = {
        "valid_at": date.fromisoformat(day),
        "position": position,
        "moment": datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC) if position else None,
        "requested_position": position,
        "end": position,
        "now": True,
        "stopped": False,
        "codes": codes or standard(),
        "findings": 7,
    }
    return View(**given | more)


def ledger() -> list[Printed]:
    """The sample's ledger, the nth number published at position n."""
    said = [msgspec.convert(line["data"], FigurePublished) for line in ledger_lines()]
    return [Printed(position, position, FOR_EVER, one) for position, one in enumerate(said, start=1)]


def dimensions(asked: Ask) -> list[dict[str, Any]]:
    question, codes = asked.question, asked.question.codes
    days = [day.isoformat() for day in question.valid_at]
    match asked.figure.id:
        case "caseload" | "under_assessment":
            return [{"unit": unit, "valid_at": day} for unit in question.unit for day in days]
        case "caseload_by_benefit":
            return [{"valid_at": day, "benefit": group} for day in days for group in (*codes["benefits"].groups, "unknown")]
        case "caseload_by_support":
            groups = [group for group in codes["supports"].groups if group != "accessory"]
            return [{"support": group} for group in (*groups, "assessing", "waiting")]
        case figure:
            return MEASURES[figure]


def told(asks: dict[str, Ask], *, few: bool = False, covered: Covered = ALWAYS) -> dict[str, FigureCells]:
    """Answers of which no two cells have the same number."""
    numbers = count(1001)
    answers: dict[str, FigureCells] = {}
    for name, asked in asks.items():
        cells = [{**one, "value": next(numbers)} for one in dimensions(asked)]
        if few:
            cells = [
                {**cell, "value": None, "why": "few"}
                if cell.get("measure") in ("changes_per_case_year", "median_tenure")
                else cell
                for cell in cells
            ]
        answers[name] = FigureCells(asked, cells, covered)
    return answers


def made(view: View, published: list[Printed], *, few: bool = False) -> tuple[Page, dict[str, FigureCells]]:
    answers = told(dict(page_questions(OVERVIEW, view, published)), few=few, covered=view.covered)
    return page(OVERVIEW, view, published, answers), answers


def tables(shown: Page) -> dict[str, Any]:
    return {table.title: table for section in shown.sections for part in section.parts for table in part.tables}


def numbers_in(rows: Any) -> set[str]:
    return {cell for row in rows for cell in row[1:] if re.fullmatch(r"[\d.]+", cell)}
