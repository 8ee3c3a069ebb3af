"""A page of the dashboard: its questions to the register, and the sections made of the answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from dashboards.drawing.charts import Drawn
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.followed import list_cautions
from dashboards.figures.readings import CHOICES
from dashboards.pages.provenance import about
from dashboards.published.status_days import Printed, known_at
from dashboards.published.status_days import papers as papers_of
from dashboards.sections.section import Chart, Panel, Section
from dashboards.view import LATE, Answers, View

_DAY = timedelta(days=1)


class Dashboard(Protocol):
    """The making of a page: its questions, by names of its own, and its sections made of the answers."""

    def questions(self, view: View, ledger: Sequence[Printed], /) -> Mapping[str, Ask]: ...

    def sections(self, view: View, ledger: Sequence[Printed], answers: Answers, /) -> tuple[Section, ...]: ...


class OfSection(Protocol):
    """A module that makes one section of a page."""

    def questions(self, view: View, ledger: Sequence[Printed], /) -> Mapping[str, Ask]: ...

    def section(self, view: View, ledger: Sequence[Printed], answers: Answers, /) -> Section: ...


class OfSections(Struct, frozen=True):
    """A page made of sections, each by a name of its own, which stands before the names of what it asks."""

    modules: Mapping[str, OfSection]

    def questions(self, view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
        return {
            f"{name}: {key}": ask
            for name, module in self.modules.items()
            for key, ask in module.questions(view, ledger).items()
        }

    def sections(self, view: View, ledger: Sequence[Printed], answers: Answers) -> tuple[Section, ...]:
        return tuple(module.section(view, ledger, of(name, answers)) for name, module in self.modules.items())


class Shortcut(Struct, frozen=True):
    """A view worth a link: a paper's status day, as the register knew it when the paper was printed."""

    text: str
    valid_at: date
    position: int


class Page(Struct, frozen=True):
    """A page at both its times."""

    view: View
    warnings: tuple[str, ...]
    """What the reader must know before any number."""
    sections: tuple[Section, ...]
    shortcuts: tuple[Shortcut, ...]

    @property
    def drawn(self) -> dict[str, Drawn]:
        """Every drawing of the page by its id; that of a section's nth tile is named for both."""
        sparks = {
            f"{section.id}-{nth}": tile.spark
            for section in self.sections
            for nth, tile in enumerate(section.tiles, start=1)
            if tile.spark
        }
        return {**sparks, **{name: chart.drawn for name, (_, _, chart) in self.parts.items()}}

    @property
    def about(self) -> dict[str, dict[str, object]]:
        """The provenance of each chart, by its id."""
        return {name: about(self.view, section, chart) for name, (section, _, chart) in self.parts.items()}

    @property
    def parts(self) -> dict[str, tuple[Section, Panel, Chart]]:
        """Each part with a chart, by the chart's id, with its section."""
        return {part.chart.id: (section, part, part.chart) for section in self.sections for part in section.parts if part.chart}


def page_questions(dashboard: Dashboard, view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    """All that the page asks the register; nothing while the register is empty."""
    return dashboard.questions(view, known_at(ledger, view.position)) if view.position and not view.unknown else {}


def page(dashboard: Dashboard, view: View, ledger: Sequence[Printed], answers: Answers) -> Page:
    """The page made of the answers to its questions."""
    translate = view.translate
    shortcuts = tuple(
        Shortcut(
            translate("Som i {case}, {dated}: pr. {day}", case=case, dated=translate.day(dated), day=translate.day(when)),
            when,
            position,
        )
        for (case, dated), when, position in papers_of(ledger)
    )
    known = known_at(ledger, view.position)
    sections = dashboard.sections(view, known, answers) if view.position and not view.unknown else ()
    return Page(view, warnings(view), tuple(as_read(view, section) for section in sections), shortcuts)


def as_read(view: View, section: Section) -> Section:
    """The section, its first caveats saying which figures of it have no such reading as is chosen (domain.md section 6), and which count
    what comes of lists with only today's value (section 10, rule 4)."""
    translate, titles = view.translate, defaultdict[str, list[str]](list)
    for definition in section.definitions:
        if definition.figure in FIGURES:
            for rule in view.reading.unheard(FIGURES[definition.figure].takes.names):
                titles[rule].append(definition.title)
    notes = tuple(
        translate(
            "Valget »{choice}« gælder ikke for {figures}: der er kun defineret én måde at tælle det på.",
            choice=translate(CHOICES[rule][getattr(view.reading, rule)]),
            figures=", ".join(dict.fromkeys(found)),
        )
        for rule, found in titles.items()
    )
    notes = (*notes, *_of_lists(view, section))
    return replace(section, caveats=(*notes, *section.caveats)) if notes else section


def _of_lists(view: View, section: Section) -> tuple[str, ...]:
    """The cautions of the section's figures that count what comes of lists with only today's value."""
    figures = [FIGURES[each.figure] for each in section.definitions if each.figure in FIGURES]
    found = (caution for each in figures for caution in list_cautions(each, view.covered.followed, view.translate))
    return tuple(dict.fromkeys(found))


def of(name: str, answers: Answers) -> Answers:
    """The answers to one section's questions, by its own names."""
    start = f"{name}: "
    return {key.removeprefix(start): answer for key, answer in answers.items() if key.startswith(start)}


def _uncovered(view: View) -> Iterator[str]:
    """What the reader must know where the chosen days are not all covered."""
    translate, (first, after), covered = view.translate, view.period, view.covered
    if covered.last and covered.ends_before(max(view.valid_at, after - _DAY)):
        yield translate(LATE, day=translate.day(covered.last))
    if covered.first and not view.unknown and covered.begins_after(first) and view.from_day:
        yield translate("Registret er først dækket fra {day}: tidligere dage er ikke kendt.", day=translate.day(covered.first))


def warnings(view: View) -> tuple[str, ...]:
    """The warnings of a page: rows that lag, days that are not covered, and a reading that is not the printed one."""
    translate = view.translate
    notes: list[str] = []
    numbers = {
        "position": translate.number(view.position),
        "behind": translate.counted(view.lag, "1 hændelse", "{n} hændelser"),
    }
    if view.lag and view.stopped:
        notes.append(
            translate(
                "Vist som kendt ved position {position}: rækkerne, som tallene tælles af, er standset der, {behind} før det ønskede. "
                "Se journey status.",
                **numbers,
            )
        )
    elif view.lag:
        notes.append(
            translate(
                "Vist som kendt ved position {position}: rækkerne, som tallene tælles af, er {behind} bagud og er ved at indhente det.",
                **numbers,
            )
        )
    if view.position:
        notes.extend(_uncovered(view))
    if not view.reading.printed:
        notes.append(
            translate(
                "Valgt opgørelse: {reading}, hvor et tal kan opgøres på begge måder. Hvilke tal det ikke gælder for, står først i "
                "forbeholdene.",
                reading=view.reading.words(translate),
            )
        )
    return tuple(notes)
