"""Ventetid: fra henvisning til første visitation og første bevilling (domain.md afsnit 6)."""

from tests.support.given import given


def test_a_referral_waits_for_its_first_visit_and_its_first_grant():
    """21 dage til visitationen, 51 til bevillingen; det, der kommer senere, tæller ikke."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=arbejdsmarked citizen=b1
        2024-01-31 | visited         | forum=samarbejdsforum_30 layer=2
        2024-02-20 | visited         | forum=samarbejdsforum_30 layer=3
        2024-03-01 | support_granted | grant=g1 support=bostoette_85
        2024-03-05 | support_granted | grant=g2 support=efterskole
    """).gives("""
        referrals
        day        | unit          | visited    | layer | granted
        2024-01-10 | arbejdsmarked | 2024-01-31 | 2     | 2024-03-01
    """)


def test_an_accessory_is_not_the_grant_waited_for_but_a_residence_is():
    """En mentor er tilbehør; botilbud er støtte."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=arbejdsmarked citizen=b1
        2024-02-01 | support_granted | grant=g1 support=mentor
        2024-03-01 | support_granted | grant=g2 support=botilbud
    """).gives("""
        referrals
        day        | visited | granted
        2024-01-10 | -       | 2024-03-01
    """)


def test_the_layer_is_the_one_said_by_the_first_visit():
    """Den første visitation sagde intet lag; at den næste gjorde, ændrer ikke ventetidens lag."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=arbejdsmarked citizen=b1
        2024-02-01 | visited  | forum=samarbejdsforum_30
        2024-03-01 | visited  | forum=samarbejdsforum_30 layer=1
    """).gives("""
        referrals
        day        | visited    | layer
        2024-01-10 | 2024-02-01 | -
    """)


def test_visited_on_the_day_of_the_referral_is_no_wait_but_before_it_is_no_visit():
    """Inden for dagen er rækkefølgen registreringens: den første visitation stod før henvisningen."""
    given("""
        day        | event           | details
        2024-01-10 | support_granted | grant=g1 support=efterskole
        2024-01-10 | referred        | unit=arbejdsmarked citizen=b1
        2024-01-10 | visited         | forum=samarbejdsforum_30
    """).gives("""
        referrals
        day        | visited    | granted
        2024-01-10 | 2024-01-10 | -
    """)


def test_the_unit_is_the_one_at_the_end_of_the_day_of_the_referral():
    """Overdraget samme dag: Social. Overdraget dagen efter: stadig den, der modtog."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2024-01-10 | transferred | to=social reason=handover
        2024-01-11 | transferred | to=ungeindsatsen reason=age
    """).gives("""
        referrals
        day        | unit
        2024-01-10 | social
    """)


def test_a_referral_of_an_open_case_is_not_one():
    """Der ventes fra den første."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=arbejdsmarked citizen=b1
        2024-01-20 | referred | unit=arbejdsmarked citizen=b1
        2024-02-01 | visited  | forum=samarbejdsforum_30
    """).gives("""
        referrals
        day        | visited
        2024-01-10 | 2024-02-01
    """)


def test_what_comes_after_the_next_referral_belongs_to_that_one():
    """Den første henvisning fik aldrig en bevilling; den anden ventede 14 dage på sin."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=arbejdsmarked citizen=b1
        2024-02-01 | visited         | forum=samarbejdsforum_30 layer=1
        2024-03-01 | closed          | reason=declined
        2024-06-01 | referred        | unit=ungeindsatsen citizen=b1
        2024-06-15 | support_granted | grant=g1 support=ungestoette
    """).gives("""
        referrals
        day        | unit          | visited    | layer | granted
        2024-01-10 | arbejdsmarked | 2024-02-01 | 1     | -
        2024-06-01 | ungeindsatsen | -          | -     | 2024-06-15
    """)


def test_a_reopening_is_no_referral_and_the_wait_goes_on():
    """Genoptaget: bevillingen i april hører til henvisningen i januar."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=arbejdsmarked citizen=b1
        2024-02-01 | closed          | reason=other
        2024-02-15 | support_granted | grant=g1 support=bostoette_85
        2024-03-01 | reopened        |
        2024-04-01 | support_granted | grant=g2 support=bostoette_85
    """).gives("""
        referrals
        day        | granted
        2024-01-10 | 2024-04-01
    """)


def test_two_referrals_of_a_day_both_have_the_unit_of_its_end():
    """Henvist, afvist og henvist igen samme dag, til en anden enhed."""
    given("""
        nr | day        | event    | details
        1  | 2024-01-10 | referred | unit=arbejdsmarked citizen=b1
        2  | 2024-01-10 | rejected | forum=samarbejdsforum_30 reason=other
        3  | 2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        4  | 2024-02-01 | visited  | forum=samarbejdsforum_ung
    """).gives("""
        referrals
        day        | position | unit          | visited
        2024-01-10 | 1        | ungeindsatsen | -
        2024-01-10 | 3        | ungeindsatsen | 2024-02-01
    """)


def test_three_referrals_of_a_day_all_have_the_unit_of_its_end_however_often_it_moves():
    """Efter dagen flytter ingen af dem sig mere."""
    given("""
        nr | day        | event       | details
        1  | 2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2  | 2024-01-10 | rejected    | forum=samarbejdsforum_30 reason=other
        3  | 2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        4  | 2024-01-10 | closed      | reason=other
        5  | 2024-01-10 | referred    | unit=skole citizen=b1
        6  | 2024-01-10 | transferred | to=boern_familie reason=other
        7  | 2024-01-10 | transferred | to=social reason=other
        8  | 2024-02-01 | transferred | to=arbejdsmarked reason=handover
    """).gives("""
        referrals
        day        | position | unit
        2024-01-10 | 1        | social
        2024-01-10 | 3        | social
        2024-01-10 | 5        | social
    """)
