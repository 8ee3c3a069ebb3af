"""A register at hand: its database running and up to date, and connections that take on one role each."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import psycopg
from msgspec import Struct

from api.clock import today
from api.register.answer import Answer, counted, known_position, parts_of
from api.settings import OUTER_KEY_FILE, Settings
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.question import FigureQuestion, parse_question
from journey.codes import CodeLists, check_used
from journey.log.login import as_role
from journey.log.migrate import PROJECT, READ, migrate
from journey.log.reading import head, moment_of
from journey.log.starting import check_start
from journey.log.vault import Vault
from journey.postgres import embedded, ensure_running
from journey.refusals import Refused
from projections.engine.follow import (
    Cases,
    FoldFailed,
    LeadLost,
    Progress,
    advance,
    lead,
    prepare,
    rebuild,
    standing,
    stopped,
)

PATIENCE = 600.0
"""Seconds to wait for another process that brings the rows up to date, as long as it moves."""
PAUSE = 0.02


class Register(Struct, frozen=True):
    """The register's address for the program's login, and its settings."""

    url: str
    settings: Settings

    @property
    def codes(self) -> CodeLists:
        return self.settings.codes

    @contextmanager
    def connected(self, role: str) -> Generator[psycopg.Connection[Any]]:
        """A connection in autocommit that has taken on the role."""
        with psycopg.connect(as_role(self.url, role), autocommit=True) as conn:
            yield conn

    def open_vault(self) -> Vault:
        """The vault of the notes' text, its key in the data folder."""
        self.settings.data.mkdir(parents=True, exist_ok=True)
        return Vault(self.settings.data / OUTER_KEY_FILE, self.url)

    def wake(self) -> None:
        """Start the embedded database again if it has died; another's is waited for. Raises CannotStart."""
        if self.settings.database_url is None:
            ensure_running(self.settings.data)

    def head(self) -> tuple[int, datetime | None]:
        """The log's newest position and moment."""
        with self.connected(READ) as conn:
            return head(conn)

    def believe(self, upto: int | None = None, progress: Progress | None = None) -> int:
        """Bring the rows to a position, the log's end where none is given, and give the position they have reached.

        Does it here if nobody leads, else waits for whoever does. Raises Refused (`rows_stopped`) where an event broke a fold.
        """
        with self.connected(PROJECT) as conn:
            if not prepare(conn):
                _rebuilt(self, conn, progress)
            wanted = head(conn)[0] if upto is None else upto
            return _brought_to(self, conn, wanted, progress)

    def position(self, known_at: str | None) -> int:
        """The position that a person's words for `known_at` stand for, with the rows brought there.

        Raises Refused (`bad_parameter`, `position_unknown`) and as `believe` does.
        """
        with self.connected(READ) as conn:
            position = known_position(conn, known_at)
        self.believe(position)
        return position

    def question(
        self, figure: str, given: Mapping[str, Sequence[str]], known_at: str | None, day: date | None = None
    ) -> FigureQuestion:
        """What a person's words ask of the figure. Raises Refused for a figure, parameter or position that there is not."""
        if figure not in FIGURES:
            raise Refused("bad_parameter", f"Der er ingen figur {figure}.", place="figure")
        if empty := next((name for name, texts in given.items() if "" in texts), None):
            raise Refused("bad_parameter", "Værdien er tom.", place=empty)
        position = self.position(known_at)
        return parse_question(FIGURES[figure].takes, given, position=position, today=day or today(), codes=self.codes)

    def answer(self, figure: str, question: FigureQuestion) -> Answer:
        """The figure's answer; the rows have the question's position."""
        with self.connected(READ) as conn:
            moment = moment_of(conn, question.position)
            return Answer(FIGURES[figure], question, moment, counted(conn, FIGURES[figure], question))

    def parts(self, ask: Ask, cell: Cell) -> Mapping[str, float | int]:
        """Each case that has a part in a cell of the answer, with what it is, in the order of their references."""
        with self.connected(READ) as conn:
            return parts_of(conn, ask, cell)

    def ask(self, figure: str, given: Mapping[str, Sequence[str]], known_at: str | None, day: date | None = None) -> Answer:
        """The figure's answer to a person's words; today is the `day` if one is given."""
        return self.answer(figure, self.question(figure, given, known_at, day))

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make all rows anew beside those in use; gives the position they stand at."""
        with self.connected(PROJECT) as conn:
            prepare(conn)
            return _rebuilt(self, conn, progress)


@contextmanager
def opened(settings: Settings) -> Generator[Register]:
    """The register that the settings name: a server's by address, else the embedded one, started and migrated if need be.

    Raises Refused (`wrong_start`) for a database or login that the log is not safe with, Refused (`codes_changed`) for code lists
    that are not those the register has used, and CannotStart with place and remedy.
    """
    if settings.database_url:
        with answering("JOURNEY_DATABASE_URL"):
            check_start(settings.database_url, READ)
        yield _checked(Register(settings.database_url, settings))
        return
    with embedded(settings.data) as server:
        try:
            check_start(server.app_url, READ)
        except Refused:
            migrate(server.owner_url)
            check_start(server.app_url, READ)
        yield _checked(Register(server.app_url, settings))


_SILENT = {
    "Connection refused": "der er ingen database på adressen",
    "No such file or directory": "der er ingen database på adressen",
    "resolve host": "der er ingen maskine med det navn",
    "translate host name": "der er ingen maskine med det navn",
    "authentication failed": "loginnet eller adgangskoden er forkert",
    "no password supplied": "adgangskoden mangler",
    "does not exist": "loginnet eller databasen findes ikke",
    "starting up": "den er ved at starte",
    "timeout": "den svarer ikke i tide",
}


@contextmanager
def answering(setting: str) -> Generator[None]:
    """Raises Refused (`wrong_start`) that names the setting, where the database at its address does not let us in."""
    try:
        yield
    except (Refused, psycopg.OperationalError) as error:
        silent = error.__cause__ if isinstance(error, Refused) else error
        if isinstance(error, Refused) and not isinstance(silent, psycopg.OperationalError):
            error.place = error.place or setting
            raise
        said = str(silent)
        why = next((danish for english, danish in _SILENT.items() if english in said), "se databasens log")
        raise Refused(
            "wrong_start", f"Databasen svarer ikke: {why}. Ret adressen, eller start databasen.", place=setting
        ) from error


def _checked(register: Register) -> Register:
    with register.connected(READ) as conn:
        check_used(register.codes, conn.execute("SELECT list, code, class, grp FROM log.codes_used ORDER BY 1, 2"))
    return register


def _brought_to(register: Register, conn: psycopg.Connection[Any], wanted: int, progress: Progress | None) -> int:
    seen, since = standing(conn).position, time.monotonic()
    while (reached := standing(conn)).position < wanted:
        if lead(conn):
            _advanced(register, conn, progress)
        elif reached.error is not None:
            raise Refused("rows_stopped", f"Rækkerne er standset: {reached.error}.")
        elif reached.position != seen:
            seen, since = reached.position, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise Refused("rows_stopped", f"Rækkerne er ikke flyttet fra position {seen} i {PATIENCE:.0f} sekunder.")
        else:
            time.sleep(PAUSE)
    return reached.position


def _advanced(register: Register, conn: psycopg.Connection[Any], progress: Progress | None) -> None:
    try:
        advance(conn, Cases(register.codes.classes), progress=progress, address=as_role(register.url, PROJECT))
    except LeadLost:
        return
    except FoldFailed as failure:
        stopped(conn, failure)
        raise Refused("rows_stopped", f"Rækkerne er standset ved position {failure.position} ({failure.kind}).") from failure


def _rebuilt(register: Register, conn: psycopg.Connection[Any], progress: Progress | None) -> int:
    try:
        return rebuild(conn, register.codes.classes, progress, as_role(register.url, PROJECT))
    except FoldFailed as failure:
        raise Refused("rows_stopped", f"Rækkerne er standset ved position {failure.position} ({failure.kind}).") from failure
