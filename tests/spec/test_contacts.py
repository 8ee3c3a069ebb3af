"""Fagpersoner om borgeren ud over sagsbehandlerne: udførere og medarbejdere ved handlinger (domain.md afsnit 6)."""

from tests.support.given import given


def test_a_performer_is_a_contact_from_the_match_until_its_end():
    """Bostøtten er om borgeren til dagen før ophøret."""
    given("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | performer_matched | worker=frida
        2024-05-01 | performer_ended   | worker=frida
    """).gives("""
        contacts
        valid_from | valid_to   | worker | activity
        2024-02-01 | 2024-05-01 | frida  | -
    """)


def test_matched_twice_is_one_match_and_an_end_without_a_match_is_nothing():
    """Frida er matchet fra februar; Gert var det aldrig."""
    given("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | performer_matched | worker=frida
        2024-03-01 | performer_matched | worker=frida
        2024-03-01 | performer_ended   | worker=gert
    """).gives("""
        contacts
        valid_from | valid_to | worker
        2024-02-01 | …        | frida
    """)


def test_several_performers_stand_side_by_side():
    """At den ene stopper, rører ikke den anden."""
    given("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | performer_matched | worker=frida
        2024-03-01 | performer_matched | worker=gert
        2024-04-01 | performer_ended   | worker=frida
    """).gives("""
        contacts
        valid_from | valid_to   | worker
        2024-02-01 | 2024-04-01 | frida
        2024-03-01 | …          | gert
    """)


def test_only_the_end_of_a_day_counts_for_a_match():
    """Frida stopper og matches igen 1. marts: ubrudt. Gert matches og stopper samme dag: ingenting."""
    given("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | performer_matched | worker=frida
        2024-03-01 | performer_ended   | worker=frida
        2024-03-01 | performer_matched | worker=frida
        2024-03-02 | performer_matched | worker=gert
        2024-03-02 | performer_ended   | worker=gert
    """).gives("""
        contacts
        valid_from | valid_to | worker
        2024-02-01 | …        | frida
    """)


def test_closing_ends_the_matches_and_reopening_does_not_bring_them_back():
    """Der skal matches på ny."""
    given("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | performer_matched | worker=frida
        2024-03-01 | closed            | reason=other
        2024-04-01 | reopened          |
        2024-05-01 | performer_matched | worker=frida
    """).gives("""
        contacts
        valid_from | valid_to   | worker
        2024-02-01 | 2024-03-01 | frida
        2024-05-01 | …          | frida
    """)


def test_an_activity_is_a_contact_on_its_day_also_when_the_case_is_not_open():
    """Mødet før henvisningen tæller, den gentagne handling tæller hver gang, og en handling uden medarbejder ikke."""
    given("""
        nr | day        | event             | details
        1  | 2024-01-05 | activity_recorded | activity=møde worker=anna
        2  | 2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        3  | 2024-02-01 | activity_recorded | activity=hjemmebesøg worker=frida
        4  | 2024-02-01 | activity_recorded | activity=opkald worker=frida
        5  | 2024-02-02 | activity_recorded | activity=brev
    """).gives("""
        contacts
        valid_from | valid_to   | worker | activity
        2024-01-05 | 2024-01-06 | anna   | 1
        2024-02-01 | 2024-02-02 | frida  | 3
        2024-02-01 | 2024-02-02 | frida  | 4
    """)
