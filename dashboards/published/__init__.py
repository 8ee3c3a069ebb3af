"""The ledger of published numbers, and the days that papers print a status for."""
