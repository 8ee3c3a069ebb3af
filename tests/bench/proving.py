"""The seal: how fast a log that is there already is sealed, and how long an auditor's program takes over all of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg

from journey.log.login import as_role
from journey.log.migrate import SEAL
from journey.proof.bundle import write
from journey.proof.sealing import KEY_FILE, log_signer, seal
from tests.bench.ground import Ground, translate
from tests.bench.importing import imported
from tests.bench.rows import Row
from tests.support.readers import reading_all


def prove(ground: Ground) -> Iterator[Row]:
    """Seal the log of many cases, write it out for an auditor, and let verify.py go through it in a process of its own."""
    address = as_role(ground.many.app_url, SEAL)
    translate("seal")
    began = time.perf_counter()
    with psycopg.connect(address, autocommit=True) as conn:
        by, events = log_signer(ground.folder / KEY_FILE, conn), 0
        while (note := seal(conn, by)) is not None:
            events = note.checkpoint.size
    rate = events / (time.perf_counter() - began)
    in_log, _, imported_events = imported(ground).result
    yield Row("sealing, against the bulk import into the log", rate, "/s", imported_events / in_log, least=1)
    translate("export for an auditor, and verify.py")
    folder = ground.folder / "til-revisor"
    with psycopg.connect(reading_all(ground.many.app_url), autocommit=True) as conn:
        write(conn, folder)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-I", str(folder / "verify.py"), "--json"], capture_output=True, check=True)
    seconds = time.perf_counter() - began
    found = json.loads(done.stdout)
    yield Row(f"verify.py over {found['events']:,} events", seconds, "s", most=60)
