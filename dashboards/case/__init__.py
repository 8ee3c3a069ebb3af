"""One case as an auditor reads it: its story event by event, its lanes, what is open in it, and the file to take away."""
