"""Rows that follow the log."""
