"""What may be withdrawn, what a withdrawal leaves senseless, and several entries in one transaction."""

from __future__ import annotations

import pytest

from journey import case
from tests.rules.test_commands import CLOSED, EVENTS, OPEN
from tests.support.given import given

HISTORY = """
    nr | day        | event                | details
    1  | 2023-12-01 | benefit_changed      | benefit=ingen
    2  | 2024-01-10 | referred             | unit=ungeindsatsen citizen=b1
    3  | 2024-01-11 | presented            | forum=kv_udvalg by=leader matter=visitation
    4  | 2024-01-12 | assessment_opened    | method=vum
    5  | 2024-01-13 | assessment_closed    |
    6  | 2024-01-14 | visited              | forum=kv_udvalg
    7  | 2024-01-15 | support_granted      | grant=g1 support=efterskole
    8  | 2024-01-16 | support_ended        | grant=g1
    9  | 2024-01-17 | support_refused      | support=mentor
    10 | 2024-01-18 | caseworker_assigned  | role=authority worker=anna
    11 | 2024-01-19 | caseworker_changed   | role=authority worker=bo reason=leave
    12 | 2024-01-20 | caseworker_ended     | role=authority
    13 | 2024-01-21 | performer_matched    | worker=frida
    14 | 2024-01-22 | performer_ended      | worker=frida
    15 | 2024-01-23 | plan_agreed          | plan=ungeplan
    16 | 2024-01-24 | plan_revised         | plan=ungeplan
    17 | 2024-01-25 | follow_up_agreed     | due=2024-03-01
    18 | 2024-01-26 | follow_up_held       | outcome=continue
    19 | 2024-01-27 | frame_agreed         | amount=5000
    20 | 2024-01-28 | frame_drawn          | amount=1000 purpose=cykel
    21 | 2024-01-29 | transferred          | to=social reason=other
    22 | 2024-01-30 | sent_to_rehabilitation |
    23 | 2024-02-01 | complaint_received   | complaint=k1
    24 | 2024-02-02 | complaint_reassessed | complaint=k1 outcome=maintained
    25 | 2024-02-03 | complaint_decided    | complaint=k1 outcome=upheld
    26 | 2024-02-04 | activity_recorded    | activity=møde
    27 | 2024-02-05 | note_added           |
    28 | 2024-02-06 | closed               | reason=other
    29 | 2024-02-07 | reopened             |
    30 | 2024-02-08 | rejected             | forum=kv_udvalg reason=other
"""
LEFT_SENSELESS = {
    2: [(n, "not_open") for n in range(4, 10)]
    + [(n, "not_open") for n in range(13, 23)]
    + [(28, "not_open"), (29, "never_referred"), (30, "not_open")],
    4: [(5, "assessment_not_open")],
    7: [(8, "grant_not_running")],
    13: [(14, "performer_not_matched")],
    17: [(18, "no_follow_up")],
    19: [(20, "draw_without_frame")],
    23: [(24, "complaint_unknown"), (25, "complaint_unknown")],
    28: [(29, "already_open")],
    29: [(30, "not_open")],
}


@pytest.mark.parametrize("position", range(1, 31))
def test_every_kind_of_event_can_be_withdrawn_and_what_it_leaves_senseless_is_answered(position):
    given(HISTORY).when(f"{EVENTS}2025-01-01 | withdrawn | source_id={position} reason=tastefejl").then(
        *LEFT_SENSELESS.get(position, [])
    )


def test_only_an_event_of_the_case_can_be_withdrawn():
    given(OPEN).when(f"{EVENTS}2024-02-01 | withdrawn | source_id=7 reason=tastefejl").refused("not_there", place="source_id")


def test_the_event_of_another_source_with_that_id_is_not_the_one():
    given(OPEN).when(f"{EVENTS}2024-02-01 | withdrawn | source=fagsystem-b source_id=1 reason=tastefejl").refused("not_there")


def test_an_event_is_withdrawn_once():
    given(f"{OPEN}\n2024-02-01 | withdrawn | source_id=1 reason=tastefejl").when(
        f"{EVENTS}2024-02-01 | withdrawn | source_id=1 reason=tastefejl"
    ).refused("withdrawn_already", place="source_id")


