"""`journey figures` and `journey figure ID`: the list, and one command a figure, its parameters as options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import click

from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.options import AS_JSON, KNOWN_AT, as_json_option
from api.console import print_json, print_table
from api.register.answer import Answer, with_caution
from api.register.register import opened
from api.settings import settings
from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure, cases_named
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.table import Table
from journey.log.looks import looks_at


class FigureGroup(DanishGroup):
    """A group of commands, one for each figure."""

    member, members = "figur", "figurer"


@click.command(cls=DanishCommand)
@as_json_option
def figures(as_json: bool) -> None:
    """Vis alle figurer med opgørelse og parametre."""
    if as_json:
        print_json(
            [
                {
                    "figure": figure.id,
                    "version": figure.version,
                    "title": {"da": figure.title_da, "en": figure.title_en},
                    "rule": figure.rule,
                    "unit": figure.unit,
                    "parameters": list(figure.takes.names),
                    "source": figure.source,
                }
                for figure in FIGURES.values()
            ]
        )
        return
    rows = tuple((figure.id, figure.title_da, " ".join(map(_option_name, figure.takes.names))) for figure in FIGURES.values())
    notes = tuple(f"{_option_name(name)}: {parameter.danish}" for name, parameter in PARAMETERS.items())
    print_table(Table("Figurer", ("Figur", "Titel", "Parametre"), rows, notes))


def _option_name(name: str) -> str:
    kebab = name.replace("_", "-")
    return f"--[no-]{kebab}" if PARAMETERS[name].flag else f"--{kebab}"


def group_of(
    run: Callable[..., None], name: str, short: str, long: str, help_of: str, options: Sequence[click.Option]
) -> DanishGroup:
    """A group with one command a figure, which takes the figure's parameters and these options.

    `run` is called with the figure, the options' values by name, and the figure's parameters by name; `help_of` is the template
    of a command's help, with a `{title}` and a `{rule}`.
    """
    group = FigureGroup(name, help=long, short_help=short)
    for figure in FIGURES.values():
        group.add_command(
            DanishCommand(
                figure.id,
                params=[*(_option(figure, parameter) for parameter in figure.takes.names), *options],
                callback=partial(run, figure),
                help=help_of.format(title=figure.title_da, rule=figure.rule),
                short_help=figure.title_da,
            )
        )
    return group


def figure_group() -> DanishGroup:
    """The group `figure`, which counts a figure."""
    return group_of(
        _print_figure,
        "figure",
        "Tæl en figur.",
        "Tæl en figur. Se dem alle med journey figures.",
        "{title}. {rule}",
        [KNOWN_AT, AS_JSON],
    )


def _print_figure(figure: Figure, known_at: str | None, as_json: bool, **words: bool | Sequence[str] | None) -> None:
    with opened(settings()) as register:
        answer = register.ask(figure.id, parameter_texts(words), known_at)
        register.look(*looks_at("list", cases_named(answer.cells)))
    if as_json:
        print_json(with_caution(answer.json, {"known_at": known_at}))
    else:
        print_answer(answer)


def parameter_texts(options: Mapping[str, bool | Sequence[str] | None]) -> dict[str, Sequence[str]]:
    """The options' values as texts, those left out omitted."""
    return {name: _texts(value) for name, value in options.items() if value not in (None, ())}


def _option(figure: Figure, name: str) -> click.Option:
    parameter = PARAMETERS[name]
    kebab = name.replace("_", "-")
    if parameter.flag:
        default = "ja" if figure.takes.defaults.get(name, True) else "nej"
        help_ = f"{parameter.danish}; udeladt: {default}"
        return click.Option([f"--{kebab}/--no-{kebab}", name], default=None, help=help_)
    required = "; skal angives" if name in figure.takes.required else ""
    return click.Option([f"--{kebab}", name], multiple=True, metavar="…", help=f"{parameter.danish}{required}")


def _texts(value: bool | Sequence[str] | None) -> Sequence[str]:
    return [str(value).lower()] if isinstance(value, bool) else list(value or ())


def print_answer(answer: Answer) -> None:
    """Print a figure's answer as a Danish table."""
    print_table(answer.table())
