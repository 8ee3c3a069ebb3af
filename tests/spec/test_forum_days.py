"""Sager i fora: forelagt, visiteret, afvist (domain.md afsnit 6)."""

from tests.support.given import given


def test_presented_visited_and_rejected_are_days_in_a_forum():
    """Hver hændelse står for sig; figuren tæller sagen én gang pr. forum og dag."""
    given("""
        day        | event     | details
        2024-01-10 | referred  | unit=arbejdsmarked citizen=b1
        2024-01-18 | presented | forum=samarbejdsforum_30 by=caseworker matter=visitation
        2024-01-18 | visited   | forum=samarbejdsforum_30
        2024-02-15 | presented | forum=kv_udvalg by=leader matter=sparring
        2024-02-22 | rejected  | forum=samarbejdsforum_30 reason=declined
    """).gives("""
        forum_days
        day        | forum
        2024-01-18 | samarbejdsforum_30
        2024-01-18 | samarbejdsforum_30
        2024-02-15 | kv_udvalg
        2024-02-22 | samarbejdsforum_30
    """)


def test_a_forum_may_see_a_case_before_it_is_referred_but_not_admit_it():
    """Forelæggelsen tæller; visitationen af en sag, der ikke er åben, er et fund."""
    given("""
        day        | event     | details
        2024-01-04 | presented | forum=samarbejdsforum_30 by=leader matter=visitation
        2024-01-04 | visited   | forum=samarbejdsforum_30
        2024-01-10 | referred  | unit=arbejdsmarked citizen=b1
    """).gives("""
        forum_days
        day        | forum
        2024-01-04 | samarbejdsforum_30
    """)


def test_a_closed_case_may_be_presented_but_not_rejected_once_more():
    """Kun den første afvisning tæller, og forelæggelsen bagefter."""
    given("""
        day        | event     | details
        2024-01-10 | referred  | unit=arbejdsmarked citizen=b1
        2024-02-01 | rejected  | forum=samarbejdsforum_30 reason=botilbud
        2024-02-08 | rejected  | forum=kv_udvalg reason=botilbud
        2024-02-15 | presented | forum=kv_udvalg by=leader matter=sparring
    """).gives("""
        forum_days
        day        | forum
        2024-02-01 | samarbejdsforum_30
        2024-02-15 | kv_udvalg
    """)
