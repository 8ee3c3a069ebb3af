"""The tables of the papers, as the overview has them on the day of the latest registration: what `journey demo` ends in."""

from __future__ import annotations

from msgspec.structs import replace

from api.answers.publications import publications
from api.register.answer import counted
from api.register.register import Register
from dashboards.figures.table import Table
from dashboards.pages.page import OfSections, page, questions
from dashboards.sections import changes, papers, support
from dashboards.sections.section import Section
from dashboards.view import Told, View
from journey.history import COPENHAGEN
from journey.log.migrate import READ

SHOWN = OfSections({"papers": papers, "support": support, "changes": changes})


def tables(register: Register) -> list[Table]:
    """Tabel 1, Tabel 2, the cases by support and the caseworker changes by year; none while the register is empty."""
    register.believe()
    position, moment = register.head()
    if moment is None:
        return []
    view = View(
        moment.astimezone(COPENHAGEN).date(),
        position,
        moment,
        position,
        position,
        now=True,
        stopped=False,
        codes=register.codes,
    )
    with register.connected(READ) as conn:
        ledger = publications(conn, position)
        asks = questions(SHOWN, view, ledger)
        answers = {name: Told(ask, counted(conn, ask.figure, ask.question)) for name, ask in asks.items()}
    return [table for section in page(SHOWN, view, ledger, answers).sections for table in _explained(view, section)]


def _explained(view: View, section: Section) -> list[Table]:
    """The section's tables; below the last of them what was known, and how each figure is counted."""
    *first, last = (table for part in section.parts for table in part.tables)
    known = f"Som registret vidste det {view.known}."
    rules = (f"{definition.title}: {definition.rule}" for definition in section.definitions)
    return [*first, replace(last, notes=(*last.notes, known, *rules))]
