"""The embedded server: it runs while someone uses it, comes back from any death, and opens nothing to anyone."""
