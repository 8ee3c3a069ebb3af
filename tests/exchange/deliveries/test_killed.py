"""A delivery whose program is killed at any moment is whole or not there, and leaves nothing on the disk."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random

import psutil
import psycopg
import pytest
from openpyxl import Workbook

from journey.events import SupportGranted
from journey.exchange.deliveries.reading_beside import MUCH
from journey.history import in_order
from tests.cli.asking import PROGRAM
from tests.conftest import Database
from tests.support.deliveries import log_of
from tests.support.planted import NUMBERS, hits_in_files
from tests.support.sizes import by_size
from tests.support.waiting import until

PROMISE = "a delivery of sheets is taken whole or not at all, killed at any moment, and leaves no file behind"

pytestmark = pytest.mark.long

KILLS = by_size(4, 20, 200)
ROWS = 600
MAPPING = """
format = "sheets"
source = "fagsystem"
[[sheet]]
name = "voksne"
file = "voksne.csv"
key = ["Nr"]
case = { cpr = "CPR" }
ignore = ["Bilag"]
  [[sheet.event]]
  kind = "support_granted"
  on = "Fra"
  data = { grant = "Nr", support = "Ydelse", yearly_amount = "Beløb" }
[[sheet]]
name = "unge"
file = "unge.xlsx"
worksheet = "Ark1"
key = ["Nr"]
case = { cpr = "CPR" }
  [[sheet.event]]
  kind = "support_granted"
  on = "Fra"
  data = { grant = "Nr", support = "Ydelse", yearly_amount = "Beløb" }
"""
HEADER = ["Nr", "CPR", "Fra", "Ydelse", "Beløb"]


def write(folder: Path, amount: int) -> None:
    """Both sheets, of which every row says the amount, so that a later one corrects all of them: enough for a process to read them."""
    rows = [[f"{letter}{nth}", NUMBERS[nth % len(NUMBERS)]] for nth in range(ROWS) for letter in "vu"]
    wide = "x" * (MUCH // ROWS)
    text = [[*HEADER, "Bilag"], *([nr, cpr, "04-03-2024", "efterskole", str(amount), wide] for nr, cpr in rows if nr[0] == "v")]
    (folder / "voksne.csv").write_text("".join(";".join(row) + "\n" for row in text), "cp1252")
    book = Workbook()
    book.active.title = "Ark1"  # type: ignore[union-attr] -- a new workbook has a worksheet
    for row in (HEADER, *([nr, int(cpr), date(2024, 3, 4), "efterskole", amount] for nr, cpr in rows if nr[0] == "u")):
        book.active.append(row)  # type: ignore[union-attr] -- as above
    written = io.BytesIO()
    book.save(written)
    (folder / "unge.xlsx").write_bytes(written.getvalue())


class Desk:
    """The command line, its lists, its data and its temporary files each in a folder of its own."""

    def __init__(self, home: Path, database: Database) -> None:
        self.database = database
        self.lists, self.data, self.temporary = (home / name for name in ("lists", "data", "tmp"))
        for folder in (self.lists, self.data, self.temporary):
            folder.mkdir(mode=0o700)
        (home / "m.toml").write_text(MAPPING, "utf-8")
        own = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
        self._env = {**own, "TMPDIR": str(self.temporary), "JOURNEY_DATA": str(self.data)}
        self._env["JOURNEY_DATABASE_URL"] = database.app_url
        self._words = [*PROGRAM, "import", "--mapping", str(home / "m.toml"), str(self.lists)]

    def begin(self, amount: int) -> subprocess.Popen[bytes]:
        write(self.lists, amount)
        return subprocess.Popen(self._words, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def standing(self) -> tuple[set[int | None], int, int, int]:
        """The amounts that stand, how many stand, and how many deliveries and numbers there are."""
        grants = [
            each.event.yearly_amount
            for history in log_of(self.database).values()
            for each in in_order(history)
            if isinstance(each.event, SupportGranted)
        ]
        with psycopg.connect(self.database.admin_url) as conn:
            counts = conn.execute(
                "select (select count(*) from log.deliveries), (select count(*) from identity.numbers)"
            ).fetchone()
        assert counts is not None
        return {*grants}, len(grants), *counts

    def nobody_works(self) -> bool:
        """Whether the database has nobody left of the program that was killed."""
        with psycopg.connect(self.database.admin_url) as conn:
            query = "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
            return conn.execute(query, (self.database.name,)).fetchone() == (0,)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the program alone, and wait for what it had started to end by itself."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        psutil.wait_procs(children, timeout=30)
        assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []


def test_a_delivery_killed_at_random_moments_is_whole_or_not_there(database: Database, tmp_path: Path) -> None:
    desk, rng = Desk(tmp_path, database), Random(20)
    began = time.monotonic()
    assert desk.begin(1_000).wait() == 0
    whole = time.monotonic() - began
    stands, deliveries, fell = 1_000, 1, 0

    for amount in range(1_001, 1_001 + KILLS):
        process = desk.begin(amount)
        time.sleep(rng.uniform(0.1, whole))
        kill(process)
        until(desk.nobody_works)
        amounts, grants, listed, numbers = desk.standing()

        assert amounts in ({stands}, {amount}), "half of a delivery was taken"
        deliveries, fell = deliveries + (amounts == {amount}), fell + (amounts == {stands})
        stands = min(amounts - {None}, default=0)
        assert (grants, listed, numbers) == (2 * ROWS, deliveries, len(NUMBERS))
        assert hits_in_files([desk.temporary, desk.data]) == {}
        assert list(desk.temporary.iterdir()) == []

    assert fell > 0, "no kill came before the end"
    assert desk.begin(9_999).wait() == 0
    assert desk.standing() == ({9_999}, 2 * ROWS, deliveries + 1, len(NUMBERS))


def test_a_file_that_is_left_is_seen(tmp_path: Path) -> None:
    """The twin."""
    write(tmp_path, 1)

    assert {Path(path).name: numbers for path, numbers in hits_in_files([tmp_path]).items()} == {"voksne.csv": {*NUMBERS}}
