"""Forløb: how long it takes, which way the cases go, and what happens in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.page import OfSection, asked_by, made_by
from dashboards.section import Section
from dashboards.sections import dots, forums, lead_times, process, transfers
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View

SECTIONS: Mapping[str, OfSection] = {
    "lead_times": lead_times,
    "process": process,
    "transfers": transfers,
    "forums": forums,
    "dots": dots,
}


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return asked_by(SECTIONS, view, ledger)


def sections(view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
    return made_by(SECTIONS, view, ledger, answers)
