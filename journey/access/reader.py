"""Reader of the register: the person, the role they act in, and how far the rows reach that the database shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Reach = Literal["none", "units", "all", "everything"]
"""The cases whose rows a reader has: none, those now in their units, all but the protected ones, or every one.

A named grant (bevilling af adgang) adds its case to the first two that have any.
"""


class Reader(Struct, frozen=True):
    """Reader of rows: a person's pseudonymous id, their role, their reach, and their units (codes of the list)."""

    person: str
    role: str
    reach: Reach = "none"
    units: tuple[str, ...] = ()

    @property
    def context(self) -> Mapping[str, str]:
        """The settings of a transaction by which the database tells which rows to show; each is set for the transaction alone."""
        return {
            "journey.person": self.person,
            "journey.role": self.role,
            "journey.reach": self.reach,
            "journey.units": ",".join(self.units),
        }


LOCAL = Reader("local", "local", "everything")
"""The one person who uses a register on their own machine."""
NOBODY = Reader("nobody", "none")
"""Whoever has not been let in."""


def machine(account: str) -> Reader:
    """The command line on the machine that holds the register's keys, by the account that runs it."""
    return Reader(f"machine:{account}", "machine", "everything")
