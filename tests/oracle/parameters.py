"""The parameters of section 6: which figure takes which, and what is meant where one is left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .vocabulary import HOI_UNITS

PERIOD = {"from", "to"}
TAKES: dict[str, set[str]] = {
    "caseload": {"unit", "valid_at", "include_assessing", "include_out_of_scope", "count", "layer"},
    "caseload_by_support": {"unit", "valid_at", "include_out_of_scope"},
    "caseload_by_benefit": {"unit", "valid_at", "include_assessing"},
    "under_assessment": {"unit", "valid_at"},
    "cohort": {"from_unit", "to_unit", "valid_at"} | PERIOD,
    "transfers": {"from_unit", "to_unit", "reason"} | PERIOD,
    "stock_flow": {"unit"} | PERIOD,
    "caseworker_changes": {"unit", "role"} | PERIOD,
    "concurrent_caseworkers": {"unit", "valid_at"},
    "uncovered_days": {"unit"} | PERIOD,
    "contact_surface": {"unit", "valid_at", "window"},
    "complaints": {"unit"} | PERIOD,
    "committed_amounts": {"unit", "valid_at"},
    "spending_in_period": {"unit"} | PERIOD,
    "frames": {"unit", "valid_at"},
    "follow_ups": {"unit"} | PERIOD,
    "overdue_follow_ups": {"unit", "valid_at"},
    "upcoming_follow_ups": {"unit", "valid_at", "window"},
    "visitations": {"unit"} | PERIOD,
    "refused_supports": {"unit"} | PERIOD,
    "rehabilitation": {"unit"} | PERIOD,
    "assessments": {"unit", "valid_at"},
    "plans": {"unit", "valid_at"},
    "expected_pensions": {"unit"} | PERIOD,
    "handovers": {"unit"} | PERIOD,
    "layers": {"unit", "valid_at"},
    "membership": {"unit", "valid_at"},
    "lead_times": {"unit", "layer"} | PERIOD,
    "forum_throughput": {"forum"} | PERIOD,
    "age_bands": {"unit", "valid_at", "bands"},
    "survey": {"wave", "statement"},
    "late_registration": {"unit"} | PERIOD,
}


def check(figure: str, parameters: dict) -> dict:
    """The parameters that are said (None is left out); one the figure does not take is refused (section 6)."""
    if figure not in TAKES:
        raise ValueError(f"no such figure: {figure}")
    said = {name: value for name, value in parameters.items() if value is not None}
    strange = set(said) - TAKES[figure]
    if strange:
        raise ValueError(f"{figure} does not take {sorted(strange)}")
    return said


def units_asked(parameters: dict) -> list[str]:
    """The units asked for, each once; left out, the HOI units (section 6)."""
    said = parameters.get("unit", HOI_UNITS)
    return list(dict.fromkeys([said] if isinstance(said, str) else said))


def days_asked(parameters: dict) -> list[date]:
    """The days asked for, each once; left out, today (section 1)."""
    said = parameters.get("valid_at")
    if said is None:
        return [datetime.now(ZoneInfo("Europe/Copenhagen")).date()]
    return [date.fromisoformat(day) for day in dict.fromkeys([said] if isinstance(said, str) else said)]


def day_asked(parameters: dict) -> date:
    """The one day, for a figure whose cells name no day."""
    days = days_asked(parameters)
    if len(days) != 1:
        raise ValueError("this figure takes one valid_at")
    return days[0]


def period_asked(parameters: dict) -> tuple[date, date]:
    """The period [from, to), half-open in days (section 1)."""
    start, end = date.fromisoformat(parameters["from"]), date.fromisoformat(parameters["to"])
    if end < start:
        raise ValueError("a period ends before it begins")
    return start, end


def days_between(start: date, end: date) -> list[date]:
    """Every day of [start, end), one at a time."""
    return [start + timedelta(days=number) for number in range((end - start).days)]
