"""Sager: the stock over time, what came and went, what the cases are, and what became of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.page import OfSection, asked_by, made_by
from dashboards.section import Section
from dashboards.sections import caseload, cohort, flow, spread
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View

SECTIONS: Mapping[str, OfSection] = {"caseload": caseload, "flow": flow, "spread": spread, "cohort": cohort}


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return asked_by(SECTIONS, view, ledger)


def sections(view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
    return made_by(SECTIONS, view, ledger, answers)
