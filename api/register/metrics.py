"""Metrics of the running program for Prometheus; no label names a case, a person or anything else in the register."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.register.follower import Health
from api.sealing.sealer import SealHealth

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters and gauges of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.appended = Counter("journey_events_appended", "Events recorded through the API.", registry=self.registry)
        self.refused = Counter(
            "journey_refused", "Requests refused, by the catalogue's code.", ["code"], registry=self.registry
        )
        self.seconds = Histogram(
            "journey_request_seconds",
            "Time to answer.",
            ["method", "route", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._gauges = {
            name: Gauge(f"journey_{name}", description, registry=self.registry)
            for name, description in (
                ("log_position", "The log's newest position that the follower has seen."),
                ("rows_position", "The position that the rows have reached."),
                ("follower_lag_events", "Events that are not in the rows yet."),
                ("follower_lag_seconds", "Seconds since the log was first seen ahead of the rows."),
                ("follower_leading", "Whether this process writes the rows."),
                ("follower_stopped", "Whether an event broke a fold."),
                ("sealed_position", "The position that is sealed by a signed root."),
                ("seal_lag_events", "Events that are not sealed yet."),
                ("seal_lag_seconds", "Seconds since the log was first seen ahead of the seal."),
                ("seal_leading", "Whether this process seals."),
                ("seal_broken", "Whether the log no longer fits what was sealed of it."),
                ("follower_frozen", "Whether the rows or the follower have stopped moving."),
            )
        }

    def text(self, health: Health, seal: SealHealth) -> bytes:
        """All metrics in Prometheus' text format."""
        values = {
            "log_position": health.log_position,
            "rows_position": health.position,
            "follower_lag_events": health.lag_events,
            "follower_lag_seconds": health.lag_seconds,
            "follower_leading": health.leading,
            "follower_stopped": health.stopped,
            "follower_frozen": health.frozen,
            "sealed_position": seal.sealed,
            "seal_lag_events": seal.lag_events,
            "seal_lag_seconds": seal.lag_seconds,
            "seal_leading": seal.sealing,
            "seal_broken": seal.broken,
        }
        for name, value in values.items():
            self._gauges[name].set(value)
        return generate_latest(self.registry)
