"""The answers of the log of looks."""
