"""Deliveries (leverancer) of a municipality's own sheets, taken into the log and undone (domain.md section 10)."""
