"""The record of what happened: the events of a citizen's course, the rules they obey, and the log that keeps them."""
