"""Every figure of domain.md section 6, and `FIGURES` with them all: importing this package fills it."""

from dashboards.figures import (
    ages_and_surveys,
    caseworkers,
    changes,
    complaints,
    decisions,
    flows,
    follow_ups,
    journeys,
    money,
    process,
    stocks,
    tenure,
)
from dashboards.figures.figure import FIGURES
from dashboards.figures.quality import code_questions, conformance, findings, sources

__all__ = [
    "FIGURES",
    "ages_and_surveys",
    "caseworkers",
    "changes",
    "code_questions",
    "complaints",
    "conformance",
    "decisions",
    "findings",
    "flows",
    "follow_ups",
    "journeys",
    "money",
    "process",
    "sources",
    "stocks",
    "tenure",
]
