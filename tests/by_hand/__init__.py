"""The slow oracle against tiny tables whose answers were worked out by hand from `design/domain.md`."""
