"""Deliveries taken into the log's database."""
