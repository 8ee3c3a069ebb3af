"""Borgernes oplevelse: what they answered, beside what the register can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.page import OfSection, asked_by, made_by
from dashboards.section import Section
from dashboards.sections import experience
from dashboards.status_days import Printed
from dashboards.view import Answers, Ask, View

SECTIONS: Mapping[str, OfSection] = {"experience": experience}


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return asked_by(SECTIONS, view, ledger)


def sections(view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
    return made_by(SECTIONS, view, ledger, answers)
