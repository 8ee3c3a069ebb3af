"""Structured logs, one JSON object a line on standard error; never a path's parameters, a query, a body or an error's message."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import structlog


def logger(stream: TextIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """A logger of JSON lines to the stream, standard error where none is given."""
    return structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )


def where(error: BaseException) -> list[str]:
    """The error's traceback as files and lines; its message may hold data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}" for frame in frames[-8:]]


class SeldomLog:
    """A log that has the same line at most once a second, the next time with the number of those left out: a flood fills no disk."""

    def __init__(self, log: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = log, clock
        self._last: dict[tuple[object, ...], tuple[float, int]] = {}

    def log(self, level: int, event: str, **fields: str) -> None:
        """Log the line, or count it."""
        line, now = (level, event, *sorted(fields.items())), self._clock()
        last, left_out = self._last.get(line, (now - SELDOM, 0))
        if now - last < SELDOM:
            self._last[line] = last, left_out + 1
            return
        if len(self._last) >= MOST_LINES:
            self._last.clear()
        self._last[line] = now, 0
        self._log.log(level, event, **fields, **({"left_out": left_out} if left_out else {}))


SELDOM = 1.0
"""Seconds between two lines that are the same."""
MOST_LINES = 1_000
"""How many lines are told apart."""


class ServerLog(logging.Handler):
    """The handler of the web server's own log records: it passes on the message's template, not the values in it, and each seldom."""

    def __init__(self, log: Any) -> None:
        super().__init__(logging.WARNING)
        self._log = SeldomLog(log)

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        template = str(record.msg).splitlines()[0] if record.msg else ""
        self._log.log(record.levelno, "server", said=template, **({"error": kind} if kind else {}))
