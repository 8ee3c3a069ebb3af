"""The three writers of a paper: each makes the bytes of one file."""
