"""`journey figure ID`: one command a figure, its parameters as options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import click

from api.cli.console import show, show_json
from api.cli.danish_click import Command, Group
from api.register.answer import Answer
from api.register.register import opened
from api.settings import settings
from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.table import known_text, table_of
from dashboards.words.danish import moment


class Figures(Group):
    """A group of commands, one for each figure."""

    member, members = "figur", "figurer"


KNOWN_AT = click.Option(["--known-at"], metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu")
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="som JSON")


def group_of(
    run: Callable[..., None], name: str, short: str, long: str, help_of: str, options: Sequence[click.Option]
) -> Group:
    """A group that does the same with each figure: the command takes the figure's parameters and these options.

    `run` gets the figure, what the options say by their names, and the figure's parameters by theirs; `help_of` is a command's
    help, of a `{title}` and a `{rule}`.
    """
    group = Figures(name, help=long, short_help=short)
    for figure in FIGURES.values():
        group.add_command(
            Command(
                figure.id,
                params=[*(_option(figure, parameter) for parameter in figure.takes.names), *options],
                callback=partial(run, figure),
                help=help_of.format(title=figure.title_da, rule=figure.rule),
                short_help=figure.title_da,
            )
        )
    return group


def figure_group() -> Group:
    """The group that counts each figure."""
    return group_of(
        _ask,
        "figure",
        "Tæl en figur.",
        "Tæl en figur. Se dem alle med journey figures.",
        "{title}. {rule}",
        [KNOWN_AT, AS_JSON],
    )


def _ask(figure: Figure, known_at: str | None, as_json: bool, **words: bool | Sequence[str] | None) -> None:
    with opened(settings()) as register:
        answer = register.ask(figure.id, given_by(words), known_at)
    if as_json:
        show_json(answer.json)
    else:
        show_answer(answer)


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


def _texts(said: bool | Sequence[str] | None) -> Sequence[str]:
    return [str(said).lower()] if isinstance(said, bool) else list(said or ())


def show_answer(answer: Answer) -> None:
    """A figure's answer as a Danish table."""
    known = known_text(answer.question.position, moment(answer.moment))
    show(table_of(answer.figure, answer.question, answer.cells, known))
