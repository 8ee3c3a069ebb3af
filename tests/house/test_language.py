"""Every sentence that is said in both languages has its English, once, with the same places to fill; none is left over."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboards.figures import FIGURES
from dashboards.figures.parameters import PARAMETERS
from dashboards.published.municipality import standard
from dashboards.words.danish import DIMENSIONS, WORDS
from dashboards.words.language import DANISH, ENGLISH, english
from journey.conformance import RULES

ROOT = Path(__file__).parents[2]
LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_A_TEMPLATE = re.compile(rf"\btranslate\(\s*{LITERAL}")
COUNTED_IN_A_TEMPLATE = re.compile(rf"\btranslate\.counted\([^\"']*?,\s*{LITERAL},\s*{LITERAL}")


def said_in(source: str) -> set[str]:
    """The literals that Python code hands to `translate(...)`, `….translate(...)` or marks as to be said later with `later(...)`, and
    those of `….counted(n, one, many)` but for `DANISH.counted`, which only the command line says."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [call.args[0] for call in calls if _name(call) in ("translate", "later") and call.args] + _counted(calls)
    return {str(each.value) for each in said if isinstance(each, ast.Constant)}


def _counted(calls: list[ast.Call]) -> list[ast.expr]:
    """The two sentences of each `….counted(n, one, many)`."""
    return [
        each
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "counted" and ast.unparse(call.func.value) != "DANISH"
        for each in call.args[1:3]
    ]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def said_in_template(source: str) -> set[str]:
    counted = [each for found in COUNTED_IN_A_TEMPLATE.findall(source) for each in found]
    return {ast.literal_eval(found) for found in IN_A_TEMPLATE.findall(source) + counted}


def everything_said() -> set[str]:
    layers = [ROOT / "dashboards", ROOT / "api"]
    code = [said_in(path.read_text("utf-8")) for layer in layers for path in layer.rglob("*.py")]
    templates = [said_in_template(path.read_text("utf-8")) for path in (ROOT / "dashboards" / "templates").glob("*.j2")]
    return set[str](standard().sentences).union(*code, *templates)


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_sentence_has_its_english():
    assert sorted(everything_said() - set(english())) == []


def test_every_word_that_is_said_of_a_cell_or_figure_has_its_english():
    words = [*WORDS.values(), *DIMENSIONS.values(), *(parameter.label for parameter in PARAMETERS.values())]
    figures = [said for one in FIGURES.values() for said in (one.rule, one.unit, one.source)]

    assert sorted({*words, *figures, "borgere"} - set(english())) == []


def test_the_same_places_are_filled():
    assert {danish: said for danish, said in english().items() if places(danish) != places(said)} == {}


@pytest.mark.parametrize("language", [DANISH, ENGLISH])
def test_places_are_filled(language):
    assert language.code in ("da", "en")
    assert "{" not in language("før den første registrering")


def test_numbers_days_and_moments():
    when = datetime(2025, 5, 14, 6, 0, tzinfo=UTC)

    assert [DANISH.number(value) for value in (90.5, 1.0, 0.999, 2.5, 1234.25)] == ["90,5", "1", "1", "2,5", "1.234,25"]
    assert [DANISH.number(1150000), DANISH.number(0.824), DANISH.number(None)] == ["1.150.000", "0,82", "–"]
    assert [ENGLISH.number(1150000), ENGLISH.number(0.824), ENGLISH.number(None)] == ["1,150,000", "0.82", "–"]
    assert [DANISH.number(value) for value in (0.125, -0.125, 2.675, 62.5)] == ["0,13", "−0,13", "2,68", "62,5"]
    assert [DANISH.number(value, decimals=0) for value in (0.5, 1.5, 2.5)] == ["1", "2", "3"]
    assert [DANISH.number(value, decimals=2) for value in (0.7, 3, -1234.5)] == ["0,70", "3,00", "−1.234,50"]
    assert DANISH.numbers([0.7, 0.73, None, 12]) == ["0,70", "0,73", "–", "12,00"]
    assert [DANISH.day(date(2025, 2, 1)), ENGLISH.day(date(2025, 2, 1))] == ["1. februar 2025", "1 February 2025"]
    assert [DANISH.short(date(2025, 2, 1)), ENGLISH.short(date(2025, 2, 1))] == ["01.02.2025", "01/02/2025"]
    assert [DANISH.moment(when), ENGLISH.moment(when)] == ["14. maj 2025 kl. 08.00", "14 May 2025 at 08:00"]
    assert ENGLISH.moment(None) == "before the first registration"


