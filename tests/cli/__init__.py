"""The command line `journey` against the embedded database, and a server's where a register must be its own."""
