"""A primary and a copy of it (standby) that follows it, both made of the wheel's PostgreSQL, for as long as a test needs them."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from api.register.figure_functions import bring_up_to_date
from journey.postgres.accounts import account_for
from journey.postgres.binaries import Programs, programs_for
from tests.support.waiting import until

SETTINGS = (
    "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder}'\nmax_connections = 100\nfsync = on\n"
)


class Pair(NamedTuple):
    """A primary and its copy: their ports on this machine, the folder of their sockets, and the password of every login."""

    primary: int
    copy: int
    folder: Path
    password: str

    def address(self, *ports: int, login: str = "journey_app", database: str = "journey", words: str = "") -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports or (self.primary,))
        return f"postgresql://{login}:{self.password}@{hosts}/{database}{words and '?'}{words}"

    def by_socket(self, words: str = "") -> str:
        return f"postgresql://journey_app:{self.password}@/journey?host={self.folder}&port={self.primary}{words and '&'}{words}"

    def wait_for_copy(self, waits: bool) -> None:
        """Have the primary wait for its copy with every commit, or not."""
        with psycopg.connect(self.address(login="postgres", database="postgres"), autocommit=True) as conn:
            for name, value in (
                ("synchronous_standby_names", "*" if waits else ""),
                ("synchronous_commit", "remote_apply" if waits else "on"),
            ):
                conn.execute(SQL("alter system set {} = {}").format(Identifier(name), Literal(value)))
            conn.execute("select pg_reload_conf()")
        until(lambda: self._waits() is waits)

    def _waits(self) -> bool:
        with psycopg.connect(self.address(login="postgres", database="postgres")) as conn:
            row = conn.execute(
                "select current_setting('synchronous_commit'), current_setting('synchronous_standby_names')"
            ).fetchone()
        return row == ("remote_apply", "*")


@contextmanager
def primary_and_copy() -> Iterator[Pair]:
    """Two servers, with a migrated database and the program's logins in it."""
    folder = Path(tempfile.mkdtemp(prefix="journey-pair-")).resolve()
    folder.chmod(0o711)
    account = account_for(folder / "none")  # PostgreSQL refuses to run as root
    if account:
        os.chown(folder, account.uid, account.gid)
    run = programs_for(folder, account)
    pair = Pair(free_port(), free_port(), folder, secrets.token_hex(16))
    (folder / "password").write_text(pair.password)
    (folder / "password").chmod(0o444)  # in a folder of random name, for the seconds until it is read
    superuser = pair.address(login="postgres", database="postgres")
    begun: list[str] = []
    try:
        files = f"--pwfile={folder}/password"
        _done(
            run, "initdb", f"--pgdata={folder}/primary", "--username=postgres", files, "--auth=scram-sha-256", "--encoding=UTF8"
        )
        (folder / "password").unlink()
        _start(run, folder, "primary", pair.primary, begun)
        _made(superuser, pair)
        at = f"--pgdata={folder}/copy"
        _done(run, "pg_basebackup", at, f"--dbname={superuser}", "--write-recovery-conf", "--checkpoint=fast")
        _start(run, folder, "copy", pair.copy, begun)
        yield pair
    finally:
        for name in reversed(begun):
            run.run("pg_ctl", "stop", "--mode=immediate", "--wait", f"--pgdata={folder}/{name}")
        shutil.rmtree(folder)


def _start(run: Programs, folder: Path, name: str, port: int, begun: list[str]) -> None:
    with (folder / name / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(port=port, folder=folder))
    _done(run, "pg_ctl", "start", "--wait", f"--pgdata={folder}/{name}", f"--log={folder}/{name}.log")
    begun.append(name)


def _made(superuser: str, pair: Pair) -> None:
    with psycopg.connect(superuser, autocommit=True) as conn:
        conn.execute(SQL("create role journey_owner login createrole password {}").format(Literal(pair.password)))
        conn.execute(SQL("create role journey_app login noinherit password {}").format(Literal(pair.password)))
        conn.execute("create database journey owner journey_owner")
    bring_up_to_date(pair.address(login="journey_owner"))


def _done(run: Programs, program: str, *arguments: str) -> None:
    code, output = run.run(program, *arguments)
    assert code == 0, f"{program}: {output}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
