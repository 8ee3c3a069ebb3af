"""What happens to a process that folds, in place of its work: each a function that a process of its own runs."""

from __future__ import annotations

import os
import signal
import struct
from multiprocessing.connection import Connection
from typing import Any


def killed_half_way(pipe: Connection, *_: Any) -> None:
    """Has begun to hand on a batch when its memory is wanted elsewhere."""
    os.write(pipe.fileno(), struct.pack("!i", 1_000) + b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)


def gone_without_a_word(_pipe: Connection, *_: Any) -> None:
    """Says that all is well, and has handed on nothing."""
    os._exit(0)
