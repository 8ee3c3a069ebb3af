"""The commands of citizens' identities."""
