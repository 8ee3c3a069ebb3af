"""A synthetic register of the two units' cases, from 2021 on, that counts to what Norddjurs' papers print.

The papers' years end with 2025; what comes after them is in `later`.
"""

from __future__ import annotations

from .ledger import ledger_lines
from .register import PAPERS_END, sample_register

__all__ = ["PAPERS_END", "ledger_lines", "sample_register"]
