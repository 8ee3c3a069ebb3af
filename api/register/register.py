"""The open register: its database running and up to date, and connections that take on one role each."""

from __future__ import annotations

import getpass
import os
import time
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Self

import psycopg
from msgspec import Struct
from msgspec.structs import replace

from api.clock import today
from api.register.answer import Answer, counted, counted_over, covered_at, known_position, parts_of
from api.register.figure_functions import bring_up_to_date, check_functions
from api.settings import IDENTITY_KEY_FILE, LOOKS_KEY_FILE, OUTER_KEY_FILE, Settings
from dashboards.coverage import Covered
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.question import FigureQuestion, parse_question
from dashboards.published.municipality import Municipality
from journey.access.reader import LOCAL, Reader, machine
from journey.codes import CodeLists, check_used
from journey.core_dumps import without_core_dumps
from journey.exchange.deliveries.comparing import DeliverySetting
from journey.log.identity_vault import identity_key
from journey.log.login import DatabaseSession, as_role
from journey.log.looks import Action, Look, Viewer, default_purpose, looks_at, record_looks
from journey.log.migrate import IDENTITY, LOOK, LOOK_READ, PROJECT, READ
from journey.log.outer_keys import outer_key
from journey.log.reading import head, is_sample, moment_of, read_as
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

READERS = (READ, IDENTITY, LOOK_READ)
"""The roles that the database shows what is the reader's."""
PATIENCE = 600.0
"""Seconds to wait for another process that advances the rows, since it last moved them."""
PAUSE = 0.02


