"""One case read and folded, on a long log and on one a tenth as long."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from typing import Any

import psycopg

from journey.log.reading import history
from projections.engine.believed import believed
from tests.bench.courses import stream
from tests.bench.ground import Ground, translate
from tests.bench.rows import Row
from tests.support.readers import reading_all

CASES, ROUNDS = 200, 5


def replay_of_a_case(ground: Ground) -> Iterator[Row]:
    """Some cases of each log in turn, each read once before, so that the logs are compared and not what is in memory."""
    rng = random.Random(5)
    translate("replay of one case")
    logs = {"many": (ground.many, ground.cases), "tenth": (ground.tenth, max(2, ground.cases // 10))}
    times: dict[str, list[float]] = {name: [] for name in logs}
    with ExitStack() as stack:
        asked = {
            name: (
                stack.enter_context(psycopg.connect(reading_all(database.app_url), autocommit=True)),
                [stream(rng.randrange(cases)) for _ in range(ground.of(CASES, least=4))],
            )
            for name, (database, cases) in logs.items()
        }
        for nth in range(ROUNDS + 1):
            for name, (conn, cases) in asked.items():
                took = [_replayed(conn, case, ground) for case in cases]
                if nth:
                    times[name] += took
    ours, reference = median(times["many"]), median(times["tenth"])
    yield Row("replay of one case, p50, against a log a tenth as long", ours, "ms", reference, most=1.2)


def _replayed(conn: psycopg.Connection[Any], case: str, ground: Ground) -> float:
    begun = time.perf_counter()
    believed(history(conn, case), ground.codes.classes)
    return (time.perf_counter() - begun) * 1e3
