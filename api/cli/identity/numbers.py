"""The CPR number that a person types unseen at a terminal, or pipes in: it is in no command, and no answer repeats it."""

from __future__ import annotations

from api.cli.identity.hidden import hidden_line
from journey.personal import personal_number
from journey.refusals import Refused


def number_typed(what: str) -> str:
    """The ten digits of the CPR number that is typed unseen, or is the next line of what is piped in. Raises Refused (`bad_value`)."""
    digits = personal_number(hidden_line(f"{what} (vises ikke): ").strip())
    if digits is None:
        refused = Refused("bad_value", "Det har ikke form som et CPR-nummer: ti cifre, hvis første seks er en dag.", place=what)
        refused.remedy = "Kør kommandoen igen, og skriv nummeret med eller uden bindestreg."
        raise refused
    return digits
