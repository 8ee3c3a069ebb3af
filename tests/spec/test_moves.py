"""Til- og afgang: hver hændelse, der åbner, lukker eller flytter en sag (domain.md afsnit 4 og 6)."""

from tests.support.given import given


def test_a_referral_brings_a_case_in_and_a_closing_takes_it_out():
    """Fra ingenting til Ungeindsatsen, og ud igen med sin grund."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=education
    """).gives("""
        moves
        day        | from_unit     | to_unit       | cause    | reason    | citizen
        2024-01-10 | -             | ungeindsatsen | referred | -         | b1
        2024-03-01 | ungeindsatsen | -             | closed   | education | b1
    """)


def test_a_rejection_takes_the_case_out_too():
    """Afvist ved visitation afslutter sagen."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-02-01 | rejected | forum=samarbejdsforum_ung reason=botilbud
    """).gives("""
        moves
        day        | from_unit     | to_unit       | cause    | reason
        2024-01-10 | -             | ungeindsatsen | referred | -
        2024-02-01 | ungeindsatsen | -             | rejected | botilbud
    """)


def test_a_transfer_goes_from_unit_to_unit():
    """Med grunden til overdragelsen."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2024-03-01 | transferred | to=social reason=disability_pension
    """).gives("""
        moves
        day        | from_unit     | to_unit       | cause       | reason
        2024-01-10 | -             | arbejdsmarked | referred    | -
        2024-03-01 | arbejdsmarked | social        | transferred | disability_pension
    """)


def test_a_transfer_to_the_unit_it_is_in_is_none():
    """Der flyttes intet."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2024-03-01 | transferred | to=arbejdsmarked reason=handover
    """).gives("""
        moves
        day        | to_unit       | cause
        2024-01-10 | arbejdsmarked | referred
    """)


def test_a_closed_case_is_not_transferred_and_not_closed_again():
    """Efter afslutningen ændrer hverken overdragelse, afvisning eller ny afslutning noget."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2024-03-01 | closed      | reason=employment
        2024-03-05 | transferred | to=social reason=handover
        2024-03-06 | rejected    | forum=kv_udvalg reason=declined
        2024-03-07 | closed      | reason=other
    """).gives("""
        moves
        day        | cause    | reason
        2024-01-10 | referred | -
        2024-03-01 | closed   | employment
    """)


def test_a_reopened_case_comes_back_to_the_unit_it_left():
    """Genoptaget hos Social, hvor den blev lukket, ikke hvor den blev henvist."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2024-02-01 | transferred | to=social reason=handover
        2024-03-01 | closed      | reason=other
        2024-04-01 | reopened    |
    """).gives("""
        moves
        day        | from_unit     | to_unit       | cause
        2024-01-10 | -             | arbejdsmarked | referred
        2024-02-01 | arbejdsmarked | social        | transferred
        2024-03-01 | social        | -             | closed
        2024-04-01 | -             | social        | reopened
    """)


def test_a_new_referral_brings_a_closed_case_in_where_it_says():
    """Med den borger og den enhed, den nye henvisning siger."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=arbejdsmarked citizen=b1
        2024-03-01 | closed   | reason=other
        2024-06-01 | referred | unit=ungeindsatsen citizen=b2
    """).gives("""
        moves
        day        | from_unit     | to_unit       | cause    | citizen
        2024-01-10 | -             | arbejdsmarked | referred | b1
        2024-03-01 | arbejdsmarked | -             | closed   | b1
        2024-06-01 | -             | ungeindsatsen | referred | b2
    """)


def test_referred_twice_is_one_entry():
    """Den anden henvisning af en åben sag er et fund."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=arbejdsmarked citizen=b1
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-02-10 | reopened |
    """).gives("""
        moves
        day        | to_unit       | cause
        2024-01-10 | arbejdsmarked | referred
    """)


def test_all_moves_of_a_day_stand_in_their_order():
    """Ud og ind samme dag står her; i figuren sammenlignes dagenes udgange, så den tæller intet af det."""
    given("""
        nr | day        | event       | details
        1  | 2024-01-10 | referred    | unit=arbejdsmarked citizen=b1
        2  | 2024-03-01 | closed      | reason=other
        3  | 2024-03-01 | reopened    |
        4  | 2024-03-01 | transferred | to=social reason=handover
        5  | 2024-03-01 | transferred | to=arbejdsmarked reason=other
    """).gives("""
        moves
        day        | position | from_unit     | to_unit       | cause
        2024-01-10 | 1        | -             | arbejdsmarked | referred
        2024-03-01 | 2        | arbejdsmarked | -             | closed
        2024-03-01 | 3        | -             | arbejdsmarked | reopened
        2024-03-01 | 4        | arbejdsmarked | social        | transferred
        2024-03-01 | 5        | social        | arbejdsmarked | transferred
    """)
