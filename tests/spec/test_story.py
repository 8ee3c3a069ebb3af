"""A case's story: what each event changed, what was believed before a correction, and what is open with its clock."""

from __future__ import annotations

from datetime import date

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from dashboards.case.facts import changes, facts
from dashboards.case.obligations import obligations
from dashboards.case.story import CaseStory, story
from dashboards.words.language import DANISH, ENGLISH
from journey.case import NEW, evolve
from journey.codes import standard
from journey.history import in_order, known_by
from tests.support.given import CASE, told
from tests.support.histories import random_register, taken
from tests.support.history_events import by_stream

CODES = standard()


def of(table: str, position: int | None = None) -> CaseStory:
    known = told(table)
    return story(CASE, known if position is None else known_by(known, position))


def changed(told: CaseStory) -> list[str]:
    """A line an event: its position, and what it changed."""
    out: list[str] = []
    for one in told.events:
        moves = changes(facts(one.before, CODES, DANISH), facts(one.after, CODES, DANISH))
        said = [f"{move.label}: {move.before or '–'} > {move.after or '–'}" for move in moves]
        out.append(f"{one.recorded.position} {' · '.join(said) or 'intet'}" + (f" ! {one.finding}" if one.finding else ""))
    return out


def open_on(told: CaseStory, day: str) -> list[str]:
    when = date.fromisoformat(day)
    state, clocks = told.at(when)
    return [
        f"{one.what}: {one.clock}" + (" !" if one.overdue else "") for one in obligations(state, clocks, when, CODES, DANISH)
    ]


def test_each_event_says_what_it_changed():
    case = of("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted   | grant=g1 support=bostoette_85 yearly_amount=94500
        2024-02-01 | support_granted   | grant=g1 support=efterskole
        2024-03-01 | activity_recorded | activity=møde
        2024-04-01 | transferred       | to=social reason=age
    """)

    assert changed(case) == [
        "1 Sagen: ikke åben > venter · Enhed: – > Ungeindsatsen · Borger: – > b1",
        "2 Sagen: venter > har støtte · Bevilling g1: – > Bostøtte, længerevarende, 94.500 kr. om året, primær støtte",
        "3 intet ! grant_running",
        "4 intet",
        "5 Enhed: Ungeindsatsen > Socialområdet",
    ]


WRONG_DAY = """
    day        | known      | event           | details
    2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
    2024-02-01 | 2024-02-03 | support_granted | grant=g1 support=bostoette_85
    2024-03-20 | 2024-03-20 | withdrawn       | source_id=2 reason=forkert_dato
    2024-02-11 | 2024-03-20 | support_granted | grant=g1 support=bostoette_85
"""


def test_a_correction_shows_what_was_believed_until_when_and_what_came_instead():
    before, after = of(WRONG_DAY, 2), of(WRONG_DAY)

    assert [one.recorded.position for one in before.events if one.withdrawn_by] == []
    wrong = next(one for one in after.events if one.recorded.position == 2)
    assert wrong.withdrawn_by is not None
    assert wrong.replaced_by is not None
    assert (wrong.withdrawn_by.position, str(wrong.withdrawn_by.known_at.date()), wrong.replaced_by.position) == (
        3,
        "2024-03-20",
        4,
    )
    assert [(one.recorded.position, one.withdraws and one.withdraws.position) for one in after.events] == [
        (1, None),
        (2, None),
        (4, None),
        (3, 2),
    ]
    assert changed(after)[1:] == ["2 intet", changed(before)[1].replace("2 ", "4 ", 1), "3 intet"]


def test_what_is_registered_later_is_not_what_replaced_it():
    case = of("""
        day        | known      | event             | details
        2024-01-10 | 2024-01-10 | activity_recorded | activity=møde
        2024-03-20 | 2024-03-20 | withdrawn         | source_id=1 reason=dobbelt
        2024-03-20 | 2024-03-21 | activity_recorded | activity=møde
    """)

    assert [one.replaced_by for one in case.events] == [None, None, None]


def test_what_is_open_has_its_clock():
    case = of("""
        day        | event                | details
        2024-01-01 | complaint_received   | complaint=k1
        2024-01-02 | referred             | unit=ungeindsatsen citizen=b1
        2024-01-02 | assessment_opened    | method=vum
        2024-01-03 | follow_up_agreed     | due=2024-01-20 track=social
        2024-01-03 | follow_up_agreed     | due=2024-01-10
        2024-01-04 | frame_agreed         | amount=25000
        2024-01-05 | frame_drawn          | amount=30000 purpose=computer
        2024-01-12 | complaint_reassessed | complaint=k1 outcome=maintained
        2024-01-25 | complaint_decided    | complaint=k1 outcome=upheld
        2024-01-25 | assessment_closed    |
        2024-01-26 | closed               | reason=moved
    """)

    assert open_on(case, "2024-01-04") == [
        "Opfølgning: frist 10. januar 2024: om 6 dage",
        "Opfølgning, social: frist 20. januar 2024: om 16 dage",
        "Udredning i gang: 2 dage siden 2. januar 2024",
        "Handlingsramme: 25.000 kr. tilbage af 25.000 kr., 0 dage siden 4. januar 2024",
        "Klage k1: 3 dage siden 1. januar 2024; ikke genvurderet endnu",
    ]
    assert open_on(case, "2024-01-12") == [
        "Opfølgning: frist 10. januar 2024: 2 dage over fristen !",
        "Opfølgning, social: frist 20. januar 2024: om 8 dage",
        "Udredning i gang: 10 dage siden 2. januar 2024",
        "Handlingsramme: 5.000 kr. trukket ud over det aftalte !",
        "Klage k1: 11 dage siden 1. januar 2024; fastholdt 12. januar 2024, ikke afgjort endnu",
    ]
    assert open_on(case, "2024-01-20")[1] == "Opfølgning, social: frist 20. januar 2024: i dag"
    assert open_on(case, "2024-01-25")[0] == "Opfølgning: frist 10. januar 2024: 15 dage over fristen !"
    assert open_on(case, "2024-01-26") == []


def test_it_is_said_in_english_too():
    case = of(WRONG_DAY)

    assert [f"{one.label}: {one.text}" for one in facts(case.events[-1].after, CODES, ENGLISH)] == [
        "The case: has support",
        "Unit: Youth Unit",
        "Citizen: b1",
        "Grant g1: Home support, long-term, primary support",
    ]


@drawn(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_the_story_is_the_fold(seed: int):
    """The states of the story are those of the fold of what stands, whatever else is shown between them."""
    for stream, history in by_stream(taken(random_register(seed, cases=3, events=25))).items():
        state = NEW
        expected = {}
        for recorded in in_order(history):
            before, (state, finding) = state, evolve(state, recorded)
            expected[recorded.position] = (before, state, finding)
        shown = story(stream, history)
        assert {one.recorded.position for one in shown.events} == {one.position for one in history}
        for one in shown.events:
            if one.recorded.position in expected:
                assert (one.before, one.after, one.finding) == expected[one.recorded.position]
            else:
                assert (one.before, one.finding) == (one.after, None)
