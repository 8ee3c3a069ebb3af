"""An embedded server that is killed as a machine would be, a process, or one of its backends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import psutil
import psycopg

from api.register.figure_functions import bring_up_to_date
from journey.postgres import Embedded, embedded, ensure_running
from tests.support.waiting import until

WAYS = ("machine", "postmaster", "backend")


class Killable:
    """The server, by its addresses; `kill` ends it the hard way, `start` brings it back."""

    def __init__(self, server: Embedded) -> None:
        self.server = server
        self.app_url, self.admin_url = server.app_url, server.admin_url.replace("/postgres?", "/journey?")

    def kill(self, way: str, rng: Random) -> None:
        """SIGKILL for all of its processes, for the first of them, or for one that works for the program."""
        postmaster = self._postmaster()
        children = postmaster.children(recursive=True)
        if way == "backend":
            working = [child for child in children if _works_for_the_program(child)]
            _kill(rng.choice(working or [postmaster]))
            return
        _kill(postmaster)
        if way == "machine":
            for child in children:
                _kill(child)
        until(lambda: not _lives(postmaster))

    def start(self) -> None:
        ensure_running(self.server.data)

    def _postmaster(self) -> psutil.Process:
        noted = self.server.data / "postgres" / "cluster" / "postmaster.pid"
        return psutil.Process(int(noted.read_text().split("\n", 1)[0]))


@contextmanager
def killable_below(folder: Path) -> Iterator[Killable]:
    """A migrated server below the folder."""
    with embedded(folder / "data") as server:
        bring_up_to_date(server.owner_url)
        with psycopg.connect(server.admin_url, autocommit=True) as conn:
            # What a killed server leaves of its shared memory is then in its own folder, and goes with it.
            conn.execute("alter system set dynamic_shared_memory_type = mmap")
    with embedded(folder / "data") as server:
        yield Killable(server)


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def _works_for_the_program(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return "journey_app" in " ".join(process.cmdline())
    return False
