"""Every word and sentence that pages, papers and the command line are made of is good Danish, and its English good English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import click
import pytest

from api.cli.main import application
from api.web.problem_types import EDGE, OVER_HTTP
from dashboards.figures import FIGURES
from dashboards.figures.parameters import PARAMETERS
from dashboards.words.danish import DIMENSIONS, WORDS
from dashboards.words.language import english
from journey import case
from journey.access.protection import PROTECTIONS
from journey.codes import standard
from journey.conformance import RULES, STANDINGS
from journey.events import KINDS
from journey.events.fields import WORDS as FIELDS
from journey.log.looks import PURPOSES
from journey.refusals import CATALOGUE, NOTED, finding_text
from tests.house.source import FILES, nodes
from tests.language.checks import found_in

PLACE = re.compile(r"\{\w*(?:![rsa])?(?::[^}]*)?\}")


def wrong(texts: Iterable[str], lang: str, *without: str) -> dict[str, list[tuple[str, str]]]:
    """The texts in which a check finds something; a place to fill is a number that is not one."""
    return {text: found for text in texts if (found := found_in(PLACE.sub("▮", text), lang, *without))}


def labels(lang: str) -> Iterator[str]:
    """The label of every code, and what its list is called."""
    for codes in standard().lists.values():
        yield from (codes.danish,) if lang == "da" else ()
        yield from (getattr(code, lang) for code in codes.codes.values())


def danish() -> Iterator[str]:
    yield from english()
    yield from labels("da")
    yield from (*WORDS.values(), *DIMENSIONS.values(), *STANDINGS.values())
    yield from (words.danish for words in FIELDS.values())
    yield from (kind.danish for kind in KINDS.values())
    for figure in FIGURES.values():
        yield from (figure.title_da, figure.rule, figure.unit, figure.source)
    for rule in RULES.values():
        yield from (rule.title, rule.question, rule.deviates, *rule.occasion, rule.decision.paper, rule.decision.body)


def test_every_danish_word_and_sentence_is_good_danish() -> None:
    assert wrong(danish(), "da") == {}


def test_every_english_word_and_sentence_is_good_english() -> None:
    words = (words.english for words in FIELDS.values())
    kinds = (kind.english for kind in KINDS.values())
    titles = (figure.title_en for figure in FIGURES.values())

    assert wrong([*labels("en"), *words, *kinds, *titles], "en", "danish") == {}
    assert wrong(english().values(), "en", "danish") == {}


def test_no_refusal_tells_a_person_of_a_code() -> None:
    """The field is named by the refusal's place; kinds and fields have Danish words. Commands and settings are typed as they are."""
    texts = [text for refusal in CATALOGUE.values() for text in (refusal.meaning, refusal.remedy)]
    said = [re.sub(r"--[a-z-]+|JOURNEY_\w+\S*|journey [a-z]+( [a-z]+)?", "▮", text) for text in (*texts, *NOTED.values())]
    names = "|".join(sorted({*KINDS, *FIELDS} - {"to", "plan", "forum", "text", "id"}))

    assert wrong(said, "da") == {}
    assert [text for text in said if re.search(rf"\b(?:{names})\b", text)] == []


def test_what_is_answered_over_http_is_good_danish() -> None:
    """It names the parameters and fields of the API: a program's author reads it."""
    edge = [text for _, refusal in EDGE.values() for text in (refusal.meaning, refusal.remedy)]
    assert wrong([*edge, *OVER_HTTP.values()], "da", "code") == {}


def test_every_finding_and_what_can_be_done_has_its_english() -> None:
    """A finding is shown on pages of both languages: without its English the page is no page."""
    strings = {str(node.value) for node in ast.walk(ast.parse(FILES["journey/case.py"])) if isinstance(node, ast.Constant)}
    found = strings & {*CATALOGUE, *NOTED}
    remedies = [CATALOGUE[code].remedy for code in found if code in CATALOGUE]

    assert case.__name__ == "journey.case"
    assert len(found) > 15
    assert sorted({*map(finding_text, found), *remedies} - set(english())) == []


def test_every_code_list_has_its_english_name() -> None:
    assert sorted({codes.danish for codes in standard().lists.values()} - set(english())) == []


