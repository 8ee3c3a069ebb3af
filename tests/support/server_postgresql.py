"""Runs a command against a throw-away server made of the system's own PostgreSQL, as a municipality would have it.

    python -m tests.support.server_postgresql python -m pytest          # `make test-server`
    python -m tests.support.server_postgresql --part python -m pytest   # what `make promises` does after the rest

With --part it runs the tests of PART only, and where no PostgreSQL is installed it says so and is content. The server is of the
newest version below /usr/lib/postgresql, sorts text in Danish and has its clock in Denmark; it listens on a socket in a temporary
folder, and is gone when the command ends. The tests find it by JOURNEY_TEST_ADMIN_URL, and this file as a plugin of pytest, which
skips the tests of the embedded server: they have nothing to ask of another.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from journey.postgres.accounts import account_for
from journey.postgres.binaries import Programs

INSTALLED = Path("/usr/lib/postgresql")
PART = (
    "tests/log/test_log_table.py",
    "tests/log/test_migrate.py",
    "tests/log/test_starting.py",
    "tests/engine/test_rebuild.py",
    "tests/cli/test_in_and_out.py::test_an_export_taken_in_gives_the_same_register",
)
"""What meets another version first: the log's table and its triggers, roles, rows written and indexed, and every figure's query."""
EMBEDDED_ONLY = ("tests/embedded/", "tests/house/test_readme_tour.py")
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
timezone = 'Europe/Copenhagen'
max_connections = 200
"""


def newest() -> Path | None:
    """The folder of the programs of the newest version that is installed, if any is."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def throw_away(programs: Path) -> Iterator[str]:
    """A server for as long as the block lasts; gives the address of its superuser."""
    folder = Path(tempfile.mkdtemp(prefix="journey-server-")).resolve()
    account = account_for(folder / "data")  # PostgreSQL refuses to run as root
    if account:
        os.chown(folder, account.uid, account.gid)
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o444)  # in a folder that only the server's account may enter
    run = Programs(programs, account)
    try:
        _done(run, "initdb", "--pgdata", f"{folder}/data", "--username=postgres", f"--pwfile={folder}/password", *_INITDB)
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.format(folder=folder))
        _done(run, "pg_ctl", "start", "--wait", "--pgdata", f"{folder}/data", "--log", f"{folder}/log")
        try:
            yield f"postgresql://postgres:{password}@/postgres?host={quote(str(folder), safe='')}"
        finally:
            _done(run, "pg_ctl", "stop", "--mode=immediate", "--wait", "--pgdata", f"{folder}/data")
    finally:
        shutil.rmtree(folder)


_INITDB = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=icu",
    "--icu-locale=da-DK",
    "--data-checksums",
)


def _done(run: Programs, program: str, *arguments: str) -> None:
    code, output = run.run(program, *arguments)
    if code != 0:
        sys.exit(f"{program}: {output}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="is about the embedded server; these tests run on the server given")
    for item in items:
        if item.nodeid.startswith(EMBEDDED_ONLY):
            item.add_marker(skip)


def pytest_report_header() -> str:
    return "server: " + os.environ.get("JOURNEY_TEST_SERVER", "given by JOURNEY_TEST_ADMIN_URL")


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is ended
    part = command[:1] == ["--part"]
    command = [*command[1:], *PART] if part else command
    programs = newest()
    if programs is None:
        sys.stderr.write(
            f"No server's PostgreSQL below {INSTALLED}: nothing is run on one. (Debian: apt-get install postgresql)\n"
        )
        return 0 if part else 1
    with throw_away(programs) as url:
        environment = os.environ | {
            "JOURNEY_TEST_ADMIN_URL": url,
            "JOURNEY_TEST_SERVER": f"PostgreSQL {programs.parent.name}",
            "PYTEST_PLUGINS": "tests.support.server_postgresql",
        }
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
