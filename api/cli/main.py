"""The command line `journey`. Exit codes: 0 done, 1 refused or drifted, 2 wrong usage, 3 failure."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

import click
import psycopg

from api.cli import audit, exchange, figures_and_register, proof, serve
from api.cli.console import complain, refuse
from api.cli.danish_click import Group, in_danish, remedy
from api.cli.figures import figure_group
from api.cli.publish import publish_group
from api.cli.report import report_group
from api.cli.why import why_group
from dashboards.figures.parameters import PARAMETERS
from journey.postgres import CannotStart
from journey.refusals import Refused
from journey.system_words import of_system

DONE, REFUSED, WRONG_USAGE, FAILED = 0, 1, 2, 3
GROUPS = ("figure", "publish", "report", "why", "witness")
"""The commands that have commands of their own."""


def application() -> click.Group:
    """All commands."""
    group = Group("journey", help="Sagsforløb i helhedsorienteret indsats: hændelser ind, alle tal ud.")
    own = (*exchange.COMMANDS, *figures_and_register.COMMANDS, *audit.COMMANDS, *proof.COMMANDS, *serve.COMMANDS)
    for command in (*own, figure_group(), why_group(), publish_group(), report_group()):
        group.add_command(command)
    return group


def main() -> None:
    """Run the command and leave with its exit code; a person never sees a stack trace."""
    for ending in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, ending):
            signal.signal(getattr(signal, ending), signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # pyright: ignore[reportAttributeAccessIssue] -- a real stream's
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """The exit code of a command line."""
    try:
        done = _done(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go()
        return FAILED
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        complain(f"Kan ikke læse eller skrive{place}: {of_system(error)}.", "Ret det, og prøv igen; intet er skrevet halvt.")
        _let_go()
        return FAILED
    return done


def _done(words: list[str]) -> int:
    try:
        for word in words:
            word.encode()
        done = application().main(words, prog_name="journey", standalone_mode=False)
    except UnicodeEncodeError as error:
        complain(f"Forkert brug: {error.object!a} er ikke gyldig UTF-8.", "Skriv ordet på ny.")
        return WRONG_USAGE
    except Refused as refused:
        return _refused(refused, words)
    except click.UsageError as error:
        complain(f"Forkert brug: {in_danish(error)}", remedy(error))
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        complain("Afbrudt; intet er skrevet halvt.")
        return FAILED
    except CannotStart as error:
        complain(f"Databasen kan ikke startes ved {error.place}: {error.reason}", error.remedy)
        return FAILED
    except psycopg.OperationalError:
        complain("Databasen svarer ikke længere; intet er skrevet halvt.", "Prøv igen; se journey status.")
        return FAILED
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 -- the last one out: a bug is named, its data are not
        complain(f"Fejl i programmet ({type(error).__name__}); intet er skrevet halvt.", "Se journey status, og meld fejlen.")
        return FAILED
    return done if isinstance(done, int) else DONE


def _refused(refused: Refused, words: list[str]) -> int:
    """Wrong usage where it is about how the question was written: then by the option's own name."""
    name = refused.place
    about_words = refused.code in ("bad_parameter", "position_unknown")
    if about_words and (name in PARAMETERS or name in ("known_at", "known_from", "year")):
        refused.place = f"--{name.replace('_', '-')}"
    if refused.code != "bad_parameter":
        refuse(refused)
        return REFUSED
    refused.remedy = f"Ret ordet; se journey {' '.join(words[: 2 if words[0] in GROUPS else 1])} --help."
    refuse(refused)
    return WRONG_USAGE


def _let_go() -> None:
    """Nobody reads what we write: what is left of it goes nowhere, so that leaving is quiet."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
