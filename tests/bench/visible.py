"""From the command to a figure that counts it, with the follower and the answers of `journey serve`."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date
from statistics import median, quantiles
from uuid import uuid4

from api.register.served import served
from journey.events import Referred
from journey.log.stored import Entry
from tests.bench.asking import settings
from tests.bench.ground import Ground, translate
from tests.bench.rows import Row

DAY = date(2025, 6, 1)
ASKED = {"unit": ["ungeindsatsen"], "valid_at": [DAY.isoformat()]}


def visible(ground: Ground) -> Iterator[Row]:
    """A new case each time, and the caseload at its position, which must be one more."""
    rng, times = random.Random(4), list[float]()
    with served(settings(ground)) as register:
        register.believe(register.head()[0])
        before = register.ask("caseload", ASKED, None).cells[0]["value"]
        translate("append to visible")
        for nth in range(ground.of(300, least=10)):
            case = uuid4().hex
            event = Entry(case, DAY, "bench", uuid4().hex, Referred("ungeindsatsen", f"new-{nth}"))
            time.sleep(rng.random() * 0.02)
            begun = time.perf_counter()
            receipt = register.log.record(uuid4().hex, case, b"", lambda _, event=event: [event])
            found = register.ask("caseload", ASKED, str(receipt.positions[0])).cells[0]["value"]
            times.append((time.perf_counter() - begun) * 1e3)
            assert found == before + nth + 1, "the event is not in the figure"
    p99 = quantiles(times, n=100, method="inclusive")[-1]
    yield Row("append to visible in a figure, p99", p99, "ms", most=100, note=f"p50 {median(times):.3g} ms")
