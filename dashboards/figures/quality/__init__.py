"""Figures of the page Datakvalitet: findings, rules, codes and sources."""
