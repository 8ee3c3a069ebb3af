"""`journey figure ID`: one command a figure, its parameters as options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from api.answers import Answer
from api.danish_click import Command, Group
from api.register import opened
from api.screen import show, show_json
from api.settings import settings
from dashboards.danish import moment
from dashboards.figure import FIGURES, Figure
from dashboards.question import PARAMETERS
from dashboards.table import known_text, table_of


class Figures(Group):
    """A group of commands, one for each figure."""

    member, members = "figur", "figurer"


def figure_group() -> click.Group:
    """The group of all figures' commands."""
    group = Figures("figure", help="Tæl en figur. Se dem alle med journey figures.", short_help="Tæl en figur.")
    for figure in FIGURES.values():
        group.add_command(_command(figure))
    return group


def _command(figure: Figure) -> click.Command:
    options = options_of(figure)
    options.append(click.Option(["--known-at"], metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu"))
    options.append(click.Option(["--json", "as_json"], is_flag=True, help="som JSON"))
    return Command(
        figure.id,
        params=options,
        callback=_asking(figure),
        help=f"{figure.title_da}. {figure.rule}",
        short_help=figure.title_da,
    )


def options_of(figure: Figure) -> list[click.Parameter]:
    """The figure's parameters as options."""
    return [_option(figure, name) for name in figure.takes.names]


def given_by(options: Mapping[str, bool | Sequence[str] | None]) -> dict[str, Sequence[str]]:
    """What the options say, as a person's words."""
    return {name: _texts(said) for name, said in options.items() if said not in (None, ())}


def _option(figure: Figure, name: str) -> click.Option:
    parameter = PARAMETERS[name]
    kebab = name.replace("_", "-")
    if parameter.flag:
        usual = "ja" if figure.takes.defaults.get(name, True) else "nej"
        help_ = f"{parameter.danish}; udeladt: {usual}"
        return click.Option([f"--{kebab}/--no-{kebab}", name], default=None, help=help_)
    more = "; skal angives" if name in figure.takes.required else ""
    return click.Option([f"--{kebab}", name], multiple=True, metavar="…", help=f"{parameter.danish}{more}")


def _asking(figure: Figure) -> Any:
    def run(known_at: str | None, as_json: bool, **words: bool | Sequence[str] | None) -> None:
        with opened(settings()) as register:
            answer = register.ask(figure.id, given_by(words), known_at)
        if as_json:
            show_json(answer.json)
        else:
            show_answer(answer)

    return run


def _texts(said: bool | Sequence[str] | None) -> Sequence[str]:
    return [str(said).lower()] if isinstance(said, bool) else list(said or ())


def show_answer(answer: Answer) -> None:
    """A figure's answer as a Danish table."""
    known = known_text(answer.question.position, moment(answer.moment))
    show(table_of(answer.figure, answer.question, answer.cells, known))
