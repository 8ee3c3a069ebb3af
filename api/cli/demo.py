"""`journey demo`: the sample register loaded, the papers' tables printed, and the pages opened."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from msgspec.structs import replace

from api.answers.publications import publications
from api.cli.danish_click import DanishCommand
from api.cli.sample import load_sample, until_option
from api.console import print_line, print_table
from api.register.answer import counted
from api.register.register import Register, opened
from api.settings import settings
from dashboards.figures.table import Table
from dashboards.pages.page import OfSections, page, page_questions
from dashboards.sections import changes, papers, support
from dashboards.sections.section import Section
from dashboards.view import SAMPLE, FigureCells, View
from dashboards.words.danish import number
from journey.history import COPENHAGEN
from journey.log.migrate import READ

SHOWN = OfSections({"papers": papers, "support": support, "changes": changes})


@click.command(cls=DanishCommand)
@click.option("--seed", type=int, default=2025, hidden=True)
@click.option(
    "--serve/--no-serve", "serving", default=None, help="vis bagefter siderne i en browser; udeladt: kun ved en skærm"
)
@until_option
def demo(seed: int, serving: bool | None, until: datetime) -> None:
    """Indlæs prøveregistret, vis papirernes tabeller, talt af hændelserne, og åbn siderne i en browser."""
    with opened(settings()) as register:
        load_sample(register, seed, until)
        for table in tables(register):
            print_table(table)
        position, _ = register.head()
    print_line(f"Talt af {number(position)} syntetiske hændelser i PostgreSQL. Prøv selv: .venv/bin/journey figures")
    if serving or (serving is None and sys.stdout.isatty() and sys.stdin.isatty()):
        from api.web.server import ANY_PORT, run  # the web server takes half a second to load: only who asks for it waits

        run(settings(), print_line, host="127.0.0.1", port=ANY_PORT, browse=True)


def tables(register: Register) -> list[Table]:
    """Tabel 1, Tabel 2, the cases by support and the caseworker changes by year, on the day of the latest registration.

    None while the register is empty.
    """
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
        municipality=register.municipality,
        sample=register.is_sample(),
    )
    with register.connected(READ) as conn:
        ledger = publications(conn, position)
        figure_questions = page_questions(SHOWN, view, ledger)
        answers = {name: FigureCells(ask, counted(conn, ask.figure, ask.question)) for name, ask in figure_questions.items()}
    return [table for section in page(SHOWN, view, ledger, answers).sections for table in _explained(view, section)]


def _explained(view: View, section: Section) -> list[Table]:
    """The section's tables; the last one's notes give what was known, and each figure's rule."""
    *first, last = (table for part in section.parts for table in part.tables)
    known = f"Som registret vidste det {view.known}."
    marks = (view.translate(SAMPLE),) if view.sample else ()
    rules = (f"{definition.title}: {definition.rule}" for definition in section.definitions)
    return [*first, replace(last, notes=(*last.notes, *marks, known, *rules))]
