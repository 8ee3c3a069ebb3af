"""The words of a case: every kind of event, with every code of every list, is said in good Danish and good English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from dashboards.case.cards import cards
from dashboards.case.story import story
from dashboards.words.language import DANISH, ENGLISH, Language
from journey.codes import standard
from journey.events import KINDS
from tests.language.checks import found_in
from tests.language.every_code import ELSEWHERE, contents, lines
from tests.support.history_events import by_stream

NO_TEXT = {"source", "mark"}
"""Fields of a card that are no words: the name of the source, and a mark of the style."""


def said_of(events: Iterable[dict[str, Any]], translate: Language) -> set[str]:
    """All that the cards of the events say."""
    histories = by_stream({**line, "position": nth} for nth, line in enumerate(events, start=1))
    return {
        text
        for case, history in histories.items()
        for card in cards(story(case, history).events, date(2025, 3, 25), standard(), translate)
        for text in _texts(msgspec.to_builtins(card))
    }


def _texts(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield node
        case dict():
            for name, value in node.items():
                if name not in NO_TEXT:
                    yield from _texts(value)
        case list() | tuple():
            for value in node:
                yield from _texts(value)
        case _:
            pass


@pytest.mark.parametrize("translate", [DANISH, ENGLISH])
def test_every_event_with_every_code_is_said_in_words(translate: Language) -> None:
    wrong = {text: found for text in said_of(lines(), translate) if (found := found_in(text, translate.code))}

    assert wrong == {}


def test_every_code_of_every_kind_is_tried() -> None:
    tried = {name for kind in KINDS if kind not in ELSEWHERE for name in KINDS[kind].codes.values()}
    counts = {kind: sum(1 for _ in contents(kind)) for kind in KINDS if kind not in ELSEWHERE}

    assert tried >= {"units", "supports", "benefits", "activities", "endings", "purposes", "rejections", "closings", "tracks"}
    assert counts["activity_recorded"] == len(standard()["activities"].codes)
    assert sum(counts.values()) > 150


def test_a_word_that_no_list_has_is_shown_as_it_is_written() -> None:
    """The twin: it is found as what it is, and its event is asked about."""
    first = lines()[0]
    older = {**first, "source_id": "x", "kind": "activity_recorded", "data": {"activity": "hjemme_moede"}}
    said = said_of([first, older], DANISH)

    assert {name for text in said for name, _ in found_in(text, "da")} == {"code", "letters"}
    assert "»hjemme_moede« står ikke i kodelisten over handlinger: er den skrevet rigtigt, eller mangler den i listen?" in said
