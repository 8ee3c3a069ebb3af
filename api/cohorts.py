"""The cases of a unit and a period, to be exported together."""

from __future__ import annotations

from datetime import date

from api.register import Register
from dashboards.question import PARAMETERS
from journey.history import FOREVER
from journey.migrate import READ
from journey.refusals import Refused

_ACTIVE = (
    "SELECT DISTINCT case_id FROM rows.spans WHERE unit = %(unit)s AND valid_from < %(to)s AND valid_to > %(from)s"
    " AND known_from <= %(position)s AND known_to > %(position)s"
)


def active_in(register: Register, unit: str, first: str | None, to: str | None, position: int) -> tuple[str, ...]:
    """The cases active in the unit at the end of any day of the period `[first, to)`, as known at the position.

    Raises Refused (`bad_parameter`) for words that are no unit or no day.
    """
    asked = {
        "unit": _read(register, "unit", unit),
        "from": date.min if first is None else _read(register, "from", first),
        "to": FOREVER if to is None else _read(register, "to", to),
        "position": position,
    }
    register.believe(position)
    with register.connected(READ) as conn:
        return tuple(sorted(row[0] for row in conn.execute(_ACTIVE, asked).fetchall()))


def _read(register: Register, name: str, text: str) -> object:
    try:
        return PARAMETERS[name].read(text, register.codes)
    except ValueError as error:
        raise Refused("bad_parameter", f"{error}.", place=name) from None
