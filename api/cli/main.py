"""The command line `journey`. Exit codes: 0 done, 1 refused or drifted, 2 wrong usage, 3 failure."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

import click
import psycopg

from api.cli import (
    adoptions,
    audit,
    cases,
    deliveries,
    demo,
    entrance,
    exporting,
    figures,
    importing,
    keys,
    mapping,
    proof,
    publications,
    register,
    restore,
    sample,
    serve,
)
from api.cli.access.commands import access
from api.cli.danish_click import DanishGroup, in_danish, remedy
from api.cli.identity.commands import identity
from api.cli.looks.commands import looks
from api.cli.report import report_group
from api.cli.roles.commands import roles
from api.cli.why import why_group
from api.console import print_error, print_refusal
from dashboards.figures.parameters import PARAMETERS
from journey.personal import without_numbers
from journey.postgres import CannotStart
from journey.refusals import Refused
from journey.system_words import os_error_reason

DONE, REFUSED, WRONG_USAGE, FAILED = 0, 1, 2, 3
GROUPS = (
    "access",
    "deliveries",
    "emergency",
    "figure",
    "identity",
    "keys",
    "looks",
    "mapping",
    "publish",
    "report",
    "restore",
    "roles",
    "why",
    "witness",
)
"""The commands that have subcommands."""


def application() -> click.Group:
    """The command line with all its commands, in the order of its help."""
    group = DanishGroup("journey", help="Sagsforløb i helhedsorienteret indsats: hændelser ind, alle tal ud.")
    for command in (
        importing.import_,
        mapping.mapping,
        deliveries.deliveries_,
        exporting.export_,
        sample.sample,
        demo.demo,
        figures.figures,
        cases.replay,
        cases.findings,
        publications.published,
        adoptions.adopt,
        register.rebuild,
        register.migrate,
        register.status,
        audit.audit_,
        cases.casefile,
        proof.seal,
        proof.verify,
        proof.proofs,
        proof.witness,
        restore.acts_,
        restore.restore,
        keys.keys,
        looks,
        roles,
        identity,
        access,
        serve.serve,
        entrance.open_,
        entrance.token,
        entrance.emergency,
        figures.figure_group(),
        why_group(),
        publications.publish_group(),
        report_group(),
    ):
        group.add_command(command)
    return group


def main() -> None:
    """Run the command and exit with its code; a stack trace is never shown."""
    for ending in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, ending):
            signal.signal(getattr(signal, ending), signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] -- a real stream's
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """The exit code of a command line."""
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return FAILED
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        print_error(
            without_numbers(f"Kan ikke læse eller skrive{place}: {os_error_reason(error)}."),
            "Ret det, og prøv igen; intet er skrevet halvt.",
        )
        _discard_output()
        return FAILED
    return code


def _run(words: list[str]) -> int:
    try:
        for word in words:
            word.encode()
        done = application().main(words, prog_name="journey", standalone_mode=False)
    except UnicodeEncodeError as error:
        print_error(without_numbers(f"Forkert brug: {error.object!a} er ikke gyldig UTF-8."), "Skriv ordet på ny.")
        return WRONG_USAGE
    except Refused as refused:
        return _refused(refused, words)
    except click.UsageError as error:
        print_error(f"Forkert brug: {without_numbers(in_danish(error))}", remedy(error))
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        print_error("Afbrudt; intet er skrevet halvt.")
        return FAILED
    except CannotStart as error:
        print_error(f"Databasen kan ikke startes ved {error.place}: {error.reason}", error.remedy)
        return FAILED
    except psycopg.OperationalError:
        print_error("Databasen svarer ikke længere; intet er skrevet halvt.", "Prøv igen; se journey status.")
        return FAILED
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 -- the last handler: a bug is named, its data are not
        print_error(
            f"Fejl i programmet ({type(error).__name__}); intet er skrevet halvt.", "Se journey status, og meld fejlen."
        )
        return FAILED
    return done if isinstance(done, int) else DONE


def _refused(refused: Refused, words: list[str]) -> int:
    """Print the refusal; one about a parameter is wrong usage, and names the option."""
    name = refused.place
    about_parameter = refused.code in ("bad_parameter", "position_unknown")
    if about_parameter and (name in PARAMETERS or name in ("known_at", "known_from", "year")):
        refused.place = f"--{name.replace('_', '-')}"
    if refused.code != "bad_parameter":
        print_refusal(refused)
        return REFUSED
    refused.remedy = f"Ret ordet; se journey {' '.join(words[: 2 if words[0] in GROUPS else 1])} --help."
    print_refusal(refused)
    return WRONG_USAGE


def _discard_output() -> None:
    """Send the rest of standard output nowhere, so that exiting after a broken pipe is quiet."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
