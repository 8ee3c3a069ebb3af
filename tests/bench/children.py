"""Heavy work done in a process of its own, so that its peak of memory is its own too."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from msgspec import Struct

from projections.engine.sharing import MOST

_BYTES = 1 if sys.platform == "darwin" else 1024
_MB = 2**20


class Done(Struct, frozen=True):
    """What came of it, and its peak in MB: the process itself, and the largest of those it started."""

    result: Any
    own: float
    largest: float

    def together(self, workers: int) -> float:
        """At the most all of it at once, with so many processes started."""
        return self.own + min(workers, MOST) * self.largest


def in_child(work: Callable[..., Any], *given: object) -> Any:
    """What the function gives, run in a process of its own."""
    return measured(work, *given).result


def measured(work: Callable[..., Any], *given: object) -> Done:
    """Run the function in a process of its own. It must stand in a module, and its result be small."""
    # A process inherits the peak of the one that starts it: whatever is heavy is done in children, and we stay small.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        done = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__} failed, as it says above") from None
    finally:
        process.join()
    return done


def _run(told: Connection, work: Callable[..., Any], given: tuple[object, ...]) -> None:
    result = work(*given)
    told.send(Done(result, _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN)))


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss * _BYTES / _MB
