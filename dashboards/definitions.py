"""The definitions of a section's figures, with the values that their parameters had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dashboards.figures.figure import Ask, Figure
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion, parameters_of
from dashboards.view import FigureCells
from dashboards.words.danish import word
from dashboards.words.language import DANISH, Language, later
from projections.rows.adoptions import Adoption

SHOWN = 6
"""Up to so many values of a parameter are listed; more are said by the first and the last."""


class FigureDefinition(Struct, frozen=True):
    """The definition of a figure: its counting rule, with the parameters of this question."""

    figure: str
    version: int
    title: str
    rule: str
    parameters: tuple[str, ...]
    between: Mapping[str, Sequence[str]] | None = None
    """The words by which the page of two days asks the same on the latest day; None where the figure counts on no day."""


def definitions(answers: Sequence[FigureCells], translate: Language = DANISH) -> tuple[FigureDefinition, ...]:
    """The definition of each figure that was asked, with the values its parameters had."""
    figures = {answer.ask.figure.id: answer.ask.figure for answer in answers}
    latest = {ask.figure.id: ask for ask in sorted((answer.ask for answer in answers), key=lambda ask: ask.question.valid_at)}
    return tuple(
        FigureDefinition(
            figure.id,
            figure.version,
            figure.title(translate),
            translate(figure.rule),
            _parameters(
                [answer.ask.question for answer in answers if answer.ask.figure.id == figure.id], figure.takes.names, translate
            ),
            _between(latest[figure.id]) if figure.is_stock else None,
        )
        for figure in figures.values()
    )


def adopted_words(figure: Figure, adoptions: Iterable[Adoption], translate: Language) -> tuple[str, ...]:
    """Adoptions of a figure's definition in words, oldest first; and where the version in force is not adopted yet, that."""
    of_figure = [each for each in adoptions if each.figure == figure.id]
    adopted = [
        translate("Vedtaget af {body} den {day}, udgave {n}.", body=each.body, day=translate.day(each.valid_at), n=each.version)
        for each in of_figure
    ]
    if all(each.version != figure.version for each in of_figure):
        adopted.append(translate("Udgave {n}, som gælder i dag, er ikke vedtaget endnu.", n=figure.version))
    return tuple(adopted)


def _between(ask: Ask) -> Mapping[str, Sequence[str]]:
    """The question's parameters as an address has them, of many days the latest."""
    found: dict[str, Sequence[str]] = {"figure": [ask.figure.id]}
    for name, value in parameters_of(ask.figure.takes, ask.question).items():
        match value:
            case None:
                continue
            case bool():
                found[name] = [str(value).lower()]
            case list():
                texts = [str(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- codes, days or ages
                found[name] = [",".join(texts)] if name == "bands" else [max(texts)] if name == "valid_at" else texts
            case _:
                found[name] = [str(value)]
    return found


def _parameters(questions: Sequence[FigureQuestion], names: Sequence[str], translate: Language) -> tuple[str, ...]:
    lines: list[str] = []
    for name in names:
        if name == "to":  # the period's line says both its ends
            continue
        values: dict[Any, str] = {}
        for question in questions:
            if name == "from":
                period = (question.from_day, question.to_day)
                values[period] = translate.period(*period)
                continue
            value = getattr(question, PARAMETERS[name].field)
            for each in value if isinstance(value, tuple) and name != "bands" else (value,):  # pyright: ignore[reportUnknownVariableType] -- a tuple of days or codes
                values[each] = _in_words(name, each, question, translate)
        if set(values) != {None}:
            label = later("Periode") if name == "from" else PARAMETERS[name].label
            lines.append(f"{translate(label)}: {_listed(values, translate, days=name == 'valid_at')}")
    return tuple(lines)


def _in_words(name: str, value: Any, question: FigureQuestion, translate: Language) -> str:
    match value:
        case bool():
            return translate("talt med") if value else translate("ikke talt med")
        case date():
            return translate.day(value)
        case str():
            return word(name, value, question.codes, translate)
        case tuple():
            return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType] -- ages
        case _:
            return str(value)


def _listed(values: Mapping[Any, str], translate: Language, *, days: bool) -> str:
    if len(values) <= SHOWN:
        return " / ".join(values.values())
    ordered = [values[each] for each in sorted(values)]
    ends = {"n": translate.number(len(values)), "first": ordered[0], "last": ordered[-1]}
    return (
        translate("{n} dage fra {first} til {last}", **ends)
        if days
        else translate("{n} værdier fra {first} til {last}", **ends)
    )
