"""Bevillinger: hvornår de løber, i hvilken enhed og til hvilket årsbeløb (domain.md afsnit 4 og 6)."""

from tests.support.given import given


def test_a_grant_runs_until_it_is_ended():
    """Ophørets dag er den første uden."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole yearly_amount=54000
        2024-07-01 | support_ended   | grant=g1 reason="skoleåret slut"
    """).gives("""
        grants
        valid_from | valid_to   | support    | yearly_amount | unit
        2024-02-01 | 2024-07-01 | efterskole | 54000         | ungeindsatsen
    """)


def test_no_amount_is_not_the_amount_nought():
    """Uden årsbeløb ved vi det ikke; 0 kroner er et beløb."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-02-01 | support_granted | grant=g2 support=efterskole yearly_amount=0
        2024-02-01 | support_granted | grant=g3 support=mentor yearly_amount=12000
    """).gives("""
        grants
        valid_from | valid_to | support    | yearly_amount
        2024-02-01 | …        | efterskole | -
        2024-02-01 | …        | efterskole | 0
        2024-02-01 | …        | mentor     | 12000
    """)


def test_a_grant_that_runs_is_not_granted_again():
    """Samme bevilling to gange: den første gælder, også beløbet."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole yearly_amount=54000
        3  | 2024-03-01 | support_granted | grant=g1 support=bostoette_85 yearly_amount=90000
    """).gives("""
        grants
        valid_from | valid_to | granted | support    | yearly_amount
        2024-02-01 | …        | 2       | efterskole | 54000
    """)


def test_an_ended_grant_may_be_granted_again_under_its_id():
    """Det er en ny bevilling, med sit eget beløb."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole yearly_amount=54000
        3  | 2024-07-01 | support_ended   | grant=g1
        4  | 2024-08-01 | support_granted | grant=g1 support=efterskole yearly_amount=56000
    """).gives("""
        grants
        valid_from | valid_to   | granted | yearly_amount
        2024-02-01 | 2024-07-01 | 2       | 54000
        2024-08-01 | …          | 4       | 56000
    """)


def test_ended_and_granted_again_on_one_day_are_two_grants_without_a_day_between():
    """Den gamle løb til og med dagen før, den nye fra dagen selv."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole yearly_amount=54000
        3  | 2024-07-01 | support_ended   | grant=g1
        4  | 2024-07-01 | support_granted | grant=g1 support=efterskole yearly_amount=56000
    """).gives("""
        grants
        valid_from | valid_to   | granted | yearly_amount
        2024-02-01 | 2024-07-01 | 2       | 54000
        2024-07-01 | …          | 4       | 56000
    """)


def test_a_grant_ended_on_its_own_day_ran_on_no_day():
    """Ved dagens udgang løb den ikke."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-02-01 | support_ended   | grant=g1
    """).gives("""
        grants
        valid_from | valid_to
    """)


def test_what_is_ended_without_running_leaves_nothing():
    """Et ophør uden bevilling er et fund, ikke en række."""
    given("""
        day        | event         | details
        2024-01-10 | referred      | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_ended | grant=g1
    """).gives("""
        grants
        valid_from | valid_to
    """)


def test_a_grant_follows_its_case_through_the_units():
    """Beløbet hører hver dag til den enhed, sagen er i."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=bostoette_85 yearly_amount=90000
        2024-03-01 | transferred     | to=social reason=handover
        2024-05-01 | transferred     | to=ungeindsatsen reason=other
        2024-06-01 | closed          | reason=moved
    """).gives("""
        grants
        valid_from | valid_to   | unit          | yearly_amount
        2024-02-01 | 2024-03-01 | ungeindsatsen | 90000
        2024-03-01 | 2024-05-01 | social        | 90000
        2024-05-01 | 2024-06-01 | ungeindsatsen | 90000
    """)


def test_a_grant_registered_late_runs_from_the_day_it_is_true():
    """Bevilget 1. februar, registreret i maj, efter at sagen var lukket i april: den løb til lukningen."""
    given("""
        day        | known      | event           | details
        2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-04-01 | 2024-04-01 | closed          | reason=education
        2024-02-01 | 2024-05-20 | support_granted | grant=g1 support=efterskole
    """).gives("""
        grants
        valid_from | valid_to
        2024-02-01 | 2024-04-01
    """)


def test_a_grant_before_the_referral_is_not_one():
    """Sagen var ikke åben."""
    given("""
        day        | event           | details
        2024-01-01 | support_granted | grant=g1 support=efterskole
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
    """).gives("""
        grants
        valid_from | valid_to
    """)
