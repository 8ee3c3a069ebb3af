"""Hul i en rolle: op til 30 dage uden sagsbehandler er et skift, derefter en tildeling efter hul (domain.md afsnit 5)."""

import pytest

from tests.support.given import given


@pytest.mark.parametrize(
    ("assigned", "start"),
    [
        ("2024-03-01", "skift"),  # 0 dage uden
        ("2024-03-30", "skift"),  # 29: 1.-29. marts
        ("2024-03-31", "skift"),  # 30: 1.-30. marts
        ("2024-04-01", "after_gap"),  # 31: hele marts
    ],
)
def test_another_caseworker_after_at_most_thirty_days_without_is_a_change(assigned, start):
    """Anna har sidste dag 29. februar; antallet af dage uden nogen afgør, hvad Bos tildeling er."""
    given(f"""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_ended    | role=authority
        {assigned} | caseworker_assigned | role=authority worker=bo
    """).gives(f"""
        assignments
        valid_from | valid_to   | worker | start
        2024-01-15 | 2024-03-01 | anna   | first
        {assigned} | …          | bo     | {start}
    """)


@pytest.mark.parametrize("assigned", ["2024-03-31", "2024-04-01", "2025-01-01"])
def test_the_same_caseworker_after_a_gap_is_neither_change_nor_assignment_after_a_gap(assigned):
    """Anna kommer tilbage efter 30 dage, 31 dage, ti måneder: hverken eller."""
    given(f"""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_ended    | role=authority
        {assigned} | caseworker_assigned | role=authority worker=anna
    """).gives(f"""
        assignments
        valid_from | worker | start
        2024-01-15 | anna   | first
        {assigned} | anna   | again
    """)


@pytest.mark.parametrize(("reopened", "start"), [("2024-03-31", "skift"), ("2024-04-01", "after_gap")])
def test_days_while_the_case_was_closed_are_days_without(reopened, start):
    """Lukket 1. marts: genoptaget 31. marts er 30 dage uden, 1. april er 31."""
    given(f"""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | closed              | reason=other
        {reopened} | reopened            |
        {reopened} | caseworker_assigned | role=authority worker=bo
    """).gives(f"""
        assignments
        valid_from | worker | start
        2024-01-15 | anna   | first
        {reopened} | bo     | {start}
    """)


def test_a_gap_is_counted_from_the_last_caseworker_whoever_came_before():
    """Anna, så Bo, så 31 dage uden: Carl er en tildeling efter hul efter Bo."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-02-01 | caseworker_changed  | role=authority worker=bo reason=leave
        2024-03-01 | caseworker_ended    | role=authority
        2024-04-01 | caseworker_assigned | role=authority worker=carl
    """).gives("""
        assignments
        valid_from | worker | start
        2024-01-15 | anna   | first
        2024-02-01 | bo     | skift
        2024-04-01 | carl   | after_gap
    """)


def test_a_gap_within_a_day_is_no_gap():
    """Anna fratræder om morgenen og får rollen igen om eftermiddagen: ved dagens udgang havde hun den."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_ended    | role=authority
        2024-03-01 | caseworker_assigned | role=authority worker=anna
    """).gives("""
        assignments
        valid_from | valid_to | worker | start
        2024-01-15 | …        | anna   | first
    """)
