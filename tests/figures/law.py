"""Section 6 of domain.md as a table, and a figure asked and counted by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pytest

from dashboards.figures import FIGURES
from dashboards.figures.figure import Cell
from dashboards.figures.question import FigureQuestion, parse_question
from journey.codes import standard
from journey.refusals import Refused

CODES = standard()
TODAY = date(2025, 3, 1)
PERIOD = "from to"


class Law(NamedTuple):
    """A line of domain.md section 6: the parameters, the dimensions of the cells, and rows of its query where it needs some."""

    parameters: str
    dimensions: str
    rows: Sequence[tuple[Any, ...]] = ()


DAY = date(2025, 2, 1)
LAW = {
    "caseload": Law("unit valid_at include_assessing include_out_of_scope count layer", "unit valid_at"),
    "caseload_by_support": Law("unit valid_at include_out_of_scope", "support"),
    "caseload_by_benefit": Law("unit valid_at include_assessing", "valid_at benefit"),
    "under_assessment": Law("unit valid_at", "unit valid_at"),
    "cohort": Law(f"from_unit to_unit {PERIOD} valid_at", "measure", [(31, 8, 9)]),
    "transfers": Law(
        f"{PERIOD} from_unit to_unit reason",
        "from_unit to_unit reason",
        [("arbejdsmarked", "social", reason, 5) for reason in CODES["transfer_reasons"].codes],
    ),
    "stock_flow": Law(
        f"unit {PERIOD}",
        "measure cause reason to_unit",
        [
            ("opening", None, None, 20),
            ("closing", None, None, 39),
            ("entries", "referred", None, 31),
            ("entries", "reopened", None, 2),
            ("entries", "transferred", "ungeindsatsen", 1),
            *(("exits", "closed", reason, 1) for reason in CODES["closings"].codes),
            ("exits", "rejected", None, 1),
            ("exits", "merged", None, 0),
            ("exits", "transferred", "social", 5),
        ],
    ),
    "caseworker_changes": Law(
        f"{PERIOD} unit role",
        "measure variant changes band",
        [
            ("case_days", "", 15193),
            ("assignments_after_gap", "", 1),
            ("samlinger", "", 2),
            ("changes", "all", 12),
            ("changes", "without_reorganisation", 8),
            ("changes", "without_reorganisation_and_cover", 6),
            ("cases_with", "0", 3),
            ("cases_with", "3", 3),
            ("tenure", "45", 4),
        ],
    ),
    "concurrent_caseworkers": Law("unit valid_at", "caseworkers"),
    "uncovered_days": Law(f"{PERIOD} unit", "measure when", [("start", 300, 3), ("between", 10, 1), (None, 310, 4)]),
    "visitations": Law(f"{PERIOD} unit", "measure reason", [("visited", None, 31), ("rejected", "botilbud", 4)]),
    "refused_supports": Law(f"{PERIOD} unit", "support", [("bostoette_85", 3)]),
    "rehabilitation": Law(f"{PERIOD} unit", "", [(6,)]),
    "expected_pensions": Law(f"{PERIOD} unit", "", [(3,)]),
    "assessments": Law("unit valid_at", "method", [("vum", 9)]),
    "plans": Law("unit valid_at", "plan", [("ungeplan", 40), (None, 12)]),
    "layers": Law("unit valid_at", "layer", [("2", 31)]),
    "handovers": Law(f"{PERIOD} unit", "measure", [(4, 1, 1, 2)]),
    "membership": Law(
        "unit valid_at",
        "measure cause reason to_unit",
        [
            ("stayed", None, None, 66),
            ("left", "closed", "education", 9),
            ("left", "transferred", "social", 2),
            ("came", "referred", None, 28),
        ],
    ),
    "overdue_follow_ups": Law("unit valid_at", "measure band", [(45, 4), (None, 3)]),
    "upcoming_follow_ups": Law("unit valid_at window", "track", [("social", 7), (None, 2)]),
    "contact_surface": Law("unit valid_at window", "professionals", [(4, 7)]),
    "complaints": Law(f"{PERIOD} unit", "measure outcome"),
    "committed_amounts": Law("unit valid_at", "support measure"),
    "spending_in_period": Law(f"unit {PERIOD}", "support"),
    "frames": Law("unit valid_at", "measure", [(250_000, 10_000, 10, 1)]),
    "follow_ups": Law(f"{PERIOD} unit", "measure", [(70, 61, 5, 4)]),
    "lead_times": Law(f"{PERIOD} unit layer", "to measure band"),
    "forum_throughput": Law(f"{PERIOD} forum", "measure forum day", [("samarbejdsforum_30", date(2024, 3, 7), 2)]),
    "age_bands": Law("unit valid_at bands", "band"),
    "survey": Law("wave statement", "statement answer measure", [("fig. 1", 16, 1, 1, 1, 9, 4)]),
    "late_registration": Law(f"{PERIOD} unit", "measure band"),
}
BESIDE_THE_LAW = {
    "conformance": Law(
        f"{PERIOD} unit", "rule measure", [("R1", 3, 3, 1, 7.0, 38), ("R14", 40, 30, 25, 3.5, 0), ("R14", 0, 0, 0, None, 96)]
    ),
    "code_questions": Law(PERIOD, "listed question measure", [("benefits.su", "after_use", 3, 2)]),
    "findings_by_code": Law(PERIOD, "code measure", [("not_open", 3, 2)]),
    "follow_ups_by_month": Law(f"{PERIOD} unit", "month measure", [("2024-04", 3, 1, 1, 1)]),
    "sources": Law("valid_at", "source measure", [("fagsystem-a", 412, 3, 31)]),
    "tenure": Law("unit valid_at role", "measure band", [(45, 4), (400, 30)]),
    "process_map": Law(
        f"{PERIOD} unit",
        "measure milestone from_milestone to_milestone band",
        [("referred", None, None, 9), ("visited", None, None, 4), ("visited", "referred", 14, 4)],
    ),
    "dotted_chart": Law(
        f"{PERIOD} unit", "measure case day kind_group", [("N-1", DAY, DAY, "course", 2), (None, None, None, None, 1)]
    ),
}
"""The figures that we add to it."""
LAW |= BESIDE_THE_LAW
SAID = {
    "unit": ["ui", "arbejdsmarked"],
    "valid_at": ["2025-02-01"],
    "from": ["2024-01-01"],
    "to": ["2025-01-01"],
    "include_assessing": ["false"],
    "include_out_of_scope": ["false"],
    "count": ["citizens"],
    "layer": ["2"],
    "role": ["employment"],
    "from_unit": ["social"],
    "to_unit": ["am"],
    "reason": ["handover"],
    "forum": ["kv_udvalg"],
    "window": ["30"],
    "bands": ["0,18,30"],
    "wave": ["2025"],
    "statement": ["fig. 1"],
}
"""Each parameter as a person may write it."""
MUST = {"membership": {"valid_at": ["2024-02-02", "2025-02-01"]}}
"""What must be said of a figure, where it is not as each parameter may be written."""
FIGURE_IDS = sorted(LAW)


def ask(figure: str, **said: list[str]) -> FigureQuestion:
    """With what must be said of it, and these words."""
    must = {name: MUST.get(figure, SAID)[name] for name in FIGURES[figure].takes.required}
    return parse_question(FIGURES[figure].takes, must | said, position=7, today=TODAY, codes=CODES)


def refused(figure: str, said: Mapping[str, list[str]]) -> str:
    """The place of the refusal."""
    must = {name: MUST.get(figure, SAID)[name] for name in FIGURES[figure].takes.required}
    with pytest.raises(Refused) as refusal:
        parse_question(FIGURES[figure].takes, must | said, position=7, today=TODAY, codes=CODES)
    assert refusal.value.code == "bad_parameter"
    return refusal.value.place


def cells_of(figure: str, rows: Sequence[tuple[Any, ...]] | None = None) -> list[Cell]:
    return FIGURES[figure].query(ask(figure)).cells(LAW[figure].rows if rows is None else rows)


def dimensions_of(cell: Cell) -> tuple[tuple[str, Any], ...]:
    return tuple((name, said) for name, said in cell.items() if name not in ("value", "why"))
