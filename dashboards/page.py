"""What the first page holds: its questions to the register, and the overview and sections made of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from dashboards.charts import Drawn
from dashboards.danish import day, number
from dashboards.section import Section
from dashboards.sections import caseload, changes, glance, papers, support
from dashboards.sections.caseload import silent_since
from dashboards.sections.glance import Glance
from dashboards.status_days import Printed, known_at
from dashboards.status_days import papers as papers_of
from dashboards.view import Answers, Ask, View

SECTIONS = {"caseload": caseload, "papers": papers, "support": support, "changes": changes}
"""The sections in their order on the page."""


class Shortcut(Struct, frozen=True):
    """A view worth a link: a paper's status day, as the register knew it when the paper was printed."""

    text: str
    valid_at: date
    position: int


class Page(Struct, frozen=True):
    """The first page at both its times."""

    view: View
    warnings: tuple[str, ...]
    """What the reader must know before any number."""
    glances: tuple[Glance, ...]
    sections: tuple[Section, ...]
    shortcuts: tuple[Shortcut, ...]

    @property
    def charts(self) -> dict[str, Drawn]:
        """Every chart of the page by its id."""
        return {part.chart.id: part.chart.drawn for section in self.sections for part in section.parts if part.chart}


def questions(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    """All that the page asks the register, by names of its own; nothing while the register is empty."""
    if view.position == 0:
        return {}
    known = known_at(ledger, view.position)
    modules = {**SECTIONS, "glance": glance}
    return {f"{name}: {key}": ask for name, module in modules.items() for key, ask in module.asks(view, known).items()}


def page(view: View, ledger: Sequence[Printed], answers: Answers, findings: int) -> Page:
    """The page made of the answers to its questions."""
    shortcuts = tuple(
        Shortcut(f"Som i {paper}: pr. {day(when)}", when, position)
        for paper, when, position in papers_of(known_at(ledger, view.end))
    )
    if view.position == 0:
        return Page(view, warnings(view), (), (), shortcuts)
    known = known_at(ledger, view.position)
    return Page(
        view,
        warnings(view),
        glance.glances(view, _of("glance", answers), findings),
        tuple(module.section(view, known, _of(name, answers)) for name, module in SECTIONS.items()),
        shortcuts,
    )


def _of(name: str, answers: Answers) -> Answers:
    start = f"{name}: "
    return {key.removeprefix(start): told for key, told in answers.items() if key.startswith(start)}


def warnings(view: View) -> tuple[str, ...]:
    """What keeps the page from being what was asked for."""
    said: list[str] = []
    if view.behind and view.stopped:
        said.append(
            f"Vist som kendt ved position {number(view.position)}: rækkerne, som tallene tælles af, er standset der, "
            f"{number(view.behind)} hændelser før det ønskede. Se journey status."
        )
    elif view.behind:
        said.append(
            f"Vist som kendt ved position {number(view.position)}: rækkerne, som tallene tælles af, er {number(view.behind)} "
            "hændelser bagud og er ved at indhente det."
        )
    since = silent_since(view)
    if since and view.position:
        said.append(
            f"Det seneste, registret vidste, er fra {day(since)}. Tal for tiden derefter siger kun, hvad der gælder, hvis intet er "
            "sket siden."
        )
    return tuple(said)
