"""Sagsbehandlerskift: how often citizens get a new caseworker, by the declared definition (domain.md section 5)."""

from __future__ import annotations

from collections import Counter, defaultdict

from dashboards.figures.caseworkers import UP_TO_THREE
from dashboards.figures.figure import FEW, Cell, Counted, Query, figure, in_bands, known, median, unless_few
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.figures.stocks import IN_UNIT, spans_on
from journey.events.caseworkers import ROLES

DAYS_A_YEAR = 365.25

_VARIANTS = {
    "all": "true",
    "without_reorganisation": "reason <> 'reorganisation'",
    "without_reorganisation_and_cover": "reason <> 'reorganisation' AND NOT cover",
}


@figure(
    title_da="Sagsbehandlerskift",
    title_en="Caseworker changes",
    rule="Et skift er begyndelsen på en ny sagsbehandlers tid i en rolle, når den forrige i rollen var en anden, og der højst er 30 "
    "dage uden nogen imellem; efter flere er det en tildeling efter hul, som står ved siden af. Sagsdage er dage med en sagsbehandler "
    "i rollen, mens sagen er åben i enheden; et sagsår er 365,25 sagsdage. En samling er et skift til en, der allerede havde en anden "
    "rolle i sagen, så borgeren får færre sagsbehandlere.",
    unit="skift",
    takes=Takes(("from", "to", "unit", "role")),
)
def caseworker_changes(question: FigureQuestion) -> Query:
    held = " + ".join(f"(s.{role} IS NOT NULL AND '{role}' = ANY(%(roles)s))::int" for role in ROLES)
    of_cases = f"""WITH held AS (
            SELECT s.case_id, least(s.valid_to, %(to)s) - greatest(s.valid_from, %(from)s) AS days, s.valid_to, {held} AS roles
            FROM {spans_on("%(from)s::date", "(%(to)s::date - 1)")} WHERE {IN_UNIT}
        ), started AS (
            SELECT case_id, start, reason, cover, samling FROM {known("assignments")}
            WHERE unit = ANY(%(unit)s) AND valid_from >= %(from)s AND valid_from < %(to)s AND role = ANY(%(roles)s)
        ), by_case AS (
            SELECT case_id, coalesce(n, 0) AS n FROM (SELECT DISTINCT case_id FROM held WHERE roles > 0) AS at_risk
            LEFT JOIN (SELECT case_id, count(*) AS n FROM started WHERE start = 'skift' GROUP BY 1) AS changed USING (case_id)
        ), tenures AS (
            SELECT case_id, %(to)s::date - a.valid_from AS days
            FROM held JOIN {known("assignments", "a")} USING (case_id)
            WHERE held.valid_to >= %(to)s AND a.role = ANY(%(roles)s) AND a.valid_from < %(to)s AND a.valid_to >= %(to)s
        )"""
    return Query(f"{of_cases} {_counted()}", question.values, _cells, f"{of_cases} {_counted('case_id, ')}")


def _counted(of: str = "") -> str:
    """What is counted, of all the cases or of each."""
    started = f"FROM started WHERE {{}} GROUP BY {of}measure, key"
    measures = {"assignments_after_gap": "start = 'after_gap'", "samlinger": "samling"}
    return " UNION ALL ".join(
        (
            f"SELECT {of}'case_days' AS measure, '' AS key, sum(days * roles) AS n FROM held GROUP BY {of}measure, key",
            *(
                f"SELECT {of}'{measure}' AS measure, '' AS key, count(*) {started.format(condition)}"
                for measure, condition in measures.items()
            ),
            *(
                f"SELECT {of}'changes' AS measure, '{variant}' AS key, count(*) "
                + started.format(f"start = 'skift' AND {condition}")
                for variant, condition in _VARIANTS.items()
            ),
            f"SELECT {of}'cases_with' AS measure, least(n, 3)::text AS key, count(*) FROM by_case GROUP BY {of}measure, key",
            f"SELECT {of}'tenure' AS measure, days::text AS key, count(*) FROM tenures GROUP BY {of}measure, key",
        )
    )


def _cells(rows: Counted) -> list[Cell]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for measure, key, n in rows:
        counted[measure][key] = int(n)
    case_days = counted["case_days"][""]
    at_risk = sum(counted["cases_with"].values())
    years = case_days / DAYS_A_YEAR
    tenure = {int(days): n for days, n in counted["tenure"].items()}
    holding = sum(tenure.values())
    cells: list[Cell] = []
    for variant in _VARIANTS:
        changes = counted["changes"][variant]
        cells.append({"measure": "changes", "variant": variant, "value": changes})
        rate = unless_few(changes / years if years else None, at_risk)
        cells.append({"measure": "changes_per_case_year", "variant": variant, **rate})
    cells += [
        {"measure": "cases_at_risk", "value": at_risk},
        {"measure": "case_days", "value": case_days},
        {"measure": "case_years", "value": years},
        {"measure": "assignments_after_gap", "value": counted["assignments_after_gap"][""]},
        {"measure": "samlinger", "value": counted["samlinger"][""]},
        *(
            {"measure": "cases_with", "changes": label, "value": counted["cases_with"][str(n)]}
            for n, label in enumerate(UP_TO_THREE)
        ),
        {"measure": "median_tenure", **unless_few(median(tenure) if holding else None, holding)},
    ]
    return cells if holding >= FEW else [*cells, *in_bands({"measure": "tenure"}, tenure)]
