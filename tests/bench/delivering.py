"""A delivery of sheets, from CSV rows to rows believed: how fast against the same events as JSON Lines, and in how much memory."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from api.register.register import Register
from api.settings import Settings
from journey.access.reader import LOCAL
from journey.codes import standard
from journey.exchange.deliveries.comparing import DeliveryOptions
from journey.exchange.deliveries.taking import take_delivery
from journey.exchange.sheets.delivery_files import delivery_files
from journey.exchange.sheets.kinds import SHEET_KINDS
from journey.exchange.sheets.mapping import SheetsMapping, parse_sheets
from tests.bench.children import Done, in_child, measured
from tests.bench.courses import SOURCE, courses
from tests.bench.ground import LENGTH, SEED, Ground, translate
from tests.bench.importing import imported
from tests.bench.rebuilding import MOST_MB
from tests.bench.rows import Row
from tests.support.as_sheets import header_of, mapping_text, row_of

LEAST = 0.7


def delivery(ground: Ground) -> Iterator[Row]:
    """The whole of it, cells read, compared, recorded and believed, against the same events as JSON Lines in the same run."""
    in_log, believed, rows = delivered(ground).result
    other_in_log, other_believed, events = imported(ground).result
    theirs = events / (other_in_log + other_believed)
    because = f"{in_log:.0f} s into the log against {other_in_log:.0f} s; {believed:.0f} s to fold it"
    what = f"a delivery, {rows:,} rows of CSV sheets to rows believed, against the same events as JSON Lines"
    yield Row(what, rows / (in_log + believed), "/s", theirs, least=LEAST, because=because)
    yield Row("  of which into the log", rows / in_log, "/s", events / other_in_log)


def memory_of_delivery(ground: Ground) -> Iterator[Row]:
    done = delivered(ground)
    yield Row("memory of the delivery, all its processes at most", done.together(os.cpu_count() or 1), "MB", most=MOST_MB)


@cache
def delivered(ground: Ground) -> Done:
    """One delivery, taken once however many rows tell of it."""
    folder = ground.folder / "delivery"
    folder.mkdir()
    translate("sheets")
    in_child(as_sheets, folder, SEED, ground.cases, LENGTH)
    translate("a delivery of sheets")
    done = measured(deliver, ground.database().app_url, folder)
    for file in folder.iterdir():
        file.unlink()
    return done


def as_sheets(folder: Path, seed: int, cases: int, length: int) -> int:
    """Write the courses as a sheet a kind; gives how many rows they are."""
    count = 0
    with ExitStack() as stack:
        writers: dict[str, Any] = {}
        for entry in courses(seed, cases, length):
            count += 1
            if entry.kind not in writers:
                file = stack.enter_context((folder / f"{entry.kind}.csv").open("w", encoding="utf-8", newline=""))
                writers[entry.kind] = csv.writer(file, delimiter=";")
                writers[entry.kind].writerow(header_of(entry.kind))
            writers[entry.kind].writerow(row_of(entry, entry.source_id))
    return count


def deliver(url: str, folder: Path) -> tuple[float, float, int]:
    register = Register(url, Settings(folder.parent, url, None, standard()), LOCAL)
    kinds = sorted(file.stem for file in folder.iterdir() if file.stem in SHEET_KINDS)
    mapping = SheetsMapping(parse_sheets(mapping_text(kinds, SOURCE), register.codes), None)
    options, now = DeliveryOptions("bench"), datetime.now(UTC)
    begun = time.perf_counter()
    report = take_delivery(url, mapping, delivery_files([folder]), register.delivery_setting(), options, now=now)
    in_log = time.perf_counter()
    register.believe()
    return in_log - begun, time.perf_counter() - in_log, report.recorded
