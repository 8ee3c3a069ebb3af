"""Milepæle: hvad der bringer forløbet videre, og hvad der kom lige før (proceskortet)."""

from tests.support.given import given


def test_each_milestone_names_the_one_before_it():
    """Støtten begynder én gang; tilbehør og endnu en støtte er ingen milepæl."""
    given("""
        nr | day        | event             | details
        1  | 2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2  | 2024-01-12 | assessment_opened | method=application
        3  | 2024-02-01 | visited           | forum=samarbejdsforum_ung
        4  | 2024-02-02 | support_granted   | grant=g0 support=mentor
        5  | 2024-02-05 | support_granted   | grant=g1 support=bostoette_85
        6  | 2024-03-05 | support_granted   | grant=g2 support=efterskole
        7  | 2024-05-01 | transferred       | to=social reason=age
        8  | 2024-06-01 | closed            | reason=moved
        9  | 2024-07-01 | reopened          |
    """).gives("""
        milestones
        position | day        | milestone     | unit          | after         | since
        1        | 2024-01-10 | referred      | ungeindsatsen | -             | -
        2        | 2024-01-12 | assessment    | ungeindsatsen | referred      | 2024-01-10
        3        | 2024-02-01 | visited       | ungeindsatsen | assessment    | 2024-01-12
        5        | 2024-02-05 | support_began | ungeindsatsen | visited       | 2024-02-01
        7        | 2024-05-01 | transferred   | social        | support_began | 2024-02-05
        8        | 2024-06-01 | closed        | social        | transferred   | 2024-05-01
        9        | 2024-07-01 | reopened      | social        | closed        | 2024-06-01
    """)


def test_what_makes_no_sense_is_no_milestone():
    """Visiteret før henvisningen, henvist to gange, overdraget til samme enhed."""
    given("""
        day        | event       | details
        2024-01-01 | visited     | forum=samarbejdsforum_ung
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-01-11 | referred    | unit=social citizen=b1
        2024-01-12 | transferred | to=ungeindsatsen reason=other
        2024-01-13 | rejected    | forum=samarbejdsforum_ung reason=other
    """).gives("""
        milestones
        day        | milestone | after
        2024-01-10 | referred  | -
        2024-01-13 | rejected  | referred
    """)


def test_a_late_event_comes_between():
    """Visitationen blev først kendt senere; den står alligevel mellem de to andre. Annulleret er den der ikke."""
    history = given("""
        nr | day        | known      | event           | details
        1  | 2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-03-01 | 2024-03-01 | support_granted | grant=g1 support=efterskole
        3  | 2024-02-01 | 2024-04-01 | visited         | forum=samarbejdsforum_ung
        4  | 2024-02-01 | 2024-05-01 | withdrawn       | source=spec source_id=3 reason=fejl
    """)

    for position, before in ((2, "referred"), (3, "visited"), (4, "referred")):
        rows = [("referred", "-"), ("support_began", before)] + [("visited", "referred")] * (position == 3)
        history.known_by(position).gives(
            "milestones\nmilestone | after\n" + "\n".join(f"{milestone} | {after}" for milestone, after in rows)
        )
