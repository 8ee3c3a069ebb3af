"""Sagens tilstand fra dag til dag: enhed, trin, støtte, forsørgelse (domain.md afsnit 4)."""

from tests.support.given import given


def test_a_case_is_open_from_its_referral_until_its_closing():
    """Henvisningens dag er den første, der tæller med, og afslutningens dag er den første, der ikke gør."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed   | reason=education
    """).gives("""
        spans
        valid_from | valid_to   | unit          | stage   | citizen
        2024-01-10 | 2024-03-01 | ungeindsatsen | waiting | b1
    """)


def test_a_case_closed_on_the_day_of_its_referral_has_no_days():
    """Det er dagens udgang, der tæller: da var sagen lukket igen."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-01-10 | closed   | reason=other
    """).gives("""
        spans
        valid_from | valid_to | unit
    """)


def test_of_several_units_on_a_day_the_last_counts():
    """Henvist til Ungeindsatsen og overdraget samme dag: ved dagens udgang var sagen hos Arbejdsmarked."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-01-10 | transferred | to=arbejdsmarked reason=handover
    """).gives("""
        spans
        valid_from | valid_to | unit
        2024-01-10 | …        | arbejdsmarked
    """)


def test_there_and_back_within_a_day_leaves_no_trace():
    """Overdraget og tilbage samme dag: ved dagens udgang var alt som før."""
    given("""
        day        | event       | details
        2024-01-10 | referred    | unit=ungeindsatsen citizen=b1
        2024-02-01 | transferred | to=social reason=other
        2024-02-01 | transferred | to=ungeindsatsen reason=other
    """).gives("""
        spans
        valid_from | valid_to | unit
        2024-01-10 | …        | ungeindsatsen
    """)


def test_a_support_comes_before_an_assessment_and_does_not_close_it():
    """Udredningen er i gang hele vejen, men så længe der er støtte, er trinnet 'med støtte'."""
    given("""
        day        | event             | details
        2024-01-10 | referred          | unit=ungeindsatsen citizen=b1
        2024-02-01 | assessment_opened | method=vum
        2024-03-01 | support_granted   | grant=g1 support=bostoette_85
        2024-06-01 | support_ended     | grant=g1
        2024-06-15 | assessment_closed |
    """).gives("""
        spans
        valid_from | valid_to   | stage     | support
        2024-01-10 | 2024-02-01 | waiting   | -
        2024-02-01 | 2024-03-01 | assessing | -
        2024-03-01 | 2024-06-01 | supported | bostoette_85
        2024-06-01 | 2024-06-15 | assessing | -
        2024-06-15 | …          | waiting   | -
    """)


def test_an_accessory_is_never_the_support_of_a_case():
    """En mentor er tilbehør: sagen venter stadig på sin støtte."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=mentor
    """).gives("""
        spans
        valid_from | valid_to | stage   | support
        2024-01-10 | …        | waiting | -
    """)


def test_a_residence_is_the_support_only_without_one_of_the_four():
    """Botilbud er 'andet': det viger for bostøtte, også når det er bevilget sidst."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=botilbud
        2024-03-01 | support_granted | grant=g2 support=bostoette_85
        2024-04-01 | support_ended   | grant=g1
        2024-05-01 | support_granted | grant=g3 support=botilbud
        2024-06-01 | support_ended   | grant=g2
    """).gives("""
        spans
        valid_from | valid_to   | stage     | support
        2024-01-10 | 2024-02-01 | waiting   | -
        2024-02-01 | 2024-03-01 | supported | botilbud
        2024-03-01 | 2024-06-01 | supported | bostoette_85
        2024-06-01 | …          | supported | botilbud
    """)


def test_the_support_granted_last_is_the_primary_one():
    """Ophører den, er det den næstsidst bevilgede af dem, der løber."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-03-01 | support_granted | grant=g2 support=bostoette_85
        2024-04-01 | support_ended   | grant=g2
    """).gives("""
        spans
        valid_from | valid_to   | support
        2024-01-10 | 2024-02-01 | -
        2024-02-01 | 2024-03-01 | efterskole
        2024-03-01 | 2024-04-01 | bostoette_85
        2024-04-01 | …          | efterskole
    """)


def test_of_two_supports_granted_on_a_day_the_one_registered_last_is_primary():
    """Inden for en dag er rækkefølgen den, de er registreret i."""
    given("""
        day        | event           | details
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-02-01 | support_granted | grant=g1 support=efterskole
        2024-02-01 | support_granted | grant=g2 support=ungestoette
    """).gives("""
        spans
        valid_from | valid_to   | support
        2024-01-10 | 2024-02-01 | -
        2024-02-01 | …          | ungestoette
    """)


def test_granted_last_means_by_the_day_it_is_true_not_by_when_it_was_registered():
    """Bevillingen fra februar registreres først i maj; den fra marts er stadig den seneste."""
    given("""
        day        | known      | event           | details
        2024-01-10 | 2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-03-01 | 2024-03-01 | support_granted | grant=g2 support=ungestoette
        2024-02-01 | 2024-05-20 | support_granted | grant=g1 support=efterskole
    """).gives("""
        spans
        valid_from | valid_to   | support
        2024-01-10 | 2024-02-01 | -
        2024-02-01 | 2024-03-01 | efterskole
        2024-03-01 | …          | ungestoette
    """)


