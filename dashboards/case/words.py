"""The words of an event: its kind and its fields, in Danish, or in the English of the code."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec

from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.events import Event, Kind, NoteAdded
from journey.events.fields import WORDS
from journey.refusals import finding_text


def kind_word(kind: type[Kind], translate: Language) -> str:
    """The name of a kind of event."""
    return kind.danish if translate.code == "da" else kind.english


def label(codes: CodeLists, name: str, code: str | None, translate: Language) -> str:
    """The label of a code; the code itself where the list does not have it."""
    entry = codes[name].codes.get(code or "")
    return translate.label(entry) if entry else str(code)


def fields_in_words(event: Event, codes: CodeLists, translate: Language) -> tuple[str, ...]:
    """The event's fields, each with its value; of a note only that it is encrypted."""
    if isinstance(event, NoteAdded):
        return (translate("krypteret"),)
    values = msgspec.to_builtins(event)
    return tuple(
        f"{_field(name, translate)}: {_value(name, value, type(event), codes, translate)}"
        for name, value in values.items()
        if value is not None
    )


def in_short(event: Event, codes: CodeLists, translate: Language) -> str:
    """The kind of the event with what its coded fields and its due day say, for a line of a list: no pseudonym, id or amount."""
    kind = type(event)
    values = msgspec.to_builtins(event)
    texts = [
        _value(name, value, kind, codes, translate)
        for name, value in values.items()
        if isinstance(value, str) and (name in kind.codes or name == "due")
    ]
    return f"{kind_word(kind, translate)}: {', '.join(texts)}" if texts else kind_word(kind, translate)


def finding_word(code: str, translate: Language) -> str:
    """A finding in plain words."""
    return translate(finding_text(code))


def _field(name: str, translate: Language) -> str:
    return WORDS[name].danish if translate.code == "da" else WORDS[name].english


def _value(name: str, value: Any, kind: type[Kind], codes: CodeLists, translate: Language) -> str:
    match value:
        case bool():
            return translate("ja") if value else translate("nej")
        case int() | float():
            return (
                translate("{amount} kr.", amount=translate.number(value))
                if name in ("amount", "yearly_amount")
                else translate.number(value)
            )
        case str() if name in ("due", "moved_from"):
            return translate.day(date.fromisoformat(value))
        case str():
            return label(codes, kind.codes[name], value, translate) if name in kind.codes else value
        case _:
            return json.dumps(value, ensure_ascii=False)
