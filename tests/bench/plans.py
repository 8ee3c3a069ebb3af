"""How the database reads for each figure: what is read whole although it grows with the log."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from api.register.answer import QUERY_SETTINGS, query_settings
from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure
from journey.codes import CodeLists
from journey.log import migrate
from journey.log.login import as_role
from journey.log.reading import head
from tests.bench.asking import question
from tests.bench.ground import Ground, translate
from tests.bench.rows import Row

BIG = 20_000
"""From so many rows on a table should not be read whole. Below, the planner is right to: a small run judges no plan."""
QUESTIONS = 8
_SIZES = """
select relname, reltuples::bigint from pg_class where relnamespace = 'rows'::regnamespace and relkind = 'r' and reltuples > %s
"""


def plans(ground: Ground) -> Iterator[Row]:
    """For each figure a few plans at random times; one row, and one more for each figure that reads a big table whole."""
    translate("plans")
    with psycopg.connect(as_role(ground.asked.owner_url, migrate.FIGURES), autocommit=True) as conn:
        big = bigger_than(conn, BIG)
        bad = reading_whole(conn, big, ground.codes)
    note = f"{len(big)} tables of more than {BIG:,} rows"
    yield Row("figures that read a growing table whole", len(bad), "figures", most=0, note=note)
    for name, whole in sorted(bad.items()):
        yield Row(f"  {name}", len(whole), "tables", note=", ".join(sorted(whole)))


def bigger_than(conn: psycopg.Connection[Any], rows: int) -> dict[str, int]:
    """The tables of more rows than that, each with how many."""
    return dict(conn.execute(_SIZES, (rows,)).fetchall())


def reading_whole(conn: psycopg.Connection[Any], big: Mapping[str, int], codes: CodeLists) -> dict[str, set[str]]:
    """The figures that read a big table whole for some of a few random questions, each with what it reads."""
    rng, found = random.Random(6), dict[str, set[str]]()
    end, _ = head(conn)
    for figure in FIGURES.values():
        for _ in range(QUESTIONS):
            whole = set(_read_whole(_plan(conn, figure, question(codes, figure, rng, end)), big))
            if whole:
                found.setdefault(figure.id, set()).update(whole)
    return found


def _plan(conn: psycopg.Connection[Any], figure: Figure, put: Any) -> Mapping[str, Any]:
    query = figure.query(put)
    with conn.transaction():
        conn.execute(QUERY_SETTINGS, query_settings("rows"))
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