def test_a_withdrawal_is_final():
    given(f"{OPEN}\n2024-02-01 | withdrawn | source_id=1 reason=tastefejl").when(
        f"{EVENTS}2024-02-01 | withdrawn | source_id=2 reason=fortrudt"
    ).refused("withdrawal_withdrawn", place="source_id")


def test_a_withdrawal_may_be_made_on_a_closed_case():
    given(f"{CLOSED}\n2024-02-01 | note_added |").when(f"{EVENTS}2024-06-01 | withdrawn | source_id=3 reason=tastefejl").then()


def test_a_correction_is_a_withdrawal_and_the_right_event_in_one_transaction():
    """Withdrawing the referral alone would leave the grant senseless; with the right one beside it, it does not."""
    given(f"{OPEN}\n2024-02-01 | support_granted | grant=g1 support=efterskole").when("""
        day        | event     | details
        2024-01-10 | withdrawn | source_id=1 reason="forkert enhed"
        2024-01-10 | referred  | unit=arbejdsmarked citizen=b1
    """).then()


def test_the_other_way_about_the_case_is_open_already():
    given(OPEN).when("""
        day        | event     | details
        2024-01-10 | referred  | unit=arbejdsmarked citizen=b1
        2024-01-10 | withdrawn | source_id=1 reason="forkert enhed"
    """).refused("already_open")


def test_each_entry_is_judged_with_those_before_it():
    given().when("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-03-01 | support_ended   | grant=g1
        2024-04-01 | closed          | reason=education
    """).then()


def test_one_impossible_entry_refuses_them_all():
    given().when("""
        day        | event         | details
        2024-01-10 | referred      | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_ended | grant=g1
        2024-04-01 | closed        | reason=education
    """).refused("grant_not_running", place="2024-02-01")


def test_an_entry_made_senseless_by_one_after_it_is_answered_by_its_place_in_the_transaction():
    """Position 2 is past the log's end: the first of these two."""
    given(OPEN).when("""
        day        | event       | details
        2024-03-01 | transferred | to=social reason=other
        2024-02-01 | closed      | reason=other
    """).then((2, "not_open"))


def test_an_entry_may_be_withdrawn_by_a_later_one_of_its_transaction_but_not_by_an_earlier():
    given(OPEN).when("""
        day        | event      | details
        2024-03-01 | note_added |
        2024-03-01 | withdrawn  | source_id=2 reason=tastefejl
    """).then()
    given(OPEN).when("""
        day        | event      | details
        2024-03-01 | withdrawn  | source_id=3 reason=tastefejl
        2024-03-01 | note_added |
    """).refused("not_there")


def test_the_first_entries_of_a_case_are_answered_by_their_places_too():
    given().when("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-03-01 | frame_drawn | amount=1000 purpose=cykel
    """).then((2, "draw_without_frame"))


def test_what_is_moved_to_another_day_is_no_finding():
    given(f"{OPEN}\n2024-02-01 | follow_up_agreed | due=2024-04-01").when(
        f"{EVENTS}2024-03-01 | follow_up_agreed | due=2024-05-01 moved_from=2024-04-01"
    ).then()


def test_an_answered_complaint_does_not_answer_another():
    given(f"""{OPEN}
        2024-02-01 | complaint_received | complaint=k1
        2024-02-02 | complaint_received | complaint=k2
        2024-03-01 | complaint_decided  | complaint=k2 outcome=upheld
    """).when(f"{EVENTS}2024-03-02 | complaint_reassessed | complaint=k1 outcome=maintained").then()


def test_what_is_not_a_citizen_s_is_no_course_to_make_sense_in():
    history = given("""
        day        | event              | details
        2025-01-15 | survey_recorded    | wave=2025 statement="fig. 1" answers=null n=16
        2025-01-16 | withdrawn          | source_id=7 reason=tastefejl
    """).history

    assert [case.evolve(case.NEW, recorded) for recorded in history] == [(case.NEW, None)] * 2
