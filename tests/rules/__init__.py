"""Codes, commands, withdrawals: what may be registered."""
