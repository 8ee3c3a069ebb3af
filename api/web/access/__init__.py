"""Access to the register over HTTP: the secret files, the one-time links, the sessions, and the check of every request."""
