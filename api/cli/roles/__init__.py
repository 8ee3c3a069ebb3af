"""The commands of roles."""
