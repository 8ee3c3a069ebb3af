"""What may be registered: each refusal of `decide`, its judgement at the event's own place, and the findings it answers."""

from __future__ import annotations

import ast
import inspect
from datetime import date

import pytest

from journey import case
from journey.commands import SenselessEvent, senseless_events
from journey.refusals import CATALOGUE, NOTED
from tests.support.given import given

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
    "already_proposed": [
        (f"{OPEN}\n2024-02-01 | handover_proposed | to=social", "2024-02-02 | handover_proposed | to=social"),
    ],
    "not_proposed": [
        (OPEN, "2024-02-01 | handover_accepted | to=social"),
        (f"{OPEN}\n2024-02-01 | handover_proposed | to=social", "2024-02-02 | handover_refused | to=skole"),
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
        when.then((1, "improbable_day"))


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
    assert SenselessEvent(3, "not_open").text == CATALOGUE["not_open"].meaning
    assert SenselessEvent(3, "draw_without_frame").text == NOTED["draw_without_frame"]


def test_a_case_without_events_has_no_findings():
    assert senseless_events([]) == []
