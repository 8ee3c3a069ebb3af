"""Every figure of the law is there, dressed, asked by its own parameters, and counts what is few as few."""
