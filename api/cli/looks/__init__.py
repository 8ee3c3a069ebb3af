"""The commands of the log of looks."""
