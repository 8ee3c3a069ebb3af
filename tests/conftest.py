"""Fixtures of every test: a PostgreSQL server for the run, and databases made on it from templates. How to run: README.md beside this file.

With several workers (`pytest -n 3`) each has a server of its own, since some tests change what holds for a whole server.
With JOURNEY_TEST_ADMIN_URL the tests run on that server, as its superuser, in place of the embedded one.

Which tests are unit tests and which hold a promise follows from what they ask for and where they stand: see
`pytest_collection_modifyitems`. How large a promise's test is follows from JOURNEY_SIZE: see `tests/support/sizes.py`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from journey.log.store import Log
from journey.postgres import embedded
from tests.support.memory import temporary_files_in_memory
from tests.support.sizes import SOAK

temporary_files_in_memory()
BEGAN = os.environ.setdefault("JOURNEY_TEST_BEGAN", datetime.now(UTC).isoformat(timespec="seconds"))
"""When the run began, the same for all of its workers."""

LEAVE_OUT = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
]  # a register may be gone on with from example to example
settings.register_profile("searching", deadline=None, print_blob=True, suppress_health_check=LEAVE_OUT)
settings.register_profile("repeatable", settings.get_profile("searching"), derandomize=True, database=None)
settings.load_profile("searching" if SOAK else "repeatable")
"""Property tests draw the same examples in every run, so that none fails by chance; `make soak` draws others."""
TRIES = 20

NOT_UNIT = ("tests/browser/", "tests/cli/", "tests/embedded/", "tests/promises/")
"""Folders whose tests start servers, browsers or programs, also where no fixture says so."""
OUTSIDE = {"server", "browser", "untouched"}
"""Fixtures that start something outside of Python; a test that asks for none of them, at whatever remove, is a unit test."""
SLOW_TO_COLLECT = "tests/routes/test_openapi.py"
"""Schemathesis draws its cases while tests are collected, whether or not they are run."""
FIGURES = "figures"
"""The property of a test's report that holds a line of a promise's figures."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the files out that hold no unit test where only unit tests are asked for: importing them takes as long as the tests."""
    place = collection_path.relative_to(config.rootpath).as_posix() if collection_path.is_relative_to(config.rootpath) else ""
    left_out = config.option.markexpr == "unit" and f"{place}/".startswith((*NOT_UNIT, f"{SLOW_TO_COLLECT}/"))
    return True if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test its marker: `unit`, or `promise` for those of tests/promises; `long`, `outside`, and `promise` elsewhere, by hand."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.nodeid.startswith("tests/promises/"):
            item.add_marker(pytest.mark.promise)
        by_hand = any(item.get_closest_marker(name) for name in ("long", "outside"))
        if not (by_hand or item.nodeid.startswith(NOT_UNIT) or OUTSIDE & fixtures):
            item.add_marker(pytest.mark.unit)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test marked `unit` that connects to a database all the same: it wants the marker `outside`."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("unit"):
            patch.setattr(psycopg, "connect", _refused)
            patch.setattr(psycopg.Connection, "connect", _refused)
        return (yield)


def _refused(*_: object, **__: object) -> None:
    pytest.fail("a unit test connects to a database: mark it `outside`")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print every promise's line of figures at the end, where it is seen also when the tests pass, whichever worker ran them."""
    reports = [
        report for reports in terminalreporter.stats.values() for report in reports if isinstance(report, pytest.TestReport)
    ]
    lines = [
        str(line) for report in reports if report.when == "call" for name, line in report.user_properties if name == FIGURES
    ]
    if lines:
        terminalreporter.section("promises")
    for line in sorted(lines):
        terminalreporter.write_line(line)


@dataclass(frozen=True)
class Database:
    """One database of the test server: the addresses of its owner, of the program's login, and of the superuser."""

    name: str
    owner_url: str
    app_url: str
    admin_url: str


@pytest.fixture(scope="session")
def server() -> Iterator[Database]:
    """The server, by its first database."""
    given = os.environ.get("JOURNEY_TEST_ADMIN_URL")
    if given:
        yield _given(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="journey-test-")).resolve()
    folder.chmod(0o711)  # as root the server runs as another account, which must reach its data
    try:
        with embedded(folder / "data") as running:
            yield Database("journey", running.owner_url, running.app_url, running.admin_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: Database) -> Iterator[Database]:
    """A migrated database that nobody is connected to, for others to be made from."""
    from api.register.figure_functions import bring_up_to_date

    with fresh_database(server, "template1") as made:
        bring_up_to_date(made.owner_url)
        yield made


@dataclass(frozen=True)
class Sample:
    """The sample register as a template: a database that nobody is connected to, and the folder of its keys."""

    database: Database
    keys: Path


@pytest.fixture(scope="session")
def sample_template(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample, loaded and folded once for all the registers that hold it."""
    from journey.sample import sample_register
    from tests.support.registers import load, register_on

    keys = tmp_path_factory.mktemp("sample")
    with fresh_database(server, template.name) as made:
        register = register_on(made, keys)
        load(register, sample_register())
        register.believe()
        yield Sample(made, keys)


@pytest.fixture
def database(server: Database, template: Database) -> Iterator[Database]:
    """A migrated database of the test's own."""
    with fresh_database(server, template.name) as made:
        yield made


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    """The log of that database, as the program writes it."""
    with Log(database.app_url) as opened:
        yield opened


@pytest.fixture
def empty_database(server: Database) -> Iterator[Database]:
    """A database of the test's own that no migration has run on."""
    with fresh_database(server, "template1") as made:
        yield made


class fresh_database:  # noqa: N801 -- used as a function, in `with`
    """Makes a database from the template, and drops it, whoever is still connected."""

    def __init__(self, server: Database, template: str) -> None:
        name = f"test_{secrets.token_hex(6)}"
        addresses = (make_conninfo(url, dbname=name) for url in (server.owner_url, server.app_url, server.admin_url))
        self._server, self._template, self._made = server, template, Database(name, *addresses)

    def __enter__(self) -> Database:
        self._run(SQL("create database {} owner journey_owner template {}").format(self._name, Identifier(self._template)))
        return self._made

    def __exit__(self, *_: object) -> None:
        self._run(SQL("drop database {} with (force)").format(self._name))

    @property
    def _name(self) -> Identifier:
        return Identifier(self._made.name)

    def _run(self, statement: psycopg.sql.Composed) -> None:
        with psycopg.connect(self._server.admin_url, autocommit=True) as conn:
            for left in range(TRIES, -1, -1):
                try:
                    conn.execute(statement)
                    return
                except psycopg.errors.ObjectInUse:
                    # PostgreSQL waits five seconds for those who are told to leave, which a slow machine may not keep to.
                    if left == 0:
                        raise


def _given(admin_url: str) -> Database:
    """The server given, with the two logins made, and their passwords set anew."""
    urls: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as conn:
        for login, rights in (("journey_owner", "login createrole"), ("journey_app", "login noinherit")):
            if not conn.execute("select from pg_roles where rolname = %s", (login,)).fetchone():
                conn.execute(SQL("create role {}").format(Identifier(login)))
            password = secrets.token_hex(16)
            conn.execute(SQL("alter role {} " + rights + " password {}").format(Identifier(login), password))
            urls.append(make_conninfo(admin_url, user=login, password=password))
        return Database(conn.info.dbname, *urls, admin_url)
