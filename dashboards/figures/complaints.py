"""Complaints: received, reassessed and decided, and how many of the decisions were overturned."""

from __future__ import annotations

from collections import Counter

from dashboards.figures.figure import Cell, Counted, Query, figure, known, unless_few
from dashboards.figures.question import FigureQuestion, Takes

OVERTURNED = ("changed", "remitted")


@figure(
    title_da="Klager",
    title_en="Complaints",
    rule="Klager, der verserede ved udgangen af dagen før perioden, og klager modtaget, genvurderet og afgjort i den, talt i den enhed, "
    "sagen hørte til ved udgangen af den dag, klagen kom. "
    "Omgjort er ændret/ophævet og hjemvist; omgørelsesprocenten er omgjorte af omgjorte og stadfæstede. Verserende er klager, der ved "
    "periodens udgang hverken er afgjort eller har fået medhold af kommunen.",
    unit="klager",
    takes=Takes(("from", "to", "unit")),
    version=2,
)
def complaints(question: FigureQuestion) -> Query:
    return Query(
        f"""WITH counted AS (
            SELECT c.* FROM {known("complaints", "c")} JOIN {known("places", "p")}
                ON p.case_id = c.case_id AND p.valid_from <= c.received AND p.valid_to > c.received
            WHERE p.unit = ANY(%(unit)s)
        )
        SELECT 'opening', NULL, count(*) FROM counted
            WHERE received < %(from)s AND (decided_on < %(from)s) IS NOT TRUE
                AND (reassessed = 'accommodated' AND reassessed_on < %(from)s) IS NOT TRUE
        UNION ALL SELECT 'received', NULL, count(*) FROM counted WHERE received >= %(from)s AND received < %(to)s
        UNION ALL SELECT 'reassessed', reassessed, count(*) FROM counted
            WHERE reassessed_on >= %(from)s AND reassessed_on < %(to)s GROUP BY 2
        UNION ALL SELECT 'decided', decided, count(*) FROM counted
            WHERE decided_on >= %(from)s AND decided_on < %(to)s GROUP BY 2
        UNION ALL SELECT 'pending', NULL, count(*) FROM counted
            WHERE received < %(to)s AND (decided_on < %(to)s) IS NOT TRUE
                AND (reassessed = 'accommodated' AND reassessed_on < %(to)s) IS NOT TRUE""",
        question.values,
        lambda rows: _cells(question, rows),
    )


def _cells(question: FigureQuestion, rows: Counted) -> list[Cell]:
    counts: Counter[tuple[str, str | None]] = Counter({(measure, outcome): n for measure, outcome, n in rows})
    overturned = sum(counts["decided", outcome] for outcome in OVERTURNED)
    tried = overturned + counts["decided", "upheld"]
    return [
        {"measure": "opening", "value": counts["opening", None]},
        {"measure": "received", "value": counts["received", None]},
        *(
            {"measure": measure, "outcome": outcome, "value": counts[measure, outcome]}
            for measure, outcomes in (("reassessed", "reassessments"), ("decided", "decisions"))
            for outcome in question.codes[outcomes].codes
        ),
        {"measure": "overturned", "value": overturned},
        {"measure": "pending", "value": counts["pending", None]},
        {"measure": "overturned_percent", **unless_few(100 * overturned / tried if tried else None, tried)},
    ]
