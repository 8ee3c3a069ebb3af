"""Rettelser og sene registreringer: hvad registret vidste hvornår (domain.md afsnit 1)."""

from tests.support.given import given


def test_a_correction_takes_the_wrong_event_out_and_puts_the_right_one_in():
    """Enheden var forkert: fra rettelsen på har sagen altid været hos Arbejdsmarked, men før den vidste vi det ikke."""
    case = given("""
        nr | day        | known      | event     | details
        1  | 2024-01-10 | 2024-01-10 | referred  | unit=ungeindsatsen citizen=b1
        2  | 2024-01-10 | 2024-03-01 | withdrawn | source_id=1 reason="forkert enhed"
        3  | 2024-01-10 | 2024-03-01 | referred  | unit=arbejdsmarked citizen=b1
    """)

    case.known_by(1).gives("""
        spans
        valid_from | valid_to | unit
        2024-01-10 | …        | ungeindsatsen
    """)
    case.gives("""
        spans
        valid_from | valid_to | unit
        2024-01-10 | …        | arbejdsmarked
    """)


def test_a_change_is_not_a_correction():
    """Overdraget i marts: sagen var hos Ungeindsatsen indtil da, også som vi ved det nu."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-03-01 | transferred | to=arbejdsmarked reason=age
    """).gives("""
        spans
        valid_from | valid_to   | unit
        2024-01-10 | 2024-03-01 | ungeindsatsen
        2024-03-01 | …          | arbejdsmarked
    """)


def test_a_withdrawal_works_whatever_its_own_day_and_whether_the_case_is_open():
    """Annulleringen har en dag langt ude i fremtiden, og sagen er lukket: bevillingen er ude af tallene alligevel."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole
        3  | 2024-04-01 | closed          | reason=education
        4  | 2030-01-01 | withdrawn       | source_id=2 reason=tastefejl
    """).gives("""
        grants
        valid_from | valid_to
    """)


def test_a_second_withdrawal_changes_nothing():
    """Den samme bevilling annulleret to gange, og den nye med samme id står."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole
        3  | 2024-02-01 | withdrawn       | source_id=2 reason=tastefejl
        4  | 2024-02-01 | support_granted | grant=g1 support=ungestoette
        5  | 2024-02-01 | withdrawn       | source_id=2 reason=tastefejl
    """).gives("""
        grants
        valid_from | granted | support
        2024-02-01 | 4       | ungestoette
    """)


def test_a_withdrawal_is_final():
    """At annullere annulleringen bringer ikke bevillingen tilbage; den skal registreres på ny."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole
        3  | 2024-02-01 | withdrawn       | source_id=2 reason=tastefejl
        4  | 2024-02-01 | withdrawn       | source_id=3 reason="den var rigtig nok"
    """).gives("""
        grants
        valid_from | valid_to
    """)


