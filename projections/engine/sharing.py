"""Folding shared between processes, where there is much of it: each takes the streams of a stretch of names."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from queue import Queue
from threading import Thread
from typing import Any

import psycopg
from psycopg import Connection

from journey.log.login import DatabaseSession
from journey.log.reading import borders, histories
from projections.engine.batch import EncodedBatch, FoldFailed, batches

MUCH = 50_000
"""From so many events on it pays to start processes."""
MOST = 8
"""Processes at the most."""
WAITING = 2
"""Batches that may wait to be handed on, for each process."""


def shared(
    conn: Connection[Any], address: str | None, classes: Mapping[str, str], after: int, upto: int
) -> Iterator[EncodedBatch]:
    """The batches of all streams with events in `(after, upto]`; by other processes where there is an address for them.

    Raises FoldFailed for the first event found that breaks a fold, OperationalError where a process loses the database, and
    RuntimeError where one is gone before it was done.
    """
    workers = min(MOST, os.cpu_count() or 1)
    if address is None or upto - after < MUCH or workers < 2:
        yield from batches(histories(conn, after, upto), classes, after)
        return
    between = borders(conn, workers)
    stretches = list(zip(["", *between], [*between, None], strict=True))
    tasks = [(address, dict(classes), after, upto, stretch) for stretch in stretches]
    processes: list[BaseProcess] = []
    pipes: list[Pipe] = []
    try:
        for task in tasks:
            process, pipe = _started(task)
            processes.append(process)
            pipes.append(pipe)
        yield from _gathered(pipes)
    finally:
        for process in processes:
            process.terminate()
            process.join()
        for pipe in pipes:
            pipe.close()


def _started(task: tuple[Any, ...]) -> tuple[BaseProcess, Pipe]:
    """A process at work, and the pipe that it alone writes to: when it is gone, however it went, the pipe ends."""
    context = multiprocessing.get_context("spawn")
    pipe, writing_end = context.Pipe(duplex=False)
    process = context.Process(target=_fold, args=(writing_end, *task), daemon=True)
    process.start()
    writing_end.close()
    return process, pipe  # pyright: ignore[reportReturnType] -- Windows has another kind of pipe, which is used alike


def _gathered(pipes: Sequence[Pipe]) -> Iterator[EncodedBatch]:
    left = list(pipes)
    while left:
        ready = wait(left)
        for pipe in [pipe for pipe in left if pipe in ready]:
            try:
                message: Any = pipe.recv()
            except (EOFError, OSError):
                raise RuntimeError("a process that was folding died") from None
            if message is None:
                left.remove(pipe)
            elif isinstance(message, EncodedBatch):
                yield message
            elif isinstance(message, psycopg.OperationalError):
                raise message
            else:
                raise FoldFailed(*message)


def _fold(pipe: Pipe, address: str, classes: dict[str, str], after: int, upto: int, stretch: tuple[str, str | None]) -> None:
    """The work of one process: fold its stretch, send the batches, and send None when there are no more."""
    gc.disable()  # nothing here goes in circles, and to look for such is a sixth of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and ends us
    done: Queue[Any] = Queue(WAITING)
    sending = Thread(target=_send, args=(pipe, done), daemon=True)
    sending.start()
    try:
        with DatabaseSession.connect(address) as conn:
            for batch in batches(histories(conn, after, upto, stretch), classes, after):
                done.put(batch)
        done.put(None)
    except FoldFailed as failure:
        done.put((failure.position, failure.stream, failure.kind))
    except psycopg.OperationalError as error:
        done.put(error)
    sending.join()


def _send(pipe: Pipe, done: Queue[Any]) -> None:
    """Send the finished batches while the next is folded, until a message that is no batch."""
    try:
        message = done.get()
        while isinstance(message, EncodedBatch):
            pipe.send(message)
            message = done.get()
        pipe.send(message)
    except BrokenPipeError:
        os._exit(1)  # who started us is gone
