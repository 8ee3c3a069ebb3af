"""The words of the kinds of event: each has its Danish and English, so has each of its fields, and none is left over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from journey.events import KINDS
from journey.events.fields import WORDS, Code, Words
from journey.events.kind import Kind


def kinds_without_words(kinds: Iterable[type[Kind]]) -> list[str]:
    """`Class.danish` or `Class.english` of each kind that has not a word of its own beside its fields."""
    return [f"{kind.__name__}.{name}" for kind in kinds for name in ("danish", "english") if not vars(kind).get(name)]


def words_used_twice(kinds: Iterable[type[Kind]]) -> list[str]:
    """The words that two kinds share: as good as none, for one who reads them."""
    words = [getattr(kind, name, "") for kind in kinds for name in ("danish", "english")]
    return sorted({word for word in words if word and words.count(word) > 1})


def fields_without_words(kinds: Iterable[type[Kind]], words: Mapping[str, Words]) -> list[str]:
    """`Class.field` of each field that lacks its Danish or English."""
    return [
        f"{kind.__name__}.{field}" for kind in kinds for field in kind.__struct_fields__ if not all(words.get(field, ("", "")))
    ]


def unregistered(kinds: Iterable[type[Kind]]) -> list[str]:
    """The kinds that stand in a file of `journey/events/` and not in the union `Event`."""
    written = [kind for kind in Kind.__subclasses__() if kind.__module__.startswith("journey.events.")]
    return [kind.__name__ for kind in written if kind not in set(kinds)]


def test_every_kind_has_its_danish_and_english_word() -> None:
    assert kinds_without_words(KINDS.values()) == []
    assert words_used_twice(KINDS.values()) == []


def test_every_field_has_its_danish_and_english_word_and_none_is_left_over() -> None:
    assert fields_without_words(KINDS.values(), WORDS) == []
    assert sorted(set(WORDS) - {field for kind in KINDS.values() for field in kind.__struct_fields__}) == []


def test_every_kind_that_is_written_is_registered() -> None:
    assert unregistered(KINDS.values()) == []


class Scratch(Kind, frozen=True, forbid_unknown_fields=True):
    """A scratch kind without words: the twin of what the tests above hold."""

    codes = MappingProxyType({"forum": "forums"})
    forum: Code
    caller: Code


class Copied(Kind, frozen=True, forbid_unknown_fields=True):
    """A scratch kind whose words were copied from another, one of them emptied."""

    danish = "henvist / ansøgning modtaget"
    english = ""


def test_a_kind_or_a_field_without_words_is_seen() -> None:
    """The twin."""
    kinds = [KINDS["referred"], Scratch, Copied]
    half = {**WORDS, "forum": Words("forum", "")}

    assert kinds_without_words(kinds) == ["Scratch.danish", "Scratch.english", "Copied.english"]
    assert words_used_twice(kinds) == ["henvist / ansøgning modtaget"]
    assert fields_without_words(kinds, WORDS) == ["Scratch.caller"]
    assert fields_without_words([Scratch], half) == ["Scratch.forum", "Scratch.caller"]
    assert "Referred" in unregistered([kind for kind in KINDS.values() if kind is not KINDS["referred"]])
