"""An embedded PostgreSQL that runs for as long as a process uses it."""

import os
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
import psycopg

from journey.postgres.cluster import PATIENCE, Cluster
from journey.postgres.creation import ADMIN, APP, DATABASE, OWNER
from journey.postgres.errors import CannotStart
from journey.postgres.folders import base_folder, socket_folder, write_durably
from journey.postgres.locks import FileLock, exclusively
from journey.system_words import os_error_reason

__all__ = ["CannotStart", "Embedded", "default_data", "embedded", "ensure_running"]


@dataclass(frozen=True)
class Embedded:
    """A running server: its addresses for the owner of the tables, for the program, and for making databases."""

    data: Path
    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)
    admin_url: str = field(repr=False)


@contextmanager
def embedded(data: Path) -> Generator[Embedded, None, None]:
    """Gives the server whose data are below this folder, started if need be; whoever leaves last stops it.

    Any number of processes and threads may be inside at once. One that is killed inside leaves a server
    that the next to leave stops. Raises `CannotStart`, which names the place, the reason and the remedy.
    """
    with _as_refusal(data):
        base = base_folder(data)
        users = FileLock(base / "users.lock")
        with exclusively(base / "start.lock", PATIENCE):
            # Nobody holds this one alone but inside the other, so it is there to be had.
            users.take(shared=True)
            cluster = _cluster(base)
    process = os.getpid()
    try:
        with _as_refusal(data):
            _ensure_running(cluster)
            server = Embedded(data, cluster.url(OWNER, DATABASE), cluster.url(APP, DATABASE), cluster.url(ADMIN, ADMIN))
        yield server
    finally:
        # A child made by fork that leaves here is not the one that came in.
        if os.getpid() == process:
            with _as_refusal(data):
                _leave(cluster, users)


def ensure_running(data: Path) -> None:
    """Starts the server again if it has died; raises `CannotStart`. For who is inside for long."""
    with _as_refusal(data):
        _ensure_running(_cluster(base_folder(data)))


def default_data() -> Path:
    """Gives the folder for data where none is set: the platform's for the user's data, for root the system's."""
    if os.name == "posix" and os.geteuid() == 0:
        # Root's own folder is closed to the account that must run the server.
        return Path("/var/lib/journey") if sys.platform == "linux" else platformdirs.site_data_path("journey")
    return platformdirs.user_data_path("journey", appauthor=False)


def _cluster(base: Path) -> Cluster:
    if os.name == "posix":
        return Cluster(base, socket_folder(base), 5432)
    # Chosen once, by who comes first, so that an address stays good when the server is started again.
    noted = base / "port"
    if not noted.exists():
        with socket.create_server(("127.0.0.1", 0)) as free:
            write_durably(noted, str(free.getsockname()[1]))
    return Cluster(base, None, int(noted.read_text()))


def _ensure_running(cluster: Cluster) -> None:
    if not cluster.ready():
        with exclusively(cluster.base / "start.lock", PATIENCE):
            cluster.run()


def _leave(cluster: Cluster, users: FileLock) -> None:
    with exclusively(cluster.base / "start.lock", PATIENCE):
        users.release()
        if users.take(shared=False):
            try:
                cluster.stop()
            finally:
                users.release()


@contextmanager
def _as_refusal(data: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        remedy = "Sæt JOURNEY_DATA til en mappe, som kontoen må skrive i, med plads på disken."
        raise CannotStart(error.filename or data, f"{os_error_reason(error)}.", remedy) from error
    except psycopg.OperationalError as error:
        remedy = f"Se loggen i {data / 'postgres' / 'log'}."
        raise CannotStart(data, f"serveren lukker os ikke ind; der meldes »{error}«.", remedy) from error
