"""Sagsbehandlere i rollerne, og hvad der er et sagsbehandlerskift (domain.md afsnit 5)."""

from tests.support.given import given


def test_the_first_caseworker_is_no_change():
    """Den første tildeling i en rolle er ikke et skift; fratrædelsens dag er den første uden."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-05-01 | caseworker_ended    | role=authority
    """).gives("""
        assignments
        valid_from | valid_to   | role      | worker | unit          | start | reason
        2024-01-15 | 2024-05-01 | authority | anna   | ungeindsatsen | first | other
    """)


def test_another_caseworker_in_the_role_is_a_change_for_the_reason_given():
    """Skiftet ligger på den nyes første dag."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=leave
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start | reason | cover | samling
        2024-01-15 | 2024-03-01 | anna   | first | other  | nej   | nej
        2024-03-01 | …          | bo     | skift | leave  | nej   | nej
    """)


def test_an_assignment_over_another_caseworker_is_a_change_without_a_reason():
    """Også uden hændelsen sagsbehandlerskift: kilden sagde bare, at Bo nu har rollen."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_assigned | role=authority worker=bo
    """).gives("""
        assignments
        valid_from | worker | start | reason
        2024-01-15 | anna   | first | other
        2024-03-01 | bo     | skift | other
    """)


def test_setting_the_caseworker_who_already_holds_changes_nothing():
    """Anna får rollen en gang til: stadig ét forløb, og grunden er den første."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=anna reason=reorganisation
    """).gives("""
        assignments
        valid_from | valid_to | worker | start | reason
        2024-01-15 | …        | anna   | first | other
    """)


def test_who_neither_began_nor_ended_a_day_in_the_role_leaves_no_trace():
    """Bo havde rollen nogle timer den 1. marts: der er ét skift, fra Anna til Carl, med Carls grund."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=reorganisation
        2024-03-01 | caseworker_changed  | role=authority worker=carl reason=leave
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start | reason
        2024-01-15 | 2024-03-01 | anna   | first | other
        2024-03-01 | …          | carl   | skift | leave
    """)


def test_there_and_back_within_a_day_is_no_change():
    """Anna, så Bo, så Anna igen den 1. marts: Annas forløb er ubrudt."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=cover
        2024-03-01 | caseworker_changed  | role=authority worker=anna reason=cover
    """).gives("""
        assignments
        valid_from | valid_to | worker | start
        2024-01-15 | …        | anna   | first
    """)


def test_the_roles_are_counted_apart():
    """Anna som myndighed og Bo på beskæftigelse er to første tildelinger, intet skift."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=arbejdsmarked citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-02-01 | caseworker_assigned | role=employment worker=bo
        2024-03-01 | caseworker_changed  | role=employment worker=anna reason=transition
    """).gives("""
        assignments
        valid_from | valid_to   | role       | worker | start
        2024-01-15 | …          | authority  | anna   | first
        2024-02-01 | 2024-03-01 | employment | bo     | first
        2024-03-01 | …          | employment | anna   | skift
    """)


def test_a_caseworker_set_before_the_referral_counts_from_the_referral():
    """En sagsbehandler tæller kun de dage, sagen er åben."""
    given("""
        day        | event               | details
        2024-01-02 | caseworker_assigned | role=authority worker=anna
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
    """).gives("""
        assignments
        valid_from | valid_to | worker | unit          | start
        2024-01-10 | …        | anna   | ungeindsatsen | first
    """)


def test_a_change_before_the_referral_is_no_change():
    """Bo afløste Anna, før sagen begyndte: borgeren har kun haft Bo."""
    given("""
        day        | event               | details
        2024-01-02 | caseworker_assigned | role=authority worker=anna
        2024-01-05 | caseworker_changed  | role=authority worker=bo reason=leave
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
    """).gives("""
        assignments
        valid_from | valid_to | worker | start | reason
        2024-01-10 | …        | bo     | first | leave
    """)


def test_a_caseworker_set_on_a_closed_case_counts_from_the_reopening():
    """Bo får rollen den 20. marts, sagen genoptages den 25.: skiftet er den 25."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-10 | closed              | reason=other
        2024-03-20 | caseworker_assigned | role=authority worker=bo
        2024-03-25 | reopened            |
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start
        2024-01-15 | 2024-03-10 | anna   | first
        2024-03-25 | …          | bo     | skift
    """)


def test_closing_and_reopening_within_thirty_days_does_not_hide_a_change():
    """Anna før, Bo efter: et skift, selv om sagen var lukket imellem."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-10 | closed              | reason=other
        2024-03-20 | reopened            |
        2024-03-20 | caseworker_assigned | role=authority worker=bo
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start
        2024-01-15 | 2024-03-10 | anna   | first
        2024-03-20 | …          | bo     | skift
    """)


def test_the_same_caseworker_after_a_closing_is_neither_first_nor_a_change():
    """Samme sagsbehandler igen: hverken et skift eller en tildeling efter hul."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-10 | rejected            | forum=samarbejdsforum_ung reason=declined
        2024-03-20 | reopened            |
        2024-03-20 | caseworker_assigned | role=authority worker=anna
    """).gives("""
        assignments
        valid_from | valid_to   | worker | start
        2024-01-15 | 2024-03-10 | anna   | first
        2024-03-20 | …          | anna   | again
    """)


def test_closed_reopened_and_assigned_again_within_a_day_is_one_run_of_days():
    """Ved hver dags udgang havde Anna rollen i den åbne sag."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-10 | closed              | reason=other
        2024-03-10 | reopened            |
        2024-03-10 | caseworker_assigned | role=authority worker=anna
    """).gives("""
        assignments
        valid_from | valid_to | worker | start
        2024-01-15 | …        | anna   | first
    """)


def test_a_change_belongs_to_the_unit_at_the_end_of_its_day():
    """Bo kommer om morgenen, sagen overdrages om eftermiddagen: skiftet tæller hos Arbejdsmarked."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | caseworker_changed  | role=authority worker=bo reason=transition
        2024-03-01 | transferred         | to=arbejdsmarked reason=age
    """).gives("""
        assignments
        valid_from | worker | unit          | start
        2024-01-15 | anna   | ungeindsatsen | first
        2024-03-01 | bo     | arbejdsmarked | skift
    """)


def test_a_transfer_does_not_break_a_run_of_days():
    """Anna følger med sagen; hendes forløb begyndte i Ungeindsatsen."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-15 | caseworker_assigned | role=authority worker=anna
        2024-03-01 | transferred         | to=arbejdsmarked reason=age
    """).gives("""
        assignments
        valid_from | valid_to | worker | unit
        2024-01-15 | …        | anna   | ungeindsatsen
    """)
