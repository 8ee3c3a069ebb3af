"""The unit that each case is in now, by which the database tells whose cases are whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

_PLACE = b"""
INSERT INTO access.cases (case_id, unit) SELECT case_id, unit FROM unnest(%s::text[], %s::text[]) AS placed (case_id, unit)
ORDER BY case_id ON CONFLICT (case_id) DO UPDATE SET unit = excluded.unit WHERE cases.unit <> excluded.unit
"""


def place_cases(conn: Connection[Any], units: Mapping[str, str]) -> None:
    """Note where the cases are now, in the transaction that writes their rows; what protects a case stays as it is."""
    if units:
        conn.execute(_PLACE, (list(units), list(units.values())))
