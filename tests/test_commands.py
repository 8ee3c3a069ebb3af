"""What may be registered: each refusal of `decide`, its judgement at the event's own place, and the findings it answers."""

from __future__ import annotations

import ast
import inspect
from datetime import date

import pytest

from journey import case
from journey.commands import Senseless, senseless
from journey.refusals import CATALOGUE, NOTED
from tests.given import given

OPEN = """
    day        | event    | details
    2024-01-10 | referred | unit=ungeindsatsen citizen=b1
"""
CLOSED = f"""{OPEN}
    2024-04-01 | closed   | reason=education
"""

IMPOSSIBLE = {
    "already_open": [
        (OPEN, "2024-02-01 | referred | unit=social citizen=b1"),
        (OPEN, "2024-02-01 | reopened |"),
    ],
    "never_referred": [("", "2024-02-01 | reopened |"), (OPEN, "2024-01-09 | reopened |")],
    "not_open": [
        ("", "2024-01-10 | visited | forum=samarbejdsforum_ung"),
        (OPEN, "2024-01-09 | closed | reason=other"),
        (CLOSED, "2024-04-01 | transferred | to=social reason=other"),
        (CLOSED, "2024-05-01 | support_granted | grant=g1 support=efterskole"),
        (CLOSED, "2024-05-01 | rejected | forum=kv_udvalg reason=other"),
        (CLOSED, "2024-05-01 | frame_drawn | amount=1 purpose=cykel"),
    ],
    "grant_running": [
        (
            f"{OPEN}\n2024-02-01 | support_granted | grant=g1 support=efterskole",
            "2024-03-01 | support_granted | grant=g1 support=mentor",
        )
    ],
    "grant_not_running": [
        (OPEN, "2024-03-01 | support_ended | grant=g1"),
        (f"{OPEN}\n2024-02-01 | support_granted | grant=g1 support=efterskole", "2024-03-01 | support_ended | grant=g2"),
        (f"{OPEN}\n2024-02-01 | support_granted | grant=g1 support=efterskole", "2024-01-31 | support_ended | grant=g1"),
    ],
    "performer_matched": [
        (f"{OPEN}\n2024-02-01 | performer_matched | worker=frida", "2024-03-01 | performer_matched | worker=frida")
    ],
    "performer_not_matched": [(OPEN, "2024-03-01 | performer_ended | worker=frida")],
    "assessment_not_open": [(OPEN, "2024-03-01 | assessment_closed |")],
    "same_unit": [(OPEN, "2024-03-01 | transferred | to=ungeindsatsen reason=handover")],
    "role_empty": [
        (OPEN, "2024-03-01 | caseworker_ended | role=authority"),
        (
            f"{OPEN}\n2024-02-01 | caseworker_assigned | role=employment worker=bo",
            "2024-03-01 | caseworker_ended | role=authority",
        ),
    ],
    "same_worker": [
        (f"{OPEN}\n2024-02-01 | caseworker_assigned | role=authority worker=bo", f"2024-03-01 | {again}")
        for again in (
            "caseworker_assigned | role=authority worker=bo",
            "caseworker_changed | role=authority worker=bo reason=leave",
        )
    ],
    "complaint_known": [
        (f"{OPEN}\n2024-02-01 | complaint_received | complaint=k1", "2024-03-01 | complaint_received | complaint=k1")
    ],
    "complaint_unknown": [
        (OPEN, "2024-03-01 | complaint_reassessed | complaint=k1 outcome=maintained"),
        (OPEN, "2024-03-01 | complaint_decided | complaint=k1 outcome=upheld"),
        (
            f"{OPEN}\n2024-03-02 | complaint_received | complaint=k1",
            "2024-03-01 | complaint_decided | complaint=k1 outcome=upheld",
        ),
    ],
    "complaint_answered": [
        (f"{OPEN}\n2024-02-01 | complaint_received | complaint=k1\n2024-03-01 | {first}", f"2024-04-01 | {then}")
        for first, then in (
            (
                "complaint_reassessed | complaint=k1 outcome=maintained",
                "complaint_reassessed | complaint=k1 outcome=accommodated",
            ),
            ("complaint_reassessed | complaint=k1 outcome=accommodated", "complaint_decided | complaint=k1 outcome=changed"),
            ("complaint_decided | complaint=k1 outcome=upheld", "complaint_decided | complaint=k1 outcome=changed"),
            ("complaint_decided | complaint=k1 outcome=upheld", "complaint_reassessed | complaint=k1 outcome=maintained"),
        )
    ],
    "no_follow_up": [
        (OPEN, "2024-03-01 | follow_up_held | outcome=continue"),
        (
            f"{OPEN}\n2024-02-01 | follow_up_agreed | due=2024-03-01 track=social",
            "2024-03-01 | follow_up_held | outcome=continue",
        ),
    ],
}
EVENTS = "day | event | details\n"


