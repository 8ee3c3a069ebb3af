"""Every sentence that is said in both languages has its English, once, with the same places to fill; none is left over."""

from __future__ import annotations

import ast
import re
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboards.danish import DIMENSIONS, SCOPES, WORDS
from dashboards.figures import FIGURES
from dashboards.language import DANISH, ENGLISH, english

ROOT = Path(__file__).parent.parent
IN_A_TEMPLATE = re.compile(r"""\bsay\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def said_in(source: str) -> set[str]:
    """The literals that Python code hands to `say(...)`, `….say(...)` or marks as to be said later with `later(...)`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if (call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")) in ("say", "later")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def said_in_template(source: str) -> set[str]:
    return {ast.literal_eval(found) for found in IN_A_TEMPLATE.findall(source)}


def everything_said() -> set[str]:
    layers = [ROOT / "dashboards", ROOT / "api"]
    code = [said_in(path.read_text("utf-8")) for layer in layers for path in layer.rglob("*.py")]
    templates = [said_in_template(path.read_text("utf-8")) for path in (ROOT / "dashboards" / "templates").glob("*.j2")]
    return set[str]().union(*code, *templates)


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_sentence_has_its_english():
    assert sorted(everything_said() - set(english())) == []


def test_every_word_that_is_said_of_a_cell_or_figure_has_its_english():
    words = [*WORDS.values(), *DIMENSIONS.values(), *SCOPES.values()]
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
    assert [DANISH.percent(0.286), ENGLISH.percent(0.286)] == ["29 %", "29%"]
    assert [DANISH.day(date(2025, 2, 1)), ENGLISH.day(date(2025, 2, 1))] == ["1. februar 2025", "1 February 2025"]
    assert [DANISH.short(date(2025, 2, 1)), ENGLISH.short(date(2025, 2, 1))] == ["01.02.2025", "01/02/2025"]
    assert [DANISH.moment(when), ENGLISH.moment(when)] == ["14. maj 2025 kl. 08.00", "14 May 2025 at 08:00"]
    assert ENGLISH.moment(None) == "before the first registration"


def test_a_sentence_without_english_is_seen():
    assert said_in("x = view.say('Nyt')") | said_in_template('{{ say("Også {her}", her=1) }}') == {"Nyt", "Også {her}"}
    with pytest.raises(KeyError):
        ENGLISH("Nyt")
