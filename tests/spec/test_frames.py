"""Handlingsrammer og træk på dem (domain.md afsnit 6)."""

from tests.support.given import given


def test_draws_are_counted_against_the_frame():
    """25.000 kr. aftalt, 5.000 trukket."""
    given("""
        day        | event        | details
        2024-01-10 | referred     | unit=arbejdsmarked citizen=b1
        2024-02-01 | frame_agreed | amount=25000
        2024-03-01 | frame_drawn  | amount=5000 purpose=cykel
    """).gives("""
        frames
        valid_from | valid_to   | unit          | frames | agreed | drawn
        2024-02-01 | 2024-03-01 | arbejdsmarked | 1      | 25000  | 0
        2024-03-01 | …          | arbejdsmarked | 1      | 25000  | 5000
    """)


def test_the_frames_of_a_case_add_up():
    """To rammer er 35.000 kr. at trække på."""
    given("""
        day        | event        | details
        2024-01-10 | referred     | unit=arbejdsmarked citizen=b1
        2024-02-01 | frame_agreed | amount=25000
        2024-02-01 | frame_agreed | amount=10000
        2024-02-01 | frame_drawn  | amount=30000 purpose=kursus
    """).gives("""
        frames
        valid_from | valid_to | frames | agreed | drawn
        2024-02-01 | …        | 2      | 35000  | 30000
    """)


def test_a_draw_without_a_frame_counts_as_drawn():
    """Trukket uden ramme: overtrukket, og et fund."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2024-03-01 | frame_drawn | amount=5000 purpose=cykel
    """).gives("""
        frames
        valid_from | valid_to | frames | agreed | drawn
        2024-03-01 | …        | 0      | 0      | 5000
    """)


def test_a_draw_of_nothing_is_a_draw_all_the_same():
    """Trukket 0 kr. uden ramme: også det er overtrukket, og et fund, til en ramme er aftalt."""
    case = given("""
        day        | event        | details
        2024-01-10 | referred     | unit=arbejdsmarked citizen=b1
        2024-03-01 | frame_drawn  | amount=0 purpose=cykel
        2024-04-01 | frame_agreed | amount=0
    """)
    case.gives("""
        frames
        valid_from | valid_to   | frames | agreed | drawn
        2024-03-01 | 2024-04-01 | 0      | 0      | 0
        2024-04-01 | …          | 1      | 0      | 0
    """)
    case.gives("""
        findings
        valid_at   | code
        2024-03-01 | draw_without_frame
    """)


def test_closing_ends_the_frames_and_a_reopened_case_begins_without():
    """Efter genoptagelsen er der hverken ramme eller træk."""
    given("""
        day        | event        | details
        2024-01-10 | referred     | unit=arbejdsmarked citizen=b1
        2024-02-01 | frame_agreed | amount=25000
        2024-02-15 | frame_drawn  | amount=25000 purpose=kursus
        2024-03-01 | closed       | reason=employment
        2024-04-01 | reopened     |
        2024-05-01 | frame_agreed | amount=10000
    """).gives("""
        frames
        valid_from | valid_to   | frames | agreed | drawn
        2024-02-01 | 2024-02-15 | 1      | 25000  | 0
        2024-02-15 | 2024-03-01 | 1      | 25000  | 25000
        2024-05-01 | …          | 1      | 10000  | 0
    """)


def test_a_frame_follows_its_case_to_another_unit():
    """Ved dagens udgang hører rammen til den enhed, sagen er i."""
    given("""
        day        | event        | details
        2024-01-10 | referred     | unit=arbejdsmarked citizen=b1
        2024-02-01 | frame_agreed | amount=25000
        2024-03-01 | transferred  | to=social reason=handover
    """).gives("""
        frames
        valid_from | valid_to   | unit          | agreed
        2024-02-01 | 2024-03-01 | arbejdsmarked | 25000
        2024-03-01 | …          | social        | 25000
    """)
