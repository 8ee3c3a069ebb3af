"""The seal kept up: the sealer, the copies of signed roots, and the witness."""
