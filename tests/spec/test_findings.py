"""Fund: hændelser, der ikke giver mening på deres plads; de afvises ikke, men står her (domain.md afsnit 1)."""

import pytest

from tests.support.given import given

ONLY_WHEN_OPEN = """
    visited                | forum=samarbejdsforum_ung
    rejected               | forum=samarbejdsforum_ung reason=other
    closed                 | reason=other
    transferred            | to=social reason=other
    assessment_opened      | method=vum
    assessment_closed      |
    support_granted        | grant=g1 support=efterskole
    support_ended          | grant=g1
    support_refused        | support=efterskole
    performer_matched      | worker=frida
    performer_ended        | worker=frida
    plan_agreed            | plan=ungeplan
    plan_revised           | plan=ungeplan
    follow_up_agreed       | due=2024-05-01
    follow_up_held         | outcome=continue
    frame_agreed           | amount=1000
    frame_drawn            | amount=1000 purpose=cykel
    sent_to_rehabilitation |
"""
ALSO_WHEN_CLOSED = """
    presented           | forum=kv_udvalg by=leader matter=sparring
    benefit_changed     | benefit=ingen
    caseworker_assigned | role=authority worker=anna
    caseworker_changed  | role=authority worker=anna reason=leave
    complaint_received  | complaint=k1
    activity_recorded   | activity=møde
    note_added          |
    referred            | unit=ungeindsatsen citizen=b1
    reopened            |
"""


def each(lines: str) -> list[str]:
    return [line.strip() for line in lines.splitlines() if line.strip()]


@pytest.mark.parametrize("event", each(ONLY_WHEN_OPEN))
def test_what_only_an_open_case_can_have_is_a_finding_before_and_after(event):
    """Før henvisningen og fra afslutningens dag: begge steder et fund."""
    given(f"""
        day        | event    | details
        2024-01-01 | {event}
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=education
        2024-03-01 | {event}
    """).gives("""
        findings
        position | valid_at   | code
        1        | 2024-01-01 | not_open
        4        | 2024-03-01 | not_open
    """)


@pytest.mark.parametrize("event", each(ALSO_WHEN_CLOSED))
def test_what_a_closed_case_can_have_is_no_finding(event):
    """Klager, notater, handlinger, forelæggelser, forsørgelse og sagsbehandlere gælder også i en lukket sag."""
    given(f"""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=education
        2024-03-02 | {event}
    """).gives("""
        findings
        position | code
    """)


def test_opening_an_open_case_and_reopening_one_never_referred_are_findings():
    """Genoptaget før nogen henvisning; henvist og genoptaget, mens den er åben."""
    given("""
        nr | day        | event    | details
        1  | 2024-01-01 | reopened |
        2  | 2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        3  | 2024-01-11 | referred | unit=social citizen=b1
        4  | 2024-01-12 | reopened |
    """).gives("""
        findings
        position | code
        1        | never_referred
        3        | already_open
        4        | already_open
    """)


def test_what_begins_twice_or_ends_without_having_begun_is_a_finding():
    """Bevillinger, roller, udførere, udredning og overdragelse til samme enhed."""
    given("""
        nr | day        | event               | details
        1  | 2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2  | 2024-01-11 | support_ended       | grant=g1
        3  | 2024-01-12 | support_granted     | grant=g1 support=efterskole
        4  | 2024-01-13 | support_granted     | grant=g1 support=efterskole
        5  | 2024-01-14 | caseworker_ended    | role=authority
        6  | 2024-01-15 | caseworker_assigned | role=authority worker=anna
        7  | 2024-01-16 | caseworker_changed  | role=authority worker=anna reason=leave
        8  | 2024-01-17 | performer_ended     | worker=frida
        9  | 2024-01-18 | performer_matched   | worker=frida
        10 | 2024-01-19 | performer_matched   | worker=frida
        11 | 2024-01-20 | assessment_closed   |
        12 | 2024-01-21 | transferred         | to=ungeindsatsen reason=other
    """).gives("""
        findings
        position | code
        2        | grant_not_running
        4        | grant_running
        5        | role_empty
        7        | same_worker
        8        | performer_not_matched
        10       | performer_matched
        11       | assessment_not_open
        12       | same_unit
    """)


def test_a_second_receipt_and_an_answer_to_no_complaint_or_to_an_answered_one_are_findings():
    """Klager: modtaget to gange, besvaret uden at være modtaget, besvaret efter medhold."""
    given("""
        nr | day        | event                | details
        1  | 2024-02-01 | complaint_received   | complaint=k1
        2  | 2024-02-02 | complaint_received   | complaint=k1
        3  | 2024-02-03 | complaint_reassessed | complaint=k2 outcome=maintained
        4  | 2024-02-04 | complaint_decided    | complaint=k2 outcome=upheld
        5  | 2024-02-05 | complaint_reassessed | complaint=k1 outcome=accommodated
        6  | 2024-02-06 | complaint_reassessed | complaint=k1 outcome=maintained
        7  | 2024-02-07 | complaint_decided    | complaint=k1 outcome=upheld
    """).gives("""
        findings
        position | code
        2        | complaint_known
        3        | complaint_unknown
        4        | complaint_unknown
        6        | complaint_answered
        7        | complaint_answered
    """)


def test_a_draw_without_a_frame_and_a_follow_up_that_answers_or_moves_none_are_findings():
    """Trækket og den nye aftale tæller alligevel; en holdt opfølgning uden aftale gør ikke."""
    given("""
        nr | day        | event            | details
        1  | 2024-01-10 | referred         | unit=ungeindsatsen citizen=b1
        2  | 2024-01-11 | frame_drawn      | amount=1000 purpose=cykel
        3  | 2024-01-12 | frame_agreed     | amount=5000
        4  | 2024-01-13 | frame_drawn      | amount=9000 purpose=cykel
        5  | 2024-01-14 | follow_up_held   | outcome=continue
        6  | 2024-01-15 | follow_up_agreed | due=2024-03-01 moved_from=2024-02-01
    """).gives("""
        findings
        position | code
        2        | draw_without_frame
        5        | no_follow_up
        6        | nothing_to_move
    """)


def test_what_was_sense_may_become_a_finding_and_what_was_a_finding_may_become_sense():
    """Bevillingen var før henvisningen; så viser det sig, at borgeren var henvist allerede i december."""
    case = given("""
        nr | day        | known      | event           | details
        1  | 2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-01-05 | 2024-01-11 | support_granted | grant=g1 support=efterskole
        3  | 2023-12-01 | 2024-02-01 | referred        | unit=ungeindsatsen citizen=b1
    """)

    case.known_by(2).gives("""
        findings
        position | code
        2        | not_open
    """)
    case.gives("""
        findings
        position | code
        1        | already_open
    """)
