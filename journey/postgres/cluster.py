"""One server, found dead or alive, started, and stopped."""

import os
import shlex
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
from psycopg.pq import PGconn, Ping

from journey.postgres.accounts import account_for
from journey.postgres.binaries import copy_below, programs_for
from journey.postgres.creation import ADMIN, make_cluster, make_roles, password_file, refuse_unfit, roles_made
from journey.postgres.errors import CannotStart
from journey.postgres.folders import is_private, make_private, refuse_unreachable, write_durably

PATIENCE = 120.0
GRACE = 2.0
PATIENCE_WITH_STOP = 30.0
PATIENCE_WITH_ORPHANS = 10.0
LARGEST_LOG = 10 * 1024 * 1024

SETTINGS = """
max_connections = 100
shared_buffers = '256MB'
timezone = 'UTC'
log_timezone = 'UTC'
unix_socket_permissions = 0700
logging_collector = on
log_filename = 'journey-%a.log'
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on

# No personal data in the log. What was wrong with a statement goes to whoever sent it and not here: its
# text, its values, the row it stumbled over (a DETAIL) and the message itself may all name a citizen.
log_min_messages = log
log_error_verbosity = terse
log_statement = none
log_min_error_statement = panic
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


@dataclass(frozen=True)
class Cluster:
    """A server by our folder, and by the folder of its socket, or none where loopback takes its place."""

    base: Path
    sockets: Path | None
    port: int

    @property
    def folder(self) -> Path:
        """PostgreSQL's own folder of data."""
        return self.base / "cluster"

    def url(self, role: str, database: str) -> str:
        """Gives the address for a role, with its password."""
        password = password_file(self.base, role).read_text()
        # Only a server that proves that it knows the password is ours.
        wanted = "require_auth=scram-sha-256"
        if self.sockets is None:
            return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}?{wanted}"
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{password}@/{database}?host={host}&port={self.port}&{wanted}"

    def ready(self) -> bool:
        """Says whether the server takes logins and has its roles."""
        return roles_made(self.base).exists() and self._answers()

    def run(self) -> None:
        """Brings the server to where it is ready; the caller must be alone. Raises `CannotStart`."""
        began = time.monotonic()
        while not self._answers():
            waited = time.monotonic() - began
            if waited > PATIENCE:
                raise CannotStart(
                    self.folder,
                    f"der er en server, men den har ikke svaret i {PATIENCE:.0f} sekunder.",
                    f"Vent, hvis dens log i {self.base / 'log'} siger, at den genopretter (recovery); afslut den ellers.",
                )
            # One that lives unheard is at its beginning or its end, or has lost its socket for good.
            if self._alive() or (waited < GRACE and self._postmaster()):
                time.sleep(0.02)
            else:
                self._start()
        if not roles_made(self.base).exists():
            make_roles(self.base, self.url(ADMIN, ADMIN))

    def stop(self) -> None:
        """Stops the server if it runs; the caller must be alone. Raises `CannotStart` if it does not end."""
        if self._postmaster():
            programs = programs_for(self.base, account_for(self.folder))
            # A fast stop waits for ever for a server that recovers (seen with 18.4). An immediate one loses
            # nothing either: what was committed is in the log of writes, and the next start reads it.
            recovers = self._alive() and not self._answers()
            output = ""
            for mode in ("immediate",) if recovers else ("fast", "immediate"):
                arguments = ("stop", f"--mode={mode}", "--wait", f"--timeout={PATIENCE_WITH_STOP:.0f}")
                _, output = programs.run("pg_ctl", *arguments, PGDATA=str(self.folder))
                if not self._postmaster():
                    break
            else:
                reason = f"serveren stopper ikke; der meldes »{output.strip()}«."
                raise CannotStart(self.folder, reason, "Afslut det, der holder den, og prøv igen.")
            if self.sockets and self.sockets.parent != self.base:
                # The short folder is outside the data, where nobody would think of clearing it away.
                with suppress(OSError):
                    self.sockets.rmdir()

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.sockets is None else str(self.sockets).replace("\\", "\\\\").replace("'", "\\'")
        line = f"host='{host}' port={self.port} user={ADMIN} dbname={ADMIN} connect_timeout=2"
        return self._alive() and PGconn.ping(line.encode()) == Ping.OK

    def _alive(self) -> bool:
        if self.sockets is None:
            return self._postmaster() is not None  # Anyone may have the port.
        if not is_private(self.sockets, account_for(self.folder)):
            return False  # Whoever listens there is not ours, and is to be told nothing.
        # Whoever listens on the socket lives, whatever a file or a process number says: that holds
        # for a server that is paused, or in another container with process numbers of its own.
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(0)
            try:
                line.connect(str(self.sockets / f".s.PGSQL.{self.port}"))
            except BlockingIOError:
                return True  # There, and busy.
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            return True

    def _postmaster(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self._noted_pid())
            is_postmaster = process.name().startswith("postgres") and self.folder.samefile(process.cwd())
        except (OSError, ValueError, psutil.Error):
            return None  # No such file, no such process, or someone else's: in no case our server.
        return process if is_postmaster else None

    def _noted_pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().split("\n")[0])

    def _start(self) -> None:
        account = account_for(self.folder)
        refuse_unreachable(self.base, account)
        for leftover in (*self.base.glob("making-*/"), *self.base.glob("binaries-*/")):
            if leftover != copy_below(self.base):
                # An initdb whose starter was killed may write here still: then the rest goes next time.
                shutil.rmtree(leftover, ignore_errors=True)
        programs = programs_for(self.base, account)
        if not self.folder.exists():
            make_cluster(self.base, programs)
        refuse_unfit(self.base)
        self.stop()
        self._forget_reused_pid()

        make_private(self.base / "log", account)
        if self.sockets:
            make_private(self.sockets, account)
        self._write_settings(account.gid if account else -1)
        for log in self._logs():
            if log.lstat().st_size > LARGEST_LOG:
                log.unlink()
        seen = {log: log.lstat().st_size for log in self._logs()}
        arguments = ("start", "--wait", f"--timeout={PATIENCE:.0f}", "--options", self._options())
        began = time.monotonic()
        while True:
            code, output = programs.run("pg_ctl", *arguments, PGDATA=str(self.folder))
            if code == 0:
                return
            # The children of a killed server end when they next look; until then they keep a new one out.
            if "pre-existing shared memory block" not in output or time.monotonic() - began > PATIENCE_WITH_ORPHANS:
                break
            time.sleep(0.1)
        raise CannotStart(
            self.folder,
            f"serveren starter ikke; der meldes »{self._last_lines(output, seen)}«.",
            "Ret det, der nævnes, og start igen.",
        )

    def _forget_reused_pid(self) -> None:
        # PostgreSQL takes any process of its account with the noted number for the old server, and would
        # never start again. We have seen that it is none; the number of a dead one it can judge itself.
        try:
            misleading = psutil.pid_exists(self._noted_pid())
        except FileNotFoundError:
            return
        except ValueError:
            misleading = True  # Cut short by a loss of power.
        if misleading:
            (self.folder / "postmaster.pid").unlink()
            if self.sockets:
                (self.sockets / f".s.PGSQL.{self.port}.lock").unlink(missing_ok=True)

    def _write_settings(self, gid: int) -> None:
        # The server splits a list of folders at commas; double quotes keep each whole.
        sockets = '"' + str(self.sockets).replace('"', '""') + '"' if self.sockets else ""
        lines = [
            "# Written anew at each start: change settings with ALTER SYSTEM.",
            "include = 'cluster/postgresql.conf'",
            f"port = {self.port}",
            f"listen_addresses = '{'' if self.sockets else '127.0.0.1'}'",
            f"unix_socket_directories = {_setting(sockets)}",
            f"log_directory = {_setting(str(self.base / 'log'))}",
        ]
        write_durably(self._settings_file, "\n".join(lines) + SETTINGS, 0o640, gid)

    @property
    def _settings_file(self) -> Path:
        return self.base / "postgresql.conf"

    def _options(self) -> str:
        setting = f"config_file={self._settings_file}"
        # pg_ctl hands its options to a shell.
        return f'-c "{setting}"' if os.name == "nt" else shlex.join(["-c", setting])

    def _logs(self) -> list[Path]:
        return sorted((self.base / "log").glob("journey-*.log"))

    def _last_lines(self, output: str, seen: dict[Path, int]) -> str:
        for log in self._logs():
            # The folder is the server's: as root we follow no link it might have put there.
            handle = os.open(log, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(handle, "rb") as file:
                file.seek(seen.get(log, 0))
                output += file.read().decode(errors="replace")
        return " ".join(line.strip() for line in output.strip().splitlines()[-8:])


def _setting(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
