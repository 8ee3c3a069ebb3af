"""The commands of who may see a case."""
