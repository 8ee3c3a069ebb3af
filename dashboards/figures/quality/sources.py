"""Sources: how much each has given the register, how new it is, and how long it usually is silent."""

from __future__ import annotations

from dashboards.figures.figure import Cell, Counted, Query, figure, known
from dashboards.figures.question import FigureQuestion, Takes

MEASURES = ("events", "days_since_valid", "usual_gap")


@figure(
    title_da="Kilder: hændelser og vanlig pause",
    title_en="Sources: events and usual gap",
    rule="Hver kildes hændelser i sager, uden annulleringer og det, der er annulleret: antal, dage fra den nyeste "
    "virkningsdag til dagen, og kildens vanlige pause. Den er den længste af pauserne mellem dage med registreringer, "
    "når de 5 % længste er lagt til side; har kilden kun registreret på én dag, er der ingen.",
    unit="hændelser",
    takes=Takes(("valid_at",)),
)
def sources(question: FigureQuestion) -> Query:
    def cells(rows: Counted) -> list[Cell]:
        return [
            {"source": source, "measure": measure, "value": value}
            for source, *values in rows
            for measure, value in zip(MEASURES, values, strict=True)
        ]

    def counted(of: str = "") -> str:
        return f"""WITH registered AS (
            SELECT {of}source, known_day, count(*) AS n, max(valid_at) AS newest,
                known_day - lag(known_day) OVER (PARTITION BY {of}source ORDER BY known_day) AS gap
            FROM {known("registrations")} GROUP BY {of}source, known_day
        )
        SELECT {of}source, sum(n)::bigint, %(day)s - max(newest), percentile_disc(0.95) WITHIN GROUP (ORDER BY gap)
        FROM registered GROUP BY {of}source ORDER BY {of}source"""

    return Query(counted(), question.values, cells, counted("case_id, "))
