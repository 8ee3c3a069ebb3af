"""The words of an event: its kind, what it says, and who said it; Danish, or the English of the code."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec

from dashboards.words.danish import FIELDS
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.events import NAMES, Event, Kind, NoteAdded
from journey.refusals import finding_text


def kind_word(kind: type[Kind], say: Language) -> str:
    """What a kind of event is called."""
    return kind.danish if say.code == "da" else NAMES[kind].replace("_", " ")  # pyright: ignore[reportArgumentType] -- every kind is named


def label(codes: CodeLists, name: str, code: str | None, say: Language) -> str:
    """What a code of the list is called; itself where the list does not have it."""
    entry = codes[name].codes.get(code or "")
    return say.label(entry) if entry else str(code)


def said(event: Event, codes: CodeLists, say: Language) -> tuple[str, ...]:
    """What the event says, a field at a time; of a note only that there is one."""
    if isinstance(event, NoteAdded):
        return (say("krypteret"),)
    values = msgspec.to_builtins(event)
    return tuple(
        f"{_field(name, say)}: {_value(name, value, type(event), codes, say)}"
        for name, value in values.items()
        if value is not None
    )


def finding_word(code: str, say: Language) -> str:
    """A finding in plain words."""
    return say(finding_text(code))


def _field(name: str, say: Language) -> str:
    return FIELDS.get(name, name) if say.code == "da" else name.replace("_", " ")


def _value(name: str, value: Any, kind: type[Kind], codes: CodeLists, say: Language) -> str:
    match value:
        case bool():
            return say("ja") if value else say("nej")
        case int() | float():
            return say("{amount} kr.", amount=say.number(value)) if name in ("amount", "yearly_amount") else say.number(value)
        case str() if name in ("due", "moved_from"):
            return say.day(date.fromisoformat(value))
        case str():
            return label(codes, kind.codes[name], value, say) if name in kind.codes else value
        case _:
            return json.dumps(value, ensure_ascii=False)
