"""The served register: a pool of reading connections, rows advanced by the follower, and caches of answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from api.connections import with_keepalives
from api.logs import logger
from api.register.answer import Answer, counted_batch, known_position
from api.register.cache import Cache
from api.register.follower import Follower
from api.register.look_log import LookLog
from api.register.register import Register, opened
from api.register.request_rejected import RequestRejected
from api.sealing.look_keeper import LookKeeper
from api.sealing.sealer import Sealer
from api.settings import LOOKS_KEY_FILE, SEAL_KEY_FILE, Settings
from dashboards.coverage import Covered
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.grouping import QueryGroup
from dashboards.figures.question import FigureQuestion, parameters_of
from journey.access.reader import LOCAL
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import READ
from journey.log.reading import head, moment_of, read_as
from journey.log.store import Log
from journey.log.vault import Vault
from journey.refusals import Refused
from projections.engine.follow import Progress

WAIT = 2.0
"""Seconds that a question waits for the follower to write its rows."""
MOST_CELLS = 200_000
"""Cells of all cached answers, at most."""
MOST_CASES = 200_000
"""Cases of all cached lists of a cell's cases, at most; the latest list is cached whatever its length."""
LONGEST_CACHED = 40
"""Characters of a `known_at` whose position is cached, at most."""
MOST_VALUES = 400
"""Values of one parameter, at most."""


class Served(Register, frozen=True):
    """The register with what all requests share; it is a Register, so that the answers of the command line serve here too."""

    log: Log
    vault: Vault
    look_log: LookLog
    follower: Follower
    sealer: Sealer
    pool: ConnectionPool[psycopg.Connection[Any]]
    answers: Cache[Answer]
    positions: Cache[int]
    cases: Cache[Mapping[str, float | int]]
    """The parts of cells: each case with its value."""
    coverage: Cache[Covered]
    """The days covered, by the position."""

    @property
    def generation(self) -> str:
        return self.follower.generation

    @contextmanager
    def connected(self, role: str, *, snapshot: bool = False) -> Generator[psycopg.Connection[Any]]:
        """A connection of the pool for reading, a new one for other roles; otherwise as that of a register that is not served."""
        if role != READ:
            with super().connected(role, snapshot=snapshot) as conn:
                yield conn
            return
        with self.pool.connection() as conn:
            # Before the transaction, which holds a snapshot from its first statement on: a copy ends who holds an old one.
            if not self.follower.follows_log_of(conn):
                raise RequestRejected("put_back_below")
            with read_as(conn, self.reader, snapshot=snapshot):
                yield conn

    def believe(self, upto: int | None = None, progress: Progress | None = None) -> int:  # noqa: ARG002 -- nothing long is done here
        """Wait until the follower has the rows at a position; gives how far they are, and writes nothing.

        Raises Refused (`rows_stopped`) and RequestRejected (`rows_behind`).
        """
        if not self.follower.wait(upto or 0, WAIT):
            self._refuse()
        return self.follower.position

    def _refuse(self) -> None:
        """Raise the reason that the rows are not at the position."""
        if self.follower.put_back:
            raise RequestRejected("put_back_below")
        health = self.follower.health()
        if health.stopped:
            raise Refused("rows_stopped", f"Rækkerne er standset ved position {health.position}.")
        raise RequestRejected("rows_behind", f"Rækkerne er nået til position {health.position} og er på vej.")

    def is_sample(self) -> bool:
        """As the follower has seen it, so that also a page of an error can say it."""
        return self.follower.is_sample

    def position(self, known_at: str | None) -> int:
        """The position of a `known_at`; without one that of the rows, so that questions are answered also while these are stopped."""
        if known_at is None:
            return self.believe()
        if re.fullmatch(r"[0-9]{1,18}", known_at) and self.follower.ready and int(known_at) <= self.follower.position:
            return int(known_at)
        generation = self.generation
        cached = self.positions.get((generation, known_at))
        if cached is not None:
            return cached
        with self.connected(READ) as conn:
            # The end is read before the position: an event after that end is later than the moment, and so are all that follow.
            end, _ = head(conn)
            position = known_position(conn, known_at)
        self.believe(position)
        if position < end and len(known_at) <= LONGEST_CACHED:
            self.positions.put((generation, known_at), position)
        return position

    def answer(self, figure: str, question: FigureQuestion) -> Answer:
        """The figure's answer, from the cache where it has been given before."""
        generation, key = self.generation, key_of(figure, question)
        answer = self.answers.get((generation, self.reads_every_case, key))
        if answer is None:
            answer = super().answer(figure, question)
            self._cache(generation, answer)
        return answer

    def covered(self, conn: psycopg.Connection[Any], position: int) -> Covered:
        """The days covered, from the cache where they have been asked for before."""
        key = self.follower.generation, position
        found = self.coverage.get(key)
        if found is None:
            found = super().covered(conn, position)
            self.coverage.put(key, found)
        return found

    def cached(self, key: bytes) -> Answer | None:
        """The cached answer with this key, if there is one of the present rows."""
        return self.answers.get((self.generation, self.reads_every_case, key))

    def answer_batch(self, batch: QueryGroup) -> list[Answer]:
        """The answers to the questions of one query run, all cached."""
        generation = self.generation
        with self.connected(READ) as conn:
            position = batch.questions[0].question.position
            moment, covered = moment_of(conn, position), self.covered(conn, position)
            found = [
                Answer(ask.figure, ask.question, moment, cells, covered)
                for ask, cells in zip(batch.questions, counted_batch(conn, batch, named=self.reads_every_case), strict=True)
            ]
        for answer in found:
            self._cache(generation, answer)
        return found

    def parts(self, ask: Ask, cell: Cell) -> Mapping[str, float | int]:
        """The cases of a cell, from the cache where they have been read before by whoever reads everything.

        What another is shown may be less by the next time: it is read each time.
        """
        if self.reader.reach != "everything":
            return super().parts(ask, cell)
        key = self.generation, key_of(ask.figure.id, ask.question), msgspec.json.encode(dimensions_of(cell))
        parts = self.cases.get(key)
        if parts is None:
            parts = super().parts(ask, cell)
            self.cases.put(key, parts, len(parts) + 1)
        return parts

    def _cache(self, generation: str, answer: Answer) -> None:
        """Cache the answer by the rows' generation: rebuilt rows may differ at the same position."""
        key = generation, self.reads_every_case, key_of(answer.figure.id, answer.question)
        self.answers.put(key, answer, len(answer.cells) + 1)


