"""Sagsbehandlere: how often they change, how many there are at once, and when there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.page import OfSection, asked_by, made_by
from dashboards.section import Section
from dashboards.sections import around, changes
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View

SECTIONS: Mapping[str, OfSection] = {"changes": changes, "around": around}


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return asked_by(SECTIONS, view, ledger)


def sections(view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
    return made_by(SECTIONS, view, ledger, answers)