@pytest.mark.parametrize(
    ("code", "history", "entry"),
    [pytest.param(code, *example, id=f"{code}-{nth}") for code, some in IMPOSSIBLE.items() for nth, example in enumerate(some)],
)
def test_an_event_that_makes_no_sense_in_its_place_is_refused(code, history, entry):
    given(history).when(EVENTS + entry).refused(code, place=entry[:10])


def test_every_finding_that_a_fold_can_make_is_refused_or_noted():
    """Each code that `evolve` can give has its example above, or is one of those taken all the same."""
    strings = {node.value for node in ast.walk(ast.parse(inspect.getsource(case))) if isinstance(node, ast.Constant)}

    assert strings & {*CATALOGUE, *NOTED} == {*IMPOSSIBLE, *NOTED}


@pytest.mark.parametrize(
    "entry",
    [
        "presented | forum=kv_udvalg by=leader matter=sparring",
        "benefit_changed | benefit=ingen",
        "caseworker_assigned | role=authority worker=anna",
        "complaint_received | complaint=k1",
        "activity_recorded | activity=møde",
        "note_added |",
    ],
)
@pytest.mark.parametrize("history", ["", CLOSED])
def test_what_needs_no_open_case_is_taken_without_one(history, entry):
    given(history).when(f"{EVENTS}2024-05-01 | {entry}").then()


# --- judged at its own place in the order (valid_at, next position) ---------------------------------------------------


def test_a_grant_of_march_may_be_registered_in_may_on_a_case_closed_in_april():
    given(CLOSED).when(f"{EVENTS}2024-03-01 | support_granted | grant=g1 support=bostoette_85").then()


@pytest.mark.parametrize(("day", "taken"), [("2024-03-31", True), ("2024-04-01", False), ("2024-04-02", False)])
def test_on_the_day_of_the_closing_a_new_event_stands_after_it(day, taken):
    when = given(CLOSED).when(f"{EVENTS}{day} | support_refused | support=efterskole")

    if taken:
        when.then()
    else:
        when.refused("not_open", place=day)


def test_a_day_before_the_referral_is_not_open_though_the_case_is_open_today():
    given(OPEN).when(f"{EVENTS}2024-01-09 | support_granted | grant=g1 support=efterskole").refused("not_open")


def test_an_earlier_closing_is_taken_and_what_it_makes_senseless_is_answered():
    """The findings name the later events, in the case's order."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-04-01 | transferred     | to=social reason=handover
        3  | 2024-03-01 | support_granted | grant=g1 support=efterskole
    """).when(f"{EVENTS}2024-02-01 | closed | reason=other").then((3, "not_open"), (2, "not_open"))


def test_an_earlier_grant_makes_a_later_one_of_its_id_a_finding():
    given(f"{OPEN}\n2024-03-01 | support_granted | grant=g1 support=efterskole").when(
        f"{EVENTS}2024-02-01 | support_granted | grant=g1 support=mentor"
    ).then((2, "grant_running"))


def test_a_finding_that_was_there_before_is_not_answered_again():
    given(f"{OPEN}\n2024-02-01 | support_ended | grant=g9").when(f"{EVENTS}2024-03-01 | assessment_opened | method=vum").then()


