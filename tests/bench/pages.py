"""The dashboard's pages as a browser asks for them: the first time at a position, again with what is kept, and how large they are.

Beside them the cases behind a number, of the heaviest figure and of one that is asked of each case alone, and the page of a case.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from statistics import median

from fastapi.testclient import TestClient

from api.register.served import Served, served
from api.web.access.access import LocalAccess
from api.web.app import create_app
from dashboards.drilldown.cell import address_of
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from dashboards.pages.catalogue import DASHBOARDS
from dashboards.site import PAGES
from tests.bench.asking import DAYS, p95, settings
from tests.bench.courses import FIRST_DAY, stream
from tests.bench.ground import Ground, translate
from tests.bench.rows import Row
from tests.support.serving import by_token

BEHIND: Mapping[str, Mapping[str, str]] = {
    "caseload": {"unit": "ungeindsatsen"},
    "caseworker_changes": {"measure": "changes", "variant": "all"},
    "follow_ups": {"measure": "due"},
}
"""The figures whose cases are listed, and of which cell."""

Address = Callable[[date, int], str]
"""Where a page stands as of a day and a position."""


def pages(ground: Ground) -> Iterator[Row]:
    """Each page at random `(valid_at, known_at)`, and each a second time."""
    rng = random.Random(5)
    told = settings(ground)
    with served(told) as register:
        end, _ = register.head()
        register.believe(end)
        access = LocalAccess(token := secrets.token_hex(), 80)
        client = TestClient(create_app(told, access, register=register, hosts=None), headers=by_token(token))
        for name, address in _addresses(register, rng, ground.cases):
            translate(f"the page {name}")
            yield from _asked(client, rng, name, address, end, ground.of(10, least=2))


def _addresses(register: Served, rng: random.Random, cases: int) -> Iterator[tuple[str, Address]]:
    for page in PAGES:
        if page.id in DASHBOARDS:
            yield page.address, lambda day, at, to=page.address: f"{to}?valid_at={day}&known_at={at}"
    for figure in BEHIND:
        yield f"of the cases behind {figure}", lambda day, at, figure=figure: _behind(register, figure, day, at)
    yield "/sag/…", lambda day, at: f"/sag/{stream(rng.randrange(cases))}?valid_at={day}&known_at={at}"


def _behind(register: Served, figure: str, day: date, at: int) -> str:
    """The address that stands with the figure's number on the day, or for the year up to it."""
    takes = FIGURES[figure].takes
    year = {"from": [(day - timedelta(days=365)).isoformat()], "to": [day.isoformat()]}
    given = year if takes.has_period else {"valid_at": [day.isoformat()]}
    ask = Ask(FIGURES[figure], parse_question(takes, given, position=at, today=day, codes=register.codes))
    cells = register.answer(figure, ask.question).cells
    return address_of(ask, next(cell for cell in cells if BEHIND[figure].items() <= cell.items()))


def _asked(client: TestClient, rng: random.Random, name: str, address: Address, end: int, times: int) -> Iterator[Row]:
    first: list[float] = []
    again: list[float] = []
    largest = 0
    for _ in range(times):
        day = FIRST_DAY + timedelta(days=rng.randrange(DAYS // 2, DAYS))
        asked_for = address(day, rng.randint(end // 2, end))
        for took in (first, again):
            begun = time.perf_counter()
            answer = client.get(asked_for).raise_for_status()
            took.append((time.perf_counter() - begun) * 1e3)
            largest = max(largest, len(answer.content))
    yield Row(f"page {name}, first time, p95", p95(first), "ms", most=1_500, note=f"p50 {median(first):.3g} ms")
    yield Row(f"page {name}, kept, p95", p95(again), "ms", most=300, note=f"p50 {median(again):.3g} ms")
    yield Row(f"page {name}, size", largest / 1e6, "MB", most=1.5)
