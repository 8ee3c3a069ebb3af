"""Comparing: a stock on two days, who left and who came, and what did it."""
