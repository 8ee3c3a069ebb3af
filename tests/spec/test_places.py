"""Hvilken enhed sagen hører til, åben eller ej: det afgør, hvor klager og opfølgninger tælles (domain.md afsnit 6)."""

from tests.support.given import given


def test_a_case_belongs_to_its_unit_also_after_it_is_closed():
    """Før henvisningen regnes den til den enhed, den blev henvist til."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=other
    """).gives("""
        places
        valid_from | valid_to   | unit          | before_referral
        …          | 2024-01-10 | ungeindsatsen | ja
        2024-01-10 | …          | ungeindsatsen | nej
    """)


def test_before_the_referral_is_the_unit_referred_to_not_the_one_transferred_to_that_day():
    """Henvist til Ungeindsatsen, overdraget samme dag: dagene før hører til Ungeindsatsen, dagen selv til Social."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-01-10 | transferred | to=social reason=handover
    """).gives("""
        places
        valid_from | valid_to   | unit          | before_referral
        …          | 2024-01-10 | ungeindsatsen | ja
        2024-01-10 | …          | social        | nej
    """)


def test_a_transfer_moves_the_case_and_so_does_a_new_referral():
    """Mens sagen er lukket, hører den til, hvor den sidst var."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-03-01 | transferred | to=arbejdsmarked reason=age
        2024-04-01 | closed      | reason=other
        2024-05-01 | transferred | to=social reason=other
        2024-06-01 | referred    | unit=social citizen=b1
    """).gives("""
        places
        valid_from | valid_to   | unit          | before_referral
        …          | 2024-01-10 | ungeindsatsen | ja
        2024-01-10 | 2024-03-01 | ungeindsatsen | nej
        2024-03-01 | 2024-06-01 | arbejdsmarked | nej
        2024-06-01 | …          | social        | nej
    """)


def test_a_case_that_was_never_referred_belongs_nowhere():
    """En klage og et notat gør ingen sag."""
    given("""
        day        | event              | details
        2024-01-10 | complaint_received | complaint=k1
        2024-01-11 | reopened           |
    """).gives("""
        places
        valid_from | unit
    """)


def test_an_earlier_referral_that_is_registered_late_moves_the_beginning():
    """Den første henvisning viser sig at være fra november: dagene før regnes nu til Social."""
    given("""
        day        | known      | event    | details
        2024-01-10 | 2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2023-11-01 | 2024-02-01 | referred | unit=social citizen=b1
    """).gives("""
        places
        valid_from | valid_to   | unit   | before_referral
        …          | 2023-11-01 | social | ja
        2023-11-01 | …          | social | nej
    """)
