"""Each check finds what it is for, and passes over what is well said: the twins of all other tests here."""

from __future__ import annotations

import pytest

from tests.language.checks import CHECKS, found_in, uneven
from tests.language.reading import Answer

WRONG = [
    ("da", "code", "handling: samtale_jobcenter"),
    ("da", "code", "Sager efter støtte (caseload_by_support, udgave 1)"),
    ("da", "letters", "handling: moede"),
    ("da", "letters", "grund: forkert beloeb"),
    ("da", "letters", "Bostoette i boern og familie"),
    ("da", "trace", "Forum: None"),
    ("da", "trace", "Der er {n} sager."),
    ("da", "trace", "Enheder: ['social']"),
    ("da", "spaces", "Sagen er åben.. Sagen er lukket."),
    ("da", "spaces", "Sagen er afsluttet., Sager: 1"),
    ("da", "spaces", "To  mellemrum"),
    ("da", "spaces", "Sagen , som er åben"),
    ("da", "spaces", "Enhed ()"),
    ("da", "inner", "Med sager under udredning (T1, T2)"),
    ("da", "iso", "Gældende 2025-02-01"),
    ("da", "iso", "kendt 2025-02-01T12:00:00+01:00"),
    ("da", "one and many", "Den 1 sag pr. 1. februar 2025 vedrører 1 borger"),
    ("da", "one and many", "1 sager"),
    ("da", "one and many", "1 dage over fristen"),
    ("da", "one and many", "0 sag"),
    ("da", "one and many", "12 borger"),
    ("da", "one and many", "1.000 hændelse"),
    ("da", "quotes", "»Sagen« og «sagen»"),
    ("da", "quotes", "“sagen”"),
    ("da", "quotes", 'Beslutningen gælder "i en periode"'),
    ("da", "quotes", "»sagen"),
    ("da", "quotes", "Valget 'uden udredning' gælder ikke"),
    ("da", "english", "Sagen er closed"),
    ("da", "number", "29% af sagerne"),
    ("da", "number", "0.7 skift"),
    ("da", "number", "19108 hændelser"),
    ("da", "number", "Forskel: -5"),
    ("da", "unit", "I oktober 2022 kom 31 sager fra Social til Arbejdsmarked"),
    ("da", "unit", "Til og med dagen før: 1. januar 2026"),
    ("en", "code", "not_proposed"),
    ("en", "trace", "Benefit: None"),
    ("en", "one and many", "1 cases"),
    ("en", "one and many", "5 case"),
    ("en", "quotes", "»De resterende«"),
    ("en", "danish", "støtte: Education benefit"),
    ("en", "danish", "sager of the unit"),
    ("en", "number", "29 %"),
    ("en", "number", "19108 events"),
]


@pytest.mark.parametrize(("lang", "check", "text"), WRONG)
def test_what_is_wrong_is_found(lang: str, check: str, text: str) -> None:
    assert check in {name for name, _ in found_in(text, lang)}


def test_every_check_has_a_wrong_text_of_its_own() -> None:
    tried = {(lang, check) for lang, check, _ in WRONG}
    assert tried >= {("da", check) for check in CHECKS["da"]} | {("en", "code"), ("en", "trace"), ("en", "danish")}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("da", "Der blev overdraget 1 sag fra Socialområdet til Arbejdsmarkedsafdelingen, og 31 sager kom i 2022."),
        ("da", "8. februar 2025 klage modtaget (klage: k1), 14. maj 2025 kl. 08.00, 1.150.000 kr., 0,73 skift, −5, 29 %"),
        ("da", "Skriv dagen som f.eks. 2025-02-01: »i dag« går også an. Kommandoen har 1 hændelse; kontoen er åben."),
        ("da", "Trukket 25.000 kr., og id'et er sb-17 … se WCAG 2.2 og was.digst.dk."),
        ("en", "1 case of 31 cases, 5 case-days, 29%, 1,150,000 kr., “the rest” (the citizens' own)"),
    ],
)
def test_what_is_right_is_passed_over(lang: str, text: str) -> None:
    assert found_in(text, lang) == []


def test_numbers_of_one_column_or_of_one_measure_have_one_number_of_decimals() -> None:
    assert uneven([["År", "Skift pr. sagsår"], ["2023", "0,7"], ["2024", "0,73"]], "da") == [
        ("Skift pr. sagsår", "0,7", "0,73")
    ]
    assert uneven([["År", "Skift pr. sagsår"], ["2023", "0,70"], ["2024", "0,73"]], "da") == []
    measures = [["", "2023", "2024"], ["Skift", "184", "151"], ["Pr. sagsår", "0,70", "0,73"]]
    assert uneven(measures, "da") == []
    assert uneven([*measures[:2], ["Pr. sagsår", "0,7", "0,73"]], "da") != []


def test_a_page_is_read_with_its_titles_its_charts_and_its_languages() -> None:
    page = Answer(
        '<html lang="da"><p title="i titlen">Et <b>ord</b> <code>caseload</code></p><p>To</p><p lang="en">One case</p>'
        '<div aria-label="i navnet" data-fresh="til skærmen her" data-id="x_y"></div><script>var x_y;</script>'
        '<script id="charts">{"charts": {"a": {"data": [{"name": "moede", "y": [1]}], "layout": {"title": {"text": "t"}}}}}</script>'
        "<table><tr><th>A</th><td>1,5</td></tr></table></html>"
    )

    assert {text for text, lang in page.said if lang == "da"} >= {"i titlen", "Et ord ▮", "To", "i navnet", "til skærmen her"}
    assert {text for text, lang in page.said if lang == "da"} >= {"moede", "t"}
    assert [text for text, lang in page.said if lang == "en"] == ["One case"]
    assert not any("x_y" in text for text, _ in page.said)
    assert page.tables == [[["A", "1,5"]]]
