"""`python -m api` is the command line `journey`."""

from api.cli import main

main()
