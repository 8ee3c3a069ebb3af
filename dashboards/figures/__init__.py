"""Every figure of domain.md section 6; importing this package fills `figure.FIGURES`."""

from dashboards.figures import (
    ages_and_surveys,
    caseworkers,
    changes,
    complaints,
    conformance,
    findings,
    flows,
    follow_ups,
    journeys,
    money,
    process,
    stocks,
    tenure,
)

__all__ = [
    "ages_and_surveys",
    "caseworkers",
    "changes",
    "complaints",
    "conformance",
    "findings",
    "flows",
    "follow_ups",
    "journeys",
    "money",
    "process",
    "stocks",
    "tenure",
]
