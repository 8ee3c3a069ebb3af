"""What the benches stand on: a server of their own for as long as they run, and registers on it of the size asked for."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import psycopg

from api.register.figure_functions import bring_up_to_date
from journey.codes import CodeLists, standard
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from journey.log.reading import head
from journey.postgres import embedded
from projections.engine.follow import Cases, advance, prepare
from tests.bench.children import in_child
from tests.bench.loading import into_log
from tests.conftest import Database, fresh_database
from tests.support.readers import reading_all

SEED = 20_260_115
CASES, LENGTH = 50_000, 20
LONG_CASES, LONG_LENGTH = 5_000, 200


def translate(text: str) -> None:
    """A line on how far the run is, beside the table."""
    sys.stderr.write(f"  … {text}\n")
    sys.stderr.flush()


class Ground:
    """The server, its registers, each made when first asked for, and the scale of it all."""

    def __init__(self, server: Database, template: Database, folder: Path, scale: float, stack: ExitStack) -> None:
        self._server, self._template, self._stack = server, template, stack
        self.folder, self.scale = folder, scale
        self.codes: CodeLists = standard()

    def of(self, count: int, least: int = 1) -> int:
        """So many at scale 1, fewer at a smaller one."""
        return max(least, round(count * min(self.scale, 1)))

    @property
    def cases(self) -> int:
        return max(20, round(CASES * self.scale))

    @property
    def long_cases(self) -> int:
        return max(2, round(LONG_CASES * self.scale))

    def database(self) -> Database:
        """A migrated database that is gone with the ground."""
        return self._stack.enter_context(fresh_database(self._server, self._template.name))

    def admin(self, database: Database) -> psycopg.Connection[tuple[object, ...]]:
        """A connection in autocommit for what the register's roles may not do."""
        return psycopg.connect(database.admin_url, autocommit=True)

    @cached_property
    def postgres(self) -> str:
        with self.admin(self._server) as conn:
            return f"{conn.info.server_version // 10_000}.{conn.info.server_version % 10_000}"

    @cached_property
    def many(self) -> Database:
        """The log of many cases of ordinary length."""
        return self._loaded(SEED, self.cases, LENGTH)

    @cached_property
    def tenth(self) -> Database:
        """A log a tenth as long, of the same sort of cases."""
        return self._loaded(SEED + 1, max(2, self.cases // 10), LENGTH)

    @cached_property
    def long(self) -> Database:
        """The log of few cases of great length."""
        return self._loaded(SEED + 2, self.long_cases, LONG_LENGTH)

    def _loaded(self, seed: int, cases: int, length: int) -> Database:
        translate(f"{cases:,} cases of {length} events into the log")
        made = self.database()
        in_child(into_log, made.app_url, seed, cases, length)
        self.settle(made)
        return made

    def settle(self, database: Database) -> None:
        """Let the database do now what it would else do in the middle of a measurement."""
        with self.admin(database) as conn:
            conn.execute("vacuum (analyze)")
            conn.execute("checkpoint")

    @cached_property
    def asked(self) -> Database:
        """The register of many cases with its rows, for figures to be asked of."""
        with psycopg.connect(reading_all(self.many.app_url)) as conn:
            row = conn.execute("select to_regclass('rows.progress') is not null").fetchone()
        if not (row and row[0]):
            translate("rows")
            in_child(believe, self.many.app_url)
        self.settle(self.many)
        return self.many


def believe(url: str) -> int:
    """Bring the rows to the log's end with all processors; gives the position."""
    address = as_role(url, PROJECT)
    with psycopg.connect(address, autocommit=True) as conn:
        prepare(conn)
        return advance(conn, Cases(standard().classes), head(conn)[0], address=address)


@contextmanager
def ground(scale: float) -> Iterator[Ground]:
    """A server that is started for the run, and gone with all its data after it."""
    folder = Path(tempfile.mkdtemp(prefix="journey-bench-")).resolve()
    folder.chmod(0o711)  # as root the server runs as another account, which must reach its data
    try:
        with embedded(folder / "data") as running, ExitStack() as stack:
            server = Database("journey", running.owner_url, running.app_url, running.admin_url)
            template = stack.enter_context(fresh_database(server, "template1"))
            bring_up_to_date(template.owner_url)
            yield Ground(server, template, folder, scale, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