def test_a_finding_of_another_kind_at_the_same_event_is_answered():
    """It was the end of a grant that never ran; now the case is not even open that day."""
    given(f"{OPEN}\n2024-03-01 | support_ended | grant=g9").when(f"{EVENTS}2024-02-01 | closed | reason=other").then(
        (2, "not_open")
    )


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("frame_drawn | amount=1000 purpose=cykel", "draw_without_frame"),
        ("follow_up_agreed | due=2024-05-01 moved_from=2024-04-01", "nothing_to_move"),
    ],
)
def test_what_the_law_takes_all_the_same_is_taken_and_answered_as_a_finding(entry, code):
    given(OPEN).when(f"{EVENTS}2024-03-01 | {entry}").then((2, code))


def test_withdrawing_a_frame_answers_the_draw_that_is_left_without_one():
    given(f"{OPEN}\n2024-02-01 | frame_agreed | amount=5000\n2024-03-01 | frame_drawn | amount=1000 purpose=cykel").when(
        f"{EVENTS}2024-02-01 | withdrawn | source_id=2 reason=tastefejl"
    ).then((3, "draw_without_frame"))


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "refused"), [("1899-12-31", True), ("1900-01-01", False)])
def test_nothing_is_registered_before_1900(day, refused):
    when = given().when(f"{EVENTS}{day} | benefit_changed | benefit=ingen")

    if refused:
        when.refused("too_early", place="valid_at")
    else:
        when.then()


@pytest.mark.parametrize(
    ("today", "last", "first_refused"),
    [
        ("2025-06-01", "2027-06-01", "2027-06-02"),
        ("2024-02-29", "2026-02-28", "2026-03-01"),
        ("2026-02-28", "2028-02-28", "2028-02-29"),
        ("2024-12-31", "2026-12-31", "2027-01-01"),
    ],
)
def test_nothing_is_registered_more_than_two_years_ahead(today, last, first_refused):
    today = date.fromisoformat(today)

    given().when(f"{EVENTS}{last} | benefit_changed | benefit=ingen", today).then()
    given().when(f"{EVENTS}{first_refused} | benefit_changed | benefit=ingen", today).refused("too_late", place="valid_at")


def test_the_day_of_a_withdrawal_is_bounded_too():
    given(OPEN).when(f"{EVENTS}2099-01-01 | withdrawn | source_id=1 reason=tastefejl").refused("too_late")


# --- withdrawals ------------------------------------------------------------------------------------------------------

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


# --- several entries in one transaction ---------------------------------------------------------------------------------


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


@pytest.mark.parametrize("ending", ["closed | reason=education", "rejected | forum=kv_udvalg reason=other"])
def test_an_ended_case_keeps_what_was_said_of_the_citizen_and_nothing_that_ran(ending):
    state = case.NEW
    for recorded in given(f"""{OPEN}
        2024-01-11 | benefit_changed     | benefit=ingen
        2024-01-12 | assessment_opened   | method=vum
        2024-01-15 | support_granted     | grant=g1 support=efterskole
        2024-01-18 | caseworker_assigned | role=authority worker=anna
        2024-01-21 | performer_matched   | worker=frida
        2024-01-25 | follow_up_agreed    | due=2024-09-01
        2024-01-27 | frame_agreed        | amount=5000
        2024-01-28 | frame_drawn         | amount=1000 purpose=cykel
        2024-03-01 | {ending}
    """).history:
        state, _ = case.evolve(state, recorded)

    assert state == case.State(unit="ungeindsatsen", citizen="b1", benefit="ingen")


def test_an_assessment_that_is_closed_is_as_if_it_had_never_been_open():
    state = case.NEW
    for recorded in given(f"{OPEN}\n2024-01-12 | assessment_opened | method=vum\n2024-01-13 | assessment_closed |").history:
        state, _ = case.evolve(state, recorded)

    assert state == case.State(open=True, unit="ungeindsatsen", citizen="b1")


def test_a_finding_reads_in_danish():
    assert Senseless(3, "not_open").text == CATALOGUE["not_open"].meaning
    assert Senseless(3, "draw_without_frame").text == NOTED["draw_without_frame"]


def test_a_case_without_events_has_no_findings():
    assert senseless([]) == []
