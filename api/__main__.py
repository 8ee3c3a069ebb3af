"""`python -m api` is the command line `journey`."""

from api.entry import main

main()