def key_of(figure: str, question: FigureQuestion) -> bytes:
    """The cache key of an answer: figure, version, position, and parameters with their defaults."""
    takes = FIGURES[figure].takes
    return msgspec.json.encode((figure, FIGURES[figure].version, question.position, parameters_of(takes, question)))


def began_again(log: Log, warn: Callable[..., object]) -> Callable[[str], None]:
    """Callback for a log that was put back: the log forgets what it has noted in the database that is no more, and a line is logged."""

    def done(reason: str) -> None:
        log.forget()
        warn("put_back", reason=reason)

    return done


@contextmanager
def served(settings: Settings, warn: Callable[..., object] | None = None) -> Generator[Served]:
    """Open the register that the settings name, with its follower and sealer running; what happens to it is logged by `warn`.

    Raises as `opened` does.
    """
    warn = warn or logger().warning
    with opened(settings) as register:
        conninfo = as_role(
            register.url,
            READ,
            default_transaction_read_only="on",
            statement_timeout="30s",
        )
        with (
            Log(register.url, codes=register.codes) as log,
            register.open_vault() as vault,
            LookLog(register.url, register.looks_key()) as look_log,
            Follower(register.url, register.codes.classes, register.wake, began_again(log, warn)) as follower,
            Sealer(register.url, settings.key_file(SEAL_KEY_FILE), settings.anchors, settings.last_signed) as sealer,
            LookKeeper(register.url, settings.key_file(LOOKS_KEY_FILE), settings.looks_months, warn),
            ConnectionPool[psycopg.Connection[Any]](
                with_keepalives(conninfo),
                connection_class=DatabaseSession[TupleRow],
                kwargs={"autocommit": True},
                min_size=2,
                max_size=10,
                timeout=WAIT,
                reconnect_timeout=3,  # the next request tries again, and need not wait for a pause that has grown long
                check=ConnectionPool.check_connection,
                open=True,
            ) as pool,
        ):
            yield Served(
                register.url,
                settings,
                LOCAL,
                log,
                vault,
                look_log,
                follower,
                sealer,
                pool,
                Cache(MOST_CELLS),
                Cache(1_000),
                Cache(MOST_CASES),
                Cache(1_000),
            )
