"""The speed table of the architecture, every row a ratio measured in one run: `python -m tests.bench`."""
