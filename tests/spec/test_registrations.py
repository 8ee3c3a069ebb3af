"""Sen registrering: hvornår noget gjaldt, og hvornår registret fik det at vide (domain.md afsnit 6)."""

from projections.rows.registrations import BETWEEN
from tests.support.given import given


def test_an_event_is_late_by_the_days_from_when_it_was_true_to_when_it_was_known():
    """To dage for sent; på dagen; kendt 14 dage i forvejen."""
    given("""
        nr | day        | known      | event       | details
        1  | 2024-01-10 | 2024-01-12 | referred    | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | 2024-02-01 | visited     | forum=samarbejdsforum_ung
        3  | 2024-03-15 | 2024-03-01 | transferred | to=social reason=age
    """).gives("""
        registrations
        position | valid_at   | known_day
        1        | 2024-01-10 | 2024-01-12
        2        | 2024-02-01 | 2024-02-01
        3        | 2024-03-15 | 2024-03-01
    """)


def test_it_has_its_source():
    """Kilden er med, så hver kildes pauser kan tælles."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
    """).gives("""
        registrations
        valid_at   | source
        2024-01-10 | spec
    """)


def test_the_day_it_was_known_is_the_day_in_copenhagen():
    """Om vinteren skifter dagen kl. 23 UTC, om sommeren kl. 22."""
    given("""
        day        | known                     | event           | details
        2024-01-10 | 2024-01-10T22:59:59+00:00 | referred        | unit=ungeindsatsen citizen=b1
        2024-01-11 | 2024-01-11T23:00:00+00:00 | benefit_changed | benefit=ingen
        2024-07-01 | 2024-07-01T22:30:00Z      | benefit_changed | benefit=fleksjob
    """).gives("""
        registrations
        valid_at   | known_day
        2024-01-10 | 2024-01-10
        2024-01-11 | 2024-01-12
        2024-07-01 | 2024-07-02
    """)


def test_a_withdrawn_event_and_its_withdrawal_are_not_counted():
    """Den rigtige hændelse tæller, med den dag den blev kendt."""
    given("""
        nr | day        | known      | event     | details
        1  | 2024-01-10 | 2024-01-10 | referred  | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | 2024-02-02 | visited   | forum=samarbejdsforum_30
        3  | 2024-02-01 | 2024-03-10 | withdrawn | source_id=2 reason="forkert forum"
        4  | 2024-02-01 | 2024-03-10 | visited   | forum=samarbejdsforum_ung
    """).gives("""
        registrations
        position | valid_at   | known_day
        1        | 2024-01-10 | 2024-01-10
        4        | 2024-02-01 | 2024-03-10
    """)


def test_an_event_that_makes_no_sense_was_registered_all_the_same():
    """Alle hændelser, der ikke er annulleret, tæller."""
    given("""
        day        | known      | event         | details
        2024-01-10 | 2024-01-10 | referred      | unit=ungeindsatsen citizen=b1
        2024-02-01 | 2024-04-01 | support_ended | grant=g9
        2024-02-02 | 2024-04-01 | note_added    |
    """).gives("""
        registrations
        valid_at   | known_day
        2024-01-10 | 2024-01-10
        2024-02-01 | 2024-04-01
        2024-02-02 | 2024-04-01
    """)


def test_its_unit_is_the_cases_at_the_end_of_the_day():
    """Åben eller ej; før henvisningen har sagen ingen, også når den henvises senere. En sen overdragelse flytter dagens hændelser."""
    given("""
        nr | day        | known      | event             | details
        1  | 2024-01-05 | 2024-01-05 | activity_recorded | activity=opkald
        2  | 2024-01-10 | 2024-01-10 | activity_recorded | activity=moede
        3  | 2024-01-10 | 2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        4  | 2024-02-01 | 2024-02-01 | activity_recorded | activity=moede
        5  | 2024-03-01 | 2024-03-01 | closed            | reason=other
        6  | 2024-03-02 | 2024-03-02 | activity_recorded | activity=opkald
        7  | 2024-02-01 | 2024-04-01 | transferred       | to=social reason=age
    """).gives("""
        registrations
        position | valid_at   | unit
        1        | 2024-01-05 | -
        2        | 2024-01-10 | ungeindsatsen
        3        | 2024-01-10 | ungeindsatsen
        4        | 2024-02-01 | social
        5        | 2024-03-01 | social
        6        | 2024-03-02 | social
        7        | 2024-02-01 | social
    """)


def test_it_keeps_the_codes_as_they_are_said_and_whether_something_begins():
    """En ydelse, der siges igen, og et afslag begynder intet; hvad listerne siger om koderne, slås op, når der læses."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1 channel=internal
        2024-01-11 | benefit_changed | benefit=ressourceforloeb
        2024-01-12 | benefit_changed | benefit=ressourceforloeb
        2024-01-13 | support_granted | grant=g1 support=bostoette_85
        2024-01-14 | support_refused | support=efterskole
        2024-01-15 | support_ended   | grant=g1
    """).gives(
        """
        registrations
        valid_at   | codes
        2024-01-10 | units.ungeindsatsen+channels.internal
        2024-01-11 | benefits.ressourceforloeb
        2024-01-12 | =benefits.ressourceforloeb
        2024-01-13 | supports.bostoette_85
        2024-01-14 | =supports.efterskole
        2024-01-15 | -
    """.replace("+", BETWEEN)
    )


def test_a_benefit_that_was_said_earlier_goes_on_and_a_withdrawn_one_does_not():
    """Annulleres den første, begynder den næste."""
    lines = """
        day        | event           | details
        2024-01-11 | benefit_changed | benefit=ressourceforloeb
        2026-03-01 | benefit_changed | benefit=ressourceforloeb
    """
    given(lines).gives("""
        registrations
        valid_at   | codes
        2024-01-11 | benefits.ressourceforloeb
        2026-03-01 | =benefits.ressourceforloeb
    """)
    given(lines + "2026-03-01 | withdrawn | source=spec source_id=1 reason=fejl").gives("""
        registrations
        valid_at   | codes
        2026-03-01 | benefits.ressourceforloeb
    """)
