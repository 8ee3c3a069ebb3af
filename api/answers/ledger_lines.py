"""The ledger's lines: each published number in words with its links, grouped by paper and figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from api.answers.ledger import compared, question_of
from api.register.register import Register
from dashboards import site
from dashboards.drilldown.cell import address_of, has_cases
from dashboards.drilldown.number_names import number_name
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.question import FigureQuestion, parameters_of
from dashboards.figures.table import Table, without_repeats
from dashboards.published.ledger import Compared, as_printed, words
from dashboards.published.municipality import Municipality
from dashboards.published.references import called
from dashboards.published.status_days import notes_of
from dashboards.words.language import DANISH, Language, later
from dashboards.words.legal import basis_words
from journey.codes import CodeLists
from journey.events import FigurePublished
from journey.events.publications import CommitteePaper


class LedgerLine(Struct, frozen=True):
    """A published number as the page and the command line show it."""

    compared: Compared
    title: str
    cell: str
    printed: str
    then: str
    now: str
    judgement: str
    """The judgement in words: whether it agrees as known then, and whether it answers otherwise today."""
    cases: str
    """The address of its cases; empty where there are none."""
    why: str
    """The address that explains its difference from today; empty where there is none."""
    notes: tuple[str, ...]
    bases: tuple[str, ...] = ()
    """The legal basis of each support that it counts, in force on its day."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The line's columns: the number's name, as printed, as counted then and today, and the judgement."""
        return self.cell or self.title, self.printed, self.then, self.now, self.judgement


FEW, SHORT = 6, 12
"""Numbers of a figure, and of a paper, up to which they are shown open; more are shown closed."""


class FigureLines(Struct, frozen=True):
    """The lines of one figure in a paper: a summary, and whether they are shown open."""

    title: str
    glance: str
    lines: tuple[LedgerLine, ...]
    open: bool


class PaperLines(Struct, frozen=True):
    """The lines of a paper, by figure, with a summary."""

    paper: CommitteePaper
    glance: str
    folds: tuple[FigureLines, ...]


def counted_lines(register: Register, today: date, translate: Language) -> list[LedgerLine]:
    """Every published number counted again: what the page and the command line show."""
    numbers = compared(register, today)
    return [ledger_line(number, register.codes, register.municipality, today, translate) for number in numbers]


def folded(lines: Sequence[LedgerLine], translate: Language) -> list[PaperLines]:
    """Group the lines by paper and figure, the latest paper first."""
    papers: dict[CommitteePaper, dict[str, list[LedgerLine]]] = {}
    for line in lines:
        papers.setdefault(line.compared.published.paper, {}).setdefault(line.title, []).append(line)
    return [
        _of_paper(paper, figures, translate)
        for paper, figures in sorted(papers.items(), key=lambda item: item[0].date, reverse=True)
    ]


def _of_paper(paper: CommitteePaper, figures: Mapping[str, Sequence[LedgerLine]], translate: Language) -> PaperLines:
    every = [*chain(*figures.values())]
    folds = (
        FigureLines(
            title,
            at_a_glance(lines, translate),
            tuple(lines),
            len(every) <= SHORT or len(lines) <= FEW or any(line.compared.drifted for line in lines),
        )
        for title, lines in figures.items()
    )
    return PaperLines(paper, at_a_glance(every, translate), tuple(folds))


def at_a_glance(lines: Sequence[LedgerLine], translate: Language) -> str:
    """The summary in words: how many numbers, and how many differ from what was counted then and what is counted today."""
    of = Counter(line.compared.judged for line in lines)
    moved = sum(line.compared.moved for line in lines)
    parts = [translate.counted(len(lines), "1 tal", "{n} tal")]
    if of["drift"]:
        parts.append(
            translate.counted(of["drift"], "1 afviger fra det, der blev talt da", "{n} afviger fra det, der blev talt da")
        )
    elif of["none"] + of["earlier"] < len(lines):
        parts.append(translate("intet afviger fra det, der blev talt da"))
    if moved:
        parts.append(translate.counted(moved, "1 svarer noget andet i dag", "{n} svarer noget andet i dag"))
    if of["earlier"]:
        parts.append(
            translate.counted(
                of["earlier"], "1 er opgjort efter en tidligere udgave", "{n} er opgjort efter en tidligere udgave"
            )
        )
    if of["none"]:
        parts.append(translate.counted(of["none"], "1 tælles ikke", "{n} tælles ikke"))
    return ", ".join(parts)


