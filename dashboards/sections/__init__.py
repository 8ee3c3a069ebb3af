"""The sections of the first page: each says what it asks the register, and what it makes of the answers."""
