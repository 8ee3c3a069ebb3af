"""Identities of a delivery: the pseudonyms of its people, made once each, and the numbers that the vault is to have."""

from __future__ import annotations

from journey.exchange.sheets.pseudonyms import birth_month, citizen_pseudonym, worker_pseudonym
from journey.exchange.sheets.values import BadCell
from journey.personal import personal_number

NOT_A_NUMBER = "har ikke form som et CPR-nummer: ti cifre, hvis første seks er en dag"


class Identities:
    """Pseudonyms under one identity key. The numbers are in memory alone, and in no text that this gives."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._digits: dict[str, str | None] = {}
        self._workers: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        """The number of each citizen by the pseudonym, for the identity vault."""

    def __repr__(self) -> str:
        return f"Identities({len(self.numbers)} citizens)"

    def citizen(self, cell: str) -> str:
        """The pseudonym of the citizen whose number the cell holds; raises BadCell for another cell."""
        digits = self._read(cell)
        pseudonym = citizen_pseudonym(self._key, digits)
        self.numbers[pseudonym] = digits
        return pseudonym

    def birth_month(self, cell: str) -> str:
        """The month of birth that the cell's number says."""
        return birth_month(self._read(cell))

    def worker(self, name: str) -> str:
        """The pseudonym of a name or initials."""
        if name not in self._workers:
            self._workers[name] = worker_pseudonym(self._key, name)
        return self._workers[name]

    def take_numbers(self) -> dict[str, str]:
        """The numbers read so far, which are forgotten here."""
        numbers, self.numbers = self.numbers, {}
        self._digits.clear()
        return numbers

    def _read(self, cell: str) -> str:
        if cell not in self._digits:
            self._digits[cell] = personal_number(cell)
        digits = self._digits[cell]
        if digits is None:
            raise BadCell(NOT_A_NUMBER, "personal_number")
        return digits
