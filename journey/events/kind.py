"""The base of the kinds of event (hændelsestyper): what they share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from msgspec import Struct


class Kind(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Base class of every kind of event: its Danish and English words, and the code list of each of its coded fields.

    The words of the fields stand in `journey/events/fields.py`. tests/rules/test_words.py holds that neither is left out.
    """

    danish: ClassVar[str]
    english: ClassVar[str]
    codes: ClassVar[Mapping[str, str]] = MappingProxyType({})
