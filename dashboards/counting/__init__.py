"""Counting in the database: the statements of the figures, and the functions that run them."""