class Register(Struct, frozen=True):
    """An open register: its database address for the program's login, and its settings."""

    url: str
    settings: Settings
    reader: Reader
    """Whoever reads: the database shows the rows of cases that are theirs."""

    @property
    def codes(self) -> CodeLists:
        return self.settings.codes

    @property
    def municipality(self) -> Municipality:
        """Facts that the municipality's own papers print."""
        return self.settings.municipality

    @property
    def generation(self) -> str:
        """Mark of the log that answers are of: another where another database has taken its place. A command sees one log only."""
        return ""

    @property
    def reads_every_case(self) -> bool:
        """Whether the reader may read every case, so that a figure that names cases may name them."""
        return self.reader.reach == "everything"

    def for_reader(self, reader: Reader) -> Self:
        """This register, read by another."""
        return replace(self, reader=reader)

    @contextmanager
    def connected(self, role: str, *, snapshot: bool = False) -> Generator[psycopg.Connection[Any]]:
        """A connection that has taken on the role, in autocommit; to read by, in one transaction that shows what is the reader's,
        with `snapshot` all of it as of one moment.
        """
        with DatabaseSession.connect(as_role(self.url, role), autocommit=True) as conn:
            if role not in READERS:
                yield conn
                return
            with read_as(conn, self.reader, snapshot=snapshot):
                yield conn

    def open_vault(self) -> Vault:
        """The vault of the notes' text."""
        return Vault(self.settings.key_file(OUTER_KEY_FILE), self.url)

    def identity_key(self) -> bytes:
        """The key that pseudonyms are made under, made new where the register has none. Raises Refused (`wrong_start`)."""
        with self.connected(IDENTITY) as conn:
            return identity_key(conn, self.settings.key_file(IDENTITY_KEY_FILE))

    def looks_key(self) -> bytes:
        """The key of the log of looks, made new where there is none. Raises Refused (`wrong_start`)."""
        return outer_key(self.settings.key_file(LOOKS_KEY_FILE))

    def look(self, *looks: Look, purpose: str = "") -> None:
        """Write looks in the log of looks, before what they are looks at is shown. Raises Refused (`look_not_logged`).

        The command line is the machine's own role, under the name of the account that runs it.
        """
        if not looks:
            return
        viewer = Viewer(machine(_account()).person, "machine")
        try:
            with self.connected(LOOK) as conn:
                record_looks(conn, self.looks_key(), uuid.uuid4().hex, viewer, purpose or default_purpose(viewer.role), looks)
        except psycopg.Error:
            raise Refused("look_not_logged") from None

    @contextmanager
    def looking(self, action: Action, case: str) -> Generator[None]:
        """Log the look at a case once it is read; at one that is not there, as searched for in vain. Raises as `look` does."""
        try:
            yield
        except Refused as refused:
            if refused.code == "unknown_case":
                self.look(Look("denied", None, case, 0))
            raise
        self.look(*looks_at(action, [case]))

    def delivery_setting(self) -> DeliverySetting:
        """The setting that a delivery is taken in by. What holds CPR numbers makes no core dump from here on."""
        without_core_dumps()
        return DeliverySetting(
            self.codes, self.identity_key(), keep_numbers=self.settings.keep_numbers, person_ids=self.settings.person_ids
        )

    def is_sample(self) -> bool:
        """Whether the register has events of the sample register: then all that it shows is marked."""
        with self.connected(READ) as conn:
            return is_sample(conn)

    def wake(self) -> None:
        """Start the embedded database again if it has died; a server is not started. Raises CannotStart."""
        if self.settings.database_url is None:
            ensure_running(self.settings.data)

    def head(self) -> tuple[int, datetime | None]:
        """The log's newest position and moment."""
        with self.connected(READ) as conn:
            return head(conn)

    def believe(self, upto: int | None = None, progress: Progress | None = None) -> int:
        """Advance the rows to a position, the log's end where none is given; gives the position reached.

        Waits where another process leads. Raises Refused (`rows_stopped`) where an event broke a fold.
        """
        with self.connected(PROJECT) as conn:
            if not prepare(conn):
                _rebuild(self, conn, progress)
            wanted = head(conn)[0] if upto is None else upto
            return _advance_to(self, conn, wanted, progress)

    def position(self, known_at: str | None) -> int:
        """The position of a `known_at` as text, with the rows advanced to it.

        Raises Refused (`bad_parameter`, `position_unknown`) and as `believe` does.
        """
        with self.connected(READ) as conn:
            position = known_position(conn, known_at)
        self.believe(position)
        return position

    def question(
        self, figure: str, parameters: Mapping[str, Sequence[str]], known_at: str | None, day: date | None = None
    ) -> FigureQuestion:
        """The question to the figure, its parameters as texts. Raises Refused for an unknown figure, parameter or position."""
        if figure not in FIGURES:
            raise Refused("bad_parameter", f"Der er ingen figur {figure}.", place="figure")
        if empty := next((name for name, texts in parameters.items() if "" in texts), None):
            raise Refused("bad_parameter", "Værdien er tom.", place=empty)
        position = self.position(known_at)
        return parse_question(FIGURES[figure].takes, parameters, position=position, today=day or today(), codes=self.codes)

    def answer(self, figure: str, question: FigureQuestion) -> Answer:
        """The figure's answer; the rows must have reached the question's position."""
        with self.connected(READ) as conn:
            cells = counted(conn, FIGURES[figure], question, named=self.reads_every_case)
            moment = moment_of(conn, question.position)
            return Answer(FIGURES[figure], question, moment, cells, self.covered(conn, question.position))

    def covered(self, conn: psycopg.Connection[Any], position: int) -> Covered:
        """The days that the register is covered, as known at a position that the rows have reached."""
        return covered_at(conn, position, self.municipality.ended_sources)

    def parts(self, ask: Ask, cell: Cell) -> Mapping[str, float | int]:
        """Each case that has a part in a cell of the answer, with its part, in the order of their references."""
        with self.connected(READ) as conn:
            return parts_of(conn, ask, cell)

    def own_cells(self, ask: Ask) -> Sequence[Cell]:
        """The figure's cells over the cases that the reader may read: what the cases of a list sum to."""
        if self.reads_every_case:
            return self.answer(ask.figure.id, ask.question).cells
        with self.connected(READ) as conn:
            return counted_over(conn, ask.figure, ask.question, "rows")

    def ask(
        self, figure: str, parameters: Mapping[str, Sequence[str]], known_at: str | None, day: date | None = None
    ) -> Answer:
        """The figure's answer, its parameters as texts; `day` replaces today."""
        return self.answer(figure, self.question(figure, parameters, known_at, day))

    def rebuild(self, progress: Progress | None = None) -> int:
        """Rebuild all rows beside those in use; gives the position they reach."""
        with self.connected(PROJECT) as conn:
            prepare(conn)
            return _rebuild(self, conn, progress)


