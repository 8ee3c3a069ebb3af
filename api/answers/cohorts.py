"""Cohorts of cases to export: those of a unit and a period, those listed in a file, and their event log."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO

from api.register.register import Register
from dashboards.figures.parameters import value_of
from journey.exchange.cells import read_back
from journey.exchange.exporting import LOG_FORMATS, export_log
from journey.history import FOREVER
from journey.log.migrate import READ
from journey.refusals import Refused
from journey.system_words import os_error_reason
from projections.engine.as_known import as_known

MOST_SENT = 2_000
"""Cases sent over HTTP, at most; the command writes any number."""
HEAD = "case"
"""The heading of the references in the CSV of a number's cases."""
_PIECE = 1 << 16

_ACTIVE = f"""
SELECT DISTINCT case_id FROM rows.spans
WHERE unit = %(unit)s AND valid_from < %(to)s AND valid_to > %(from)s AND {as_known()}
"""  # noqa: S608 -- a constant of our own


def cases_active_in(register: Register, unit: str, first: str | None, to: str | None, position: int) -> tuple[str, ...]:
    """The cases active in the unit at the end of any day of the period `[first, to)`, as known at the position.

    Raises Refused (`bad_parameter`) for a text that is no unit or no day.
    """
    parameters = {
        "unit": value_of("unit", unit, register.codes),
        "from": date.min if first is None else value_of("from", first, register.codes),
        "to": FOREVER if to is None else value_of("to", to, register.codes),
        "position": position,
    }
    register.believe(position)
    with register.connected(READ) as conn:
        return tuple(sorted(row[0] for row in conn.execute(_ACTIVE, parameters).fetchall()))


def cases_listed_in(file: Path) -> tuple[str, ...]:
    """The cases listed in a file, each once: a reference on each line, or first of a line of the CSV of a number's cases.

    Raises Refused (`bad_file`) for a file that cannot be read or names no case.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            firsts = [read_back(row[0].strip()) for row in csv.reader(lines, delimiter=";") if row]
    except OSError as error:
        raise _unusable(file, f"Filen kan ikke læses: {os_error_reason(error)}.") from None
    except (UnicodeDecodeError, csv.Error):
        raise _unusable(file, "Filen er ikke tekst i UTF-8.") from None
    found = tuple(dict.fromkeys(filter(None, firsts[1:] if firsts[:1] == [HEAD] else firsts)))
    if not found:
        raise _unusable(file, "Filen nævner ingen sag.")
    return found


def _unusable(file: Path, why: str) -> Refused:
    refused = Refused("bad_file", why, place=str(file))
    refused.remedy = "Angiv en fil med en sags reference på hver linje, eller listen over et tals sager som CSV."
    return refused


def event_log(register: Register, cases: Sequence[str], form: str, position: int) -> Iterator[bytes]:
    """The cases' event log for process mining as known at the position, written whole before its first piece is sent."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 -- closed when it is sent
    export_log(register.url, out, LOG_FORMATS[form], upto=position, cases=cases, reader=register.reader)
    return _sent(out)


def _sent(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while piece := out.read(_PIECE):
            yield piece
