"""The published numbers as they are read: each in words with the ways from it, those of one figure of a paper folded together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from urllib.parse import urlencode

from msgspec import Struct

from api.answers.ledger import question_of
from dashboards import site
from dashboards.drilldown.cell import address_of, has_cases
from dashboards.drilldown.inclusion import in_words
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion, parameters_of
from dashboards.figures.readings import CHOICES
from dashboards.published.ledger import Compared, as_printed, words
from dashboards.published.references import called
from dashboards.published.status_days import notes_of
from dashboards.words.danish import word
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.events import FigurePublished
from journey.events.publications import CommitteePaper


class Line(Struct, frozen=True):
    """A published number as the page shows it."""

    one: Compared
    title: str
    cell: str
    printed: str
    judged: str
    """`drift`, `agrees`, `unprinted`, or `none` where no figure counts it."""
    cases: str
    """Where its cases are; empty where there are none."""
    why: str
    """Where the difference from today is explained; empty where there is none."""
    notes: tuple[str, ...]


FEW, SHORT = 6, 12
"""So many numbers of a figure stand open, and all of a paper with so many; more are read when they are opened."""


class Fold(Struct, frozen=True):
    """The numbers that a paper has of one figure: how they stand at a glance, and whether they stand open."""

    title: str
    glance: str
    lines: tuple[Line, ...]
    open: bool


class OfPaper(Struct, frozen=True):
    """A paper's numbers, folded by figure, and how they stand at a glance."""

    paper: CommitteePaper
    glance: str
    folds: tuple[Fold, ...]


def folded(lines: Sequence[Line], translate: Language) -> list[OfPaper]:
    """Every number under its paper and figure, the latest paper first."""
    papers: dict[CommitteePaper, dict[str, list[Line]]] = {}
    for line in lines:
        papers.setdefault(line.one.published.paper, {}).setdefault(line.title, []).append(line)
    return [
        _of_paper(paper, figures, translate)
        for paper, figures in sorted(papers.items(), key=lambda item: item[0].date, reverse=True)
    ]


def _of_paper(paper: CommitteePaper, figures: Mapping[str, Sequence[Line]], translate: Language) -> OfPaper:
    every = [*chain(*figures.values())]
    folds = (
        Fold(
            title,
            at_a_glance(lines, translate),
            tuple(lines),
            len(every) <= SHORT or len(lines) <= FEW or any(line.judged == "drift" for line in lines),
        )
        for title, lines in figures.items()
    )
    return OfPaper(paper, at_a_glance(every, translate), tuple(folds))


def at_a_glance(lines: Sequence[Line], translate: Language) -> str:
    """How many numbers, and how many of them differ: from what was counted then, and from what is counted today."""
    of = Counter(line.judged for line in lines)
    moved = sum(line.one.now != line.one.then for line in lines)
    said = [translate.counted(len(lines), "1 tal", "{n} tal")]
    if of["drift"]:
        said.append(
            translate.counted(of["drift"], "1 afviger fra det, der blev talt da", "{n} afviger fra det, der blev talt da")
        )
    elif of["none"] < len(lines):
        said.append(translate("intet afviger fra det, der blev talt da"))
    if moved:
        said.append(translate.counted(moved, "1 svarer noget andet i dag", "{n} svarer noget andet i dag"))
    if of["none"]:
        said.append(translate.counted(of["none"], "1 tælles ikke", "{n} tælles ikke"))
    return ", ".join(said)


def line_of(one: Compared, codes: CodeLists, today: date, translate: Language) -> Line:
    """A number in words, and the ways from it."""
    published = one.published
    question = question_of(published, one.position, today, codes)
    title = FIGURES[published.figure].title(translate) if published.figure in FIGURES else translate("Andre tal")
    judged = (
        "drift" if one.drifted else "none" if question is None else "agrees" if published.value is not None else "unprinted"
    )
    printed = as_printed(published, translate)
    if question is None or published.figure is None:
        return Line(one, title, called(published, translate), printed, judged, "", "", notes_of(published))
    ask = Ask(FIGURES[published.figure], question)
    cases = address_of(ask, published.cell, translate.code) if has_cases(ask) and one.then is not None else ""
    asked = {**words(parameters_of(ask.figure.takes, question)), "figure": ask.figure.id, "known_from": one.position}
    lang = {"lang": translate.code} if translate.code != "da" else {}
    why = f"{site.WHY.address}?{urlencode({**asked, **lang}, doseq=True)}" if one.now != one.then else ""
    return Line(one, title, _named(published, question, translate), printed, judged, cases, why, notes_of(published))


def _named(published: FigurePublished, question: FigureQuestion, translate: Language) -> str:
    """The number by what tells it from others of its figure: its cell, and the parameters that were published with it."""
    said = [
        (name, getattr(question, PARAMETERS[name].field))
        for name in ("unit", "from_unit", "to_unit", "reason", "role", "layer", "forum", "wave")
        if name in published.parameters and name not in published.cell
    ]
    asked = [
        word(name, each, question.codes, translate)
        for name, values in said
        for each in (values if name == "unit" else (values,))
    ]
    asked += [
        translate(CHOICES[name]["false"])
        for name in ("include_assessing", "include_out_of_scope")
        if published.parameters.get(name) is False
    ]
    takes = FIGURES[published.figure or ""].takes
    when = [translate.period(question.from_day, question.to_day)] if takes.has_period else []
    when += [
        translate.day(each) for each in question.valid_at if "valid_at" not in published.cell and "valid_at" in takes.names
    ]
    cell = in_words(published.cell, question.codes, translate)
    return " · ".join([*([cell] if cell else []), *([", ".join(asked)] if asked else []), *when])
