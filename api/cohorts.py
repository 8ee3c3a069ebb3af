"""The cases of a unit and a period, to be exported together."""

from __future__ import annotations

from datetime import date

from api.register import Register
from dashboards.question import value_of
from journey.history import FOREVER
from journey.migrate import READ

_ACTIVE = (
    "SELECT DISTINCT case_id FROM rows.spans WHERE unit = %(unit)s AND valid_from < %(to)s AND valid_to > %(from)s"
    " AND known_from <= %(position)s AND known_to > %(position)s"
)


def active_in(register: Register, unit: str, first: str | None, to: str | None, position: int) -> tuple[str, ...]:
    """The cases active in the unit at the end of any day of the period `[first, to)`, as known at the position.

    Raises Refused (`bad_parameter`) for words that are no unit or no day.
    """
    asked = {
        "unit": value_of("unit", unit, register.codes),
        "from": date.min if first is None else value_of("from", first, register.codes),
        "to": FOREVER if to is None else value_of("to", to, register.codes),
        "position": position,
    }
    register.believe(position)
    with register.connected(READ) as conn:
        return tuple(sorted(row[0] for row in conn.execute(_ACTIVE, asked).fetchall()))
