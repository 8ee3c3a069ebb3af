"""Genoptaget, eller henvist på ny (domain.md afsnit 4)."""

from tests.support.given import given


def test_a_reopened_case_keeps_unit_citizen_and_scope():
    """De lukkede dage tæller ikke med."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1 in_scope=false
        2024-02-01 | transferred | to=arbejdsmarked reason=age
        2024-03-01 | closed      | reason=moved
        2024-06-01 | reopened    |
    """).gives("""
        spans
        valid_from | valid_to   | unit          | citizen | in_scope
        2024-01-10 | 2024-02-01 | ungeindsatsen | b1      | nej
        2024-02-01 | 2024-03-01 | arbejdsmarked | b1      | nej
        2024-06-01 | …          | arbejdsmarked | b1      | nej
    """)


def test_a_case_that_is_closed_may_be_referred_again_elsewhere():
    """Med den enhed, borger og afgrænsning, henvisningen siger."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=moved
        2024-06-01 | referred | unit=social citizen=b2 in_scope=false
    """).gives("""
        spans
        valid_from | valid_to   | unit          | citizen | in_scope
        2024-01-10 | 2024-03-01 | ungeindsatsen | b1      | ja
        2024-06-01 | …          | social        | b2      | nej
    """)


def test_closed_and_reopened_within_a_day_was_never_closed():
    """Ved dagens udgang var den åben, men bevillingen endte med afslutningen."""
    case = given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-03-01 | closed          | reason=other
        2024-03-01 | reopened        |
    """)

    case.gives("""
        spans
        valid_from | valid_to   | stage
        2024-01-10 | 2024-02-01 | waiting
        2024-02-01 | 2024-03-01 | supported
        2024-03-01 | …          | waiting
    """)
    case.gives("""
        grants
        valid_from | valid_to
        2024-02-01 | 2024-03-01
    """)


def test_closed_and_reopened_within_a_day_with_nothing_running_leaves_no_trace():
    """Én ubrudt række."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=other
        2024-03-01 | reopened |
    """).gives("""
        spans
        valid_from | valid_to | stage
        2024-01-10 | …        | waiting
    """)


def test_reopening_an_open_case_changes_nothing():
    """Støtten løber videre."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-03-01 | reopened        |
    """).gives("""
        spans
        valid_from | valid_to   | stage
        2024-01-10 | 2024-02-01 | waiting
        2024-02-01 | …          | supported
    """)


def test_a_case_that_was_never_referred_cannot_be_reopened():
    """Før henvisningen er der ingen sag at genoptage; den åbner først med henvisningen."""
    given("""
        day        | event    | details
        2024-01-05 | reopened |
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
    """).gives("""
        spans
        valid_from | valid_to | unit
        2024-01-10 | …        | ungeindsatsen
    """)


def test_a_rejected_case_may_be_reopened():
    """Afvisningen endte den; genoptagelsen åbner den i samme enhed."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-02-01 | rejected | forum=samarbejdsforum_ung reason=fleksjob
        2024-03-01 | reopened |
    """).gives("""
        spans
        valid_from | valid_to   | unit
        2024-01-10 | 2024-02-01 | ungeindsatsen
        2024-03-01 | …          | ungeindsatsen
    """)
