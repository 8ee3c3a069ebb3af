"""The register while it is served: reading connections in a pool, rows that the follower keeps, answers kept for the next who ask."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from psycopg_pool import ConnectionPool

from api.connections import with_keepalives
from api.register.answer import Answer, counted_together, known_position
from api.register.cache import Kept
from api.register.follower import Follower
from api.register.register import Register, opened
from api.register.rejected import Rejected
from api.sealing.sealer import Sealer
from api.settings import Settings
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.grouping import QueryGroup
from dashboards.figures.question import FigureQuestion, parameters_of
from journey.log.login import as_role
from journey.log.migrate import READ
from journey.log.reading import head, moment_of
from journey.log.store import Log
from journey.log.vault import Vault
from journey.refusals import Refused
from projections.engine.follow import Progress

WAIT = 2.0
"""Seconds that a question waits for rows that the follower is about to write."""
MOST_CELLS = 200_000
"""How many cells the answers kept may hold together."""
MOST_CASES = 200_000
"""How many cases the lists kept of what is behind a cell may hold together; the list asked for last is kept whatever its length."""
LONGEST_KEPT = 40
"""The longest way of writing a moment that is kept with the position it stands for."""
MOST_VALUES = 400
"""How many values one parameter may be given."""


class Served(Register, frozen=True):
    """The register with what is shared by all who ask; what the commands of the command line do with it goes here too."""

    log: Log
    vault: Vault
    follower: Follower
    sealer: Sealer
    pool: ConnectionPool[psycopg.Connection[Any]]
    answers: Kept[Answer]
    moments: Kept[int]
    behind: Kept[Mapping[str, float | int]]

    @contextmanager
    def connected(self, role: str) -> Generator[psycopg.Connection[Any]]:
        """A connection of the pool to read with, else one of its own."""
        if role != READ:
            with super().connected(role) as conn:
                yield conn
            return
        with self.pool.connection() as conn:
            yield conn

    def believe(self, upto: int | None = None, progress: Progress | None = None) -> int:  # noqa: ARG002 -- nothing long is done here
        """Wait for the follower to have the rows at a position; gives how far they are. Writes nothing itself.

        Raises Refused (`rows_stopped`) and Rejected (`rows_behind`).
        """
        if not self.follower.wait(upto or 0, WAIT):
            self._stand_still()
        return self.follower.position

    def _stand_still(self) -> None:
        health = self.follower.health()
        if health.stopped:
            raise Refused("rows_stopped", f"Rækkerne er standset ved position {health.position}.")
        raise Rejected("rows_behind", f"Rækkerne er nået til position {health.position} og er på vej.")

    def position(self, known_at: str | None) -> int:
        """The position that is asked about: left out, that of the rows, so that an answer is given also while they stand still."""
        if known_at is None:
            return self.believe()
        if re.fullmatch(r"[0-9]{1,18}", known_at) and self.follower.ready and int(known_at) <= self.follower.position:
            return int(known_at)
        kept = self.moments.get(known_at)
        if kept is not None:
            return kept
        with self.connected(READ) as conn:
            end, _ = head(conn)  # before the moment is sought: what is past it then is later than it, and so is all that comes
            position = known_position(conn, known_at)
        self.believe(position)
        if position < end and len(known_at) <= LONGEST_KEPT:
            self.moments.put(known_at, position)
        return position

    def answer(self, figure: str, question: FigureQuestion) -> Answer:
        """The figure's answer, the one that is kept if it has been given before."""
        made, key = self.follower.generation, key_of(figure, question)
        kept = self.answers.get((made, key))
        if kept is None:
            kept = super().answer(figure, question)
            self._keep(made, kept)
        return kept

    def kept(self, key: bytes) -> Answer | None:
        """The answer that is kept by the key, if there is one of the rows as they were made last."""
        return self.answers.get((self.follower.generation, key))

    def answer_alike(self, asks: QueryGroup) -> list[Answer]:
        """The answers to questions that one run answers, each kept."""
        made = self.follower.generation
        with self.connected(READ) as conn:
            moment = moment_of(conn, asks.questions[0].question.position)
            found = [
                Answer(ask.figure, ask.question, moment, cells)
                for ask, cells in zip(asks.questions, counted_together(conn, asks), strict=True)
            ]
        for answer in found:
            self._keep(made, answer)
        return found

    def parts(self, ask: Ask, cell: Cell) -> Mapping[str, float | int]:
        """The cases behind a cell, those that are kept if they have been asked for before."""
        key = self.follower.generation, key_of(ask.figure.id, ask.question), msgspec.json.encode(dimensions_of(cell))
        kept = self.behind.get(key)
        if kept is None:
            kept = super().parts(ask, cell)
            self.behind.put(key, kept, len(kept) + 1)
        return kept

    def _keep(self, made: int, answer: Answer) -> None:
        """Kept with the rows that it was counted in: made anew, they may say otherwise at the same position."""
        self.answers.put((made, key_of(answer.figure.id, answer.question)), answer, len(answer.cells) + 1)


def key_of(figure: str, question: FigureQuestion) -> bytes:
    """What an answer is kept by: figure, version, parameters with their defaults filled in, and the position."""
    takes = FIGURES[figure].takes
    return msgspec.json.encode((figure, FIGURES[figure].version, question.position, parameters_of(takes, question)))


@contextmanager
def served(settings: Settings) -> Generator[Served]:
    """The register that the settings name, with its follower and its sealer running. Raises as `opened` does."""
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
            Follower(register.url, register.codes.classes, register.wake) as follower,
            Sealer(register.url, settings.data, settings.anchors) as sealer,
            ConnectionPool[psycopg.Connection[Any]](
                with_keepalives(conninfo),
                kwargs={"autocommit": True},
                min_size=2,
                max_size=10,
                timeout=WAIT,
                reconnect_timeout=3,  # who asks next tries again, and need not wait for a pause that has grown long
                check=ConnectionPool.check_connection,
                open=True,
            ) as pool,
        ):
            yield Served(
                register.url, settings, log, vault, follower, sealer, pool, Kept(MOST_CELLS), Kept(1_000), Kept(MOST_CASES)
            )
