"""The figures with their counting rules, and the pages and papers made of their cells."""
