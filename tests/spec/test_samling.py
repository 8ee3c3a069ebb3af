"""Samling: "én sagsbehandler, frem for to" (domain.md afsnit 5)."""

from tests.support.given import given

TWO_CASEWORKERS = """
        day        | event               | details
        2024-01-10 | referred            | unit=arbejdsmarked citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-01-15 | caseworker_assigned | role=employment worker=bo
"""


def test_a_caseworker_who_takes_over_the_other_role_too_gathers_them():
    """Bo havde beskæftigelse og overtager myndighed: borgeren har én sagsbehandler, frem for to."""
    given(f"""{TWO_CASEWORKERS}
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=transition
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-01-15 | employment | bo     | first | nej
        2024-03-01 | authority  | bo     | skift | ja
    """)


def test_from_three_caseworkers_to_two_is_a_samling():
    """Tre sagsbehandlere bliver til to."""
    given(f"""{TWO_CASEWORKERS}
        2024-01-15 | caseworker_assigned | role=continuous worker=carl
        2024-03-01 | caseworker_changed  | role=continuous worker=bo reason=transition
    """).gives("""
        assignments
        valid_from | role       | worker | samling
        2024-01-15 | authority  | anna   | nej
        2024-01-15 | employment | bo     | nej
        2024-01-15 | continuous | carl   | nej
        2024-03-01 | continuous | bo     | ja
    """)


def test_a_newcomer_gathers_nothing():
    """Dora havde ingen rolle i sagen: et almindeligt skift."""
    given(f"""{TWO_CASEWORKERS}
        2024-03-01 | caseworker_changed  | role=authority worker=dora reason=leave
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-01-15 | employment | bo     | first | nej
        2024-03-01 | authority  | dora   | skift | nej
    """)


def test_it_is_no_samling_when_the_citizen_has_as_many_caseworkers_as_before():
    """Bo overtager myndighed, men Carl overtager beskæftigelse samme dag: der er stadig to."""
    given(f"""{TWO_CASEWORKERS}
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=transition
        2024-03-01 | caseworker_changed  | role=employment worker=carl reason=transition
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-01-15 | employment | bo     | first | nej
        2024-03-01 | authority  | bo     | skift | nej
        2024-03-01 | employment | carl   | skift | nej
    """)


def test_both_roles_given_to_a_newcomer_on_one_day_is_no_samling():
    """Dora får begge roller: den sidste dag, rollerne var besat, havde hun ingen af dem."""
    given(f"""{TWO_CASEWORKERS}
        2024-03-01 | caseworker_changed  | role=authority worker=dora reason=reorganisation
        2024-03-01 | caseworker_changed  | role=employment worker=dora reason=reorganisation
    """).gives("""
        assignments
        valid_from | role       | worker | samling
        2024-01-15 | authority  | anna   | nej
        2024-01-15 | employment | bo     | nej
        2024-03-01 | authority  | dora   | nej
        2024-03-01 | employment | dora   | nej
    """)


def test_after_days_without_it_is_compared_with_the_last_day_the_role_was_held():
    """Myndighed stod tom i tyve dage; den sidste dag, den var besat, var der to."""
    given(f"""{TWO_CASEWORKERS}
        2024-03-01 | caseworker_ended    | role=authority
        2024-03-21 | caseworker_assigned | role=authority worker=bo
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-01-15 | employment | bo     | first | nej
        2024-03-21 | authority  | bo     | skift | ja
    """)


def test_after_a_gap_it_is_no_change_and_so_no_samling():
    """31 dage uden nogen: en tildeling efter hul."""
    given(f"""{TWO_CASEWORKERS}
        2024-03-01 | caseworker_ended    | role=authority
        2024-04-01 | caseworker_assigned | role=authority worker=bo
    """).gives("""
        assignments
        valid_from | role       | worker | start     | samling
        2024-01-15 | authority  | anna   | first     | nej
        2024-01-15 | employment | bo     | first     | nej
        2024-04-01 | authority  | bo     | after_gap | nej
    """)


def test_a_third_role_that_changes_on_the_same_day_is_counted_as_it_stands_at_its_end():
    """Bo overtager myndighed, Dora den gennemgående: af tre bliver to, og kun Bos skift samler."""
    given(f"""{TWO_CASEWORKERS}
        2024-01-15 | caseworker_assigned | role=continuous worker=carl
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=transition
        2024-03-01 | caseworker_changed  | role=continuous worker=dora reason=leave
    """).gives("""
        assignments
        valid_from | role       | worker | samling
        2024-01-15 | authority  | anna   | nej
        2024-01-15 | employment | bo     | nej
        2024-01-15 | continuous | carl   | nej
        2024-03-01 | authority  | bo     | ja
        2024-03-01 | continuous | dora   | nej
    """)


def test_the_last_day_with_a_holder_decides_who_else_held_a_role():
    """Bo fik beskæftigelse på dagen, hvor myndighed blev tom; den sidste dag, Anna havde den, var Bo der ikke."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=arbejdsmarked citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-01-15 | caseworker_assigned | role=continuous worker=carl
        2024-03-01 | caseworker_ended    | role=authority
        2024-03-01 | caseworker_assigned | role=employment worker=bo
        2024-03-01 | caseworker_ended    | role=continuous
        2024-03-10 | caseworker_assigned | role=authority worker=bo
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-01-15 | continuous | carl   | first | nej
        2024-03-01 | employment | bo     | first | nej
        2024-03-10 | authority  | bo     | skift | nej
    """)


def test_one_who_came_on_the_last_day_with_a_holder_held_a_role_that_day():
    """Bo fik beskæftigelse dagen før; så var der to, og nu er der én."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=arbejdsmarked citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-02-29 | caseworker_assigned | role=employment worker=bo
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=transition
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-02-29 | employment | bo     | first | nej
        2024-03-01 | authority  | bo     | skift | ja
    """)


def test_the_role_itself_is_not_another_role():
    """Bo havde kun myndighed før Anna; da hun havde den, havde han ingen rolle."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=arbejdsmarked citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-01-15 | caseworker_assigned | role=continuous worker=carl
        2024-03-01 | caseworker_ended    | role=continuous
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=leave
    """).gives("""
        assignments
        valid_from | role       | worker | start | samling
        2024-01-15 | authority  | anna   | first | nej
        2024-01-15 | continuous | carl   | first | nej
        2024-03-01 | authority  | bo     | skift | nej
    """)
