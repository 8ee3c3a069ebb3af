"""Uploads of a browser: files read as a stream into encrypted files without a name, held for some minutes, and worked on."""
