"""Who is let in over HTTP: every route, the links and sessions, the secret files, the start."""
