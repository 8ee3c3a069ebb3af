"""The dashboards: for each page of numbers the sections that it is made of, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import site
from dashboards.pages.overview import Overview
from dashboards.pages.page import Dashboard, OfSections
from dashboards.sections import (
    around,
    caseload,
    changes,
    cohort,
    complaints,
    decisions,
    dots,
    economy,
    experience,
    flow,
    follow_ups,
    forums,
    glance,
    lead_times,
    papers,
    process,
    spread,
    support,
    tenure,
    transfers,
)
from dashboards.sections.quality import conformance, findings, lateness, sources

OVERVIEW = Overview({"glance": glance, "caseload": caseload, "papers": papers, "support": support, "changes": changes})
"""Overblik: the numbers of a Monday morning, then the papers' tables for the chosen day."""
CASES = OfSections({"caseload": caseload, "flow": flow, "spread": spread, "cohort": cohort})
"""Sager: the stock over time, what came and went, who, what the cases are, and what became of the first."""
CASEWORKERS = OfSections({"changes": changes, "tenure": tenure, "around": around})
"""Sagsbehandlere: how often they change, how long they stay, how many there are at once, and when there are none."""
JOURNEYS = OfSections(
    {
        "lead_times": lead_times,
        "process": process,
        "decisions": decisions,
        "transfers": transfers,
        "forums": forums,
        "dots": dots,
    }
)
"""Forløb: how long it takes, which way the cases go, what is decided, and what happens in each."""
MONEY = OfSections({"complaints": complaints, "economy": economy})
"""Klager og økonomi: complaints, and what the effort costs."""
FOLLOW_UP = OfSections({"follow_ups": follow_ups})
"""Opfølgning: what was due, and what was held."""
EXPERIENCE = OfSections({"experience": experience})
"""Borgernes oplevelse: what they answered, beside what the register can see."""
QUALITY = OfSections({"sources": sources, "lateness": lateness, "findings": findings, "conformance": conformance})
"""Datakvalitet: how new the sources are, how late the register knows, what makes no sense, and what practice must be asked about."""

DASHBOARDS: Mapping[str, Dashboard] = {
    site.OVERVIEW.id: OVERVIEW,
    site.CASES.id: CASES,
    site.CASEWORKERS.id: CASEWORKERS,
    site.JOURNEYS.id: JOURNEYS,
    site.MONEY.id: MONEY,
    site.FOLLOW_UP.id: FOLLOW_UP,
    site.EXPERIENCE.id: EXPERIENCE,
    site.QUALITY.id: QUALITY,
}
"""Each by the id of its page."""
