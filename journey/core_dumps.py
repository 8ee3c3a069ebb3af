"""Core dumps of a process that holds CPR numbers: it makes none."""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def without_core_dumps() -> None:
    """Keep this process's memory out of every file and every other account, for as long as it runs.

    What it holds is then in no core dump, neither of the kernel's nor of a program that the kernel hands it to, and no other process of
    the account reads it. A program that it starts decides for itself.
    """
    if sys.platform == "win32":  # writes none unless an administrator has said so for the program
        return
    import resource  # is not there on Windows

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    if sys.platform == "linux":  # a limit does not count where core_pattern hands the dump to a program
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
