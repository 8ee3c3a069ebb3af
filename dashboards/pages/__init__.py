"""The dashboard's pages: each a module that says what it asks the register, and what it makes of the answers."""