def ledger_line(number: Compared, codes: CodeLists, municipality: Municipality, today: date, translate: Language) -> LedgerLine:
    """The line of a published number, in words and with its links."""
    published = number.published
    question = question_of(published, number.position, today, codes)
    title = FIGURES[published.figure].title(translate) if published.figure in FIGURES else translate("Andre tal")
    if question is None or published.figure is None:
        return _line(number, title, called(published, municipality, translate), translate)
    ask = Ask(FIGURES[published.figure], question)
    cases = (
        address_of(ask, published.cell, translate.code)
        if has_cases(ask) and number.then is not None and number.judged != "earlier"
        else ""
    )
    query = {**words(parameters_of(ask.figure.takes, question)), "figure": ask.figure.id, "known_from": number.position}
    lang = {"lang": translate.code} if translate.code != "da" else {}
    why = f"{site.WHY.address}?{urlencode({**query, **lang}, doseq=True)}" if number.moved else ""
    bases = _bases(published, question, translate)
    return replace(
        _line(number, title, number_name(published, question, translate).line, translate), cases=cases, why=why, bases=bases
    )


def _line(compared: Compared, title: str, cell: str, translate: Language) -> LedgerLine:
    """The line without its links."""
    then, now = translate.number(compared.then), translate.number(compared.now)
    printed, notes = as_printed(compared.published, translate), notes_of(compared.published)
    return LedgerLine(compared, title, cell, printed, then, now, _judgement(compared, translate), "", "", notes)


_JUDGED: Mapping[str, str] = {
    "drift": later("⚠ afviger"),
    "earlier": later("opgjort efter udgave {version}"),
    "none": later("tælles ikke"),
    "agrees": later("✓ stemmer"),
    "unprinted": later("ikke trykt"),
}


def _judgement(compared: Compared, translate: Language) -> str:
    judged = translate(_JUDGED[compared.judged], version=compared.earlier_version)
    return translate("{judged}; svarer noget andet i dag", judged=judged) if compared.moved else judged


def ledger_tables(lines: Sequence[LedgerLine], translate: Language = DANISH) -> list[Table]:
    """The lines as the command line prints them, a table for each paper: what the page says, in the same words."""
    heads = ("Figur", "Tal", "Trykt", "Talt da", "I dag", "Stemmer")
    tables = [
        Table(
            f"{of.paper.case}, {translate.day(of.paper.date)}: {of.paper.title}",
            tuple(map(translate, heads)),
            without_repeats([(line.title, *line.texts) for fold in of.folds for line in fold.lines], 1),
            (f"{of.glance}.", *(f"{line.cell}: {note}." for fold in of.folds for line in fold.lines for note in line.notes)),
        )
        for of in folded(lines, translate)
    ]
    note = f"{at_a_glance(lines, translate)}." if lines else translate("Registret har ingen offentliggjorte tal endnu.")
    return [*tables, Table(translate("Offentliggjorte tal"), (), (), (note,))]


def _bases(published: FigurePublished, question: FigureQuestion, translate: Language) -> tuple[str, ...]:
    """The legal basis of each support of the group or code that the number counts, on its day or the last of its period."""
    days, counted = question.valid_at, published.cell.get("support")
    if FIGURES[published.figure or ""].takes.has_period:
        days = (question.to_day - timedelta(days=1),)
    if not (days and counted):
        return ()
    day = days[0]
    return tuple(
        translate(
            "Lovgrundlag {day}, {support}: {basis}",
            day=translate.day(day),
            support=translate.label(entry),
            basis=basis_words(entry.basis_on(day), translate),
        )
        for code, entry in question.codes["supports"].codes.items()
        if entry.basis and counted in (code, entry.group)
    )
