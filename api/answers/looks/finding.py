"""Answers of the log of looks: what is found in it, the extract for the citizen, and its spot checks. Each is a look, written first."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from msgspec import Struct

from api.register.register import Register
from dashboards.figures.spreadsheet import DANISH_CSV
from journey.access.looks import LoggedLook, Relation, unexplained
from journey.access.reader import Reader, machine
from journey.codes import CodeLists
from journey.exchange.cells import harmless
from journey.history import COPENHAGEN
from journey.log.look_reading import (
    MOST,
    LookFilter,
    count_looks,
    looks_found,
    relations,
)
from journey.log.looks import ACTIONS, PURPOSES, Look, keyed
from journey.log.migrate import LOOK_READ, READ

Write = Callable[[Sequence[Look]], None]
"""Writes the look at the log before anything of it is shown."""
EXTRACT_HEADS = ("Tidspunkt", "Enhed", "Formål", "Hvad")
MOST_EXAMINED, PAGE = 500_000, 1_000
"""Looks that are held against their cases' relations, the newest; and cases looked up at a time."""


class FoundLooks(Struct, frozen=True):
    """Looks found, the newest of them, and how many there are in all."""

    looks: Sequence[LoggedLook]
    total: int


def find_looks(
    register: Register,
    reader: Reader,
    chosen: LookFilter,
    write: Write,
    *,
    only_unexplained: bool = False,
    most: int = MOST,
) -> FoundLooks:
    """The looks that the reader may see; that they were read is written before they are given."""
    if chosen.case is not None:
        chosen = LookFilter(
            chosen.case, keyed(register.looks_key(), chosen.case), chosen.person, chosen.first, chosen.until, chosen.purpose
        )
    with reading(register, reader) as conn:
        found = looks_found(conn, chosen, MOST_EXAMINED if only_unexplained else most)
        total = count_looks(conn, chosen)
    if only_unexplained:
        found = without_relation(register, found)
        total = len(found)
    is_case = any(look.case == chosen.case for look in found)
    write([Look("read_log", chosen.case if is_case else None, chosen.case, total)])
    return FoundLooks(found, total)


def without_relation(register: Register, looks: Sequence[LoggedLook]) -> list[LoggedLook]:
    """The looks without a known relation between the person and the case."""
    cases = [*dict.fromkeys(look.case for look in looks if look.case)]
    known: dict[str, Relation] = {}
    # Whoever reviews looks may read no case: they are told which looks have no relation, and nothing of the relations.
    with register.for_reader(machine("opslag")).connected(READ) as conn:
        for first in range(0, len(cases), PAGE):
            known |= relations(conn, cases[first : first + PAGE])
    return unexplained(looks, known)


def extract_csv(looks: Sequence[LoggedLook], codes: CodeLists) -> bytes:
    """The extract for the citizen, oldest first: when, which unit, for what and what was done, with nobody's name."""
    units = codes["units"].codes
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DANISH_CSV.delimiter, lineterminator="\r\n")
    writer.writerow(EXTRACT_HEADS)
    for look in reversed(looks):
        if look.case is not None:
            named = ", ".join(units[unit].da if unit in units else unit for unit in look.units)
            moment = f"{look.at.astimezone(COPENHAGEN):%d-%m-%Y %H.%M}"
            cells = (moment, named, PURPOSES.get(look.purpose, look.purpose), ACTIONS.get(look.action, look.action))
            writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


@contextmanager
def reading(register: Register, reader: Reader) -> Generator[psycopg.Connection[Any]]:
    with register.for_reader(reader).connected(LOOK_READ) as conn:
        yield conn
