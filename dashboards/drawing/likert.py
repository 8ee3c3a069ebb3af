"""A survey's answers as lying bars from meget uenig to meget enig, in counts: every bar is as long as there are answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, Drawn, bars
from dashboards.drawing.theme import BLUE, MIDDLE, ORANGE, PALE, PAPER, SHADE
from dashboards.view import FigureCells
from dashboards.words.danish import word
from dashboards.words.language import Language

LOOKS = {
    "meget_uenig": (ORANGE, "x"),
    "uenig": (PALE, "\\"),
    "hverken": (SHADE, ""),
    "enig": (MIDDLE, ""),
    "meget_enig": (BLUE, "/"),
}
"""The answers in their order, each with its colour and pattern."""


def statements_of(survey: FigureCells) -> list[str]:
    """The statements that were answered, in the figure's order."""
    return list(dict.fromkeys(cell["statement"] for cell in survey.cells))


def unprinted(survey: FigureCells, statement: str) -> int:
    """The number of answers whose value is not known: of all, less those whose bar was printed."""
    known = sum(survey.count(statement=statement, answer=answer) for answer in LOOKS)
    return max(survey.count(statement=statement, measure="n") - known, 0)


def likert(translate: Language, survey: FigureCells, labels: Mapping[str, str], width: int | None = None) -> Drawn:
    """The chart of the statements under their labels, these broken into lines of so many characters."""
    codes = survey.ask.question.codes
    groups = [
        Bars(
            word("answer", answer, codes, translate),
            *look,
            tuple(survey.count(statement=each, answer=answer) for each in labels),
        )
        for answer, look in LOOKS.items()
    ]
    if any(rest := [unprinted(survey, each) for each in labels]):
        groups.append(Bars(translate("Ikke trykt hver for sig"), PAPER, ".", tuple(rest)))
    return bars(translate, list(labels.values()), groups, translate("Svar"), lying=True, stacked=True, width=width)


def in_words(translate: Language, survey: FigureCells, labels: Mapping[str, str]) -> str:
    """Alternative text of the bars."""
    return "; ".join(f"{label}: {', '.join(_counts(translate, survey, each))}" for each, label in labels.items()) + "."


def _counts(translate: Language, survey: FigureCells, statement: str) -> Sequence[str]:
    codes = survey.ask.question.codes
    known = (
        f"{word('answer', answer, codes, translate).lower()} {survey.shown(translate, statement=statement, answer=answer)}"
        for answer in LOOKS
        if survey.value(statement=statement, answer=answer) is not None
    )
    rest = unprinted(survey, statement)
    return [*known, *([translate("{n} ikke trykt hver for sig", n=translate.number(rest))] if rest else [])]
