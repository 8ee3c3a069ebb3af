"""Structured logs, one JSON object a line on standard error; never a path's parameters, a query, a body or an error's message."""

from __future__ import annotations

import logging
import sys
import traceback
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


class ServerLog(logging.Handler):
    """The handler of the web server's own log records: it passes on the message's template, not the values in it."""

    def __init__(self, log: Any) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        template = str(record.msg).splitlines()[0] if record.msg else ""
        self._log.log(record.levelno, "server", said=template, **({"error": kind} if kind else {}))
