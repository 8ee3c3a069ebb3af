"""Publications as the register holds them."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from dashboards.published.status_days import Printed
from journey.events import FigurePublished
from projections.engine.as_known import as_known

_PUBLISHED = f"""
SELECT position, known_from, known_to, published FROM rows.publications
WHERE {as_known("%(upto)s", since="%(since)s")} ORDER BY valid_at, position
"""  # noqa: S608 -- a constant of our own


def publications(conn: psycopg.Connection[Any], upto: int, after: int | None = None) -> list[Printed]:
    """All that was published up to a position and that the register still held for true at it, or after the other if one is given."""
    return [
        Printed(position, known_from, known_to, msgspec.json.decode(text, type=FigurePublished))
        for position, known_from, known_to, text in conn.execute(
            _PUBLISHED, {"upto": upto, "since": upto if after is None else after}
        ).fetchall()
    ]