@pytest.mark.parametrize(
    ("n", "danish", "english_", "days"),
    [
        (0, "0 sager", "0 cases", ("0 dage", "0 days")),
        (1, "1 sag", "1 case", ("1 dag", "1 day")),
        (1.0, "1 sag", "1 case", ("1 dag", "1 day")),
        (1.5, "1,5 sager", "1.5 cases", ("1,5 dage", "1.5 days")),
        (2, "2 sager", "2 cases", ("2 dage", "2 days")),
        (1000, "1.000 sager", "1,000 cases", ("1.000 dage", "1,000 days")),
    ],
)
def test_one_is_said_as_one(n: float, danish: str, english_: str, days: tuple[str, str]):
    assert DANISH.counted(n, "1 sag", "{n} sager") == danish
    assert ENGLISH.counted(n, "1 sag", "{n} sager") == english_
    assert (DANISH.days(n), ENGLISH.days(n)) == days


OF_MANY = re.compile(r"\{\w+\} (?!is\b|was\b|as\b|has\b|means\b|stands\b|says\b)(\w+s|are|have|differ|go)\b")
"""A place of a number in an English sentence with a word after it that is of many."""
ALWAYS_MANY = {
    "Lederen kan se det nu, og skal efterse det inden {n} dage.": "three",
    "Sag {case} og sag {other} knyttes sammen: er den ene beskyttet, er den anden det også.": "the first and the second",
    "{person} får adgang til sag {case} til og med {day}.": "a day",
    "Linket er udløbet: det virker i {n} minutter, og kun så længe registret kører.": "ten",
    "Derefter er browseren lukket ind i højst {n} timer, og kun så længe registret kører.": "twelve",
    "Registret logger dig ud, når du ikke har brugt det i {idle} timer, og senest efter {longest} timer.": "two and twelve",
    "To personer har hver sin kode. Skriv begge; de virker én gang, i højst {n} timer, og brugen står i registrets handlinger.": "four",
    "Figur {n} er samme udsagn, trykt mere end én gang.": "two numbers of figures or more",
    "Hvornår borgerne i {units} går fra to sagsbehandlere til én, er ikke oplyst. Kommunen kan sætte dagen som et brud i sin "
    "kodefil.": "names of units",
    "Hændelse {first}–{last} af {total} er vist.": "said of a case of more than a hundred",
    "Hændelserne i flere end {n} sager hentes ikke herfra, men skrives med journey export --format xes --cases og listen som CSV.": (
        "two thousand"
    ),
    "Statusdagene i {year} er ikke ens:": "a year",
    "Filer, der ikke er indlæst, er her i højst {n} minutter, og kun så længe registret kører.": "thirty",
    "{band} dage": "a band",
    "Over tiden, {band} dage": "a band",
    "Kommende {n} dage, {track}": "thirty",
    "{number} er af under {least} observationer.": "twenty",
    "{n} dage fra {first} til {last}": "more than six",
    "{n} værdier fra {first} til {last}": "more than six",
}
"""Sentences whose number is never one, and why not."""


def counted_sentences() -> set[str]:
    """Every sentence that is chosen by its number."""
    code = [path.read_text("utf-8") for layer in ("dashboards", "api") for path in (ROOT / layer).rglob("*.py")]
    calls = [node for text in code for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    templates = [path.read_text("utf-8") for path in (ROOT / "dashboards" / "templates").glob("*.j2")]
    in_templates = [
        ast.literal_eval(one) for text in templates for found in COUNTED_IN_A_TEMPLATE.findall(text) for one in found
    ]
    of_rules = {sentence for rule in RULES.values() for sentence in rule.occasion}
    return {str(each.value) for each in _counted(calls) if isinstance(each, ast.Constant)} | set(in_templates) | of_rules


def of_many(lists: Mapping[str, str], counted: set[str]) -> set[str]:
    return {danish for danish, said in lists.items() if OF_MANY.search(said)} - counted


def test_no_sentence_says_one_as_many():
    assert of_many(english(), counted_sentences()) == set(ALWAYS_MANY)


def test_a_sentence_that_says_one_as_many_is_seen():
    """The twin."""
    assert of_many({"{n} fund": "{n} findings", "{n} er nye": "{n} are new", "fra {day} til": "from {day} to"}, set()) == {
        "{n} fund",
        "{n} er nye",
    }


def test_a_sentence_without_english_is_seen():
    assert said_in("x = view.translate('Nyt')") | said_in_template('{{ translate("Også {her}", her=1) }}') == {
        "Nyt",
        "Også {her}",
    }
    assert said_in("x = translate.counted(n, '1 ny', '{n} nye')") == {"1 ny", "{n} nye"}
    assert said_in_template('{{ translate.counted(some | length, "1 ny", "{n} nye", x=1) }}') == {"1 ny", "{n} nye"}
    with pytest.raises(KeyError):
        ENGLISH("Nyt")