SQL = re.compile(r"\b(?:select|insert|update|create|SELECT|FROM|JOIN|WHERE|ALTER|GRANT) |^\s*#|%\(|^\n|<\?xml|lambda |\\[.d]")
DANISH = re.compile(
    r"\b(?:er|ikke|og|den|det|på|kan|fra|med|for|som|der|skal|kun|ret|skriv|brug|mangler)\b|[æøåÆØÅ]", re.IGNORECASE
)
SNIPPET = re.compile(r"\{ ?\"[^}]*\}|= \{[^}]*\}|[\w.]+ ?= ?\"[^\"]*\"|\"\d+\"|ENCODING 'UTF8'|\[[a-z]+\]|OCEL \d\.\d")
"""JSON or TOML as it is to be written, and the name of a format with its edition."""


def messages() -> Iterator[tuple[str, str]]:
    """Every literal of the code that is a sentence, or a piece of one, in Danish; its places are marked."""
    for path, source in FILES.items():
        inner: set[int] = set()
        for node in nodes(source):
            if isinstance(node, ast.JoinedStr):
                inner |= {id(part) for part in node.values}
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                inner.add(id(node.value))
        for node in nodes(source):
            if id(node) in inner or not isinstance(node, ast.JoinedStr | ast.Constant):
                continue
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(
                part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "▮" for part in parts
            )
            if " " in text.strip() and DANISH.search(text) and not SQL.search(text):
                yield path, SNIPPET.sub("▮", PLACE.sub("▮", text))


@pytest.mark.long
def test_every_message_in_the_code_is_good_danish() -> None:
    """Messages name the fields of files and settings that their reader writes, and the days that systems write for none; no label of
    a code stands in them without its letters."""
    listed = {code for codes in standard().lists.values() for code in codes.codes if "_" in code}
    found = {
        (path, text): what
        for path, text in messages()
        if (what := found_in(text, "da", "code", "english", "iso")) or (what := sorted(listed & set(re.findall(r"\w+", text))))
    }

    assert {at: what for at, what in found.items() if at not in PASSED_OVER} == {}


PASSED_OVER = {
    (
        "journey/types_in_danish.py",
        "skal være fem tal (eller null, hvor tallet ikke kendes); der er ▮",
    ): "null is what JSON has",
    (
        "journey/exchange/sheets/faults.py",
        "skal være navnet på en fil i den mappe, der læses: uden .., / og \\",
    ): "signs as they are typed",
    (
        "journey/exchange/sheets/field_faults.py",
        "er ikke et id: brug tegnene A-Z, a-z, 0-9 og . _ : / - med mindst ét tal, og aldrig et navn",
    ): "signs as they are typed",
    ("journey/exchange/sheets/pseudonym.py", "skilletegnet (som regel ;)"): "a sign as it is typed",
    (
        "journey/exchange/sheets/drafting/draft.py",
        "source = ▮  # ændres aldrig, når noget er taget ind",
    ): "a line of TOML",
}


def helps(command: click.Command, name: str, above: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """The help of a command and of all below it."""
    context = click.Context(command, info_name=name, parent=above)
    yield context.command_path, " ".join(command.get_help(context).split())
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            yield from helps(each, below, context)


def test_all_help_of_the_command_line_is_good_danish() -> None:
    typed = "|".join(sorted({*FIGURES, *PROTECTIONS, *PURPOSES, "cases", "citizens"}, key=len, reverse=True))
    found = {
        path: wrong_words
        for path, text in helps(application(), "journey")
        if (wrong_words := found_in(re.sub(rf"\b(?:{typed})\b|\[0<=x<=\d+\]", "▮", text), "da"))
    }

    assert found == {}


def test_every_parameter_is_said_in_danish() -> None:
    said = [re.sub(r"cases|citizens", "▮", parameter.danish) for parameter in PARAMETERS.values()]
    assert wrong([*said, *(parameter.label for parameter in PARAMETERS.values())], "da") == {}


@pytest.mark.parametrize(
    ("text", "check"), [("{n} sager fra Social til {unit}", "unit"), ("Der er {n} sager..", "spaces"), ("»{x}", "quotes")]
)
def test_a_wrong_sentence_is_seen(text: str, check: str) -> None:
    """The twin."""
    assert [name for name, _ in wrong([text], "da")[text]] == [check]
