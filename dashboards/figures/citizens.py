"""Citizens who are one person: those of cases merged into each other, in every count of citizens (domain.md section 3, `merged_into`)."""

from __future__ import annotations

from dashboards.figures.figure import known

PERSONS = f"""WITH RECURSIVE merged AS (SELECT citizen, into_case FROM {known("merges")}), last AS (
            SELECT DISTINCT ON (case_id) case_id, citizen FROM {known("moves")}
            WHERE case_id IN (SELECT into_case FROM merged) ORDER BY case_id, day DESC, position DESC
        ), pairs AS (
            SELECT merged.citizen, last.citizen AS same FROM merged JOIN last ON last.case_id = merged.into_case
        ), joined AS (
            SELECT citizen, citizen AS same FROM (SELECT citizen FROM pairs UNION SELECT same FROM pairs) AS each
            UNION SELECT joined.citizen, CASE pairs.citizen WHEN joined.same THEN pairs.same ELSE pairs.citizen END
                FROM joined JOIN pairs ON joined.same IN (pairs.citizen, pairs.same)
        ), persons AS (SELECT citizen, min(same) AS person FROM joined GROUP BY citizen)"""
"""Each citizen of a merged case with the pseudonym that stands for the person, as `persons`; of the citizen at the
merge, and the last known of the case that goes on."""


def persons_in(source: str, citizen: str = "citizen") -> tuple[str, str]:
    """A FROM clause with `persons` joined to it, and the count of distinct persons over it."""
    return f"{source} LEFT JOIN persons ON persons.citizen = {citizen}", f"count(DISTINCT coalesce(persons.person, {citizen}))"
