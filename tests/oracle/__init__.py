"""The slow oracle: every figure of `design/domain.md`, counted by brute force straight from the log.

It shares no code with the product, only the law. The entries: `answer`, a figure's cells, and `covered`, the days known of.
"""

from __future__ import annotations

from collections.abc import Callable

from . import cases, courses, events_in_period, follow_ups, money, workers
from .coverage import covered
from .fold import Register, register_from
from .parameters import check

__all__ = ["FIGURES", "answer", "covered"]

FIGURES: dict[str, Callable[[Register, dict], list[dict]]] = {
    "caseload": cases.caseload,
    "caseload_by_support": cases.caseload_by_support,
    "caseload_by_benefit": cases.caseload_by_benefit,
    "under_assessment": cases.under_assessment,
    "cohort": cases.cohort,
    "transfers": cases.transfers,
    "stock_flow": cases.stock_flow,
    "age_bands": cases.age_bands,
    "caseworker_changes": workers.caseworker_changes,
    "concurrent_caseworkers": workers.concurrent_caseworkers,
    "uncovered_days": workers.uncovered_days,
    "contact_surface": workers.contact_surface,
    "committed_amounts": money.committed_amounts,
    "spending_in_period": money.spending_in_period,
    "frames": money.frames,
    "complaints": courses.complaints,
    "follow_ups": follow_ups.follow_ups,
    "overdue_follow_ups": follow_ups.overdue_follow_ups,
    "upcoming_follow_ups": follow_ups.upcoming_follow_ups,
    "visitations": events_in_period.visitations,
    "refused_supports": events_in_period.refused_supports,
    "rehabilitation": events_in_period.rehabilitation,
    "expected_pensions": events_in_period.expected_pensions,
    "handovers": events_in_period.handovers,
    "assessments": cases.assessments,
    "plans": cases.plans,
    "layers": cases.layers,
    "membership": cases.membership,
    "lead_times": courses.lead_times,
    "forum_throughput": courses.forum_throughput,
    "survey": courses.survey,
    "late_registration": courses.late_registration,
}


def answer(lines: list[dict], figure: str, parameters: dict, position: int | None = None) -> list[dict]:
    """The cells of one figure (section 6), as the log stood at `position` (None: its end)."""
    asked = check(figure, parameters)
    return FIGURES[figure](register_from(lines, position), asked)
