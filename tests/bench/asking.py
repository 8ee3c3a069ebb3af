"""Figures asked at random times: the stocks against a bare count, every other figure, and each a second time."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from api.register.answer import counted
from api.register.served import served
from api.settings import Settings
from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure
from dashboards.figures.question import FigureQuestion, parse_question
from journey.codes import CodeLists
from journey.log.reading import head
from tests.bench.courses import FIRST_DAY
from tests.bench.ground import Ground, translate
from tests.bench.rows import Row
from tests.support.readers import reading_all

STOCKS = ("caseload", "under_assessment", "caseload_by_support", "caseload_by_benefit")
DAYS = 1_990
"""How long the courses run from their first day."""
PERIODS = (31, 91, 365)
TODAY = FIRST_DAY + timedelta(days=DAYS)


def words(figure: Figure, rng: random.Random) -> dict[str, list[str]]:
    """A random question to the figure, as a person would write it; what may be left out mostly is."""
    said: dict[str, list[str]] = {}
    day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    if figure.takes.has_period:
        said["from"] = [day.isoformat()]
        said["to"] = [(day + timedelta(days=rng.choice(PERIODS))).isoformat()]
    if "valid_at" in figure.takes.names:
        days = rng.sample(range(DAYS), figure.takes.days or 1)
        said["valid_at"] = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in sorted(days)]
    if "from_unit" in figure.takes.required:
        said["from_unit"], said["to_unit"] = ["social"], ["arbejdsmarked"]
    return said


def question(codes: CodeLists, figure: Figure, rng: random.Random, end: int) -> FigureQuestion:
    """One at a random position as well."""
    at = rng.randint(1, end)
    return parse_question(figure.takes, words(figure, rng), position=at, today=TODAY, codes=codes)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def stocks(ground: Ground) -> Iterator[Row]:
    """Each stock at 200 random `(valid_at, known_at)`, with a count of its table each time."""
    rng = random.Random(1)
    with psycopg.connect(reading_all(ground.asked.app_url), autocommit=True) as conn:
        end, _ = head(conn)
        for name in STOCKS:
            translate(f"{name} at random times")
            ours: list[float] = []
            reference: list[float] = []
            for _ in range(ground.of(200, least=5)):
                ours.append(_asked(conn, FIGURES[name], question(ground.codes, FIGURES[name], rng, end)))
                begun = time.perf_counter()
                conn.execute("select count(*) from rows.spans").fetchone()
                reference.append(_ms(begun))
            yield Row(f"stock {name}, p50, against select count(*)", median(ours), "ms", median(reference), most=1)
            yield Row(f"stock {name}, p95", p95(ours), "ms", most=50)


def figures(ground: Ground) -> Iterator[Row]:
    """Every other figure, the slowest first."""
    rng = random.Random(2)
    found: list[tuple[float, float, str]] = []
    with psycopg.connect(reading_all(ground.asked.app_url), autocommit=True) as conn:
        end, _ = head(conn)
        for figure in FIGURES.values():
            if figure.id in STOCKS:
                continue
            translate(f"{figure.id} at random times")
            times = [_asked(conn, figure, question(ground.codes, figure, rng, end)) for _ in range(ground.of(60, least=3))]
            found.append((p95(times), median(times), figure.id))
    for slow, usual, name in sorted(found, reverse=True):
        yield Row(f"figure {name}, p95", slow, "ms", most=150, note=f"p50 {usual:.3g} ms")


def asked_again(ground: Ground) -> Iterator[Row]:
    """Each figure asked twice as the pages and the API ask, from a person's words; the second time counts."""
    rng = random.Random(3)
    translate("figures asked again")
    times: list[float] = []
    with served(settings(ground)) as register:
        end, _ = register.head()
        register.believe(end)
        for figure in FIGURES.values():
            for _ in range(3):
                said, at = words(figure, rng), str(rng.randint(1, end))
                register.ask(figure.id, said, at)
                begun = time.perf_counter()
                register.ask(figure.id, said, at)
                times.append(_ms(begun))
    yield Row("a figure asked again at the same position, p95", p95(times), "ms", most=2, note=f"p50 {median(times):.3g} ms")


def settings(ground: Ground) -> Settings:
    """As `journey serve` is told of the register."""
    folder = Path(ground.folder / "serving")
    folder.mkdir(exist_ok=True)
    return Settings(folder, ground.asked.app_url, None, ground.codes)


def _asked(conn: psycopg.Connection[Any], figure: Figure, put: FigureQuestion) -> float:
    begun = time.perf_counter()
    counted(conn, figure, put)
    return _ms(begun)


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1e3
