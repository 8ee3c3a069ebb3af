"""The CPR number that a person types unseen at a terminal, or pipes in: it is in no command, and no answer repeats it."""

from __future__ import annotations

import getpass
import sys
import warnings

import click

from journey.personal import personal_number
from journey.refusals import Refused

LONGEST = 200
"""Characters of a line that a number is read from, at most."""


def number_typed(what: str) -> str:
    """The ten digits of the CPR number that is typed unseen, or is the next line of what is piped in. Raises Refused (`bad_value`)."""
    digits = personal_number(_line(f"{what} (vises ikke): ").strip())
    if digits is None:
        refused = Refused("bad_value", "Det har ikke form som et CPR-nummer: ti cifre, hvis første seks er en dag.", place=what)
        refused.remedy = "Kør kommandoen igen, og skriv nummeret med eller uden bindestreg."
        raise refused
    return digits


def _line(prompt: str) -> str:
    if not sys.stdin.isatty():
        try:
            return sys.stdin.readline(LONGEST)
        except UnicodeDecodeError:
            return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except getpass.GetPassWarning:
        refused = Refused("wrong_start", "Terminalen kan ikke lade være med at vise det, der skrives.")
        refused.remedy = "Brug en anden terminal, eller læs nummeret fra en fil: journey identity find < FIL."
        raise refused from None
    except EOFError:
        raise click.Abort from None
