"""What we believe: rows that a pure fold makes of each case's known history, kept for every position there has been."""
