"""Temporary files in memory, where there is room: the tests' servers write to the disk as the program's do, and wait for it otherwise."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free: some servers at once, each with a write-ahead log of up to a gigabyte."""


def temporary_files_in_memory() -> None:
    """Set the folder for temporary files of this process and its children, unless TMPDIR says where they are to be."""
    if "TMPDIR" not in os.environ and _fits(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _fits(folder: Path) -> bool:
    """Whether files may be run from the folder, as an embedded server's programs are, and there is room for them."""
    if not folder.is_dir() or not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free > ROOM
