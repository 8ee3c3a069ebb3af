"""Locks on files that the operating system lets go when their holder dies, however it dies."""

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from journey.postgres.errors import CannotStart

PAUSE = 0.005

if sys.platform == "win32":
    import fasteners  # pyright: ignore[reportMissingTypeStubs] -- it has none

    class FileLock:  # pyright: ignore[reportRedeclaration] -- only one of the two is ever there
        """A lock on a file, shared or exclusive, taken without waiting."""

        def __init__(self, path: Path) -> None:
            self._lock = fasteners.InterProcessReaderWriterLock(path)
            self._shared = False

        def take(self, *, shared: bool) -> bool:
            """Says whether the lock was to be had; one that was is held until `release`."""
            self._shared = shared
            if shared:
                return self._lock.acquire_read_lock(blocking=False)
            return self._lock.acquire_write_lock(blocking=False)

        def release(self) -> None:
            """Lets go of the lock that `take` gave."""
            if self._shared:
                self._lock.release_read_lock()
            else:
                self._lock.release_write_lock()

else:
    # Not fasteners here: its POSIX locks belong to the process, so that closing one handle lets go
    # of every other lock this process has on the same file. A flock belongs to its own handle.
    import fcntl

    class FileLock:
        """A lock on a file, shared or exclusive, taken without waiting."""

        def __init__(self, path: Path) -> None:
            self._path = path
            self._handle = -1

        def take(self, *, shared: bool) -> bool:
            """Says whether the lock was to be had; one that was is held until `release`."""
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            self._handle = handle
            return True

        def release(self) -> None:
            """Lets go of the lock that `take` gave."""
            # Closing is not enough: a child made by fork meanwhile still has the handle open.
            fcntl.flock(self._handle, fcntl.LOCK_UN)
            os.close(self._handle)


@contextmanager
def exclusively(path: Path, patience: float) -> Generator[None, None, None]:
    """Holds the exclusive lock on a file; raises `CannotStart` after `patience` seconds of waiting."""
    lock = FileLock(path)
    deadline = time.monotonic() + patience
    while not lock.take(shared=False):
        if time.monotonic() > deadline:
            raise CannotStart(
                path,
                f"et andet program har været ved at starte eller stoppe serveren i {patience:.0f} sekunder.",
                "Vent på det, eller afslut det.",
            )
        time.sleep(PAUSE)
    try:
        yield
    finally:
        lock.release()
