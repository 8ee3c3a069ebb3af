"""The command line `journey`: one file a group of commands."""
