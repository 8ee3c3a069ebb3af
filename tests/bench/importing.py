"""Bulk import, from JSON Lines to rows believed: how fast, and in how much memory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from api.register.register import Register
from api.settings import Settings
from journey.access.reader import LOCAL
from journey.codes import standard
from journey.exchange.importing import import_file
from journey.log.vault import Vault
from tests.bench import library
from tests.bench.children import Done, in_child, measured
from tests.bench.ground import LENGTH, SEED, Ground, translate
from tests.bench.loading import as_json_lines
from tests.bench.rebuilding import MOST_MB
from tests.bench.rows import Row

BATCHED = 100_000
"""How many events the library's recorder is given."""


def bulk_import(ground: Ground) -> Iterator[Row]:
    """The whole of it, validation, idempotency and projections included, against the library's bare inserts."""
    in_log, believed, events = imported(ground).result
    translate("the library's recorder in batches of 1,000")
    cases = ground.of(BATCHED // LENGTH, least=50)
    theirs = in_child(library.batched, ground.database(), 1_000, SEED, cases, LENGTH)
    what = f"bulk import, {events:,} JSON Lines to rows believed, against the recorder in batches"
    because = f"{in_log:.0f} s to check and write what the reference only writes, {believed:.0f} s to fold it"
    yield Row(what, events / (in_log + believed), "/s", theirs, least=1, because=because)
    yield Row("  of which into the log", events / in_log, "/s", theirs)


def memory_of_import(ground: Ground) -> Iterator[Row]:
    done = imported(ground)
    yield Row("memory of the import, all its processes at most", done.together(os.cpu_count() or 1), "MB", most=MOST_MB)


@cache
def imported(ground: Ground) -> Done:
    """One import, done once however many rows tell of it."""
    file = ground.folder / "courses.jsonl"
    translate("JSON Lines")
    in_child(as_json_lines, file, SEED, ground.cases, LENGTH)
    database = ground.database()
    translate(f"import of {file.stat().st_size / 2**20:,.0f} MB")
    done = measured(import_all, database.app_url, file)
    file.unlink()
    return done


def import_all(url: str, file: Path) -> tuple[float, float, int]:
    register = Register(url, Settings(file.parent, url, None, standard()), LOCAL)
    with Vault(file.parent / "outer.key", url) as vault:
        begun = time.perf_counter()
        report = import_file(url, file, codes=register.codes, now=datetime.now(UTC), vault=vault)
        in_log = time.perf_counter()
        register.believe()
        return in_log - begun, time.perf_counter() - in_log, report.recorded
