"""The first page: the tiles, the stock and the papers' tables; what is long stands closed, with the way to its own page."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from dashboards import site
from dashboards.pages.page import OfSections
from dashboards.published.status_days import Printed
from dashboards.sections.section import Section
from dashboards.view import Answers, View


class Overview(OfSections, frozen=True):
    """The sections of the first page, so short that they answer at a glance."""

    def sections(self, view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
        translate = view.translate
        glances, stock, tables, supported, changed = OfSections.sections(self, view, ledger, answers)
        return (
            glances,
            replace(stock, brief=True, more=(site.CASES.address, translate(site.CASES.title))),
            replace(tables, brief=True),
            replace(
                supported,
                brief=True,
                folded=translate("Kurver og tabeller"),
                more=(site.CASES.address, translate(site.CASES.title)),
            ),
            replace(
                changed,
                brief=True,
                folded=translate("Kurver og tabeller"),
                more=(site.CASEWORKERS.address, translate(site.CASEWORKERS.title)),
            ),
        )
