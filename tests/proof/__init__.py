"""The sealed log and verify.py."""