@contextmanager
def opened(settings: Settings) -> Generator[Register]:
    """Open the register that the settings name: a server's by address, else the embedded one, started and migrated if need be.

    Raises Refused (`wrong_start`) for a database or login that the log is not safe with, Refused (`codes_changed`) for code lists
    that are not those the register has used, and CannotStart with place and remedy.
    """
    if settings.database_url:
        with answering("JOURNEY_DATABASE_URL"):
            address = _check_start(settings.database_url)
        yield _checked(Register(address, settings, machine(_account())))
        return
    with embedded(settings.data) as server:
        try:
            _check_start(server.app_url)
        except Refused:
            bring_up_to_date(server.owner_url)
            _check_start(server.app_url)
        yield _checked(Register(server.app_url, settings, LOCAL))


_CONNECTION_ERRORS = {
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
    """Raise Refused (`wrong_start`) with the setting's name where the database at its address cannot be connected to."""
    try:
        yield
    except (Refused, psycopg.OperationalError) as error:
        cause = error.__cause__ if isinstance(error, Refused) else error
        if isinstance(error, Refused) and not isinstance(cause, psycopg.OperationalError):
            error.place = error.place or setting
            raise
        message = str(cause)
        why = next((danish for english, danish in _CONNECTION_ERRORS.items() if english in message), "se databasens log")
        raise Refused(
            "wrong_start", f"Databasen svarer ikke: {why}. Ret adressen, eller start databasen.", place=setting
        ) from error


def _check_start(url: str) -> str:
    """The address to open sessions at. Raises Refused (`wrong_start`) where the log is not safe with it, or other functions count."""
    address = check_start(url, READ)
    with DatabaseSession.connect(as_role(address, READ), autocommit=True) as conn:
        check_functions(conn)
    return address


def _account() -> str:
    """The account of this machine that runs the program: its name, or its number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _checked(register: Register) -> Register:
    with register.connected(READ) as conn:
        check_used(register.codes, conn.execute("SELECT list, code, class, grp FROM log.codes_used ORDER BY 1, 2"))
    return register


def _advance_to(register: Register, conn: psycopg.Connection[Any], wanted: int, progress: Progress | None) -> int:
    seen, since = standing(conn).position, time.monotonic()
    while (reached := standing(conn)).position < wanted:
        if lead(conn):
            _advance(register, conn, progress)
        elif reached.error is not None:
            raise Refused("rows_stopped", f"Rækkerne er standset: {reached.error}.")
        elif reached.position != seen:
            seen, since = reached.position, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise Refused("rows_stopped", f"Rækkerne er ikke flyttet fra position {seen} i {PATIENCE:.0f} sekunder.")
        else:
            time.sleep(PAUSE)
    return reached.position


def _advance(register: Register, conn: psycopg.Connection[Any], progress: Progress | None) -> None:
    try:
        advance(conn, Cases(register.codes.classes), progress=progress, address=as_role(register.url, PROJECT))
    except LeadLost:
        return
    except FoldFailed as failure:
        stopped(conn, failure)
        raise Refused("rows_stopped", f"Rækkerne er standset ved position {failure.position} ({failure.kind}).") from failure


def _rebuild(register: Register, conn: psycopg.Connection[Any], progress: Progress | None) -> int:
    try:
        return rebuild(conn, register.codes.classes, progress, as_role(register.url, PROJECT))
    except FoldFailed as failure:
        raise Refused("rows_stopped", f"Rækkerne er standset ved position {failure.position} ({failure.kind}).") from failure
