"""The event log on a real database."""
