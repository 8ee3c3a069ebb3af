"""Overblik: the numbers of a Monday morning, then the papers' tables for the chosen day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.page import OfSection, asked_by, made_by
from dashboards.section import Section
from dashboards.sections import caseload, changes, glance, papers, support
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View

SECTIONS: Mapping[str, OfSection] = {
    "glance": glance,
    "caseload": caseload,
    "papers": papers,
    "support": support,
    "changes": changes,
}


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return asked_by(SECTIONS, view, ledger)


def sections(view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
    return made_by(SECTIONS, view, ledger, answers)
