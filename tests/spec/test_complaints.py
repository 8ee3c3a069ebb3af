"""Klager: modtaget, genvurderet af kommunen, afgjort i Ankestyrelsen (domain.md afsnit 6)."""

from tests.support.given import given


def test_a_complaint_is_received_reassessed_and_decided():
    """Hvert svar har sin dag og sit udfald."""
    given("""
        day        | event                | details
        2024-01-10 | referred             | unit=ungeindsatsen citizen=b1
        2024-02-01 | complaint_received   | complaint=k1
        2024-02-20 | complaint_reassessed | complaint=k1 outcome=maintained
        2024-04-01 | complaint_decided    | complaint=k1 outcome=upheld
    """).gives("""
        complaints
        complaint | received   | reassessed | reassessed_on | decided | decided_on
        k1        | 2024-02-01 | maintained | 2024-02-20    | upheld  | 2024-04-01
    """)


def test_a_complaint_without_an_answer_is_pending():
    """Hverken afgjort eller imødekommet."""
    given("""
        day        | event              | details
        2024-01-10 | referred           | unit=ungeindsatsen citizen=b1
        2024-02-01 | complaint_received | complaint=k1
    """).gives("""
        complaints
        complaint | received   | reassessed | decided
        k1        | 2024-02-01 | -          | -
    """)


def test_after_the_municipality_has_accommodated_it_nothing_more_is_decided():
    """Kommunen gav medhold: en senere afgørelse er et fund."""
    given("""
        day        | event                | details
        2024-02-01 | complaint_received   | complaint=k1
        2024-02-20 | complaint_reassessed | complaint=k1 outcome=accommodated
        2024-04-01 | complaint_decided    | complaint=k1 outcome=changed
    """).gives("""
        complaints
        complaint | reassessed   | reassessed_on | decided | decided_on
        k1        | accommodated | 2024-02-20    | -       | -
    """)


def test_a_decision_needs_no_reassessment_and_nothing_comes_after_it():
    """Hverken en genvurdering eller en afgørelse til ændrer den første afgørelse."""
    given("""
        day        | event                | details
        2024-02-01 | complaint_received   | complaint=k1
        2024-04-01 | complaint_decided    | complaint=k1 outcome=remitted
        2024-04-10 | complaint_reassessed | complaint=k1 outcome=accommodated
        2024-05-01 | complaint_decided    | complaint=k1 outcome=upheld
    """).gives("""
        complaints
        complaint | reassessed | decided  | decided_on
        k1        | -          | remitted | 2024-04-01
    """)


def test_a_second_reassessment_changes_nothing():
    """Den første fastholdelse står, også mod et senere medhold."""
    given("""
        day        | event                | details
        2024-02-01 | complaint_received   | complaint=k1
        2024-02-20 | complaint_reassessed | complaint=k1 outcome=maintained
        2024-03-20 | complaint_reassessed | complaint=k1 outcome=accommodated
    """).gives("""
        complaints
        complaint | reassessed | reassessed_on
        k1        | maintained | 2024-02-20
    """)


def test_a_second_receipt_changes_nothing():
    """Samme klage-id igen, før og efter afgørelsen: modtaget den første dag."""
    given("""
        day        | event              | details
        2024-02-01 | complaint_received | complaint=k1
        2024-02-15 | complaint_received | complaint=k1
        2024-04-01 | complaint_decided  | complaint=k1 outcome=dismissed
        2024-05-01 | complaint_received | complaint=k1
    """).gives("""
        complaints
        complaint | received   | decided
        k1        | 2024-02-01 | dismissed
    """)


def test_an_answer_before_the_complaint_is_a_finding():
    """En afgørelse dagen før klagen besvarer den ikke."""
    given("""
        day        | event              | details
        2024-01-31 | complaint_decided  | complaint=k1 outcome=upheld
        2024-02-01 | complaint_received | complaint=k1
    """).gives("""
        complaints
        complaint | received   | decided
        k1        | 2024-02-01 | -
    """)


def test_on_one_day_the_order_of_registration_says_which_came_first():
    """k1 er modtaget og afgjort samme dag; k2's afgørelse står før dens modtagelse."""
    given("""
        day        | event              | details
        2024-02-01 | complaint_received | complaint=k1
        2024-02-01 | complaint_decided  | complaint=k1 outcome=upheld
        2024-02-01 | complaint_decided  | complaint=k2 outcome=upheld
        2024-02-01 | complaint_received | complaint=k2
    """).gives("""
        complaints
        complaint | received   | decided
        k1        | 2024-02-01 | upheld
        k2        | 2024-02-01 | -
    """)


def test_a_complaint_counts_before_the_referral_and_after_the_closing():
    """Sagen behøver ikke være åben, og afslutningen ender ingen klage."""
    given("""
        day        | event              | details
        2024-01-05 | complaint_received | complaint=k1
        2024-01-10 | referred           | unit=ungeindsatsen citizen=b1
        2024-02-01 | closed             | reason=declined
        2024-02-10 | complaint_received | complaint=k2
        2024-03-10 | complaint_decided  | complaint=k1 outcome=changed
    """).gives("""
        complaints
        complaint | received   | decided | decided_on
        k1        | 2024-01-05 | changed | 2024-03-10
        k2        | 2024-02-10 | -       | -
    """)
