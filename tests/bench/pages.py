"""The dashboard's pages as a browser asks for them: the first time at a position, again with what is kept, and how large they are."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from fastapi.testclient import TestClient

from api.app import create_app
from api.served import served
from dashboards.site import PLACES
from tests.bench.asking import DAYS, p95, settings
from tests.bench.courses import FIRST_DAY
from tests.bench.ground import Ground, say
from tests.bench.rows import Row


def pages(ground: Ground) -> Iterator[Row]:
    """Each page at random `(valid_at, known_at)`, and each a second time."""
    rng = random.Random(5)
    told = settings(ground)
    with served(told) as register:
        end, _ = register.head()
        register.believe(end)
        client = TestClient(create_app(told, register=register, hosts=None))
        for place in PLACES:
            if place.dashboard is None:
                continue
            say(f"the page {place.address}")
            first: list[float] = []
            again: list[float] = []
            largest = 0
            for _ in range(ground.of(10, least=2)):
                day = FIRST_DAY + timedelta(days=rng.randrange(DAYS // 2, DAYS))
                given = {"valid_at": day.isoformat(), "known_at": str(rng.randint(end // 2, end))}
                for times in (first, again):
                    begun = time.perf_counter()
                    answer = client.get(place.address, params=given).raise_for_status()
                    times.append((time.perf_counter() - begun) * 1e3)
                    largest = max(largest, len(answer.content))
            yield Row(
                f"page {place.address}, first time, p95", p95(first), "ms", most=1_500, note=f"p50 {median(first):.3g} ms"
            )
            yield Row(f"page {place.address}, kept, p95", p95(again), "ms", most=300, note=f"p50 {median(again):.3g} ms")
            yield Row(f"page {place.address}, size", largest / 1e6, "MB", most=1.5)
