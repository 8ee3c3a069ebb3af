"""Hvad en afslutning ender, og hvad den ikke ender (domain.md afsnit 4)."""

import pytest

from tests.support.given import given

ENDINGS = ["closed | reason=education", "rejected | forum=samarbejdsforum_ung reason=declined"]

RUNNING = """
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-10 | benefit_changed     | benefit=uddannelseshjaelp
        2024-01-20 | visited             | forum=samarbejdsforum_ung layer=2
        2024-02-01 | assessment_opened   | method=vum
        2024-02-01 | support_granted     | grant=g1 support=efterskole yearly_amount=54000
        2024-02-01 | caseworker_assigned | role=authority worker=anna
        2024-02-01 | caseworker_assigned | role=continuous worker=bo
        2024-02-01 | performer_matched   | worker=frida
        2024-02-01 | frame_agreed        | amount=25000
        2024-02-01 | follow_up_agreed    | due=2024-06-01
        2024-02-01 | complaint_received  | complaint=k1
"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_ends_all_that_runs_on_its_day(ending):
    """Støtte, roller, udfører og ramme ender samme dag; opfølgningen ender med dem."""
    case = given(f"{RUNNING}\n2024-04-01 | {ending}")

    case.gives("""
        grants
        valid_from | valid_to
        2024-02-01 | 2024-04-01
    """)
    case.gives("""
        assignments
        valid_from | valid_to   | worker
        2024-02-01 | 2024-04-01 | anna
        2024-02-01 | 2024-04-01 | bo
    """)
    case.gives("""
        contacts
        valid_from | valid_to   | worker
        2024-02-01 | 2024-04-01 | frida
    """)
    case.gives("""
        frames
        valid_from | valid_to   | agreed
        2024-02-01 | 2024-04-01 | 25000
    """)
    case.gives("""
        follow_ups
        valid_to   | outcome
        2024-04-01 | closed
    """)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_ended_stays_ended_when_the_case_is_reopened(ending):
    """Sagen er igen åben, men venter: ingen støtte, udredning eller sagsbehandler."""
    given(f"""{RUNNING}
        2024-04-01 | {ending}
        2024-05-01 | reopened |
    """).gives("""
        spans
        valid_from | valid_to   | stage     | support    | authority | continuous
        2024-01-10 | 2024-01-20 | waiting   | -          | -         | -
        2024-01-20 | 2024-02-01 | waiting   | -          | -         | -
        2024-02-01 | 2024-04-01 | supported | efterskole | anna      | bo
        2024-05-01 | …          | waiting   | -          | -         | -
    """)


@pytest.mark.parametrize("ending", ENDINGS)
def test_benefit_and_layer_and_a_pending_complaint_are_not_ended(ending):
    """De gælder borgeren, ikke det, der løb i sagen."""
    case = given(f"""{RUNNING}
        2024-04-01 | {ending}
        2024-05-01 | reopened          |
        2024-06-01 | complaint_decided | complaint=k1 outcome=upheld
    """)

    case.gives("""
        spans
        valid_from | valid_to   | benefit           | layer
        2024-01-10 | 2024-01-20 | uddannelseshjaelp | -
        2024-01-20 | 2024-02-01 | uddannelseshjaelp | 2
        2024-02-01 | 2024-04-01 | uddannelseshjaelp | 2
        2024-05-01 | …          | uddannelseshjaelp | 2
    """)
    case.gives("""
        complaints
        complaint | received   | decided
        k1        | 2024-02-01 | upheld
    """)


def test_what_the_closing_has_ended_cannot_be_ended_again():
    """Et ophør dagen efter afslutningen er et fund, og bevillingens id er frit."""
    given(f"""{RUNNING}
        2024-04-01 | closed          | reason=other
        2024-04-02 | support_ended   | grant=g1
        2024-05-01 | reopened        |
        2024-05-02 | support_granted | grant=g1 support=efterskole yearly_amount=60000
    """).gives("""
        grants
        valid_from | valid_to   | yearly_amount
        2024-02-01 | 2024-04-01 | 54000
        2024-05-02 | …          | 60000
    """)


def test_an_event_registered_on_the_closing_day_after_the_closing_comes_too_late():
    """Inden for dagen er rækkefølgen registreringens."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-04-01 | support_refused | support=efterskole
        3  | 2024-04-01 | closed          | reason=other
        4  | 2024-04-01 | support_refused | support=efterskole
    """).gives("""
        findings
        position | code
        4        | not_open
    """)
