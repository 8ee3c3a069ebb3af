"""click's commands with their help, and what was wrong with the words, in Danish."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

import click

_PIECES = {"[OPTIONS]": "[INDSTILLINGER]"}


class DanishCommand(click.Command):
    """A command whose help is in Danish."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [_PIECES.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # so that the remedy names this command
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Brug: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        with formatter.section("Indstillinger"):
            formatter.write_dl([(names, help_.replace("[required]", "[skal angives]")) for names, help_ in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "vis denne hjælp"
        return option


class DanishGroup(DanishCommand, click.Group):
    """A group of commands whose help is in Danish; without words it shows its help, as wrong usage,
    unless it does something of its own."""

    member, members = "kommando", "kommandoer"

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*DanishCommand.collect_usage_pieces(self, ctx)[:-1], f"{self.member.upper()} …"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(self.members.capitalize()):
            formatter.write_dl([(name, command.get_short_help_str(200)) for name, command in self.commands.items()])
        super().format_options(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)


def in_danish(error: click.UsageError) -> str:
    """The usage error in Danish."""
    match error:
        case click.NoSuchOption():
            return f"Der er ingen indstilling {error.option_name}.{_near(error.possibilities or [])}"
        case click.BadOptionUsage():
            wants = "tager ingen værdi" if "not take a value" in error.message else "skal have en værdi efter sig"
            return f"{error.option_name} {wants}."
        case click.MissingParameter():
            return f"{_name(error)} skal angives."
        case click.BadParameter():
            return f"{_name(error)}: {_of_value(error.message)}"
        case _:
            return _sentence(error)


def _of_value(message: str) -> str:
    """Why a number cannot be used: it is none, or beyond what the option takes."""
    number = message.replace("is not a valid integer", "er ikke et helt tal")
    between = re.sub(r"is not in the range (\d+)<=x<=(\d+)", r"er ikke fra \1 til \2", number)
    return re.sub(r"is not in the range x>=(\d+)", r"er ikke \1 eller mere", between)


def remedy(error: click.UsageError) -> str:
    """Remedy: where the right words stand."""
    return f"Se {error.ctx.command_path if error.ctx else 'journey'} --help."


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint)
    return (
        parameter.opts[0]
        if isinstance(parameter, click.Option)
        else parameter.make_metavar(error.ctx or click.Context(click.Command(None)))
    )


def _sentence(error: click.UsageError) -> str:
    words = error.message
    if words.startswith("No such command"):
        name = words.split("'")[1]
        group = error.ctx and error.ctx.command
        if isinstance(group, DanishGroup):
            return f"Der er ingen {group.member} {name}.{_near(get_close_matches(name, group.commands))}"
    if words.startswith("Missing command"):
        return "Kommandoen mangler."
    if "unexpected extra argument" in words:
        return f"Der er ord for meget: {words.split('(', 2)[-1].rstrip(').')}."
    return words


def _near(possibilities: Sequence[str]) -> str:
    return f" Mente du {' eller '.join(possibilities)}?" if possibilities else ""
