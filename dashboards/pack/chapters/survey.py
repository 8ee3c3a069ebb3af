"""Borgernes oplevelse: the year's survey as counts, where one was held."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.danish import WORDS
from dashboards.figure import FEW
from dashboards.figures.ages_and_surveys import ANSWERS
from dashboards.pack.caveats import counted_by
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Grid, Heading, Note, Part, Sum, Value, value
from dashboards.view import Answers, Ask, Told


def asks(occasion: Occasion) -> Mapping[str, Ask]:
    """The wave that is called by the year; and each statement alone where a paper has printed it so."""
    return {"survey": occasion.ask("survey", wave=[str(occasion.year)])}


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    told = answers["survey"]
    statements = list(dict.fromkeys(cell["statement"] for cell in told.cells))
    if not statements:
        return ()
    sums = tuple(
        Sum(_n(told, each), _counts(told, each)) for each in statements if None not in [n.number for n in _counts(told, each)]
    )
    grid = Grid(
        "",
        f"Borgernes svar {occasion.year}",
        ("Udsagn", *(WORDS[answer] for answer in ANSWERS), "Svar i alt"),
        tuple((each, *_counts(told, each), _n(told, each)) for each in statements),
        (*counted_by(told), *_missing(told, statements), *_little(told, statements)),
        sums,
        source=f"Kilde: spørgeskema til borgerne, {occasion.year}.",
    )
    return Heading(2, "Borgernes oplevelse"), grid


def _counts(told: Told, statement: str) -> tuple[Value, ...]:
    return tuple(value(told, "svar", statement=statement, answer=answer) for answer in ANSWERS)


def _n(told: Told, statement: str) -> Value:
    return value(told, "svar", statement=statement, measure="n")


def _missing(told: Told, statements: list[str]) -> tuple[Note, ...]:
    if all(each.number is not None for statement in statements for each in _counts(told, statement)):
        return ()
    return (Note("–: tallet mangler i det trykte materiale. Det er ukendt, ikke nul."),)


def _little(told: Told, statements: list[str]) -> tuple[Note, ...]:
    n = max(int(_n(told, each).number or 0) for each in statements)
    return (Note(f"N = {n}: svarene vises som antal, ikke som procent, fordi der er færre end {FEW}."),) if n < FEW else ()
