"""The projections: rows that a pure fold makes of each case's known history, with the positions they were believed at."""