def test_a_benefit_counts_whether_or_not_the_case_is_open():
    """Forsørgelsen kendes før henvisningen, og en, der oplyses, mens sagen er lukket, gælder ved genoptagelsen."""
    given("""
        day        | event           | details
        2023-12-01 | benefit_changed | benefit=uddannelseshjaelp
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed          | reason=moved
        2024-03-15 | benefit_changed | benefit=sygedagpenge
        2024-04-01 | reopened        |
    """).gives("""
        spans
        valid_from | valid_to   | benefit
        2024-01-10 | 2024-03-01 | uddannelseshjaelp
        2024-04-01 | …          | sygedagpenge
    """)


def test_what_a_later_event_leaves_out_is_not_unsaid():
    """Fødselsmåned og lag er, som de sidst er oplyst; november 2003 er måned 24046 fra år 0 (2003 gange 12 plus 10)."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1 born=2003-11
        2024-02-01 | visited  | forum=samarbejdsforum_ung layer=2
        2024-03-01 | visited  | forum=samarbejdsforum_ung
        2024-04-01 | closed   | reason=other
        2024-05-01 | referred | unit=ungeindsatsen citizen=b1
    """).gives("""
        spans
        valid_from | valid_to   | born  | layer
        2024-01-10 | 2024-02-01 | 24046 | -
        2024-02-01 | 2024-04-01 | 24046 | 2
        2024-05-01 | …          | 24046 | 2
    """)


def test_a_case_that_came_along_is_out_of_scope_until_it_is_visited():
    """En medfulgt sag tæller som uden for HOI, til den bliver visiteret."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1 in_scope=false
        2024-02-01 | visited  | forum=samarbejdsforum_ung
    """).gives("""
        spans
        valid_from | valid_to   | in_scope
        2024-01-10 | 2024-02-01 | nej
        2024-02-01 | …          | ja
    """)


def test_reopening_keeps_the_scope_and_a_new_referral_says_it_anew():
    """Genoptaget: stadig uden for HOI. Henvist på ny: som den nye henvisning siger."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1 in_scope=false
        2024-02-01 | closed   | reason=other
        2024-03-01 | reopened |
        2024-04-01 | closed   | reason=other
        2024-05-01 | referred | unit=ungeindsatsen citizen=b1
    """).gives("""
        spans
        valid_from | valid_to   | in_scope
        2024-01-10 | 2024-02-01 | nej
        2024-03-01 | 2024-04-01 | nej
        2024-05-01 | …          | ja
    """)


def test_before_the_referral_and_after_the_closing_nothing_changes_the_case():
    """Visitation, bevilling og overdragelse uden for de dage, sagen er åben, ændrer intet."""
    given("""
        day        | event           | details
        2024-01-01 | visited         | forum=samarbejdsforum_ung layer=1
        2024-01-05 | support_granted | grant=g1 support=efterskole
        2024-01-10 | referred        | unit=ungeindsatsen citizen=b1
        2024-03-01 | closed          | reason=other
        2024-03-02 | transferred     | to=social reason=handover
        2024-04-01 | reopened        |
    """).gives("""
        spans
        valid_from | valid_to   | unit          | stage   | layer
        2024-01-10 | 2024-03-01 | ungeindsatsen | waiting | -
        2024-04-01 | …          | ungeindsatsen | waiting | -
    """)


def test_a_second_referral_of_an_open_case_changes_nothing():
    """Heller ikke borger, fødselsmåned eller enhed."""
    given("""
        day        | event    | details
        2024-01-10 | referred | unit=ungeindsatsen citizen=b1
        2024-02-01 | referred | unit=arbejdsmarked citizen=b2 born=2003-05 in_scope=false
    """).gives("""
        spans
        valid_from | valid_to | unit          | citizen | born | in_scope
        2024-01-10 | …        | ungeindsatsen | b1      | -    | ja
    """)


def test_a_transfer_ends_nothing():
    """Støtte, sagsbehandler og udredning følger med sagen til den nye enhed."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=ungeindsatsen citizen=b1
        2024-01-10 | support_granted     | grant=g1 support=bostoette_85
        2024-01-10 | caseworker_assigned | role=authority worker=anna
        2024-01-10 | assessment_opened   | method=vum
        2024-03-01 | transferred         | to=social reason=handover
        2024-04-01 | support_ended       | grant=g1
    """).gives("""
        spans
        valid_from | valid_to   | unit          | stage     | support      | authority
        2024-01-10 | 2024-03-01 | ungeindsatsen | supported | bostoette_85 | anna
        2024-03-01 | 2024-04-01 | social        | supported | bostoette_85 | anna
        2024-04-01 | …          | social        | assessing | -            | anna
    """)


def test_the_three_roles_stand_side_by_side():
    """Hvem der har hvilken rolle ved dagens udgang; en tom rolle er en streg."""
    given("""
        day        | event               | details
        2024-01-10 | referred            | unit=arbejdsmarked citizen=b1
        2024-02-01 | caseworker_assigned | role=authority worker=anna
        2024-02-01 | caseworker_assigned | role=employment worker=bo
        2024-03-01 | caseworker_assigned | role=continuous worker=anna
        2024-04-01 | caseworker_ended    | role=employment
    """).gives("""
        spans
        valid_from | valid_to   | authority | employment | continuous
        2024-01-10 | 2024-02-01 | -         | -          | -
        2024-02-01 | 2024-03-01 | anna      | bo         | -
        2024-03-01 | 2024-04-01 | anna      | bo         | anna
        2024-04-01 | …          | anna      | -          | anna
    """)
