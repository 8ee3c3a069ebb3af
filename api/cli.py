"""The command line `journey`. Exit codes: 0 done, 1 refused or drifted, 2 wrong usage, 3 failure."""

from __future__ import annotations

import sys

import click

from api import commands, files
from api.figure_commands import figure_group
from api.screen import complain, refuse
from journey.postgres import CannotStart
from journey.refusals import Refused

DONE, REFUSED, WRONG_USAGE, FAILED = 0, 1, 2, 3

_WRONG_WORDS = frozenset({"bad_parameter"})
"""Refusals that are about how the question was written: wrong usage."""


def application() -> click.Group:
    """All commands."""
    group = click.Group(help="Sagsforløb i helhedsorienteret indsats: hændelser ind, alle tal ud.", no_args_is_help=True)
    for command in (*files.COMMANDS, *commands.COMMANDS, figure_group()):
        group.add_command(command)
    return group


def main() -> None:
    """Run the command and leave with its exit code; a person never sees a stack trace."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """The exit code of a command line."""
    try:
        done = application().main(words, prog_name="journey", standalone_mode=False)
    except Refused as refused:
        refuse(refused)
        return WRONG_USAGE if refused.code in _WRONG_WORDS else REFUSED
    except click.UsageError as error:
        complain(f"Forkert brug: {in_danish(error)}")
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        complain("Afbrudt; intet er skrevet halvt.")
        return FAILED
    except CannotStart as error:
        complain(f"Databasen kan ikke startes. {error}")
        return FAILED
    except BrokenPipeError:
        return FAILED
    except Exception as error:  # noqa: BLE001 -- the last one out: a bug is named, its data are not
        complain(f"Fejl i programmet ({type(error).__name__}); intet er skrevet halvt. Se journey status.")
        return FAILED
    return done if isinstance(done, int) else DONE


def in_danish(error: click.UsageError) -> str:
    """What was wrong with the words, in Danish."""
    match error:
        case click.NoSuchOption():
            near = f" Mente du {' eller '.join(error.possibilities)}?" if error.possibilities else ""
            return f"der er ingen indstilling {error.option_name}.{near}"
        case click.MissingParameter():
            name = error.param.opts[0] if error.param else error.param_hint
            return f"{name} skal angives."
        case click.BadParameter():
            return f"{error.param.opts[0] if error.param else error.param_hint}: {error.message}"
        case _:
            return _sentence(error)


def _sentence(error: click.UsageError) -> str:
    words = error.format_message()
    if words.startswith("No such command"):
        return f"der er ingen kommando {words.split(' ', 3)[3].rstrip('.')}. Se dem med --help."
    if words.startswith("Missing command"):
        return "angiv en kommando. Se dem med --help."
    if "unexpected extra argument" in words:
        return f"der er ord for meget: {words.split('(', 2)[-1].rstrip(').')}."
    return words
