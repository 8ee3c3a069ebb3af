"""A synthetic register of the two units' cases, 2021-2025, that counts to what Norddjurs' papers print."""

from __future__ import annotations

from .ledger import ledger_lines
from .register import sample_register

__all__ = ["ledger_lines", "sample_register"]
