"""How the database reads for each figure: what is read whole although it grows with the log."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from api.answers import FIGURES
from dashboards.figure import Figure
from journey.login import as_role
from journey.migrate import READ
from journey.reading import head
from tests.bench.asking import question
from tests.bench.ground import Ground, say
from tests.bench.rows import Row

BIG = 20_000
"""From so many rows on a table should not be read whole. Below, the planner is right to: a small run judges no plan."""
QUESTIONS = 8
_SIZES = """
select relname, reltuples::bigint from pg_class where relnamespace = 'rows'::regnamespace and relkind = 'r' and reltuples > %s
"""


def plans(ground: Ground) -> Iterator[Row]:
    """For each figure a few plans at random times; one row, and one more for each figure that reads a big table whole."""
    say("plans")
    rng = random.Random(6)
    found: dict[str, set[str]] = {}
    with psycopg.connect(as_role(ground.asked.app_url, READ), autocommit=True) as conn:
        big = dict(conn.execute(_SIZES, (BIG,)).fetchall())
        end, _ = head(conn)
        for figure in FIGURES.values():
            for _ in range(QUESTIONS):
                whole = set(_read_whole(_plan(conn, figure, question(ground, figure, rng, end)), big))
                found.setdefault(figure.id, set()).update(whole)
    bad = {name: whole for name, whole in found.items() if whole}
    note = f"{len(big)} tables of more than {BIG:,} rows"
    yield Row("figures that read a growing table whole", len(bad), "figures", most=0, note=note)
    for name, whole in sorted(bad.items()):
        yield Row(f"  {name}", len(whole), "tables", note=", ".join(sorted(whole)))


def _plan(conn: psycopg.Connection[Any], figure: Figure, put: Any) -> Mapping[str, Any]:
    query = figure.query(put)
    with conn.transaction():
        # As `counted` asks.
        conn.execute("set local search_path = rows; set local random_page_cost = 1.1; set local jit = off")
        row = conn.execute(b"explain (format json) " + query.sql.encode(), dict(query.values)).fetchone()
    assert row is not None
    return row[0][0]["Plan"]


def _read_whole(node: Mapping[str, Any], big: Mapping[str, int]) -> Iterator[str]:
    """The big tables that a plan reads from one end to the other, by themselves or along a whole index."""
    table = node.get("Relation Name", "")
    if table in big and (
        node["Node Type"] == "Seq Scan" or (node["Node Type"].startswith("Index") and "Index Cond" not in node)
    ):
        yield f"{table} ({node['Node Type']} of {big[table]:,} rows)"
    for below in node.get("Plans", ()):
        yield from _read_whole(below, big)