def test_a_withdrawal_names_its_source_when_it_is_another():
    """Hændelsen med samme nummer i en anden kilde rammes ikke."""
    given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole
        3  | 2024-02-01 | withdrawn       | source=fagsystem-b source_id=2 reason=tastefejl
    """).gives("""
        grants
        valid_from | valid_to
        2024-02-01 | …
    """)


def test_without_its_referral_a_case_never_was():
    """Henvisningen var aldrig sand: bevillingen står uden sag, og det er et fund."""
    case = given("""
        nr | day        | event           | details
        1  | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-02-01 | support_granted | grant=g1 support=efterskole
        3  | 2024-03-01 | withdrawn       | source_id=1 reason="forkert borger"
    """)

    case.gives("""
        spans
        valid_from | valid_to
    """)
    case.gives("""
        findings
        position | code
        2        | not_open
    """)


def test_without_its_closing_a_case_was_open_all_along():
    """Overdragelsen efter den fejlagtige afslutning får virkning."""
    given("""
        nr | day        | event       | details
        1  | 2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2  | 2024-03-01 | closed      | reason=education
        3  | 2024-04-01 | transferred | to=social reason=handover
        4  | 2024-05-01 | withdrawn   | source_id=2 reason="forkert sag"
    """).gives("""
        spans
        valid_from | valid_to   | unit
        2024-01-10 | 2024-04-01 | ungeindsatsen
        2024-04-01 | …          | social
    """)


def test_a_late_event_counts_from_the_day_it_is_true_but_is_believed_from_when_it_is_known():
    """Skiftet 1. februar blev først kendt i maj; Bos dage kommer ind mellem Annas og Carls."""
    case = given("""
        nr | day        | known      | event               | details
        1  | 2024-01-10 | 2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2  | 2024-01-10 | 2024-01-10 | caseworker_assigned | role=authority worker=anna
        3  | 2024-04-01 | 2024-04-01 | caseworker_changed  | role=authority worker=carl reason=leave
        4  | 2024-02-01 | 2024-05-20 | caseworker_changed  | role=authority worker=bo reason=cover
    """)

    case.known_by(3).gives("""
        assignments
        valid_from | valid_to   | worker | start
        2024-01-10 | 2024-04-01 | anna   | first
        2024-04-01 | …          | carl   | skift
    """)
    case.gives("""
        assignments
        valid_from | valid_to   | worker | start
        2024-01-10 | 2024-02-01 | anna   | first
        2024-02-01 | 2024-04-01 | bo     | skift
        2024-04-01 | …          | carl   | skift
    """)


def test_on_one_day_the_event_that_is_known_last_counts_last():
    """Overdragelsen til Social blev kendt sidst: ved dagens udgang var sagen der."""
    given("""
        nr | day        | known      | event           | details
        1  | 2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-03-01 | 2024-03-01 | transferred     | to=arbejdsmarked reason=age
        3  | 2024-04-01 | 2024-04-01 | benefit_changed | benefit=ingen
        4  | 2024-03-01 | 2024-05-01 | transferred     | to=social reason=handover
    """).gives("""
        spans
        valid_from | valid_to   | unit          | benefit
        2024-01-10 | 2024-03-01 | ungeindsatsen | -
        2024-03-01 | 2024-04-01 | social        | -
        2024-04-01 | …          | social        | ingen
    """)


def test_a_late_ending_makes_way_for_a_grant_that_was_a_finding():
    """Bevillingen i marts lignede en gentagelse; så registreres det, at den første ophørte i februar."""
    case = given("""
        nr | day        | known      | event           | details
        1  | 2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2  | 2024-01-15 | 2024-01-15 | support_granted | grant=g1 support=efterskole
        3  | 2024-03-01 | 2024-03-01 | support_granted | grant=g1 support=ungestoette
        4  | 2024-02-20 | 2024-04-01 | support_ended   | grant=g1
    """)

    case.known_by(3).gives("""
        grants
        valid_from | valid_to | support
        2024-01-15 | …        | efterskole
    """)
    case.gives("""
        grants
        valid_from | valid_to   | support
        2024-01-15 | 2024-02-20 | efterskole
        2024-03-01 | …          | ungestoette
    """)


def test_a_day_written_wrongly_is_corrected_by_withdrawing_and_recording_anew():
    """Afslutningen var den 1. april, ikke den 1. marts: trækket i marts kom ikke for sent, og det står til afslutningen."""
    given("""
        nr | day        | known      | event        | details
        1  | 2024-01-10 | 2024-01-10 | referred     | unit=arbejdsmarked citizen=b1
        2  | 2024-03-01 | 2024-03-01 | closed       | reason=employment
        3  | 2024-03-26 | 2024-03-26 | frame_drawn  | amount=1000 purpose=cykel
        4  | 2024-03-01 | 2024-04-02 | withdrawn    | source_id=2 reason="forkert dag"
        5  | 2024-04-01 | 2024-04-02 | closed       | reason=employment
    """).gives("""
        frames
        valid_from | valid_to   | drawn
        2024-03-26 | 2024-04-01 | 1000
    """)
