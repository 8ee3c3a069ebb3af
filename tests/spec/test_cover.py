"""Vikar: fra Anna til Bo og tilbage til Anna, når Bo blev i under 30 dage (domain.md afsnit 5)."""

import pytest

from tests.support.given import given


@pytest.mark.parametrize(
    ("back", "cover"),
    [
        ("2024-03-02", "ja"),  # 1 dag
        ("2024-03-30", "ja"),  # 29 dage: 1.-29. marts
        ("2024-03-31", "nej"),  # 30 dage: 1.-30. marts
        ("2024-04-01", "nej"),  # 31 dage
    ],
)
def test_a_stay_shorter_than_thirty_days_with_the_first_back_after_it_is_a_cover(back, cover):
    """Begge skift er en del af vikariatet: at Bo kom, og at Anna kom tilbage."""
    given(f"""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        {back} | caseworker_changed  | role=authority worker=anna reason=other
    """).gives(f"""
        assignments
        valid_from | valid_to   | worker | start | cover
        2024-01-15 | 2024-03-01 | anna   | first | nej
        2024-03-01 | {back} | bo     | skift | {cover}
        {back} | …          | anna   | skift | {cover}
    """)


def test_the_shape_makes_a_cover_not_the_reason_given():
    """Grunden var omorganisering begge gange; det er vikar alligevel."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=reorganisation
        2024-03-15 | caseworker_changed  | role=authority worker=anna reason=reorganisation
    """).gives("""
        assignments
        valid_from | worker | reason         | cover
        2024-01-15 | anna   | other          | nej
        2024-03-01 | bo     | reorganisation | ja
        2024-03-15 | anna   | reorganisation | ja
    """)


def test_calling_it_cover_does_not_make_it_one_when_a_third_comes_after():
    """Anna, Bo, Carl: ingen kom tilbage."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        2024-03-10 | caseworker_changed  | role=authority worker=carl reason=cover
    """).gives("""
        assignments
        valid_from | worker | start | cover
        2024-01-15 | anna   | first | nej
        2024-03-01 | bo     | skift | nej
        2024-03-10 | carl   | skift | nej
    """)


def test_every_change_that_is_part_of_some_cover_is_left_out():
    """Anna, Bo, Anna, Bo, alle i under 30 dage: Bo dækker for Anna, og Anna for Bo."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        2024-03-10 | caseworker_changed  | role=authority worker=anna reason=cover
        2024-03-20 | caseworker_changed  | role=authority worker=bo reason=cover
    """).gives("""
        assignments
        valid_from | worker | cover
        2024-01-15 | anna   | nej
        2024-03-01 | bo     | ja
        2024-03-10 | anna   | ja
        2024-03-20 | bo     | ja
    """)


def test_after_a_cover_a_lasting_change_is_counted():
    """Bo dækker i marts; i juni overtager han for alvor, efter at Anna havde rollen i over 30 dage."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        2024-03-10 | caseworker_changed  | role=authority worker=anna reason=cover
        2024-06-01 | caseworker_changed  | role=authority worker=bo reason=leave
    """).gives("""
        assignments
        valid_from | worker | cover
        2024-01-15 | anna   | nej
        2024-03-01 | bo     | ja
        2024-03-10 | anna   | ja
        2024-06-01 | bo     | nej
    """)


def test_days_without_anyone_before_and_after_do_not_undo_a_cover():
    """Bo havde rollen 15 dage; de tomme dage før og efter er under 31 og tæller ikke som hans."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_ended    | role=authority
        2024-03-05 | caseworker_assigned | role=authority worker=bo
        2024-03-20 | caseworker_ended    | role=authority
        2024-04-19 | caseworker_assigned | role=authority worker=anna
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start | cover
        2024-01-15 | 2024-03-01 | anna   | first | nej
        2024-03-05 | 2024-03-20 | bo     | skift | ja
        2024-04-19 | …          | anna   | skift | ja
    """)


def test_a_return_after_a_gap_makes_no_cover():
    """31 dage uden nogen efter Bo: Annas tilbagekomst er ikke et skift, og Bos komme tæller."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-05 | caseworker_changed  | role=authority worker=bo reason=cover
        2024-03-20 | caseworker_ended    | role=authority
        2024-04-20 | caseworker_assigned | role=authority worker=anna
    """).gives("""
        assignments
        valid_from | worker | start     | cover
        2024-01-15 | anna   | first     | nej
        2024-03-05 | bo     | skift     | nej
        2024-04-20 | anna   | after_gap | nej
    """)


def test_closing_and_reopening_in_the_midst_does_not_undo_a_cover():
    """Bo dækkede, sagen blev lukket og genoptaget med Anna: stadig vikar."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        2024-03-10 | closed              | reason=other
        2024-03-15 | reopened            |
        2024-03-15 | caseworker_assigned | role=authority worker=anna
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start | cover
        2024-01-15 | 2024-03-01 | anna   | first | nej
        2024-03-01 | 2024-03-10 | bo     | skift | ja
        2024-03-15 | …          | anna   | skift | ja
    """)


def test_a_cover_is_known_only_once_the_first_is_known_to_be_back():
    """Bo har rollen fra marts; først da registret hører, at Anna er tilbage, var det vikar."""
    case = given("""
        nr | day        | event               | details
        1  | 2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2  | 2024-01-15 | caseworker_assigned | role=authority worker=anna
        3  | 2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        4  | 2024-03-15 | caseworker_changed  | role=authority worker=anna reason=cover
    """)

    case.known_by(3).gives("""
        assignments
        valid_from | worker | cover
        2024-01-15 | anna   | nej
        2024-03-01 | bo     | nej
    """)
    case.gives("""
        assignments
        valid_from | worker | cover
        2024-01-15 | anna   | nej
        2024-03-01 | bo     | ja
        2024-03-15 | anna   | ja
    """)
