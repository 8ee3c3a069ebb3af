"""A line that a person types unseen at a terminal, or pipes in."""

from __future__ import annotations

import getpass
import sys
import warnings

import click

from journey.refusals import Refused

LONGEST = 200
"""Characters of a line, at most."""


def hidden_line(prompt: str) -> str:
    """The line that is typed unseen, or is the next of what is piped in. Raises Refused (`wrong_start`)."""
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
        refused.remedy = "Brug en anden terminal, eller læs det fra en fil: journey … < FIL."
        raise refused from None
    except EOFError:
        raise click.Abort from None
