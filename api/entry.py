"""Entry point of `journey`: loading the program takes a second or more, and who breaks it off then is told as plainly as later."""

from __future__ import annotations

import sys
from importlib import import_module


def main() -> None:
    """Load the command line and run it."""
    try:
        run = import_module("api.cli.main").main
    except KeyboardInterrupt:
        sys.stderr.write("Afbrudt; intet er skrevet halvt.\n")
        sys.exit(3)
    run()
