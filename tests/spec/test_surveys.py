"""Spørgeskemaer, offentliggjorte tal og vedtagne definitioner: det, der ikke er en borgers (domain.md afsnit 6 og 7)."""

import msgspec

from tests.support.given import given


def test_the_answers_stand_as_the_paper_has_them():
    """Fra meget uenig til meget enig; hvor papirets søjle mangler, er tallet ukendt."""
    given("""
        day        | event           | details
        2025-01-15 | survey_recorded | wave=2025 statement="fig. 1" answers=[1,1,1,9,4] n=16 invited=56
        2025-01-15 | survey_recorded | wave=2025 statement="fig. 5" answers=[1,1,4,null,null] n=16
    """).gives("""
        surveys
        valid_at   | wave | statement | meget_uenig | uenig | hverken | enig | meget_enig | n  | invited
        2025-01-15 | 2025 | fig. 1    | 1           | 1     | 1       | 9    | 4          | 16 | 56
        2025-01-15 | 2025 | fig. 5    | 1           | 1     | 4       | -    | -          | 16 | -
    """)


def test_all_the_answers_may_be_missing():
    """Så kendes kun antallet."""
    given("""
        day        | event           | details
        2025-01-15 | survey_recorded | wave=2025 statement="fig. 8" answers=null n=16
    """).gives("""
        surveys
        statement | meget_uenig | uenig | hverken | enig | meget_enig | n
        fig. 8    | -           | -     | -       | -    | -          | 16
    """)


def test_a_number_read_wrongly_is_withdrawn_and_read_anew():
    """Den rigtige aflæsning er den eneste."""
    given("""
        nr | day        | event           | details
        1  | 2025-01-15 | survey_recorded | wave=2025 statement="fig. 1" answers=[1,1,1,4,9] n=16
        2  | 2025-01-15 | withdrawn       | source_id=1 reason="ombyttet"
        3  | 2025-01-15 | survey_recorded | wave=2025 statement="fig. 1" answers=[1,1,1,9,4] n=16
    """).gives("""
        surveys
        position | enig | meget_enig
        3        | 9    | 4
    """)


def test_a_published_number_is_kept_with_the_position_it_was_published_at():
    """Så kan det tælles igen, som registret vidste det da."""
    given("""
        nr | day        | event            | details
        1  | 2025-02-01 | figure_published | id=T1 figure=caseload parameters={} cell={} value=96 qualifier=exact paper='{"case":"1-2025","title":"Status","date":"2025-02-26"}'
    """).gives("""
        publications
        id | valid_at   | position
        T1 | 2025-02-01 | 1
    """)  # noqa: E501 -- a line of a table cannot be broken


def test_the_whole_publication_is_kept_its_fields_in_one_order():
    """Tallet, som det blev trykt, med papiret og alt, der skal til for at tælle det igen."""
    kept = msgspec.json.encode(
        {
            "cell": {"unit": "ungeindsatsen"},
            "figure": "caseload",
            "id": "T1",
            "notes": [],
            "paper": {"case": "1-2025", "date": "2025-02-26", "title": "Status"},
            "parameters": {},
            "qualifier": "exact",
            "value": 96,
        }
    ).decode()
    given("""
        nr | day        | event            | details
        1  | 2025-02-01 | figure_published | id=T1 figure=caseload parameters={} cell='{"unit":"ungeindsatsen"}' value=96 qualifier=exact paper='{"title":"Status","date":"2025-02-26","case":"1-2025"}'
    """).gives(f"""
        publications
        id | published
        T1 | {kept}
    """)  # noqa: E501 -- a line of a table cannot be broken


def test_a_definition_is_adopted_by_a_body_from_a_day():
    """Den ældre vedtagelse står ved siden af den nyere."""
    given("""
        nr | day        | event              | details
        1  | 2022-05-01 | definition_adopted | figure=caseload version=1 body=Socialudvalget
        2  | 2025-05-01 | definition_adopted | figure=caseload version=2 body=Byrådet
        3  | 2025-05-01 | definition_adopted | figure=complaints version=1 body=Byrådet
        4  | 2025-05-02 | withdrawn          | source_id=3 reason="aldrig vedtaget"
    """).gives("""
        adoptions
        valid_at   | position | figure   | version | body
        2022-05-01 | 1        | caseload | 1       | Socialudvalget
        2025-05-01 | 2        | caseload | 2       | Byrådet
    """)
