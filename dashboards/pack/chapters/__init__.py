"""The chapters of a status: each says what it asks the register, and what it makes of the answers."""
