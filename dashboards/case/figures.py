"""The published numbers of a case: those it was counted in, with addresses, and why not in the others."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dashboards.drilldown.cell import address_of
from dashboards.drilldown.inclusion import CountedIn, in_words
from dashboards.published.ledger import as_printed
from dashboards.words.language import Language
from journey.events import FigurePublished
from journey.events.publications import CommitteePaper


class Published(Struct, frozen=True):
    """A published question, and the numbers of it that the case was counted in."""

    title: str
    paper: str
    counted: tuple[tuple[str, str], ...]
    """The numbers that the case is part of: in words, and the address of their cases."""
    why_not: str


def published(questions: Iterable[CountedIn], translate: Language) -> tuple[Published, ...]:
    """Every published question in the ledger's order."""
    return tuple(
        Published(
            question.ask.figure.title_da if translate.code == "da" else question.ask.figure.title_en,
            _paper(question.printed[0].paper, translate),
            tuple(
                (_number(each, question, translate), address_of(question.ask, each.cell, translate.code))
                for each, _ in question.counted
            ),
            "; ".join(question.words(reason, translate) for reason in question.why_not),
        )
        for question in questions
    )


def _paper(paper: CommitteePaper, translate: Language) -> str:
    return f"{paper.case}, {translate.day(paper.date)}"


def _number(printed: FigurePublished, question: CountedIn, translate: Language) -> str:
    """The number as printed, with what it counts."""
    of = in_words(printed.cell, question.ask.question.codes, translate)
    return f"{of}: {as_printed(printed, translate)}" if of else as_printed(printed, translate)
